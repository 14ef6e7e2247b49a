//! rotatelogs: writes what it reads to a log, and begins a new one now and then.
//!
//! [`rules`] says what was asked for, [`period`] which file a moment belongs to, [`log`] writes it. No line is ever
//! torn in two by a rotation.

mod log;
mod period;
mod rules;

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use os::poller::{Interest, Poller};
use os::signal::{Signal, SignalQueue};

use self::log::Log;
use self::rules::Rules;
use crate::options::{self, Given, Program, Stop, flag, value};

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "rotatelogs",
    about: "Writes standard input to a log, and begins a new one after some time or size.",
    usage: &[
        "[-vlfDtTec] [-L LINK] [-p PROGRAM] [-n NUMBER] FILE SECONDS [SIZE] [OFFSET]",
        "... FILE SIZE [OFFSET]",
    ],
    options: &[
        flag('v', "tell on standard error what is done"),
        flag('l', "intervals and names go by local time instead of UTC"),
        flag('f', "open the log at once, not with the first line"),
        flag('c', "make a log for each interval, even if it stays empty"),
        flag('D', "make the directories of the log if they are not there"),
        flag('t', "truncate the one log there is, instead of rotating"),
        flag('T', "truncate each log that is opened but the first"),
        flag('e', "copy everything to standard output as well"),
        value('L', "LINK", "keep a hard link with this name to the current log"),
        value(
            'p',
            "PROGRAM",
            "run it whenever a log was opened, with its name and the name of the one before",
        ),
        value('n', "NUMBER", "go round so many logs: FILE, FILE.1, FILE.2 ..."),
    ],
    operands: (2, 4),
    notes: "SIZE is a number and one of B, K, M, G. OFFSET is in minutes from UTC.\n\
            A % in FILE begins a conversion of strftime(3); without one the time at which the log nominally begins,\n\
            in seconds since 1970, is put behind FILE.\n\
            In httpd.conf: CustomLog \"|/path/to/rotatelogs /path/to/access_log.%Y-%m-%d 86400\" common",
    misuse: 1,
};

/// The first log cannot be opened.
const NO_LOG: u8 = 2;
/// Standard input cannot be read.
const NO_INPUT: u8 = 3;

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let rules = Rules::of(given)?;
    if rules.verbose {
        eprint!("{}", rules.description());
    }
    let opens_at_once = rules.opens_at_once || rules.makes_empty;
    let mut log = Log::new(rules);
    if opens_at_once {
        log.turn(now()).map_err(|error| PROGRAM.failed(NO_LOG, error))?;
    }
    let input = Input::new().map_err(|error| PROGRAM.failed(NO_INPUT, error))?;
    copy(input, &mut log)
}

fn copy(mut input: Input, log: &mut Log) -> Result<(), Stop> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = input.read(&mut buffer, log.patience(now()));
        match read.map_err(|error| PROGRAM.failed(NO_INPUT, error))? {
            Some(0) => return Ok(()),
            Some(count) => {
                let bytes = &buffer[..count];
                log.write(bytes, now()).map_err(|error| PROGRAM.failed(NO_LOG, error))?;
                if log.rules().echoes {
                    // Whoever reads the echo may leave; the log goes on.
                    let _ = io::stdout().write_all(bytes).and_then(|()| io::stdout().flush());
                }
            }
            None => log.turn(now()).map_err(|error| PROGRAM.failed(NO_LOG, error))?,
        }
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}

/// Standard input, until it ends or a signal asks for the end; then what already stands in the pipe is still read.
struct Input {
    file: File,
    /// `None` for a file, which is always ready.
    poller: Option<Poller>,
    signals: SignalQueue,
    ending: bool,
}

const LINES: u64 = 0;
const SIGNALS: u64 = 1;

impl Input {
    fn new() -> io::Result<Self> {
        let signals = SignalQueue::new(&[Signal::Hup, Signal::Int, Signal::Quit, Signal::Term])?;
        let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let poller = Poller::new()?;
        poller.add(&signals, SIGNALS, Interest::Readable)?;
        let waits = poller.add(&file, LINES, Interest::Readable).is_ok();
        Ok(Self { file, poller: waits.then_some(poller), signals, ending: false })
    }

    /// Some bytes, 0 at the end; `None` when the time is up.
    fn read(&mut self, buffer: &mut [u8], patience: Option<Duration>) -> io::Result<Option<usize>> {
        let Some(poller) = &self.poller else {
            self.ending |= !self.signals.read()?.is_empty();
            return if self.ending { Ok(Some(0)) } else { self.file.read(buffer).map(Some) };
        };
        let ready = poller.wait(if self.ending { Some(Duration::ZERO) } else { patience })?;
        if ready.contains(&SIGNALS) {
            self.signals.read()?;
            self.ending = true;
        }
        if ready.contains(&LINES) {
            return self.file.read(buffer).map(Some);
        }
        if ready.is_empty() && self.ending {
            return Ok(Some(0));
        }
        Ok(None)
    }
}
