//! Whether a connection stays after an answer: RFC 9112, 9.3, and Apache's rules where it leaves a choice.

use http1::{Headers, Version};

use crate::core_module::HttpConfig;
use crate::request::{Request, Table};

/// What the client's head says about the form of the answer; it outlives the request, which modules may
/// change or replace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) version: Version,
    pub(super) is_head: bool,
    /// The client does not expect the connection to stay.
    pub(super) is_last_word: bool,
    /// It said `Connection: keep-alive`, and gets an answer to that.
    says_keep_alive: bool,
    /// The configuration closes its connection.
    pub(super) must_close: bool,
    /// What the status line says.
    pub(super) answered_as: Version,
}

impl Asked {
    pub(super) fn of(r: &Request) -> Self {
        let (version, said) = (r.head.version(), http1::Connection::of(&r.head));
        Self {
            version,
            is_head: r.is_head(),
            is_last_word: !said.persists(version),
            says_keep_alive: said.keep_alive,
            must_close: false,
            answered_as: Version::Http11,
        }
    }

    /// The same for a client of which the configuration knows better: Apache's variables for those that speak HTTP/1.1
    /// badly or cannot bear an answer in it.
    pub(super) fn known_by(self, env: &Table) -> Self {
        let is = |name| env.contains(name);
        let version = if is("downgrade-1.0") || is("force-no-vary") {
            self.version.min(Version::Http10)
        } else {
            self.version
        };
        let is_forced = version == Version::Http10 && (is("force-response-1.0") || is("force-no-vary"));
        let is_short = version < self.version && !self.says_keep_alive;
        Self {
            version,
            must_close: is("nokeepalive") || is_forced || is_short,
            answered_as: if is_forced { Version::Http10 } else { Version::Http11 },
            ..self
        }
    }
}

/// What else speaks about the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) asked: Asked,
    /// The answer's status.
    pub(super) status: u16,
    /// The answer's end can be told without closing.
    pub(super) is_delimited: bool,
    /// Somebody wants it closed: a module, a time-out, what is left of the request's body.
    pub(super) must_close: bool,
    /// The process drains, and this is the last request that it has read.
    pub(super) is_last_to_drain: bool,
    /// Requests answered before this one.
    pub(super) answered: u64,
}

impl Terms {
    /// The connection stays.
    pub(super) fn keep(&self, http: &HttpConfig) -> bool {
        let may_carry_more = match http.max_keep_alive_requests() {
            0 => true,
            most => self.answered + 1 < most,
        };
        http.keep_alive()
            && may_carry_more
            && self.is_delimited
            && !(self.asked.is_last_word || self.must_close || self.is_last_to_drain)
            && !is_fatal(self.status)
    }

    /// Sets the fields that tell the client: none where it stays by default, as Apache does.
    pub(super) fn tell(&self, keep: bool, http: &HttpConfig, headers: &mut Headers) {
        headers.remove("Connection");
        headers.remove("Keep-Alive");
        if !keep {
            headers.add("Connection", "close");
        } else if self.asked.says_keep_alive {
            headers.add("Keep-Alive", self.promise(http));
            headers.add("Connection", "Keep-Alive");
        }
    }

    /// How long it stays, and for how many requests more.
    fn promise(&self, http: &HttpConfig) -> String {
        let seconds = http.keep_alive_timeout().as_secs();
        match http.max_keep_alive_requests() {
            0 => format!("timeout={seconds}"),
            most => format!("timeout={seconds}, max={}", most.saturating_sub(self.answered + 1)),
        }
    }
}

/// After these nobody knows where the next request would start, or the server is not well: Apache closes.
fn is_fatal(status: u16) -> bool {
    matches!(status, 400 | 408 | 411 | 413 | 414 | 431 | 500 | 501 | 503 | 505)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Asked = Asked {
        version: Version::Http11,
        is_head: false,
        is_last_word: false,
        says_keep_alive: true,
        must_close: false,
        answered_as: Version::Http11,
    };
    const TERMS: Terms = Terms {
        asked: ASKED,
        status: 200,
        is_delimited: true,
        must_close: false,
        is_last_to_drain: false,
        answered: 0,
    };

    #[test]
    fn each_reason_alone_closes() {
        let http = HttpConfig::default();
        assert!(TERMS.keep(&http));
        let reasons = [
            Terms { asked: Asked { is_last_word: true, ..ASKED }, ..TERMS },
            Terms { is_delimited: false, ..TERMS },
            Terms { must_close: true, ..TERMS },
            Terms { is_last_to_drain: true, ..TERMS },
            Terms { answered: 99, ..TERMS },
            Terms { status: 400, ..TERMS },
            Terms { status: 500, ..TERMS },
        ];
        for terms in reasons {
            assert!(!terms.keep(&http), "{terms:?}");
        }
        assert!(Terms { answered: 98, ..TERMS }.keep(&http));
        assert!(Terms { status: 404, ..TERMS }.keep(&http));
        let off = HttpConfig { keep_alive: Some(false), ..HttpConfig::default() };
        assert!(!TERMS.keep(&off));
        let unlimited = HttpConfig { max_keep_alive_requests: Some(0), ..HttpConfig::default() };
        assert!(Terms { answered: 1_000_000, ..TERMS }.keep(&unlimited));
    }

    #[test]
    fn clients_are_told_what_they_asked() {
        let http = HttpConfig::default();
        let silent = Terms { asked: Asked { says_keep_alive: false, ..ASKED }, ..TERMS };
        let table = [
            (TERMS, true, r#"{"Keep-Alive": "timeout=5, max=99", "Connection": "Keep-Alive"}"#),
            (silent, true, "{}"),
            (TERMS, false, r#"{"Connection": "close"}"#),
        ];
        for (terms, keep, expected) in table {
            let mut headers = Headers::new();
            headers.set("Connection", "X-Private");
            terms.tell(keep, &http, &mut headers);
            assert_eq!(format!("{headers:?}"), expected);
        }
    }
}
