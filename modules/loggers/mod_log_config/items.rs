//! What each `%` directive writes.

use httpd::core_module::HostnameLookups;
use httpd::request::{Request, client, url};

use crate::text::{address, escaped, hex, number};
use crate::time;

use Argument::{Any, Needed, OneOf};
use Of::{All, Last, Original};

/// Appends an item of a request to a line; `None` means that there is no such thing, which becomes `-`.
pub(crate) type Item = fn(r: &Request, argument: &str, line: &mut Vec<u8>) -> Option<()>;

/// A `%` directive.
pub(crate) struct Row {
    name: &'static str,
    pub(crate) item: Item,
    /// Which request it is taken from, where neither `<` nor `>` says.
    pub(crate) of: Of,
    /// What its argument may be.
    argument: Argument,
}

/// Which of a chain of internal redirects an item is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// The request as the client made it.
    Original,
    /// The request that was answered in the end.
    Last,
    /// The chain as a whole, whatever the modifiers say.
    All,
}

/// What may stand in braces.
enum Argument {
    /// Anything; directives that use none do not look.
    Any,
    /// Something must.
    Needed,
    /// One of these, or nothing.
    OneOf(&'static [&'static str]),
}

/// The row of a directive.
pub(crate) fn named(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

impl Row {
    /// What is wrong with an argument of the directive, in one sentence.
    pub(crate) fn complaint(&self, argument: &str) -> Option<String> {
        match self.argument {
            Needed if argument.is_empty() => Some(format!("%{} needs an argument: %{{name}}{0}", self.name)),
            OneOf(words) if !argument.is_empty() && !words.contains(&argument) => {
                let words = httpd::config::values::one_of(words);
                Some(format!("the argument of %{} is {words}, not '{argument}'", self.name))
            }
            _ => None,
        }
    }
}

const fn row(name: &'static str, of: Of, argument: Argument, item: Item) -> Row {
    Row { name, item, of, argument }
}

const ROWS: &[Row] = &[
    row("a", Last, OneOf(&["c"]), |r, which, line| {
        address(line, if which == "c" { r.connection.peer.ip() } else { r.client_ip })
    }),
    row("A", Last, Any, |r, _, line| address(line, r.connection.local.ip())),
    row("B", Last, Any, |r, _, line| number(line, r.sent.body_bytes)),
    row("b", Last, Any, |r, _, line| number(line, Some(r.sent.body_bytes).filter(|bytes| *bytes > 0)?)),
    row("C", Last, Needed, cookie),
    row("D", All, Any, |r, _, line| number(line, r.sent.duration.as_micros() as u64)),
    row("e", Last, Needed, |r, name, line| escaped(line, r.env.get(name)?.as_bytes())),
    row("f", Last, Any, |r, _, line| escaped(line, r.map.file.as_ref()?.as_bytes())),
    row("h", Last, OneOf(&["c"]), host),
    row("H", Last, Any, |r, _, line| escaped(line, r.head.version().name().as_bytes())),
    row("i", Last, Needed, |r, name, line| escaped(line, &r.head.combined(name)?)),
    row("k", Last, Any, |r, _, line| number(line, r.connection.answered().into())),
    // Nobody asks identd (RFC 1413) any more.
    row("l", Last, Any, |_, _, _| None),
    row("L", Last, Any, |r, _, line| escaped(line, r.log_id()?.as_bytes())),
    row("m", Last, Any, |r, _, line| escaped(line, r.head.method().as_bytes())),
    row("n", Last, Needed, |r, name, line| escaped(line, r.notes.get(name)?.as_bytes())),
    row("o", Last, Needed, field_sent),
    row("p", Last, OneOf(&["canonical", "local", "remote"]), port),
    row("P", Last, OneOf(&["pid", "tid", "hextid"]), process),
    row("q", Last, Any, query),
    row("r", Original, Any, |r, _, line| {
        Some(r.head.line()).filter(|said| !said.is_empty()).and_then(|said| escaped(line, said))
    }),
    row("R", Last, Any, |r, _, line| escaped(line, r.sent.handler.as_ref()?.as_bytes())),
    row("s", Original, Any, status),
    row("t", All, Any, time::write),
    row("T", All, OneOf(&["s", "ms", "us"]), duration),
    row("u", Last, Any, user),
    row("U", Original, Any, |r, _, line| escaped(line, r.path.as_bytes())),
    row("v", Last, Any, |r, _, line| escaped(line, r.vhost().name.as_bytes())),
    row("V", Last, Any, |r, _, line| escaped(line, url::server_name(r).as_bytes())),
    row("X", Last, Any, |r, _, line| escaped(line, r.sent.connection.encode_utf8(&mut [0; 4]).as_bytes())),
    // Trailers are not kept.
    row("^ti", Last, Needed, |_, _, _| None),
    row("^to", Last, Needed, |_, _, _| None),
];

fn host(r: &Request, which: &str, line: &mut Vec<u8>) -> Option<()> {
    let ip = if which == "c" { r.connection.peer.ip() } else { r.client_ip };
    match r.core().hostname_lookups() {
        HostnameLookups::Off => address(line, ip),
        _ => escaped(line, client::host_of(r, ip).as_bytes()),
    }
}

fn cookie(r: &Request, name: &str, line: &mut Vec<u8>) -> Option<()> {
    let mut pairs = r.head.get_all("Cookie").flat_map(|field| field.split(|byte| *byte == b';'));
    let value = pairs.find_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        (pair[..at].trim_ascii() == name.as_bytes()).then(|| pair[at + 1..].trim_ascii())
    });
    escaped(line, value?)
}

