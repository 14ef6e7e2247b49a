//! The LoadModule line in httpd.conf: put in force, commented out, or added. Nothing else of the text changes, whatever bytes
//! and line ends it is made of.

use std::fmt;

use super::Outcome;

/// What was done to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// The line is there as it should be.
    Nothing,
    /// A line was changed so that it counts.
    Activated,
    /// A line was changed so that it does not count.
    CommentedOut,
    /// There was none.
    Added,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "kept      ",
            Self::Activated => "activated ",
            Self::CommentedOut => "commented ",
            Self::Added => "added     ",
        })
    }
}

/// The text with a line that loads `symbol` from `file`, in force or commented out.
pub(super) fn edited(text: &[u8], symbol: &str, file: &str, active: bool) -> Outcome<(Vec<u8>, Done)> {
    if file.contains(['"', '\n']) {
        return Err(format!("{file}: a name that httpd.conf cannot hold"));
    }
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let found = find(&lines, symbol);
    let quoted = if file.contains(char::is_whitespace) { format!("\"{file}\"") } else { file.to_owned() };
    let sign = if active { "" } else { "#" };
    let wanted =
        |indent: &str, end: &str| format!("{indent}{sign}LoadModule {symbol} {quoted}{end}").into_bytes();
    let Some(found) = found else {
        let at = place(&lines);
        let before = lines[..at].concat();
        let end = if text.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        // A last line may lack its end.
        let joint = if before.is_empty() || before.ends_with(b"\n") { "" } else { end };
        let parts = [before, joint.into(), wanted("", end), lines[at..].concat()];
        return Ok((parts.concat(), Done::Added));
    };
    let old = Line::read(lines[found]);
    let end = after(&lines, found);
    let new = wanted(&old.indent, &Line::read(lines[end - 1]).end);
    if new == lines[found] {
        return Ok((text.to_vec(), Done::Nothing));
    }
    let text = [lines[..found].concat(), new, lines[end..].concat()].concat();
    Ok((text, if active { Done::Activated } else { Done::CommentedOut }))
}

/// The line that counts is changed; where none counts, the first that is commented out.
fn find(lines: &[&[u8]], symbol: &str) -> Option<usize> {
    let of = |commented: bool| {
        let is = move |line: &&[u8]| {
            let line = Line::read(line);
            line.commented == commented
                && line.words().eq_ignore_ascii_case("loadmodule")
                && line.symbol() == Some(symbol)
        };
        lines.iter().position(is)
    };
    of(false).or_else(|| of(true))
}

/// Where a new line goes: behind the last LoadModule line that stands in no section, else before the first that says
/// anything, for a module must be loaded before its directives.
fn place(lines: &[&[u8]]) -> usize {
    let mut depth = 0_usize;
    let mut continued = false;
    let (mut last, mut first) = (None, None);
    for (number, line) in lines.iter().enumerate() {
        let read = Line::read(line);
        let starts = !std::mem::replace(&mut continued, read.continues());
        if !starts || read.commented || read.text.is_empty() {
            continue;
        }
        first = first.or(Some(number));
        if read.text.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if read.text.starts_with('<') {
            depth += 1;
        } else if depth == 0 && read.words().eq_ignore_ascii_case("loadmodule") {
            last = Some(after(lines, number));
        }
    }
    last.or(first).unwrap_or(lines.len())
}

/// Behind a line and those that continue it.
fn after(lines: &[&[u8]], line: usize) -> usize {
    let ends = lines[line..].iter().position(|line| !Line::read(line).continues());
    ends.map_or(lines.len(), |further| line + further + 1)
}

/// A line taken apart.
struct Line {
    indent: String,
    commented: bool,
    text: String,
    end: String,
}

impl Line {
    fn read(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let text = line.trim_end_matches(['\r', '\n']);
        let end = line[text.len()..].to_owned();
        let inner = text.trim_start_matches([' ', '\t']);
        let indent = text[..text.len() - inner.len()].to_owned();
        let bare = inner.trim_start_matches(['#', ' ', '\t']);
        Self { indent, commented: inner.starts_with('#'), text: bare.trim_end().to_owned(), end }
    }

