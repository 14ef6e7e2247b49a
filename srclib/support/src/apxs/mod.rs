//! apxs: makes, compiles and installs modules for a server that is installed, without its sources.
//!
//! What it needs lies beside it, in the server's installbuilddir: `config_vars.mk`, what rustc knows of the core (`deps/`), and
//! crates that stand for those inside the core (`httpd/`, `tokio/`, `bytes/`).

mod compile;
mod configuration;
mod generate;
mod install;
mod variables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::options::{self, Given, Program, Stop, flag, value};
use variables::Variables;

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "apxs",
    about: "Makes, compiles and installs modules for an installed server.",
    usage: &[
        "-g -n NAME",
        "-q [VARIABLE]...",
        "-c [-o FILE] [-n NAME] [-D NAME[=VALUE]] [-L FOLDER] [-l LIBRARY] [-Wc,FLAG] [-Wl,FLAG] [-iaA] FILE.rs|CRATE",
        "-i [-n NAME] [-aA] FILE.so...",
        "-e -aA [-n NAME] FILE.so...",
    ],
    options: &[
        flag('g', "make a template: a folder with a module to begin with"),
        flag('c', "compile one file in Rust, or a crate with whatever crates it needs"),
        flag('i', "install into the folder of modules"),
        flag('a', "write the LoadModule line into httpd.conf, or put it in force"),
        flag('A', "the same, but commented out"),
        flag('e', "only edit httpd.conf, as -a or -A says"),
        flag('q', "print what the server was configured with; several values with ;; between them"),
        value('n', "NAME", "the module's name: foo for foo_module in mod_foo.rs"),
        value('o', "FILE", "what -c makes [mod_NAME.so, here]"),
        value('D', "NAME[=VALUE]", "set a condition of compilation, as rustc --cfg does"),
        value('L', "FOLDER", "where libraries are that are not in Rust"),
        value('l', "LIBRARY", "link with such a library"),
        value('W', "c,FLAG or l,FLAG", "a flag for rustc, or for the linker"),
        value('S', "VARIABLE=VALUE", "take another value than the server was configured with"),
    ],
    operands: (0, usize::MAX),
    notes: "A module is a library in Rust with a `pub static MODULE` that is a httpd::module::Module. It is loaded by the server \
that this apxs belongs to, and by no other: build it again when that changes. rustc must be of the version that \
compiled the server.

A crate says in [package.metadata.httpd] of its Cargo.toml what the module is, and names the core as \
httpd = \"VERSION\"; tokio and bytes are those of the core. A single file has httpd::tokio and httpd::bytes.

Examples:
  apxs -g -n foo && apxs -cia mod_foo
  apxs -cia mod_bar.rs
  apxs -q libexecdir sysconfdir

Exit status: 0, or 1 with a sentence that says why.",
    misuse: 1,
};

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

/// Why nothing came of it, in one sentence.
type Outcome<T> = Result<T, String>;

fn work(given: &Given) -> Result<(), Stop> {
    let asked = |letters: &str| letters.chars().any(|letter| given.has(letter));
    if asked("q") && asked("gcie") || asked("g") && asked("ciaAe") || !asked("gcieq") {
        return Err(given.wrong("say what to do: -g, -c, -i, -e or -q"));
    }
    let operands: Vec<PathBuf> = given.operands.iter().map(PathBuf::from).collect();
    if asked("cie") && operands.is_empty() {
        return Err(given.wrong("what shall be a module?"));
    }
    if asked("e") && !asked("aA") {
        return Err(given.wrong("-e edits as -a or -A says"));
    }
    done(given, &operands).map_err(|why| PROGRAM.failed(1, why))
}

fn done(given: &Given, operands: &[PathBuf]) -> Outcome<()> {
    let text = |letter| given.value(letter).map(|text| text.to_string_lossy().into_owned());
    if given.has('g') {
        let name = text('n').ok_or("-g needs the name: -n NAME")?;
        let version = Variables::of_this_server().ok().map(|variables| variables.get("VERSION"));
        return generate::folder(&name, version.as_deref());
    }
    let mut variables = Variables::of_this_server()?;
    for assignment in given.all('S') {
        variables.set(&assignment.to_string_lossy())?;
    }
    if given.has('q') {
        return query(&variables, operands);
    }
    variables.loads_modules()?;
    let mut files = operands.to_vec();
    if given.has('c') {
        files = vec![compile::module(operands, &compile::Wishes::read(given)?, &variables)?];
    }
    if given.has('i') || given.has('e') {
        install::modules(&files, text('n').as_deref(), &install::Wishes::read(given), &variables)?;
    }
    Ok(())
}

fn query(variables: &Variables, names: &[PathBuf]) -> Outcome<()> {
    if names.is_empty() {
        variables.iter().for_each(|(name, value)| println!("{name}={value}"));
        return Ok(());
    }
    let mut values = Vec::new();
    for name in names {
        let name = name.to_string_lossy();
        values.push(variables.find(&name).ok_or_else(|| format!("no such variable: {name}"))?);
    }
    println!("{}", values.join(";;"));
    Ok(())
}

/// `foo` of `foo`, `mod_foo`, `foo_module`; a name must do as one in Rust.
fn stem(name: &str) -> Outcome<String> {
    let stem = name.strip_prefix("mod_").unwrap_or(name);
    let stem = stem.strip_suffix("_module").unwrap_or(stem);
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if stem.is_empty() || !stem.starts_with(|c: char| c.is_ascii_lowercase()) || !stem.chars().all(good) {
        return Err(format!("{name}: a module's name is made of small letters, digits and _"));
    }
    Ok(stem.to_owned())
}

/// What the system says of a file.
fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_form() {
        for name in ["foo", "mod_foo", "foo_module", "mod_foo_module"] {
            assert_eq!(stem(name).unwrap(), "foo");
        }
        for name in ["", "mod_", "Foo", "1x", "a-b", "../x"] {
            assert!(stem(name).is_err(), "{name}");
        }
    }
}
