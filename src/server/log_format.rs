//! ErrorLogFormat: the form of error lines, compiled once. A line is made of fields that stand between spaces; a field in which
//! something has no value is left out as a whole.

use jiff::Zoned;

use super::log::{About, Origin};
use crate::config::Complaint;

/// A compiled format.
#[derive(Debug, Clone)]
pub struct LogFormat(Vec<Vec<Part>>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Item { item: Item, argument: String, absent: Absent },
}

/// What becomes of an item without value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    /// Its field is left out.
    Field,
    /// A hyphen stands in for it: `%-a`.
    Hyphen,
    /// The line is not written at all: `%+a`.
    Line,
}

/// What an error line can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Client,
    Local,
    Variable,
    Header,
    Level,
    Module,
    Message,
    Note,
    Process,
    Thread,
    Time,
    ServerName,
    /// Where in the source the line comes from.
    Place,
    /// How many requests the connection has had before this one.
    KeptAlive,
    /// What a request or connection is called in logs.
    Id,
    Handler,
    /// Accepted, and never there: a message says by itself what the system said.
    Nothing,
}

const ITEMS: [(char, Item); 18] = [
    ('a', Item::Client),
    ('A', Item::Local),
    ('e', Item::Variable),
    ('i', Item::Header),
    ('l', Item::Level),
    ('m', Item::Module),
    ('M', Item::Message),
    ('n', Item::Note),
    ('P', Item::Process),
    ('T', Item::Thread),
    ('t', Item::Time),
    ('v', Item::ServerName),
    ('V', Item::ServerName),
    ('E', Item::Nothing),
    ('F', Item::Place),
    ('k', Item::KeptAlive),
    ('L', Item::Id),
    ('R', Item::Handler),
];

/// What is to be written.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) about: About<'a>,
    /// With its number, and without control bytes.
    pub(super) message: &'a str,
    pub(super) server_name: &'a str,
}

impl LogFormat {
    /// Compiles a format; without `%M` it could say nothing.
    pub(crate) fn read(text: &str) -> Result<Self, Complaint> {
        let mut fields = vec![Vec::new()];
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '%' if rest.starts_with(' ') => {
                    rest = &rest[1..];
                    fields.push(Vec::new());
                }
                '%' => {
                    let (part, left) = item(rest)?;
                    fields.last_mut().into_iter().for_each(|field| field.push(part.clone()));
                    rest = left;
                }
                ' ' => {
                    fields.push(Vec::new());
                    push(&mut fields, ' ');
                }
                '\\' => {
                    let next = rest.chars().next().unwrap_or('\\');
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                    push(&mut fields, next);
                }
                c => push(&mut fields, c),
            }
        }
        let says = |part: &Part| matches!(part, Part::Item { item: Item::Message, .. });
        if !fields.iter().flatten().any(says) {
            return Err(Complaint::new("ErrorLogFormat must contain the message: %M"));
        }
        Ok(Self(fields))
    }

    /// The line without its newline; `None` where it is not to be written.
    pub(super) fn line(&self, entry: &Entry<'_>) -> Option<String> {
        let mut line = String::new();
        for field in &self.0 {
            let start = line.len();
            for part in field {
                match part {
                    Part::Text(text) => line.push_str(text),
                    Part::Item { item, argument, absent } => match (entry.value(*item, argument), absent) {
                        (Some(value), _) => line.push_str(&value),
                        (None, Absent::Hyphen) => line.push('-'),
                        (None, Absent::Line) => return None,
                        (None, Absent::Field) => {
                            line.truncate(start);
                            break;
                        }
                    },
                }
            }
        }
        Some(line)
    }
}

fn push(fields: &mut [Vec<Part>], c: char) {
    let Some(field) = fields.last_mut() else { return };
    match field.last_mut() {
        Some(Part::Text(text)) => text.push(c),
        _ => field.push(Part::Text(c.to_string())),
    }
}

