//! `Redirect` and its relatives.

use httpd::conf::Position;
use httpd::config::{Complaint, Here, Pattern, Scope, Template};
use httpd::explain::StepKind;
use httpd::hooks::Outcome;
use httpd::request::{Request, Response, url};

use super::{AliasConfig, Around, From, follow, in_section, section};

/// What is redirected, and where it leads.
pub(crate) struct Redirect {
    from: From,
    to: Target,
    status: u16,
    /// It stands in a section and is not just for all URLs of a `<Location>`: it is looked at once it is known which
    /// sections apply.
    pub(crate) late: bool,
    position: Position,
}

/// Where a redirect leads.
enum Target {
    /// Empty for statuses that lead nowhere: `Redirect gone`.
    Text(String),
    /// That of a section can be an expression.
    Expr(Template),
}

impl Redirect {
    /// `[status] [URL-path] [URL]`
    pub(crate) fn parse(words: &[&str], here: &Here<'_>) -> Result<Self, Complaint> {
        let first = words.first().copied().unwrap_or_default();
        match status(first) {
            Some(status) => Self::parse_from(status, words, 1, here),
            None if words.len() < 3 => Self::parse_as(302, words, here),
            None => Err(Complaint::new(format!("'{first}' is no status of a redirect"))
                .argument(0)
                .hint("write permanent, temp, seeother, gone or a number from 200 to 599")),
        }
    }

    /// `[URL-path] [URL]`, the status known.
    pub(crate) fn parse_as(status: u16, words: &[&str], here: &Here<'_>) -> Result<Self, Complaint> {
        Self::parse_from(status, words, 0, here)
    }

    /// The same, from one of the words on.
    fn parse_from(status: u16, words: &[&str], argument: usize, here: &Here<'_>) -> Result<Self, Complaint> {
        let words = &words[argument..];
        let (from, to) = match (words, leads_somewhere(status)) {
            ([from, to], true) => (prefix(from)?, *to),
            ([to], true) => (around(here)?, *to),
            ([from], false) => (prefix(from)?, ""),
            ([], false) => (around(here)?, ""),
            (_, needs_url) => return Err(wrong_count(status, needs_url)),
        };
        let to = match &from {
            From::Section(_) => Target::of_section(to).map_err(|complaint| complaint.argument(argument))?,
            _ => Target::text(to),
        };
        if let (Target::Text(to), true) = (&to, leads_somewhere(status)) {
            check_target(to)?;
        }
        let early = matches!(from, From::Section(Around::Location(_) | Around::LocationMatch));
        let late = in_section(here) && !early;
        Ok(Self { from, to, status, late, position: here.position().clone() })
    }

    /// `[status] regex [URL]`
    pub(crate) fn parse_match(words: &[&str], here: &Here<'_>) -> Result<Self, Complaint> {
        let first = words.first().and_then(|word| status(word)).filter(|_| words.len() > 1);
        let (status, rest) = first.map_or((302, words), |status| (status, &words[1..]));
        let (pattern, to) = match (rest, leads_somewhere(status)) {
            ([pattern, to], true) => (*pattern, *to),
            ([pattern], false) => (*pattern, ""),
            (_, needs_url) => return Err(wrong_count(status, needs_url)),
        };
        Ok(Self {
            from: From::Pattern(Pattern::new(pattern)?),
            to: Target::Text(to.to_owned()),
            status,
            late: in_section(here),
            position: here.position().clone(),
        })
    }

    /// The answer, if the request is meant.
    pub(crate) fn answer(&self, r: &Request, config: &AliasConfig) -> Option<Outcome> {
        let mut location = self.target(r)?;
        r.note_step(StepKind::Mapping, Some(&self.position), || format!("{} {location}", self.status));
        if !leads_somewhere(self.status) {
            return Some(Outcome::status(self.status));
        }
        if location.starts_with('/') {
            if config.relative != Some(true) {
                location = url::construct_url(r, &location);
            }
        } else if !is_whole(&location) {
            httpd::log!(r, Error, AH00673, "cannot redirect '{}' to '{location}': it is no URL", r.path);
            return Some(Outcome::status(500));
        }
        if let Some(query) = &r.query {
            add_query(&mut location, query);
        }
        Some(Outcome::Respond(Box::new(Response::redirect(self.status, location))))
    }

    /// Where the request is sent, if it is meant.
    fn target(&self, r: &Request) -> Option<String> {
        match &self.to {
            Target::Text(to) => target(&self.from, to, &r.path),
            // What the client sent must not end the field that it stands in.
            Target::Expr(template) => Some(url::escape_url(&template.text(&Scope::of(r))).into_owned()),
        }
    }
}

impl Target {
    fn of_section(to: &str) -> Result<Self, Complaint> {
        Ok(if to.contains("%{") { Self::Expr(Template::new(to)?) } else { Self::text(to) })
    }

