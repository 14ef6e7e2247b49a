//! Conditional requests: RFC 9110, 8.8 and 13. Dates come as seconds since the epoch; reading them is not done here.

use crate::{Method, trim};

/// An entity tag as ETag and the If fields write it: `"opaque"` or `W/"opaque"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTag<'a> {
    /// Whether it only promises that the content means the same, not that it is the same byte for byte.
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: &'a [u8],
}

impl<'a> EntityTag<'a> {
    /// Reads one tag and nothing else.
    pub fn parse(text: &'a [u8]) -> Option<EntityTag<'a>> {
        let (tag, rest) = EntityTag::first(trim(text))?;
        rest.is_empty().then_some(tag)
    }

    /// RFC 9110, 8.8.3.2: the same, and neither is weak.
    pub fn strong_eq(self, other: EntityTag<'_>) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// The same; weak or not makes no difference.
    pub fn weak_eq(self, other: EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// The tag at the start of a text, and what follows it.
    fn first(text: &'a [u8]) -> Option<(EntityTag<'a>, &'a [u8])> {
        let (weak, quoted) = text.strip_prefix(b"W/").map_or((false, text), |rest| (true, rest));
        let inside = quoted.strip_prefix(b"\"")?;
        let end = inside.iter().position(|&byte| byte == b'"')?;
        let sound = inside[..end].iter().all(|&byte| byte > b' ' && byte != 0x7f);
        sound.then_some((EntityTag { weak, opaque: &inside[..end] }, &inside[end + 1..]))
    }
}

/// The tags of a list. What is none is overlooked up to the next comma.
pub fn entity_tags(list: &[u8]) -> impl Iterator<Item = EntityTag<'_>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        loop {
            let start = rest.iter().position(|&byte| byte != b',' && byte != b' ' && byte != b'\t')?;
            rest = &rest[start..];
            let tag = EntityTag::first(rest);
            rest = tag.map_or(rest, |(_, rest)| rest);
            let junk = rest.iter().position(|&byte| byte == b',').unwrap_or(rest.len());
            let clean = trim(&rest[..junk]).is_empty();
            rest = &rest[junk..];
            if let (Some((tag, _)), true) = (tag, clean) {
                return Some(tag);
            }
        }
    })
}

/// What a request makes its answer depend on. Fields that are repeated are to be joined; a date that cannot be read is
/// one that is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    /// If-Match
    pub if_match: Option<&'a [u8]>,
    /// If-None-Match
    pub if_none_match: Option<&'a [u8]>,
    /// If-Modified-Since
    pub if_modified_since: Option<i64>,
    /// If-Unmodified-Since
    pub if_unmodified_since: Option<i64>,
}

/// What there is to compare with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Validators<'a> {
    /// Whether there is a representation at all: what `*` asks for.
    pub exists: bool,
    /// Its ETag, as sent.
    pub etag: Option<&'a [u8]>,
    /// Its Last-Modified.
    pub modified: Option<i64>,
}

/// What the conditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The method is performed as if there were none.
    Proceed,
    /// 304: the client has it already.
    NotModified,
    /// 412: what the client relies on is not so.
    Failed,
}

impl Conditions<'_> {
    /// Evaluates them in the order of RFC 9110, 13.2.2.
    pub fn evaluate(&self, method: Method, validators: &Validators<'_>) -> Verdict {
        if self.lost_update(validators) {
            return Verdict::Failed;
        }
        let reads = matches!(method, Method::Get | Method::Head);
        let unchanged = match (self.if_none_match, self.if_modified_since, validators.modified) {
            (Some(list), ..) => validators.are_in(list, EntityTag::weak_eq),
            (None, Some(since), Some(modified)) => reads && modified <= since,
            _ => false,
        };
        match (unchanged, reads) {
            (false, _) => Verdict::Proceed,
            (true, true) => Verdict::NotModified,
            (true, false) => Verdict::Failed,
        }
    }

    fn lost_update(&self, validators: &Validators<'_>) -> bool {
        match (self.if_match, self.if_unmodified_since, validators.modified) {
            (Some(list), ..) => !validators.are_in(list, EntityTag::strong_eq),
            (None, Some(since), Some(modified)) => modified > since,
            _ => false,
        }
    }
}

impl Validators<'_> {
    /// Whether the list is `*` and there is something, or has the ETag.
    fn are_in<'t>(&'t self, list: &'t [u8], same: fn(EntityTag<'t>, EntityTag<'t>) -> bool) -> bool {
        if trim(list) == b"*" {
            return self.exists;
        }
        let mine = self.etag.and_then(EntityTag::parse);
        mine.is_some_and(|mine| entity_tags(list).any(|tag| same(mine, tag)))
    }
}

