//! User files: lines of `key:rest`, with comments and empty lines in between. Bytes, for names may be in any encoding.

use std::fs;
use std::io;
use std::path::Path;

/// The longest name of a user, in bytes, that the other programs of this family take.
pub const LONGEST_NAME: usize = 255;

/// Refuses, with a sentence, a user's name that would be read from a file as something else.
pub fn check_name(name: &[u8]) -> Result<(), &'static str> {
    if name.is_empty() || name.starts_with(b"#") {
        return Err("a user's name is not empty and does not begin with #");
    }
    if is_part(name) { Ok(()) } else { Err("a user's name has no : and no control character") }
}

/// Whether this can be a part of a record, and ends neither the part nor the line.
pub fn is_part(part: &[u8]) -> bool {
    !part.iter().any(|byte| *byte == b':' || byte.is_ascii_control())
}

/// The lines of a user file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    lines: Vec<Vec<u8>>,
}

impl Records {
    /// Reads a file.
    pub fn read(path: &Path) -> io::Result<Self> {
        fs::read(path).map(|bytes| Self::parse(&bytes))
    }

    /// Takes a text apart.
    pub fn parse(text: &[u8]) -> Self {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        if text.is_empty() {
            return Self::default();
        }
        Self { lines: text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect() }
    }

    /// The number, from 1, of the first line that is neither a record nor a comment nor empty.
    pub fn first_stranger(&self) -> Option<usize> {
        let strange = |line: &Vec<u8>| {
            let line = line.trim_ascii();
            !line.is_empty() && !line.starts_with(b"#") && !line.contains(&b':')
        };
        self.lines.iter().position(strange).map(|index| index + 1)
    }

    /// What stands behind `key:`. Of several such lines the first one counts, as it does for a server.
    pub fn find(&self, key: &[u8]) -> Option<&[u8]> {
        self.lines.iter().find_map(|line| rest(line, key)).map(<[u8]>::trim_ascii_end)
    }

    /// Puts `key:rest` in the place of what was there, or at the end; `true` if it was there.
    pub fn set(&mut self, key: &[u8], rest: &[u8]) -> bool {
        let line = [key, b":", rest].concat();
        let place = self.place(key);
        self.remove(key);
        self.lines.insert(place.unwrap_or(self.lines.len()), line);
        place.is_some()
    }

    /// Takes all lines of `key` away; `true` if there was one.
    pub fn remove(&mut self, key: &[u8]) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| rest(line, key).is_none());
        self.lines.len() < before
    }

    /// The whole text.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect()
    }

    /// Puts the file in the place of what was there, which keeps its owner and permissions; a new one can be read by
    /// everyone, as far as the umask lets them.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        os::file::rewrite(path, &self.to_bytes(), 0o644)
    }

    fn place(&self, key: &[u8]) -> Option<usize> {
        self.lines.iter().position(|line| rest(line, key).is_some())
    }
}

fn rest<'a>(line: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(key)?.strip_prefix(b":")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"# people\n\nann:a:more\njo:b\njoe:c\r\njo:d\n";

    fn text(records: &Records) -> String {
        String::from_utf8(records.to_bytes()).unwrap()
    }

    #[test]
    fn the_first_record_of_a_name_counts() {
        let records = Records::parse(TEXT);
        for (name, rest) in
            [("ann", Some("a:more")), ("jo", Some("b")), ("joe", Some("c")), ("j", None), ("", None)]
        {
            assert_eq!(records.find(name.as_bytes()), rest.map(str::as_bytes), "{name}");
        }
    }

    #[test]
    fn what_is_not_touched_stays_as_it_is() {
        assert_eq!(Records::parse(TEXT).to_bytes(), TEXT);
        assert_eq!(text(&Records::parse(b"a:b")), "a:b\n");
        assert_eq!(text(&Records::parse(b"")), "");
    }

    #[test]
    fn records_are_set_where_they_were() {
        let mut records = Records::parse(TEXT);
        assert!(records.set(b"jo", b"x"));
        assert!(!records.set(b"new", b"y"));
        assert_eq!(text(&records), "# people\n\nann:a:more\njo:x\njoe:c\r\nnew:y\n");
    }

    #[test]
    fn records_are_removed() {
        let mut records = Records::parse(TEXT);
        assert!(records.remove(b"jo"));
        assert!(!records.remove(b"jo"));
        assert_eq!(text(&records), "# people\n\nann:a:more\njoe:c\r\n");
    }

    #[test]
    fn keys_may_have_parts() {
        let mut records = Records::parse(b"joe:here:1\njoe:there:2\n");
        assert_eq!(records.find(b"joe:there"), Some(b"2".as_slice()));
        assert!(records.set(b"joe:here", b"3"));
        assert_eq!(text(&records), "joe:here:3\njoe:there:2\n");
    }

    #[test]
    fn strange_lines_are_noticed() {
        for (text, line) in [("a:b\n\n# c\n  # d\n", None), ("a:b\nno record\n", Some(2)), ("", None)] {
            assert_eq!(Records::parse(text.as_bytes()).first_stranger(), line, "{text}");
        }
    }
}
