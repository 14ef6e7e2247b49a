//! What is wrong with the form of a configuration, told to the administrator.

use std::fmt;

use crate::Position;

/// An error of form: a line that cannot be read, a section that does not close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where it is; [`Position::excerpt`] shows the line.
    pub position: Position,
    /// What is wrong: one sentence without full stop.
    pub message: String,
    /// What to type or to look at, where that can be said.
    pub hint: Option<String>,
}

impl SyntaxError {
    pub(crate) fn new(position: Position, message: impl Into<String>) -> SyntaxError {
        SyntaxError { position, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> SyntaxError {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)
    }
}

impl std::error::Error for SyntaxError {}
