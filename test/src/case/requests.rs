//! A table of raw requests: a line a connection, with what becomes of it.

use super::{Text, Words};

/// A line of `--- requests`: `RFC section  statuses  fate  bytes`.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, from 1.
    pub line: usize,
    /// The rule that it shows: `9112/3.2`.
    pub rule: String,
    /// The answers, in order.
    pub answers: Vec<Answered>,
    /// What becomes of the connection then.
    pub fate: Fate,
    /// What the client sends.
    bytes: Text,
}

/// An answer that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Its status.
    pub status: u16,
    /// It has no body although its head may say how long that would be: it answers HEAD.
    pub to_head: bool,
}

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays, and the next request on it is the next that is answered.
    Stays,
    /// The server closes it, and has answered nothing else.
    Closes,
    /// As `Closes`, once the client has said that it will send no more.
    Ends,
}

/// Reads the lines of a section that begins after line `first`. Empty ones and those that begin with `#` are for people.
pub fn rows(lines: &[String], first: usize) -> Result<Vec<Row>, String> {
    let numbered = lines.iter().enumerate().map(|(at, line)| (first + at + 1, line.trim()));
    let rows = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    rows.map(|(number, line)| row(number, line).map_err(|wrong| format!("line {number}: {wrong}"))).collect()
}

fn row(line: usize, text: &str) -> Result<Row, String> {
    let (rule, rest) = word(text)?;
    let (answers, rest) = word(rest)?;
    let (fate, bytes) = word(rest)?;
    let answers = if answers == "-" {
        Vec::new()
    } else {
        answers.split(',').map(answered).collect::<Result<_, _>>()?
    };
    let fate = match fate {
        "stays" => Fate::Stays,
        "closes" => Fate::Closes,
        "ends" => Fate::Ends,
        other => return Err(format!("a connection stays, closes or ends, but not {other}")),
    };
    Ok(Row { line, rule: rule.to_owned(), answers, fate, bytes: Text::new(vec![bytes.to_owned()], true)? })
}

fn word(text: &str) -> Result<(&str, &str), String> {
    let (word, rest) = text.split_once(char::is_whitespace).ok_or("a row is: rule answers fate bytes")?;
    Ok((word, rest.trim_start()))
}

/// `200`, or `200h` for an answer to HEAD.
fn answered(text: &str) -> Result<Answered, String> {
    let (digits, to_head) = text.strip_suffix('h').map_or((text, false), |digits| (digits, true));
    let status = digits.parse().map_err(|_| format!("{text} is no status"))?;
    Ok(Answered { status, to_head })
}

impl Row {
    /// What the client sends.
    pub fn bytes(&self, words: &Words<'_>) -> Vec<u8> {
        self.bytes.sent(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Row, String> {
        rows(&[String::new(), "# why".into(), line.into()], 7).map(|mut rows| rows.remove(0))
    }

    #[test]
    fn a_row_has_four_columns() {
        let row = read("9112/3  200,404h  stays   GET / HTTP/1.1\\r\\n").unwrap();
        assert_eq!((row.line, &*row.rule, row.fate), (10, "9112/3", Fate::Stays));
        let expected = [(200, false), (404, true)].map(|(status, to_head)| Answered { status, to_head });
        assert_eq!(row.answers, expected);
        assert!(read("9110/1 - ends x").unwrap().answers.is_empty());
    }

    #[test]
    fn mistakes_name_their_line() {
        for line in ["9112/3 200 stays", "9112/3 2oo stays x", "9112/3 200 lives x", "9112/3 200 stays \\q"] {
            assert!(read(line).unwrap_err().starts_with("line 10: "), "{line}");
        }
    }
}
