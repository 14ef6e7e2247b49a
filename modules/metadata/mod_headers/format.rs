//! A value of a header field, with `%` directives.

use std::time::{SystemTime, UNIX_EPOCH};

use httpd::config::{Complaint, Scope, Template};
use httpd::prelude::{Request, Value};

/// A compiled value.
pub(crate) struct Format(Vec<Part>);

enum Part {
    Text(String),
    /// `expr=text`: all of a value.
    Expr(Template),
    /// `%{NAME}e`: an environment variable.
    Env(String),
    /// `%{NAME}s`: a variable of TLS, which no module here knows.
    Tls,
    /// `%t`: when the request was received, in microseconds since the epoch.
    Time,
    /// `%D`: microseconds since then.
    Duration,
    /// `%l`: the load averages of the host.
    Load,
    /// `%i`: the share of serving threads that are idle, in percent.
    Idle,
    /// `%b`: the share of those that are busy.
    Busy,
}

/// What Apache writes for a variable that is not set.
const ABSENT: &str = "(null)";

impl Format {
    /// Compiles a value: text, `%` directives, and `\t` for a tab.
    pub(crate) fn parse(text: &str) -> Result<Self, Complaint> {
        if let Some(template) = Template::marked(text) {
            return template.map(|template| Self(vec![Part::Expr(template)]));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            parts.push(Part::Text(unescape(&rest[..at])?));
            let (part, length) = Part::parse(&rest[at + 1..]).ok_or_else(|| unknown(&rest[at..]))?;
            parts.push(part);
            rest = &rest[at + 1 + length..];
        }
        parts.push(Part::Text(unescape(rest)?));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Ok(Self(parts))
    }

    /// The value for a request.
    pub(crate) fn of(&self, scope: &Scope<'_>) -> Value {
        match &self.0[..] {
            [Part::Text(text)] => Value::new(text.as_bytes()),
            [Part::Expr(template)] => Value::new(template.text(scope).as_bytes()),
            _ => Value::from(self.text(scope)),
        }
    }

    /// The value for a request, as text.
    pub(crate) fn text(&self, scope: &Scope<'_>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            part.write(scope, &mut text);
        }
        text
    }
}

fn unknown(text: &str) -> Complaint {
    Complaint::new(format!("'{text}' does not begin with a % directive of a header field"))
        .hint("%t, %D, %l, %i, %b and %{NAME}e are known; write %% for a percent sign")
}

/// Replaces what a backslash stands for. A line break would end the field, and the administrator would wonder
/// why it is a blank.
fn unescape(text: &str) -> Result<String, Complaint> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        match (c, next) {
            ('\\', Some('n' | 'r')) | ('\n' | '\r', _) => {
                return Err(Complaint::new("the value of a header field cannot hold a line break"));
            }
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('\\')) => out.push('\\'),
            _ => {
                out.push(c);
                continue;
            }
        }
        rest.next();
    }
    Ok(out)
}

impl Part {
    /// The directive that follows a `%`, and its length.
    fn parse(text: &str) -> Option<(Self, usize)> {
        if let Some(rest) = text.strip_prefix('{') {
            let end = rest.find('}')?;
            let part = match rest[end + 1..].chars().next()? {
                'e' => Self::Env(rest[..end].to_owned()),
                's' => Self::Tls,
                _ => return None,
            };
            return Some((part, end + 3));
        }
        let part = match text.chars().next()? {
            '%' => Self::Text("%".to_owned()),
            't' => Self::Time,
            'D' => Self::Duration,
            'l' => Self::Load,
            'i' => Self::Idle,
            'b' => Self::Busy,
            _ => return None,
        };
        Some((part, 1))
    }

    fn write(&self, scope: &Scope<'_>, text: &mut String) {
        let r = scope.request();
        match self {
            Self::Text(plain) => text.push_str(plain),
            Self::Expr(template) => text.push_str(&template.text(scope)),
            Self::Env(name) => text.push_str(r.env.get(name).unwrap_or(ABSENT)),
            Self::Tls => text.push_str(ABSENT),
            Self::Time => text.push_str(&format!("t={}", micros(r.time))),
            Self::Duration => {
                text.push_str(&format!("D={}", r.time.elapsed().unwrap_or_default().as_micros()));
            }
            Self::Load => {
                let [one, five, fifteen] = httpd::os::process::load_average().unwrap_or_default();
                text.push_str(&format!("l={one:.2}/{five:.2}/{fifteen:.2}"));
            }
            Self::Idle => text.push_str(&format!("i={}", shares(r).0)),
            Self::Busy => text.push_str(&format!("b={}", shares(r).1)),
        }
    }
}

fn micros(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()
}

/// How many of the serving threads are idle and busy, in percent of both.
fn shares(r: &Request) -> (usize, usize) {
    let Some(board) = r.connection.thread.slot.scoreboard() else { return (0, 100) };
    let snapshot = board.look();
    let (idle, busy) = (snapshot.idle(), snapshot.busy());
    let share = |part: usize| 100 * part / (idle + busy).max(1);
    (share(idle), share(busy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_unknown_directives_are_refused() {
        for text in ["%x", "%", "%{NAME", "%{NAME}x", "%{NAME}", "expr=%{NAME}"] {
            assert!(Format::parse(text).is_err(), "{text}");
        }
        for text in [
            "",
            "100%% of %{NAME}e",
            "%t %D %l %i %b",
            "%{SSL_PROTOCOL}s",
            "é%tü",
            "expr=100% %{REQUEST_URI}",
        ] {
            assert!(Format::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn line_breaks_are_refused_and_other_backslashes_are_kept() {
        assert_eq!(unescape(r"a\tb\\c\d\").unwrap(), "a\tb\\c\\d\\");
        for text in [r"a\nb", r"a\rb", "a\nb"] {
            assert!(unescape(text).is_err(), "{text}");
        }
    }
}
