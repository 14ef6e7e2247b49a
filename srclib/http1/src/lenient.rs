//! Heads as old or careless clients write them (`HttpProtocolOptions Unsafe` and `Allow0.9`).
//!
//! There is one grammar, and it is strict. Forgiving is rewriting: what is tolerated is put as it should have been, and
//! read as any other head. So nothing that is decided later depends on how a head was read.

use crate::bytes::{TARGET, VALUE, all, is, is_ows};
use crate::{Head, HeadError, Limits, Progress, Version, parse, trim};

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

/// A request of HTTP/0.9 at the start of the buffer: `GET`, a path, the end of the line. The size of the line.
pub fn parse_simple(buf: &[u8], limits: &Limits, head: &mut Head) -> Option<usize> {
    let line = buf.split_inclusive(|&byte| byte == b'\n').next()?;
    let target = line.strip_suffix(b"\n")?.strip_prefix(b"GET ")?;
    let target = target.strip_suffix(b"\r").unwrap_or(target);
    if !target.starts_with(b"/") || !all(target, TARGET) || line.len() > limits.line {
        return None;
    }
    *head = Head::new("GET", target, Version::Http09);
    Some(line.len())
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
    let fields = limits.field_size.saturating_mul(limits.fields.clamp(1, 1000));
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
    for line in lines {
        // A line that goes on the one before is put behind it.
        let goes_on = line.first().copied().is_some_and(is_ows);
        out.extend_from_slice(if goes_on { b" " } else { b"\r\n" });
        push_field(&mut out, line, goes_on);
    }
    out.extend_from_slice(b"\r\n\r\n");
    out
}

fn push_field(out: &mut Vec<u8>, line: &[u8], goes_on: bool) {
    let colon = line.iter().position(|&byte| byte == b':').filter(|_| !goes_on);
    let (name, value) = colon.map_or((&b""[..], line), |colon| line.split_at(colon));
    out.extend_from_slice(trim(name));
    out.extend(trim(value).iter().map(|&byte| if is(byte, VALUE) { byte } else { b' ' }));
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
        let table: [(&[u8], &str); 10] = [
            (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "27 GET / HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.1\nHost: x\n\nmore", "24 GET / HTTP/1.1\nHost: x\n"),
            (b"\r\n\n  GET \t /a   HTTP/1.1 \nHost: x\n\n", "35 GET /a HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.1\nHost : x\nX:y\n z\n\n", "32 GET / HTTP/1.1\nHost: x\nX: y z\n"),
            (b"GET / HTTP/1.1\nHost: x\nX: a\x01b\n\n", "31 GET / HTTP/1.1\nHost: x\nX: a b\n"),
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
    fn simple_requests() {
        let simple = |buf: &[u8]| {
            let mut head = Head::default();
            parse_simple(buf, &Limits::default(), &mut head)
                .map(|consumed| (consumed, head.target().to_owned()))
        };
        assert_eq!(simple(b"GET /a\r\nmore"), Some((8, b"/a".to_vec())));
        assert_eq!(simple(b"GET /\n"), Some((6, b"/".to_vec())));
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
