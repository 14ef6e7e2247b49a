//! The program behind ./configure: finds out what there is, decides what is built, and writes it down.
//!
//! In the order of a run: [`options`], [`toolchain`] (with [`cache`]), [`discover`] (or [`help`]), [`site`], [`hosts`], [`mpms`], [`select`],
//! [`layout`], [`identity`], [`flags`], [`render`], [`files`], [`lock`], [`summary`]; [`report`] all the way.
//! [`collect`] and [`inventory`] are for make, afterwards.

pub mod cache;
pub mod collect;
pub mod discover;
pub mod elsewhere;
pub mod files;
pub mod flags;
pub mod help;
pub mod hosts;
pub mod identity;
pub mod inventory;
pub mod layout;
pub mod lock;
pub mod mpms;
pub mod options;
pub mod render;
pub mod report;
pub mod select;
pub mod site;
pub mod summary;
pub mod toolchain;

use crate::cache::Cache;
use crate::discover::{Module, Tree};
use crate::files::{Output, Undo};
use crate::flags::Mode;
use crate::hosts::Host;
use crate::layout::{Dirs, Layouts};
use crate::mpms::Mpms;
use crate::options::{Options, VARIABLES};
use crate::render::Plan;
use crate::report::Report;
use crate::select::{Decision, Form, Why};
use crate::toolchain::Toolchain;
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

