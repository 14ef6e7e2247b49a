//! One `Header` or `RequestHeader` line.

use std::borrow::Cow;

use httpd::config::{Complaint, Expr, Pattern, Scope};
use httpd::prelude::{Headers, Request, Value};

use crate::format::Format;

/// A line, compiled.
pub(crate) struct Rule {
    action: Action,
    field: String,
    pub(crate) table: Table,
    pub(crate) when: When,
    condition: Option<Condition>,
}

/// Which fields of an answer are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Those of the answer that a handler makes.
    Success,
    /// Those that go out with every answer, errors too.
    Always,
}

/// When a rule is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// As soon as the head is read: for testing, as the sections of files are not known yet.
    Early,
    /// Requests: just before the handler. Answers: just before they are sent.
    Late,
}

/// On what it depends whether a rule is applied.
enum Condition {
    /// `env=name` (`true`), `env=!name` (`false`).
    Env(String, bool),
    /// `expr=expression`.
    Expr(Expr),
}

enum Action {
    Add(Format),
    Append(Format),
    Merge(Format),
    Set(Format),
    SetIfEmpty(Format),
    Unset,
    /// Copies the fields of the request that match.
    Echo(Pattern),
    Edit(Edit),
    /// Copies a field of the answer to a note for the log.
    Note(String),
}

struct Edit {
    pattern: Pattern,
    replacement: Format,
    /// `edit*`: every match, not only the first.
    every: bool,
}

impl Rule {
    /// `[onsuccess|always] action field [value [replacement]] [condition]`
    pub(crate) fn parse_response(words: &[&str]) -> Result<Self, Complaint> {
        let (table, first) = match words[0].to_ascii_lowercase().as_str() {
            "always" => (Table::Always, 1),
            "onsuccess" => (Table::Success, 1),
            _ => (Table::Success, 0),
        };
        let counted_from = |complaint: Complaint| match complaint.argument {
            Some(argument) => complaint.argument(first + argument),
            None => complaint,
        };
        Ok(Self { table, ..Self::parse(&words[first..], true).map_err(counted_from)? })
    }

    /// `action field [value [replacement]] [condition]`
    pub(crate) fn parse_request(words: &[&str]) -> Result<Self, Complaint> {
        Self::parse(words, false)
    }

    fn parse(words: &[&str], response: bool) -> Result<Self, Complaint> {
        let [action, field, rest @ ..] = words else {
            return Err(Complaint::new("an action and the name of a header field are needed"));
        };
        let name = action.to_ascii_lowercase();
        let count = match name.as_str() {
            "unset" | "echo" => 0,
            "edit" | "edit*" => 2,
            _ => 1,
        };
        if rest.len() < count {
            return Err(Complaint::new(format!("'{name}' needs {count} more after the field's name")));
        }
        let (values, condition) = rest.split_at(count);
        let action = action_named(&name, field, values, response)?;
        let (when, condition) =
            read_condition(condition).map_err(|complaint| complaint.argument(2 + count))?;
        let field = field_name(field, &action)?;
        Ok(Self { action, field, table: Table::Success, when, condition })
    }

    fn holds(&self, scope: &Scope<'_>) -> bool {
        match &self.condition {
            None => true,
            Some(Condition::Env(variable, set)) => scope.request().env.contains(variable) == *set,
            Some(Condition::Expr(expr)) => expr.holds_in(scope),
        }
    }

    /// Edits fields of an answer of that status.
    pub(crate) fn apply(&self, r: &mut Request, status: u16, headers: &mut Headers) {
        if !self.holds(&Scope::of(r).answer(status, headers)) {
            return;
        }
        let field = || Cow::Owned::<'static, str>(self.field.clone());
        let value_for = |headers: &Headers, value: &Format| value.of(&Scope::of(r).answer(status, headers));
        match &self.action {
            Action::Add(value) => headers.add(field(), value_for(headers, value)),
            Action::Append(value) => headers.append(field(), value_for(headers, value)),
            Action::Merge(value) => headers.merge(field(), value_for(headers, value)),
            Action::Set(value) => headers.set(field(), value_for(headers, value)),
            Action::SetIfEmpty(value) => headers.set_if_absent(field(), value_for(headers, value)),
            Action::Unset => drop(headers.remove(&self.field)),
            Action::Echo(pattern) => {
                for (name, value) in r.head.fields().filter(|(name, _)| pattern.is_match(name)) {
                    headers.add(name.to_owned(), value);
                }
            }
            Action::Edit(edit) => {
                let replacement = edit.replacement.text(&Scope::of(r).answer(status, headers));
                headers.edit(&self.field, |value| {
                    edit.of(&String::from_utf8_lossy(value), &replacement)
                        .map_or_else(|| Some(Value::new(value)), |new| Some(new.into()))
                });
            }
            Action::Note(note) => {
                if let Some(value) = headers.get(&self.field) {
                    r.notes.set(note.clone(), String::from_utf8_lossy(value).into_owned());
                }
            }
        }
    }

    /// Edits fields of the request.
    pub(crate) fn apply_to_request(&self, r: &mut Request) {
        if !self.holds(&Scope::of(r)) {
            return;
        }
        match &self.action {
            Action::Add(value) => {
                let value = value.of(&Scope::of(r));
                r.head.append(&self.field, value.as_bytes());
            }
            Action::Unset => drop(r.head.remove(&self.field)),
            _ => {
                let old = r.head.combined(&self.field).map(Cow::into_owned);
                if let Some(new) = self.new_value(r, old.as_deref()) {
                    r.head.set(&self.field, &new);
                }
            }
        }
    }

