//! `configure collect`, which make runs after cargo where modules can be loaded: puts the core's library, Rust's own, and the
//! modules' files where the program finds them, and what apxs compiles against beside them.

use crate::render;
use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact, CrateType, Message, TargetKind};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Below the build directory: the libraries that the program needs.
const LIBRARIES: &str = "build/lib";
/// Below the build directory: the modules' files.
const MODULES: &str = "build/modules";
/// Below the build directory: what rustc knows of the core and of the crates in it.
const DEPS: &str = "build/apxs/deps";

/// Arguments: what cargo said of its artifacts (`--message-format=json`), rustc, the target.
pub fn main(args: &[String]) -> Result<()> {
    let [messages, rustc, target] = args else { bail!("usage: configure collect MESSAGES RUSTC TARGET") };
    let file = fs::File::open(messages).with_context(|| format!("cannot read {messages}"))?;
    let mut found = Found::default();
    for message in Message::parse_stream(BufReader::new(file)) {
        if let Message::CompilerArtifact(artifact) = message? {
            found.take(&artifact);
        }
    }
    found.libraries.extend(standard_library(rustc, target)?);
    place(LIBRARIES, &found.libraries)?;
    place(MODULES, &found.modules)?;
    place(DEPS, &found.deps)
}

/// Files, each with the name it is to have.
type Files = Vec<(PathBuf, String)>;

#[derive(Default)]
struct Found {
    libraries: Files,
    modules: Files,
    deps: Files,
}

impl Found {
    fn take(&mut self, artifact: &Artifact) {
        let files = || artifact.filenames.iter().map(|path| path.as_std_path().to_owned());
        let named = |path: PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (path, name)
        };
        let ends = |end: &'static str| move |path: &PathBuf| path.extension() == Some(OsStr::new(end));
        if artifact.target.crate_types.contains(&CrateType::DyLib) {
            self.libraries.extend(files().map(named));
        } else if let Some(package) = artifact.target.name.strip_prefix("so_") {
            self.modules.extend(files().map(|path| (path, render::so(package))));
        } else if artifact.target.kind.contains(&TargetKind::ProcMacro) {
            self.deps.extend(files().filter(ends("so")).map(named));
        } else if artifact.target.is_lib() && is_of_the_core(artifact) {
            self.deps.extend(files().filter(ends("rmeta")).map(named));
        }
    }
}

/// Crates from a registry and our own; modules are not part of the core.
fn is_of_the_core(artifact: &Artifact) -> bool {
    !artifact.manifest_path.components().any(|part| part.as_str() == "modules")
}

/// The library that the core's needs in its turn, by a name that no other version of rustc has.
fn standard_library(rustc: &str, target: &str) -> Result<Files> {
    let output = Command::new(rustc)
        .args(["--print", "sysroot"])
        .output()
        .with_context(|| format!("cannot run {rustc}"))?;
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let folder = Path::new(&sysroot).join("lib/rustlib").join(target).join("lib");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("libstd-") && name.ends_with(std::env::consts::DLL_SUFFIX) {
            files.push((folder.join(&name), name));
        }
    }
    if files.is_empty() {
        bail!("{} has no libstd: modules cannot be loaded at run time on {target}", folder.display());
    }
    Ok(files)
}

/// Makes `folder` hold these files and no others. What is there with the same text stays; the rest is renamed into its
/// place, for a server may run what lay there.
fn place(folder: &str, files: &[(PathBuf, String)]) -> Result<()> {
    let folder = Path::new(folder);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let names: BTreeSet<&str> = files.iter().map(|(_, name)| name.as_str()).collect();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !names.contains(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())
                .with_context(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    for (source, name) in files {
        copy(source, &folder.join(name))
            .with_context(|| format!("cannot write {}", folder.join(name).display()))?;
    }
    Ok(())
}

fn copy(source: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(source)?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let new = to.with_extension("new");
    fs::write(&new, bytes)?;
    Ok(fs::rename(new, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_it_should_and_what_is_the_same_stays() {
        let ground = tempfile::tempdir().unwrap();
        let at = |name: &str| ground.path().join(name);
        let folder = at("lib").display().to_string();
        let file = |text: &str| {
            fs::write(at("source"), text).unwrap();
            vec![(at("source"), "libx.so".to_owned())]
        };
        place(&folder, &file("one")).unwrap();
        let before = fs::metadata(at("lib/libx.so")).unwrap().modified().unwrap();
        fs::write(at("lib/libold.so"), "").unwrap();
        place(&folder, &file("one")).unwrap();
        assert_eq!(fs::metadata(at("lib/libx.so")).unwrap().modified().unwrap(), before);
        assert!(!at("lib/libold.so").exists());
        place(&folder, &file("two")).unwrap();
        assert_eq!(fs::read_to_string(at("lib/libx.so")).unwrap(), "two");
        assert_eq!(fs::read_dir(at("lib")).unwrap().count(), 1);
    }
}
