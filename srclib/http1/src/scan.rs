//! Reads the head of a request: RFC 9112, 2 to 5.
//!
//! Nearly every head arrives whole and well formed, and httparse reads it in one pass. For the rest there is a machine
//! that looks at each byte once, however the bytes arrive, and refuses the first one that is wrong: whether a head is
//! cut in pieces changes when an error is found, never which.

use crate::bytes::{TARGET, TOKEN, VALUE, is, is_ows, trim};
use crate::head::Span;
use crate::host::is_authority;
use crate::quick::quick;
use crate::{Head, HeadError, Method, Version};

/// How many empty lines before a request are overlooked (RFC 9112, 2.2), as Apache does.
const BLANK_LINES: u8 = 10;

/// How many fields are allowed where the limit is 0.
const FIELDS_MAX: usize = 10_000;

/// The size that no head may have, whatever the limits: half of what spans can point to.
pub(crate) const HEAD_MAX: usize = u32::MAX as usize / 2;

/// How much of a field's name an error repeats.
const SHOWN_NAME: usize = 64;

/// How large a head may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the request line without its end (LimitRequestLine).
    pub line: usize,
    /// Number of fields; 0: as many as 10,000 (LimitRequestFields).
    pub fields: usize,
    /// Bytes of one field's line without its end (LimitRequestFieldSize).
    pub field_size: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { line: 8190, fields: 100, field_size: 8190 }
    }
}

/// What [`parse`] made of the bytes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is wrong with them, but the head goes on.
    Partial,
    /// The head is there, and the body or the next request starts after it.
    Complete {
        /// How many bytes belong to the head and to what may be overlooked before it.
        consumed: usize,
    },
}

/// Reads a head from the start of `buf`. After [`Progress::Partial`] it is called again with the same bytes and more of
/// them, and the same head, which remembers what was looked at; a head that was left in the middle must be cleared.
///
/// After an error the head holds what was read of it, so that the log can show the request line. A complete one has a sound request line, sound fields, and one good Host, which HTTP/1.0 may lack.
pub fn parse(buf: &[u8], limits: &Limits, head: &mut Head) -> Result<Progress, HeadError> {
    if head.scan.at == 0 || head.scan.at > buf.len() {
        head.clear();
        if let Some(consumed) = quick(buf, limits, head) {
            return finish(buf, consumed, head);
        }
        head.clear();
    }
    match scan(buf, limits, head) {
        Ok(None) => Ok(Progress::Partial),
        Ok(Some(consumed)) => finish(buf, consumed, head),
        Err(error) => {
            keep(buf, head.scan.at + 1, head);
            Err(error)
        }
    }
}

/// Gives up a head that goes on, after [`parse`] of these bytes: it holds what was read of it, as after an error.
pub fn give_up(buf: &[u8], head: &mut Head) {
    keep(buf, head.scan.at, head);
}

/// Takes over what was read, up to `end`. Of a request line that has no sound end it is as much as was looked at.
fn keep(buf: &[u8], end: usize, head: &mut Head) {
    let Scan { at, state, line, .. } = std::mem::take(&mut head.scan);
    let read = &buf[..end.min(buf.len())];
    let start = match state {
        State::Blank | State::BlankLf => Some(at),
        State::Method | State::Target | State::Version => Some(line),
        _ => None,
    };
    if let Some(start) = start {
        let text = read.strip_suffix(b"\r").or(read.strip_suffix(b"\n")).unwrap_or(read);
        head.line = Span::new(start, text.len().max(start));
    }
    head.bytes.extend_from_slice(read);
}

/// Takes the bytes over and looks at the Host.
fn finish(buf: &[u8], consumed: usize, head: &mut Head) -> Result<Progress, HeadError> {
    head.bytes.extend_from_slice(&buf[..consumed]);
    head.scan = Scan::default();
    match check_host(head) {
        None => Ok(Progress::Complete { consumed }),
        Some(reason) => Err(HeadError { status: 400, reason, field: Some("Host".to_owned()) }),
    }
}

/// What is wrong with the Host (RFC 9112, 3.2).
fn check_host(head: &Head) -> Option<&'static str> {
    let mut hosts = head.get_all("Host");
    match (hosts.next(), hosts.next()) {
        (_, Some(_)) => Some("there is more than one Host"),
        (None, _) if head.version() > Version::Http10 => Some("there is no Host"),
        (Some(host), _) if !is_authority(host) => Some("the Host is malformed"),
        _ => None,
    }
}