    /// What a field of the request becomes; `None` leaves it as it is.
    fn new_value(&self, r: &Request, old: Option<&[u8]>) -> Option<Vec<u8>> {
        let scope = Scope::of(r);
        let value = |format: &Format| format.of(&scope).as_bytes().to_vec();
        match (&self.action, old) {
            (Action::Set(format), _)
            | (Action::Append(format) | Action::Merge(format) | Action::SetIfEmpty(format), None) => {
                Some(value(format))
            }
            (Action::Append(format), Some(old)) => Some([old, b", ", &value(format)].concat()),
            (Action::Merge(format), Some(old)) => {
                let new = value(format);
                let is_there = httpd::http1::list(old).any(|member| member == new);
                (!is_there).then(|| [old, b", ", &new].concat())
            }
            (Action::Edit(edit), Some(old)) => {
                edit.of(&String::from_utf8_lossy(old), &edit.replacement.text(&scope)).map(String::into_bytes)
            }
            _ => None,
        }
    }
}

impl Edit {
    /// The text with the first match, or every one, replaced; `None` where nothing matches.
    fn of(&self, text: &str, replacement: &str) -> Option<String> {
        self.pattern.is_match(text).then(|| replaced(text, &self.pattern, replacement, self.every))
    }
}

/// The name without the colon that some write after it.
fn field_name(field: &str, action: &Action) -> Result<String, Complaint> {
    let name = field.strip_suffix(':').unwrap_or(field);
    if httpd::http1::is_token(name.as_bytes()) || matches!(action, Action::Echo(_)) {
        return Ok(name.to_owned());
    }
    Err(Complaint::new(format!("'{name}' cannot be the name of a header field")))
}

fn action_named(name: &str, field: &str, values: &[&str], response: bool) -> Result<Action, Complaint> {
    let value_at =
        |place: usize| Format::parse(values[place]).map_err(|complaint| complaint.argument(2 + place));
    let value = || value_at(0);
    Ok(match name {
        "add" => Action::Add(value()?),
        "append" => Action::Append(value()?),
        "merge" => Action::Merge(value()?),
        "set" => Action::Set(value()?),
        "setifempty" => Action::SetIfEmpty(value()?),
        "unset" => Action::Unset,
        "edit" | "edit*" => Action::Edit(Edit {
            pattern: Pattern::new(values[0])?,
            replacement: value_at(1)?,
            every: name == "edit*",
        }),
        "echo" if response => Action::Echo(Pattern::ignoring_case(field)?),
        "note" if response => Action::Note(values[0].to_owned()),
        _ => {
            let known = "add, append, merge, set, setifempty, unset, edit, edit*";
            let more = if response { ", echo, note" } else { "" };
            return Err(Complaint::new(format!("'{name}' is no action here"))
                .hint(format!("the actions are {known}{more}")));
        }
    })
}

fn read_condition(words: &[&str]) -> Result<(When, Option<Condition>), Complaint> {
    match words {
        [] => Ok((When::Late, None)),
        [early] if early.eq_ignore_ascii_case("early") => Ok((When::Early, None)),
        [word] if word.starts_with("env=") => {
            let name = &word["env=".len()..];
            let (variable, set) = name.strip_prefix('!').map_or((name, true), |name| (name, false));
            Ok((When::Late, Some(Condition::Env(variable.to_owned(), set))))
        }
        [word, ..] => match Expr::marked(word).filter(|_| words.len() == 1) {
            Some(expr) => Ok((When::Late, Some(Condition::Expr(expr?)))),
            None => Err(Complaint::new(format!("'{word}' is neither 'early' nor a condition"))
                .hint("a condition is env=[!]variable or expr=expression")),
        },
    }
}

/// The text with the first match, or every one, replaced.
fn replaced(text: &str, pattern: &Pattern, replacement: &str, every: bool) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(captures) = pattern.captures(rest) {
        let (start, end) = captures.span();
        out.push_str(&rest[..start]);
        out.push_str(&captures.expand(replacement));
        // An empty match moves on by one character, or it would be found for ever.
        let skip = if end > start { 0 } else { rest[end..].chars().next().map_or(0, char::len_utf8) };
        out.push_str(&rest[end..end + skip]);
        rest = &rest[end + skip..];
        if !every || rest.is_empty() {
            break;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_replace_once_or_every_time() {
        let pattern = Pattern::new("a(.)").unwrap();
        assert_eq!(replaced("abacad", &pattern, "<$1>", false), "<b>acad");
        assert_eq!(replaced("abacad", &pattern, "<$1>", true), "<b><c><d>");
        assert_eq!(replaced("é", &Pattern::new("x*").unwrap(), "-", true), "-é");
    }

    #[test]
    fn every_form_of_a_line() {
        for line in [
            "always set X-A b env=!c",
            "onsuccess add X b",
            "edit* X a b early",
            "edit X a %{b}e",
            "echo ^TS",
            "Unset X: env=a",
            "note X n",
            "set X b expr=true",
            "set X expr=%{REQUEST_URI} early",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(Rule::parse_response(&words).is_ok(), "{line}");
        }
        for line in [
            "sett X b",
            "set X",
            "edit X a",
            "edit X ( a",
            "echo (",
            "set X b maybe",
            "unset X a",
            "set X b early env=c",
            "set X b expr=tru",
            "set X expr=%{NO}",
            "set X b expr=true early",
            "set X{ b",
            "always set",
            "always",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(Rule::parse_response(&words).is_err(), "{line}");
        }
        assert!(Rule::parse_request(&["echo", "X"]).is_err());
    }
}
