//! From decisions to files: each row of [`OUTPUTS`] is one template of `templates/`, filled in.

use crate::discover::Module;
use crate::elsewhere::{Elsewhere, elsewhere};
use crate::files::Output;
use crate::flags::Mode;
use crate::layout::Dirs;
use crate::report::quoted;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
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
    /// The one MPM.
    pub mpm: &'a Module,
    /// The modules that are linked in, in order.
    pub modules: Vec<&'a Module>,
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
    /// What kind of program is built.
    pub mode: Mode,
    /// Variables that make exports to cargo.
    pub variables: BTreeMap<String, String>,
}

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

/// Files of a program, below `build/program` and `build/check`.
const PROGRAM: &[Row] = &[
    file("program/Cargo.toml", "Cargo.toml"),
    file("program/build.rs", "build.rs"),
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
    if plan.srcdir != plan.builddir {
        outputs.insert(0, render(&tera, &MAKEFILE, MAKEFILE.path.into(), &context)?);
    }
    Ok(outputs)
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
    mpm: Linked<'a>,
    modules: Vec<Linked<'a>>,
    elsewhere: Vec<Elsewhere>,
}

/// A crate that is linked in.
#[derive(Serialize)]
struct Linked<'a> {
    name: &'a str,
    package: &'a str,
    file: &'a str,
    folder: &'a str,
    path: PathBuf,
}

fn programs<'a>(plan: &'a Plan<'a>) -> Result<Vec<(&'static str, Program<'a>)>> {
    let apache = read(&plan.srcdir.join("templates/apache-modules.txt"))?;
    let elsewhere = |mpm: &Module, modules: &[&Module]| {
        let linked = modules.iter().copied().chain([mpm]).map(|module| module.about.file.as_str());
        elsewhere(&apache, plan.tree, &linked.collect::<Vec<_>>())
    };
    let linked = |module: &'a Module| Linked {
        name: &module.name,
        package: &module.package,
        file: &module.about.file,
        folder: &module.folder,
        path: in_tree(&module.folder),
    };
    let test = Linked { name: "", package: "httpd-test", file: "", folder: "test", path: in_tree("test") };
    let server = Program {
        package: "httpd-program",
        binary: plan.program_name,
        entry: "httpd::program::main",
        libraries: Vec::new(),
        mpm: linked(plan.mpm),
        modules: plan.modules.iter().copied().map(linked).collect(),
        elsewhere: elsewhere(plan.mpm, &plan.modules),
    };
    let runner = plan.runner.as_ref().map(|(mpm, modules)| Program {
        package: "httpd-check",
        binary: "check",
        entry: "httpd_test::main",
        libraries: vec![test],
        mpm: linked(mpm),
        modules: modules.iter().copied().map(linked).collect(),
        elsewhere: elsewhere(mpm, modules),
    });
    Ok([Some(("program", server)), runner.map(|runner| ("check", runner))].into_iter().flatten().collect())
}

/// A folder of the source tree, as seen from `build/program`.
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
        .filter(|word| !word.starts_with("--srcdir="))
        .map(|word| quoted(word))
        .collect();
    context.insert("arguments", &arguments);
    context.insert("program_name", plan.program_name);
    context.insert("program_suffix", plan.program_suffix);
    context.insert("port", &plan.port.to_string());
    context.insert("mpm", &plan.mpm.name);
    context.insert("modules", &plan.modules.iter().map(|module| &module.package).collect::<Vec<_>>());
    context.insert("members", if plan.runner.is_some() { &["program", "check"][..] } else { &["program"] });
    context.insert("dirs", &plan.dirs.iter().collect::<BTreeMap<_, _>>());
    context.insert("below", &below(plan.dirs));
    context.insert("files", &files(plan));
    context.insert("layout_file", plan.layout_file);
    context.insert("user", plan.identity.0);
    context.insert("group", plan.identity.1);
    context.insert("target", plan.target);
    context.insert("build", plan.build);
    context.insert("cargo", plan.cargo);
    // Lists of pairs, for Tera's tables have no order.
    context.insert("directories", &plan.dirs.iter().collect::<Vec<_>>());
    context.insert("variables", &plan.variables.iter().collect::<Vec<_>>());
    context.insert("profiles", &profiles(plan.srcdir, plan.mode)?);
    Ok(context)
}

/// Every directory, relative to ServerRoot if it is below.
fn below(dirs: &Dirs) -> BTreeMap<&str, PathBuf> {
    dirs.iter().map(|(name, _)| (name, dirs.from_server_root(dirs.get(name)))).collect()
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
    tera.register_filter("make", |text: &str, _: Kwargs, _: &State| {
        text.replace('$', "$$").replace('#', "\\#")
    });
    let folder = plan.srcdir.join("templates");
    let rows = OUTPUTS.iter().chain(PROGRAM).chain([&MAKEFILE]);
    let mut texts = rows
        .map(|row| Ok((row.template.to_owned(), read(&folder.join(row.template))?)))
        .collect::<Result<Vec<_>>>()?;
    let part = plan.srcdir.join(&plan.mpm.folder).join("httpd-mpm.conf");
    texts.push(("mpm.conf".to_owned(), if part.is_file() { read(&part)? } else { String::new() }));
    tera.add_raw_templates(texts).context("templates")?;
    Ok(tera)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
