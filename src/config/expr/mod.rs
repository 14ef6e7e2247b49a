//! Expressions: the conditions of `<If>`, `Require expr` and `expr=`, and texts with `%{...}` in them.
//!
//! The language is that of Apache's ap_expr (its manual: "Expressions in Apache HTTP Server"). A text is compiled once,
//! when the configuration is read ([`Expr`], [`Template`]); what is wrong with it is told with its place. Evaluating
//! borrows what it can: a comparison of a variable with a text allocates nothing.

mod cursor;
mod eval;
mod functions;
mod operators;
mod parse;
mod strings;
#[cfg(test)]
mod tests;
mod tree;
mod variables;

use std::borrow::Cow;

use super::Complaint;
use crate::request::Request;

pub use eval::Scope;
use tree::{Cond, Word};

/// What marks an expression among other arguments of a directive.
const MARK: &str = "expr=";

/// A compiled condition.
#[derive(Debug)]
pub struct Expr {
    cond: Cond,
    /// `$0` to `$9` stand in it.
    uses_groups: bool,
    asks_for_user: bool,
}

impl Expr {
    /// Compiles a condition. What is wrong is told with its place in the text ([`Complaint::offset`]).
    pub fn new(text: &str) -> Result<Self, Complaint> {
        parse::condition(text)
    }

    /// Compiles a condition that is the rest of a line; double quotes around the whole of it come off.
    pub fn of_line(text: &str) -> Result<Self, Complaint> {
        match conf::next_word(text, 0) {
            Some(word) if text.starts_with('"') && word.end == text.len() && !word.unclosed => {
                Self::new(&word.text).map_err(|complaint| {
                    let offset = complaint.offset.map(|offset| word.place_of(text, offset));
                    Complaint { offset, ..complaint }
                })
            }
            _ => Self::new(text),
        }
    }

    /// Compiles the condition of an argument `expr=condition`; `None` for other arguments.
    pub fn marked(argument: &str) -> Option<Result<Self, Complaint>> {
        argument.strip_prefix(MARK).map(|text| Self::new(text).map_err(behind_mark))
    }

    /// It asks who the user is.
    pub fn asks_for_user(&self) -> bool {
        self.asks_for_user
    }

    /// Whether it holds for a request.
    pub fn holds(&self, r: &Request) -> bool {
        self.holds_in(&Scope::of(r))
    }

    /// Whether it holds where more is known than the request. Groups of its regular expressions stay in the scope,
    /// if the scope keeps them.
    pub fn holds_in(&self, scope: &Scope<'_>) -> bool {
        scope.forget_groups();
        scope.keep_groups(self.uses_groups);
        self.cond.holds(scope)
    }
}

/// A compiled text: `%{...}` and `$1` in it stand for what they say.
#[derive(Debug)]
pub struct Template {
    word: Word,
}

impl Template {
    /// Compiles a text. What is wrong is told with its place in it ([`Complaint::offset`]).
    pub fn new(text: &str) -> Result<Self, Complaint> {
        parse::template(text)
    }

    /// Compiles the text of an argument `expr=text`; `None` for other arguments.
    pub fn marked(argument: &str) -> Option<Result<Self, Complaint>> {
        argument.strip_prefix(MARK).map(|text| Self::new(text).map_err(behind_mark))
    }

    /// The text, where it is the same for all requests.
    pub fn constant(&self) -> Option<&str> {
        self.word.constant()
    }

    /// The text for a request.
    pub fn text<'a>(&'a self, scope: &'a Scope<'_>) -> Cow<'a, str> {
        self.word.text(scope)
    }
}

/// The place of a complaint counts from the mark.
fn behind_mark(complaint: Complaint) -> Complaint {
    let offset = complaint.offset.unwrap_or(0) + MARK.len();
    complaint.offset(offset)
}
