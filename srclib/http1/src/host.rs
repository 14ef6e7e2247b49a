//! Host and port, as the Host field and a request target write them: RFC 9110, 7.2 and RFC 3986, 3.2.

use std::net::Ipv6Addr;

use crate::bytes::{HOST, is};

/// A host with an optional port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority<'a> {
    /// The name or address as written; an IPv6 address with its brackets.
    pub host: &'a str,
    /// The port, if one is written.
    pub port: Option<u16>,
}

impl<'a> Authority<'a> {
    /// Reads `host`, `host:port`, `[v6]`, `[v6]:port`. None unless all of it is well formed.
    ///
    /// Names are as strict as Apache's: letters, digits, `-`, `_` and single dots, where the grammar would allow
    /// percent-encoding and much punctuation, all of which only ever confuses who comes next. A port is 1 to 65535;
    /// an empty one (`host:`) is none.
    pub fn parse(text: &'a [u8]) -> Option<Authority<'a>> {
        let text = std::str::from_utf8(text).ok()?;
        let end =
            if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
        let (host, port) = text.split_at(end);
        let sound = if host.starts_with('[') { is_bracketed(host) } else { is_name(host) };
        let port = match port {
            "" | ":" => None,
            port => Some(parse_port(port)?),
        };
        sound.then_some(Authority { host, port })
    }
}

/// A port with its colon.
fn parse_port(text: &str) -> Option<u16> {
    let digits = text.strip_prefix(':')?;
    // The parser of numbers would take a sign.
    let digits = digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)?;
    digits.parse().ok().filter(|&port| port > 0)
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| is(byte, HOST)) && !host.contains("..") && host != "."
}

fn is_bracketed(host: &str) -> bool {
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inside.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_hosts() {
        let table = [
            ("x", "x", None),
            ("www.example.org", "www.example.org", None),
            ("www.example.org.", "www.example.org.", None),
            ("a_b-c:80", "a_b-c", Some(80)),
            ("x:", "x", None),
            ("x:0080", "x", Some(80)),
            ("x:65535", "x", Some(65535)),
            ("1.2.3.4", "1.2.3.4", None),
            // No address, but a name that nobody has.
            ("1.2.3.999", "1.2.3.999", None),
            ("[::1]", "[::1]", None),
            ("[2001:db8::1]:8080", "[2001:db8::1]", Some(8080)),
            ("[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]", Some(1)),
        ];
        for (text, host, port) in table {
            assert_eq!(Authority::parse(text.as_bytes()), Some(Authority { host, port }), "{text}");
        }
    }

    #[test]
    fn bad_hosts() {
        let table: [&[u8]; 27] = [
            b"",
            b":80",
            b".",
            b"..",
            b"x..y",
            b"x y",
            b"x,y",
            b"x/y",
            b"u@x",
            b"x%41",
            b"x\xe4",
            b"x;y",
            b"x!y",
            b"*",
            b"x\0",
            b"x:abc",
            b"x:+80",
            b"x:0",
            b"x:65536",
            b"x:99999999999",
            b"x:80:80",
            b"::1",
            b"[::1",
            b"[x]",
            b"[]",
            b"[::1%25eth0]",
            b"[::1]80",
        ];
        for text in table {
            assert_eq!(Authority::parse(text), None, "{}", text.escape_ascii());
        }
    }
}
