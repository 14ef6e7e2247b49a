//! What compiles: cargo, rustc and its version, a linker. What is missing is told in a sentence that says what to do.

use crate::cache::Cache;
use crate::hosts::Host;
use crate::report::Report;
use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// The tools that were found.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// Absolute.
    pub cargo: PathBuf,
    /// Absolute.
    pub rustc: PathBuf,
    /// Of rustc.
    pub version: Version,
    /// The machine that compiles, as a Rust target.
    pub build: String,
    /// Every target that rustc knows.
    pub targets: Vec<String>,
    /// Where rustc keeps its libraries.
    pub sysroot: PathBuf,
}

impl Toolchain {
    /// Finds cargo and rustc. `variables` may name others than those on the PATH.
    pub fn find(
        variables: &BTreeMap<String, String>,
        cache: &mut Cache,
        report: &mut Report,
    ) -> Result<Self> {
        let cargo = cargo(variables)?;
        report.checking("for cargo", &cargo.display().to_string());
        let rustc = named(variables, "RUSTC", "rustc")?;
        let (text, cached) = cache.ask(&rustc, &["-vV"], report)?;
        let field =
            |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        let version = Version::parse(field("release:")).context("rustc -vV does not say its release")?;
        let from = if cached { "(cached) " } else { "" };
        report.checking("for rustc", &format!("{from}{} ({version})", rustc.display()));
        let (lists, _) = cache.ask(&rustc, &["--print", "sysroot", "--print", "target-list"], report)?;
        let mut lines = lists.lines().map(ToOwned::to_owned);
        Ok(Self {
            cargo,
            rustc,
            version,
            build: field("host:").to_owned(),
            sysroot: lines.next().unwrap_or_default().into(),
            targets: lines.collect(),
        })
    }

    /// Refuses an rustc that is older than the sources need.
    pub fn check_version(&self, needed: &Version, report: &mut Report) -> Result<()> {
        let enough = self.version >= *needed;
        report.checking(&format!("whether rustc is {needed} or later"), if enough { "yes" } else { "no" });
        if !enough {
            bail!(
                "rustc {} is too old, {needed} is needed: `rustup update stable` brings a newer one",
                self.version
            );
        }
        Ok(())
    }

    /// Finds what links programs for `target`, and says whether rustc has a standard library for it.
    pub fn check_target(
        &self,
        host: &Host,
        target: &str,
        variables: &BTreeMap<String, String>,
        report: &mut Report,
    ) -> Result<()> {
        self.check_library(target, report)?;
        let linker = linker(host, target, &self.build, variables);
        let found = linker.as_ref().map_or("none".to_owned(), |path| path.display().to_string());
        report.checking(&format!("for a linker for {target}"), &found);
        if linker.is_none() && target == self.build {
            bail!(
                "no linker: install a C compiler (Debian: apt-get install gcc libc6-dev), or name one: CC=/path/to/cc"
            );
        }
        if linker.is_none() {
            report.warn(&format!(
                "no linker for {target} was found: cargo's own configuration or CC=... must name one"
            ));
        }
        Ok(())
    }

    fn check_library(&self, target: &str, report: &mut Report) -> Result<()> {
        let here = self.sysroot.join("lib/rustlib").join(target).join("lib").is_dir();
        // Those who let cargo compile the standard library need none.
        let compiled = env::var_os("CARGO_UNSTABLE_BUILD_STD").is_some();
        let answer = if here { "yes" } else { "no" };
        report.checking(&format!("for Rust's standard library for {target}"), answer);
        if !here && !compiled {
            let whose = if which::which("rustup").is_ok() { "" } else { " of a Rust from https://rustup.rs" };
            bail!(
                "this Rust has no standard library for {target}: `rustup target add {target}'{whose} brings it"
            );
        }
        Ok(())
    }
}

/// Finds cargo alone: `--help` needs no more.
pub fn cargo(variables: &BTreeMap<String, String>) -> Result<PathBuf> {
    named(variables, "CARGO", "cargo")
}

fn named(variables: &BTreeMap<String, String>, variable: &str, usual: &str) -> Result<PathBuf> {
    let name = variables.get(variable).filter(|value| !value.is_empty()).map_or(usual, String::as_str);
    which::which(name).with_context(|| {
        format!("there is no {name}: install Rust with your system's packages or from https://rustup.rs")
    })
}

/// The compiler driver of `CC`, else the usual one; for another machine the one with its name in front.
fn linker(host: &Host, target: &str, build: &str, variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    if let Some(cc) = variables.get("CC") {
        return which::which(cc.split_whitespace().next()?).ok();
    }
    usual_linkers(host, target, build).iter().find_map(|name| which::which(name).ok())
}

/// A musl program of this machine is linked by this machine's compiler: rustc brings the C library.
fn usual_linkers(host: &Host, target: &str, build: &str) -> Vec<String> {
    if target.replace("-musl", "-gnu") == build.replace("-musl", "-gnu") {
        return vec!["cc".to_owned()];
    }
    // Distributions leave the vendor out: aarch64-linux-gnu-gcc.
    let parts: Vec<&str> = host.name.split('-').collect();
    let short =
        if parts.len() > 3 { [&parts[..1], &parts[2..]].concat().join("-") } else { host.name.clone() };
    let mut names = vec![format!("{}-gcc", host.name), format!("{short}-gcc")];
    names.dedup();
    names
}

/// The settings that make cargo link with `CC`, for make to export. None without `CC`, for another machine the
/// compiler with its name in front.
pub fn linker_variable(
    host: &Host,
    target: &str,
    build: &str,
    variables: &BTreeMap<String, String>,
) -> Option<(String, String)> {
    let asked_for = variables.contains_key("CC") || target != build;
    let path = asked_for.then(|| linker(host, target, build, variables)).flatten()?;
    let name = target.to_uppercase().replace(['-', '.'], "_");
    Some((format!("CARGO_TARGET_{name}_LINKER"), Path::display(&path).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers_are_called_after_the_host() {
        let build = "x86_64-unknown-linux-gnu";
        for (name, target, expected) in [
            (build, build, "cc"),
            (build, "x86_64-unknown-linux-musl", "cc"),
            (
                "aarch64-unknown-linux-gnu",
                "aarch64-unknown-linux-gnu",
                "aarch64-unknown-linux-gnu-gcc aarch64-linux-gnu-gcc",
            ),
            ("x86_64-w64-mingw32", "x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc"),
        ] {
            let host = crate::hosts::host(name, &[]);
            assert_eq!(usual_linkers(&host, target, build).join(" "), expected, "{target}");
        }
    }
}
