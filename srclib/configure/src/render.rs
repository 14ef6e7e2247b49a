//! From decisions to files: each row of [`OUTPUTS`] is one template of `templates/`, filled in.

use crate::discover::{Enable, Kind, Module};
use crate::elsewhere::{Elsewhere, elsewhere};
use crate::files::Output;
use crate::flags::Mode;
use crate::layout::Dirs;
use crate::report::quoted;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use tera::{Context, Kwargs, State, Tera};

/// All that was decided.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Of Weir.
    pub version: &'a str,
    /// Absolute.
    pub srcdir: &'a Path,
    /// Absolute.
    pub builddir: &'a Path,
    /// Arguments to configure, for config.nice.
    pub arguments: &'a [String],
    /// What `--with-program-name` and its relatives made of `httpd`.
    pub program_name: &'a str,
    /// `.exe` where programs have it.
    pub program_suffix: &'a str,
    /// Of the shipped httpd.conf.
    pub port: u16,
    /// The one MPM: linked in, unless it is among the shared ones; then it is the one that httpd.conf loads.
    pub mpm: &'a Module,
    /// The modules that are linked in, in order.
    pub modules: Vec<&'a Module>,
    /// The modules that are built as files of their own, MPMs first.
    pub shared: Vec<&'a Module>,
    /// Files of other modules can be loaded, whether there are any yet or not.
    pub loads: bool,
    /// The shipped httpd.conf loads every shared module.
    pub load_all: bool,
    /// The MPM of the test runner, and all modules there are.
    pub runner: Option<(&'a Module, Vec<&'a Module>)>,
    /// Every module of the tree.
    pub tree: &'a [Module],
    /// Where things go.
    pub dirs: &'a Dirs,
    /// `--with-layout-file`, or nothing.
    pub layout_file: &'a str,
    /// The user and the group of the shipped httpd.conf.
    pub identity: (&'a str, &'a str),
    /// The Rust target.
    pub target: &'a str,
    /// The machine that compiles, as a Rust target.
    pub build: &'a str,
    /// Absolute.
    pub cargo: &'a Path,
    /// Absolute.
    pub rustc: &'a Path,
    /// Of rustc.
    pub rustc_version: &'a str,
    /// What kind of program is built.
    pub mode: Mode,
    /// Variables that make exports to cargo.
    pub variables: BTreeMap<String, String>,
}

/// Options that the next run does not get from this one: `config.status -q` must not silence `config.status --recheck`.
const OF_ONE_RUN: &[&str] = &["-q", "--quiet", "--silent", "-n", "--no-create"];

/// A template and the file that it becomes, relative to the build directory.
struct Row {
    template: &'static str,
    path: &'static str,
    executable: bool,
}

/// Below BUILD/build, a link to the source tree: cargo names what it compiles by its place below the workspace, and so
/// programs that are built in two places are the same to the byte.
pub const TREE: &str = "tree";

/// The file whose date says when all was written.
pub const LAST: &str = "config.status";

/// Files of the whole build.
const OUTPUTS: &[Row] = &[
    file("workspace.toml", "build/Cargo.toml"),
    file("program/build.rs", "build/build.rs"),
    file("httpd.conf", "build/conf/httpd.conf"),
    file("envvars", "build/conf/envvars"),
    program("apachectl", "build/conf/apachectl"),
    file("system/httpd.service", "build/conf/system/httpd.service"),
    file("system/httpd.socket", "build/conf/system/httpd.socket"),
    file("system/sysusers", "build/conf/system/sysusers"),
    file("system/tmpfiles", "build/conf/system/tmpfiles"),
    file("system/logrotate", "build/conf/system/logrotate"),
    file("debian/control", "build/conf/debian/control"),
    program("debian/postinst", "build/conf/debian/postinst"),
    program("debian/prerm", "build/conf/debian/prerm"),
    program("debian/postrm", "build/conf/debian/postrm"),
    file("install.list", "build/install.list"),
    file("run.conf", "build/run/httpd.conf"),
    program("config.nice", "config.nice"),
    file("config_vars.mk", "config_vars.mk"),
    program("config.status", LAST),
];

/// Files for modules of their own files: the core as a library, what `make run` and the tests load, and what apxs needs.
const SHARED: &[Row] = &[
    file("core/Cargo.toml", "build/core/Cargo.toml"),
    file("core/build.rs", "build/core/build.rs"),
    file("core/lib.rs", "build/core/src/lib.rs"),
    file("modules.conf", "build/run/modules.conf"),
];

