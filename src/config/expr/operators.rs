//! The tables of operators.

use std::path::Path;

use os::file::{Info, Kind};

use super::tree::{Compare, Test};
use crate::request::redirect::{Asked, is_accessible};

/// How texts are compared.
const TEXTS: &[(&str, Compare)] = &[
    ("==", Compare::Equal),
    ("=", Compare::Equal),
    ("!=", Compare::NotEqual),
    ("<", Compare::Less),
    ("<=", Compare::AtMost),
    (">", Compare::Greater),
    (">=", Compare::AtLeast),
];

/// How integers are compared; a dash may stand before the name.
const INTEGERS: &[(&str, Compare)] = &[
    ("eq", Compare::Equal),
    ("ne", Compare::NotEqual),
    ("lt", Compare::Less),
    ("le", Compare::AtMost),
    ("gt", Compare::Greater),
    ("ge", Compare::AtLeast),
];

/// Operators with one operand, `-R` aside, whose operand is no text.
const TESTS: &[(&str, Test)] = &[
    ("d", |_, name| kind(name) == Some(Kind::Directory)),
    ("e", |_, name| kind(name).is_some()),
    ("f", |_, name| kind(name) == Some(Kind::Regular)),
    ("s", |_, name| Info::of(Path::new(name)).is_ok_and(|info| info.size > 0)),
    ("L", |_, name| is_link(name)),
    ("h", |_, name| is_link(name)),
    ("F", |scope, name| is_accessible(scope.r, Asked::File(name))),
    ("U", |scope, url| is_accessible(scope.r, Asked::Url(url))),
    ("A", |scope, url| is_accessible(scope.r, Asked::Url(url))),
    ("n", |_, text| !text.is_empty()),
    ("z", |_, text| text.is_empty()),
    ("T", |_, text| is_true(text)),
];

/// The comparison of texts that a sign stands for.
pub(super) fn texts(sign: &str) -> Option<Compare> {
    TEXTS.iter().find(|(known, _)| *known == sign).map(|(_, compare)| *compare)
}

/// The comparison of integers of that name.
pub(super) fn integers(name: &str) -> Option<Compare> {
    INTEGERS.iter().find(|(known, _)| *known == name).map(|(_, compare)| *compare)
}

/// The operator with one operand of that letter.
pub(super) fn test(letter: &str) -> Option<Test> {
    TESTS.iter().find(|(known, _)| *known == letter).map(|(_, test)| *test)
}

/// All operators with one operand.
pub(super) fn tests() -> String {
    TESTS.iter().map(|(letter, _)| format!("-{letter} ")).chain(["-R".to_owned()]).collect()
}

fn kind(name: &str) -> Option<Kind> {
    Info::of(Path::new(name)).ok().map(|info| info.kind)
}

fn is_link(name: &str) -> bool {
    Info::of_link(Path::new(name)).is_ok_and(|info| info.kind == Kind::Link)
}

fn is_true(text: &str) -> bool {
    !["", "0", "off", "false", "no"].iter().any(|not| not.eq_ignore_ascii_case(text))
}
