//! mod_reqtimeout: how long and how slowly clients may send, and take their answers. The core keeps to it; what is here is the directive.

use std::num::NonZeroU32;
use std::time::Duration;

use httpd::config::inherit;
use httpd::prelude::*;
use httpd::server::pace::{Pace, Paces};

/// The module.
pub static MODULE: ReqTimeout = ReqTimeout;

/// mod_reqtimeout.
pub struct ReqTimeout;

/// What RequestReadTimeout says of each part.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    handshake: Option<Limit>,
    head: Option<Limit>,
    body: Option<Limit>,
    response: Option<Limit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    None,
    Pace(Pace),
}

impl Limit {
    fn pace(self) -> Option<Pace> {
        match self {
            Self::None => None,
            Self::Pace(pace) => Some(pace),
        }
    }
}

impl Config for Limits {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            handshake: inherit(&self.handshake, &inner.handshake),
            head: inherit(&self.head, &inner.head),
            body: inherit(&self.body, &inner.body),
            response: inherit(&self.response, &inner.response),
        }
    }
}

impl Limits {
    /// What takes effect: where nothing is said, Apache's `handshake=0 header=20-40,MinRate=500 body=20,MinRate=500`, and
    /// `response=60,MinRate=500`, of which Apache knows nothing.
    fn paces(&self) -> Paces {
        let rate = NonZeroU32::new(500);
        let usual = Pace { first: Duration::from_secs(20), rate, most: None };
        Paces {
            handshake: self.handshake.and_then(Limit::pace),
            head: self.head.map_or(Some(Pace { most: Some(Duration::from_secs(40)), ..usual }), Limit::pace),
            body: self.body.map_or(Some(usual), Limit::pace),
            response: self
                .response
                .map_or(Some(Pace { first: Duration::from_secs(60), ..usual }), Limit::pace),
        }
    }
}

impl Module for ReqTimeout {
    const NAME: &'static str = "reqtimeout_module";
    type Config = Limits;

    const DIRECTIVES: &'static [Directive<Limits>] = &[Directive::words(
        "RequestReadTimeout",
        Place::SV,
        ("[handshake=timeout[-most][,MinRate=rate]] [header=...] [body=...] [response=...]", 1..=4),
        "How many seconds a client may take to send each part, or to take the response, and how many bytes earn it one \
         more; 0 is no limit",
        |limits, words, _| {
            for (place, word) in words.iter().enumerate() {
                limits.set(word).map_err(|complaint| complaint.argument(place))?;
            }
            Ok(())
        },
    )];

    fn hooks(&self, hooks: &mut Hooks<'_, Limits>) {
        hooks.read_paces(Limits::paces);
    }
}

impl Limits {
    fn set(&mut self, word: &str) -> Result<(), Complaint> {
        let (part, pace) = word.split_once('=').unwrap_or((word, ""));
        let slot = match part.to_ascii_lowercase().as_str() {
            "handshake" => &mut self.handshake,
            "header" => &mut self.head,
            "body" => &mut self.body,
            "response" => &mut self.response,
            _ => {
                return Err(Complaint::new(format!("'{part}' is no part of a request that has a timeout"))
                    .hint("write handshake=, header=, body= or response=, as in header=20-40,MinRate=500"));
            }
        };
        *slot = Some(read(part, pace)?);
        Ok(())
    }
}

/// `timeout[-most][,MinRate=rate]`, or 0.
fn read(part: &str, text: &str) -> Result<Limit, Complaint> {
    let (times, rate) = match text.split_once(',') {
        Some((times, rate)) => (times, Some(min_rate(part, rate)?)),
        None => (text, None),
    };
    let (first, most) = match times.split_once('-') {
        Some((first, most)) => (seconds(part, first)?, Some(seconds(part, most)?)),
        None => (seconds(part, times)?, None),
    };
    if let Some(most) = most {
        if most <= first {
            return Err(Complaint::new(format!(
                "{part}={text}: the most, {} seconds, must be longer than the {} to begin with",
                most.as_secs(),
                first.as_secs()
            )));
        }
        if rate.is_none() {
            return Err(Complaint::new(format!("{part}={text} does not say what earns a client more time"))
                .hint(format!("write {part}={text},MinRate=500 for a second more with each 500 bytes")));
        }
    }
    Ok(if first.is_zero() { Limit::None } else { Limit::Pace(Pace { first, rate, most }) })
}

