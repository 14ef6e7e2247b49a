//! One error type for each reader: [`ConfError`] for the administrator. What a client may know is a
//! status; what the log says is a line of [`crate::log!`].

use std::fmt;

/// What is wrong with the configuration, where, and what to type.
#[derive(Debug, Clone)]
pub struct ConfError {
    /// Where it stands; `None` for what no line says (a missing `Listen`).
    pub position: Option<conf::Position>,
    /// Columns to underline from the position on, at least 1.
    pub width: usize,
    /// The directive, as the manual spells it.
    pub directive: Option<String>,
    /// What is wrong, in one sentence without a full stop.
    pub sentence: String,
    /// What to do about it, where it can be known.
    pub hint: Option<String>,
    /// The `Include` lines that led here, outermost first.
    pub included_from: Vec<conf::Position>,
}

impl ConfError {
    /// An error of the configuration as a whole.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            position: None,
            width: 1,
            directive: None,
            sentence: sentence.into(),
            hint: None,
            included_from: Vec::new(),
        }
    }

    /// An error at a place.
    #[must_use]
    pub fn at(self, position: &conf::Position) -> Self {
        Self { position: Some(position.clone()), ..self }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for ConfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for ConfError {}

/// A cause that the operating system gave, as the error log writes it: `(13)Permission denied`.
#[derive(Debug)]
pub struct System<'a>(pub &'a std::io::Error);

impl fmt::Display for System<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match (self.0.raw_os_error(), text.split_once(" (os error")) {
            (Some(number), Some((text, _))) => write!(f, "({number}){text}"),
            _ => f.write_str(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn causes_carry_their_number_as_apaches_do() {
        assert_eq!(System(&io::Error::from_raw_os_error(13)).to_string(), "(13)Permission denied");
        assert_eq!(System(&io::Error::other("no room")).to_string(), "no room");
    }
}
