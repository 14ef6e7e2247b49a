//! The head of an answer.

use httparse::{EMPTY_HEADER, Response, Status};

/// What ab wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// Of the head itself, in bytes.
    pub(super) size: usize,
    /// Of the body; `None` when it ends with the connection.
    pub(super) length: Option<u64>,
    /// Whether the connection can be used again.
    pub(super) keeps_alive: bool,
    /// The Server line, to its first space.
    pub(super) server: String,
}

/// Heads with more lines are not understood.
const MOST_LINES: usize = 100;

impl Head {
    /// Reads the head that `bytes` begins with; `None` when it is not whole yet. `bodiless` says that the request was
    /// HEAD. An error says only that this is not HTTP/1.
    pub(super) fn parse(bytes: &[u8], bodiless: bool) -> Result<Option<Self>, httparse::Error> {
        let mut lines = [EMPTY_HEADER; MOST_LINES];
        let mut response = Response::new(&mut lines);
        let Status::Complete(size) = response.parse(bytes)? else { return Ok(None) };
        let status = response.code.unwrap_or_default();
        let value = |name: &str| {
            let line = response.headers.iter().find(|line| line.name.eq_ignore_ascii_case(name))?;
            str::from_utf8(line.value).ok()
        };
        let connection = value("Connection").unwrap_or_default();
        let says = |word: &str| connection.split(',').any(|part| part.trim().eq_ignore_ascii_case(word));
        let length = if bodiless || matches!(status, 100..200 | 204 | 304) {
            Some(0)
        } else if value("Transfer-Encoding").is_some() {
            None
        } else {
            value("Content-Length").and_then(|length| length.trim().parse().ok())
        };
        let wants = if response.version == Some(0) { says("keep-alive") } else { !says("close") };
        Ok(Some(Self {
            status,
            size,
            length,
            keeps_alive: wants && length.is_some(),
            server: value("Server")
                .and_then(|line| line.split_whitespace().next())
                .unwrap_or_default()
                .to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::parse(text.as_bytes(), false).unwrap().unwrap()
    }

    #[test]
    fn what_a_head_says() {
        let text = "HTTP/1.1 404 Not Found\r\nServer: Weir/0.1.0 (Unix)\r\nContent-Length: 12\r\n\r\nabc";
        let size = text.len() - 3;
        let expected =
            Head { status: 404, size, length: Some(12), keeps_alive: true, server: "Weir/0.1.0".to_owned() };
        assert_eq!(head(text), expected);
        assert_eq!(Head::parse(text.as_bytes(), true).unwrap().unwrap().length, Some(0));
    }

    #[test]
    fn how_long_and_whether_again() {
        for (text, length, keeps_alive) in [
            ("HTTP/1.0 200 OK\r\n\r\n", None, false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", Some(5), false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n", Some(5), true),
            ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", None, false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Some(5), true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: upgrade, Close\r\n\r\n", Some(5), false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", None, false),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", None, false),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", Some(0), true),
            ("HTTP/1.1 204 No Content\r\n\r\n", Some(0), true),
        ] {
            let head = head(text);
            assert_eq!(
                (head.length, head.keeps_alive, head.server.as_str()),
                (length, keeps_alive, ""),
                "{text}"
            );
        }
    }

    #[test]
    fn parts_and_other_things() {
        for part in ["", "HTT", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n"] {
            assert_eq!(Head::parse(part.as_bytes(), false), Ok(None), "{part}");
        }
        for other in ["SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n", "\u{15}\u{3}\u{1}"] {
            assert!(Head::parse(other.as_bytes(), false).is_err(), "{other}");
        }
    }
}
