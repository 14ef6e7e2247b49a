//! Which modules there are: every crate of the tree that has a `[package.metadata.httpd]` in its manifest.

use crate::hosts::Family;
use crate::select::Form;
use anyhow::{Context, Result, anyhow, bail};
use cargo_metadata::{DependencyKind, MetadataCommand, Package, semver::Version};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The source tree: its version, what it needs, and its modules.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Version of the package `httpd`.
    pub version: String,
    /// The oldest rustc that compiles the tree.
    pub rust_version: Version,
    /// The MPMs and the content modules, each kind by (family, package): the order in which they are linked.
    pub modules: Vec<Module>,
}

/// One module, as its manifest describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// What options call it: `alias`; for an MPM the name of its folder: `prefork`.
    pub name: String,
    /// The crate: `mod_alias`, `mpm_prefork`.
    pub package: String,
    /// Its folder, relative to the top of the tree: `modules/mappers/mod_alias`. Absolute if it lies elsewhere.
    pub folder: String,
    /// The folder above that: `mappers`.
    pub family: String,
    /// Packages of other modules that this one is built on.
    pub needs: Vec<String>,
    /// For one that `--with-module` brought: in which form, if that was said.
    pub outside: Option<Option<Form>>,
    /// What the manifest says.
    pub about: About,
}

/// The table `[package.metadata.httpd]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Whether one of these is linked, or any number.
    pub kind: Kind,
    /// What `<IfModule>` and `LoadModule` call it.
    pub symbol: String,
    /// What `httpd -l` prints.
    pub file: String,
    /// The first group of modules that it belongs to. An MPM has no use for it.
    #[serde(default)]
    pub enable: Enable,
    /// One line, without a full stop.
    pub help: String,
    /// For an MPM: whom it suits, in one line that ends the sentence "is for ...".
    #[serde(default, rename = "for")]
    pub suits: Option<String>,
    /// The families of hosts it works on. Empty: all, for an MPM none.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether it must be linked in: there is no LoadModule before mod_so.
    #[serde(default, rename = "static")]
    pub always_static: bool,
    /// For an MPM: whether it has threads, in the words of `httpd -V`.
    #[serde(default)]
    pub threaded: Option<String>,
    /// For an MPM: whether it has processes.
    #[serde(default)]
    pub forked: Option<String>,
    /// Other names by which it can be chosen.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// Whether one of these is linked, or any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any number.
    #[default]
    Content,
    /// One and only one.
    Mpm,
}

/// The groups of modules, each with all of the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enable {
    /// In every selection but `none`.
    Yes,
    /// In the default selection.
    Most,
    /// In the selection `all`.
    All,
    /// By name only.
    #[default]
    No,
}

impl Enable {
    /// As manifests write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Most => "most",
            Self::All => "all",
            Self::No => "no",
        }
    }
}

impl About {
    /// With names that code, a configuration and one line of `--help` can carry.
    fn checked(self) -> Result<Self> {
        let word = |name: &str, more: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || more.contains(c))
        };
        if !word(&self.symbol, "") {
            bail!("symbol = {:?}: it is made of letters, digits and _, as in alias_module", self.symbol);
        }
        if !word(&self.file, ".-") {
            bail!("file = {:?}: it is a file's name, as in mod_alias.c", self.file);
        }
        if self.help.chars().any(char::is_control) {
            bail!("help = {:?}: it is one line", self.help);
        }
        Ok(self)
    }
}

