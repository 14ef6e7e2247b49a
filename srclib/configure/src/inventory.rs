//! What a program is made of: `make sbom` and `make licences`, from what cargo resolves for its target.
//!
//! The bill of materials is CycloneDX 1.5 in JSON. Of a crate that only compiles others (a build script's, a proc macro's) nothing
//! is in the program: its scope is `excluded`.

use anyhow::{Context, Result, bail};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// All crates of a program.
#[derive(Debug)]
pub struct Inventory {
    metadata: Metadata,
    root: PackageId,
    /// In the program itself.
    linked: BTreeSet<PackageId>,
    /// These, and what is needed to compile them.
    all: BTreeSet<PackageId>,
    /// From the lock file, by name and version.
    checksums: BTreeMap<(String, String), String>,
}

impl Inventory {
    /// Asks cargo about the package `program` of a workspace, for one target; the lock file must be up to date.
    pub fn read(workspace: &Path, program: &str, target: &str) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .manifest_path(workspace.join("Cargo.toml"))
            .features(CargoOpt::SomeFeatures(Vec::new()))
            .other_options(["--locked", "--filter-platform", target].map(ToOwned::to_owned))
            .exec()
            .with_context(|| format!("cargo metadata cannot read {}", workspace.display()))?;
        let Some(package) = metadata.packages.iter().find(|package| package.name.as_str() == program) else {
            bail!("{} has no package {program}", workspace.display());
        };
        let lock = workspace.join("Cargo.lock");
        let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let root = package.id.clone();
        let linked =
            reached(&metadata, &root, |package, kind| kind == DependencyKind::Normal && !is_macro(package));
        let all = reached(&metadata, &root, |_, kind| kind != DependencyKind::Development);
        Ok(Self { root, linked, all, checksums: checksums(&lock)?, metadata })
    }

    /// A line for each outside crate: name, version, licence; those that only compile others are said to.
    pub fn licences(&self) -> String {
        let mut text = String::new();
        for package in self.outside() {
            let licence = package.license.as_deref().unwrap_or("see its licence file");
            let note = if self.linked.contains(&package.id) { "" } else { "  (to compile only)" };
            let _ = writeln!(
                text,
                "{:<28} {:<12} {licence}{note}",
                package.name.as_str(),
                package.version.to_string()
            );
        }
        text
    }

    /// CycloneDX 1.5, the same for the same lock file.
    pub fn sbom(&self) -> Result<String> {
        let document = Document {
            bom_format: "CycloneDX",
            spec_version: "1.5",
            version: 1,
            metadata: About { component: self.component(&self.metadata[&self.root], "application") },
            components: self
                .packages()
                .filter(|one| one.id != self.root)
                .map(|one| self.component(one, "library"))
                .collect(),
            dependencies: self.nodes().map(|node| self.dependency(node)).collect(),
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    fn packages(&self) -> impl Iterator<Item = &Package> {
        let mut packages: Vec<&Package> = self.all.iter().map(|id| &self.metadata[id]).collect();
        packages.sort_by_key(|package| (package.name.to_string(), package.version.clone()));
        packages.into_iter()
    }

    fn outside(&self) -> impl Iterator<Item = &Package> {
        self.packages().filter(|package| package.source.is_some())
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut nodes: Vec<&Node> =
            resolved(&self.metadata).filter(|node| self.all.contains(&node.id)).collect();
        nodes.sort_by_key(|node| reference(&self.metadata[&node.id]));
        nodes.into_iter()
    }

    fn component(&self, package: &Package, kind: &'static str) -> Component {
        let (name, version) = (package.name.to_string(), package.version.to_string());
        let checksum = self.checksums.get(&(name.clone(), version.clone()));
        Component {
            kind,
            reference: reference(package),
            purl: package.source.is_some().then(|| reference(package)),
            description: package
                .description
                .as_ref()
                .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")),
            scope: if self.linked.contains(&package.id) { "required" } else { "excluded" },
            hashes: checksum
                .map(|content| Hash { alg: "SHA-256", content: content.clone() })
                .into_iter()
                .collect(),
            // Cargo once wrote / for OR.
            licenses: package
                .license
                .iter()
                .map(|text| Licence { expression: text.replace('/', " OR ") })
                .collect(),
            name,
            version,
        }
    }

    fn dependency(&self, node: &Node) -> Dependency {
        let needed = node.dependencies.iter().filter(|id| self.all.contains(*id));
        let needed: BTreeSet<String> = needed.map(|id| reference(&self.metadata[id])).collect();
        Dependency {
            reference: reference(&self.metadata[&node.id]),
            depends_on: needed.into_iter().collect(),
        }
    }
}

/// A name for a crate that other tools know too: a package URL.
fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn resolved(metadata: &Metadata) -> impl Iterator<Item = &Node> {
    metadata.resolve.iter().flat_map(|resolve| &resolve.nodes)
}

fn is_macro(package: &Package) -> bool {
    package.targets.iter().any(cargo_metadata::Target::is_proc_macro)
}

/// Everything that is reached from `root` by dependencies that `follow` takes.
fn reached(
    metadata: &Metadata,
    root: &PackageId,
    follow: impl Fn(&Package, DependencyKind) -> bool,
) -> BTreeSet<PackageId> {
    let nodes: BTreeMap<&PackageId, &Node> = resolved(metadata).map(|node| (&node.id, node)).collect();
    let mut found = BTreeSet::from([root.clone()]);
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop().and_then(|id| nodes.get(&id)) {
        for needed in &node.deps {
            let package = &metadata[&needed.pkg];
            if needed.dep_kinds.iter().any(|how| follow(package, how.kind))
                && found.insert(needed.pkg.clone())
            {
                open.push(needed.pkg.clone());
            }
        }
    }
    found
}

fn checksums(lock: &str) -> Result<BTreeMap<(String, String), String>> {
    let table: toml::Table = lock.parse().context("Cargo.lock")?;
    let packages = table.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text = |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    Ok(packages
        .filter_map(|package| {
            Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?))
        })
        .collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    bom_format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: About,
    components: Vec<Component>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct About {
    component: Component,
}

#[derive(Serialize)]
struct Component {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    reference: String,
    name: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    scope: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<Licence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct Licence {
    expression: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    reference: String,
    depends_on: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of this very crate, for the machine that the test was compiled on.
    fn own() -> Inventory {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target =
            if cfg!(target_os = "linux") { "x86_64-unknown-linux-gnu" } else { "aarch64-apple-darwin" };
        Inventory::read(&top, "httpd-configure", target).unwrap()
    }

    #[test]
    fn what_compiles_others_is_not_in_the_program() {
        let inventory = own();
        let bill: serde_json::Value = serde_json::from_str(&inventory.sbom().unwrap()).unwrap();
        let components = bill["components"].as_array().unwrap();
        let find = |name: &str| components.iter().find(|one| one["name"] == name).unwrap();
        assert_eq!(find("toml")["scope"], "required");
        assert_eq!(find("serde_derive")["scope"], "excluded");
        assert_eq!(find("toml")["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(find("toml")["purl"].as_str().unwrap().starts_with("pkg:cargo/toml@"));
        assert!(!components.iter().any(|one| one["name"] == "tempfile"), "what tests need is no part of it");
        assert!(!components.iter().any(|one| one["name"] == "windows-sys"), "nor what other targets do");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let bill: serde_json::Value = serde_json::from_str(&own().sbom().unwrap()).unwrap();
        let mut known: BTreeSet<&str> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["bom-ref"].as_str().unwrap())
            .collect();
        known.insert(bill["metadata"]["component"]["bom-ref"].as_str().unwrap());
        for line in bill["dependencies"].as_array().unwrap() {
            assert!(known.contains(line["ref"].as_str().unwrap()), "{line}");
            assert!(
                line["dependsOn"].as_array().unwrap().iter().all(|one| known.contains(one.as_str().unwrap()))
            );
        }
    }

    #[test]
    fn every_crate_has_a_licence() {
        let list = own().licences();
        assert!(list.lines().any(|line| line.starts_with("toml ") && line.contains("MIT")), "{list}");
        assert!(!list.contains("see its licence file"), "{list}");
        assert!(!list.contains("httpd-configure"), "{list}");
    }
}