    /// Location is a URI (RFC 9110, 10.2.2), whatever the file calls it.
    fn text(to: &str) -> Self {
        Self::Text(url::escape_url(to).into_owned())
    }
}

/// Where a path is sent, if it is meant.
fn target(from: &From, to: &str, path: &str) -> Option<String> {
    match from {
        From::Prefix(prefix) => {
            let rest = follow(path, prefix)?;
            Some(format!("{to}{}", url::escape_path_rest(rest)))
        }
        From::Pattern(pattern) => {
            // What the client sent stays data: a group's `?` does not begin a query.
            let whole = pattern.captures(path)?.expand_with(to, url::escape_path_rest);
            Some(url::escape_url(&whole).into_owned())
        }
        From::Section(_) => Some(to.to_owned()),
    }
}

/// The status of a word: a name or a number.
fn status(word: &str) -> Option<u16> {
    match word.to_ascii_lowercase().as_str() {
        "permanent" => Some(301),
        "temp" => Some(302),
        "seeother" => Some(303),
        "gone" => Some(410),
        number => number.parse().ok().filter(|status| (200..600).contains(status)),
    }
}

fn leads_somewhere(status: u16) -> bool {
    (300..400).contains(&status)
}

fn wrong_count(status: u16, needs_url: bool) -> Complaint {
    Complaint::new(if needs_url {
        format!("a redirect with status {status} needs what is redirected and a URL")
    } else {
        format!("status {status} is no redirect: it takes no URL")
    })
}

fn prefix(path: &str) -> Result<From, Complaint> {
    if path.starts_with('/') {
        return Ok(From::Prefix(path.to_owned()));
    }
    Err(Complaint::new(format!("'{path}' is neither a URL path, which begins with /, nor a status")))
}

fn around(here: &Here<'_>) -> Result<From, Complaint> {
    let needed = || Complaint::new("what is redirected? Only in a section, a redirect needs no URL path");
    section(here).map(From::Section).ok_or_else(needed)
}

/// A target is a whole URL or a path.
fn check_target(to: &str) -> Result<(), Complaint> {
    if is_whole(to) || to.starts_with('/') {
        return Ok(());
    }
    Err(Complaint::new(format!("'{to}' is neither a whole URL nor a path that begins with /"))
        .hint("write http://host/path or /path"))
}

/// The text begins with the scheme of a URL.
fn is_whole(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

/// Adds the query that the client sent, where the target has none of its own.
fn add_query(location: &mut String, query: &str) {
    let end = location.find('#').unwrap_or(location.len());
    if !location[..end].contains('?') {
        location.insert_str(end, &format!("?{query}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_prefix_follows_the_target() {
        let rows = [
            ("/old", "/old", Some("http://e/new")),
            ("/old", "/old/a b%?#;", Some("http://e/new/a%20b%25%3f%23;")),
            ("/old/", "/old/a:b", Some("http://e/newa:b")),
            ("/old", "/older", None),
        ];
        for (prefix, path, expected) in rows {
            let from = From::Prefix(prefix.to_owned());
            assert_eq!(target(&from, "http://e/new", path).as_deref(), expected, "{prefix} {path}");
        }
    }

    #[test]
    fn groups_stay_data_in_targets() {
        let rows = [
            ("http://e/a%20b/$1?x=$1#é", "/m/100%", "http://e/a%20b/100%25?x=100%25#%c3%a9"),
            ("http://e/$1", "/m/a?b#c", "http://e/a%3fb%23c"),
            ("http://e/$1", "/m/\r\nX: y", "http://e/%0d%0aX:%20y"),
            ("$1", "/m/http://e/", "http://e/"),
        ];
        for (to, path, expected) in rows {
            let from = From::Pattern(Pattern::new("^/m/(.*)$").unwrap());
            assert_eq!(target(&from, to, path).as_deref(), Some(expected), "{to} {path}");
        }
    }

    #[test]
    fn queries_are_added_where_there_is_none() {
        for (location, expected) in [
            ("http://e/", "http://e/?a=b"),
            ("http://e/#?x", "http://e/?a=b#?x"),
            ("http://e/?x", "http://e/?x"),
            ("http://e/?x#y", "http://e/?x#y"),
        ] {
            let mut location = location.to_owned();
            add_query(&mut location, "a=b");
            assert_eq!(location, expected);
        }
    }

    #[test]
    fn whole_urls_begin_with_a_scheme() {
        assert!(is_whole("http://e/") && is_whole("mailto:a@b") && is_whole("z39.50r:x"));
        assert!(!is_whole("//e/") && !is_whole("e/a:b") && !is_whole(":x") && !is_whole("1a:b"));
    }
}
