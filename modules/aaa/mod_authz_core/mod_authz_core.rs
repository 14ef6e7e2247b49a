//! mod_authz_core: who may pass. `Require` and the containers that combine several of them.
//!
//! What can be required is offered by other modules as [`AuthzProvider`]s; `all`, `env`, `expr` and
//! `method` are this module's own.

mod tree;

use std::sync::Arc;

use httpd::config::{Expr, inherit};
use httpd::prelude::*;
use httpd::provider::{Authz, AuthzCheck, AuthzProvider};

use tree::{Combine, Group, Node, Verdict};

/// The module.
pub static MODULE: AuthzCore = AuthzCore;

/// mod_authz_core.
pub struct AuthzCore;

/// What applies to a request.
#[derive(Default)]
pub struct AuthzConfig {
    /// What is required, once all of a section was read.
    required: Option<Arc<Node>>,
    /// The containers that are open while a section is read; the first is the section itself.
    open: Vec<Group>,
    merging: Option<Merging>,
    forbidden_on_failure: Option<bool>,
}

/// How a section's requirements combine with those of the section around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merging {
    Off,
    And,
    Or,
}

impl Config for AuthzConfig {
    fn merge(&self, inner: &Self) -> Self {
        let required = match (&self.required, &inner.required, inner.merging) {
            (Some(outer), Some(inner), Some(Merging::And)) => Some(Node::both(Combine::All, outer, inner)),
            (Some(outer), Some(inner), Some(Merging::Or)) => Some(Node::both(Combine::Any, outer, inner)),
            (outer, inner, _) => inherit(outer, inner),
        };
        Self {
            required,
            open: Vec::new(),
            merging: inner.merging,
            forbidden_on_failure: inherit(&self.forbidden_on_failure, &inner.forbidden_on_failure),
        }
    }
}

const LIMITED: Place = Place::D.htaccess(Override::AUTH_CONFIG);

impl Module for AuthzCore {
    const NAME: &'static str = "authz_core_module";
    type Config = AuthzConfig;

    const DIRECTIVES: &'static [Directive<AuthzConfig>] = &[
        Directive::raw(
            "Require",
            LIMITED,
            "[not] provider argument ...",
            "lets those pass for whom a provider's check holds",
            |config, text, here| config.require(text, here),
        ),
        Directive::container(
            "RequireAll",
            LIMITED,
            "",
            "is met if at least one of the directives inside is met and none fails",
            (
                |config, words, here| no_words(words).and_then(|()| config.enter(Combine::All, here)),
                |config, here| config.leave(here),
            ),
        ),
        Directive::container(
            "RequireAny",
            LIMITED,
            "",
            "is met if one of the directives inside is met",
            (
                |config, words, here| no_words(words).and_then(|()| config.enter(Combine::Any, here)),
                |config, here| config.leave(here),
            ),
        ),
        Directive::container(
            "RequireNone",
            LIMITED,
            "",
            "fails if one of the directives inside is met, and otherwise says nothing",
            (
                |config, words, here| no_words(words).and_then(|()| config.enter(Combine::None, here)),
                |config, here| config.leave(here),
            ),
        ),
        Directive::one(
            "AuthMerging",
            LIMITED,
            "Off|And|Or",
            "says how requirements combine with those of the section around",
            |config, word, _| {
                config.merging = Some(match word.to_ascii_lowercase().as_str() {
                    "off" => Merging::Off,
                    "and" => Merging::And,
                    "or" => Merging::Or,
                    _ => {
                        let complaint = format!("AuthMerging is one of Off, And or Or, not '{word}'");
                        return Err(Complaint::new(complaint).argument(0));
                    }
                });
                Ok(())
            },
        ),
        Directive::flag(
            "AuthzSendForbiddenOnFailure",
            LIMITED,
            "answers 403 instead of 401 where a known user may not pass",
            |config, on| config.forbidden_on_failure = Some(on),
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, AuthzConfig>) {
        hooks.provide("all", AuthzProvider { parse: all });
        hooks.provide("env", AuthzProvider { parse: env });
        hooks.provide("expr", AuthzProvider { parse: expr });
        hooks.provide("method", AuthzProvider { parse: method });
        hooks.access_checker(Order::Middle, check_access);
        hooks.auth_checker(Order::Middle, check_user);
        hooks.steady(|config| config.required.as_ref().is_none_or(|required| required.is_constant()));
    }
}

impl AuthzConfig {
    fn require(&mut self, whole: &str, here: &Here<'_>) -> Result<(), Complaint> {
        let (negated, text) = match split_word(whole) {
            (not, rest) if not.eq_ignore_ascii_case("not") => (true, rest),
            _ => (false, whole.trim()),
        };
        let (name, arguments) = split_word(text);
        let Some(provider) = here.provider::<AuthzProvider>(&name.to_ascii_lowercase()) else {
            return Err(unknown_provider(name, here));
        };
        // What is told of a place in the arguments counts from their start: here they end the line.
        let start = whole.trim_end().len() - arguments.len();
        let placed = |complaint: Complaint| match complaint.offset {
            Some(offset) => complaint.offset(start + offset),
            None => complaint,
        };
        let constant = name.eq_ignore_ascii_case("all");
        let check = (provider.parse)(arguments, here).map_err(placed)?;
        let node = Node::Check { negated, constant, check, position: here.position().clone() };
        self.add(node)
    }

