//! Who a connection is for, by its first bytes: the Host of a request, or the name in a TLS ClientHello.
//!
//! It decides as early as it can and reads nothing that it need not; what is malformed is for the one who answers to
//! judge. Whoever passes connections on and whoever serves them must both ask here, or a request could be thrown back
//! and forth between two who each think that it is the other's.

use crate::host::is_authority;
use crate::{Authority, Form, Method, Target, trim};

/// After so many bytes there is always an answer: a TLS record, which is 16 KiB at most, and some room.
pub const SNIFF_MOST: usize = 17 * 1024;

/// What the first bytes of a connection, or of a further request on it, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sniff<'a> {
    /// Nothing yet: to be asked again with the same bytes and more, at least so many in all.
    Need(usize),
    /// HTTP/1 for this host, perhaps with a port: of the target, else of the first Host field (RFC 9112, 3.2.2).
    Host(&'a str),
    /// HTTP/1 that names no host; the path it asks for.
    Nameless(&'a [u8]),
    /// A TLS ClientHello, and the name in it (RFC 6066, 3), if there is one.
    Tls(Option<String>),
    /// The preface of HTTP/2 (RFC 9113, 3.4).
    Http2,
    /// None of these, or no good one.
    Bad,
}

/// Looks at the first bytes. What it says of them it says of all that begins with them.
pub fn sniff(bytes: &[u8]) -> Sniff<'_> {
    let bytes = &bytes[..bytes.len().min(SNIFF_MOST)];
    let is_all = bytes.len() == SNIFF_MOST;
    let found = if bytes.first() == Some(&HANDSHAKE) { tls(bytes) } else { http(bytes, is_all) };
    match found {
        Sniff::Need(_) if is_all => Sniff::Bad,
        Sniff::Need(bytes) => Sniff::Need(bytes.min(SNIFF_MOST)),
        found => found,
    }
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// As many empty lines as a request's reader overlooks.
const BLANK_LINES: usize = 10;

fn http(bytes: &[u8], is_all: bool) -> Sniff<'_> {
    if bytes.starts_with(PREFACE) {
        return Sniff::Http2;
    }
    if PREFACE.starts_with(bytes) {
        return Sniff::Need(bytes.len() + 1);
    }
    let mut rest = bytes;
    for _ in 0..BLANK_LINES {
        rest = rest.strip_prefix(b"\r\n").unwrap_or(rest);
    }
    let more = Sniff::Need(bytes.len() + 1);
    if rest.first().is_some_and(|byte| !byte.is_ascii_graphic() && *byte != b'\r') {
        return Sniff::Bad;
    }
    let Some((line, mut rest)) = line(rest) else { return more };
    let Some(target) = target(line) else { return Sniff::Bad };
    match (target.form, authority_text(line)) {
        (Form::Authority, _) => return Sniff::Nameless(target.path),
        (_, Some(host)) if target.authority.is_some() => return Sniff::Host(host),
        _ => {}
    }
    while let Some((field, after)) = self::line(rest) {
        if field.is_empty() {
            return Sniff::Nameless(target.path);
        }
        if let Some(value) = host_of(field) {
            return host(value).map_or(Sniff::Bad, Sniff::Host);
        }
        rest = after;
    }
    if is_all { Sniff::Nameless(target.path) } else { more }
}

/// The first line without its end, and what follows; `None` as long as it goes on.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..]))
}

/// The target of a request line that has the form of one.
fn target(line: &[u8]) -> Option<Target<'_>> {
    let (method, target) = words(line)?;
    Target::parse(Method::from_bytes(method), target).ok()
}

fn words(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    (words.next().is_none() && version.starts_with(b"HTTP/")).then_some((method, target))
}

/// Host and port of an absolute target, as they stand.
fn authority_text(line: &[u8]) -> Option<&str> {
    let (_, target) = words(line)?;
    let after = target.windows(3).position(|three| three == b"://").map(|colon| &target[colon + 3..])?;
    let end = after.iter().position(|byte| b"/?".contains(byte)).unwrap_or(after.len());
    host(&after[..end])
}

/// The value of a line that is a Host field.
fn host_of(field: &[u8]) -> Option<&[u8]> {
    let (name, value) = field.split_at_checked(b"Host:".len())?;
    name.eq_ignore_ascii_case(b"Host:").then(|| trim(value))
}

fn host(text: &[u8]) -> Option<&str> {
    Authority::parse(text).and_then(|_| std::str::from_utf8(text).ok())
}

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const RECORD_HEAD: usize = 5;
const RECORD_MOST: usize = 16 * 1024;
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;