/// Runs configure on this process's arguments, in the current directory.
pub fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let outcome = match args.split_first() {
        Some((first, rest)) if first == "collect" => collect::main(rest),
        _ => run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("configure: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let options = with_environment(Options::parse(args)?);
    let srcdir = srcdir(&options)?;
    if options.help || options.version {
        return inform(&options, &srcdir);
    }
    let builddir = env::current_dir().context("there is no current directory")?;
    let invocation = args.iter().map(|arg| report::quoted(arg)).collect::<Vec<_>>().join(" ");
    let mut report =
        Report::start(&builddir.join("config.log"), options.quiet, &format!("configure {invocation}"))?;
    let outcome = configure(options, &srcdir, &builddir, &mut report);
    match &outcome {
        Ok(()) => report.note("configure: done"),
        Err(error) => report.note(&format!("configure: error: {error:#}")),
    }
    outcome
}

/// `--help` and `--version`.
fn inform(options: &Options, srcdir: &Path) -> Result<()> {
    let tree = Tree::read(srcdir, &toolchain::cargo(&options.variables)?)?;
    if options.version {
        println!("Weir httpd configure {}", tree.version);
        return Ok(());
    }
    let this_machine = format!("-{}", env::consts::OS);
    let host = hosts::host(options.value("host").unwrap_or(&this_machine), &[]);
    print!("{}", help::text(&tree, &layouts(srcdir, options)?, host.mpm)?);
    Ok(())
}

fn configure(options: Options, srcdir: &Path, builddir: &Path, report: &mut Report) -> Result<()> {
    report.checking("for the sources", &srcdir.display().to_string());
    let mut cache = Cache::open(cache_file(&options), report);
    let tools = Toolchain::find(&options.variables, &mut cache, report)?;
    cache.save(report)?;
    let mut tree = Tree::read(srcdir, &tools.cargo)?;
    for given in &options.outside {
        tree.add(given, &tools.cargo)?;
    }
    let tree = tree;
    tools.check_version(&tree.rust_version, report)?;
    let layouts = layouts(srcdir, &options)?;
    let options = with_site(options, &tree, &layouts, report)?;
    warn_of_unrecognized(&options, &tree, report)?;

    let (host, target) = choose_host(&options, &tools, report)?;
    let mpms: Vec<_> = tree.mpms().collect();
    let chosen = choose_mpms(&options, &mpms, &host, report)?;
    let decisions = choose_modules(&options, &tree, !chosen.shared.is_empty(), &host, report)?;
    let part = |shared: bool| {
        decisions.iter().filter(move |one| one.is_in() && one.shared == shared).map(|one| one.module)
    };
    let identity = choose_identity(&options, report)?;
    let plan = Plan {
        version: &tree.version,
        srcdir,
        builddir,
        arguments: &options.given,
        program_name: &program_name(&options)?,
        program_suffix: host.family.program_suffix(),
        port: port(&options)?,
        mpm: chosen.default,
        modules: part(false).collect(),
        shared: chosen.shared.iter().copied().chain(part(true)).collect(),
        loads: is_asked(&options, "so")?,
        load_all: options.switch("enable-load-all-modules")? == Some(true),
        tree: &tree.modules,
        runner: mpms
            .iter()
            .find(|mpm| mpm.package == RUNNER)
            .map(|runner| (*runner, tree.content().filter(|module| module.outside.is_none()).collect())),
        dirs: &choose_dirs(&options, &layouts, report)?,
        layout_file: options.value("with-layout-file").unwrap_or_default(),
        identity: (&identity.0, &identity.1),
        target: &target,
        build: &tools.build,
        cargo: &tools.cargo,
        rustc: &tools.rustc,
        rustc_version: &tools.version.to_string(),
        variables: variables_of_make(&options, (srcdir, builddir), &host, &target, &tools)?,
        mode: Mode::asked(&options)?,
    };
    check_can_load(&plan, &options)?;
    finish(&plan, options.no_create, report)
}

/// Refuses what no linker could make.
fn check_can_load(plan: &Plan, options: &Options) -> Result<()> {
    if !plan.is_dynamic() {
        return Ok(());
    }
    if plan.target.contains("-musl") {
        bail!("a static program for {} cannot load modules: leave out what is shared", plan.target);
    }
    if options.switch("enable-pie")? == Some(false) {
        bail!(
            "--disable-pie: modules that are loaded at run time can lie anywhere in memory, and so must all code"
        );
    }
    Ok(())
}

/// The MPM of the test runner.
const RUNNER: &str = "mpm_single";

/// The machine to build for and its Rust target.
fn choose_host(options: &Options, tools: &Toolchain, report: &mut Report) -> Result<(Host, String)> {
    let build = options.value("build").unwrap_or(&tools.build);
    report.checking("build system type", build);
    let host = hosts::host(options.value("host").unwrap_or(build), &tools.targets);
    report
        .checking("host system type", &format!("{} ({}, default MPM {})", host.name, host.family, host.mpm));
    let mut target = host.target.clone().map_err(|why| anyhow!("{}: {why}", host.name))?;
    if options.switch("enable-static-musl")? == Some(true) {
        target =
            hosts::musl(&target, &tools.targets).map_err(|why| anyhow!("--enable-static-musl: {why}"))?;
    }
    report.checking("for which Rust target to compile", &target);
    tools.check_target(&host, &target, &options.variables, report)?;
    Ok((host, target))
}

fn choose_mpms<'a>(
    options: &Options,
    mpms: &[&'a Module],
    host: &Host,
    report: &mut Report,
) -> Result<Mpms<'a>> {
    let mpm = mpms::mpm(mpms, options.value("with-mpm"), host)?;
    let why = if options.value("with-mpm").is_some() { "" } else { " (default)" };
    report.checking("which MPM to use", &format!("{}{why}", mpm.name));
    let chosen = mpms::mpms(mpms, mpm, &options.words("enable-mpms-shared"), host)?;
    if !chosen.shared.is_empty() {
        let names: Vec<_> = chosen.shared.iter().map(|mpm| mpm.name.as_str()).collect();
        report.checking("which MPMs to build as files of their own", &names.join(" "));
    }
    Ok(chosen)
}

/// Whether a module was asked for by its own option, and not refused.
fn is_asked(options: &Options, name: &str) -> Result<bool> {
    let asked = options.asked(|known| known == name)?;
    Ok(asked.by_name.values().any(|form| *form != Form::No))
}

fn choose_modules<'a>(
    options: &Options,
    tree: &'a Tree,
    loads: bool,
    host: &Host,
    report: &mut Report,
) -> Result<Vec<Decision<'a>>> {
    let content: Vec<_> = tree.content().collect();
    let decisions = select::content(&content, &options.asked(is_module(tree))?, loads, host.family)?;
    for decision in &decisions {
        report.checking(&format!("whether to enable {}", decision.module.package), &decision.to_string());
        if let Why::Lacks(base) = &decision.why {
            report.warn(&format!("{} is left out, because it needs {base}", decision.module.package));
        }
        if let Some(base) = &decision.follows {
            report.warn(&format!("{} is shared, because it needs {base}, which is", decision.module.package));
        }
    }
    Ok(decisions)
}