    fn enter(&mut self, combine: Combine, _here: &Here<'_>) -> Result<(), Complaint> {
        self.section();
        self.open.push(Group::new(combine));
        Ok(())
    }

    fn leave(&mut self, _here: &Here<'_>) -> Result<(), Complaint> {
        let Some(group) = self.open.pop() else { return Ok(()) };
        group.check()?;
        self.add(Node::Group(group))
    }

    /// Adds to the innermost open container. The section itself is one: any of its lines will do.
    fn add(&mut self, node: Node) -> Result<(), Complaint> {
        let depth = self.section();
        self.open[depth].add(node)?;
        if depth == 0 {
            self.required = Some(Arc::new(Node::Group(self.open[0].clone())));
        }
        Ok(())
    }

    /// Opens the section's own container if need be; the place of the innermost.
    fn section(&mut self) -> usize {
        if self.open.is_empty() {
            self.open.push(Group::new(Combine::Any));
        }
        self.open.len() - 1
    }
}

/// The first word of a text and what follows it.
/// What `<RequireAll>` and its like take.
fn no_words(words: &[&str]) -> Result<(), Complaint> {
    if words.is_empty() {
        return Ok(());
    }
    Err(Complaint::new("this container takes no arguments")
        .argument(0)
        .hint("write each Require on a line inside"))
}

fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(|c: char| c.is_ascii_whitespace()) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn unknown_provider(name: &str, here: &Here<'_>) -> Complaint {
    let known: Vec<_> = here.providers::<AuthzProvider>().collect();
    match name {
        "" => Complaint::new("Require needs to know what is required"),
        name => Complaint::new(format!("nothing here knows how to require '{name}'")),
    }
    .hint(format!("what can be required: {}", known.join(", ")))
}

/// Before anyone is asked who they are.
fn check_access(r: &mut Request, config: &AuthzConfig) -> Outcome {
    let Some(required) = &config.required else { return Outcome::Declined };
    if r.identity.satisfied {
        return Outcome::Declined;
    }
    match required.verdict(r) {
        Verdict::Granted => Outcome::Ok,
        Verdict::DeniedNoUser => {
            r.identity.required = true;
            Outcome::Ok
        }
        Verdict::Denied | Verdict::Neutral => {
            httpd::log!(r, Error, AH01630, "client denied by server configuration: {}", named(r));
            Outcome::status(403)
        }
    }
}

/// Once it is known who the client is.
fn check_user(r: &mut Request, config: &AuthzConfig) -> Outcome {
    let Some(required) = &config.required else { return Outcome::Declined };
    if required.verdict(r) == Verdict::Granted {
        return Outcome::Ok;
    }
    let user = r.identity.user.as_deref().unwrap_or_default();
    httpd::log!(r, Error, AH01631, "user {user}: authorization failure for \"{}\"", r.path);
    Outcome::status(if config.forbidden_on_failure == Some(true) { 403 } else { 401 })
}

/// What the log calls the thing that was asked for.
fn named(r: &Request) -> &str {
    r.map.file.as_ref().unwrap_or(&r.path)
}

fn all(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let verdict = match arguments.to_ascii_lowercase().as_str() {
        "granted" => Authz::Granted,
        "denied" => Authz::Denied,
        _ => return Err(Complaint::new("Require all is followed by 'granted' or 'denied'")),
    };
    Ok(Box::new(move |_| verdict))
}

fn env(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let names = words(arguments, "Require env", "the names of environment variables")?;
    Ok(Box::new(move |r| granted(names.iter().any(|name| r.env.contains(name)))))
}

fn expr(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let expr = Expr::of_line(arguments)?;
    Ok(Box::new(move |r| match expr.holds(r) {
        true => Authz::Granted,
        false if expr.asks_for_user() && r.identity.user.is_none() => Authz::DeniedNoUser,
        false => Authz::Denied,
    }))
}

fn method(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let methods = words(arguments, "Require method", "the names of methods")?;
    let get = methods.iter().any(|method| method == "GET");
    Ok(Box::new(move |r| granted(methods.iter().any(|m| m == r.head.method()) || (get && r.is_head()))))
}

fn words(arguments: &str, what: &str, wanted: &str) -> Result<Vec<String>, Complaint> {
    let words: Vec<String> = arguments.split_ascii_whitespace().map(str::to_owned).collect();
    if words.is_empty() { Err(Complaint::new(format!("{what} is followed by {wanted}"))) } else { Ok(words) }
}

fn granted(holds: bool) -> Authz {
    if holds { Authz::Granted } else { Authz::Denied }
}
