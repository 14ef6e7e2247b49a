//! Lists in fields, and what Connection says: RFC 9110, 5.6.1 and 7.6.1; RFC 9112, 9.

use crate::{Head, Version, trim};

/// The members of a comma-separated list without white space around them; empty ones are overlooked. Commas in quotes
/// separate nothing.
pub fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = member_end(text);
        rest = text.get(end + 1..);
        Some(trim(&text[..end]))
    })
    .filter(|member| !member.is_empty())
}

/// Whether the list has this token, without regard to case.
pub fn has_token(value: &[u8], token: &str) -> bool {
    list(value).any(|member| member.eq_ignore_ascii_case(token.as_bytes()))
}

/// Where the first member ends: at a comma outside of quotes, or at the end.
fn member_end(text: &[u8]) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let ends = |&byte: &u8| {
        if escaped {
            escaped = false;
            return false;
        }
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => escaped = true,
            b',' => return !quoted,
            _ => {}
        }
        false
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// What the Connection fields of a message say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Connection {
    /// The sender closes after this message, or wants it closed.
    pub close: bool,
    /// A client of HTTP/1.0 offers to keep it.
    pub keep_alive: bool,
    /// There is an Upgrade field that is meant for this hop.
    pub upgrade: bool,
}

impl Connection {
    /// Reads all Connection fields of a request.
    pub fn of(head: &Head) -> Connection {
        let mut said = Connection::default();
        for option in head.get_all("Connection").flat_map(list) {
            said.close |= option.eq_ignore_ascii_case(b"close");
            said.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            said.upgrade |= option.eq_ignore_ascii_case(b"upgrade");
        }
        said
    }

    /// Whether the client expects the connection to stay (RFC 9112, 9.3).
    pub fn persists(self, version: Version) -> bool {
        !self.close && (version > Version::Http10 || self.keep_alive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists() {
        let table: [(&[u8], &[&[u8]]); 9] = [
            (b"", &[]),
            (b"a", &[b"a"]),
            (b"a, b ,c", &[b"a", b"b", b"c"]),
            (b" ,, a,,\t", &[b"a"]),
            (b"a b, c", &[b"a b", b"c"]),
            (b"\"a,b\", c", &[b"\"a,b\"", b"c"]),
            (b"\"a\\\",b\", c", &[b"\"a\\\",b\"", b"c"]),
            (b"\"a, b", &[b"\"a, b"]),
            (b"a\\,b", &[b"a\\", b"b"]),
        ];
        for (value, expected) in table {
            assert_eq!(list(value).collect::<Vec<_>>(), expected, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn what_connection_says() {
        let table: [(&[&str], Version, bool); 9] = [
            (&[], Version::Http11, true),
            (&[], Version::Http10, false),
            (&["Keep-Alive"], Version::Http10, true),
            (&["close"], Version::Http11, false),
            (&["keep-alive, CLOSE"], Version::Http11, false),
            (&["foo", "bar, close"], Version::Http11, false),
            (&["closed, x-close"], Version::Http11, true),
            (&["close, keep-alive"], Version::Http10, false),
            (&[",,keep-alive ,"], Version::Http10, true),
        ];
        for (values, version, persists) in table {
            let mut head = Head::new("GET", b"/", version);
            for value in values {
                head.append("connection", value.as_bytes());
            }
            assert_eq!(Connection::of(&head).persists(version), persists, "{values:?}");
        }
        let mut head = Head::new("GET", b"/", Version::Http11);
        head.append("Connection", b"Upgrade, HTTP2-Settings");
        assert!(Connection::of(&head).upgrade);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list(value in prop::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(list(&value).all(|member| !member.is_empty() && trim(member) == member));
        }
    }
}
