//! `--cache-file`: what rustc answered, for the next run of configure.

use crate::report::Report;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

/// Answers by question. Without a file nothing is kept.
#[derive(Debug, Default)]
pub struct Cache {
    file: Option<PathBuf>,
    answers: BTreeMap<String, Answer>,
    changed: bool,
}

/// What a program said, and which one it was: another program is asked again.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    program: String,
    text: String,
}

impl Cache {
    /// Takes the answers of the file, if it is there. One that cannot be understood is an empty one.
    pub fn open(file: Option<&Path>, report: &mut Report) -> Self {
        let file = file.filter(|file| *file != Path::new("/dev/null")).map(Path::to_owned);
        let text = file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        if let (Some(file), Some(_)) = (&file, &text) {
            report.say(&format!("configure: loading cache {}", file.display()));
        }
        let answers = text.and_then(|text| toml::from_str(&text).ok()).unwrap_or_default();
        Self { file, answers, changed: false }
    }

    /// What `program` says to `arguments`, and whether it had said so before.
    pub fn ask(&mut self, program: &Path, arguments: &[&str], report: &mut Report) -> Result<(String, bool)> {
        let question = arguments.join(" ");
        let identity = identity(program);
        if let Some(known) = self.answers.get(&question).filter(|answer| answer.program == identity) {
            return Ok((known.text.clone(), true));
        }
        let text = report.run(Command::new(program).args(arguments))?;
        self.answers.insert(question, Answer { program: identity, text: text.clone() });
        self.changed = true;
        Ok((text, false))
    }

    /// Writes the file, if there is anything new.
    pub fn save(&self, report: &mut Report) -> Result<()> {
        let Some(file) = self.file.as_ref().filter(|_| self.changed) else { return Ok(()) };
        report.say(&format!("configure: updating cache {}", file.display()));
        let text = format!(
            "# What configure was told. It may be deleted at any time.\n\n{}",
            toml::to_string(&self.answers)?
        );
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Its path, its size and its date; for one that rustup chooses, also where the choice is kept.
fn identity(program: &Path) -> String {
    let about = |path: &Path| {
        let about = fs::metadata(path).ok()?;
        let date = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(format!("{} {} {}", path.display(), about.len(), date.as_millis()))
    };
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let home = match variable("RUSTUP_HOME") {
        home if home.is_empty() => std::env::home_dir().unwrap_or_default().join(".rustup"),
        home => home.into(),
    };
    let parts = [about(program), about(&home.join("settings.toml")), Some(variable("RUSTUP_TOOLCHAIN"))];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_same_program_is_asked_once() {
        let folder = tempfile::tempdir().unwrap();
        let (file, program) = (folder.path().join("config.cache"), folder.path().join("program"));
        let mut report = Report::start(&folder.path().join("config.log"), true, "").unwrap();
        let mut ask = |says: &str| {
            fs::write(&program, format!("#!/bin/sh\necho {says} $1\n")).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            fs::File::open(&program).unwrap().set_modified(UNIX_EPOCH).unwrap();
            let mut cache = Cache::open(Some(&file), &mut report);
            let answer = cache.ask(&program, &["-v"], &mut report).unwrap();
            cache.save(&mut report).unwrap();
            answer
        };
        assert_eq!(ask("one"), ("one -v\n".to_owned(), false));
        assert_eq!(ask("two"), ("one -v\n".to_owned(), true));
        assert_eq!(ask("three"), ("three -v\n".to_owned(), false));
    }

    #[test]
    fn without_a_file_nothing_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = Report::start(&folder.path().join("config.log"), true, "").unwrap();
        for file in [None, Some(Path::new("/dev/null"))] {
            let mut cache = Cache::open(file, &mut report);
            cache.ask(Path::new("/bin/echo"), &["it"], &mut report).unwrap();
            cache.save(&mut report).unwrap();
        }
    }
}
