//! Manual pages and completions, from the tables of the programs: what a program accepts is written down once.
//!
//! `pages FOLDER HTTPD` is run when the server is installed. It asks HTTPD for its options and directives (`-h`, `-L`),
//! takes the companion programs' tables as they are, and leaves `man/`, `bash/`, `zsh/` and `fish/` in FOLDER.

mod completion;
mod entry;
mod httpd;
mod man;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use self::entry::Entry;
use crate::options::{Given, Program, Stop, run, value};

/// The command line.
pub static PROGRAM: Program = Program {
    name: "pages",
    about: "Writes the manual pages and the completions of the server and of its companion programs.",
    usage: &["[-n NAME] FOLDER HTTPD..."],
    options: &[value('n', "NAME", "what the server is called [httpd]")],
    operands: (2, 9),
    notes: "What follows FOLDER is a command: the server, behind an emulator where it needs one.",
    misuse: 1,
};

const FAILURE: u8 = 1;

/// The program.
pub fn main() -> ExitCode {
    run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let folder = PathBuf::from(&given.operands[0]);
    let name = given.value('n').and_then(|name| name.to_str()).unwrap_or("httpd");
    let mut files = Vec::new();
    match (ask(given, "-h"), ask(given, "-L")) {
        (Ok(options), Ok(directives)) => {
            files.push(man::directives(name, &httpd::directives(&directives)));
            files.extend(of(&httpd::entry(name, &options)));
        }
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("pages: no pages for {name}, which does not run here: {error}");
        }
    }
    for entry in entry::companions(name) {
        files.extend(of(&entry));
    }
    for (path, text) in files {
        write(&folder.join(&path), &text)
            .map_err(|error| PROGRAM.failed(FAILURE, format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(())
}

/// A file below the folder, and its text.
type Page = (PathBuf, String);

/// All files for one program.
fn of(entry: &Entry) -> [Page; 4] {
    [man::page(entry), completion::bash(entry), completion::zsh(entry), completion::fish(entry)]
}

/// What the server prints.
fn ask(given: &Given, option: &str) -> io::Result<String> {
    let output = Command::new(&given.operands[1]).args(&given.operands[2..]).arg(option).output()?;
    // Some options print to the one, some to the other.
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    if text.lines().count() < 2 { Err(io::Error::other(text.trim().to_owned())) } else { Ok(text) }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}