/// Where the machine stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scan {
    /// The next byte to look at.
    at: usize,
    state: State,
    /// Where the line started.
    line: usize,
    /// Where the part of the line that is being read started.
    part: usize,
    /// The name of the field whose value is being read.
    name: Span,
    blank_lines: u8,
}

#[derive(Debug, Clone, Copy, Default)]
enum State {
    /// Before the request line.
    #[default]
    Blank,
    BlankLf,
    Method,
    Target,
    Version,
    LineLf,
    /// At the start of a field's line or of the empty one at the end.
    FieldStart,
    Name,
    Value,
    ValueLf,
    EndLf,
}

/// Looks at the bytes that were not there before. The number of bytes of the head when it is complete.
fn scan(buf: &[u8], limits: &Limits, head: &mut Head) -> Result<Option<usize>, HeadError> {
    while let Some(&byte) = buf.get(head.scan.at) {
        let next = match head.scan.state {
            State::Blank
            | State::BlankLf
            | State::Method
            | State::Target
            | State::Version
            | State::LineLf => line_byte(buf, byte, limits, head),
            State::FieldStart | State::Name | State::Value | State::ValueLf => {
                field_byte(buf, byte, limits, head)
            }
            State::EndLf if byte == b'\n' => return Ok(Some(head.scan.at + 1)),
            State::EndLf => Err(bad(BARE_CR)),
        };
        head.scan.state = next.map_err(|error| name_field(error, buf, &head.scan))?;
        head.scan.at += 1;
    }
    Ok(None)
}

const BARE_CR: &str = "a carriage return without line feed";
const BARE_LF: &str = "a line feed without carriage return";

/// One byte of the request line, or before it.
fn line_byte(buf: &[u8], byte: u8, limits: &Limits, head: &mut Head) -> Result<State, HeadError> {
    let Scan { at, state, line, part, .. } = head.scan;
    let inside = matches!(state, State::Method | State::Target | State::Version);
    if inside && byte != b'\r' && at - line >= limits.line.min(HEAD_MAX) {
        return Err(error(414, "the request line is longer than LimitRequestLine"));
    }
    match state {
        State::Blank if byte == b'\r' => {
            head.scan.blank_lines += 1;
            if head.scan.blank_lines <= BLANK_LINES {
                Ok(State::BlankLf)
            } else {
                Err(bad("too many empty lines"))
            }
        }
        State::Blank if is(byte, TOKEN) => {
            head.scan.line = at;
            Ok(State::Method)
        }
        State::BlankLf if byte == b'\n' => Ok(State::Blank),
        State::Method if is(byte, TOKEN) => Ok(State::Method),
        State::Method if byte == b' ' => {
            head.method_name = Span::new(line, at);
            head.method = Method::from_bytes(&buf[line..at]);
            head.scan.part = at + 1;
            Ok(State::Target)
        }
        State::Target if is(byte, TARGET) => Ok(State::Target),
        State::Target if byte == b' ' && at > part => {
            head.target = Span::new(part, at);
            head.scan.part = at + 1;
            Ok(State::Version)
        }
        State::Version => version_byte(buf, byte, head),
        State::LineLf if byte == b'\n' => {
            head.scan.line = at + 1;
            Ok(State::FieldStart)
        }
        _ => Err(bad(bad_line(state, byte))),
    }
}

/// One byte of `HTTP/1.1` and the CR behind it.
fn version_byte(buf: &[u8], byte: u8, head: &mut Head) -> Result<State, HeadError> {
    let Scan { at, line, part, .. } = head.scan;
    let sound = match at - part {
        5 | 7 => byte.is_ascii_digit(),
        place @ (0..=4 | 6) => byte == b"HTTP/1."[place],
        8 => byte == b'\r',
        _ => false,
    };
    if !sound {
        return Err(bad("the request line does not end with a version of HTTP"));
    }
    if byte != b'\r' {
        return Ok(State::Version);
    }
    if buf[part + 5] != b'1' {
        return Err(error(505, "the version of HTTP is not 1.0 or 1.1"));
    }
    head.version = if buf[part + 7] == b'0' { Version::Http10 } else { Version::Http11 };
    head.line = Span::new(line, at);
    Ok(State::LineLf)
}

