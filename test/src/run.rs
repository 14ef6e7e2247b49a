//! Runs a case: inside this program, or against an httpd of its own.

use std::fs;
use std::sync::Arc;

use httpd::facts::Build;
use libtest_mimic::{Completion, Failed, Trial};

use crate::bounded::bounded;
use crate::case::{Case, Found, Need, Text, Verdict, parse};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program, start_on};
use crate::talk::talk;
use crate::wait::wait_until;
use crate::{expect, inside};

/// What cases are run against.
#[derive(Clone)]
pub enum Subject {
    /// The modules that are linked into this program.
    Inside(&'static Build),
    /// A built httpd.
    Built(Arc<Program>),
}

impl Subject {
    /// The name of its MPM.
    pub fn mpm(&self) -> &str {
        match self {
            Self::Inside(build) => build.facts.mpm_name,
            Self::Built(program) => &program.mpm,
        }
    }

    fn loads(&self) -> bool {
        match self {
            Self::Inside(build) => build.core.is_some(),
            Self::Built(program) => program.loads,
        }
    }

    fn has_module(&self, file: &str) -> bool {
        match self {
            Self::Inside(build) => httpd::config::modules(build).iter().any(|linked| linked.file() == file),
            Self::Built(program) => program.modules.iter().any(|module| module == file),
        }
    }
}

/// The test of one case file.
pub fn trial(found: Found, subject: Subject) -> Trial {
    let (name, kind) = (found.name.clone(), subject.mpm().to_owned());
    Trial::ignorable_test(name, move || bounded(move || run(&found, &subject))).with_kind(kind)
}

fn run(found: &Found, subject: &Subject) -> Result<Completion, Failed> {
    let show = |wrong: String| Failed::from(format!("{}: {wrong}", found.path.display()));
    let case = parse::parse(&fs::read_to_string(&found.path)?).map_err(show)?;
    let ground = Ground::new()?;
    if let Some(reason) = obstacle(found, &case, subject, &ground) {
        return Ok(Completion::ignored_with(reason));
    }
    let outcome = match subject {
        Subject::Inside(build) => inside::run(build, &case, &ground),
        Subject::Built(program) => built(program, &case, &ground),
    };
    outcome.map_err(|wrong| show(with_log(wrong.message().unwrap_or_default(), &ground)))?;
    Ok(Completion::Completed)
}

/// Why the case cannot run here.
fn obstacle(found: &Found, case: &Case, subject: &Subject, ground: &Ground) -> Option<String> {
    let lacks = |file: &str| (!subject.has_module(file)).then(|| format!("{file} is not there"));
    let own = found.module.as_deref().and_then(lacks);
    let needed = case.needs.iter().find_map(|need| match need {
        Need::Module(file) => lacks(file),
        Need::Dso(wanted) => (subject.loads() != *wanted).then(|| {
            let can = if *wanted { "cannot" } else { "can" };
            format!("modules {can} be loaded here")
        }),
        Need::Root => (!ground.is_roots()).then(|| "needs root".to_owned()),
        Need::Unprivileged => {
            let stays = matches!(subject, Subject::Inside(_)) || !subject.has_module("mod_unixd.c");
            (ground.is_roots() && stays).then(|| "root may read everything".to_owned())
        }
    });
    let other = !case.mpms.is_empty() && !case.mpms.iter().any(|mpm| mpm.eq_ignore_ascii_case(subject.mpm()));
    own.or(needed).or_else(|| other.then(|| format!("is for {}", case.mpms.join(", "))))
}

/// Against an httpd of its own.
fn built(program: &Program, case: &Case, ground: &Ground) -> Result<(), Failed> {
    let defines: Vec<&str> = case.defines.iter().flat_map(|name| ["-D", name]).collect();
    ground.lay(case, 0)?;
    if case.verdict != Verdict::Good {
        let arguments: Vec<&str> = defines.iter().copied().chain(["-t", "-e", "info"]).collect();
        let output = program.run_with(ground, &arguments)?;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        verdict(case, ground, output.status.success(), &report)?;
    }
    if case.steps.is_empty() {
        return Ok(());
    }
    let httpd = if case.conf.mentions("${PORT}") {
        start_on(program, ground, &defines, |port| ground.lay(case, port))?
    } else {
        Httpd::start(program, ground, &defines)?
    };
    talk(case, httpd.address(), &ground.words(Some(httpd.address().port())))?;
    logs(case, ground)?;
    httpd.stop()
}

/// Compares what was said of a configuration with what was expected.
pub fn verdict(case: &Case, ground: &Ground, accepted: bool, report: &str) -> Result<(), Failed> {
    let (shall_be_accepted, text) = match &case.verdict {
        Verdict::Good => (true, &Text::default()),
        Verdict::Refused(text) => (false, text),
        Verdict::Warned(text) => (true, text),
    };
    let mut missing = expect::held(&text.lines(&ground.words(None)), report.as_bytes());
    if accepted != shall_be_accepted {
        missing.push(format!(
            "that the configuration is {}",
            if shall_be_accepted { "accepted" } else { "refused" }
        ));
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("the report was\n{report}\nexpected\n  {}", missing.join("\n  ")).into())
}

/// Waits until the logs hold what they shall.
pub fn logs(case: &Case, ground: &Ground) -> Result<(), Failed> {
    for (name, text) in &case.logs {
        let lines = text.lines(&ground.words(None));
        let missing = || expect::held(&lines, ground.log(name).as_bytes());
        wait_until("the log", || missing().is_empty()).map_err(|_| {
            format!("logs/{name} is\n{}\nexpected\n  {}", ground.log(name), missing().join("\n  "))
        })?;
    }
    Ok(())
}

fn with_log(wrong: &str, ground: &Ground) -> String {
    match &*ground.log("error_log") {
        "" => wrong.to_owned(),
        log => format!("{wrong}\nerror_log:\n{log}"),
    }
}