    /// Its directive.
    fn words(&self) -> &str {
        self.text.split_whitespace().next().unwrap_or_default()
    }

    fn symbol(&self) -> Option<&str> {
        self.text.split_whitespace().nth(1)
    }

    fn continues(&self) -> bool {
        self.text.ends_with('\\')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, active: bool) -> (String, Done) {
        let (text, done) = edited(text.as_bytes(), "foo_module", "modules/mod_foo.so", active).unwrap();
        (String::from_utf8(text).unwrap(), done)
    }

    #[test]
    fn a_line_that_is_there_is_changed_in_its_place() {
        for (text, active, expected, done) in [
            (
                "LoadModule foo_module modules/mod_foo.so\nX\n",
                true,
                "LoadModule foo_module modules/mod_foo.so\nX\n",
                Done::Nothing,
            ),
            (
                "a\n#LoadModule foo_module old.so\nb",
                true,
                "a\nLoadModule foo_module modules/mod_foo.so\nb",
                Done::Activated,
            ),
            (
                "a\n\t# loadmodule foo_module old.so\r\nb",
                true,
                "a\n\tLoadModule foo_module modules/mod_foo.so\r\nb",
                Done::Activated,
            ),
            (
                "LoadModule foo_module \\\n x\nb\n",
                true,
                "LoadModule foo_module modules/mod_foo.so\nb\n",
                Done::Activated,
            ),
            (
                "LoadModule foo_module x\n",
                false,
                "#LoadModule foo_module modules/mod_foo.so\n",
                Done::CommentedOut,
            ),
            (
                "#LoadModule foo_module x\nLoadModule foo_module y\n",
                true,
                "#LoadModule foo_module x\nLoadModule foo_module modules/mod_foo.so\n",
                Done::Activated,
            ),
        ] {
            assert_eq!(edit(text, active), (expected.to_owned(), done), "{text:?}");
        }
    }

    #[test]
    fn a_new_line_stands_behind_the_others_and_before_what_needs_it() {
        const LINE: &str = "LoadModule foo_module modules/mod_foo.so\n";
        for (text, expected) in [
            ("", LINE.to_owned()),
            ("# only words", format!("# only words\n{LINE}")),
            ("# words\n\nListen 80\n", format!("# words\n\n{LINE}Listen 80\n")),
            (
                "LoadModule a_module a\nLoadModule b_module \\\n b\n<IfDefine X>\nLoadModule c_module c\n</IfDefine>\nListen 80\n",
                format!(
                    "LoadModule a_module a\nLoadModule b_module \\\n b\n{LINE}<IfDefine X>\nLoadModule c_module c\n</IfDefine>\nListen 80\n"
                ),
            ),
            ("Listen 80\r\n", "LoadModule foo_module modules/mod_foo.so\r\nListen 80\r\n".to_owned()),
            ("LoadModule a_module a", format!("LoadModule a_module a\n{LINE}")),
        ] {
            assert_eq!(edit(text, true), (expected, Done::Added), "{text:?}");
        }
        assert_eq!(edit("Listen 80\n", false).0, "#LoadModule foo_module modules/mod_foo.so\nListen 80\n");
    }

    #[test]
    fn no_byte_of_the_rest_is_lost() {
        let text = b"# caf\xe9 \xff\0\nLoadModule a_module a\n\n\n  Weird \\\n  line";
        let (new, _) = edited(text, "foo_module", "/m x/mod_foo.so", true).unwrap();
        let line = b"LoadModule foo_module \"/m x/mod_foo.so\"\n";
        let at = new.windows(line.len()).position(|window| window == line).unwrap();
        assert_eq!([&new[..at], &new[at + line.len()..]].concat(), text);
        assert!(edited(text, "foo_module", "a\"b", true).is_err());
    }
}
