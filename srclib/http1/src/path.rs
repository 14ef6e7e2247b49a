//! Paths of URLs, decoded and normalised once and for all before anything is looked up.

use crate::TargetError;
use crate::target::bad;

/// What becomes of `%2F` in a path (AllowEncodedSlashes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EncodedSlashes {
    /// `Off`: the path is not found.
    #[default]
    Refuse,
    /// `On`: it is a slash like any other.
    Decode,
    /// `NoDecode`: it stays as it is written.
    Keep,
}

/// How [`decode_path`] goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathOptions {
    /// What becomes of `%2F`.
    pub encoded_slashes: EncodedSlashes,
    /// Whether several slashes in a row count as one (MergeSlashes).
    pub merge_slashes: bool,
}

impl Default for PathOptions {
    fn default() -> PathOptions {
        PathOptions { encoded_slashes: EncodedSlashes::default(), merge_slashes: true }
    }
}

/// Decodes a path that starts with a slash, and takes `.` and `..` out of it, into a buffer that is emptied before.
///
/// A malformed escape and a way above the root are errors with status 400; `%00` and, unless allowed, `%2F` with 404,
/// as in Apache: nothing that exists has such a name. What comes out starts with a slash, has no NUL and no segment
/// `.` or `..`, and may hold any other byte.
pub fn decode_path(raw: &[u8], options: PathOptions, out: &mut Vec<u8>) -> Result<(), TargetError> {
    out.clear();
    if raw.first() != Some(&b'/') {
        return Err(bad("the path does not start with a slash"));
    }
    out.reserve(raw.len());
    if is_plain(raw) {
        out.extend_from_slice(raw);
        return Ok(());
    }
    let new_slashes = decode_segments(raw, options, out)?;
    if new_slashes {
        normalise(out, options.merge_slashes)?;
    }
    Ok(())
}

/// Whether there is nothing to do: no escape, and no dot or slash after a slash.
fn is_plain(raw: &[u8]) -> bool {
    let mut last = 0;
    for &byte in raw {
        if byte == b'%' || byte == 0 || (last == b'/' && (byte == b'.' || byte == b'/')) {
            return false;
        }
        last = byte;
    }
    true
}

/// Decodes segment by segment, so that `%2e%2e` is seen for what it is; whether there was a `%2F` that became a slash.
fn decode_segments(raw: &[u8], options: PathOptions, out: &mut Vec<u8>) -> Result<bool, TargetError> {
    let mut new_slashes = false;
    let mut segments = raw[1..].split(|&byte| byte == b'/').peekable();
    out.push(b'/');
    while let Some(segment) = segments.next() {
        let start = out.len();
        new_slashes |= unescape(segment, options.encoded_slashes, out)?;
        end_segment(start, segments.peek().is_none(), options.merge_slashes, out)?;
    }
    Ok(new_slashes)
}

/// Settles the segment that starts here and goes to the end of the buffer: `.` and `..` go, others get a slash unless
/// they are the last.
fn end_segment(start: usize, last: bool, merge: bool, out: &mut Vec<u8>) -> Result<(), TargetError> {
    match &out[start..] {
        b"." => out.truncate(start),
        b".." => out.truncate(parent(&out[..start])?),
        b"" if merge => {}
        _ if last => {}
        _ => out.push(b'/'),
    }
    Ok(())
}

/// Where the last segment of this path starts, which ends with a slash.
fn parent(path: &[u8]) -> Result<usize, TargetError> {
    let above = path.len().checked_sub(1).and_then(|end| path[..end].iter().rposition(|&byte| byte == b'/'));
    above.map(|slash| slash + 1).ok_or(bad("the path leads above the root"))
}

/// Appends the segment without its escapes; whether one became a slash.
fn unescape(segment: &[u8], slashes: EncodedSlashes, out: &mut Vec<u8>) -> Result<bool, TargetError> {
    let mut new_slashes = false;
    let mut rest = segment;
    while let Some(at) = rest.iter().position(|&byte| byte == b'%' || byte == 0) {
        out.extend_from_slice(&rest[..at]);
        let Some(byte) = escaped(&rest[at..]) else { return Err(bad("a malformed escape in the path")) };
        match (byte, slashes) {
            (0, _) => return Err(TargetError { status: 404, reason: "an escaped NUL in the path" }),
            (b'/', EncodedSlashes::Refuse) => {
                return Err(TargetError {
                    status: 404,
                    reason: "an escaped slash in the path (AllowEncodedSlashes)",
                });
            }
            // No segment ends here yet: `/a%2Fb/..` is the root. A NUL cannot be in a path otherwise.
            (b'/', EncodedSlashes::Decode) => out.push(0),
            (b'/', EncodedSlashes::Keep) => out.extend_from_slice(&rest[at..at + 3]),
            _ => out.push(byte),
        }
        new_slashes |= byte == b'/' && slashes == EncodedSlashes::Decode;
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest);
    Ok(new_slashes)
}

/// The byte that the escape at the start stands for.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = *text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    Some(digit(high)? << 4 | digit(low)?)
}

