//! What `httpd --explain` says of a request is what the server does: held against all cases.

mod merging;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use httpd::args::Args;
use httpd::config::{self, LoadOptions};
use httpd::explain::{Question, explain};
use httpd::facts::Build;
use httpd::program::explanation;
use httpd::server::Generation;
use libtest_mimic::{Failed, Trial};
use similar::TextDiff;

use crate::case::{Act, Case, Step, Words};
use crate::ground::Ground;

pub use merging::trial as merging;

/// What is asked of the site of `test/golden/explain`.
const QUESTIONS: &[&str] = &[
    "http://www.example.org:8080/",
    "http://shop.example.org:8080/inner/a.txt?x",
    "HEAD http://www.example.org:8080/inner",
    "http://www.example.org:8080/inner/closed.txt",
    "http://www.example.org:8080/broken/",
    "http://www.example.org:8080/old/page?q",
    "http://www.example.org:8080/elsewhere/mime.types",
    "http://www.example.org:8080/status",
    "http://www.example.org:8080/status --explain-from 192.0.2.7",
    "DELETE http://www.example.org:8080/index.html",
    "http://www.example.org:8080/a/../%2e%2e/%zz",
    "http://old.example.org:8080/index.html --explain-from 192.0.2.1",
    "http://old.example.org:8080/members/",
    "/none/here",
    "http://www.example.org/index.html --explain-to 192.0.2.80",
    "http://127.0.0.1:8080/index.html --explain-header Host:old.example.org --json",
];

/// The test of what `--explain` prints. `UPDATE_GOLDEN=1` writes the golden copy anew, for `git diff` to show.
pub fn golden(build: &'static Build, source: &Path) -> Trial {
    let folder = source.join("test/golden/explain");
    Trial::test("explain/prints-what-the-golden-copy-shows", move || {
        let now = answers(build, &fs::read_to_string(folder.join("site.conf"))?)?;
        let path = folder.join("answers.txt");
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &now)?;
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        let differs = TextDiff::from_lines(&then, &now).unified_diff().context_radius(0).to_string();
        if differs.is_empty() {
            return Ok(());
        }
        Err(format!("{} differs; UPDATE_GOLDEN=1 accepts it:\n{differs}", path.display()).into())
    })
    .with_kind(build.facts.mpm_name)
}

fn answers(build: &'static Build, site: &str) -> Result<String, Failed> {
    let ground = Ground::new()?;
    let root = ground.root().display().to_string();
    for name in ["index.html", "sorry.html", "inner/a.txt", "inner/closed.txt", "broken/index.html"] {
        ground.document(name, name)?;
    }
    ground.document("inner/.htaccess", "<Files closed.txt>\n    Require all denied\n</Files>\n")?;
    ground.document("broken/.htaccess", "Nonsense\n")?;
    fs::write(ground.conf_file(), site.replace("ROOT", &root) + ground.user())?;
    let options = LoadOptions {
        server_root: ground.root().to_owned(),
        config_file: ground.conf_file(),
        ..LoadOptions::new(build)
    };
    let generation = Arc::new(config::load(&options).map_err(|errors| config::report(&errors))?);
    let mut text = String::new();
    for question in QUESTIONS {
        let words = ["--explain"].into_iter().chain(question.split(' ')).map(str::to_owned);
        let args = Args::parse(words)?;
        let asked = args.explain.ok_or("no question")?;
        let answer = explanation(&generation, &asked, args.json)?;
        text += &format!("$ httpd --explain {question}\n{}\n", answer.replace(&root, "ROOT"));
    }
    Ok(text)
}

/// Every request of a case that is whole and has an answer of its own is explained with the status that the case expects.
pub fn agrees(
    case: &Case,
    generation: &Arc<Generation>,
    address: SocketAddr,
    words: &Words<'_>,
) -> Result<(), Failed> {
    // Whom a proxy speaks for is said on the connection, ahead of any request: --explain-from says it.
    if generation.vhosts.iter().any(|vhost| vhost.proxied.is_some()) {
        return Ok(());
    }
    for (text, expected) in asked(&case.steps, words) {
        let question = Question { local: address, client: address, text };
        let explanation = match explain(generation, &question) {
            Ok(explanation) => explanation,
            // The case is about requests that are cut short.
            Err(cause) if cause.kind() == ErrorKind::InvalidInput => continue,
            Err(cause) => return Err(cause.into()),
        };
        if explanation.status.is_some_and(|status| status != expected) {
            let request = String::from_utf8_lossy(&question.text).into_owned();
            let wrong = format!("{expected} is expected, --explain says {explanation:#?} of\n{request}");
            return Err(wrong.into());
        }
    }
    Ok(())
}

/// What is sent, and the status that is expected, where one answer follows on one request.
fn asked(steps: &[Step], words: &Words<'_>) -> Vec<(Vec<u8>, u16)> {
    let is_in = |place: Option<usize>| {
        place.and_then(|place| steps.get(place)).is_some_and(|step| matches!(step.act, Act::In(_)))
    };
    let alone =
        |place: &usize| is_in(Some(*place)) && !is_in(place.checked_sub(1)) && !is_in(Some(place + 1));
    let pair = |place: usize| match (&steps[place].act, &steps.get(place + 1)?.act) {
        (Act::In(text), Act::Out(answer) | Act::OutExact(answer)) => {
            Some((text.sent(words), status(answer.lines(words).first()?)?))
        }
        _ => None,
    };
    (0..steps.len()).filter(alone).filter_map(pair).collect()
}

/// Of a status line, unless it is a provisional one.
fn status(line: &str) -> Option<u16> {
    line.split(' ').nth(1)?.parse().ok().filter(|status| *status >= 200)
}