/// A ClientHello, which may be spread over several records (RFC 8446, 5.1).
fn tls(bytes: &[u8]) -> Sniff<'_> {
    let mut hello = Vec::new();
    let mut at = 0;
    loop {
        let Some(&[kind, major, _, high, low]) = bytes[at..].first_chunk() else {
            let good = bytes[at..].iter().zip([HANDSHAKE, 3]).all(|(byte, wanted)| *byte == wanted);
            return if good { Sniff::Need(at + RECORD_HEAD) } else { Sniff::Bad };
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if kind != HANDSHAKE || major != 3 || !(1..=RECORD_MOST).contains(&length) {
            return Sniff::Bad;
        }
        let end = at + RECORD_HEAD + length;
        hello.extend_from_slice(&bytes[at + RECORD_HEAD..end.min(bytes.len())]);
        match body(&hello) {
            Err(()) => return Sniff::Bad,
            Ok(Some(body)) => return named(body).unwrap_or(Sniff::Bad),
            Ok(None) if end > bytes.len() => return Sniff::Need(end),
            Ok(None) => at = end,
        }
    }
}

/// The body of the handshake message, once it is whole; an error if it is no ClientHello that fits.
fn body(hello: &[u8]) -> Result<Option<&[u8]>, ()> {
    if hello.first().is_some_and(|kind| *kind != CLIENT_HELLO) {
        return Err(());
    }
    let Some(&[_, a, b, c]) = hello.first_chunk() else { return Ok(None) };
    let length = u32::from_be_bytes([0, a, b, c]) as usize;
    if length > RECORD_MOST {
        return Err(());
    }
    Ok(hello.get(4..4 + length))
}

/// What a ClientHello says (RFC 8446, 4.1.2; RFC 6066, 3). `None` for what is none.
fn named(body: &[u8]) -> Option<Sniff<'static>> {
    let mut rest = Reader(body);
    rest.take(2 + 32)?;
    rest.vector(1)?;
    rest.vector(2)?;
    rest.vector(1)?;
    if rest.0.is_empty() {
        return Some(Sniff::Tls(None));
    }
    let mut extensions = Reader(rest.vector(2)?);
    while !extensions.0.is_empty() {
        let kind = extensions.number(2)?;
        let data = extensions.vector(2)?;
        if kind == usize::from(SERVER_NAME) {
            return name_in(data).map(|name| Sniff::Tls(Some(name)));
        }
    }
    Some(Sniff::Tls(None))
}

fn name_in(data: &[u8]) -> Option<String> {
    let mut list = Reader(data);
    let mut names = Reader(list.vector(2)?);
    let kind = names.number(1)?;
    let name = names.vector(2)?;
    let good = kind == usize::from(HOST_NAME) && is_authority(name) && !name.contains(&b':');
    good.then(|| String::from_utf8_lossy(name).into_owned())
}

