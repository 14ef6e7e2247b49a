//! Texts with `%{...}`, `$1` and backslashes in them.

use super::cursor::{Cursor, complain_at};
use super::parse;
use super::tree::Word;
use super::variables;
use crate::config::Complaint;

/// Reads a text up to the quote or brace that ends it, or (`None`) to the end of everything.
pub(super) fn until(cursor: &mut Cursor<'_>, end: Option<char>) -> Result<Word, Complaint> {
    let start = cursor.offset();
    let mut parts = Vec::new();
    let mut text = String::new();
    loop {
        let c = cursor.peek();
        if c == end {
            cursor.next();
            parts.push(Word::Text(text.into()));
            return Ok(Word::joined(parts));
        }
        let rest = cursor.rest();
        let part = match c {
            None => {
                let end = end.map_or(String::new(), |end| format!("'{end}'"));
                let start = start.saturating_sub(1);
                return Err(complain_at(start, format!("the text that begins here has no {end} at its end")));
            }
            Some('\\') => {
                escape(cursor, &mut text)?;
                None
            }
            Some('%') if rest.starts_with("%{") => Some(variable(cursor)?),
            Some('$') => group(cursor),
            _ => None,
        };
        match part {
            Some(part) => {
                parts.push(Word::Text(std::mem::take(&mut text).into()));
                parts.push(part);
            }
            None if c != Some('\\') => text.extend(cursor.next()),
            None => {}
        }
    }
}

/// Reads a backslash and what it escapes.
fn escape(cursor: &mut Cursor<'_>, text: &mut String) -> Result<(), Complaint> {
    let start = cursor.offset();
    cursor.next();
    let rest = cursor.rest();
    let octal = rest.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    if octal > 0 {
        cursor.skip(octal);
        let code = u8::from_str_radix(&rest[..octal], 8).ok().filter(|code| *code != 0 && code.is_ascii());
        let wrong = || complain_at(start, "a backslash with digits stands for one character, \\1 to \\177");
        text.push(char::from(code.ok_or_else(wrong)?));
        return Ok(());
    }
    text.push(match cursor.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('b') => '\x08',
        Some('f') => '\x0c',
        Some(c) => c,
        None => '\\',
    });
    Ok(())
}

/// Reads `$0` to `$9`; nothing is read where no digit follows.
pub(super) fn group(cursor: &mut Cursor<'_>) -> Option<Word> {
    let digit = cursor.rest().strip_prefix('$')?.chars().next()?.to_digit(10)?;
    cursor.skip(2);
    cursor.uses_groups = true;
    Some(Word::Group(digit as usize))
}

/// Reads `%{VARIABLE}` or `%{function:text}`.
pub(super) fn variable(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    cursor.skip(2);
    let (start, name) = (cursor.offset(), cursor.name());
    if name.is_empty() {
        let complaint = cursor.complain("%{ is not followed by a name");
        return Err(
            complaint.hint("write %{VARIABLE} or %{function:text}; \\%{ stands for the signs themselves")
        );
    }
    cursor.skip(name.len());
    cursor.asks_for_user |= ["REMOTE_USER", "AUTH_TYPE"].contains(&name);
    match cursor.next() {
        Some('}') => variables::named(name).map(Word::Variable).ok_or_else(|| unknown(start, name)),
        Some(':') => {
            let function = parse::named(start, name)?;
            let argument = cursor.deeper(|cursor| until(cursor, Some('}')))?;
            Ok(Word::Call(function, Box::new(argument)))
        }
        _ => Err(complain_at(start, format!("%{{{name} has no }} at its end"))),
    }
}

fn unknown(start: usize, name: &str) -> Complaint {
    let complaint = complain_at(start, format!("there is no variable '{name}'"));
    match name.strip_prefix("HTTP_") {
        Some(field) => {
            let field: Vec<String> = field.split('_').map(capitalized).collect();
            complaint.hint(format!("write %{{req:{}}} for the header field", field.join("-")))
        }
        None => match variables::nearest(name) {
            Some(near) => complaint.hint(format!("did you mean %{{{near}}}?")),
            None => complaint.hint("write %{env:NAME} for a variable of the environment"),
        },
    }
}

fn capitalized(word: &str) -> String {
    let mut word = word.to_ascii_lowercase();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
