//! The head of a request: its line and its fields in one buffer that is used again and again.

use std::borrow::Cow;
use std::fmt;

use crate::Method;
use crate::bytes::{TARGET, TOKEN, VALUE, is};
use crate::kinds::Kinds;
use crate::scan::Scan;

pub use crate::scan::{Limits, Progress, give_up, parse};

/// The protocol versions that are spoken. A later minor version is taken for 1.1 (RFC 9110, 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// HTTP/0.9: `GET` and a path alone; the answer is a body alone
    Http09,
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    #[default]
    Http11,
}

impl Version {
    /// `HTTP/0.9`, `HTTP/1.0` or `HTTP/1.1`.
    pub fn name(self) -> &'static str {
        match self {
            Version::Http09 => "HTTP/0.9",
            Version::Http10 => "HTTP/1.0",
            Version::Http11 => "HTTP/1.1",
        }
    }
}

/// The head of a request. [`parse`] fills it; [`clear`](Head::clear) keeps its memory for the next one.
#[derive(Clone, Default)]
pub struct Head {
    /// What all spans point into: the head as received, then whatever was set later.
    pub(crate) bytes: Vec<u8>,
    pub(crate) line: Span,
    pub(crate) method: Method,
    pub(crate) method_name: Span,
    pub(crate) target: Span,
    pub(crate) version: Version,
    fields: Vec<Field>,
    kinds: Kinds,
    /// How far an incomplete head has been looked at.
    pub(crate) scan: Scan,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: Span,
    value: Span,
}

/// A run of bytes in the buffer. Buffers are shorter than 4 GiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }
}

impl Head {
    /// A head made by hand: for a sub-request, a test. Bytes that cannot stand in a request line are percent-encoded
    /// in the target; a method that is no token becomes GET.
    pub fn new(method: &str, target: &[u8], version: Version) -> Head {
        let mut head = Head { version, ..Head::default() };
        let method = if crate::is_token(method.as_bytes()) { method } else { "GET" };
        head.method = Method::from_bytes(method.as_bytes());
        head.method_name = head.push(method.as_bytes());
        head.bytes.push(b' ');
        let start = head.bytes.len();
        push_target(&mut head.bytes, target);
        head.target = Span::new(start, head.bytes.len());
        head.bytes.push(b' ');
        head.push(version.name().as_bytes());
        head.line = Span::new(0, head.bytes.len());
        head
    }

    /// Forgets everything but keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.fields.clear();
        (self.line, self.method_name, self.target) = (Span::default(), Span::default(), Span::default());
        (self.method, self.version, self.kinds, self.scan) = Default::default();
    }

    /// The request line as received, without its end.
    pub fn line(&self) -> &[u8] {
        self.slice(self.line)
    }

    /// The method's name as received.
    pub fn method(&self) -> &str {
        if self.method == Method::Other { self.text(self.method_name) } else { self.method.name() }
    }

    /// Which method it is.
    pub fn method_kind(&self) -> Method {
        self.method
    }

    /// The request target as received: see [`Target`](crate::Target).
    pub fn target(&self) -> &[u8] {
        self.slice(self.target)
    }

    /// The version that the client speaks.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The value of the first field of this name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// The values of all fields of this name, in order.
    #[inline]
    pub fn get_all<'h, 'n>(&'h self, name: &'n str) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        let maybe = self.kinds.may_have(name.as_bytes());
        let fields: &[Field] = if maybe { &self.fields } else { &[] };
        fields.iter().filter(|field| self.is(field, name)).map(|field| self.slice(field.value))
    }

    /// The values of all fields of this name joined with `, ` (RFC 9110, 5.3).
    pub fn combined(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        if !self.kinds.may_have(name.as_bytes()) {
            return None;
        }
        let mut values =
            self.fields.iter().filter(|field| self.is(field, name)).map(|field| self.slice(field.value));
        let mut all = Cow::Borrowed(values.next()?);
        for value in values {
            let all = all.to_mut();
            all.extend_from_slice(b", ");
            all.extend_from_slice(value);
        }
        Some(all)
    }

    /// All fields in order, names as received.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|field| (self.text(field.name), self.slice(field.value)))
    }

    /// Makes this the only field of the name, in the place of the first if there was one. Bytes that cannot stand in
    /// a field are replaced: `_` in the name, a blank in the value.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        let Some(first) = self.fields.iter().position(|field| self.is(field, name)) else {
            return self.append(name, value);
        };
        let value = self.push_value(value);
        self.fields[first].value = value;
        let mut at = 0;
        let (bytes, fields) = (&self.bytes, &mut self.fields);
        fields.retain(|field| {
            at += 1;
            at <= first + 1 || !is_named(bytes, field, name)
        });
    }

    /// Adds a field after all others, whether or not one of the name is there.
    pub fn append(&mut self, name: &str, value: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend(name.bytes().map(|byte| if is(byte, TOKEN) { byte } else { b'_' }));
        let name = Span::new(start, self.bytes.len());
        let value = self.push_value(value);
        self.push_field(name, value);
    }

    /// Removes all fields of the name; whether there were any.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.fields.len();
        let (bytes, fields) = (&self.bytes, &mut self.fields);
        fields.retain(|field| !is_named(bytes, field, name));
        fields.len() < before
    }

    /// Adds a field that stands in the buffer (or will, when the head is complete).
    pub(crate) fn push_span(&mut self, buf: &[u8], name: Span, value: Span) {
        self.kinds.add(&buf[name.start as usize..name.end as usize]);
        self.fields.push(Field { name, value });
    }

    pub(crate) fn field_count(&self) -> usize {
        self.fields.len()
    }

    fn push_field(&mut self, name: Span, value: Span) {
        self.kinds.add(slice(&self.bytes, name));
        self.fields.push(Field { name, value });
    }

    fn push(&mut self, text: &[u8]) -> Span {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text);
        Span::new(start, self.bytes.len())
    }

    fn push_value(&mut self, value: &[u8]) -> Span {
        let start = self.bytes.len();
        self.bytes.extend(crate::trim(value).iter().map(|&byte| if is(byte, VALUE) { byte } else { b' ' }));
        Span::new(start, self.bytes.len())
    }

    #[inline]
    fn is(&self, field: &Field, name: &str) -> bool {
        is_named(&self.bytes, field, name)
    }

    #[inline]
    fn slice(&self, span: Span) -> &[u8] {
        slice(&self.bytes, span)
    }

    fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.slice(span)).unwrap_or_default()
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line().escape_ascii())?;
        self.fields().try_for_each(|(name, value)| writeln!(f, "{name}: {}", value.escape_ascii()))
    }
}

