//! The compiled form of expressions.

use super::eval::Scope;
use super::functions::Function;
use super::variables::Variable;
use crate::config::{Network, Pattern};

/// What holds or does not.
#[derive(Debug)]
pub(super) enum Cond {
    Constant(bool),
    Not(Box<Cond>),
    /// `&&`
    All(Vec<Cond>),
    /// `||`
    Any(Vec<Cond>),
    /// As texts, byte for byte.
    Texts(Compare, Word, Word),
    /// As integers.
    Integers(Compare, Word, Word),
    /// `=~`
    Matches(Word, Pattern),
    /// `in`
    In(Word, List),
    /// `-ipmatch`
    FromNetwork(Word, Network),
    /// `-R`: the client's address.
    ByClient(Network),
    /// `-strmatch` and its kind.
    Wild(Wild, Word, Word),
    /// `-d`, `-n` ...
    Test(Test, Word),
}

/// How two things are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// How a shell pattern is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wild {
    /// `-strmatch`: wild cards match anything.
    Text,
    /// `-strcmatch`: and case does not matter.
    AnyCase,
    /// `-fnmatch`: wild cards do not match a slash.
    Path,
}

/// An operator with one operand, `-X word`.
pub(super) type Test = fn(&Scope<'_>, &str) -> bool;

/// What makes a text.
#[derive(Debug)]
pub(super) enum Word {
    Text(Box<str>),
    Variable(&'static Variable),
    /// `$0` to `$9`.
    Group(usize),
    Call(&'static Function, Box<Word>),
    /// `replace(text, from, to)`
    Replace(Box<[Word; 3]>),
    /// One after the other.
    Joined(Vec<Word>),
    /// `join(list, separator)`
    Join(Box<List>, Box<Word>),
    /// `sub(s/regex/text/, word)`
    Sub(Box<Substitution>, Box<Word>),
}

/// What is looked through by `in`.
#[derive(Debug)]
pub(super) enum List {
    Words(Vec<Word>),
    /// `file(name)`: the lines of a file.
    Lines(Word),
    /// `split(/regex/, word)`, or of each of a list.
    Split(Pattern, Box<List>),
}

/// `s/regex/text/g`
#[derive(Debug)]
pub(super) struct Substitution {
    pub(super) pattern: Pattern,
    pub(super) replacement: Word,
    /// Every match, not only the first.
    pub(super) every: bool,
}

impl Word {
    /// The text, where it is the same for all requests.
    pub(super) fn constant(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Words one after the other; texts that meet become one.
    pub(super) fn joined(words: Vec<Self>) -> Self {
        let mut parts: Vec<Self> = Vec::with_capacity(words.len());
        for word in words {
            match (parts.last_mut(), word) {
                (Some(Self::Text(before)), Self::Text(text)) => *before = [&**before, &*text].concat().into(),
                (_, Self::Text(text)) if text.is_empty() => {}
                (_, Self::Joined(more)) => parts.extend(more),
                (_, word) => parts.push(word),
            }
        }
        match parts.len() {
            0 => Self::Text("".into()),
            1 => parts.remove(0),
            _ => Self::Joined(parts),
        }
    }
}

impl Compare {
    /// What the order of two things makes of it.
    pub(super) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}
