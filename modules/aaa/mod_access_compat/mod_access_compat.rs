//! mod_access_compat: access control as it was written before 2.4: `Order`, `Allow`, `Deny`, `Satisfy`.

use httpd::conf::Position;
use httpd::config::{Network, inherit};
use httpd::explain::StepKind;
use httpd::prelude::*;
use httpd::request::client::{self, Proof};

/// The module.
pub static MODULE: AccessCompat = AccessCompat;

/// mod_access_compat.
pub struct AccessCompat;

/// What applies to a request. A section that has any `Allow` or `Deny` forgets those of the section around.
#[derive(Default, Clone)]
pub struct AccessConfig {
    order: Option<(Decides, Position)>,
    allow: Vec<Rule>,
    deny: Vec<Rule>,
    satisfy: Option<Satisfy>,
}

/// A client's place, and the line that names it.
#[derive(Debug, Clone)]
struct Rule {
    from: From,
    position: Position,
}

/// Which list has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decides {
    /// `Order deny,allow`: allowed unless denied; Allow overrules.
    Allow,
    /// `Order allow,deny`: denied unless allowed; Deny overrules.
    Deny,
    /// `Order mutual-failure`: allowed and not denied.
    Both,
}

/// Whether the client's place or its name is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Satisfy {
    All,
    Any,
}

/// Where a client may come from.
#[derive(Debug, Clone)]
enum From {
    All,
    Network(Network),
    Domain(String),
    /// An environment variable is set, or is not.
    Env(String, bool),
}

impl Config for AccessConfig {
    fn merge(&self, inner: &Self) -> Self {
        let lists = if inner.allow.is_empty() && inner.deny.is_empty() && inner.order.is_none() {
            self
        } else {
            inner
        };
        Self {
            order: lists.order.clone(),
            allow: lists.allow.clone(),
            deny: lists.deny.clone(),
            satisfy: inherit(&self.satisfy, &inner.satisfy),
        }
    }
}

const LIMITED: Place = Place::D.htaccess(Override::LIMIT);

/// How 2.4 says it.
const REQUIRE: &[&str] = &["Require", "RequireAll", "RequireAny", "RequireNone"];
const BOTH: &str = "the one is of Apache 2.2, the other of 2.4, and a client must pass both; keep Require alone, as in: Require all granted, Require \
    all denied, Require ip 192.0.2.0/24";

impl Module for AccessCompat {
    const NAME: &'static str = "access_compat_module";
    type Config = AccessConfig;

    const DIRECTIVES: &'static [Directive<AccessConfig>] = &[
        Directive::older_than(
            REQUIRE,
            BOTH,
            Directive::one(
                "Order",
                LIMITED,
                "allow,deny|deny,allow|mutual-failure",
                "says which of Allow and Deny has the last word, and what is so where neither matches",
                |config, word, here| {
                    let decides = match word.to_ascii_lowercase().as_str() {
                        "deny,allow" => Decides::Allow,
                        "allow,deny" => Decides::Deny,
                        "mutual-failure" => Decides::Both,
                        _ => return Err(unknown_order(word)),
                    };
                    config.order = Some((decides, here.position().clone()));
                    Ok(())
                },
            ),
        ),
        Directive::older_than(
            REQUIRE,
            BOTH,
            Directive::words(
                "Allow",
                LIMITED,
                ("from all|host|env=[!]variable ...", 2..=usize::MAX),
                "lets clients from these places pass",
                |config, words, here| add(&mut config.allow, words, here),
            ),
        ),
        Directive::older_than(
            REQUIRE,
            BOTH,
            Directive::words(
                "Deny",
                LIMITED,
                ("from all|host|env=[!]variable ...", 2..=usize::MAX),
                "keeps clients from these places out",
                |config, words, here| add(&mut config.deny, words, here),
            ),
        ),
        Directive::one(
            "Satisfy",
            Place::D.htaccess(Override::AUTH_CONFIG),
            "All|Any",
            "says whether a client must pass both by its place and by its name, or by one of them",
            |config, word, _| {
                config.satisfy = Some(match word.to_ascii_lowercase().as_str() {
                    "all" => Satisfy::All,
                    "any" => Satisfy::Any,
                    _ => {
                        return Err(
                            Complaint::new(format!("Satisfy is All or Any, not '{word}'")).argument(0)
                        );
                    }
                });
                Ok(())
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, AccessConfig>) {
        hooks.access_checker(Order::Early, check_place);
        hooks.access_checker(Order::Last, check_alone);
        hooks.steady(|config| config.order.is_none() && config.allow.is_empty() && config.deny.is_empty());
    }
}

fn unknown_order(word: &str) -> Complaint {
    let complaint =
        Complaint::new(format!("Order is allow,deny or deny,allow or mutual-failure, not '{word}'"));
    let complaint = if word.ends_with(',') { complaint.hint("no space after the comma") } else { complaint };
    complaint.argument(0)
}

fn add(list: &mut Vec<Rule>, words: &[&str], here: &Here<'_>) -> Result<(), Complaint> {
    let Some((from, places)) = words.split_first().filter(|(from, _)| from.eq_ignore_ascii_case("from"))
    else {
        return Err(Complaint::new("the first word after Allow or Deny is 'from'").argument(0));
    };
    debug_assert!(from.len() == 4, "checked above");
    for (place, word) in places.iter().enumerate() {
        let from = From::parse(word).map_err(|complaint| complaint.argument(1 + place))?;
        list.push(Rule { from, position: here.position().clone() });
    }
    Ok(())
}

impl From {
    /// What is neither an address nor a variable is the name of a host or a domain.
    fn parse(word: &str) -> Result<Self, Complaint> {
        let lower = word.to_ascii_lowercase();
        if lower == "all" {
            return Ok(Self::All);
        }
        if lower.starts_with("env=") {
            let name = &word["env=".len()..];
            return Ok(match name.strip_prefix('!') {
                Some(name) => Self::Env(name.to_owned(), false),
                None => Self::Env(name.to_owned(), true),
            });
        }
        let is_address = word.contains(['/', ':']) || word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match Network::parse(word) {
            Ok(network) => Ok(Self::Network(network)),
            Err(complaint) if is_address => Err(complaint),
            Err(_) => Ok(Self::Domain(lower)),
        }
    }

