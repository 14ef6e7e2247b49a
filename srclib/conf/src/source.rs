//! A configuration text with its name, and places in it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::SyntaxError;
use crate::lines::{Line, Lines};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// How many characters of a very long line an excerpt shows on either side of its caret.
const EXCERPT_SIDE: usize = 70;

/// One configuration text: a file, an `.htaccess`, the argument of `-c`.
#[derive(PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// A text under the name that messages give it. A byte order mark at its start is dropped.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        let mut text = text.into();
        if text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len_utf8());
        }
        Arc::new(Source { name: name.into(), text })
    }

    /// A text from a file's bytes. What is not UTF-8 is replaced in comments (U+FFFD) and an error elsewhere: the
    /// first such place is reported.
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Result<Arc<Source>, SyntaxError> {
        let (text, replaced) = decode_lossy(bytes);
        let source = Source::new(name, text);
        if replaced.is_empty() {
            return Ok(source);
        }
        match Lines::new(&source)
            .flatten()
            .filter(|line| !line.is_comment())
            .find_map(|l| first_in(&l, &replaced))
        {
            None => Ok(source),
            Some((line, offset)) => {
                Err(SyntaxError::new(source.position(line, offset), "this is not UTF-8 text")
                    .hint("save the file as UTF-8, for instance with iconv -t UTF-8"))
            }
        }
    }

    /// The name that messages give it, usually the path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines from one number up to another, which is not among them. Numbers begin at 1.
    pub(crate) fn lines(&self, from: u32, to: u32) -> &str {
        let start = |line: u32| {
            let mut ends = self.text.match_indices('\n').map(|(at, _)| at + 1);
            let before = (line as usize).checked_sub(2);
            before.map_or(0, |before| ends.nth(before).unwrap_or(self.text.len()))
        };
        let (from, to) = (start(from), start(to));
        &self.text[from.min(to)..to]
    }

    /// The place of a byte offset that is known to be in a line (1-based).
    pub(crate) fn position(self: &Arc<Source>, line: u32, offset: usize) -> Position {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let characters = before[start..].iter().filter(|&&b| !is_continuation(b)).count();
        Position { source: Arc::clone(self), line, column: u32::try_from(characters + 1).unwrap_or(u32::MAX) }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.text.len())
    }
}

/// A place in a source: what an error message points at.
#[derive(Clone, PartialEq, Eq)]
pub struct Position {
    /// The text it is in.
    pub source: Arc<Source>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1. One past the end of a line is possible.
    pub column: u32,
}

impl Position {
    /// The line and, below it, a caret under the column; two lines without a newline at the end. Tabs are kept, other
    /// control characters are replaced, a very long line is cut on both sides.
    pub fn excerpt(&self) -> String {
        let text = self.source.text.split('\n').nth(self.line.saturating_sub(1) as usize).unwrap_or_default();
        let text = text.strip_suffix('\r').unwrap_or(text);
        let column = self.column.saturating_sub(1) as usize;
        let first = if column > 2 * EXCERPT_SIDE { column - EXCERPT_SIDE } else { 0 };
        let shown = text.chars().skip(first).take(column - first + EXCERPT_SIDE).map(printable);
        let blank = |c| if c == '\t' { '\t' } else { ' ' };
        let mut out: String = shown.clone().collect();
        out.push('\n');
        out.extend(shown.map(blank).chain(std::iter::repeat(' ')).take(column - first));
        out.push('^');
        out
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.name, self.line, self.column)
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text, and where in it a U+FFFD stands for bytes that are no UTF-8.
fn decode_lossy(bytes: &[u8]) -> (String, Vec<usize>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            replaced.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, replaced)
}

/// The first of the sorted offsets that lies in this line: its physical line and itself.
fn first_in(line: &Line<'_>, offsets: &[usize]) -> Option<(u32, usize)> {
    let in_range = |range: Range<usize>| {
        let next = offsets.partition_point(|&at| at < range.start);
        offsets.get(next).copied().filter(|at| range.contains(at))
    };
    line.physical().find_map(|(number, range)| Some((number, in_range(range)?)))
}

/// Whether this byte continues a character of UTF-8.
fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_keeps_tabs_and_counts_characters() {
        let source = Source::new("f", "one\n\tö x\r\n");
        let position = source.position(2, 8);
        assert_eq!(position.to_string(), "f:2:4");
        assert_eq!(position.excerpt(), "\tö x\n\t  ^");
    }

    #[test]
    fn excerpt_cuts_long_lines_and_hides_escapes() {
        let source = Source::new("f", format!("{}\x1b[1m{}", "a".repeat(1000), "b".repeat(1000)));
        let excerpt = source.position(1, 1000).excerpt();
        let (line, caret) = excerpt.split_once('\n').unwrap();
        assert_eq!(line.chars().count(), 2 * EXCERPT_SIDE);
        assert_eq!(line.chars().nth(caret.len() - 1), Some('\u{fffd}'));
    }

    #[test]
    fn lines_are_found_by_number() {
        let source = Source::new("f", "one\ntwo\r\nthree\nfour");
        assert_eq!(source.lines(2, 4), "two\r\nthree\n");
        assert_eq!(source.lines(1, 2), "one\n");
        assert_eq!(source.lines(3, 3), "");
        assert_eq!(source.lines(3, 99), "three\nfour");
        assert_eq!(source.lines(9, 2), "");
    }

    #[test]
    fn excerpt_of_a_place_that_is_not_there_is_empty() {
        let position = Position { source: Source::new("f", ""), line: 9, column: 3 };
        assert_eq!(position.excerpt(), "\n  ^");
    }

    #[test]
    fn byte_order_mark_is_dropped() {
        assert_eq!(Source::new("f", "\u{feff}Listen 80").text(), "Listen 80");
        assert_eq!(Source::from_bytes("f", b"\xef\xbb\xbfListen 80").unwrap().text(), "Listen 80");
    }

    #[test]
    fn latin1_is_tolerated_in_comments_alone() {
        let source = Source::from_bytes("f", b"# f\xfcr \\\n alle \xfc\nListen 80\n").unwrap();
        assert_eq!(source.text(), "# f\u{fffd}r \\\n alle \u{fffd}\nListen 80\n");
        let error = Source::from_bytes("f", b"# \xfc\nListen \\\n 8\xfc0 # \xfc\n").unwrap_err();
        assert_eq!(error.to_string(), "f:3:3: this is not UTF-8 text");
    }
}