/// Files of a shared module, below `build/so-NAME`.
const MODULE: &[Row] = &[file("shared/Cargo.toml", "Cargo.toml"), file("shared/lib.rs", "src/lib.rs")];

/// Files of a crate that stands for one inside the core, below `build/apxs`.
const STUB: &[Row] = &[
    file("apxs/Cargo.toml", "Cargo.toml"),
    file("apxs/build.rs", "build.rs"),
    file("apxs/lib.rs", "src/lib.rs"),
];

/// Crates whose types stand in the core's interfaces: a module that names one must get the core's own.
const INSIDE_CORE: &[&str] = &["bytes", "tokio"];

/// Files of a program, below `build/program` and `build/check`.
const PROGRAM: &[Row] = &[
    file("program/Cargo.toml", "Cargo.toml"),
    file("program/main.rs", "src/main.rs"),
    file("program/modules.rs", "src/modules.rs"),
    file("program/elsewhere.txt", "src/elsewhere.txt"),
];

/// The Makefile of a build outside the source tree.
const MAKEFILE: Row = file("Makefile", "Makefile");

const fn file(template: &'static str, path: &'static str) -> Row {
    Row { template, path, executable: false }
}

const fn program(template: &'static str, path: &'static str) -> Row {
    Row { template, path, executable: true }
}

/// Renders everything; writes nothing.
pub fn outputs(plan: &Plan) -> Result<Vec<Output>> {
    let tera = templates(plan)?;
    let context = context(plan)?;
    let mut outputs = Vec::new();
    for (folder, program) in programs(plan)? {
        let mut context = context.clone();
        context.insert("crate", &program);
        for row in PROGRAM {
            outputs.push(render(&tera, row, Path::new("build").join(folder).join(row.path), &context)?);
        }
    }
    for row in OUTPUTS {
        outputs.push(render(&tera, row, row.path.into(), &context)?);
    }
    if plan.is_dynamic() {
        outputs.extend(shared_outputs(plan, &tera, &context)?);
    }
    if plan.srcdir != plan.builddir {
        outputs.insert(0, render(&tera, &MAKEFILE, MAKEFILE.path.into(), &context)?);
    }
    Ok(outputs)
}

fn shared_outputs(plan: &Plan, tera: &Tera, context: &Context) -> Result<Vec<Output>> {
    let mut outputs = Vec::new();
    for row in SHARED {
        outputs.push(render(tera, row, row.path.into(), context)?);
    }
    for module in shared(plan) {
        let mut context = context.clone();
        context.insert("module", &module);
        for row in MODULE {
            let path = Path::new("build").join(format!("so-{}", module.package)).join(row.path);
            outputs.push(render(tera, row, path, &context)?);
        }
    }
    for stub in stubs(plan)? {
        let mut context = context.clone();
        context.insert("stub", &stub);
        for row in STUB {
            outputs.push(render(
                tera,
                row,
                Path::new("build/apxs").join(&stub.name).join(row.path),
                &context,
            )?);
        }
    }
    Ok(outputs)
}

impl Plan<'_> {
    /// Modules can be loaded at run time: the core is a library, and not linked in.
    pub fn is_dynamic(&self) -> bool {
        self.loads || !self.shared.is_empty()
    }

    /// The MPM is loaded at run time.
    pub fn mpm_is_shared(&self) -> bool {
        self.shared.contains(&self.mpm)
    }

    /// Some modules lie outside of the tree.
    pub fn has_outside(&self) -> bool {
        self.modules.iter().chain(&self.shared).any(|module| module.outside.is_some())
    }
}

/// The files that cargo reads: if one of them is new, the lock file may have to change.
pub fn is_manifest(output: &Output) -> bool {
    output.path.ends_with("Cargo.toml")
}

/// One crate with a `main`, as its templates see it.
#[derive(Serialize)]
struct Program<'a> {
    package: &'static str,
    binary: &'a str,
    entry: &'static str,
    libraries: Vec<Linked<'a>>,
    mpm: Option<Linked<'a>>,
    /// The core is a library beside it.
    dynamic: bool,
    modules: Vec<Linked<'a>>,
    elsewhere: Vec<Elsewhere>,
}

/// A crate that is linked in.
#[derive(Serialize)]
struct Linked<'a> {
    name: &'a str,
    package: &'a str,
    /// The package's name as code has it.
    krate: String,
    file: &'a str,
    folder: &'a str,
    path: PathBuf,
}

