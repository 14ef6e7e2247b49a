//! CONFIG_SITE: a site's own defaults, in a script of the shell that sets `prefix`, `enable_alias`, `CC` and so on.

use crate::options::{ROWS, VARIABLES};
use crate::report::Report;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The scripts to read: those that `CONFIG_SITE` lists, else the two below `prefix` that every configure looks for.
pub fn scripts(config_site: Option<&str>, prefix: &str) -> Vec<PathBuf> {
    let files: Vec<_> = match config_site {
        Some(list) => list.split_whitespace().map(PathBuf::from).collect(),
        None => {
            ["share", "etc"].iter().map(|folder| Path::new(prefix).join(folder).join("config.site")).collect()
        }
    };
    files.into_iter().filter(|file| file.is_file()).collect()
}

/// What a script sets, as arguments to configure. `features` are names of modules.
pub fn arguments<'a>(
    script: &Path,
    features: impl Iterator<Item = &'a str>,
    report: &mut Report,
) -> Result<Vec<String>> {
    report.say(&format!("configure: loading site script {}", script.display()));
    let mut names: Vec<(String, String)> = ROWS
        .iter()
        .filter(|row| row.takes.is_some())
        .map(|row| (row.variable(), format!("--{}=", row.name)))
        .collect();
    names.extend(features.map(|name| (format!("enable_{name}"), format!("--enable-{name}="))));
    names.extend(VARIABLES.iter().map(|(name, _)| ((*name).to_owned(), format!("{name}="))));
    let script = std::path::absolute(script)?;
    let mut shell = Command::new("sh");
    shell.args(["-c", ASK, "sh"]).arg(script).args(names.iter().map(|(variable, _)| variable));
    let answer = report.run(&mut shell)?;
    let values = names.iter().zip(answer.split('\0'));
    Ok(values
        .filter(|(_, value)| !value.is_empty() && *value != "NONE")
        .map(|((_, option), value)| format!("{option}{value}"))
        .collect())
}

/// Runs the script where a prefix that is not set is NONE, as scripts expect, and prints the variables it was asked for.
const ASK: &str = r#"
script=$1; shift
for name do case $name in [a-z]*) unset "$name" ;; esac; done
prefix=NONE exec_prefix=NONE
. "$script" >&2 || exit 1
for name do eval "printf '%s\\0' \"\${$name-}\""; done
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_becomes_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("config.site");
        std::fs::write(
            &script,
            "test \"$prefix\" = NONE && prefix=/opt/it\nenable_alias=no\nwith_mpm='event'\nRUSTFLAGS='-C debuginfo=1'\n",
        )
        .unwrap();
        let mut report = Report::start(&folder.path().join("config.log"), true, "").unwrap();
        let arguments = arguments(&script, ["alias", "mime"].into_iter(), &mut report).unwrap();
        let without_cc: Vec<_> = arguments.iter().filter(|argument| argument.starts_with("--")).collect();
        assert_eq!(without_cc, ["--prefix=/opt/it", "--with-mpm=event", "--enable-alias=no"]);
        assert!(arguments.contains(&"RUSTFLAGS=-C debuginfo=1".to_owned()));
    }

    #[test]
    fn only_scripts_that_exist_are_read() {
        assert!(scripts(Some("/nonexistent/config.site"), "/").is_empty());
        assert!(scripts(None, "/nonexistent").is_empty());
    }
}