fn bad_line(state: State, byte: u8) -> &'static str {
    match (state, byte) {
        (State::BlankLf | State::LineLf, _) => BARE_CR,
        (_, b'\n') => BARE_LF,
        (State::Target, b'\r') => "the request line has no version of HTTP",
        (State::Target, b' ') => "the request line has no target, or two blanks before it",
        (State::Target, _) => "a byte in the request target that may not stand there",
        _ => "the request line does not start with a method and a blank",
    }
}

/// One byte of a field's line.
fn field_byte(buf: &[u8], byte: u8, limits: &Limits, head: &mut Head) -> Result<State, HeadError> {
    let Scan { at, state, line, part, .. } = head.scan;
    let inside = matches!(state, State::FieldStart | State::Name | State::Value);
    if inside && byte != b'\r' && at - line >= limits.field_size.min(HEAD_MAX) {
        return Err(error(431, "a field is longer than LimitRequestFieldSize"));
    }
    match state {
        State::FieldStart if byte == b'\r' => Ok(State::EndLf),
        State::FieldStart if is(byte, TOKEN) => {
            let most = if limits.fields == 0 { FIELDS_MAX } else { limits.fields };
            let fits = head.field_count() < most && line < HEAD_MAX;
            if fits { Ok(State::Name) } else { Err(error(431, "more fields than LimitRequestFields")) }
        }
        State::Name if is(byte, TOKEN) => Ok(State::Name),
        State::Name if byte == b':' => {
            head.scan.name = Span::new(line, at);
            head.scan.part = at + 1;
            Ok(State::Value)
        }
        State::Value if is(byte, VALUE) => Ok(State::Value),
        State::Value if byte == b'\r' => {
            let value = &buf[part..at];
            let start = part + value.iter().take_while(|&&byte| is_ows(byte)).count();
            head.push_span(buf, head.scan.name, Span::new(start, start + trim(value).len()));
            Ok(State::ValueLf)
        }
        State::ValueLf if byte == b'\n' => {
            head.scan.line = at + 1;
            Ok(State::FieldStart)
        }
        _ => Err(bad(bad_field(state, byte))),
    }
}

fn bad_field(state: State, byte: u8) -> &'static str {
    match (state, byte) {
        (State::ValueLf, _) => BARE_CR,
        (_, b'\n') => BARE_LF,
        (_, 0) => "a NUL byte in a field",
        (State::FieldStart, b' ' | b'\t') => "a field starts with white space, or goes on in a second line",
        (State::FieldStart, b':') => "a field without a name",
        (State::Name, b' ' | b'\t') => "white space before the colon of a field",
        (State::Name, b'\r') => "a field without a colon",
        (State::Value, _) => "a control character in the value of a field",
        _ => "a byte in the name of a field that may not stand there",
    }
}

fn bad(reason: &'static str) -> HeadError {
    error(400, reason)
}

fn error(status: u16, reason: &'static str) -> HeadError {
    HeadError { status, reason, field: None }
}