fn choose_dirs(options: &Options, layouts: &Layouts, report: &mut Report) -> Result<Dirs> {
    let layout = options.value("enable-layout").unwrap_or(layout::DEFAULT);
    let dirs = layouts.resolve(layout, &options.dirs)?;
    report.checking("which layout to use", layout);
    for (name, value) in dirs.iter() {
        report.note(&format!("{name} = {value}"));
    }
    Ok(dirs)
}

fn choose_identity(options: &Options, report: &mut Report) -> Result<(String, String)> {
    let layout = options.value("enable-layout").unwrap_or(layout::DEFAULT);
    let (user, group) = match identity::of_layout(layout) {
        Some(account) => (account, account),
        None => identity::of_this_machine(),
    };
    let (user, group) = (account(options, "with-user", user)?, account(options, "with-group", group)?);
    report.checking("as whom the shipped httpd.conf serves", &format!("user {user}, group {group}"));
    Ok((user, group))
}

/// A name or `#NUMBER`, which httpd.conf, a shell and a unit of systemd can carry.
fn account(options: &Options, option: &str, usual: &str) -> Result<String> {
    let name = options.value(option).unwrap_or(usual);
    let body = name.strip_prefix('#').unwrap_or(name);
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        bail!("--{option}={name}: this is no name of an account");
    }
    Ok(name.to_owned())
}

/// What was given or set, and the linker where cargo would not find it by itself.
fn variables_of_make(
    options: &Options,
    (srcdir, builddir): (&Path, &Path),
    host: &Host,
    target: &str,
    tools: &Toolchain,
) -> Result<BTreeMap<String, String>> {
    let mut variables = options.variables.clone();
    variables.retain(|name, _| name != "CONFIG_SITE" && name != "CARGO");
    variables.extend(toolchain::linker_variable(host, target, &tools.build, &options.variables));
    variables.remove("LDFLAGS");
    variables.insert("RUSTFLAGS".to_owned(), flags::rustflags(options, tools, srcdir, builddir)?);
    Ok(variables)
}

/// Writes everything and says what was made.
fn finish(plan: &Plan, no_create: bool, report: &mut Report) -> Result<()> {
    let outputs = render::outputs(plan)?;
    if no_create {
        report.say("configure: nothing was written, as --no-create asks");
        return Ok(());
    }
    // What make reads comes last: before it is there, make asks for configure; if this run is killed half-way, make does it again.
    let last = plan.builddir.join(render::LAST);
    let mut undo = Undo::default();
    undo.take(&last)?;
    write_all(plan, &outputs, &mut undo, report)?;
    touch(&last)?;
    undo.forget();
    report.say(&summary::text(plan));
    Ok(())
}

fn write_all(plan: &Plan, outputs: &[Output], undo: &mut Undo, report: &mut Report) -> Result<()> {
    let workspace = plan.builddir.join("build");
    let tree = if plan.srcdir == plan.builddir { Path::new("..") } else { plan.srcdir };
    files::link(&workspace.join(render::TREE), tree, undo)?;
    let (cargo, make): (Vec<_>, Vec<_>) = outputs.iter().partition(|output| output.path.starts_with("build"));
    let manifests_changed = write(&cargo, plan.builddir, undo, report)?;
    let how = (manifests_changed, plan.has_outside());
    lock::update(plan.srcdir, &workspace, plan.cargo, how, undo, report)?;
    write(&make, plan.builddir, undo, report)?;
    Ok(())
}

/// Writes what differs, and says whether a manifest did.
fn write(outputs: &[&Output], builddir: &Path, undo: &mut Undo, report: &mut Report) -> Result<bool> {
    let mut manifests_changed = false;
    for output in outputs {
        let wrote = output.write(builddir, undo)?;
        manifests_changed |= wrote && render::is_manifest(output);
        report.note(&format!("{} {}", if wrote { "wrote" } else { "kept" }, output.path.display()));
    }
    Ok(manifests_changed)
}