/// What an If-Range that holds an entity tag comes to: whether the Range counts. None: it is no tag, thus a date, which
/// must be the Last-Modified exactly, and that must be a strong validator (RFC 9110, 13.1.5).
pub fn if_range(value: &[u8], etag: Option<&[u8]>) -> Option<bool> {
    let asked = EntityTag::parse(value)?;
    Some(etag.and_then(EntityTag::parse).is_some_and(|mine| mine.strong_eq(asked)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags() {
        type Row<'a> = (&'a [u8], Option<(bool, &'a [u8])>);
        let table: [Row<'_>; 11] = [
            (b"\"a\"", Some((false, b"a"))),
            (b" W/\"a\" ", Some((true, b"a"))),
            (b"\"\"", Some((false, b""))),
            (b"\"a\\\"", Some((false, b"a\\"))),
            (b"\"\xe4,b\"", Some((false, b"\xe4,b"))),
            (b"w/\"a\"", None),
            (b"a", None),
            (b"\"a", None),
            (b"\"a b\"", None),
            (b"\"a\"b", None),
            (b"", None),
        ];
        for (text, expected) in table {
            let tag = EntityTag::parse(text).map(|tag| (tag.weak, tag.opaque));
            assert_eq!(tag, expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn comparisons() {
        let table = [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
        ];
        for (one, other, strong, weak) in table {
            let (one, other) =
                (EntityTag::parse(one.as_bytes()).unwrap(), EntityTag::parse(other.as_bytes()).unwrap());
            assert_eq!((one.strong_eq(other), one.weak_eq(other)), (strong, weak));
        }
    }

    #[test]
    fn lists() {
        let table = [
            ("\"a\"", "a"),
            ("\"a\", W/\"b\" ,\"c,d\"", "a b c,d"),
            (",, \"a\",,", "a"),
            ("a, \"b\"", "b"),
            ("\"a\" x, \"b\"", "b"),
            ("\"a\\\", \"b\"", "a\\ b"),
            ("\"a", ""),
            ("*", ""),
        ];
        for (list, expected) in table {
            let tags: Vec<_> =
                entity_tags(list.as_bytes()).map(|tag| String::from_utf8_lossy(tag.opaque)).collect();
            assert_eq!(tags.join(" "), expected, "{list}");
        }
    }

    #[test]
    fn evaluated_in_order() {
        use Verdict::{Failed, NotModified, Proceed};
        let there = Validators { exists: true, etag: Some(b"\"a\""), modified: Some(100) };
        let weak = Validators { etag: Some(b"W/\"a\""), ..there };
        let absent = Validators::default();
        let none = Conditions::default();
        let matching = |list| Conditions { if_match: Some(list), ..none };
        let not = |list| Conditions { if_none_match: Some(list), ..none };
        let since = |at| Conditions { if_modified_since: Some(at), ..none };
        let until = |at| Conditions { if_unmodified_since: Some(at), ..none };
        let table: [(Conditions<'_>, Validators<'_>, Verdict, Verdict); 21] = [
            (none, there, Proceed, Proceed),
            (matching(b"\"b\", \"a\""), there, Proceed, Proceed),
            (matching(b"\"b\""), there, Failed, Failed),
            (matching(b"W/\"a\""), there, Failed, Failed),
            (matching(b"\"a\""), weak, Failed, Failed),
            (matching(b"*"), there, Proceed, Proceed),
            (matching(b"*"), absent, Failed, Failed),
            (until(99), there, Failed, Failed),
            (until(100), there, Proceed, Proceed),
            (until(99), absent, Proceed, Proceed),
            (Conditions { if_unmodified_since: Some(99), ..matching(b"\"a\"") }, there, Proceed, Proceed),
            (not(b"\"a\""), there, NotModified, Failed),
            (not(b"W/\"a\""), there, NotModified, Failed),
            (not(b"\"b\""), there, Proceed, Proceed),
            (not(b"*"), there, NotModified, Failed),
            (not(b"*"), absent, Proceed, Proceed),
            (since(100), there, NotModified, Proceed),
            (since(99), there, Proceed, Proceed),
            (since(100), absent, Proceed, Proceed),
            (Conditions { if_modified_since: Some(100), ..not(b"\"b\"") }, there, Proceed, Proceed),
            (Conditions { if_match: Some(b"\"b\""), ..not(b"\"a\"") }, there, Failed, Failed),
        ];
        for (conditions, validators, get, put) in table {
            assert_eq!(conditions.evaluate(Method::Get, &validators), get, "GET {conditions:?}");
            assert_eq!(conditions.evaluate(Method::Put, &validators), put, "PUT {conditions:?}");
        }
    }

    #[test]
    fn if_range_wants_the_same_bytes() {
        type Row<'a> = (&'a [u8], Option<&'a [u8]>, Option<bool>);
        let table: [Row<'_>; 5] = [
            (b"\"a\"", Some(b"\"a\""), Some(true)),
            (b"\"a\"", Some(b"\"b\""), Some(false)),
            (b"W/\"a\"", Some(b"W/\"a\""), Some(false)),
            (b"\"a\"", None, Some(false)),
            (b"Sun, 06 Nov 1994 08:49:37 GMT", Some(b"\"a\""), None),
        ];
        for (value, etag, expected) in table {
            assert_eq!(if_range(value, etag), expected);
        }
    }

    proptest! {
        #[test]
        fn any_bytes(list in r#"[ab"W/\\, ]{0,30}"#) {
            prop_assert!(entity_tags(list.as_bytes()).all(|tag| !tag.opaque.contains(&b'"')));
        }
    }
}
