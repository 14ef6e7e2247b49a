//! Heads as old or careless clients write them (`HttpProtocolOptions Unsafe` and `Allow0.9`).
//!
//! There is one grammar, and it is strict. Forgiving is rewriting: what is tolerated is put as it should have been, and
//! read as any other head. So nothing that is decided later depends on how a head was read.

use crate::bytes::{TARGET, VALUE, all, is, is_ows};
use crate::{Head, HeadError, Limits, Progress, Version, parse, trim};

/// A head that goes on is given up when it is larger than so many fields can be.
const MOST_FIELDS: usize = 1000;

/// Fields in which no byte is forgiven: another server that sees them with the byte may find another end of the body, or
/// another host (RFC 9112, 11.2).
const EXACT: [&[u8]; 3] = [b"Content-Length", b"Transfer-Encoding", b"Host"];

/// As [`parse`], but lines may end with LF alone, fields may go on in the next line or have white space before the colon,
/// the parts of the request line may stand apart by any white space, and control characters in values are blanks.
pub fn parse_lenient(buf: &[u8], limits: &Limits, head: &mut Head) -> Result<Progress, HeadError> {
    let Some(consumed) = end(buf) else {
        // Whatever it may become, it is too long for a head that is within the limits.
        return if buf.len() > longest(limits) { Err(too_long()) } else { Ok(Progress::Partial) };
    };
    head.clear();
    match parse(&rewritten(&buf[..consumed]), limits, head)? {
        Progress::Complete { .. } => Ok(Progress::Complete { consumed }),
        // It has its empty line: nothing but an error can be missing.
        Progress::Partial => Err(HeadError { status: 400, reason: "the head is malformed", field: None }),
    }
}

/// A request of HTTP/0.9 at the start of the buffer: `GET`, a path, the end of the line. The size of the line, and of
/// empty ones before it.
pub fn parse_simple(buf: &[u8], limits: &Limits, head: &mut Head) -> Option<usize> {
    let mut rest = buf;
    while let Some(after) = rest.strip_prefix(b"\r\n") {
        rest = after;
    }
    let line = rest.split_inclusive(|&byte| byte == b'\n').next()?;
    let target = line.strip_suffix(b"\n")?.strip_prefix(b"GET ")?;
    let target = target.strip_suffix(b"\r").unwrap_or(target);
    if !target.starts_with(b"/") || !all(target, TARGET) || line.len() > limits.line {
        return None;
    }
    *head = Head::new("GET", target, Version::Http09);
    Some(buf.len() - rest.len() + line.len())
}

/// Where the head ends, with its empty line.
fn end(buf: &[u8]) -> Option<usize> {
    let start = buf.iter().position(|&byte| byte != b'\r' && byte != b'\n')?;
    let (mut at, mut is_empty) = (start, false);
    for line in buf[start..].split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        is_empty = matches!(line, b"\n" | b"\r\n");
        if is_empty {
            break;
        }
    }
    is_empty.then_some(at)
}

fn longest(limits: &Limits) -> usize {
    let most = if limits.fields == 0 { MOST_FIELDS } else { limits.fields.min(MOST_FIELDS) };
    let fields = limits.field_size.saturating_mul(most);
    limits.line.saturating_add(fields)
}

fn too_long() -> HeadError {
    HeadError { status: 431, reason: "the head is longer than its limits allow", field: None }
}

fn rewritten(head: &[u8]) -> Vec<u8> {
    let lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let mut out = Vec::with_capacity(head.len() + 2);
    for word in lines.next().unwrap_or_default().split(|&byte| is_white(byte)).filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
    let mut is_exact = false;
    for line in lines {
        // A line that goes on the one before is put behind it.
        let goes_on = line.first().copied().is_some_and(is_ows);
        out.extend_from_slice(if goes_on { b" " } else { b"\r\n" });
        is_exact = push_field(&mut out, line, goes_on, is_exact);
    }
    out.extend_from_slice(b"\r\n\r\n");
    out
}

