//! Into the background, and the way back for one word: whoever typed `httpd -k start` is told when the server
//! answers, or why it does not.

use std::fs::OpenOptions;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process::ExitCode;

use os::process::{self, Fork, Standard};

/// Which process this is after [`detach`].
pub(super) enum Side {
    /// The one that was called: it has waited for the server's word and ends with this.
    Starter(ExitCode),
    /// The server to be.
    Server(Ready),
}

/// Where the word goes. Dropping it without a word tells the starter that the server has ended.
#[derive(Debug)]
pub(super) struct Ready {
    program: &'static str,
    in_front: bool,
    starter: Option<PipeWriter>,
}

/// Forks the server off; with `session` it also leaves its terminal behind.
pub(super) fn detach(program: &'static str, session: bool) -> io::Result<Side> {
    let (word, starter) = io::pipe()?;
    if let Fork::Parent(_) = process::fork()? {
        drop(starter);
        return Ok(Side::Starter(wait(program, word)));
    }
    drop(word);
    if session {
        process::start_session()?;
        // Who is not the session's leader cannot come by a terminal again.
        if let Fork::Parent(_) = process::fork()? {
            process::exit(0);
        }
    }
    os::signal::unblock_all()?;
    Ok(Side::Server(Ready { program, in_front: false, starter: Some(starter) }))
}

fn wait(program: &str, mut word: PipeReader) -> ExitCode {
    let mut said = Vec::new();
    let heard = word.read_to_end(&mut said);
    if said == READY {
        return ExitCode::SUCCESS;
    }
    match (heard, &*said) {
        (Err(error), _) => eprintln!("{program}: the server cannot be heard: {error}"),
        (Ok(_), []) => eprintln!("{program}: the server ended before it was ready; see its error log"),
        (Ok(_), reason) => eprintln!("{}", String::from_utf8_lossy(reason)),
    }
    ExitCode::FAILURE
}

const READY: &[u8] = b"+";

/// The standard input and output are nobody's from here on.
pub(super) fn leave_terminal() -> io::Result<()> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    process::redirect(Standard::Input, &null)?;
    process::redirect(Standard::Output, &null)
}

impl Ready {
    /// For a server that stays where it was started: its words go to the standard error.
    pub(super) fn in_foreground(program: &'static str) -> Self {
        Self { program, in_front: true, starter: None }
    }

    /// The server stays where it was started.
    pub(super) fn is_foreground(&self) -> bool {
        self.in_front
    }

    /// Something that only someone in front of the server can read.
    pub(super) fn remark(&self, text: std::fmt::Arguments<'_>) {
        if self.is_foreground() {
            eprintln!("{}: {text}", self.program);
        }
    }

    /// The server answers. One in the background leaves the starter's terminal alone from here on.
    pub(super) fn done(&mut self) -> io::Result<()> {
        let Some(mut starter) = self.starter.take() else { return Ok(()) };
        // A starter that has gone, after a Ctrl-C, does not matter any more.
        let _ = starter.write_all(READY);
        drop(starter);
        leave_terminal()
    }

    /// The server cannot answer: a sentence or several lines. Once it has answered, the log is the place to say so.
    pub(super) fn failed(&mut self, reason: &str) {
        if let Some(mut starter) = self.starter.take() {
            let _ = starter.write_all(reason.trim_end().as_bytes());
        } else if self.in_front {
            eprintln!("{}", reason.trim_end());
        }
    }
}