/// Longer than anybody waits, and nothing that is added to it overflows.
const LONGEST: u64 = 86_400 * 365;

fn seconds(part: &str, text: &str) -> Result<Duration, Complaint> {
    let known = text.parse().ok().filter(|&seconds| seconds <= LONGEST);
    known.map(Duration::from_secs).ok_or_else(|| {
        Complaint::new(format!("{part}= takes a number of seconds, not '{text}'"))
            .hint(format!("write {part}=20, or {part}=20-40,MinRate=500"))
    })
}

fn min_rate(part: &str, text: &str) -> Result<NonZeroU32, Complaint> {
    let value = text.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("MinRate"));
    value.and_then(|(_, rate)| rate.parse().ok()).ok_or_else(|| {
        Complaint::new(format!("behind the time of {part}= goes MinRate=, not '{text}'"))
            .hint(format!("write {part}=20,MinRate=500: at least 1 byte a second"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> Result<Paces, String> {
        let mut limits = Limits::default();
        let set = words.iter().try_for_each(|word| limits.set(word));
        set.map(|()| limits.paces()).map_err(|complaint| complaint.sentence)
    }

    fn pace(first: u64, most: Option<u64>, rate: u32) -> Option<Pace> {
        let rate = NonZeroU32::new(rate);
        Some(Pace { first: Duration::from_secs(first), rate, most: most.map(Duration::from_secs) })
    }

    #[test]
    fn apaches_defaults() {
        let (head, body) = (pace(20, Some(40), 500), pace(20, None, 500));
        let usual = Paces { handshake: None, head, body, response: pace(60, None, 500) };
        assert_eq!(set(&[]), Ok(usual));
    }

    #[test]
    fn every_form() {
        let usual = set(&[]).unwrap();
        for (words, expected) in [
            (vec!["header=10"], Paces { head: pace(10, None, 0), ..usual }),
            (vec!["Header=10,minrate=1"], Paces { head: pace(10, None, 1), ..usual }),
            (vec!["body=5-30,MinRate=1000"], Paces { body: pace(5, Some(30), 1000), ..usual }),
            (vec!["header=0", "body=0"], Paces { head: None, body: None, ..usual }),
            (vec!["response=5,MinRate=9"], Paces { response: pace(5, None, 9), ..usual }),
            (vec!["response=0"], Paces { response: None, ..usual }),
            (
                vec!["handshake=5", "header=7", "header=9"],
                Paces { handshake: pace(5, None, 0), head: pace(9, None, 0), ..usual },
            ),
        ] {
            assert_eq!(set(&words), Ok(expected), "{words:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (word, sentence) in [
            ("headers=10", "'headers' is no part of a request that has a timeout"),
            ("header", "header= takes a number of seconds, not ''"),
            ("header=-1", "header= takes a number of seconds, not ''"),
            ("header=ten", "header= takes a number of seconds, not 'ten'"),
            ("header=99999999999", "header= takes a number of seconds, not '99999999999'"),
            ("body=10-20", "body=10-20 does not say what earns a client more time"),
            (
                "body=20-20,MinRate=1",
                "body=20-20,MinRate=1: the most, 20 seconds, must be longer than the 20 to begin with",
            ),
            ("body=20,MinRate=0", "behind the time of body= goes MinRate=, not 'MinRate=0'"),
            ("body=20,500", "behind the time of body= goes MinRate=, not '500'"),
        ] {
            assert_eq!(set(&[word]), Err(sentence.to_owned()), "{word}");
        }
    }

    #[test]
    fn a_virtual_host_says_only_what_differs() {
        let (mut outer, mut inner) = (Limits::default(), Limits::default());
        outer.set("header=10").unwrap();
        outer.set("body=10").unwrap();
        inner.set("body=0").unwrap();
        let paces = outer.merge(&inner).paces();
        assert_eq!((paces.head, paces.body), (pace(10, None, 0), None));
    }
}
