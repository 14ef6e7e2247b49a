//! How rustc is told to compile: what options ask of it, and what makes two builds of the same sources the same bytes.

use crate::options::Options;
use crate::toolchain::Toolchain;
use anyhow::Result;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// What kind of program is built: the profile `release` of the source tree, with these settings over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To serve.
    #[default]
    Usual,
    /// `--enable-maintainer-mode`: optimised, with debug information and with the checks of debug builds.
    Maintainer,
    /// `--enable-debugger-mode`: what a debugger shows is what the sources say.
    Debugger,
}

impl Mode {
    /// The mode that was asked for; that for debuggers goes over that for maintainers, as Apache has it.
    pub fn asked(options: &Options) -> Result<Self> {
        let maintainer = options.switch("enable-maintainer-mode")? == Some(true);
        let debugger = options.switch("enable-debugger-mode")? == Some(true);
        Ok(match (debugger, maintainer) {
            (true, _) => Self::Debugger,
            (false, true) => Self::Maintainer,
            (false, false) => Self::Usual,
        })
    }

    /// Lines for `[profile.release]`.
    pub fn settings(self) -> toml::Table {
        let lines = match self {
            Self::Usual => "",
            Self::Maintainer => "debug = 2\ndebug-assertions = true\noverflow-checks = true\nlto = false\n",
            Self::Debugger => {
                "debug = 2\ndebug-assertions = true\noverflow-checks = true\nlto = false\nopt-level = 0\ncodegen-units = 16\n"
            }
        };
        lines.parse().unwrap_or_default()
    }
}

/// RUSTFLAGS for make to export.
pub fn rustflags(options: &Options, tools: &Toolchain, srcdir: &Path, builddir: &Path) -> Result<String> {
    // Debuggers look for sources where they were compiled.
    let workspace = (Mode::asked(options)? == Mode::Usual).then(|| (builddir.join("build"), "/weir"));
    let mut flags: Vec<String> = remapped(tools, srcdir)
        .into_iter()
        .chain(workspace)
        .filter(|(from, _)| !from.to_string_lossy().contains(char::is_whitespace))
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect();
    match options.switch("enable-pie")? {
        Some(true) => flags.push("-Crelocation-model=pie".to_owned()),
        Some(false) => flags.push("-Crelocation-model=static".to_owned()),
        None => {}
    }
    let variable = |name: &str| options.variables.get(name).map(String::as_str).unwrap_or_default();
    flags.extend(variable("LDFLAGS").split_whitespace().map(|flag| format!("-Clink-arg={flag}")));
    flags.extend(variable("RUSTFLAGS").split_whitespace().map(ToOwned::to_owned));
    Ok(flags.join(" "))
}

/// Folders of this machine that rustc would write into the program, and what it shall write in their place; of several that
/// fit, the last one counts. The tree's own folders do not come up: cargo compiles them by paths relative to the workspace, whose own
/// is in the core's library only.
fn remapped(tools: &Toolchain, srcdir: &Path) -> Vec<(PathBuf, &'static str)> {
    let registry = cargo_home().map(|home| home.join("registry/src"));
    // A folder for each registry; with its name gone, crates from there are as those that a tarball brings along.
    let indices = registry.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let crates =
        registry.iter().cloned().chain(indices.map(|entry| entry.path())).chain([srcdir.join("vendor")]);
    let library = tools.sysroot.join("lib/rustlib/src/rust");
    [(library, "/rustc")].into_iter().chain(crates.map(|folder| (folder, "/crates"))).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let given = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    given.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &[&str]) -> Result<String> {
        let options = Options::parse(&line.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let tools = Toolchain {
            cargo: "/bin/cargo".into(),
            rustc: "/bin/rustc".into(),
            version: "1.90.0".parse()?,
            build: "x86_64-unknown-linux-gnu".into(),
            targets: Vec::new(),
            sysroot: "/opt/rust".into(),
        };
        rustflags(&options, &tools, Path::new("/src"), Path::new("/b"))
    }

    #[test]
    fn what_was_given_comes_last() {
        let flags = flags(&["RUSTFLAGS=-C target-cpu=native", "LDFLAGS=-s -Wl,-O1", "--enable-pie"]).unwrap();
        assert!(flags.starts_with("--remap-path-prefix=/opt/rust/lib/rustlib/src/rust=/rustc "), "{flags}");
        let rest = "--remap-path-prefix=/src/vendor=/crates --remap-path-prefix=/b/build=/weir -Crelocation-model=pie -Clink-arg=-s -Clink-arg=-Wl,-O1 -C target-cpu=native";
        assert!(flags.ends_with(rest), "{flags}");
    }

    #[test]
    fn a_switch_is_yes_or_no() {
        assert!(flags(&["--disable-pie"]).unwrap().contains("relocation-model=static"));
        assert!(!flags(&[]).unwrap().contains("relocation-model"));
        let error = flags(&["--enable-pie=perhaps"]).unwrap_err().to_string();
        assert_eq!(error, "--enable-pie=perhaps: it is yes or no");
    }

    #[test]
    fn the_debuggers_mode_goes_over_the_maintainers() {
        let asked = |line: &[&str]| {
            let options = Options::parse(&line.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
            Mode::asked(&options).unwrap()
        };
        assert_eq!(asked(&[]), Mode::Usual);
        assert_eq!(asked(&["--enable-maintainer-mode"]), Mode::Maintainer);
        assert_eq!(asked(&["--enable-maintainer-mode", "--enable-debugger-mode"]), Mode::Debugger);
        assert!(Mode::Usual.settings().is_empty());
        assert_eq!(Mode::Debugger.settings()["opt-level"], toml::Value::from(0));
    }
}
