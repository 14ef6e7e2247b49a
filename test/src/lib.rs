//! The program `check`: runs the cases (`*.t`) of the tree, and the tests that watch a built httpd's processes.
//! `test/README.md` is for those who write them.

pub mod agreement;
pub mod bounded;
pub mod case;
pub mod client;
pub mod debian;
pub mod expect;
pub mod explained;
pub mod ground;
pub mod httpd;
pub mod inside;
pub mod load;
pub mod options;
pub mod process;
pub mod rows;
pub mod run;
pub mod talk;
pub mod wait;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use ::httpd::facts::Build;
use libtest_mimic::Trial;

use crate::httpd::Program;
use crate::options::Options;
use crate::run::Subject;

/// Runs what the command line asks for; the modules of `build` are those that cases inside this program find.
pub fn main(build: &'static Build) -> ExitCode {
    let mut arguments = env::args();
    let program = arguments.next().unwrap_or_else(|| "check".to_owned());
    let options = Options::read(&program, arguments);
    match options.and_then(|options| trials(&options, build).map(|trials| (options, trials))) {
        Ok((options, trials)) => libtest_mimic::run(&options.test, trials).exit_code(),
        Err(wrong) => {
            eprintln!("{program}: {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn trials(options: &Options, build: &'static Build) -> Result<Vec<Trial>, String> {
    let subject = match &options.httpd {
        None => Subject::Inside(build),
        Some(path) => Subject::Built(Arc::new(Program::new(path, options.load.as_deref())?)),
    };
    if let Some(mpm) = options.mpm.as_ref().filter(|mpm| !mpm.eq_ignore_ascii_case(subject.mpm())) {
        return Err(format!("--mpm {mpm}, but the server's is {}", subject.mpm()));
    }
    let found = case::find::find(&options.source)
        .map_err(|wrong| format!("{}: {wrong}", options.source.display()))?;
    let rows = rows::trial(&subject, &options.source, &found);
    let mut trials: Vec<Trial> = found.into_iter().map(|found| run::trial(found, subject.clone())).collect();
    trials.push(rows);
    match &subject {
        Subject::Inside(build) => {
            trials.push(rows::golden(build, &options.source));
            trials.extend(agreement::trials(build, &options.source));
            trials.push(debian::trial(build));
            trials.push(explained::golden(build, &options.source));
            trials.push(explained::merging(build));
        }
        Subject::Built(program) => trials.extend(process::trials(program)),
    }
    Ok(trials)
}
