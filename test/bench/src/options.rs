//! The command line.

use std::path::PathBuf;

use crate::Failure;
use crate::load::Work;

const USAGE: &str = "\
usage: side-by-side --httpd PATH ... [--work 1k,404,close,100k,10m,idle] [--rounds 5] [--secs 2] [--pieces FILE] [--report FILE]
       side-by-side --floor PORT";

/// What to do.
pub(crate) enum Job {
    Compare(Options),
    /// Be the kernel's floor on that port.
    Floor(u16),
}

/// How to compare.
pub(crate) struct Options {
    /// Built programs, of any MPM.
    pub(crate) httpds: Vec<PathBuf>,
    pub(crate) works: Vec<Work>,
    pub(crate) rounds: usize,
    /// How long each load lasts.
    pub(crate) seconds: u32,
    /// What `cargo bench` said of the hot path in pieces.
    pub(crate) pieces: Option<PathBuf>,
    /// Where the page goes besides the screen.
    pub(crate) report: Option<PathBuf>,
}

impl Options {
    pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Job, Failure> {
        let mut options = Self {
            httpds: Vec::new(),
            works: Work::ALL.to_vec(),
            rounds: 5,
            seconds: 2,
            pieces: None,
            report: None,
        };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            match name.as_str() {
                "--floor" => return Ok(Job::Floor(value.parse()?)),
                "--httpd" => options.httpds.push(value.into()),
                "--work" => options.works = value.split(',').map(Work::named).collect::<Result<_, _>>()?,
                "--rounds" => options.rounds = value.parse()?,
                "--secs" => options.seconds = value.parse()?,
                "--pieces" => options.pieces = Some(value.into()),
                "--report" => options.report = Some(value.into()),
                _ => return Err(USAGE.into()),
            }
        }
        if options.httpds.is_empty() { Err(USAGE.into()) } else { Ok(Job::Compare(options)) }
    }
}