/// Turns the NULs that stand for `%2F` into slashes and takes the segments `.` and `..`, and if asked empty ones, out of
/// what then is the path.
fn normalise(path: &mut Vec<u8>, merge: bool) -> Result<(), TargetError> {
    let decoded = std::mem::take(path);
    let inside = decoded.get(1..).unwrap_or_default();
    let mut segments = inside.split(|&byte| byte == b'/' || byte == 0).peekable();
    path.push(b'/');
    while let Some(segment) = segments.next() {
        let start = path.len();
        path.extend_from_slice(segment);
        end_segment(start, segments.peek().is_none(), merge, path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NO_MERGE: PathOptions =
        PathOptions { encoded_slashes: EncodedSlashes::Refuse, merge_slashes: false };
    const DECODE: PathOptions = PathOptions { encoded_slashes: EncodedSlashes::Decode, merge_slashes: true };
    const KEEP: PathOptions = PathOptions { encoded_slashes: EncodedSlashes::Keep, merge_slashes: true };

    fn decode(raw: &[u8], options: PathOptions) -> Result<String, u16> {
        let mut out = b"left over".to_vec();
        decode_path(raw, options, &mut out).map_err(|error| error.status)?;
        Ok(out.escape_ascii().to_string())
    }

    #[test]
    fn decoded_and_normalised() {
        let table: [(&[u8], &str); 29] = [
            (b"/", "/"),
            (b"/a/b.html", "/a/b.html"),
            (b"/a/b/", "/a/b/"),
            (b"/%61", "/a"),
            (b"/a%20b%C3%A4", "/a b\\xc3\\xa4"),
            (b"/\xc3\xa4", "/\\xc3\\xa4"),
            (b"/a+b", "/a+b"),
            (b"/%252e%252e/", "/%2e%2e/"),
            (b"//a///b//", "/a/b/"),
            (b"/.", "/"),
            (b"/./", "/"),
            (b"/a/.", "/a/"),
            (b"/a/./b", "/a/b"),
            (b"/a/..", "/"),
            (b"/a/../", "/"),
            (b"/a/../b", "/b"),
            (b"/a/b/../../c", "/c"),
            (b"/a/b/..", "/a/"),
            (b"/a//../b", "/b"),
            (b"/a/%2e%2E/b", "/b"),
            (b"/a/.%2e/b", "/b"),
            (b"/a/%2e/b", "/a/b"),
            (b"/..a/b..", "/..a/b.."),
            (b"/.../a", "/.../a"),
            (b"/.htaccess", "/.htaccess"),
            (b"/a/.b/c", "/a/.b/c"),
            (b"/a/..;/b", "/a/..;/b"),
            (b"/a\\..\\b", "/a\\\\..\\\\b"),
            (b"/a%0d%0ab", "/a\\r\\nb"),
        ];
        for (raw, expected) in table {
            assert_eq!(
                decode(raw, PathOptions::default()).as_deref(),
                Ok(expected),
                "{}",
                raw.escape_ascii()
            );
        }
    }

    #[test]
    fn refused() {
        let table: [(&[u8], u16); 15] = [
            (b"", 400),
            (b"a", 400),
            (b"/..", 400),
            (b"/../a", 400),
            (b"/%2e%2e", 400),
            (b"//../a", 400),
            (b"/a/../../b", 400),
            (b"/%", 400),
            (b"/%4", 400),
            (b"/%zz", 400),
            (b"/%+1", 400),
            (b"/a%00b", 404),
            (b"/a%2fb", 404),
            (b"/a%2Fb", 404),
            (b"/\0", 400),
        ];
        for (raw, status) in table {
            assert_eq!(decode(raw, PathOptions::default()), Err(status), "{}", raw.escape_ascii());
        }
    }

    #[test]
    fn slashes_as_told() {
        let table: [(&[u8], PathOptions, Result<&str, u16>); 12] = [
            (b"//a//b/", NO_MERGE, Ok("//a//b/")),
            (b"/a//../b", NO_MERGE, Ok("/a/b")),
            (b"/a/%2f", NO_MERGE, Err(404)),
            (b"/a%2Fb", KEEP, Ok("/a%2Fb")),
            (b"/a/..%2f..%2fb", KEEP, Ok("/a/..%2f..%2fb")),
            (b"/a%2Fb", DECODE, Ok("/a/b")),
            (b"/a%2F/b", DECODE, Ok("/a/b")),
            (b"/a/.%2F/b", DECODE, Ok("/a/b")),
            (b"/a/b/..%2fc", DECODE, Ok("/a/c")),
            (b"/a%2Fb/../c", DECODE, Ok("/c")),
            (b"/a/..%2f..%2fb", DECODE, Err(400)),
            (b"/a%2f..", DECODE, Ok("/")),
        ];
        for (raw, options, expected) in table {
            assert_eq!(
                decode(raw, options),
                expected.map(str::to_owned),
                "{} {options:?}",
                raw.escape_ascii()
            );
        }
    }

    fn path() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just("/".to_owned()),
            Just(".".to_owned()),
            Just("%2e".to_owned()),
            Just("%2F".to_owned()),
            Just("%00".to_owned()),
            "[a-z%]",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..14).prop_map(|pieces| format!("/{}", pieces.concat()).into_bytes())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn what_comes_out_is_safe(raw in path(), slashes in 0..3usize, merge_slashes: bool) {
            let encoded_slashes = [EncodedSlashes::Refuse, EncodedSlashes::Decode, EncodedSlashes::Keep][slashes];
            let mut out = Vec::new();
            if decode_path(&raw, PathOptions { encoded_slashes, merge_slashes }, &mut out).is_ok() {
                prop_assert_eq!(out[0], b'/');
                prop_assert!(!out.contains(&0));
                prop_assert!(out.split(|&b| b == b'/').all(|segment| segment != b"." && segment != b".."));
                prop_assert!(!merge_slashes || !out.windows(2).any(|pair| pair == b"//"));
            }
        }

        #[test]
        fn any_bytes(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode_path(&raw, PathOptions::default(), &mut Vec::new());
        }
    }
}
