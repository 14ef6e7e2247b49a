//! The site of `test/merging`, asked and explained: status, file and handler must be the same, and the sections that the answer's
//! `X-Seen` names must be those of the explanation, in its order.

use std::net::TcpListener;
use std::sync::Arc;

use httpd::conf::Position;
use httpd::config::{self, LoadOptions};
use httpd::explain::{Explanation, Question, StepKind, explain};
use httpd::facts::Build;
use libtest_mimic::{Failed, Trial};

use crate::client::{Answer, Client};
use crate::ground::Ground;
use crate::inside;
use crate::process::merging::{PATHS, SITE, VARIANTS, lay, request};

/// What the answer says of itself.
const WITNESSES: &str = "Header always set X-File \"expr=%{REQUEST_FILENAME}\"\n\
    Header always set X-Handler \"expr=%{HANDLER}\"\n\
    <Location /handled>\n    SetHandler hello\n</Location>\n";

/// What the servers say in `X-Seen`, outside of all sections.
const OF_SERVERS: [&str; 2] = ["main", "v"];

/// The test.
pub fn trial(build: &'static Build) -> Trial {
    Trial::test("explain/agrees-with-what-the-server-does", move || run(build))
        .with_kind(build.facts.mpm_name)
}

fn run(build: &'static Build) -> Result<(), Failed> {
    let ground = Ground::new()?;
    lay(&ground)?;
    let site = SITE.replace("WWW", &ground.docroot().display().to_string());
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    ground.configure(address.port(), &format!("{site}{WITNESSES}"))?;
    let options = LoadOptions {
        server_root: ground.root().to_owned(),
        config_file: ground.conf_file(),
        ..LoadOptions::new(build)
    };
    let generation = Arc::new(config::load(&options).map_err(|errors| config::report(&errors))?);
    let paths = PATHS.iter().copied().chain(["/handled"]);
    let asked = paths.flat_map(|path| VARIANTS.iter().map(move |variant| request(path, variant)));
    let explained = asked.map(|text| {
        let question = Question { local: address, client: address, text: text.clone().into_bytes() };
        Ok((text, explain(&generation, &question)?))
    });
    let explained: Vec<(String, Explanation)> = explained.collect::<Result<_, Failed>>()?;
    generation.logs.open()?;
    inside::served(generation, listener, |address| {
        let mut wrong = Vec::new();
        for (text, explanation) in &explained {
            let answer = Client::connect(address)?.ask(text)?;
            wrong.extend(differs(&answer, explanation).map(|what| format!("{what}\n{text}{explanation:#?}")));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
    })
}

/// What the answer says otherwise than the explanation.
fn differs(answer: &Answer, explanation: &Explanation) -> Option<String> {
    let header = |name| answer.header(name).map(str::to_owned);
    let file = explanation.file.as_ref().map(|(file, _)| file.clone());
    let handler = explanation.handler.as_ref().filter(|_| explanation.status.is_none());
    let pairs = [
        ("status", Some(answer.status().to_string()), explanation.status.map(|status| status.to_string())),
        ("file", header("X-File"), file),
        ("handler", header("X-Handler"), handler.map(|handler| handler.name.clone())),
        ("location", header("Location"), explanation.location.clone()),
        ("sections", header("X-Seen").map(|seen| seen_sections(&seen)), Some(told_sections(explanation))),
    ];
    // What one of them does not say, it may not know.
    let told = pairs.into_iter().filter_map(|(what, real, told)| Some((what, real?, told?)));
    let mut differing = told.filter(|(_, real, told)| real != told);
    differing.next().map(|(what, real, told)| format!("{what}: the server says {real}, --explain {told}"))
}

/// The words of the sections in `X-Seen`.
fn seen_sections(seen: &str) -> String {
    let words = seen.split(',').map(str::trim).filter(|word| !OF_SERVERS.contains(word));
    words.map(before_variable).collect::<Vec<_>>().join(" ")
}

/// The words that the sections of the explanation add, those of the request that makes the answer.
fn told_sections(explanation: &Explanation) -> String {
    let mut of_requests: Vec<Vec<(StepKind, &Position)>> = vec![Vec::new()];
    let mut last = 0;
    for step in &explanation.steps {
        of_requests.resize_with(of_requests.len().max(step.depth + 2), Vec::new);
        match (step.kind, &step.position) {
            (StepKind::Section | StepKind::Htaccess, Some(position)) => {
                of_requests[step.depth].push((step.kind, position));
            }
            (StepKind::Request, _) if step.says.ends_with("takes its place") => {
                of_requests[step.depth] = std::mem::take(&mut of_requests[step.depth + 1]);
            }
            (StepKind::Request, _) => {
                of_requests[step.depth + 1].clear();
                last = if step.says.starts_with("an internal redirect") { step.depth + 1 } else { last };
            }
            _ => {}
        }
    }
    of_requests[last].iter().flat_map(|(kind, position)| words(*kind, position)).collect::<Vec<_>>().join(" ")
}

/// The words that a section adds to `X-Seen` itself, by the text that it stands in.
fn words(kind: StepKind, position: &Position) -> Vec<String> {
    let mut words = Vec::new();
    let mut depth = 0;
    // A file begins with what stands in it, a section with its own line.
    let skipped = if kind == StepKind::Htaccess { 0 } else { position.line as usize };
    for line in position.source.text().lines().skip(skipped).map(str::trim) {
        let is_condition = ["IfModule", "IfDefine"].iter().any(|name| line.contains(name));
        if line.starts_with("</") && !is_condition {
            depth -= 1;
        } else if line.starts_with('<') && !is_condition {
            depth += 1;
        }
        if depth < 0 {
            break;
        }
        if depth == 0
            && let Some(word) = line.strip_prefix("Header append X-Seen ")
        {
            words.push(before_variable(word.trim_matches('"')));
        }
    }
    words
}

/// What stands for a captured name is known to the server only.
fn before_variable(word: &str) -> String {
    match word.split_once(':') {
        Some((kind @ ("dm" | "lm"), rest)) if !["//", "b$"].contains(&rest) => format!("{kind}:*"),
        _ if word.starts_with("d:www/fm:") => "d:www/fm:*".to_owned(),
        _ => word.to_owned(),
    }
}
