//! `--help`: the table of options, then what was discovered: layouts, MPMs and modules.

use crate::discover::{Enable, Module, Tree};
use crate::layout::{self, Layouts};
use crate::options::{ROWS, Row, Section, VARIABLES};
use anyhow::Result;
use std::fmt::Write;

/// Where the second column begins.
const COLUMN: usize = 30;
/// Where a line ends.
const WIDTH: usize = 110;

/// The whole text. `default_mpm` is that of this machine.
pub fn text(tree: &Tree, layouts: &Layouts, default_mpm: &str) -> Result<String> {
    let mut out = format!(
        "`configure' prepares Weir httpd {} for building: it decides which MPM and which modules are linked in\n\
         and where everything is to be installed.\n\n\
         Usage: ./configure [OPTION]... [VAR=VALUE]...\n\n\
         Defaults stand in brackets; those of directories are of the layout {}.\n",
        tree.version,
        layout::DEFAULT
    );
    for (section, title) in TITLES {
        let _ = write!(out, "\n{title}:\n");
        for row in ROWS.iter().filter(|row| row.section == *section) {
            out += &entry(&left(row), &with_default(row, layouts)?);
        }
        match section {
            Section::Features => out += &features(tree, layouts),
            Section::Packages => out += &packages(tree, default_mpm),
            _ => {}
        }
    }
    out += "\nVariables, given as VAR=VALUE or in the environment:\n";
    for (name, help) in VARIABLES {
        out += &entry(name, help);
    }
    Ok(out)
}

const TITLES: &[(Section, &str)] = &[
    (Section::Configuration, "Configuration"),
    (Section::Prefixes, "Installation directories"),
    (Section::Directories, "Fine tuning of the installation directories"),
    (Section::Names, "Program names"),
    (Section::Hosts, "System types"),
    (Section::Features, "Optional features"),
    (Section::Packages, "Optional packages"),
];

/// `-q, --quiet, --silent` or `--prefix=PREFIX`.
fn left(row: &Row) -> String {
    let short = row.also.iter().find(|spelling| spelling.len() == 1);
    let mut text = short.map_or_else(|| "    ".to_owned(), |letter| format!("-{letter}, "));
    if row.section != Section::Configuration {
        text.clear();
    }
    let _ = write!(text, "--{}", row.name);
    if let Some(argument) = row.takes.filter(|name| !name.is_empty()) {
        let _ = write!(text, "={argument}");
    }
    for spelling in row.also.iter().filter(|spelling| spelling.len() > 1) {
        let _ = write!(text, ", --{spelling}");
    }
    text
}

/// The row's help, with the directory that the default layout has for it.
fn with_default(row: &Row, layouts: &Layouts) -> Result<String> {
    if !row.help.contains('@') {
        return Ok(row.help.to_owned());
    }
    let value = layouts.unexpanded(layout::DEFAULT, &row.variable())?;
    Ok(row.help.replace('@', &value))
}

fn features(tree: &Tree, layouts: &Layouts) -> String {
    let mut out = entry("--disable-NAME", "the same as --enable-NAME=no");
    out += &entry("--enable-NAME[=FORM]", "link in a module: static or yes, or leave it out: no");
    let names: Vec<_> = layouts.names().collect();
    out += "\n";
    out += &entry("Layouts:", &names.join(", "));
    out += "\n  Modules. Those of the groups yes and most are linked in unless they are disabled:\n";
    let mut family = "";
    for module in tree.content() {
        if module.family != family {
            family = &module.family;
            let _ = write!(out, "\n   {family}\n");
        }
        out += &module_entry(module);
    }
    out
}

fn module_entry(module: &Module) -> String {
    let verb = if module.about.enable <= Enable::Most { "disable" } else { "enable" };
    let left = format!("--{verb}-{}", module.name.replace('_', "-"));
    entry(&left, &format!("{} [{}]", module.about.help, module.about.enable.word()))
}

fn packages(tree: &Tree, default_mpm: &str) -> String {
    let mut out = format!(
        "\n  MPMs. One and only one is linked in [{default_mpm}]. Of each: its processes and threads, on which hosts it can\n  \
         be built, and whom it is for. docs/mpm.md has more:\n\n"
    );
    for mpm in tree.mpms().filter(|mpm| mpm.is_choice()) {
        let help = format!("{} [{}]", mpm.about.help, mpm.about.hosts.join(", "));
        out += &entry(&format!("--with-mpm={}", mpm.name), &help);
        if let Some(suits) = &mpm.about.suits {
            out += &entry("", &format!("for {suits}"));
        }
    }
    out
}

/// Two columns, the second one wrapped; a long first one stands on a line of its own.
fn entry(left: &str, right: &str) -> String {
    let mut line = format!("  {left:<width$}", width = COLUMN - 3);
    let mut out = String::new();
    if line.len() >= COLUMN {
        out = line.trim_end().to_owned() + "\n";
        line = " ".repeat(COLUMN - 1);
    }
    for word in right.split(' ') {
        if line.len() + 1 + word.len() > WIDTH && line.len() > COLUMN {
            out += &(line + "\n");
            line = " ".repeat(COLUMN + 1);
        }
        line = line + " " + word;
    }
    out + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_wrapping() {
        assert_eq!(entry("--a", "what it is"), format!("{:<30}what it is\n", "  --a"));
        let long = entry("--an-option-with-a-long-name=ARGUMENT", &"word ".repeat(30));
        assert!(long.lines().all(|line| line.len() <= WIDTH), "{long}");
        assert!(long.lines().skip(1).all(|line| line.starts_with(&" ".repeat(COLUMN))), "{long}");
    }
}
