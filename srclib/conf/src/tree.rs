//! The tree of directives and sections, and every error of form in it.

use std::sync::Arc;

use crate::lines::{Line, Lines, Map};
use crate::words::{is_space, next_word};
use crate::{Position, RawArgs, Source, SyntaxError};

/// How deep sections may nest: far beyond use, and little enough for whoever walks the tree by recursion.
const DEPTH_MAX: usize = 200;

/// How many errors of one text are told: a file that is no configuration at all has one in every line.
const ERRORS_MAX: usize = 100;

/// What a text says.
#[derive(Debug)]
pub struct Parsed {
    /// The outermost directives and sections in order. Where there are errors, the best that could be made of it.
    pub nodes: Vec<Node>,
    /// Every error found, in order of place (at most 100: the last one then says so).
    pub errors: Vec<SyntaxError>,
}

/// An entry of the tree.
#[derive(Debug, Clone)]
pub enum Node {
    /// `Name args`
    Directive(Directive),
    /// `<Name args>` to `</Name>`
    Section(Section),
}

impl Node {
    /// The name in the spelling of the text; names are compared without regard to case. A section's has no bracket.
    pub fn name(&self) -> &str {
        match self {
            Node::Directive(directive) => &directive.name,
            Node::Section(section) => &section.name,
        }
    }

    /// What follows the name.
    pub fn args(&self) -> &RawArgs {
        match self {
            Node::Directive(directive) => &directive.args,
            Node::Section(section) => &section.args,
        }
    }

    /// Where it starts: at its name or its bracket.
    pub fn position(&self) -> &Position {
        match self {
            Node::Directive(directive) => &directive.position,
            Node::Section(section) => &section.position,
        }
    }
}

/// A line of the form `Name args`.
#[derive(Debug, Clone)]
pub struct Directive {
    /// The name as written. It may hold a `${VAR}`: see [`interpolate`](crate::interpolate).
    pub name: String,
    /// What follows it.
    pub args: RawArgs,
    /// Where the name stands.
    pub position: Position,
}

/// `<Name args>`, what is in it, and `</Name>`.
#[derive(Debug, Clone)]
pub struct Section {
    /// The name as written, without the bracket.
    pub name: String,
    /// What stands between the name and the last `>` of the line.
    pub args: RawArgs,
    /// Where the opening bracket stands.
    pub position: Position,
    /// What is in it.
    pub children: Vec<Node>,
    /// Where the end tag stands; for a section that was not closed, where it was given up.
    pub end: Position,
}

impl Section {
    /// The lines between its tags, as they are written.
    pub fn text(&self) -> &str {
        let opened = self.args.position(usize::MAX).line;
        self.position.source.lines(opened.saturating_add(1), self.end.line)
    }
}

/// Reads a text into a tree. Never fails as a whole: what could not be read is in `errors`.
pub fn parse(source: &Arc<Source>) -> Parsed {
    let mut builder = Builder::default();
    for line in Lines::new(source) {
        match line {
            Ok(line) => builder.line(&line),
            Err(error) => builder.errors.push(error),
        }
        if builder.gives_up() {
            break;
        }
    }
    builder.finish(&end_of(source))
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The sections that are open, the innermost last.
    open: Vec<Section>,
    errors: Vec<SyntaxError>,
    too_deep: bool,
}

impl Builder {
    fn line(&mut self, line: &Line<'_>) {
        if let Some(offset) = bad_control(line) {
            let code = line.text.as_bytes()[offset];
            let message = match code {
                0 => "there is a NUL byte in this line".to_owned(),
                b'\r' => "there is a carriage return inside this line".to_owned(),
                _ => format!("there is a control character (0x{code:02x}) in this line"),
            };
            self.error(line.map.position(offset), message);
        }
        if line.is_comment() {
            return;
        }
        if line.text.starts_with("</") {
            self.close(line);
        } else if line.text.starts_with('<') {
            self.open(line);
        } else {
            self.directive(line);
        }
    }

    fn directive(&mut self, line: &Line<'_>) {
        let position = line.map.position(0);
        let Some(word) = next_word(&line.text, 0) else { return };
        if word.text.is_empty() {
            return self.error(position, "a directive has a name, this one is empty");
        }
        let args = raw_args(line, word.end, line.text.len());
        self.add(Node::Directive(Directive { name: word.text, args, position }));
    }

