//! A log format: text and `%` directives, compiled once.

use std::sync::Arc;

use httpd::provider::LogItem;
use httpd::request::Request;

use crate::items::{self, Item, Of};
use crate::time;

/// Finds what another module offers as a `%` directive.
pub(crate) type Offered<'a> = &'a dyn Fn(&str) -> Option<Arc<LogItem>>;

/// A compiled format.
#[derive(Debug)]
pub(crate) struct Format(Vec<Part>);

enum Part {
    Text(Vec<u8>),
    Item { source: Source, argument: Box<str>, of: Of, statuses: Statuses },
}

/// Who knows how to write an item.
enum Source {
    Own(Item),
    Module(Arc<LogItem>),
}

/// `%400,501{...}`: only for these statuses; `%!200{...}`: only for others. Empty: for all.
#[derive(Debug, Default)]
struct Statuses {
    negated: bool,
    listed: Vec<u16>,
}

impl Statuses {
    fn include(&self, status: u16) -> bool {
        self.listed.is_empty() || self.listed.contains(&status) != self.negated
    }
}

impl Format {
    /// Compiles a format; an error is a sentence.
    pub(crate) fn parse(text: &str, offered: Offered<'_>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\\' => plain.extend(escape(&mut rest).as_bytes()),
                '%' if rest.as_str().starts_with('%') => {
                    rest.next();
                    plain.push(b'%');
                }
                '%' => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    let (part, left) = directive(rest.as_str(), offered)?;
                    parts.push(part);
                    rest = left.chars();
                }
                c => plain.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// Appends the line of a request, without its newline.
    pub(crate) fn write(&self, last: &Request, line: &mut Vec<u8>) {
        let original = last.original();
        for part in &self.0 {
            match part {
                Part::Text(text) => line.extend_from_slice(text),
                Part::Item { source, argument, of, statuses } => {
                    let r = if *of == Of::Original { original } else { last };
                    let written =
                        statuses.include(last.sent.status).then(|| source.write(r, argument, line)).flatten();
                    if written.is_none() {
                        line.push(b'-');
                    }
                }
            }
        }
    }

    /// The line says something of the request.
    pub(crate) fn has_items(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Item { .. }))
    }
}

impl Source {
    fn write(&self, r: &Request, argument: &str, line: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Own(item) => item(r, argument, line),
            Self::Module(item) => {
                let start = line.len();
                (item.write)(r, argument, line);
                (line.len() > start).then_some(())
            }
        }
    }
}

/// What a backslash stands for.
fn escape(rest: &mut std::str::Chars<'_>) -> String {
    match rest.next() {
        Some('n') => "\n".to_owned(),
        Some('r') => "\r".to_owned(),
        Some('t') => "\t".to_owned(),
        Some(c @ ('"' | '\\')) => c.to_string(),
        Some(c) => format!("\\{c}"),
        None => "\\".to_owned(),
    }
}

/// What stands between a `%` and the name of the directive.
#[derive(Default)]
struct Modifiers<'t> {
    statuses: Statuses,
    of: Option<Of>,
    argument: &'t str,
}

/// The directive after a `%`, and the text after it.
fn directive<'t>(text: &'t str, offered: Offered<'_>) -> Result<(Part, &'t str), String> {
    let wrong = || format!("'%{text}' does not begin with a % directive of a log format");
    let (Modifiers { statuses, of, argument }, rest) = modifiers(text).ok_or_else(wrong)?;
    let length = if rest.starts_with('^') { 3 } else { rest.chars().next().map_or(0, char::len_utf8) };
    let name = rest.get(..length).filter(|name| !name.is_empty()).ok_or_else(wrong)?;
    let (source, default) = match items::named(name) {
        Some(row) => {
            let complaint = row
                .complaint(argument)
                .or_else(|| (name == "t").then(|| time::complaint(argument)).flatten());
            complaint.map_or(Ok(()), Err)?;
            (Source::Own(row.item), row.of)
        }
        None => (Source::Module(offered(name).ok_or_else(wrong)?), Of::Last),
    };
    let of = of.filter(|_| default != Of::All).unwrap_or(default);
    Ok((Part::Item { source, argument: argument.into(), of, statuses }, &rest[length..]))
}

/// The modifiers at the beginning of a text, and the text after them; `None` where they do not end.
fn modifiers(text: &str) -> Option<(Modifiers<'_>, &str)> {
    let (mut found, mut rest) = (Modifiers::default(), text);
    loop {
        let after = rest.get(1..);
        match rest.as_bytes().first()? {
            b'!' => (found.statuses.negated, rest) = (true, after?),
            b'<' => (found.of, rest) = (Some(Of::Original), after?),
            b'>' => (found.of, rest) = (Some(Of::Last), after?),
            b',' => rest = after?,
            b'0'..=b'9' => {
                let end = rest.find(|c: char| !c.is_ascii_digit())?;
                found.statuses.listed.push(rest[..end].parse().ok()?);
                rest = &rest[end..];
            }
            b'{' => {
                let end = rest.find('}')?;
                (found.argument, rest) = (&rest[1..end], &rest[end + 1..]);
            }
            _ => return Some((found, rest)),
        }
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{}\"", text.escape_ascii()),
            Self::Item { argument, of, statuses, .. } => {
                write!(f, "%{{{argument}}} of {of:?} if {statuses:?}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Format, String> {
        Format::parse(text, &|name| {
            (name == "^FB").then(|| Arc::new(LogItem { write: |_, _, line| line.push(b'x') }))
        })
    }

    #[test]
    fn formats_of_the_manual_compile() {
        for text in [
            r#"%h %l %u %t "%r" %>s %b"#,
            r#"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""#,
            "%400,501{User-Agent}i %!200,304,302{Referer}i %<s %{%d/%b/%Y}t.%{msec_frac}t %{us}T %%",
            "%a %{c}a %A %B %{x}C %D %{x}e %f %{c}h %H %k %L %m %{x}n %{x}o %p %{remote}p %P %{tid}P %q %R",
            "%U %v %V %X %{x}^ti %{x}^to %^FB",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn unknown_directives_are_refused() {
        for text in
            ["%", "%{x", "%{x}", "%y", "%99999999s", "%200", "%^", "%^xx", "%é", "%i", "%{h}T", "%{%!}t"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn statuses_choose() {
        let only = Statuses { negated: false, listed: vec![400, 501] };
        let others = Statuses { negated: true, listed: vec![200] };
        assert!(only.include(501) && !only.include(200) && others.include(404) && !others.include(200));
        assert!(Statuses::default().include(200));
    }

    #[test]
    fn backslashes_stand_for_bytes() {
        let format = parse(r#"a\tb\"c\\d\e\"#).unwrap();
        assert_eq!(format!("{format:?}"), r#"Format(["a\tb\"c\\d\\e\\"])"#);
        assert!(!format.has_items());
    }

    #[test]
    fn modifiers_choose_the_request_but_for_what_all_share() {
        for (text, of) in
            [("%s", "Original"), ("%>s", "Last"), ("%<u", "Original"), ("%u", "Last"), ("%<D", "All")]
        {
            assert!(format!("{:?}", parse(text).unwrap()).contains(of), "{text}");
        }
    }
}