impl Tree {
    /// Asks cargo for the manifests below `srcdir`. Reads only them: no network, no lock file.
    pub fn read(srcdir: &Path, cargo: &Path) -> Result<Self> {
        let manifest = srcdir.join("Cargo.toml");
        let metadata = MetadataCommand::new()
            .cargo_path(cargo)
            .manifest_path(&manifest)
            .no_deps()
            .exec()
            .with_context(|| format!("cargo metadata cannot read {}", manifest.display()))?;
        let core = metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == "httpd")
            .ok_or_else(|| anyhow!("{} is not the source tree of Weir httpd", srcdir.display()))?;
        let mut modules = Vec::new();
        for package in &metadata.packages {
            modules.extend(Module::read(package, metadata.workspace_root.as_std_path())?);
        }
        Ok(Self {
            version: core.version.to_string(),
            rust_version: core.rust_version.clone().unwrap_or(Version::new(1, 0, 0)),
            modules: in_order(modules),
        })
    }

    /// Adds a module from elsewhere: `PATH[:static|:shared]`, the folder of a crate.
    pub fn add(&mut self, given: &str, cargo: &Path) -> Result<()> {
        let (path, form) = match given.rsplit_once(':') {
            Some((path, "static")) => (path, Some(Form::Static)),
            Some((path, "shared")) => (path, Some(Form::Shared)),
            _ => (given, None),
        };
        let module =
            Module::elsewhere(path, form, cargo).with_context(|| format!("--with-module={given}"))?;
        let names = |module: &Module| {
            [&module.about.symbol, &module.about.file, &module.package, &module.name].map(Clone::clone)
        };
        let clash = self.modules.iter().find_map(|other| {
            let same = names(&module).into_iter().zip(names(other)).find(|(own, others)| own == others);
            same.map(|(name, _)| (other, name))
        });
        if let Some((rival, name)) = clash {
            bail!(
                "two modules are called {name}: {} in {} and {} in {}",
                rival.package,
                rival.folder,
                module.package,
                module.folder
            );
        }
        self.modules.push(module);
        Ok(())
    }

    /// The modules that any number can be linked of, in order.
    pub fn content(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.about.kind == Kind::Content)
    }

    /// The MPMs, in order, that of the test runner too.
    pub fn mpms(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.about.kind == Kind::Mpm)
    }
}

impl Module {
    /// Whether it works on this family of hosts.
    pub fn runs_on(&self, family: Family) -> bool {
        let anywhere = self.about.kind == Kind::Content && self.about.hosts.is_empty();
        anywhere || self.about.hosts.iter().any(|host| host == family.word())
    }

    /// Its package's name as code has it.
    pub fn krate(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Whether it is for a server, and not for the test runner alone.
    pub fn is_choice(&self) -> bool {
        self.about.kind == Kind::Content || self.about.hosts.iter().any(|host| host != "test")
    }

    /// Whether `name`, with `-` for `_` as options have it, means this module.
    pub fn answers_to(&self, name: &str) -> bool {
        let same = |own: &str| own.replace('_', "-") == name.replace('_', "-");
        same(&self.name) || same(&self.package) || self.about.aliases.iter().any(|alias| same(alias))
    }

    /// None for a crate that is no module.
    fn read(package: &Package, top: &Path) -> Result<Option<Self>> {
        let manifest = package.manifest_path.as_std_path();
        let Some(about) = about(package)? else { return Ok(None) };
        let Some((folder, family, own)) = place(manifest, top) else {
            bail!("{}: a module lies at modules/FAMILY/NAME", manifest.display());
        };
        let name = match about.kind {
            Kind::Mpm => own,
            Kind::Content => package.name.strip_prefix("mod_").unwrap_or(&package.name),
        };
        Ok(Some(Self {
            name: name.to_owned(),
            package: package.name.to_string(),
            folder: folder.to_owned(),
            family: family.to_owned(),
            needs: normal_dependencies(package),
            outside: None,
            about,
        }))
    }

    /// A crate that lies outside of the tree.
    fn elsewhere(path: &str, form: Option<Form>, cargo: &Path) -> Result<Self> {
        let package = package_in(Path::new(path), cargo)?;
        let manifest = package.manifest_path.as_std_path();
        let Some(about) = about(&package)? else {
            bail!("{} has no [package.metadata.httpd], which says what the module is", manifest.display());
        };
        if !package.targets.iter().any(cargo_metadata::Target::is_lib) {
            bail!("{} has no library, and a module is one", manifest.display());
        }
        let folder = manifest.parent().unwrap_or(manifest).display().to_string();
        let unprefixed = package.name.trim_start_matches("mod_").trim_start_matches("mpm_");
        Ok(Self {
            name: unprefixed.to_owned(),
            package: package.name.to_string(),
            folder,
            family: "third-party".to_owned(),
            needs: Vec::new(),
            outside: Some(form),
            about,
        })
    }
}

/// What a manifest says of its module, if it is one.
fn about(package: &Package) -> Result<Option<About>> {
    let table = package.metadata.get("httpd");
    let about = table.map(About::deserialize).transpose().map_err(anyhow::Error::from);
    let about = about.and_then(|about| about.map(About::checked).transpose());
    about.with_context(|| format!("{}: [package.metadata.httpd]", package.manifest_path))
}

/// The package whose manifest lies in this folder.
fn package_in(folder: &Path, cargo: &Path) -> Result<Package> {
    let folder = folder.canonicalize().map_err(|_| anyhow!("there is no such folder"))?;
    let manifest: PathBuf = folder.join("Cargo.toml");
    if !manifest.is_file() {
        bail!("there is no Cargo.toml in it: a module is a crate");
    }
    let mut command = MetadataCommand::new();
    let metadata = command.cargo_path(cargo).manifest_path(&manifest).no_deps().exec();
    let metadata = metadata.map_err(|error| anyhow!("{}: {}", manifest.display(), in_a_sentence(&error)))?;
    let own = metadata.packages.into_iter().find(|package| package.manifest_path.as_std_path() == manifest);
    own.ok_or_else(|| anyhow!("{} has no [package]", manifest.display()))
}

/// What cargo says of a manifest, without the excerpt.
fn in_a_sentence(error: &cargo_metadata::Error) -> String {
    let cargo_metadata::Error::CargoMetadata { stderr } = error else { return error.to_string() };
    let first = stderr.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let cause = stderr.lines().skip_while(|line| *line != "Caused by:").nth(1).unwrap_or_default().trim();
    if cause.is_empty() { first.to_owned() } else { format!("{first}: {cause}") }
}

/// The folder of a manifest below `top`, that of its family, and its own name.
fn place<'a>(manifest: &'a Path, top: &Path) -> Option<(&'a str, &'a str, &'a str)> {
    let folder = manifest.strip_prefix(top).ok()?.parent()?.to_str()?;
    let (above, own) = folder.rsplit_once('/')?;
    let (_, family) = above.rsplit_once('/')?;
    Some((folder, family, own))
}