    fn open(&mut self, line: &Line<'_>) {
        let position = line.map.position(0);
        if self.open.len() == DEPTH_MAX {
            self.too_deep = true;
            return self.error(position, format!("sections are nested more than {DEPTH_MAX} deep"));
        }
        let name = tag_name(&line.text[1..]);
        if name.is_empty() {
            let error = SyntaxError::new(position, "the name of a section is missing after '<'");
            return self.errors.push(error.hint("write <Name arguments>, without a space before the name"));
        }
        let from = 1 + name.len();
        let to = line.text[from..].rfind('>').map(|at| from + at);
        if to.is_none() {
            let error = SyntaxError::new(
                line.map.position(line.text.len()),
                format!("<{name} does not end with '>'"),
            );
            self.errors.push(error.hint(format!("write <{name} arguments>")));
        }
        let args = raw_args(line, from, to.unwrap_or(line.text.len()));
        let end = position.clone();
        self.open.push(Section { name: name.to_owned(), args, position, children: Vec::new(), end });
    }

    fn close(&mut self, line: &Line<'_>) {
        let position = line.map.position(0);
        let name = tag_name(&line.text[2..]);
        if !line.text[2 + name.len()..].starts_with('>') {
            let error = SyntaxError::new(
                line.map.position(2 + name.len()),
                format!("</{name} does not end with '>'"),
            );
            self.errors.push(error.hint(format!("write </{name}>, with nothing before the bracket")));
        }
        match self.open.iter().rposition(|section| section.name.eq_ignore_ascii_case(name)) {
            None => self.stray(name, position),
            Some(level) => {
                if let Some(inner) = self.open[level + 1..].last() {
                    let error = mismatch(inner, name, position.clone());
                    self.errors.push(error);
                }
                self.close_to(level, &position);
            }
        }
    }

    /// An end tag that closes none of the open sections.
    fn stray(&mut self, name: &str, position: Position) {
        let error = match self.open.last() {
            Some(inner) => mismatch(inner, name, position),
            None => SyntaxError::new(position, format!("</{name}> closes a section that is not open"))
                .hint(format!("there is no <{name} ...> before it, or it is closed already")),
        };
        self.errors.push(error);
    }

    /// Closes the open sections from the innermost up to and with the one at this level.
    fn close_to(&mut self, level: usize, end: &Position) {
        while self.open.len() > level {
            let Some(section) = self.open.pop() else { return };
            self.add(Node::Section(Section { end: end.clone(), ..section }));
        }
    }

    fn add(&mut self, node: Node) {
        self.open.last_mut().map_or(&mut self.nodes, |section| &mut section.children).push(node);
    }

    fn error(&mut self, position: Position, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(position, message));
    }

    fn gives_up(&self) -> bool {
        self.too_deep || self.errors.len() >= ERRORS_MAX
    }

    fn finish(mut self, end: &Position) -> Parsed {
        if !self.gives_up() {
            self.errors.extend(self.open.iter().map(unclosed));
        }
        self.close_to(0, end);
        self.errors.sort_by_key(|error| (error.position.line, error.position.column));
        if self.errors.len() >= ERRORS_MAX {
            self.errors.truncate(ERRORS_MAX - 1);
            self.error(end.clone(), "there are more errors than are told here");
        }
        Parsed { nodes: self.nodes, errors: self.errors }
    }
}

/// The name at the start of a tag's inside.
fn tag_name(text: &str) -> &str {
    let end = text.bytes().position(|b| b == b'>' || is_space(b));
    &text[..end.unwrap_or(text.len())]
}

/// The text from one offset to another without white space at its ends, and its map.
fn raw_args(line: &Line<'_>, from: usize, to: usize) -> RawArgs {
    let text = line.text[from..to].trim_matches(|c: char| u8::try_from(c).is_ok_and(is_space));
    let start = line.text[from..to].find(|c: char| !u8::try_from(c).is_ok_and(is_space)).unwrap_or(0);
    let map: Map = line.map.tail(from + start);
    RawArgs::new(text, map)
}

