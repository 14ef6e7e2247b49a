//! What `--explain` prints, for people and for programs.

use std::fmt::Write;

use conf::Position;

use super::json::Json;
use crate::explain::{Answerer, Explanation, Step, StepKind};

/// The column in which what is said begins.
const COLUMN: usize = 15;

/// Who had a say, a line each, in the order in which they had; then what it comes to.
pub(super) fn text(explanation: &Explanation) -> String {
    let mut text = String::new();
    row(&mut text, "request", &addresses(explanation));
    row(&mut text, "virtual host", &virtual_host(explanation));
    let mut last = None;
    for step in &explanation.steps {
        let key = (step.kind, step.depth);
        let label = if last == Some(key) { "" } else { step.kind.name() };
        last = Some(key);
        row(&mut text, label, &format!("{:indent$}{}", "", said(step), indent = 2 * step.depth));
    }
    text.push('\n');
    for (label, value) in outcome(explanation) {
        row(&mut text, label, value.as_deref().unwrap_or("-"));
    }
    text
}

fn row(text: &mut String, label: &str, value: &str) {
    let _ = writeln!(text, "{label:COLUMN$}{value}");
}

fn addresses(explanation: &Explanation) -> String {
    let Explanation { client, local, .. } = explanation;
    let unheard = if explanation.is_listened_to { "" } else { ", where no Listen line listens" };
    format!("from {} to {local}{unheard}", client.ip())
}

fn virtual_host(explanation: &Explanation) -> String {
    let vhost = &explanation.vhost;
    let why = match (vhost.is_named, vhost.position.is_some()) {
        (true, _) => "by its name",
        (false, true) => "the first of its address: none has the name",
        (false, false) => "the main server: no virtual host has the address",
    };
    format!("{}, {why}{}", vhost.name, place(vhost.position.as_ref()))
}

fn said(step: &Step) -> String {
    let line = match step.kind {
        // All of the file counts, not its first line.
        StepKind::Htaccess => None,
        _ => step.line(),
    };
    let colon = if line.is_some() && !step.says.is_empty() { ": " } else { "" };
    let place = match (step.kind, &step.position) {
        (StepKind::Htaccess, Some(position)) => position.source.name().to_owned(),
        (_, position) => place(position.as_ref()),
    };
    format!("{}{colon}{}{place}", line.unwrap_or_default(), step.says)
}

fn place(position: Option<&Position>) -> String {
    position.map_or_else(String::new, |at| format!(" ({}:{})", at.source.name(), at.line))
}

/// What it comes to: names of members and of lines, and what is known of each.
fn outcome(explanation: &Explanation) -> [(&'static str, Option<String>); 8] {
    let file = explanation.file.as_ref();
    [
        ("file", file.map(|(file, _)| file.clone())),
        ("path info", file.map(|(_, rest)| rest.clone()).filter(|rest| !rest.is_empty())),
        ("content type", explanation.media_type.clone()),
        ("handler", explanation.handler.as_ref().map(handler)),
        (
            "filters",
            Some(explanation.filters.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))
                .filter(|names| !names.is_empty()),
        ),
        ("access", Some(explanation.access.name().to_owned())),
        ("location", explanation.location.clone()),
        ("status", Some(status(explanation))),
    ]
}

fn handler(answerer: &Answerer) -> String {
    format!("{} ({})", answerer.name, answerer.modules.join(", "))
}

fn status(explanation: &Explanation) -> String {
    explanation.status.map_or_else(|| "known to the handler only".to_owned(), |status| status.to_string())
}

/// The same as one object.
pub(super) fn json(explanation: &Explanation) -> String {
    let optional = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::text);
    let vhost = &explanation.vhost;
    let (file, path_info) = explanation.file.clone().unzip();
    let filter = |(name, module): &(&'static str, &'static str)| {
        Json::Object(vec![("name", Json::text(*name)), ("module", Json::text(*module))])
    };
    let members = vec![
        ("client", Json::text(explanation.client.ip().to_string())),
        ("local", Json::text(explanation.local.to_string())),
        ("is_listened_to", Json::Bool(explanation.is_listened_to)),
        (
            "vhost",
            placed(
                vec![("name", Json::text(&vhost.name)), ("is_named", Json::Bool(vhost.is_named))],
                vhost.position.as_ref(),
            ),
        ),
        ("steps", Json::List(explanation.steps.iter().map(step).collect())),
        ("file", optional(&file)),
        ("path_info", optional(&path_info)),
        ("content_type", optional(&explanation.media_type)),
        ("handler", explanation.handler.as_ref().map_or(Json::Null, answerer)),
        ("filters", Json::List(explanation.filters.iter().map(filter).collect())),
        ("access", Json::text(explanation.access.name())),
        ("location", optional(&explanation.location)),
        ("status", explanation.status.map_or(Json::Null, |status| Json::Number(status.into()))),
    ];
    format!("{}\n", Json::Object(members))
}

fn step(step: &Step) -> Json {
    let members = vec![
        ("kind", Json::text(step.kind.name())),
        ("depth", Json::Number(step.depth as u64)),
        ("directive", step.line().map_or(Json::Null, Json::text)),
        ("says", Json::text(&step.says)),
    ];
    placed(members, step.position.as_ref())
}

fn answerer(answerer: &Answerer) -> Json {
    let modules = answerer.modules.iter().map(|file| Json::text(*file)).collect();
    Json::Object(vec![("name", Json::text(&answerer.name)), ("modules", Json::List(modules))])
}

/// An object with a place in the configuration behind its own members.
fn placed(mut members: Vec<(&'static str, Json)>, position: Option<&Position>) -> Json {
    let (file, line) = position.map_or((Json::Null, Json::Null), |position| {
        (Json::text(position.source.name()), Json::Number(position.line.into()))
    });
    members.extend([("file", file), ("line", line)]);
    Json::Object(members)
}
