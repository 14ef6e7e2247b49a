//! mod_log_debug: messages of the administrator's own in the error log: `LogMessage`.

use std::sync::Arc;

use httpd::config::{Expr, Scope, Template};
use httpd::hooks::Phase;
use httpd::prelude::*;

/// The module.
pub static MODULE: LogDebug = LogDebug;

/// mod_log_debug.
pub struct LogDebug;

/// The messages, outer sections first.
#[derive(Default)]
pub struct Messages(Vec<Arc<Message>>);

/// A `LogMessage` line.
struct Message {
    text: Template,
    /// The hooks in which it is written.
    hooks: &'static [Point],
    condition: Option<Expr>,
}

/// A place in the life of a request where messages are written.
struct Point {
    /// As `hook=` names it.
    name: &'static str,
    phase: Phase,
    order: Order,
}

/// Where messages can be written; the last is where they are, if the line does not say.
const POINTS: &[Point] = &[
    point("post_read_request", Phase::PostRead),
    point("quick_handler", Phase::QuickHandler),
    point("translate_name", Phase::TranslateName),
    point("map_to_storage", Phase::MapToStorage),
    point("header_parser", Phase::HeaderParser),
    point("check_access", Phase::AccessChecker),
    point("check_authn", Phase::CheckUserId),
    point("check_authz", Phase::AuthChecker),
    point("type_checker", Phase::TypeChecker),
    point("fixups", Phase::Fixups),
    // There is no phase between the filters and the handler: this is the last word before it.
    Point { name: "handler", phase: Phase::InsertFilter, order: Order::Last },
    point("log_transaction", Phase::LogTransaction),
];

const fn point(name: &'static str, phase: Phase) -> Point {
    Point { name, phase, order: Order::First }
}

impl Config for Messages {
    fn merge(&self, inner: &Self) -> Self {
        Self(self.0.iter().chain(&inner.0).cloned().collect())
    }
}

impl Module for LogDebug {
    const NAME: &'static str = "log_debug_module";
    type Config = Messages;

    const DIRECTIVES: &'static [Directive<Messages>] = &[Directive::words(
        "LogMessage",
        Place::SVD,
        ("message [hook=hook] [expr=expression]", 1..=3),
        "writes a line to the error log, at level info, for each request",
        |messages, words, _| {
            messages.0.push(Arc::new(Message::parse(words)?));
            Ok(())
        },
    )];

    fn hooks(&self, hooks: &mut Hooks<'_, Messages>) {
        macro_rules! write_at {
            ($($place:literal)*) => {
                $(hooks.on(POINTS[$place].phase, POINTS[$place].order, |r, messages| write(r, messages, $place));)*
            };
        }
        write_at!(0 1 2 3 4 5 6 7 8 9 10 11);
        hooks.steady(|messages| messages.0.is_empty());
        hooks.silent(|messages| messages.0.is_empty());
    }
}

impl Message {
    /// `message [hook=hook] [expr=expression]`, the last two in any order.
    fn parse(words: &[&str]) -> Result<Self, Complaint> {
        let text = Template::new(words[0]).map_err(|complaint| complaint.argument(0))?;
        let mut message = Self { text, hooks: &POINTS[POINTS.len() - 1..], condition: None };
        for (place, word) in words.iter().enumerate().skip(1) {
            message.option(word).map_err(|complaint| complaint.argument(place))?;
        }
        Ok(message)
    }

    fn option(&mut self, word: &str) -> Result<(), Complaint> {
        if let Some(expr) = Expr::marked(word) {
            self.condition = Some(expr?);
        } else if let Some(name) = word.strip_prefix("hook=") {
            self.hooks = hooks_named(name)?;
        } else {
            return Err(Complaint::new(format!("'{word}' is neither hook=hook nor expr=expression")));
        }
        Ok(())
    }
}

/// One hook, or `all`.
fn hooks_named(name: &str) -> Result<&'static [Point], Complaint> {
    if name.eq_ignore_ascii_case("all") {
        return Ok(POINTS);
    }
    let place = POINTS.iter().position(|point| point.name.eq_ignore_ascii_case(name));
    place.map(|place| &POINTS[place..=place]).ok_or_else(|| {
        let known: Vec<_> = POINTS.iter().map(|point| point.name).collect();
        let complaint = Complaint::new(format!("there is no hook '{name}' where messages are written"));
        complaint.hint(format!("there are {}, and all of them: all", known.join(", ")))
    })
}

/// Writes the messages of one hook.
fn write(r: &mut Request, messages: &Messages, place: usize) -> Outcome {
    let point = &POINTS[place];
    for message in &messages.0 {
        let scope = Scope::of(r);
        let is_meant = message.hooks.iter().any(|hook| hook.name == point.name);
        if is_meant && message.condition.as_ref().is_none_or(|condition| condition.holds_in(&scope)) {
            let text = message.text.text(&scope);
            httpd::log!(*r, Info, AH00640, "{text} ({} hook{})", point.name, about(r));
        }
    }
    Outcome::Declined
}

/// What kind of request it is, where the client did not make it.
fn about(r: &Request) -> &'static str {
    match (&r.parent, r.is_sub_request()) {
        (None, _) => "",
        (Some(_), true) => ", subrequest",
        (Some(_), false) => ", redirect",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_line() {
        for line in ["a", "a hook=all", "a expr=true hook=FIXUPS", "%{REQUEST_URI} hook=handler expr=true"] {
            assert!(Message::parse(&line.split(' ').collect::<Vec<_>>()).is_ok(), "{line}");
        }
        for line in ["%{NO}", "a hook=no", "a expr=tru", "a b"] {
            let wrong = Message::parse(&line.split(' ').collect::<Vec<_>>()).map(drop).unwrap_err();
            assert!(wrong.argument.is_some(), "{line}");
        }
    }
}
