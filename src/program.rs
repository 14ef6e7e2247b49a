//! main(): arguments, configuration, start and restart, hand over to the MPM.

mod dumps;
mod explained;
mod json;
mod listed;
mod version;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::args::{Args, Print, usage};
use crate::config::{LoadOptions, load, remarks, report, warnings};
use crate::error::ConfError;
use crate::explain::{Asked, Question, explain};
use crate::facts::{Build, Facts};
use crate::module::Linked;
use crate::mpm::control::{Action, Controlled, control};
use crate::mpm::{AnyMpm, Start, Traits, start};
use crate::server::Generation;
use crate::server::log::Level;

pub use version::{APACHE_VERSION, SERVER_VERSION};

/// The program, but for its list of modules: all that the generated `main.rs` calls.
pub fn main(build: &'static Build) -> ExitCode {
    let program = build.facts.program_name;
    let args = match Args::parse(std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()))
    {
        Ok(args) => args,
        Err(sentence) => {
            eprint!("{program}: {sentence}\n{}", usage(program));
            return ExitCode::FAILURE;
        }
    };
    if let Some(file) = &args.startup_log
        && let Err(cause) = redirect_errors(file)
    {
        eprintln!("{program}: could not write messages to {}: {cause}", file.display());
        return ExitCode::FAILURE;
    }
    match args.print {
        Some(print) => print_and_end(print, build, &args),
        None => read_and_act(build, args),
    }
}

/// Everything that can do without a configuration; where there is one, `-V` tells what it comes to. `-h` is no error: it succeeds, on the standard output, where
/// Apache's prints an error message and fails.
fn print_and_end(print: Print, build: &'static Build, args: &Args) -> ExitCode {
    let text = match print {
        Print::Usage => usage(build.facts.program_name),
        Print::Version => version::version(build),
        Print::Settings => {
            let generation = load(&options(build, args, 0)).ok();
            let effective = generation.as_ref().map(dumps::effective).unwrap_or_default();
            version::settings(build, traits(build, generation.as_ref())) + &effective
        }
        Print::Modules => dumps::compiled_in(build),
        Print::Directives => dumps::directives(build),
    };
    put(&text)
}

/// Of the MPM that is linked in, else of the one that the configuration loads, if it can be read.
fn traits(build: &'static Build, generation: Option<&Generation>) -> Option<Traits> {
    let loaded = || generation?.mpm();
    build.mpm.or_else(loaded)?.mpm().map(AnyMpm::traits)
}

fn read_and_act(build: &'static Build, args: Args) -> ExitCode {
    let program = build.facts.program_name;
    let (generation, linked) = match load(&options(build, &args, 0)).and_then(with_mpm) {
        Ok(loaded) => loaded,
        Err(errors) => {
            eprint!("{}", report(&errors));
            return ExitCode::FAILURE;
        }
    };
    if args.level.is_none_or(|level| level >= Level::Warn) {
        eprint!("{}", warnings(&generation.warnings));
    }
    if args.level.is_some_and(|level| level >= Level::Info) {
        eprint!("{}", remarks(&generation.remarks));
    }
    if let Some(asked) = &args.explain {
        return match explanation(&Arc::new(generation), asked, args.json) {
            Ok(text) => put(&text),
            Err(sentence) => {
                eprintln!("{program}: {sentence}");
                ExitCode::FAILURE
            }
        };
    }
    if args.test || args.defines("DUMP_INCLUDES") {
        return tested(&generation, &args);
    }
    let pid_file = generation.main().configs.core().mpm().pid_file();
    let action = args.action.unwrap_or(Action::Start);
    if let Controlled::Done(code) = control(action, pid_file, program) {
        return code;
    }
    let one_process = args.defines("DEBUG") || args.defines("ONE_PROCESS");
    // with_mpm has seen to it that there is one.
    let Some(mpm) = linked.mpm() else { return ExitCode::FAILURE };
    start(
        mpm,
        Start {
            build,
            generation,
            foreground: one_process || args.defines("FOREGROUND"),
            no_detach: args.defines("NO_DETACH"),
            one_process,
            reload: Box::new(move |number| reload(&options(build, &args, number), linked)),
        },
    )
}

/// A generation and its MPM, which there must be.
fn with_mpm(generation: Generation) -> Result<(Generation, Linked), Vec<ConfError>> {
    let Some(mpm) = generation.mpm() else {
        let error = ConfError::new("AH00534: No MPM loaded.");
        return Err(vec![error.hint(
            "write one, and only one, such as: LoadModule mpm_event_module modules/mod_mpm_event.so",
        )]);
    };
    Ok((generation, mpm))
}

/// The configuration anew. The MPM that serves goes on serving: its code is the parent's own.
fn reload(options: &LoadOptions, serving: Linked) -> Result<Generation, Vec<ConfError>> {
    let (generation, mpm) = load(options).and_then(with_mpm)?;
    if mpm.is_same(&serving) {
        return Ok(generation);
    }
    let (old, new) = (serving.symbol(), mpm.symbol());
    let error = ConfError::new(format!("AH20800: a restart cannot change the MPM, which is {old}, to {new}"));
    Err(vec![error.hint("stop the server, and start it again")])
}

fn options(build: &'static Build, args: &Args, number: u64) -> LoadOptions {
    let usual = LoadOptions::new(build);
    let moved = || moved_root(&build.facts, &std::env::current_exe().ok()?);
    LoadOptions {
        number,
        server_root: args.server_root.clone().or_else(moved).unwrap_or(usual.server_root),
        config_file: args.config_file.clone().unwrap_or(usual.config_file),
        defines: args.defines.clone(),
        before: args.before.clone(),
        after: args.after.clone(),
        check_directories: !args.skip_document_roots,
        level: args.level,
        keep_text: dumps::is_wanted(args, "DUMP_CONFIG"),
        build,
    }
}

/// Where the server stands, if it is not where it was configured to be: an installed tree may be moved as a whole.
/// Only asked where the configuration is missing in the place that was compiled in.
fn moved_root(facts: &Facts, program: &Path) -> Option<PathBuf> {
    let root = Path::new(facts.server_root);
    if root.join(facts.config_file).exists() {
        return None;
    }
    let (folder, below) = (program.parent()?, Path::new(facts.sbindir));
    // What is absolute is not below the root, and does not move with it.
    if below.is_absolute() || !folder.ends_with(below) {
        return None;
    }
    let moved = folder.ancestors().nth(below.components().count())?;
    moved.join(facts.config_file).exists().then(|| moved.to_owned())
}

/// The configuration is good: what was asked of it is printed, else `Syntax OK`, on the standard error as
/// scripts expect it.
fn tested(generation: &Generation, args: &Args) -> ExitCode {
    let dumps = dumps::wanted(generation, args);
    if dumps.is_empty() {
        eprintln!("Syntax OK");
        return ExitCode::SUCCESS;
    }
    put(&dumps)
}

/// What `--explain` prints, as JSON if it is for programs. An error is a sentence.
pub fn explanation(generation: &Arc<Generation>, asked: &Asked, json: bool) -> Result<String, String> {
    let question = Question::new(generation, asked)?;
    let explanation =
        explain(generation, &question).map_err(|cause| format!("cannot explain {}: {cause}", asked.url))?;
    Ok(if json { explained::json(&explanation) } else { explained::text(&explanation) })
}

/// Prints, and says by its code whether all was taken.
fn put(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn redirect_errors(file: &Path) -> std::io::Result<()> {
    os::process::redirect(os::process::Standard::Error, os::file::append(file)?)
}
