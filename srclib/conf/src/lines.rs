//! Logical lines: physical ones joined at a trailing backslash, white space trimmed, every byte traceable to its place.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::words::is_space;
use crate::{Position, Source, SyntaxError};

/// The longest logical line, in bytes: Apache's bound too.
pub(crate) const LINE_MAX: usize = 16 * 1024 * 1024;

/// A logical line that is not empty.
pub(crate) struct Line<'s> {
    pub(crate) text: Cow<'s, str>,
    pub(crate) map: Map,
}

impl Line<'_> {
    /// Whether `#` stands first. The lines that a comment's trailing backslash joins to it are part of it.
    pub(crate) fn is_comment(&self) -> bool {
        self.text.starts_with('#')
    }

    /// The physical lines it was made of: number and bytes in the source.
    pub(crate) fn physical(&self) -> impl Iterator<Item = (u32, Range<usize>)> + '_ {
        let ends = self.map.pieces.iter().skip(1).map(|piece| piece.at).chain([self.text.len()]);
        self.map
            .pieces
            .iter()
            .zip(ends)
            .map(|(piece, end)| (piece.line, piece.from..piece.from + (end - piece.at)))
    }
}

/// Where the bytes of a joined text stand in the source.
#[derive(Debug, Clone)]
pub(crate) struct Map {
    source: Arc<Source>,
    pieces: Vec<Piece>,
}

/// A run of bytes that is contiguous in the source.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Its offset in the joined text.
    at: usize,
    /// Its offset in the source.
    from: usize,
    /// The physical line it is in, from 1.
    line: u32,
}

impl Map {
    pub(crate) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The place of the byte at an offset of the joined text.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let next = self.pieces.partition_point(|piece| piece.at <= offset);
        match self.pieces.get(next.saturating_sub(1)) {
            Some(piece) => self.source.position(piece.line, piece.from + offset.saturating_sub(piece.at)),
            None => self.source.position(1, 0),
        }
    }

    /// The map of the text from an offset on.
    pub(crate) fn tail(&self, offset: usize) -> Map {
        let next = self.pieces.partition_point(|piece| piece.at <= offset);
        let shift = |piece: &Piece| match offset.checked_sub(piece.at) {
            Some(skipped) => Piece { at: 0, from: piece.from + skipped, ..*piece },
            None => Piece { at: piece.at - offset, ..*piece },
        };
        let pieces = self.pieces[next.saturating_sub(1)..].iter().map(shift).collect();
        Map { source: Arc::clone(&self.source), pieces }
    }
}

/// The logical lines of a source, without the empty ones.
pub(crate) struct Lines<'s> {
    source: &'s Arc<Source>,
    /// Where the next physical line starts, in bytes, and its number.
    from: usize,
    number: u32,
}

impl<'s> Lines<'s> {
    pub(crate) fn new(source: &'s Arc<Source>) -> Lines<'s> {
        Lines { source, from: 0, number: 1 }
    }

    /// The next physical line without its end: its piece (at 0), its text, and whether a backslash continues it.
    fn physical(&mut self) -> Option<(Piece, &'s str, bool)> {
        let rest = &self.source.text()[self.from..];
        if rest.is_empty() {
            return None;
        }
        let (line, taken, ended) = match rest.find('\n') {
            Some(end) => (&rest[..end], end + 1, true),
            None => (rest, rest.len(), false),
        };
        let piece = Piece { at: 0, from: self.from, line: self.number };
        self.from += taken;
        self.number = self.number.saturating_add(1);
        if !ended {
            return Some((piece, line, false));
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        Some(line.strip_suffix('\\').map_or((piece, line, false), |joined| (piece, joined, true)))
    }

    /// The next logical line as it stands, white space and all.
    fn joined(&mut self) -> Option<Result<Line<'s>, SyntaxError>> {
        let (piece, first, mut continued) = self.physical()?;
        let mut text = Cow::Borrowed(first);
        let mut pieces = vec![piece];
        let mut too_long = first.len() > LINE_MAX;
        while continued {
            let Some((piece, more, again)) = self.physical() else { break };
            continued = again;
            too_long |= text.len() + more.len() > LINE_MAX;
            if !too_long {
                pieces.push(Piece { at: text.len(), ..piece });
                text.to_mut().push_str(more);
            }
        }
        if too_long {
            let position = self.source.position(piece.line, piece.from);
            return Some(Err(SyntaxError::new(
                position,
                format!("this line is longer than {LINE_MAX} bytes"),
            )));
        }
        Some(Ok(Line { text, map: Map { source: Arc::clone(self.source), pieces } }))
    }
}

impl<'s> Iterator for Lines<'s> {
    type Item = Result<Line<'s>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.joined()? {
                Ok(line) => {
                    if let Some(line) = trim(line) {
                        return Some(Ok(line));
                    }
                }
                error => return Some(error),
            }
        }
    }
}

