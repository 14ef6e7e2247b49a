//! The lock file of the generated workspace: the tree's own, without the packages that are not used.
//!
//! make builds `--locked`, so what runs is what the tree was tested with, to the byte.

use crate::files::Undo;
use crate::report::Report;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Brings BUILD/build/Cargo.lock up to date. `changed` says that a manifest was written anew; else a lock file made from
/// the same lock file of the tree is left alone. Crates that the tree's has not are an error, but for `outside`: modules
/// that lie elsewhere may bring some, and they are told.
pub fn update(
    srcdir: &Path,
    workspace: &Path,
    cargo: &Path,
    (changed, outside): (bool, bool),
    undo: &mut Undo,
    report: &mut Report,
) -> Result<()> {
    let lock = workspace.join("Cargo.lock");
    let source = workspace.join("Cargo.lock.tree");
    let tree = srcdir.join("Cargo.lock");
    let text = fs::read_to_string(&tree).with_context(|| format!("cannot read {}", tree.display()))?;
    if !changed && lock.is_file() && fs::read_to_string(&source).is_ok_and(|old| old == text) {
        // Manifests that lie elsewhere may have changed without our knowing.
        if !outside {
            return Ok(());
        }
        undo.take_and_copy(&lock)?;
        return prune(workspace, cargo, report);
    }
    // The copy comes last: a run that is killed half-way is made good by the next.
    undo.take(&source)?;
    undo.take(&lock)?;
    fs::write(&lock, &text).with_context(|| format!("cannot write {}", lock.display()))?;
    prune(workspace, cargo, report)?;
    let pruned = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let foreign = not_in(&pruned, &text)?;
    if outside {
        for package in &foreign {
            report.say(&format!(
                "configure: not in the tree's Cargo.lock, for a module from elsewhere: {package}"
            ));
        }
    } else if !foreign.is_empty() {
        bail!("{} has other crates than {}: {}", lock.display(), tree.display(), foreign.join(", "));
    }
    fs::write(&source, text).with_context(|| format!("cannot write {}", source.display()))
}

/// Lets cargo add the generated packages and drop what they do not use; asks the network only if it must.
fn prune(workspace: &Path, cargo: &Path, report: &mut Report) -> Result<()> {
    let manifest = workspace.join("Cargo.toml");
    let mut offline = Command::new(cargo);
    offline.args(["update", "--workspace", "--offline", "--manifest-path"]).arg(&manifest);
    if report.run(&mut offline).is_ok() {
        return Ok(());
    }
    let mut online = Command::new(cargo);
    online.args(["update", "--workspace", "--manifest-path"]).arg(&manifest);
    report.run(&mut online).map(drop)
}

/// The packages from a registry that `lock` has and `tree` has not.
fn not_in(lock: &str, tree: &str) -> Result<Vec<String>> {
    let tree = registry_packages(tree)?;
    Ok(registry_packages(lock)?
        .difference(&tree)
        .map(|package| format!("{} {}", package.name, package.version))
        .collect())
}

fn registry_packages(lock: &str) -> Result<BTreeSet<Package>> {
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    Ok(lock.package.into_iter().filter(|package| package.checksum.is_some()).collect())
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    checksum: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "version = 4\n[[package]]\nname = 'a'\nversion = '1.0.0'\nchecksum = 'aa'\n\
        [[package]]\nname = 'b'\nversion = '1.0.0'\nchecksum = 'bb'\n[[package]]\nname = 'httpd'\nversion = '0.1.0'\n";

    #[test]
    fn a_pruned_lock_is_a_subset() {
        let pruned = "[[package]]\nname = 'a'\nversion = '1.0.0'\nchecksum = 'aa'\n\
            [[package]]\nname = 'httpd-program'\nversion = '0.1.0'\n";
        assert_eq!(not_in(pruned, TREE).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn another_version_or_checksum_is_noticed() {
        for (version, checksum) in [("1.0.1", "aa"), ("1.0.0", "ab")] {
            let other = format!("[[package]]\nname = 'a'\nversion = '{version}'\nchecksum = '{checksum}'\n");
            assert_eq!(not_in(&other, TREE).unwrap(), [format!("a {version}")]);
        }
    }
}
