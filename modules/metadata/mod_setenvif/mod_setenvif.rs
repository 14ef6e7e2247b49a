//! mod_setenvif: environment variables by what the client sends: `SetEnvIf`, `BrowserMatch`; by what an
//! expression says: `SetEnvIfExpr`.

use std::sync::Arc;

use httpd::config::sections::SectionKind;
use httpd::config::{Expr, Pattern, Scope, expand_groups};
use httpd::prelude::*;
use httpd::request::client;

/// The module.
pub static MODULE: SetEnvIf = SetEnvIf;

/// mod_setenvif.
pub struct SetEnvIf;

/// The rules, outer sections first.
#[derive(Default, Clone)]
pub struct Rules {
    /// Those of the server: they run as soon as the head is read.
    server: Vec<Arc<Rule>>,
    /// Those of sections: they run once it is known which sections apply.
    sections: Vec<Arc<Rule>>,
}

/// If the test holds, `variables` are set.
struct Rule {
    test: Test,
    variables: Vec<Variable>,
}

/// What a rule asks.
enum Test {
    /// What an attribute says matches.
    Matches(Attribute, Pattern),
    /// An expression holds.
    Holds(Expr),
}

/// What a regular expression looks at.
enum Attribute {
    RemoteAddr,
    RemoteHost,
    ServerAddr,
    RequestMethod,
    RequestProtocol,
    RequestUri,
    /// A header field, or, where the client sent none, an environment variable set earlier.
    Field(String),
    /// All header fields whose names match.
    Fields(Pattern),
}

/// `name`, `name=value` or `!name`. The value may use `$1`.
struct Variable {
    name: String,
    value: Option<String>,
}

impl Config for Rules {
    fn merge(&self, inner: &Self) -> Self {
        let chain = |outer: &[Arc<Rule>], inner: &[Arc<Rule>]| outer.iter().chain(inner).cloned().collect();
        Self { server: chain(&self.server, &inner.server), sections: chain(&self.sections, &inner.sections) }
    }
}

const ANYWHERE: Place = Place::SVD.htaccess(Override::FILE_INFO);
const USAGE: &str = "attribute regex [!]variable[=value] ...";
const BROWSER_USAGE: &str = "regex [!]variable[=value] ...";

impl Module for SetEnvIf {
    const NAME: &'static str = "setenvif_module";
    type Config = Rules;

    const DIRECTIVES: &'static [Directive<Rules>] = &[
        Directive::words(
            "SetEnvIf",
            ANYWHERE,
            (USAGE, 3..=usize::MAX),
            "sets variables if an attribute of the request matches",
            |rules, words, here| rules.add(words[0], &words[1..], Pattern::new, here),
        ),
        Directive::words(
            "SetEnvIfNoCase",
            ANYWHERE,
            (USAGE, 3..=usize::MAX),
            "as SetEnvIf, upper and lower case alike",
            |rules, words, here| rules.add(words[0], &words[1..], Pattern::ignoring_case, here),
        ),
        Directive::words(
            "BrowserMatch",
            ANYWHERE,
            (BROWSER_USAGE, 2..=usize::MAX),
            "sets variables if the User-Agent matches",
            |rules, words, here| rules.add("User-Agent", words, Pattern::new, here),
        ),
        Directive::words(
            "BrowserMatchNoCase",
            ANYWHERE,
            (BROWSER_USAGE, 2..=usize::MAX),
            "as BrowserMatch, upper and lower case alike",
            |rules, words, here| rules.add("User-Agent", words, Pattern::ignoring_case, here),
        ),
        Directive::words(
            "SetEnvIfExpr",
            ANYWHERE,
            ("expression [!]variable[=value] ...", 2..=usize::MAX),
            "sets variables if an expression holds",
            |rules, words, here| {
                let expr = Expr::new(words[0]).map_err(|complaint| complaint.argument(0))?;
                rules.push(Test::Holds(expr), &words[1..], here)
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, Rules>) {
        hooks.post_read_request(Order::Middle, |r, rules| apply(r, &rules.server));
        hooks.header_parser(Order::Middle, |r, rules| apply(r, &rules.sections));
        hooks.steady(|rules| rules.server.is_empty() && rules.sections.is_empty());
    }
}

impl Rules {
    fn add(
        &mut self,
        attribute: &str,
        words: &[&str],
        compile: fn(&str) -> Result<Pattern, Complaint>,
        here: &Here<'_>,
    ) -> Result<(), Complaint> {
        self.push(Test::Matches(Attribute::parse(attribute)?, compile(words[0])?), &words[1..], here)
    }