fn trim(line: Line<'_>) -> Option<Line<'_>> {
    let bytes = line.text.as_bytes();
    let start = bytes.iter().position(|&b| !is_space(b))?;
    let end = bytes.iter().rposition(|&b| !is_space(b))? + 1;
    let map = if start == 0 { line.map } else { line.map.tail(start) };
    let text = match line.text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    };
    let pieces = map.pieces.into_iter().filter(|piece| piece.at <= text.len()).collect();
    Some(Line { text, map: Map { pieces, ..map } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, String)> {
        let source = Source::new("f", text);
        let show = |line: Line<'_>| {
            let last = line.text.char_indices().next_back().map_or(0, |(at, _)| at);
            let position = |offset| line.map.position(offset).to_string()[2..].to_owned();
            (line.text.to_string(), format!("{} {}", position(0), position(last)))
        };
        Lines::new(&source).map(|line| show(line.unwrap())).collect()
    }

    #[test]
    fn joins_and_traces() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            (" \n\t\r\n\n", &[]),
            ("a", &[("a", "1:1 1:1")]),
            ("\n  a b \r\nc", &[("a b", "2:3 2:5"), ("c", "3:1 3:1")]),
            ("a\\\nb", &[("ab", "1:1 2:1")]),
            ("a\\\r\n  b\n", &[("a  b", "1:1 2:3")]),
            ("\\\n \\\n b\\\n  c \\\n\nd", &[("b  c", "3:2 4:3"), ("d", "6:1 6:1")]),
            // An escaped backslash joins as well; white space behind one does not.
            ("a\\\\\nb", &[("a\\b", "1:1 2:1")]),
            ("a\\ \nb", &[("a\\", "1:1 1:2"), ("b", "2:1 2:1")]),
            ("a\\", &[("a\\", "1:1 1:2")]),
            ("# x \\\nb\nc", &[("# x b", "1:1 2:1"), ("c", "3:1 3:1")]),
            ("ü\\\n  ö", &[("ü  ö", "1:1 2:3")]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected.iter().map(|(t, p)| ((*t).to_owned(), (*p).to_owned())).collect();
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn tail_maps_as_the_whole_does() {
        let source = Source::new("f", "ab\\\ncd\\\nef\n");
        let line = Lines::new(&source).next().unwrap().unwrap();
        for from in 0..=6 {
            for offset in from..=6 {
                assert_eq!(line.map.tail(from).position(offset - from), line.map.position(offset));
            }
        }
    }

    #[test]
    fn over_long_lines_are_refused_and_skipped() {
        let piece = format!("{}\\\n", "x".repeat(LINE_MAX / 4));
        let source = Source::new("f", format!("a\n{}\nb\n", piece.repeat(5)));
        let found: Vec<_> = Lines::new(&source).map(|line| line.map(|l| l.text.to_string())).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(found[1].as_ref().unwrap_err().position.to_string(), "f:2:1");
        assert_eq!(found[2].as_ref().unwrap(), "b");
    }
}