/// What follows a `%`, and the text after it.
fn item(text: &str) -> Result<(Part, &str), Complaint> {
    let wrong = || Complaint::new(format!("ErrorLogFormat does not know '%{text}'"));
    let mut rest = text;
    let mut absent = Absent::Field;
    let mut argument = String::new();
    loop {
        let c = rest.chars().next().ok_or_else(wrong)?;
        rest = &rest[c.len_utf8()..];
        match c {
            '-' => absent = Absent::Hyphen,
            '+' => absent = Absent::Line,
            // The gravest level that has the item: those below leave it out in Apache too only where it is asked for.
            '0'..='9' => {}
            '{' => {
                let (inside, after) = rest.split_once('}').ok_or_else(wrong)?;
                inside.clone_into(&mut argument);
                rest = after;
            }
            '%' => return Ok((Part::Text("%".to_owned()), rest)),
            c => {
                let (_, item) = ITEMS.iter().find(|(letter, _)| *letter == c).ok_or_else(wrong)?;
                return Ok((Part::Item { item: *item, argument, absent }, rest));
            }
        }
    }
}

impl Entry<'_> {
    fn value(&self, item: Item, argument: &str) -> Option<String> {
        let clean = |text: &str| {
            let mut line = String::new();
            super::log::append_escaped(&mut line, text);
            line
        };
        let About { client, local, connection, request } = self.about;
        match item {
            Item::Client if argument == "c" => Some(connection?.peer.to_string()),
            Item::Client => client.map(|client| client.to_string()),
            Item::Local => local.map(|local| local.to_string()),
            Item::Variable => request?.env.get(argument).map(clean),
            Item::Header => Some(clean(&String::from_utf8_lossy(&request?.head.combined(argument)?))),
            Item::Note => request?.notes.get(argument).map(clean),
            Item::Level => Some(self.origin.level.name().to_owned()),
            Item::Module => Some(self.origin.module.to_owned()),
            Item::Message => Some(self.message.to_owned()),
            Item::Process => Some(std::process::id().to_string()),
            Item::Thread => {
                let id = format!("{:?}", std::thread::current().id());
                Some(id.chars().filter(char::is_ascii_digit).collect())
            }
            Item::Time => Some(time(argument)),
            Item::ServerName => Some(self.server_name.to_owned()),
            Item::Place => Some(place(self.origin.place)),
            Item::KeptAlive => Some(connection?.answered().to_string()),
            Item::Id if matches!(argument, "c" | "C") => Some(connection?.log_id().to_owned()),
            Item::Id => request?.log_id().map(str::to_owned),
            Item::Handler => Some(clean(request?.content.handler.as_deref()?)),
            Item::Nothing => None,
        }
    }
}

/// `files.rs(123)`
fn place((file, line): (&str, u32)) -> String {
    format!("{}({line})", file.rsplit('/').next().unwrap_or(file))
}

/// `u` adds microseconds, `c` is the compact form of ISO 8601.
fn time(argument: &str) -> String {
    let form = match (argument.contains('c'), argument.contains('u')) {
        (false, false) => "%a %b %d %H:%M:%S %Y",
        (false, true) => "%a %b %d %H:%M:%S%.6f %Y",
        (true, false) => "%Y-%m-%d %H:%M:%S",
        (true, true) => "%Y-%m-%d %H:%M:%S%.6f",
    };
    Zoned::now().strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::log::Level;

    fn line(format: &str) -> Option<String> {
        let origin = Origin {
            level: Level::Error,
            module: "core",
            number: "AH00128",
            place: ("src/request/files.rs", 7),
        };
        let about = About { local: "192.0.2.1:80".parse().ok(), ..About::default() };
        let entry = Entry { origin, about, message: "AH00128: gone", server_name: "www.test" };
        LogFormat::read(format).unwrap().line(&entry)
    }

    #[test]
    fn fields_without_value_are_left_out() {
        for (format, expected) in [
            ("[%l] %M", Some("[error] AH00128: gone")),
            ("[%m:%l] [client %a] %M", Some("[core:error] [client AH00128: gone")),
            ("[%m:%l] [client\\ %a] %M", Some("[core:error] AH00128: gone")),
            ("%-a %M %{Referer}i", Some("- AH00128: gone")),
            ("%+a %M", None),
            ("%A %v: %M %% %E", Some("192.0.2.1:80 www.test: AH00128: gone %")),
            ("%l% %M", Some("errorAH00128: gone")),
            ("%F %k %L %{c}L %-R %M", Some("files.rs(7) - AH00128: gone")),
        ] {
            assert_eq!(line(format).as_deref(), expected, "{format}");
        }
    }

    #[test]
    fn formats_are_checked() {
        for text in ["", "%l", "%Z %M", "%M %{x", "%M %"] {
            assert!(LogFormat::read(text).is_err(), "{text}");
        }
    }
}