/// Gives a file today's date: make compares it with those of the sources.
fn touch(path: &Path) -> Result<()> {
    let file = File::options().append(true).open(path);
    let touched = file.and_then(|file| file.set_modified(SystemTime::now()));
    touched.with_context(|| format!("cannot write {}", path.display()))
}

/// Variables that `--help` lists count as given if the environment has them.
fn with_environment(mut options: Options) -> Options {
    for (name, _) in VARIABLES {
        let Ok(value) = env::var(name) else { continue };
        if options.variables.contains_key(*name) {
            continue;
        }
        options.given.push(format!("{name}={value}"));
        options.variables.insert((*name).to_owned(), value);
    }
    options
}

/// Puts the command line over what the site's scripts set.
fn with_site(options: Options, tree: &Tree, layouts: &Layouts, report: &mut Report) -> Result<Options> {
    let layout = options.value("enable-layout").unwrap_or(layout::DEFAULT);
    let prefix = layouts.resolve(layout, &options.dirs)?.get("prefix").display().to_string();
    let scripts = site::scripts(options.variables.get("CONFIG_SITE").map(String::as_str), &prefix);
    if scripts.is_empty() {
        return Ok(options);
    }
    let mut args = Vec::new();
    for script in scripts {
        args.extend(site::arguments(&script, tree.content().map(|module| module.name.as_str()), report)?);
    }
    args.extend(options.given.clone());
    Ok(Options { given: options.given, ..Options::parse(&args)? })
}

fn warn_of_unrecognized(options: &Options, tree: &Tree, report: &mut Report) -> Result<()> {
    let unknown = options.unrecognized(is_module(tree));
    if unknown.is_empty() {
        return Ok(());
    }
    let sentence = format!("unrecognized options: {}", unknown.join(", "));
    match options.value("enable-option-checking") {
        Some("no") => report.note(&sentence),
        Some("fatal") => bail!("{sentence}"),
        _ => report.warn(&sentence),
    }
    Ok(())
}

fn is_module(tree: &Tree) -> impl Fn(&str) -> bool {
    let modules: Vec<Module> = tree.content().cloned().collect();
    move |name| modules.iter().any(|module| module.answers_to(name))
}

/// Absolute, and a name that make can carry.
fn srcdir(options: &Options) -> Result<PathBuf> {
    let given = options.value("srcdir").unwrap_or(".");
    let path = std::path::absolute(given).with_context(|| format!("--srcdir={given}"))?;
    let name = path.display().to_string();
    if name.chars().any(|c| c.is_whitespace() || "'\"\\$#`:".contains(c)) {
        bail!(
            "{name}: make cannot work with blanks, quotes, \\, $, # or : in the name of the source directory"
        );
    }
    Ok(path)
}

/// Those of the tree, and those of `--with-layout-file`.
fn layouts(srcdir: &Path, options: &Options) -> Result<Layouts> {
    let mut layouts = Layouts::default();
    layouts.read(&srcdir.join("templates/config.layout"))?;
    if let Some(file) = options.value("with-layout-file") {
        layouts.read(Path::new(file))?;
    }
    Ok(layouts)
}

/// autoconf's own: none, unless it is asked for.
fn cache_file(options: &Options) -> Option<&Path> {
    let usual = options.config_cache.then_some("config.cache");
    options.value("cache-file").or(usual).map(Path::new)
}

fn port(options: &Options) -> Result<u16> {
    let Some(port) = options.value("with-port") else { return Ok(80) };
    port.parse()
        .ok()
        .filter(|port| *port != 0)
        .ok_or_else(|| anyhow!("--with-port={port}: a port is a number from 1 to 65535"))
}

fn program_name(options: &Options) -> Result<String> {
    let part = |name: &str| options.value(name).unwrap_or_default();
    let name = options.value("with-program-name").unwrap_or("httpd");
    let name = format!("{}{name}{}", part("program-prefix"), part("program-suffix"));
    let good = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.is_empty() || name.starts_with('-') || !name.chars().all(good) {
        bail!("--with-program-name={name}: a program's name is made of letters, digits, - and _");
    }
    Ok(name)
}