/// A module that is built as a file of its own.
#[derive(Serialize)]
struct Shared<'a> {
    package: &'a str,
    krate: String,
    symbol: &'a str,
    file: &'a str,
    path: PathBuf,
    /// Its own file.
    so: String,
    is_mpm: bool,
    /// The shipped httpd.conf loads it.
    loaded: bool,
}

/// A crate that stands for one inside the core.
#[derive(Serialize)]
struct Stub {
    name: String,
    version: String,
    features: Vec<String>,
}

/// The name of a shared module's file: `mod_alias.so`, `mod_mpm_event.so`.
pub fn so(package: &str) -> String {
    let prefix = if package.starts_with("mpm_") { "mod_" } else { "" };
    format!("{prefix}{package}.so")
}

fn shared<'a>(plan: &'a Plan<'a>) -> Vec<Shared<'a>> {
    let row = |module: &&'a Module| Shared {
        package: &module.package,
        krate: module.krate(),
        symbol: &module.about.symbol,
        file: &module.about.file,
        path: in_tree(&module.folder),
        so: so(&module.package),
        is_mpm: module.about.kind == Kind::Mpm,
        loaded: match module.about.kind {
            Kind::Mpm => *module == plan.mpm,
            Kind::Content => plan.load_all || module.outside.is_some() || module.about.enable <= Enable::Most,
        },
    };
    plan.shared.iter().map(row).collect()
}

/// The core itself, and the crates in it that modules share with it, in the versions of the tree's lock file.
fn stubs(plan: &Plan) -> Result<Vec<Stub>> {
    let manifest: toml::Table =
        read(&plan.srcdir.join("Cargo.toml"))?.parse().context("Cargo.toml of the source tree")?;
    let lock: toml::Table =
        read(&plan.srcdir.join("Cargo.lock"))?.parse().context("Cargo.lock of the source tree")?;
    let mut stubs =
        vec![Stub { name: "httpd".to_owned(), version: plan.version.to_owned(), features: Vec::new() }];
    for name in INSIDE_CORE {
        let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
        let text = |package: &toml::Value, key| {
            package.get(key).and_then(toml::Value::as_str).map(ToOwned::to_owned)
        };
        let mut versions = packages.filter(|package| text(package, "name").as_deref() == Some(*name));
        let version = versions.find_map(|package| text(package, "version"));
        let version = version.with_context(|| format!("Cargo.lock of the source tree has no {name}"))?;
        stubs.push(Stub { name: (*name).to_owned(), version, features: features(&manifest, name) });
    }
    Ok(stubs)
}

/// The features of a crate that the core is built with: a module may ask for no others.
fn features(manifest: &toml::Table, name: &str) -> Vec<String> {
    let workspace = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let listed = workspace.and_then(|all| all.get(name)?.get("features")?.as_array());
    let names = listed.into_iter().flatten().filter_map(toml::Value::as_str);
    names.map(ToOwned::to_owned).collect()
}

fn programs<'a>(plan: &'a Plan<'a>) -> Result<Vec<(&'static str, Program<'a>)>> {
    let apache = read(&plan.srcdir.join("templates/apache-modules.txt"))?;
    let elsewhere = |mpm: Option<&Module>, modules: &[&Module], shared: &[&Module]| {
        let linked = modules.iter().copied().chain(mpm).map(|module| module.about.file.as_str());
        elsewhere(&apache, plan.tree, &linked.collect::<Vec<_>>(), shared)
    };
    let linked_mpm = (!plan.mpm_is_shared()).then_some(plan.mpm);
    let linked = |module: &'a Module| Linked {
        name: &module.name,
        package: &module.package,
        krate: module.krate(),
        file: &module.about.file,
        folder: &module.folder,
        path: in_tree(&module.folder),
    };
    let test = Linked {
        name: "",
        package: "httpd-test",
        krate: "httpd_test".to_owned(),
        file: "",
        folder: "test",
        path: in_tree("test"),
    };
    let server = Program {
        package: "httpd-program",
        binary: plan.program_name,
        entry: "httpd::program::main",
        libraries: Vec::new(),
        mpm: linked_mpm.map(linked),
        dynamic: plan.is_dynamic(),
        modules: plan.modules.iter().copied().map(linked).collect(),
        elsewhere: elsewhere(linked_mpm, &plan.modules, &plan.shared),
    };
    let runner = plan.runner.as_ref().map(|(mpm, modules)| Program {
        package: "httpd-check",
        binary: "check",
        entry: "httpd_test::main",
        libraries: vec![test],
        mpm: Some(linked(mpm)),
        dynamic: false,
        modules: modules.iter().copied().map(linked).collect(),
        elsewhere: elsewhere(Some(mpm), modules, &[]),
    });
    Ok([Some(("program", server)), runner.map(|runner| ("check", runner))].into_iter().flatten().collect())
}

