//! Evaluating compiled expressions for a request.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::net::IpAddr;

use http1::Headers;

use super::functions::read_file;
use super::tree::{Cond, List, Substitution, Wild, Word};
use crate::config::{Pattern, wild};
use crate::request::Request;

/// What an expression is about: a request, what is known of its answer, and what earlier regular expressions found.
pub struct Scope<'r> {
    pub(super) r: &'r Request,
    answer: Option<(u16, &'r Headers)>,
    keeps_groups: Cell<bool>,
    groups: RefCell<Vec<String>>,
    varies: Option<RefCell<Vec<String>>>,
}

impl<'r> Scope<'r> {
    /// A request whose answer is not known yet, or was sent.
    pub fn of(r: &'r Request) -> Self {
        Self { r, answer: None, keeps_groups: Cell::new(false), groups: RefCell::default(), varies: None }
    }

    /// The request.
    pub fn request(&self) -> &'r Request {
        self.r
    }

    /// With the answer that is about to be sent.
    #[must_use]
    pub fn answer(self, status: u16, headers: &'r Headers) -> Self {
        Self { answer: Some((status, headers)), ..self }
    }

    /// Notes which header fields of the request were looked at, for `Vary`.
    #[must_use]
    pub fn noting_fields(self) -> Self {
        Self { varies: Some(RefCell::default()), ..self }
    }

    /// From here on, what groups of regular expressions match is kept for `$0` to `$9`.
    pub fn keep_groups(&self, keep: bool) {
        self.keeps_groups.set(keep || self.keeps_groups.get());
    }

    /// Forgets what groups matched.
    pub(super) fn forget_groups(&self) {
        self.groups.borrow_mut().clear();
    }

    /// What a group of the last regular expression that matched did match; empty where it took no part.
    pub fn group(&self, group: usize) -> String {
        self.groups.borrow().get(group).cloned().unwrap_or_default()
    }

    /// The header fields that were looked at, each once, if they were to be noted.
    pub fn fields_looked_at(self) -> Vec<String> {
        self.varies.map_or_else(Vec::new, RefCell::into_inner)
    }

    /// A header field of the request. The answer depends on it.
    pub(super) fn field(&self, name: &str) -> Cow<'r, str> {
        // The host chooses what the answer is about; no cache keeps answers of two under one key.
        if let Some(varies) = &self.varies
            && !name.eq_ignore_ascii_case("Host")
            && !varies.borrow().iter().any(|known| known.eq_ignore_ascii_case(name))
        {
            varies.borrow_mut().push(name.to_owned());
        }
        self.field_unvaried(name)
    }

    /// A header field of the request.
    pub(super) fn field_unvaried(&self, name: &str) -> Cow<'r, str> {
        text(self.r.head.combined(name))
    }

    /// A header field of the answer.
    pub(super) fn answer_field(&self, name: &str) -> Cow<'r, str> {
        let tables = [
            self.answer.map(|(_, headers)| headers),
            Some(&self.r.sent.headers),
            Some(&self.r.headers_out),
            Some(&self.r.always_out),
        ];
        text(tables.into_iter().flatten().find_map(|headers| headers.get(name)).map(Cow::Borrowed))
    }

    /// The status of the answer, as far as it is known.
    pub(super) fn status(&self) -> u16 {
        let sent = Some(self.r.sent.status).filter(|status| *status != 0);
        self.answer.map(|(status, _)| status).or(sent).or(self.r.error).unwrap_or(200)
    }

    fn matches(&self, text: &str, pattern: &Pattern) -> bool {
        if !self.keeps_groups.get() {
            return pattern.is_match(text);
        }
        let Some(captures) = pattern.captures(text) else { return false };
        let groups = (0..=9).map(|group| captures.get(group).unwrap_or_default().to_owned());
        self.groups.replace(groups.collect());
        true
    }
}

