//! Where the body of a request ends: RFC 9112, 6. What two servers could see differently is refused.

use crate::numbers::digits;
use crate::{Head, Version, list};

/// How the end of a request's body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// It has this many bytes, 0 included.
    Length(u64),
    /// It comes in chunks.
    Chunked,
}

/// Why the body's end cannot be known. The connection must be closed after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FramingError {
    /// 400, or 501 for a coding that is not known.
    pub status: u16,
    /// What is wrong, for the log.
    pub reason: &'static str,
}

impl std::fmt::Display for FramingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for FramingError {}

/// How the body of this request is framed.
pub fn framing(head: &Head) -> Result<Framing, FramingError> {
    let mut lengths = head.get_all("Content-Length");
    let (length, more) = (lengths.next(), lengths.next());
    if head.get("Transfer-Encoding").is_some() {
        return transfer_coding(head, length.is_some());
    }
    match (length, more) {
        (None, _) => Ok(Framing::None),
        (Some(_), Some(_)) => Err(bad("there is more than one Content-Length")),
        (Some(text), None) => content_length(text),
    }
}

/// Lengths that a signed 64-bit offset cannot hold are refused, so that sums of them cannot overflow.
fn content_length(text: &[u8]) -> Result<Framing, FramingError> {
    match digits(text) {
        None => Err(bad("the Content-Length is not a number")),
        Some(length) if length > i64::MAX as u64 => Err(bad("the Content-Length is too large")),
        Some(length) => Ok(Framing::Length(length)),
    }
}

fn transfer_coding(head: &Head, has_length: bool) -> Result<Framing, FramingError> {
    if head.version() < Version::Http11 {
        return Err(bad("there is a Transfer-Encoding under HTTP/1.0"));
    }
    if has_length {
        return Err(bad("there are both Transfer-Encoding and Content-Length"));
    }
    let chunked = |coding: &[u8]| coding.eq_ignore_ascii_case(b"chunked");
    let (mut number, mut times, mut last) = (0, 0, false);
    for coding in head.get_all("Transfer-Encoding").flat_map(list) {
        last = chunked(coding);
        number += 1;
        times += usize::from(last);
    }
    match (number, times, last) {
        (1, 1, true) => Ok(Framing::Chunked),
        (_, 1, true) => {
            Err(FramingError { status: 501, reason: "there is a transfer coding that is not known" })
        }
        (_, _, true) => Err(bad("chunked is applied more than once")),
        (_, _, false) => Err(bad("the last transfer coding is not chunked")),
    }
}

fn bad(reason: &'static str) -> FramingError {
    FramingError { status: 400, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CL: &str = "Content-Length";
    const TE: &str = "Transfer-Encoding";

    fn of(version: Version, fields: &[(&str, &str)]) -> Result<Framing, u16> {
        let mut head = Head::new("POST", b"/", version);
        for (name, value) in fields {
            head.append(name, value.as_bytes());
        }
        framing(&head).map_err(|error| error.status)
    }

    #[test]
    fn framed() {
        let table: [(&[(&str, &str)], Framing); 8] = [
            (&[], Framing::None),
            (&[(CL, "0")], Framing::Length(0)),
            (&[("content-length", "42")], Framing::Length(42)),
            (&[(CL, "0042")], Framing::Length(42)),
            (&[(CL, "9223372036854775807")], Framing::Length(i64::MAX as u64)),
            (&[(TE, "chunked")], Framing::Chunked),
            (&[(TE, "CHUNKED")], Framing::Chunked),
            (&[(TE, ", chunked ,")], Framing::Chunked),
        ];
        for (fields, expected) in table {
            assert_eq!(of(Version::Http11, fields), Ok(expected), "{fields:?}");
        }
        assert_eq!(of(Version::Http10, &[(CL, "7")]), Ok(Framing::Length(7)));
    }

    #[test]
    fn refused() {
        let table: [(&[(&str, &str)], u16); 26] = [
            (&[(CL, "")], 400),
            (&[(CL, "+1")], 400),
            (&[(CL, "-1")], 400),
            (&[(CL, "1 1")], 400),
            (&[(CL, "1,1")], 400),
            (&[(CL, "1, 1")], 400),
            (&[(CL, "0x1")], 400),
            (&[(CL, "1.0")], 400),
            (&[(CL, "\u{661}")], 400),
            (&[(CL, "9223372036854775808")], 400),
            (&[(CL, "18446744073709551617")], 400),
            (&[(CL, "99999999999999999999999")], 400),
            (&[(CL, "1"), (CL, "1")], 400),
            (&[(CL, "1"), (CL, "2")], 400),
            (&[(CL, "1"), (TE, "chunked")], 400),
            (&[(TE, "chunked"), (CL, "1")], 400),
            (&[(TE, "identity"), (CL, "1")], 400),
            (&[(TE, "")], 400),
            (&[(TE, "identity")], 400),
            (&[(TE, "gzip")], 400),
            (&[(TE, "xchunked")], 400),
            (&[(TE, "chunked;q=1")], 400),
            (&[(TE, "\"chunked\"")], 400),
            (&[(TE, "chunked, gzip")], 400),
            (&[(TE, "chunked"), (TE, "chunked")], 400),
            (&[(TE, "gzip, chunked")], 501),
        ];
        for (fields, expected) in table {
            assert_eq!(of(Version::Http11, fields), Err(expected), "{fields:?}");
        }
        assert_eq!(of(Version::Http11, &[(TE, "gzip"), (TE, "chunked")]), Err(501));
        assert_eq!(of(Version::Http11, &[(TE, "chunked"), (TE, "identity")]), Err(400));
        assert_eq!(of(Version::Http10, &[(TE, "chunked")]), Err(400));
    }
}
