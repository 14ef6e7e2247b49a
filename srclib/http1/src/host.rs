//! Host and port, as the Host field and a request target write them: RFC 9110, 7.2 and RFC 3986, 3.2.

use std::net::Ipv6Addr;

use crate::bytes::{HOST, all};
use crate::numbers::digits;

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
        let (host, port) = split(text)?;
        Some(Authority { host: std::str::from_utf8(host).ok()?, port })
    }
}

/// Whether [`Authority::parse`] could read it.
pub(crate) fn is_authority(text: &[u8]) -> bool {
    split(text).is_some()
}

/// The host and the port of a text in which all is well formed.
fn split(text: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let find = |byte| text.iter().position(|&other| other == byte);
    let end = if text.starts_with(b"[") { find(b']')? + 1 } else { find(b':').unwrap_or(text.len()) };
    let (host, port) = text.split_at(end);
    let sound = if host.starts_with(b"[") { is_bracketed(host) } else { is_name(host) };
    let port = match port {
        b"" | b":" => None,
        [b':', port @ ..] => Some(parse_port(port)?),
        _ => return None,
    };
    sound.then_some((host, port))
}

fn parse_port(text: &[u8]) -> Option<u16> {
    digits(text).and_then(|port| u16::try_from(port).ok()).filter(|&port| port > 0)
}

fn is_name(host: &[u8]) -> bool {
    !host.is_empty() && all(host, HOST) && !host.windows(2).any(|two| two == b"..") && host != b"."
}

fn is_bracketed(host: &[u8]) -> bool {
    let inside = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
    let address = inside.and_then(|inside| std::str::from_utf8(inside).ok());
    address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
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
