//! What follows a directive's name: raw, then with its variables filled in, then as words.

use std::sync::Arc;

use crate::lines::Map;
use crate::words::{Word, words};
use crate::{Position, Source};

/// The arguments of a directive or section as they are written, continuation lines joined.
#[derive(Debug, Clone)]
pub struct RawArgs {
    text: String,
    map: Map,
}

impl RawArgs {
    pub(crate) fn new(text: &str, map: Map) -> RawArgs {
        RawArgs { text: text.to_owned(), map }
    }

    /// The text, without white space at its ends.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text they were read from.
    pub fn source(&self) -> &Arc<Source> {
        self.map.source()
    }

    /// Where the byte at an offset of [`text`](Self::text) stands.
    pub fn position(&self, offset: usize) -> Position {
        self.map.position(offset.min(self.text.len()))
    }

    /// Fills in each `${NAME}`, before words are split as in Apache: a value with spaces becomes several words unless
    /// there are quotes around `${NAME}`. What comes in is not looked at again. An undefined one stays as it is.
    pub fn interpolate(&self, lookup: &mut dyn FnMut(&str) -> Option<String>) -> Args {
        let filled = fill(&self.text, lookup);
        let undefined =
            |(name, at): (&str, usize)| Undefined { name: name.to_owned(), position: self.position(at) };
        Args {
            text: filled.text,
            undefined: filled.undefined.into_iter().map(undefined).collect(),
            map: self.map.clone(),
            seams: filled.seams,
        }
    }
}

/// Arguments with their variables filled in.
#[derive(Debug, Clone)]
pub struct Args {
    /// The text that words are split from.
    pub text: String,
    /// The variables that are not defined, in order: Apache warns of each (AH00111) and goes on.
    pub undefined: Vec<Undefined>,
    map: Map,
    seams: Vec<Seam>,
}

/// A `${NAME}` that nothing defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undefined {
    /// The name between the braces.
    pub name: String,
    /// Where its `$` stands.
    pub position: Position,
}

impl Args {
    /// The words of the text.
    pub fn words(&self) -> Vec<Word> {
        words(&self.text)
    }

    /// Where the byte at an offset of `text` was written; for what a variable brought in, where its `$` stands.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let next = self.seams.partition_point(|seam| seam.at <= offset);
        let raw = match self.seams.get(next.saturating_sub(1)) {
            Some(seam) if seam.verbatim => seam.raw + (offset - seam.at),
            Some(seam) => seam.raw,
            None => 0,
        };
        self.map.position(raw)
    }

    /// Where the n-th word (from 0) stands; the end of the arguments if there are fewer.
    pub fn word_position(&self, n: usize) -> Position {
        self.position(self.words().get(n).map_or(self.text.len(), |word| word.offset))
    }
}

/// Fills in each `${NAME}` of a text that has no place: a directive's name, a value made by a module.
pub fn interpolate(text: &str, lookup: &mut dyn FnMut(&str) -> Option<String>) -> String {
    fill(text, lookup).text
}

struct Filled<'t> {
    text: String,
    seams: Vec<Seam>,
    /// Name and offset.
    undefined: Vec<(&'t str, usize)>,
}

/// A run of the filled-in text and where it comes from.
#[derive(Debug, Clone, Copy)]
struct Seam {
    /// Where it starts in the filled-in text.
    at: usize,
    /// Where it starts in the raw one.
    raw: usize,
    /// Whether it is the raw text itself, not a value.
    verbatim: bool,
}

fn fill<'t>(text: &'t str, lookup: &mut dyn FnMut(&str) -> Option<String>) -> Filled<'t> {
    let mut filled =
        Filled { text: String::with_capacity(text.len()), seams: Vec::new(), undefined: Vec::new() };
    let mut raw = 0;
    while let Some((piece, variable)) = next_piece(&text[raw..]) {
        let value = variable.and_then(&mut *lookup);
        filled.seams.push(Seam { at: filled.text.len(), raw, verbatim: value.is_none() });
        filled.text.push_str(value.as_deref().unwrap_or(piece));
        // A name with a colon is a map's key (mod_rewrite), nothing that could be defined here.
        if let (Some(name), None) = (variable.filter(|name| !name.contains(':')), value) {
            filled.undefined.push((name, raw));
        }
        raw += piece.len();
    }
    filled
}

/// The plain text before the next `${NAME}`, or that one itself and its name. A `${` without its brace is plain text.
fn next_piece(text: &str) -> Option<(&str, Option<&str>)> {
    let variable = text.find("${").and_then(|at| Some((at, at + text[at..].find('}')?)));
    match variable {
        _ if text.is_empty() => None,
        Some((0, close)) => Some((&text[..=close], Some(&text[2..close]))),
        Some((at, _)) => Some((&text[..at], None)),
        None => Some((text, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Node, parse};

    fn lookup(name: &str) -> Option<String> {
        match name {
            "X" => Some("a b".to_owned()),
            "EMPTY" => Some(String::new()),
            "SELF" => Some("${SELF}".to_owned()),
            _ => None,
        }
    }

    fn args(text: &str) -> Args {
        let parsed = parse(&Source::new("f", text));
        let Node::Directive(directive) = &parsed.nodes[0] else { panic!("a section") };
        directive.args.interpolate(&mut lookup)
    }

    #[test]
    fn fills_in_as_apache_does() {
        let table: &[(&str, &str, &[&str])] = &[
            ("a", "a", &[]),
            ("${X}", "a b", &[]),
            ("-${X}-${EMPTY}-", "-a b--", &[]),
            ("${SELF}", "${SELF}", &[]),
            ("${NOPE} ${X}", "${NOPE} a b", &["NOPE"]),
            ("${map:key}", "${map:key}", &[]),
            ("${N${X}}", "${N${X}}", &["N${X"]),
            ("$X$${X}${X", "$X$a b${X", &[]),
            ("$", "$", &[]),
            ("${}", "${}", &[""]),
        ];
        for (raw, expected, undefined) in table {
            let args = args(&format!("D {raw}"));
            assert_eq!(args.text, *expected, "{raw}");
            assert_eq!(
                args.undefined.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(),
                *undefined,
                "{raw}"
            );
            assert_eq!(interpolate(raw, &mut lookup), *expected);
        }
    }

    #[test]
    fn words_know_where_they_were_written() {
        let args = args("Define ${NOPE} ${X}z \\\n  \"last one\"\n");
        let shown: Vec<_> =
            args.words().into_iter().map(|w| (args.position(w.offset).to_string(), w.text)).collect();
        let expected = [("f:1:8", "${NOPE}"), ("f:1:16", "a"), ("f:1:16", "bz"), ("f:2:3", "last one")]
            .map(|(p, t)| (p.to_owned(), t.to_owned()));
        assert_eq!(shown, expected);
        assert_eq!(args.word_position(3).to_string(), "f:2:3");
        assert_eq!(args.word_position(9).to_string(), "f:2:13");
        assert_eq!(args.undefined[0].position.to_string(), "f:1:8");
    }
}