/// Why a head is refused. The connection cannot go on: nobody knows where the next request would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadError {
    /// 400, 414 (line too long), 431 (a field too long, too many of them) or 505 (not HTTP/1).
    pub status: u16,
    /// What is wrong, for the log.
    pub reason: &'static str,
    /// The name of the field it is about, as far as it was read; escaped, at most 64 bytes of it.
    pub field: Option<String>,
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{} ({field})", self.reason),
            None => f.write_str(self.reason),
        }
    }
}

impl std::error::Error for HeadError {}

/// Empty for a span that points outside, which a head that is not complete yet may hold.
#[inline]
fn slice(bytes: &[u8], span: Span) -> &[u8] {
    bytes.get(span.start as usize..span.end as usize).unwrap_or_default()
}

#[inline]
fn is_named(bytes: &[u8], field: &Field, name: &str) -> bool {
    field.name.len() == name.len() && slice(bytes, field.name).eq_ignore_ascii_case(name.as_bytes())
}

fn push_target(out: &mut Vec<u8>, target: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in target {
        if is(byte, TARGET) {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Head {
        let mut head = Head::new("GET", b"/a?b", Version::Http11);
        head.append("Host", b"x");
        head.append("Accept", b"a/b");
        head.append("accept", b"c/d");
        head
    }

    #[test]
    fn made_by_hand() {
        let head = made();
        assert_eq!(head.line(), b"GET /a?b HTTP/1.1");
        assert_eq!((head.method_kind(), head.method(), head.target()), (Method::Get, "GET", &b"/a?b"[..]));
        let odd = Head::new("a b", b"/a b\r\nX: y\xff", Version::Http10);
        assert_eq!(odd.line(), b"GET /a%20b%0D%0AX:%20y\xff HTTP/1.0");
        assert_eq!(Head::new("MYOWN", b"*", Version::Http11).method(), "MYOWN");
    }

    #[test]
    fn asked_without_regard_to_case() {
        let head = made();
        assert_eq!(head.get("HOST"), Some(&b"x"[..]));
        assert_eq!(head.get("hos"), None);
        assert_eq!(head.get("Cookie"), None);
        assert_eq!(head.get_all("ACCEPT").collect::<Vec<_>>(), [b"a/b", b"c/d"]);
        assert_eq!(head.combined("Accept").as_deref(), Some(&b"a/b, c/d"[..]));
        assert!(matches!(head.combined("Host"), Some(Cow::Borrowed(b"x"))));
        assert_eq!(head.combined("Via"), None);
    }

    #[test]
    fn edited() {
        let mut head = made();
        head.set("ACCEPT", b" e/f\t");
        head.set("Via", b"1.1 y");
        assert_eq!(format!("{head:?}"), "GET /a?b HTTP/1.1\nHost: x\nAccept: e/f\nVia: 1.1 y\n");
        assert!(head.remove("accept"));
        assert!(!head.remove("accept"));
        assert_eq!(head.get("Accept"), None);
        assert_eq!(head.fields().count(), 2);
        head.clear();
        assert_eq!((head.line(), head.fields().count(), head.get("Host")), (&b""[..], 0, None));
    }

    #[test]
    fn nothing_can_be_injected() {
        let mut head = made();
        head.set("X\r\nA: b", b"c\r\nD: e\0f");
        assert_eq!(head.fields().last(), Some(("X__A__b", &b"c  D: e f"[..])));
    }
}
