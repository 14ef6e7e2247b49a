//! The companion programs, run as anyone would run them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

mod ab;
mod htdigest;
mod htpasswd;
mod logresolve;
mod rotatelogs;

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What became of a run.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs a program in a directory, with something to read.
fn run(program: &str, arguments: &[impl AsRef<OsStr>], directory: &Path, input: &[u8]) -> Ran {
    try_run(program, arguments, directory, input).unwrap_or_else(|| panic!("{program} is not there"))
}

/// `None` when there is no such program.
fn try_run(program: &str, arguments: &[impl AsRef<OsStr>], directory: &Path, input: &[u8]) -> Option<Ran> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).env("TZ", "UTC");
    let mut child = match command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: there is no {program}");
            return None;
        }
        child => child.unwrap(),
    };
    // A program need not read all that it gets.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Some(Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The words of a line; `''` is an empty one.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().map(|word| if word == "''" { "" } else { word }).collect()
}