/// The first control character that has no business in this line: in a comment a NUL alone is none.
fn bad_control(line: &Line<'_>) -> Option<usize> {
    let comment = line.is_comment();
    line.text.bytes().position(|b| b == 0 || !comment && b != b'\t' && b.is_ascii_control())
}

fn mismatch(inner: &Section, found: &str, position: Position) -> SyntaxError {
    let open = &inner.name;
    let at = &inner.position;
    SyntaxError::new(position, format!("</{found}> where </{open}> is expected: <{open}> was opened at {at}"))
        .hint(format!("close it with </{open}> first"))
}

fn unclosed(section: &Section) -> SyntaxError {
    let name = &section.name;
    SyntaxError::new(section.position.clone(), format!("<{name}> is not closed"))
        .hint(format!("there is no </{name}> before the end of the file"))
}

/// The place after the last character.
fn end_of(source: &Arc<Source>) -> Position {
    let text = source.text();
    let lines = text.bytes().filter(|&b| b == b'\n').count();
    source.position(u32::try_from(lines + 1).unwrap_or(u32::MAX), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outline(nodes: &[Node]) -> String {
        let show = |node: &Node| match node {
            Node::Directive(d) => format!("{}({})", d.name, d.args.text()),
            Node::Section(s) => format!("<{}({}) {}>", s.name, s.args.text(), outline(&s.children)),
        };
        nodes.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    fn parsed(text: &str) -> Parsed {
        parse(&Source::new("f", text))
    }

    #[test]
    fn trees() {
        let table = [
            ("", ""),
            ("Listen 80", "Listen(80)"),
            ("  listen\t80  \r\n", "listen(80)"),
            ("KeepAlive\nX y", "KeepAlive() X(y)"),
            ("# a\n #b \\\n Listen 1\nX # y", "X(# y)"),
            ("\"Listen\" 80", "Listen(80)"),
            ("Listen\"80\"", "Listen\"80\"()"),
            ("X \\\n  a \\\n# b\n", "X(a # b)"),
            ("${D} x", "${D}(x)"),
            ("<Location />\nX y\n</Location>", "<Location(/) X(y)>"),
            ("<location /a>\n</LOCATION>\nX", "<location(/a) > X()"),
            ("<Else>\nX\n</Else>", "<Else() X()>"),
            ("<IfVersion >= 2.4>\n</IfVersion>", "<IfVersion(>= 2.4) >"),
            ("<If \"%{X} > 3\" >\n</If>", "<If(\"%{X} > 3\") >"),
            ("<Location /> junk\n</Location> junk", "<Location(/) >"),
            ("<A 1>\n<B>\nx\n</B>\ny\n</A>", "<A(1) <B() x()> y()>"),
            ("<A \\\n  1 \\\n>\n</A>", "<A(1) >"),
            ("\u{feff}X y", "X(y)"),
        ];
        for (text, expected) in table {
            let parsed = parsed(text);
            assert_eq!(parsed.errors, [], "{text:?}");
            assert_eq!(outline(&parsed.nodes), expected, "{text:?}");
        }
    }

    #[test]
    fn errors() {
        let table: &[(&str, &[&str])] = &[
            ("<A>\nx", &["f:1:1: <A> is not closed"]),
            ("<A>\n<B>\nx\n", &["f:1:1: <A> is not closed", "f:2:1: <B> is not closed"]),
            ("x\n </A>", &["f:2:2: </A> closes a section that is not open"]),
            ("<A>\n</B>\n</A>", &["f:2:1: </B> where </A> is expected: <A> was opened at f:1:1"]),
            ("<A>\n<B>\n</A>", &["f:3:1: </A> where </B> is expected: <B> was opened at f:2:1"]),
            ("<A x\n</A>", &["f:1:5: <A does not end with '>'"]),
            ("<A>\n</A\nx", &["f:2:4: </A does not end with '>'"]),
            ("<A>\n</A >", &["f:2:4: </A does not end with '>'"]),
            ("< A>\n", &["f:1:1: the name of a section is missing after '<'"]),
            ("<>\n", &["f:1:1: the name of a section is missing after '<'"]),
            ("\"\" x\n", &["f:1:1: a directive has a name, this one is empty"]),
            ("X a\0b\n", &["f:1:4: there is a NUL byte in this line"]),
            ("# a\0b\n", &["f:1:4: there is a NUL byte in this line"]),
            ("# a\x0cb\nX \\\n\x1b[1m", &["f:3:1: there is a control character (0x1b) in this line"]),
            ("X a\rY b\n", &["f:1:4: there is a carriage return inside this line"]),
        ];
        for (text, expected) in table {
            let errors: Vec<_> = parsed(text).errors.iter().map(ToString::to_string).collect();
            assert_eq!(errors, *expected, "{text:?}");
        }
    }

    #[test]
    fn a_mismatch_does_not_hide_what_follows() {
        let parsed = parsed("<A>\n<B>\n</A>\nx\n<C\n</C>\n");
        assert_eq!(outline(&parsed.nodes), "<A() <B() >> x() <C() >");
        assert_eq!(parsed.errors.len(), 2);
    }

    #[test]
    fn sections_end_where_their_tags_stand() {
        let parsed = parsed("<A>\n  x\n </A>\n<B>\ny");
        let end = |node: &Node| if let Node::Section(s) = node { s.end.to_string() } else { String::new() };
        assert_eq!(parsed.nodes.iter().map(end).collect::<Vec<_>>(), ["f:3:2", "f:5:2"]);
    }

    #[test]
    fn sections_know_their_lines() {
        let parsed = parsed("<A \\\n  x>\n b\n  <C>\n</C>\n</A>\n<B>\n</B>\n<D>\nd");
        let text =
            |node: &Node| if let Node::Section(s) = node { s.text().to_owned() } else { String::new() };
        let texts: Vec<String> = parsed.nodes.iter().map(text).collect();
        assert_eq!(texts, [" b\n  <C>\n</C>\n", "", ""]);
    }

    #[test]
    fn depth_and_number_of_errors_are_bounded() {
        let deep = parsed(&"<A>\n".repeat(100_000));
        assert_eq!(deep.errors.len(), 1);
        assert_eq!(deep.errors[0].position.line as usize, DEPTH_MAX + 1);
        let many = parsed(&"</A>\n".repeat(100_000));
        assert_eq!(many.errors.len(), ERRORS_MAX);
    }

    fn check_places(source: &Arc<Source>, nodes: &[Node]) {
        for node in nodes {
            check_place(node.position(), source);
            for offset in 0..=node.args().text().len() {
                check_place(&node.args().position(offset), source);
            }
            if let Node::Section(section) = node {
                check_place(&section.end, source);
                check_places(source, &section.children);
            }
        }
    }

    fn check_place(position: &Position, source: &Arc<Source>) {
        let line = source.text().split('\n').nth(position.line as usize - 1).expect("a line of the source");
        assert!(position.column as usize <= line.chars().count() + 1, "{position}");
        assert!(position.excerpt().ends_with('^'));
    }

    proptest! {
        #[test]
        fn any_text_has_a_tree_with_places_in_it(text in r#"([<>/"\\\n\r\t ax#ö$\{\}]|</?[ab]|a>\n|\\\n|\\\r\n){0,60}"#) {
            let source = Source::new("f", text);
            let parsed = parse(&source);
            check_places(&source, &parsed.nodes);
            parsed.errors.iter().for_each(|error| check_place(&error.position, &source));
        }

        #[test]
        fn any_bytes_are_a_source_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            match Source::from_bytes("f", &bytes) {
                Ok(source) => drop(parse(&source)),
                Err(error) => check_place(&error.position, &error.position.source),
            }
        }

        #[test]
        fn words_stand_where_their_places_say(words in prop::collection::vec("[a-zö]{1,5}", 1..6), breaks in any::<u8>()) {
            let gap = |i: usize| if breaks >> (i % 8) & 1 == 1 { " \\\n  " } else { " " };
            let mut text = "Name".to_owned();
            for (i, word) in words.iter().enumerate() {
                text.push_str(gap(i));
                text.push_str(word);
            }
            let parsed = parsed(&text);
            let args = parsed.nodes[0].args().interpolate(&mut |_| None);
            for (n, word) in words.iter().enumerate() {
                let position = args.word_position(n);
                let line = text.split('\n').nth(position.line as usize - 1).unwrap();
                let there: String = line.chars().skip(position.column as usize - 1).take(word.chars().count()).collect();
                prop_assert_eq!(&there, word);
            }
        }
    }
}
