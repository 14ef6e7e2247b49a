//! The text of an expression while it is read: the lexer.

use crate::config::Complaint;

/// How deep parentheses, functions and `%{...}` may stand in each other.
const DEPTH_MAX: usize = 50;

/// Operators that are spelt with signs, the longer ahead of those that they begin with.
const SIGNS: [&str; 13] = ["==", "=~", "=", "!=", "!~", "!", "<=", "<", ">=", ">", "&&", "||", "."];

/// A place in a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// `$0` to `$9` were read.
    pub(super) uses_groups: bool,
    /// A variable was read that depends on the user.
    pub(super) asks_for_user: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0, uses_groups: false, asks_for_user: false }
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character, which is read.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over so many bytes, which were looked at.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Reads this character, after any white space.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    /// Reads a character that must stand here.
    pub(super) fn require(&mut self, wanted: char, after: &str) -> Result<(), Complaint> {
        if self.eat(wanted) {
            Ok(())
        } else {
            Err(self.complain(format!("'{wanted}' is missing after {after}")))
        }
    }

    /// The operator of signs that stands here; it is not read.
    pub(super) fn sign(&mut self) -> Option<&'static str> {
        self.skip_space();
        SIGNS.into_iter().find(|sign| self.rest().starts_with(sign))
    }

    /// The name that stands here: a keyword, a function. It is not read.
    pub(super) fn name(&mut self) -> &'t str {
        self.skip_space();
        name_at(self.rest())
    }

    /// Reads this operator of signs, or this word for it.
    pub(super) fn eat_operator(&mut self, sign: &str, word: &str) -> bool {
        let found = match (self.sign(), self.name()) {
            (Some(found), _) if found == sign => sign.len(),
            (_, name) if name == word => word.len(),
            _ => return false,
        };
        self.skip(found);
        true
    }

    /// `-X` or `-name`: the letters after the dash. It is not read.
    pub(super) fn dashed(&mut self) -> Option<&'t str> {
        self.skip_space();
        let name = name_at(self.rest().strip_prefix('-')?);
        (!name.is_empty()).then_some(name)
    }

    /// Goes one level deeper for what `read` reads.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Complaint>,
    ) -> Result<T, Complaint> {
        if self.depth >= DEPTH_MAX {
            return Err(self.complain(format!("the expression is nested more than {DEPTH_MAX} deep")));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// A complaint about this place.
    pub(super) fn complain(&self, sentence: impl Into<String>) -> Complaint {
        complain_at(self.at, sentence)
    }

    /// What stands here, for a complaint.
    pub(super) fn shown(&self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        if rest.is_empty() {
            "the end".to_owned()
        } else {
            format!("'{}'", &rest[..end.max(1).min(rest.len())])
        }
    }
}

/// A complaint about a place.
pub(super) fn complain_at(offset: usize, sentence: impl Into<String>) -> Complaint {
    Complaint::new(sentence).offset(offset)
}

fn name_at(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}
