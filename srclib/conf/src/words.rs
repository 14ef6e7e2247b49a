//! Arguments as words, split as Apache's ap_getword_conf splits them.

/// One word of a directive's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotes and escapes.
    pub text: String,
    /// Where it starts in the text that was split, in bytes; its quote counts.
    pub offset: usize,
    /// Where it ends there: one past its last byte or its closing quote.
    pub end: usize,
    /// Whether it was written in quotes: `""` is a word, an empty one.
    pub quoted: bool,
    /// Whether its quote was never closed: the word then went to the end of the line.
    pub unclosed: bool,
}

impl Word {
    /// Where the byte at an offset of [`text`](Self::text) stands in the text that was split.
    pub fn place_of(&self, split: &str, offset: usize) -> usize {
        let quote = split.as_bytes().get(self.offset).copied().filter(|_| self.quoted);
        let (mut at, mut passed) = (self.offset + usize::from(self.quoted), 0);
        while passed < offset && at < self.end {
            at += if is_escape(split.as_bytes(), at, quote) { 2 } else { 1 };
            passed += 1;
        }
        at.min(self.end)
    }
}

/// All words of a text. There are no errors: an unclosed quote takes the rest.
///
/// Words end at white space. One that begins with `"` or `'` ends at the next such quote, and whatever follows that
/// begins another word. `\\` stands for one backslash everywhere, `\"` in double quotes for a double quote, `\'` in
/// single ones for a single one; other backslashes stand for themselves.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut from = 0;
    while let Some(word) = next_word(text, from) {
        from = word.end;
        words.push(word);
    }
    words
}

/// The word at or after the byte offset `from`; for directives whose arguments are not just words.
pub fn next_word(text: &str, from: usize) -> Option<Word> {
    let bytes = text.as_bytes();
    let offset = from + bytes.get(from..)?.iter().position(|&b| !is_space(b))?;
    let first = bytes[offset];
    if first != b'"' && first != b'\'' {
        let length = bytes[offset..].iter().position(|&b| is_space(b)).unwrap_or(bytes.len() - offset);
        let end = offset + length;
        let text = unescape(text.get(offset..end)?, None);
        return Some(Word { text, offset, end, quoted: false, unclosed: false });
    }
    let inner = offset + 1;
    let close = closing_quote(bytes, inner, first);
    let text = unescape(text.get(inner..close)?, Some(first));
    let end = (close + 1).min(bytes.len());
    Some(Word { text, offset, end, quoted: true, unclosed: close == bytes.len() })
}

/// White space as C's isspace() knows it: what separates words.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Where the quote that was opened before `from` closes: the end of the text if it does not.
fn closing_quote(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != quote {
        at += if is_escape(bytes, at, Some(quote)) { 2 } else { 1 };
    }
    at
}

/// Whether the byte is a backslash that takes the next one with it.
fn is_escape(bytes: &[u8], at: usize, quote: Option<u8>) -> bool {
    let next = bytes.get(at + 1).copied();
    bytes[at] == b'\\' && next.is_some() && (next == Some(b'\\') || next == quote)
}

fn unescape(text: &str, quote: Option<u8>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let escape = is_escape(rest.as_bytes(), at, quote);
        out.push_str(&rest[..if escape { at } else { at + 1 }]);
        rest = &rest[at + 1..];
        if let (true, Some(c)) = (escape, rest.chars().next()) {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_as_apache_does() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            (" \t ", &[]),
            ("a", &["a"]),
            ("  a\t b  ", &["a", "b"]),
            (r#""a b" c"#, &["a b", "c"]),
            ("'a b' c", &["a b", "c"]),
            (r#""a"b"#, &["a", "b"]),
            (r#""a""b""#, &["a", "b"]),
            (r#"a"b c"d"#, &["a\"b", "c\"d"]),
            (r#""" ''"#, &["", ""]),
            (r#""a b c"#, &["a b c"]),
            (r#"a ""#, &["a", ""]),
            (r#""a\"b" c"#, &["a\"b", "c"]),
            (r#"'a"b\'c'"#, &["a\"b'c"]),
            (r#""a\'b""#, &["a\\'b"]),
            (r#""a\\" b"#, &["a\\", "b"]),
            (r#""a\\b\"c\d""#, &["a\\b\"c\\d"]),
            (r"a\\b", &["a\\b"]),
            (r#"a\"b"#, &["a\\\"b"]),
            (r"C:\www\\x\", &["C:\\www\\x\\"]),
            (r#""a\"#, &["a\\"]),
            (r#""a\""#, &["a\""]),
            ("ö \"ü \\ß\"", &["ö", "ü \\ß"]),
        ];
        for (text, expected) in table {
            let found = words(text);
            assert_eq!(found.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), *expected, "{text:?}");
        }
    }

    #[test]
    fn knows_offsets_and_quotes() {
        let found = words(" a 'b c' \"d");
        let facts: Vec<_> = found.iter().map(|w| (w.offset, w.end, w.quoted, w.unclosed)).collect();
        assert_eq!(facts, [(1, 2, false, false), (3, 8, true, false), (9, 11, true, true)]);
        assert_eq!(next_word("a", 9), None);
    }

    #[test]
    fn bytes_of_words_have_places() {
        let text = r#"x "a\"b\\c""#;
        let word = &words(text)[1];
        assert_eq!(word.text, r#"a"b\c"#);
        let places: Vec<usize> = (0..=word.text.len()).map(|offset| word.place_of(text, offset)).collect();
        assert_eq!(places, [3, 4, 6, 7, 9, 10]);
    }

    fn quote(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }

    proptest! {
        #[test]
        fn quoted_text_comes_back(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let line: Vec<_> = texts.iter().map(|t| quote(t)).collect();
            let found: Vec<_> = words(&line.join(" ")).into_iter().map(|w| w.text).collect();
            prop_assert_eq!(found, texts);
        }

        #[test]
        fn any_text_splits_in_order(text in r#"[ab"'\\ \tö]*"#) {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(last <= word.offset && word.offset < word.end && word.end <= text.len());
                last = word.end;
            }
            prop_assert!(text[last..].trim_ascii().is_empty());
        }
    }
}