/// A folder of the source tree, as seen from `build/program`. One from elsewhere is absolute.
fn in_tree(folder: &str) -> PathBuf {
    Path::new("..").join(TREE).join(folder)
}

fn context(plan: &Plan) -> Result<Context> {
    let mut context = Context::new();
    context.insert("version", plan.version);
    context.insert("srcdir", plan.srcdir);
    context.insert("builddir", plan.builddir);
    context.insert("tree", TREE);
    let arguments: Vec<_> = plan
        .arguments
        .iter()
        .filter(|word| !word.starts_with("--srcdir=") && !OF_ONE_RUN.contains(&word.as_str()))
        .map(|word| quoted(word))
        .collect();
    context.insert("arguments", &arguments);
    context.insert("program_name", plan.program_name);
    context.insert("program_suffix", plan.program_suffix);
    context.insert("port", &plan.port.to_string());
    context.insert("mpm", &plan.mpm.name);
    context.insert("modules", &plan.modules.iter().map(|module| &module.package).collect::<Vec<_>>());
    context.insert("mpm_dir", &plan.mpm.folder);
    context.insert("members", &members(plan));
    context.insert("dynamic", &plan.is_dynamic());
    context.insert("shared", &shared(plan));
    context.insert("outside", &plan.has_outside());
    context.insert("apxs_dir", &relative(plan.dirs.get("bindir"), plan.dirs.get("installbuilddir")));
    context.insert("core_dir", &relative(plan.dirs.get("sbindir"), plan.dirs.get("libexecdir")));
    context.insert("dirs", &plan.dirs.iter().collect::<BTreeMap<_, _>>());
    context.insert("below", &below(plan.dirs));
    context.insert("envvars_dir", envvars_dir(plan.dirs));
    context.insert("files", &files(plan));
    context.insert("layout_file", plan.layout_file);
    context.insert("user", plan.identity.0);
    context.insert("group", plan.identity.1);
    context.insert("target", plan.target);
    context.insert("build", plan.build);
    context.insert("cargo", plan.cargo);
    context.insert("rustc", plan.rustc);
    context.insert("rustc_version", plan.rustc_version);
    // Lists of pairs, for Tera's tables have no order.
    context.insert("directories", &plan.dirs.iter().collect::<Vec<_>>());
    context.insert("variables", &plan.variables.iter().collect::<Vec<_>>());
    context.insert("profiles", &profiles(plan.srcdir, plan.mode)?);
    Ok(context)
}

/// The crates of the workspace.
fn members(plan: &Plan) -> Vec<String> {
    let mut members = vec!["program".to_owned()];
    members.extend(plan.runner.as_ref().map(|_| "check".to_owned()));
    if plan.is_dynamic() {
        members.push("core".to_owned());
    }
    members.extend(plan.shared.iter().map(|module| format!("so-{}", module.package)));
    members
}

/// The way from one absolute folder to another.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

/// Every directory, relative to ServerRoot if it is below.
fn below(dirs: &Dirs) -> BTreeMap<&str, PathBuf> {
    dirs.iter().map(|(name, _)| (name, dirs.from_server_root(dirs.get(name)))).collect()
}

/// Where apachectl's environment is set: beside it, as with Apache, but among the programs of the system nobody edits files.
fn envvars_dir(dirs: &Dirs) -> &Path {
    dirs.get(if dirs.get("prefix") == Path::new("/usr") { "sysconfdir" } else { "sbindir" })
}

/// The server's own files, as a configuration would write them.
fn files(plan: &Plan) -> BTreeMap<&'static str, PathBuf> {
    let program = plan.program_name;
    [
        ("config", "sysconfdir", format!("{program}.conf")),
        ("types", "sysconfdir", "mime.types".to_owned()),
        ("pid", "runtimedir", format!("{program}.pid")),
        ("scoreboard", "runtimedir", format!("{program}_runtime_status")),
        ("error_log", "logfiledir", "error_log".to_owned()),
        ("access_log", "logfiledir", "access_log".to_owned()),
        ("documents", "htdocsdir", ".".to_owned()),
        ("parts", "sysconfdir", "conf.d".to_owned()),
    ]
    .into_iter()
    .map(|(key, dir, name)| {
        let path: PathBuf = plan.dirs.get(dir).join(name).components().collect();
        (key, plan.dirs.from_server_root(&path))
    })
    .collect()
}