    fn push(&mut self, test: Test, variables: &[&str], here: &Here<'_>) -> Result<(), Complaint> {
        let variables = variables.iter().map(|word| Variable::parse(word)).collect::<Result<_, _>>()?;
        let rule = Rule { test, variables };
        let of_server = here.sections().iter().all(|kind| matches!(kind, SectionKind::VirtualHost(_)));
        let list = if of_server && !here.in_htaccess() { &mut self.server } else { &mut self.sections };
        list.push(Arc::new(rule));
        Ok(())
    }
}

impl Attribute {
    /// A name made of anything but letters, digits, `-` and `_` is a pattern of field names.
    fn parse(word: &str) -> Result<Self, Complaint> {
        Ok(match word.to_ascii_lowercase().as_str() {
            "remote_addr" => Self::RemoteAddr,
            "remote_host" => Self::RemoteHost,
            "server_addr" => Self::ServerAddr,
            "request_method" => Self::RequestMethod,
            "request_protocol" => Self::RequestProtocol,
            "request_uri" => Self::RequestUri,
            name if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => {
                Self::Field(word.to_owned())
            }
            _ => Self::Fields(Pattern::ignoring_case(word)?),
        })
    }
}

impl Variable {
    fn parse(word: &str) -> Result<Self, Complaint> {
        let variable = match (word.strip_prefix('!'), word.split_once('=')) {
            (Some(name), _) => Self { name: name.to_owned(), value: None },
            (None, Some((name, value))) => Self { name: name.to_owned(), value: Some(value.to_owned()) },
            (None, None) => Self { name: word.to_owned(), value: Some("1".to_owned()) },
        };
        if variable.name.is_empty() {
            return Err(Complaint::new(format!("'{word}' does not name a variable")));
        }
        Ok(variable)
    }
}

fn apply(r: &mut Request, rules: &[Arc<Rule>]) -> Outcome {
    for rule in rules {
        for (name, value) in rule.changes(r).into_iter().flatten() {
            match value {
                Some(value) => r.env.set(name, value),
                None => r.env.unset(&name),
            }
        }
    }
    Outcome::Declined
}

/// A variable and its new value; without one it is unset.
type Change = (String, Option<String>);

impl Rule {
    /// What the rule changes, if its test holds.
    fn changes(&self, r: &Request) -> Option<Vec<Change>> {
        let (of, pattern) = match &self.test {
            Test::Matches(of, pattern) => (of, pattern),
            Test::Holds(expr) => return self.changes_if(expr, r),
        };
        let on = |text: &str| {
            pattern
                .captures(text)
                .map(|captures| self.expand(|group| captures.get(group).unwrap_or_default()))
        };
        match of {
            Attribute::RemoteAddr => on(&r.client_ip.to_canonical().to_string()),
            Attribute::RemoteHost => on(&client::remote_host(r)),
            Attribute::ServerAddr => on(&r.connection.local.ip().to_canonical().to_string()),
            Attribute::RequestMethod => on(r.head.method()),
            Attribute::RequestProtocol => on(r.head.version().name()),
            Attribute::RequestUri => on(&r.path),
            Attribute::Field(name) => match r.head.combined(name) {
                Some(value) => on(&String::from_utf8_lossy(&value)),
                None => on(r.env.get(name).unwrap_or_default()),
            },
            Attribute::Fields(names) => r
                .head
                .fields()
                .filter(|(name, _)| names.is_match(name))
                .find_map(|(_, value)| on(&String::from_utf8_lossy(value))),
        }
    }

    fn changes_if(&self, expr: &Expr, r: &Request) -> Option<Vec<Change>> {
        let scope = Scope::of(r);
        scope.keep_groups(true);
        expr.holds_in(&scope).then(|| self.expand(|group| scope.group(group)))
    }

    fn expand<T: AsRef<str>>(&self, group: impl Fn(usize) -> T) -> Vec<Change> {
        let value = |variable: &Variable| variable.value.as_ref().map(|value| expand_groups(value, &group));
        self.variables.iter().map(|variable| (variable.name.clone(), value(variable))).collect()
    }
}