    fn matches(&self, r: &Request) -> bool {
        match self {
            Self::All => true,
            Self::Network(network) => network.contains(r.client_ip),
            Self::Env(name, set) => r.env.contains(name) == *set,
            Self::Domain(domain) => {
                let name = client::name_of(r.client_ip, Proof::LeadsBack);
                name.is_some_and(|name| client::is_within(&name, domain))
            }
        }
    }
}

/// The client may pass for where it comes from; `None` where nothing is said about that.
fn allowed(r: &Request, config: &AccessConfig) -> Option<bool> {
    if config.order.is_none() && config.allow.is_empty() && config.deny.is_empty() {
        return None;
    }
    let (decides, position) = match &config.order {
        Some((decides, position)) => (*decides, Some(position)),
        None => (Decides::Allow, None),
    };
    let allowed = match decides {
        Decides::Allow => matches(&config.allow, r) || !matches(&config.deny, r),
        Decides::Deny | Decides::Both => matches(&config.allow, r) && !matches(&config.deny, r),
    };
    r.note_step(StepKind::Access, position, || {
        let client = r.client_ip;
        let verdict = if allowed { format!("lets {client} in") } else { format!("keeps {client} out") };
        if position.is_some() { verdict } else { format!("Order deny,allow, the default: {verdict}") }
    });
    Some(allowed)
}

fn matches(list: &[Rule], r: &Request) -> bool {
    let found = list.iter().find(|rule| rule.from.matches(r));
    if let Some(rule) = found {
        r.note_step(StepKind::Access, Some(&rule.position), || format!("is about {}", r.client_ip));
    }
    found.is_some()
}

fn check_place(r: &mut Request, config: &AccessConfig) -> Outcome {
    let any = config.satisfy == Some(Satisfy::Any);
    match allowed(r, config) {
        None => Outcome::Declined,
        Some(true) => {
            r.identity.satisfied = any;
            Outcome::Ok
        }
        Some(false) if any => Outcome::Declined,
        Some(false) => refuse(r),
    }
}

/// With `Satisfy Any`, a client that its place does not let in may still be asked for its name; if nobody
/// asks, it stays out.
fn check_alone(r: &mut Request, config: &AccessConfig) -> Outcome {
    let out = config.satisfy == Some(Satisfy::Any) && allowed(r, config) == Some(false);
    if out && !r.identity.required { refuse(r) } else { Outcome::Declined }
}

fn refuse(r: &Request) -> Outcome {
    let what = r.map.file.as_ref().unwrap_or(&r.path);
    httpd::log!(r, Error, AH01797, "client denied by server configuration: {what}");
    Outcome::status(403)
}