/// The `[profile.*]` of the source tree, `mode` over its `release`: cargo reads them in the manifest of a workspace only.
fn profiles(srcdir: &Path, mode: Mode) -> Result<String> {
    let manifest = read(&srcdir.join("Cargo.toml"))?;
    let mut table: toml::Table = manifest.parse().context("Cargo.toml of the source tree")?;
    table.retain(|key, _| key == "profile");
    let release = table.get_mut("profile").and_then(|profiles| profiles.get_mut("release"));
    if let Some(release) = release.and_then(toml::Value::as_table_mut) {
        release.extend(mode.settings());
    }
    toml::to_string(&table).context("[profile]")
}

fn render(tera: &Tera, row: &Row, path: PathBuf, context: &Context) -> Result<Output> {
    let text = tera.render(row.template, context).with_context(|| format!("templates/{}", row.template))?;
    Ok(Output { path, text, executable: row.executable })
}

/// The templates of the tree, the chosen MPM's part of httpd.conf under the name `mpm.conf`, and the ways to quote.
fn templates(plan: &Plan) -> Result<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    tera.register_filter("rust", |text: &str, _: Kwargs, _: &State| format!("{text:?}"));
    tera.register_filter("toml", |text: &str, _: Kwargs, _: &State| toml::Value::from(text).to_string());
    tera.register_filter("shell", |text: &str, _: Kwargs, _: &State| quoted(text));
    tera.register_filter("unit", |text: &str, _: Kwargs, _: &State| in_quotes(&text.replace('%', "%%")));
    tera.register_filter("blanks", |text: &str, _: Kwargs, _: &State| in_quotes(text));
    tera.register_filter("make", |text: &str, _: Kwargs, _: &State| {
        text.replace('$', "$$").replace('#', "\\#")
    });
    let folder = plan.srcdir.join("templates");
    let rows = OUTPUTS.iter().chain(PROGRAM).chain(SHARED).chain(MODULE).chain(STUB).chain([&MAKEFILE]);
    let mut texts = rows
        .map(|row| Ok((row.template.to_owned(), read(&folder.join(row.template))?)))
        .collect::<Result<Vec<_>>>()?;
    texts.push(("mpm.conf".to_owned(), mpm_conf(plan)?));
    tera.add_raw_templates(texts).context("templates")?;
    Ok(tera)
}

/// In double quotes where there are blanks; what else they would need no directory's name has.
fn in_quotes(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}

/// The part of httpd.conf that is the MPM's; of several, each for itself.
fn mpm_conf(plan: &Plan) -> Result<String> {
    let own = |mpm: &Module| {
        let part = plan.srcdir.join(&mpm.folder).join("httpd-mpm.conf");
        if part.is_file() { read(&part) } else { Ok(String::new()) }
    };
    if !plan.mpm_is_shared() {
        return own(plan.mpm);
    }
    let mut text = String::new();
    for mpm in plan.shared.iter().filter(|module| module.about.kind == Kind::Mpm) {
        let (comments, lines): (Vec<_>, Vec<_>) = own(mpm)?
            .lines()
            .map(ToOwned::to_owned)
            .filter(|line| !line.is_empty())
            .partition(|line| line.starts_with('#'));
        let lines = lines.iter().fold(String::new(), |text, line| text + "    " + line + "\n");
        text += &format!("{}\n<IfModule {}>\n{lines}</IfModule>\n\n", comments.join("\n"), mpm.about.symbol);
    }
    Ok(text)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_from_folder_to_folder() {
        for (from, to, expected) in [
            ("/usr/local/weir/bin", "/usr/local/weir/modules", "../modules"),
            ("/usr/sbin", "/usr/lib/weir/modules", "../lib/weir/modules"),
            ("/a", "/a", ""),
            ("/a", "/b/c", "../b/c"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(expected), "{from} {to}");
        }
    }

    #[test]
    fn files_are_called_as_apaches() {
        assert_eq!(so("mod_alias"), "mod_alias.so");
        assert_eq!(so("mpm_event"), "mod_mpm_event.so");
    }
}