fn normal_dependencies(package: &Package) -> Vec<String> {
    let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    normal.map(|dependency| dependency.name.clone()).collect()
}

/// Sorts by (family, package) and forgets dependencies on anything but modules.
fn in_order(mut modules: Vec<Module>) -> Vec<Module> {
    modules.sort_by(|a, b| (&a.family, &a.package).cmp(&(&b.family, &b.package)));
    let packages: Vec<String> = modules.iter().map(|module| module.package.clone()).collect();
    for module in &mut modules {
        module.needs.retain(|needed| packages.contains(needed));
    }
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree that this crate lies in.
    fn this_tree() -> Tree {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Tree::read(&top, Path::new(env!("CARGO"))).unwrap()
    }

    #[test]
    fn every_module_of_this_tree_says_what_it_is() {
        for Module { package, about, .. } in this_tree().modules {
            let symbol = format!("{}_module", package.trim_start_matches("mod_"));
            assert_eq!(about.symbol, symbol, "{package}: symbol");
            let file = Path::new(&about.file).extension();
            assert!(file.is_some_and(|c| c == "c"), "{package}: file is what <IfModule {package}.c> tests");
            assert!(!about.help.is_empty() && about.help.len() <= 90, "{package}: help is one line");
            assert!(!about.help.ends_with('.'), "{package}: help has no full stop");
            assert_eq!(about.kind == Kind::Mpm, about.suits.is_some(), "{package}: for is for an MPM");
            assert_eq!(
                about.kind == Kind::Mpm,
                about.threaded.is_some(),
                "{package}: threaded is for an MPM"
            );
        }
    }

    #[test]
    fn modules_come_by_family_and_package() {
        let tree = this_tree();
        assert!(tree.modules.is_sorted_by_key(|module| (&module.family, &module.package)));
        let hello = tree.content().find(|module| module.name == "hello").unwrap();
        assert_eq!(hello.folder, "modules/examples/mod_hello");
        assert_eq!(hello.about.enable, Enable::No);
    }

    /// What is said of a crate with this manifest, and perhaps a library.
    fn refused(manifest: Option<&str>, library: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mod_mine");
        std::fs::create_dir(&path).unwrap();
        if let Some(manifest) = manifest {
            std::fs::write(path.join("Cargo.toml"), manifest).unwrap();
        }
        std::fs::create_dir(path.join("src")).unwrap();
        std::fs::write(path.join(if library { "src/lib.rs" } else { "src/main.rs" }), "fn main() {}")
            .unwrap();
        let given = path.display().to_string();
        let error = this_tree().add(&given, Path::new(env!("CARGO"))).unwrap_err();
        let path = path.canonicalize().unwrap().display().to_string();
        format!("{error:#}").replace(&given, "PATH").replace(&path, "PATH")
    }

    #[test]
    fn a_crate_that_is_no_module_is_told_why() {
        const PACKAGE: &str =
            "[package]\nname = 'mod_mine'\nversion = '0.1.0'\nedition = '2024'\n[workspace]\n";
        let with = |about: &str| format!("{PACKAGE}[package.metadata.httpd]\n{about}");
        let whole = "kind = 'content'\nsymbol = 'alias_module'\nfile = 'mod_mine.c'\nhelp = 'mine'";
        let partly = "PATH/Cargo.toml: [package.metadata.httpd]";
        for (manifest, library, expected) in [
            (None, true, "there is no Cargo.toml in it: a module is a crate"),
            (Some("[package\n".to_owned()), true, "PATH/Cargo.toml: unclosed table, expected `]`"),
            (Some("[workspace]\n".to_owned()), true, "PATH/Cargo.toml has no [package]"),
            (
                Some(PACKAGE.to_owned()),
                true,
                "PATH/Cargo.toml has no [package.metadata.httpd], which says what the module is",
            ),
            (Some(with("kind = 'content'")), true, &format!("{partly}: missing field `symbol`")),
            (
                Some(with("kind = 'contents'")),
                true,
                &format!("{partly}: unknown variant `contents`, expected `content` or `mpm`"),
            ),
            (
                Some(with(&whole.replace("alias_module", "a; b"))),
                true,
                &format!(
                    r#"{partly}: symbol = "a; b": it is made of letters, digits and _, as in alias_module"#
                ),
            ),
            (
                Some(with(&whole.replace("mod_mine.c", "../c"))),
                true,
                &format!(r#"{partly}: file = "../c": it is a file's name, as in mod_alias.c"#),
            ),
            (
                Some(with(&whole.replace("'mine'", r#""my\nown""#))),
                true,
                &format!(r#"{partly}: help = "my\nown": it is one line"#),
            ),
            (Some(with(whole)), false, "PATH/Cargo.toml has no library, and a module is one"),
        ] {
            assert_eq!(refused(manifest.as_deref(), library), format!("--with-module=PATH: {expected}"));
        }
        assert_eq!(
            refused(Some(&with(whole)), true),
            "two modules are called alias_module: mod_alias in modules/mappers/mod_alias and mod_mine in PATH"
        );
        assert_eq!(
            refused(
                Some(&with(&whole.replace("alias_module", "mine_module").replace("mod_mine.c", "mod_dir.c"))),
                true
            ),
            "two modules are called mod_dir.c: mod_dir in modules/mappers/mod_dir and mod_mine in PATH"
        );
        let gone = this_tree().add("/nowhere", Path::new(env!("CARGO"))).unwrap_err();
        assert_eq!(format!("{gone:#}"), "--with-module=/nowhere: there is no such folder");
    }

    #[test]
    fn a_module_answers_to_both_spellings_and_to_its_aliases() {
        let winnt = Module {
            name: "mpm_winnt".into(),
            package: "mpm_winnt".into(),
            about: About { aliases: vec!["winnt".into()], ..About::default() },
            ..Module::default()
        };
        assert!(["mpm_winnt", "mpm-winnt", "winnt"].iter().all(|name| winnt.answers_to(name)));
        assert!(!winnt.answers_to("prefork"));
    }
}
