//! The fields of a response: an ordered table that no line break gets into.

use std::borrow::Cow;
use std::fmt;

use crate::bytes::{TOKEN, VALUE, all, is, is_ows, is_token};
use crate::kinds::Kinds;

/// The longest value that needs no allocation of its own: a date has 29 bytes.
const INLINE: usize = 30;

/// The value of a field. However it is made, it holds no CR, LF, NUL or other control character but HTAB: each becomes
/// a blank. White space at its ends is dropped.
#[derive(Clone)]
pub struct Value(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static [u8]),
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Vec<u8>),
}

impl Value {
    /// A value with these bytes.
    pub fn new(bytes: &[u8]) -> Value {
        if is_sound(bytes) {
            return Value::keep(bytes);
        }
        let sound: Vec<u8> = core(bytes).iter().map(|&byte| sound(byte)).collect();
        Value::keep(&sound)
    }

    fn keep(bytes: &[u8]) -> Value {
        let mut inline = [0; INLINE];
        let Some(room) = inline.get_mut(..bytes.len()) else { return Value(Repr::Heap(bytes.to_vec())) };
        room.copy_from_slice(bytes);
        Value(Repr::Inline { len: bytes.len() as u8, bytes: inline })
    }

    /// The bytes, fit to be sent.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Static(bytes) => bytes,
            Repr::Inline { len, bytes } => &bytes[..usize::from(*len).min(INLINE)],
            Repr::Heap(bytes) => bytes,
        }
    }

    /// The bytes as text, with U+FFFD for what is not UTF-8.
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Adds `, ` and more.
    fn append(&mut self, more: &[u8]) {
        *self = Value::from([self.as_bytes(), b", ", more].concat());
    }

    /// Whether this is a member of the comma-separated list that the value is; case counts.
    fn lists(&self, member: &[u8]) -> bool {
        crate::list(self.as_bytes()).any(|found| found == member)
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Value {
        let bytes = text.as_bytes();
        if is_sound(bytes) { Value(Repr::Static(bytes)) } else { Value::new(bytes) }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::from(text.into_bytes())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        if bytes.len() > INLINE && is_sound(&bytes) { Value(Repr::Heap(bytes)) } else { Value::new(&bytes) }
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::new(bytes)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::new(text.as_bytes())
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Value {
        match text {
            Cow::Borrowed(text) => Value::from(text),
            Cow::Owned(text) => Value::from(text),
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        let mut inline = [0; INLINE];
        let len = crate::numbers::decimal(number, &mut inline);
        Value(Repr::Inline { len: len as u8, bytes: inline })
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Value {}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// The fields of a response in the order in which they are sent. Names are found without regard to case and sent as
/// they were first given. What is no token in a name becomes `_`.
///
/// ```
/// let mut headers = http1::Headers::new();
/// headers.set("Content-Length", 1024u64);
/// headers.set("ETag", format!("\"{:x}\"", 77));
/// headers.merge("Vary", "Accept-Encoding");
/// assert_eq!(headers.get("content-length"), Some(&b"1024"[..]));
/// ```
#[derive(Clone, Default)]
pub struct Headers {
    fields: Vec<(Cow<'static, str>, Value)>,
    kinds: Kinds,
}

impl Headers {
    /// An empty table.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// An empty table with room for so many fields.
    pub fn with_capacity(fields: usize) -> Headers {
        Headers { fields: Vec::with_capacity(fields), kinds: Kinds::default() }
    }

    /// The first value of the name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// All values of the name in order.
    #[inline]
    pub fn get_all<'h, 'n>(&'h self, name: &'n str) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        let maybe = self.kinds.may_have(name.as_bytes());
        let fields: &[_] = if maybe { &self.fields } else { &[] };
        fields.iter().filter(move |field| is_named(field, name)).map(|(_, value)| value.as_bytes())
    }

    /// Whether there is a field of the name.
    #[inline]
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Makes this the only field of the name, in the place of the first if there was one.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        let Some(first) = self.position(&name) else { return self.push(name, value) };
        self.fields[first].1 = value;
        let mut at = 0;
        self.fields.retain(|field| {
            at += 1;
            at <= first + 1 || !is_named(field, &name)
        });
    }

    /// Sets the field unless there is one of the name.
    pub fn set_if_absent(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let name = name.into();
        if !self.contains(&name) {
            self.push(name, value.into());
        }
    }

    /// Adds a field after all others, even if one of the name is there.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.push(name.into(), value.into());
    }

    /// Adds to the list that the first field of the name holds (`a, b`), or sets it.
    pub fn append(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.position(&name) {
            Some(first) => self.fields[first].1.append(value.as_bytes()),
            None => self.push(name, value),
        }
    }

    /// As [`append`](Headers::append), unless a field of the name has the value in its list already.
    pub fn merge(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        if !self.fields.iter().any(|field| is_named(field, &name) && field.1.lists(value.as_bytes())) {
            self.append(name, value);
        }
    }

    /// Rewrites the value of each field of the name; None leaves one out.
    pub fn edit(&mut self, name: &str, mut change: impl FnMut(&[u8]) -> Option<Value>) {
        self.fields.retain_mut(|field| {
            if !is_named(field, name) {
                return true;
            }
            let changed = change(field.1.as_bytes());
            let stays = changed.is_some();
            if let Some(value) = changed {
                field.1 = value;
            }
            stays
        });
    }

    /// Removes all fields of the name; whether there were any.
    #[inline]
    pub fn remove(&mut self, name: &str) -> bool {
        self.kinds.may_have(name.as_bytes()) && self.remove_all(name)
    }

    fn remove_all(&mut self, name: &str) -> bool {
        let before = self.fields.len();
        self.fields.retain(|field| !is_named(field, name));
        self.fields.len() < before
    }

    /// Keeps the fields for which the question is answered with yes.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &[u8]) -> bool) {
        self.fields.retain(|(name, value)| keep(name, value.as_bytes()));
    }

    /// Removes all fields but keeps the memory.
    pub fn clear(&mut self) {
        self.fields.clear();
        self.kinds = Kinds::default();
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value.as_bytes()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Adds all fields of another table, each as [`add`](Headers::add) does.
    pub fn extend(&mut self, other: &Headers) {
        self.fields.extend_from_slice(&other.fields);
        self.kinds.add_all(other.kinds);
    }

    #[inline]
    fn position(&self, name: &str) -> Option<usize> {
        let maybe = self.kinds.may_have(name.as_bytes());
        maybe.then(|| self.fields.iter().position(|field| is_named(field, name))).flatten()
    }

    fn push(&mut self, name: Cow<'static, str>, value: Value) {
        let name = sound_name(name);
        self.kinds.add(name.as_bytes());
        self.fields.push((name, value));
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Headers) -> bool {
        self.fields == other.fields
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.fields.iter().map(|(name, value)| (name, value))).finish()
    }
}

fn is_named(field: &(Cow<'static, str>, Value), name: &str) -> bool {
    field.0.len() == name.len() && field.0.eq_ignore_ascii_case(name)
}

/// What is left when blanks, and what becomes a blank, are taken from the ends.
fn core(bytes: &[u8]) -> &[u8] {
    let stays = |&byte: &u8| !is_ows(sound(byte));
    let Some(start) = bytes.iter().position(stays) else { return &[] };
    let end = bytes.iter().rposition(stays).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Nothing needs to be dropped or to become a blank.
fn is_sound(bytes: &[u8]) -> bool {
    let ends = [bytes.first(), bytes.last()];
    all(bytes, VALUE) && !ends.into_iter().flatten().any(|&byte| is_ows(byte))
}

fn sound(byte: u8) -> u8 {
    if is(byte, VALUE) { byte } else { b' ' }
}

fn sound_name(name: Cow<'static, str>) -> Cow<'static, str> {
    if is_token(name.as_bytes()) {
        return name;
    }
    if name.is_empty() {
        return Cow::Borrowed("_");
    }
    let token = |c: char| u8::try_from(c).is_ok_and(|byte| is(byte, TOKEN));
    Cow::Owned(name.chars().map(|c| if token(c) { c } else { '_' }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(headers: &Headers) -> String {
        let field = |(name, value): (&str, &[u8])| format!("{name}: {}", value.escape_ascii());
        headers.iter().map(field).collect::<Vec<_>>().join("; ")
    }

    fn some() -> Headers {
        let mut headers = Headers::new();
        headers.add("A", "1");
        headers.add("B", "2");
        headers.add("a", "3");
        headers
    }

    #[test]
    fn each_operation() {
        type Operation = fn(&mut Headers);
        let table: [(Operation, &str); 11] = [
            (|h| h.set("a", "x"), "A: x; B: 2"),
            (|h| h.set("C", 7u64), "A: 1; B: 2; a: 3; C: 7"),
            (|h| h.set_if_absent("b", "x"), "A: 1; B: 2; a: 3"),
            (|h| h.set_if_absent("C", "x"), "A: 1; B: 2; a: 3; C: x"),
            (|h| h.add("B", "x"), "A: 1; B: 2; a: 3; B: x"),
            (|h| h.append("b", "x"), "A: 1; B: 2, x; a: 3"),
            (|h| h.append("C", "x"), "A: 1; B: 2; a: 3; C: x"),
            (|h| h.merge("A", "3"), "A: 1; B: 2; a: 3"),
            (|h| h.merge("A", "4"), "A: 1, 4; B: 2; a: 3"),
            (|h| h.edit("A", |v| (v == b"1").then(|| Value::from("x"))), "A: x; B: 2"),
            (|h| assert!(h.remove("A") && !h.remove("A")), "B: 2"),
        ];
        for (operation, expected) in table {
            let mut headers = some();
            operation(&mut headers);
            assert_eq!(shown(&headers), expected);
        }
    }

    #[test]
    fn merge_sees_lists() {
        let mut headers = Headers::new();
        for value in ["Accept", "Cookie", "Accept", "Cook", "Cookie"] {
            headers.merge("Vary", value);
        }
        assert_eq!(shown(&headers), "Vary: Accept, Cookie, Cook");
    }

    #[test]
    fn values_of_every_kind() {
        let long = "x".repeat(100);
        let table = [
            (Value::from("a b"), "a b"),
            (Value::from(" a\r\nb\0 "), "a  b"),
            (Value::from(0u64), "0"),
            (Value::from(u64::MAX), "18446744073709551615"),
            (Value::from(long.clone()), &long),
            (Value::from(format!(" {long}\r")), &long),
            (Value::from(format!("  {}  ", "y".repeat(29))), "yyyyyyyyyyyyyyyyyyyyyyyyyyyyy"),
            (Value::from(&b"\xe4\x01\t\xff"[..]), "\\xe4 \\t\\xff"),
        ];
        for (value, expected) in table {
            assert_eq!(value.as_bytes().escape_ascii().to_string(), expected);
        }
        assert!(size_of::<Value>() <= 32);
    }

    #[test]
    fn names_are_made_sound() {
        let mut headers = Headers::new();
        headers.add("A: b\r\nC", "x");
        headers.add("", "y");
        headers.add("\u{e4}", "z");
        assert_eq!(shown(&headers), "A__b__C: x; _: y; _: z");
    }

    proptest! {
        #[test]
        fn nothing_gets_in(name: String, bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut headers = Headers::new();
            headers.append(name.clone(), bytes.clone());
            headers.append(name, Value::new(&bytes));
            for (name, value) in headers.iter() {
                prop_assert!(is_token(name.as_bytes()));
                prop_assert!(value.iter().all(|&byte| is(byte, VALUE)));
            }
        }
    }
}
