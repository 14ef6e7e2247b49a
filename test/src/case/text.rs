//! The text of a section: how its lines become bytes, and the words in it that stand for others.

use std::path::Path;

/// The text of a section as the case file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    lines: Vec<String>,
    /// Line breaks do not count, escapes do.
    raw: bool,
}

/// What `${...}` stands for. See `test/README.md`.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// `${ROOT}`: ServerRoot.
    pub root: &'a Path,
    /// `${DOCROOT}`: the document root.
    pub docroot: &'a Path,
    /// `${PORT}`: where the server listens. `None` while nobody knows.
    pub port: Option<u16>,
}

impl Text {
    /// Checks that all escapes of a `raw` text can be understood.
    pub fn new(lines: Vec<String>, raw: bool) -> Result<Self, String> {
        if raw {
            lines.iter().try_for_each(|line| unescape(line).map(drop))?;
        }
        Ok(Self { lines, raw })
    }

    /// This is somewhere in the text, before words are filled in.
    pub fn mentions(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line.contains(word))
    }

    /// The lines, words filled in, escapes as they stand.
    pub fn lines(&self, words: &Words<'_>) -> Vec<String> {
        self.lines.iter().map(|line| words.fill(line)).collect()
    }

    /// As a client sends it: each line ends in CRLF, but for a last one that is not empty.
    pub fn sent(&self, words: &Words<'_>) -> Vec<u8> {
        if self.raw {
            return self.unescaped(words);
        }
        let mut text = self.lines(words).join("\r\n");
        if self.lines.last().is_some_and(String::is_empty) {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// As it stands in a file: each line ends in LF.
    pub fn written(&self, words: &Words<'_>) -> Vec<u8> {
        if self.raw {
            return self.unescaped(words);
        }
        let mut text = String::new();
        for line in self.lines(words) {
            text.push_str(&line);
            text.push('\n');
        }
        text.into_bytes()
    }

    /// As an answer: the lines of the head, up to the first empty one, end in CRLF, those of the body in LF.
    pub fn answered(&self, words: &Words<'_>) -> Vec<u8> {
        if self.raw {
            return self.unescaped(words);
        }
        let (mut text, mut end) = (String::new(), "\r\n");
        for line in self.lines(words) {
            text.push_str(&line);
            text.push_str(end);
            if line.is_empty() {
                end = "\n";
            }
        }
        text.into_bytes()
    }

    fn unescaped(&self, words: &Words<'_>) -> Vec<u8> {
        self.lines(words).iter().flat_map(|line| unescape(line).unwrap_or_default()).collect()
    }
}

impl Words<'_> {
    /// Puts what it stands for in place of each `${NAME}` that is known.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(end) = rest[start..].find('}').map(|end| start + end) else { break };
            filled.push_str(&rest[..start]);
            match self.meaning(&rest[start + 2..end]) {
                Some(meaning) => filled.push_str(&meaning),
                None => filled.push_str(&rest[start..=end]),
            }
            rest = &rest[end + 1..];
        }
        filled.push_str(rest);
        filled
    }

    fn meaning(&self, name: &str) -> Option<String> {
        match name {
            "ROOT" => Some(self.root.display().to_string()),
            "DOCROOT" => Some(self.docroot.display().to_string()),
            "PORT" => self.port.map(|port| port.to_string()),
            name => {
                let (count, text) = name.strip_prefix("repeat ")?.split_once(' ')?;
                Some(text.repeat(count.parse().ok()?))
            }
        }
    }
}

/// `\r` `\n` `\t` `\\` and `\xHH`, written out.
fn unescape(line: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let (byte, length) = escape(after).ok_or_else(|| format!("what is this escape: \\{after}"))?;
        bytes.push(byte);
        rest = &after[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// The byte that an escape stands for, and how long the escape is behind its backslash.
fn escape(after: &str) -> Option<(u8, usize)> {
    match after.as_bytes() {
        [b'r', ..] => Some((b'\r', 1)),
        [b'n', ..] => Some((b'\n', 1)),
        [b't', ..] => Some((b'\t', 1)),
        [b'\\', ..] => Some((b'\\', 1)),
        [b'x', ..] => Some((u8::from_str_radix(after.get(1..3)?, 16).ok()?, 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words<'static> {
        Words { root: Path::new("/srv"), docroot: Path::new("/srv/htdocs"), port: Some(4711) }
    }

    fn text(lines: &[&str], raw: bool) -> Text {
        Text::new(lines.iter().map(ToString::to_string).collect(), raw).unwrap()
    }

    #[test]
    fn a_head_is_ended_by_its_empty_line_and_a_body_by_its_last_letter() {
        assert_eq!(
            text(&["GET / HTTP/1.1", "Host: x", ""], false).sent(&words()),
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        );
        assert_eq!(text(&["Host: x", "", "hello"], false).sent(&words()), b"Host: x\r\n\r\nhello");
        assert_eq!(text(&["0", ""], false).sent(&words()), b"0\r\n\r\n");
    }

    #[test]
    fn an_answer_has_crlf_in_its_head_only() {
        assert_eq!(text(&["A: b", "", "x", "y"], false).answered(&words()), b"A: b\r\n\r\nx\ny\n");
    }

    #[test]
    fn raw_texts_have_escapes_and_no_line_ends() {
        assert_eq!(text(&["a\\r\\n", "\\x00\\xff\\\\"], true).sent(&words()), b"a\r\n\x00\xff\\");
        assert!(Text::new(vec!["\\q".into()], true).is_err());
        assert!(Text::new(vec!["\\x4".into()], true).is_err());
    }

    #[test]
    fn known_words_are_filled_in() {
        assert_eq!(
            words().fill("${PORT} ${DOCROOT} ${repeat 3 ab} ${OTHER} ${"),
            "4711 /srv/htdocs ababab ${OTHER} ${"
        );
    }
}