/// Takes numbers, and vectors with their length before them, from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        Some(self.take(bytes)?.iter().fold(0, |number, &byte| number << 8 | usize::from(byte)))
    }

    fn vector(&mut self, length_bytes: usize) -> Option<&'a [u8]> {
        let length = self.number(length_bytes)?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A handshake message in records of so many bytes each.
    fn records(message: &[u8], size: usize) -> Vec<u8> {
        let record = |part: &[u8]| [&[22, 3, 1][..], &(part.len() as u16).to_be_bytes(), part].concat();
        message.chunks(size).flat_map(record).collect()
    }

    fn vector(length_bytes: usize, data: &[u8]) -> Vec<u8> {
        [&data.len().to_be_bytes()[8 - length_bytes..], data].concat()
    }

    fn hello(name: Option<&str>, padding: usize) -> Vec<u8> {
        let sni = |name: &str| {
            let list = vector(2, &[&[0][..], &vector(2, name.as_bytes())].concat());
            [&[0, 0][..], &vector(2, &list)].concat()
        };
        let padding = [&[0, 21][..], &vector(2, &vec![0; padding])].concat();
        let extensions = [padding, name.map(sni).unwrap_or_default()].concat();
        let body = [
            &[3, 3][..],
            &[7; 32],
            &vector(1, &[1; 32]),
            &vector(2, &[0x13, 1]),
            &vector(1, &[0]),
            &vector(2, &extensions),
        ]
        .concat();
        [&[1][..], &vector(3, &body)].concat()
    }

    #[test]
    fn requests() {
        let long = format!("GET /p HTTP/1.1\r\nA: {}\r\nHost: late.test\r\n\r\n", "a".repeat(SNIFF_MOST));
        let table: &[(&str, Sniff<'_>)] = &[
            ("GET / HTTP/1.1\r\nHost: a.test\r\nX", Sniff::Host("a.test")),
            ("GET / HTTP/1.1\r\nAccept: */*\r\nhOST:\t[::1]:80 \r\n", Sniff::Host("[::1]:80")),
            ("GET / HTTP/1.1\nHost: a.test\n", Sniff::Host("a.test")),
            ("\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n", Sniff::Host("a.test")),
            ("GET http://b.test:81/x HTTP/1.1\r\nHost: a.test\r\n", Sniff::Host("b.test:81")),
            ("GET http://b.test?x HTTP/1.1\r\n", Sniff::Host("b.test")),
            ("GET /x://b.test HTTP/1.1\r\nHost: a.test\r\n", Sniff::Host("a.test")),
            ("GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n", Sniff::Host("a.test")),
            ("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n", Sniff::Host("a.test")),
            ("GET /x?y HTTP/1.0\r\n\r\n", Sniff::Nameless(b"/x")),
            ("GET / HTTP/1.0\r\nHost : a.test\r\n\r\n", Sniff::Nameless(b"/")),
            ("CONNECT b.test:443 HTTP/1.1\r\n", Sniff::Nameless(b"")),
            (&long, Sniff::Nameless(b"/p")),
            (&long[..40], Sniff::Need(41)),
            ("", Sniff::Need(1)),
            ("GET / HTTP/1.1\r\nHost: a.tes", Sniff::Need(28)),
            ("PRI * HTTP/2.0\r\n", Sniff::Need(17)),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Sniff::Http2),
            ("GET / HTTP/1.1\r\nHost: a b\r\n", Sniff::Bad),
            ("GET / HTTP/1.1\r\nHost:\r\n", Sniff::Bad),
            ("GET http://u@b.test/ HTTP/1.1\r\n", Sniff::Bad),
            ("GET /\r\n", Sniff::Bad),
            ("GET / HTTP/1.1 x\r\n", Sniff::Bad),
            ("\0\0", Sniff::Bad),
        ];
        for (bytes, expected) in table {
            assert_eq!(sniff(bytes.as_bytes()), *expected, "{bytes:.80}");
        }
    }

    #[test]
    fn hellos() {
        let named = Sniff::Tls(Some("b.test".to_owned()));
        for size in [16384, 700, 1] {
            assert_eq!(sniff(&records(&hello(Some("b.test"), 1500), size)), named, "{size}");
        }
        assert_eq!(sniff(&records(&hello(None, 0), 99)), Sniff::Tls(None));
        let whole = records(&hello(Some("b.test"), 0), 16384);
        for (end, need) in [(1, 5), (4, 5), (5, whole.len()), (whole.len() - 1, whole.len())] {
            assert_eq!(sniff(&whole[..end]), Sniff::Need(need), "{end}");
        }
        for name in ["", "a b", "a:80", "\u{e4}"] {
            assert_eq!(sniff(&records(&hello(Some(name), 0), 99)), Sniff::Bad, "{name}");
        }
        let alert: &[u8] = &[22, 3, 1, 0, 2, 2, 40];
        let empty: &[u8] = &[22, 3, 1, 0, 0];
        let large: &[u8] = &[22, 3, 1, 0x40, 1];
        let endless: &[u8] = &[22, 3, 1, 0, 4, 1, 0, 0x40, 1];
        for bad in [alert, empty, large, endless, &[22, 2]] {
            assert_eq!(sniff(bad), Sniff::Bad, "{bad:?}");
        }
    }

    fn nearly_anything() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            3 => Just(b"GET / HTTP/1.1\r\n".to_vec()),
            2 => Just(b"GET http://b.test/x HTTP/1.1\r\n".to_vec()),
            3 => Just(b"Host: a.test\r\n".to_vec()),
            2 => Just(b"\r\n".to_vec()),
            1 => Just(PREFACE.to_vec()),
            2 => (prop::option::of("[a-z.]{0,9}"), 0..90_usize, 1..90_usize)
                .prop_map(|(name, padding, size)| records(&hello(name.as_deref(), padding), size)),
            2 => prop::collection::vec(any::<u8>(), 0..9),
        ];
        prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_prefix_says_nothing_or_the_same(bytes in nearly_anything()) {
            let whole = sniff(&bytes);
            for end in 0..bytes.len() {
                match sniff(&bytes[..end]) {
                    Sniff::Need(need) => prop_assert!(need > end && need <= SNIFF_MOST),
                    answer => prop_assert_eq!(&answer, &whole, "{}", end),
                }
            }
        }

        #[test]
        fn what_is_needed_is_needed(name in "[a-z]{1,9}", padding in 0..2000_usize, size in 1..900_usize) {
            let bytes = records(&hello(Some(&name), padding), size);
            let mut end = 0;
            while let Sniff::Need(need) = sniff(&bytes[..end]) {
                prop_assert!(need <= bytes.len());
                end = need;
            }
            prop_assert_eq!(sniff(&bytes[..end]), Sniff::Tls(Some(name)));
        }
    }
}