fn field_sent(r: &Request, name: &str, line: &mut Vec<u8>) -> Option<()> {
    let mut values = r.sent.headers.get_all(name);
    escaped(line, values.next()?);
    for value in values {
        line.extend(b", ");
        escaped(line, value);
    }
    Some(())
}

fn port(r: &Request, which: &str, line: &mut Vec<u8>) -> Option<()> {
    let port = match which {
        "remote" => r.connection.client().port(),
        "local" => r.connection.local.port(),
        _ => r.vhost().port.unwrap_or_else(|| url::default_port(url::scheme(r))),
    };
    number(line, port.into())
}

fn process(_: &Request, which: &str, line: &mut Vec<u8>) -> Option<()> {
    match which {
        "tid" => number(line, httpd::os::process::thread_id()),
        "hextid" => hex(line, httpd::os::process::thread_id()),
        _ => number(line, std::process::id().into()),
    }
}

/// No query is no text at all: `%U%q` is the target.
fn query(r: &Request, _: &str, line: &mut Vec<u8>) -> Option<()> {
    if let Some(query) = &r.query {
        line.push(b'?');
        escaped(line, query.as_bytes());
    }
    Some(())
}

/// A request that an internal redirect replaced had no status of its own yet: it was on its way to 200.
fn status(r: &Request, _: &str, line: &mut Vec<u8>) -> Option<()> {
    number(line, if r.sent.status == 0 { 200 } else { r.sent.status.into() })
}

fn user(r: &Request, _: &str, line: &mut Vec<u8>) -> Option<()> {
    match r.identity.user.as_deref()? {
        "" => line.extend(b"\"\""),
        user => return escaped(line, user.as_bytes()),
    }
    Some(())
}

fn duration(r: &Request, unit: &str, line: &mut Vec<u8>) -> Option<()> {
    let took = r.sent.duration;
    let count = match unit {
        "us" => took.as_micros() as u64,
        "ms" => took.as_millis() as u64,
        _ => took.as_secs(),
    };
    number(line, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_directive_has_one_row() {
        for (place, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..place].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }

    #[test]
    fn arguments_are_checked() {
        let complaint = |name, argument| named(name).unwrap().complaint(argument);
        assert_eq!(complaint("i", "Referer"), None);
        assert_eq!(complaint("i", "").unwrap(), "%i needs an argument: %{name}i");
        assert_eq!(complaint("T", "ms"), None);
        assert_eq!(complaint("T", "h").unwrap(), "the argument of %T is s, ms or us, not 'h'");
    }
}