/// Whether the field of the line is one of the exact ones, as the one before it was if it goes on that.
fn push_field(out: &mut Vec<u8>, line: &[u8], goes_on: bool, before: bool) -> bool {
    let colon = line.iter().position(|&byte| byte == b':').filter(|_| !goes_on);
    let (name, value) = colon.map_or((&b""[..], line), |colon| line.split_at(colon));
    let (name, value) = (trim(name), trim(value));
    let is_exact = if goes_on { before } else { EXACT.iter().any(|exact| exact.eq_ignore_ascii_case(name)) };
    out.extend_from_slice(name);
    out.extend(value.iter().map(|&byte| if is_exact || is(byte, VALUE) { byte } else { b' ' }));
    is_exact
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(buf: &[u8]) -> String {
        let mut head = Head::default();
        match parse_lenient(buf, &Limits::default(), &mut head) {
            Ok(Progress::Complete { consumed }) => format!("{consumed} {head:?}"),
            Ok(Progress::Partial) => "partial".to_owned(),
            Err(error) => error.status.to_string(),
        }
    }

    #[test]
    fn what_is_forgiven() {
        let table: [(&[u8], &str); 14] = [
            (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "27 GET / HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.1\nHost: x\n\nmore", "24 GET / HTTP/1.1\nHost: x\n"),
            (b"\r\n\n  GET \t /a   HTTP/1.1 \nHost: x\n\n", "35 GET /a HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.1\nHost : x\nX:y\n z\n\n", "32 GET / HTTP/1.1\nHost: x\nX: y z\n"),
            (b"GET / HTTP/1.1\nHost: x\nX: a\x01b\n\n", "31 GET / HTTP/1.1\nHost: x\nX: a b\n"),
            (b"GET / HTTP/1.1\nHost: x\x0b\n\n", "400"),
            (b"GET / HTTP/1.1\nHost: x\nTransfer-Encoding:\x0bchunked\n\n", "400"),
            (b"GET / HTTP/1.1\nHost: x\ncontent-length :\n \x005\n\n", "400"),
            (
                b"GET / HTTP/1.1\nHost: x\nX: y\rContent-Length: 5\n\n",
                "47 GET / HTTP/1.1\nHost: x\nX: y Content-Length: 5\n",
            ),
            (b"GET / HTTP/1.1\nHost: x\n", "partial"),
            (b"\r\n\r\n", "partial"),
            (b"GET / HTTP/1.1\n\n", "400"),
            (b"GET /a b HTTP/1.1\nHost: x\n\n", "400"),
            (b"GET / HTTP/1.1\nHost: x\nno colon\n\n", "400"),
        ];
        for (buf, expected) in table {
            assert_eq!(read(buf), expected, "{}", buf.escape_ascii());
        }
        assert_eq!(read(&vec![b'a'; 1_000_000]), "431");
    }

    #[test]
    fn without_a_limit_heads_may_have_many_fields() {
        let head = format!("GET / HTTP/1.0\n{}", "A: b\n".repeat(400)).into_bytes();
        let read = |fields| {
            let limits = Limits { line: 100, fields, field_size: 10 };
            parse_lenient(&head, &limits, &mut Head::default()).map_err(|error| error.status)
        };
        assert_eq!([read(100), read(0)], [Err(431), Ok(Progress::Partial)]);
    }

    #[test]
    fn simple_requests() {
        let simple = |buf: &[u8]| {
            let mut head = Head::default();
            parse_simple(buf, &Limits::default(), &mut head)
                .map(|consumed| (consumed, head.target().to_owned()))
        };
        assert_eq!(simple(b"GET /a\r\nmore"), Some((8, b"/a".to_vec())));
        assert_eq!(simple(b"GET /\n"), Some((6, b"/".to_vec())));
        assert_eq!(simple(b"\r\n\r\nGET /\n"), Some((10, b"/".to_vec())));
        for bad in [&b"GET /a"[..], b"GET /a HTTP/1.1\r\n", b"PUT /a\r\n", b"GET a\r\n", b"GET \r\n", b""] {
            assert_eq!(simple(bad), None, "{}", bad.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_bytes(buf in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b':')], 0..80)) {
            let mut head = Head::default();
            if let Ok(Progress::Complete { consumed }) = parse_lenient(&buf, &Limits::default(), &mut head) {
                prop_assert!(consumed <= buf.len());
            }
            let _ = parse_simple(&buf, &Limits::default(), &mut head);
        }
    }
}