fn text(bytes: Option<Cow<'_, [u8]>>) -> Cow<'_, str> {
    match bytes {
        None => Cow::Borrowed(""),
        Some(Cow::Borrowed(bytes)) => String::from_utf8_lossy(bytes),
        Some(Cow::Owned(bytes)) => String::from_utf8_lossy(&bytes).into_owned().into(),
    }
}

impl Cond {
    pub(super) fn holds(&self, scope: &Scope<'_>) -> bool {
        match self {
            Self::Constant(holds) => *holds,
            Self::Not(cond) => !cond.holds(scope),
            Self::All(conds) => conds.iter().all(|cond| cond.holds(scope)),
            Self::Any(conds) => conds.iter().any(|cond| cond.holds(scope)),
            Self::Texts(compare, left, right) => {
                compare.holds(left.text(scope).as_bytes().cmp(right.text(scope).as_bytes()))
            }
            Self::Integers(compare, left, right) => {
                compare.holds(order(&left.text(scope), &right.text(scope)))
            }
            Self::Matches(word, pattern) => scope.matches(&word.text(scope), pattern),
            Self::In(word, list) => {
                let wanted = word.text(scope);
                list.any(scope, &mut |text| text == wanted)
            }
            Self::FromNetwork(word, network) => {
                word.text(scope).parse::<IpAddr>().is_ok_and(|address| network.contains(address))
            }
            Self::ByClient(network) => network.contains(scope.r.client_ip),
            Self::Wild(wild, word, pattern) => wild.matches(&pattern.text(scope), &word.text(scope)),
            Self::Test(test, word) => test(scope, &word.text(scope)),
        }
    }
}

/// As integers.
fn order(left: &str, right: &str) -> Ordering {
    integer(left).cmp(&integer(right))
}

/// What atoi(3) makes of a text: white space, a sign, digits; whatever follows does not matter.
fn integer(text: &str) -> i64 {
    let text = text.trim_start();
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
    let number = &text[..sign + digits];
    let extreme = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    number.parse().unwrap_or(if digits == 0 { 0 } else { extreme })
}

impl Wild {
    fn matches(self, pattern: &str, text: &str) -> bool {
        match self {
            Self::Text => wild::matches_name(pattern, text),
            Self::AnyCase => wild::matches_name(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase()),
            Self::Path => wild::matches_path(pattern, text),
        }
    }
}

impl Word {
    pub(super) fn text<'a>(&'a self, scope: &'a Scope<'_>) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Variable(variable) => (variable.get)(scope),
            Self::Group(group) => scope.group(*group).into(),
            Self::Call(function, word) => (function.call)(scope, word.text(scope)),
            Self::Replace(words) => {
                let [text, from, to] = words.each_ref().map(|word| word.text(scope));
                if from.is_empty() { text } else { text.replace(&*from, &to).into() }
            }
            Self::Joined(words) => words.iter().map(|word| word.text(scope)).collect::<String>().into(),
            Self::Join(list, separator) => {
                let mut texts = Vec::new();
                list.any(scope, &mut |text| {
                    texts.push(text.to_owned());
                    false
                });
                texts.join(&separator.text(scope)).into()
            }
            Self::Sub(substitution, word) => substitution.of(&word.text(scope), scope).into(),
        }
    }
}

impl List {
    /// Some text of the list is `wanted`; it is looked for no further then.
    fn any(&self, scope: &Scope<'_>, wanted: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Self::Words(words) => words.iter().any(|word| wanted(&word.text(scope))),
            Self::Lines(name) => {
                let name = name.text(scope);
                read_file(scope, &name).lines().any(wanted)
            }
            Self::Split(pattern, list) => list.any(scope, &mut |text| split(text, pattern).any(&mut *wanted)),
        }
    }
}

/// The parts of a text between matches. An empty match splits nothing.
fn split<'t>(text: &'t str, pattern: &Pattern) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let found = pattern.captures(text).map(|captures| captures.span()).filter(|(start, end)| end > start);
        let (part, after) = match found {
            Some((start, end)) => (&text[..start], Some(&text[end..])),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}

impl Substitution {
    /// The text with the first match, or every one, replaced; `$0` to `$9` are the groups of that match.
    fn of(&self, text: &str, scope: &Scope<'_>) -> String {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(captures) = self.pattern.captures(rest) {
            let (start, end) = captures.span();
            let groups = (0..=9).map(|group| captures.get(group).unwrap_or_default().to_owned()).collect();
            let before = scope.groups.replace(groups);
            out.push_str(&rest[..start]);
            out.push_str(&self.replacement.text(scope));
            scope.groups.replace(before);
            // An empty match moves on by one character, or it would be found for ever.
            let skip = if end > start { 0 } else { rest[end..].chars().next().map_or(0, char::len_utf8) };
            out.push_str(&rest[end..end + skip]);
            rest = &rest[end + skip..];
            if !self.every || rest.is_empty() {
                break;
            }
        }
        out.push_str(rest);
        out
    }
}
