//! The terminal of whoever started this process: asking for what must not be seen.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use crate::poller::{Interest, Poller};
use crate::signal::{self, Signal, SignalQueue};

/// Asks on the controlling terminal, see tty(4), wherever the standard descriptors lead, and returns the line
/// that was typed, unseen and without its end; `None` when this process has no terminal.
///
/// Interrupted when a signal would have ended the process: the terminal shows again what is typed, and the
/// caller is free to leave. UnexpectedEof when the line was not ended. For a process of one thread; afterwards
/// no signal is blocked.
pub fn ask_hidden(prompt: &str) -> io::Result<Option<Vec<u8>>> {
    let Ok(mut terminal) = OpenOptions::new().read(true).write(true).open("/dev/tty") else {
        return Ok(None);
    };
    let signals = SignalQueue::new(&[Signal::Hup, Signal::Int, Signal::Quit, Signal::Term])?;
    let line = ask(&mut terminal, prompt, &signals);
    drop(signals);
    signal::unblock_all()?;
    line.map(Some)
}

fn ask(terminal: &mut File, prompt: &str, signals: &SignalQueue) -> io::Result<Vec<u8>> {
    let quiet = Quiet::new(terminal)?;
    quiet.terminal.write_all(prompt.as_bytes())?;
    let line = read_line(quiet.terminal, signals);
    if line.is_err() {
        let _ = quiet.terminal.write_all(b"\n");
    }
    line
}

/// The system gives out whole lines, so that whoever types can correct them.
fn read_line(terminal: &mut File, signals: &SignalQueue) -> io::Result<Vec<u8>> {
    const SIGNAL: u64 = 1;
    let poller = Poller::new()?;
    poller.add(&*terminal, 0, Interest::Readable)?;
    poller.add(signals, SIGNAL, Interest::Readable)?;
    let mut line = Vec::new();
    let mut part = [0; 256];
    loop {
        if poller.wait(None)?.contains(&SIGNAL) {
            signals.read()?;
            return Err(ErrorKind::Interrupted.into());
        }
        let count = terminal.read(&mut part)?;
        if count == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        line.extend_from_slice(&part[..count]);
        if line.pop_if(|last| *last == b'\n').is_some() {
            return Ok(line);
        }
    }
}

/// A terminal that shows nothing of what is typed but the end of the line, as long as this lives.
struct Quiet<'a> {
    terminal: &'a mut File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn new(terminal: &'a mut File) -> io::Result<Self> {
        let before = tcgetattr(&*terminal)?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        quiet.local_flags.insert(LocalFlags::ECHONL);
        tcsetattr(&*terminal, SetArg::TCSAFLUSH, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(&*self.terminal, SetArg::TCSAFLUSH, &self.before);
    }
}
