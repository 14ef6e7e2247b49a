//! What configure says as it goes: `checking ...` lines for the terminal, everything for config.log.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output};

/// The terminal and the log.
#[derive(Debug)]
pub struct Report {
    quiet: bool,
    log: Option<File>,
}

impl Report {
    /// Starts config.log at `path`, with the command line that it belongs to. `quiet` keeps the terminal clear.
    pub fn start(path: &Path, quiet: bool, invocation: &str) -> Result<Self> {
        let log = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut report = Self { quiet, log: Some(log) };
        report.note(&format!("$ {invocation}"));
        Ok(report)
    }

    /// `checking WHAT... ANSWER`
    pub fn checking(&mut self, what: &str, answer: &str) {
        self.say(&format!("checking {what}... {answer}"));
    }

    /// A line for the terminal and the log.
    pub fn say(&mut self, line: &str) {
        if !self.quiet {
            // A terminal that has gone away is no reason to leave a build half configured.
            let _ = writeln!(io::stdout(), "{line}");
        }
        self.note(line);
    }

    /// A line that is shown even when quiet.
    pub fn warn(&mut self, line: &str) {
        eprintln!("configure: WARNING: {line}");
        self.note(&format!("WARNING: {line}"));
    }

    /// A line for the log only.
    pub fn note(&mut self, line: &str) {
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{line}");
        }
    }

    /// Runs a command and logs it with its outcome. The error is what the command said.
    pub fn run(&mut self, command: &mut Command) -> Result<String> {
        let line = command_line(command);
        self.note(&format!("$ {line}"));
        let output = command.output().with_context(|| format!("cannot run {line}"))?;
        let complaint = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        for part in complaint.lines() {
            self.note(&format!("| {part}"));
        }
        self.note(&format!("= {}", outcome(&output)));
        if !output.status.success() {
            bail!("{line}: {}\n{complaint}", outcome(&output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// A command as one would type it.
pub fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// A word for the shell: in single quotes if it needs any.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/.,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn outcome(output: &Output) -> String {
    output.status.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_when_they_must_be() {
        for (word, expected) in [
            ("--prefix=/a", "--prefix=/a"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$x", "'$x'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn commands_and_their_complaints_are_in_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.log");
        let mut report = Report::start(&path, true, "./configure -q").unwrap();
        report.checking("for a thing", "yes");
        let failed =
            report.run(Command::new("sh").args(["-c", "echo no such thing >&2; exit 3"])).unwrap_err();
        assert!(failed.to_string().contains("no such thing"), "{failed}");
        let log = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            log,
            "$ ./configure -q\nchecking for a thing... yes\n$ sh -c 'echo no such thing >&2; exit 3'\n\
             | no such thing\n= exit status: 3\n"
        );
    }
}