/// Adds the name of the field in whose line the error is.
fn name_field(mut error: HeadError, buf: &[u8], scan: &Scan) -> HeadError {
    if matches!(scan.state, State::Name | State::Value | State::ValueLf) {
        let line = &buf[scan.line..scan.at];
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        error.field = Some(name[..name.len().min(SHOWN_NAME)].escape_ascii().to_string());
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: Limits = Limits { line: 30, fields: 4, field_size: 20 };

    fn at_once(buf: &[u8], limits: &Limits) -> (Result<Progress, HeadError>, String) {
        let mut head = Head::default();
        let result = parse(buf, limits, &mut head);
        (result, format!("{head:?}"))
    }

    /// Hands the bytes over in pieces, the last of which ends at `end`.
    fn in_pieces(buf: &[u8], cuts: &[usize], limits: &Limits) -> (Result<Progress, HeadError>, String) {
        let mut head = Head::default();
        for &cut in cuts {
            match parse(&buf[..cut.min(buf.len())], limits, &mut head) {
                Ok(Progress::Partial) => {}
                result => return (result, format!("{head:?}")),
            }
        }
        let result = parse(buf, limits, &mut head);
        (result, format!("{head:?}"))
    }

    fn complete(buf: &[u8]) -> Head {
        let mut head = Head::default();
        let result = parse(buf, &Limits::default(), &mut head);
        assert!(matches!(result, Ok(Progress::Complete { .. })), "{}: {result:?}", buf.escape_ascii());
        head
    }

    #[test]
    fn good_heads() {
        let table: &[(&[u8], &str)] = &[
            (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nrest", "GET / HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\n"),
            (b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n"),
            (b"GET / HTTP/1.7\r\nHost: x\r\n\r\n", "GET / HTTP/1.7\nHost: x\n"),
            (b"M-E! *|\xff HTTP/1.1\r\nhost:x:80\r\n\r\n", "M-E! *|\\xff HTTP/1.1\nhost: x:80\n"),
            (
                b"GET / HTTP/1.0\r\nA: \t b c \t\r\nB:\r\nC: \r\nD:\xe4\r\n\r\n",
                "GET / HTTP/1.0\nA: b c\nB: \nC: \nD: \\xe4\n",
            ),
        ];
        for (buf, expected) in table {
            assert_eq!(format!("{:?}", complete(buf)), *expected);
            let bytewise: Vec<_> = (0..buf.len()).collect();
            assert_eq!(in_pieces(buf, &bytewise, &Limits::default()), at_once(buf, &Limits::default()));
        }
    }

    #[test]
    fn the_parts_of_a_head() {
        let head = complete(b"\r\nPOST /a?b HTTP/1.3\r\nHost: x\r\nA: b\r\na: c\r\n\r\n");
        assert_eq!((head.method_kind(), head.method(), head.target()), (Method::Post, "POST", &b"/a?b"[..]));
        assert_eq!((head.version(), head.line()), (Version::Http11, &b"POST /a?b HTTP/1.3"[..]));
        assert_eq!(head.get_all("A").collect::<Vec<_>>(), [b"b", b"c"]);
    }

    #[test]
    fn bad_heads() {
        let table: &[(&[u8], u16, &str)] = &[
            (b" GET / HTTP/1.1\r\n", 400, "the request line does not start with a method and a blank"),
            (b"G@T", 400, "the request line does not start with a method and a blank"),
            (b"GET\t/", 400, "the request line does not start with a method and a blank"),
            (b"GET\r\n", 400, "the request line does not start with a method and a blank"),
            (b"\x16\x03\x01", 400, "the request line does not start with a method and a blank"),
            (b"GET  /", 400, "the request line has no target, or two blanks before it"),
            (b"GET /\r\n", 400, "the request line has no version of HTTP"),
            (b"GET /\x7f", 400, "a byte in the request target that may not stand there"),
            (b"GET /\0", 400, "a byte in the request target that may not stand there"),
            (b"GET /\n", 400, BARE_LF),
            (b"GET / http", 400, "the request line does not end with a version of HTTP"),
            (b"GET /  HTTP/1.1", 400, "the request line does not end with a version of HTTP"),
            (b"GET / HTTP/1.1 \r\n", 400, "the request line does not end with a version of HTTP"),
            (b"GET / HTTP/1.10\r\n", 400, "the request line does not end with a version of HTTP"),
            (b"GET / HTTP/1.1\n", 400, "the request line does not end with a version of HTTP"),
            (b"GET / HTTP/2.0\r\n", 505, "the version of HTTP is not 1.0 or 1.1"),
            (b"GET / HTTP/0.9\r\n", 505, "the version of HTTP is not 1.0 or 1.1"),
            (b"GET / HTTP/1.1\rX", 400, BARE_CR),
            (b"\rG", 400, BARE_CR),
            (b"\n", 400, BARE_LF),
            (b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET", 400, "too many empty lines"),
            (
                b"GET / HTTP/1.1\r\n A: b\r\n",
                400,
                "a field starts with white space, or goes on in a second line",
            ),
            (
                b"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n",
                400,
                "a field starts with white space, or goes on in a second line",
            ),
            (b"GET / HTTP/1.1\r\n: b\r\n", 400, "a field without a name"),
            (b"GET / HTTP/1.1\r\nAb\r\n", 400, "a field without a colon"),
            (b"GET / HTTP/1.1\r\nA : b\r\n", 400, "white space before the colon of a field"),
            (b"GET / HTTP/1.1\r\nA(: b\r\n", 400, "a byte in the name of a field that may not stand there"),
            (b"GET / HTTP/1.1\r\n\xe4: b\r\n", 400, "a byte in the name of a field that may not stand there"),
            (b"GET / HTTP/1.1\r\nA: b\0c\r\n", 400, "a NUL byte in a field"),
            (b"GET / HTTP/1.1\r\nA\0: bc\r\n", 400, "a NUL byte in a field"),
            (b"GET / HTTP/1.1\r\nA: b\x01\r\n", 400, "a control character in the value of a field"),
            (b"GET / HTTP/1.1\r\nA: b\x7f\r\n", 400, "a control character in the value of a field"),
            (b"GET / HTTP/1.1\r\nA: b\rc\r\n", 400, BARE_CR),
            (b"GET / HTTP/1.1\r\nA: b\nHost: x\r\n\r\n", 400, BARE_LF),
            (b"GET / HTTP/1.1\r\nHost: x\r\n\n", 400, BARE_LF),
            (b"GET / HTTP/1.1\r\nHost: x\r\n\rX", 400, BARE_CR),
            (b"GET / HTTP/1.1\r\n\r\n", 400, "there is no Host"),
            (b"GET http://x/ HTTP/1.1\r\n\r\n", 400, "there is no Host"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", 400, "there is more than one Host"),
            (b"GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", 400, "there is more than one Host"),
            (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "the Host is malformed"),
            (b"GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 400, "the Host is malformed"),
        ];
        for (buf, status, reason) in table {
            let (result, _) = at_once(buf, &Limits::default());
            let error = result.expect_err(&buf.escape_ascii().to_string());
            assert_eq!((error.status, error.reason), (*status, *reason), "{}", buf.escape_ascii());
        }
    }

    #[test]
    fn limits_are_exact_and_found_early() {
        let status = |buf: &[u8]| at_once(buf, &SMALL).0.map_err(|error| error.status);
        let line = |n: usize| format!("GET /{} HTTP/1.0", "a".repeat(n - 14)).into_bytes();
        let field = |n: usize| [b"GET / HTTP/1.0\r\nA: ", vec![b'b'; n - 3].as_slice()].concat();
        let fields = |n: usize| format!("GET / HTTP/1.0\r\n{}", "A: b\r\n".repeat(n)).into_bytes();
        let end = |buf: Vec<u8>| [buf.as_slice(), b"\r\n\r\n"].concat();
        assert!(matches!(status(&end(line(30))), Ok(Progress::Complete { .. })));
        assert_eq!(status(&end(line(31))), Err(414));
        assert_eq!(status(&line(60)[..30]), Ok(Progress::Partial));
        assert_eq!(status(&line(60)[..31]), Err(414));
        assert!(matches!(status(&end(field(20))), Ok(Progress::Complete { .. })));
        assert_eq!(status(&end(field(21))), Err(431));
        assert_eq!(status(&field(20)), Ok(Progress::Partial));
        assert_eq!(status(&field(21)), Err(431));
        assert!(matches!(status(&[fields(4), b"\r\n".to_vec()].concat()), Ok(Progress::Complete { .. })));
        assert_eq!(status(&[fields(5), b"\r\n".to_vec()].concat()), Err(431));
        assert_eq!(status(&[fields(4), b"A".to_vec()].concat()), Err(431));
        let unlimited = Limits { fields: 0, ..SMALL };
        assert!(matches!(
            at_once(&[fields(500), b"\r\n".to_vec()].concat(), &unlimited).0,
            Ok(Progress::Complete { .. })
        ));
    }

    #[test]
    fn of_a_bad_request_line_what_was_read_is_left() {
        let table: [(&[u8], &str); 9] = [
            (b"\x16\x03\x01", "\\x16\n"),
            (b"\r\nG@T /", "G@\n"),
            (b"\rGET /", "G\n"),
            (b"GET  /", "GET  \n"),
            (b"GET /a\r\n", "GET /a\n"),
            (b"GET / HTTP/1.1\nHost: x", "GET / HTTP/1.1\n"),
            (b"GET / HTTP/2.0\r\n", "GET / HTTP/2.0\n"),
            (b"GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "GET /aaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
            (b"\n", "\n"),
        ];
        for (buf, line) in table {
            let (result, head) = at_once(buf, &SMALL);
            assert!(result.is_err() && head == line, "{}: {head}", buf.escape_ascii());
        }
        for (buf, left) in [
            (&b""[..], "\n"),
            (b"GE", "GE\n"),
            (b"GET /a HTTP/1.1\r", "GET /a HTTP/1.1\n"),
            (b"GET / HTTP/1.1\r\nHost: x\r\nA", "GET / HTTP/1.1\nHost: x\n"),
        ] {
            let mut head = Head::default();
            assert_eq!(parse(buf, &SMALL, &mut head), Ok(Progress::Partial));
            give_up(buf, &mut head);
            assert_eq!(format!("{head:?}"), left);
        }
    }

    #[test]
    fn errors_name_the_field_and_leave_the_line() {
        let (result, head) = at_once(b"GET /x HTTP/1.1\r\nHost: x\r\nX-\x1b[1m: y\r\n", &Limits::default());
        assert_eq!(result.map_err(|error| error.field), Err(Some("X-".to_owned())));
        assert_eq!(head, "GET /x HTTP/1.1\nHost: x\n");
        let long = [b"GET / HTTP/1.1\r\n", vec![b'a'; 9000].as_slice()].concat();
        assert_eq!(
            at_once(&long, &Limits::default()).0.map_err(|error| error.field),
            Err(Some("a".repeat(SHOWN_NAME)))
        );
    }

    /// So many that there is one where the request line would end if it stood at the start.
    #[test]
    fn empty_lines_are_no_part_of_the_line() {
        for lines in 0..20 {
            let buf = ["\r\n".repeat(lines), "GET /ab HTTP/1.0\r\n\r\n".to_owned()].concat();
            let expected = if lines > usize::from(BLANK_LINES) { Err(400) } else { Ok(b"/ab".to_vec()) };
            let mut head = Head::default();
            let parsed = parse(buf.as_bytes(), &Limits::default(), &mut head);
            assert_eq!(
                parsed.map(|_| head.target().to_owned()).map_err(|error| error.status),
                expected,
                "{lines}"
            );
        }
    }

    #[test]
    fn a_head_is_used_again() {
        let mut head = Head::default();
        let both = b"GET /1 HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\nHost: y\r\n\r\n";
        let Ok(Progress::Complete { consumed }) = parse(both, &Limits::default(), &mut head) else {
            panic!()
        };
        assert_eq!(head.target(), b"/1");
        assert!(matches!(
            parse(&both[consumed..], &Limits::default(), &mut head),
            Ok(Progress::Complete { .. })
        ));
        assert_eq!((head.target(), head.get("A"), head.fields().count()), (&b"/2"[..], None, 1));
    }

    /// Bytes that come near to a head more often than not.
    fn nearly_a_head() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => Just("GET / HTTP/1.1\r\n".to_owned()),
            4 => Just("Host: x\r\n".to_owned()),
            4 => "[A-Za-z-]{1,6}:[ \t]{0,2}[ -~]{0,8}\r\n",
            3 => Just("\r\n".to_owned()),
            1 => "[ -~\r\n\t\0\u{e4}]{0,4}",
            1 => Just("POST /a%20b HTTP/1.0\r\n".to_owned()),
            1 => Just("\n".to_owned()),
        ];
        let start = prop_oneof![3 => Just("GET / HTTP/1.1\r\n".to_owned()), 1 => Just(String::new())];
        (start, prop::collection::vec(piece, 0..8))
            .prop_map(|(start, pieces)| (start + &pieces.concat()).into_bytes())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_bytes_are_read_without_panic(buf in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(Progress::Complete { consumed }) = at_once(&buf, &Limits::default()).0 {
                prop_assert!(consumed <= buf.len());
            }
        }

        #[test]
        fn pieces_make_no_difference(buf in nearly_a_head(), mut cuts in prop::collection::vec(0..120usize, 0..6), small: bool) {
            let limits = if small { SMALL } else { Limits::default() };
            cuts.sort_unstable();
            let whole = at_once(&buf, &limits);
            prop_assert_eq!(in_pieces(&buf, &cuts, &limits), whole);
        }

        #[test]
        fn no_prefix_says_other_than_the_whole(buf in nearly_a_head(), small: bool) {
            let limits = if small { SMALL } else { Limits::default() };
            let whole = at_once(&buf, &limits);
            for end in 0..buf.len() {
                let prefix = at_once(&buf[..end], &limits);
                if prefix.0 != Ok(Progress::Partial) {
                    prop_assert_eq!(&prefix, &whole);
                }
            }
        }
    }
}
