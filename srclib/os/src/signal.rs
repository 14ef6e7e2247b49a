//! Signals: names and numbers, masks, dispositions, and a queue that can be polled.

use std::borrow::Cow;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigHandler, SigSet, SigmaskHow};

use crate::host;

/// The signals that a server sends, hears of, or dies by; see signal(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
#[expect(missing_docs, reason = "TABLE describes each")]
pub enum Signal {
    Hup = libc::SIGHUP,
    Int = libc::SIGINT,
    Quit = libc::SIGQUIT,
    Ill = libc::SIGILL,
    Trap = libc::SIGTRAP,
    Abrt = libc::SIGABRT,
    Bus = libc::SIGBUS,
    Fpe = libc::SIGFPE,
    Kill = libc::SIGKILL,
    Usr1 = libc::SIGUSR1,
    Segv = libc::SIGSEGV,
    Usr2 = libc::SIGUSR2,
    Pipe = libc::SIGPIPE,
    Alrm = libc::SIGALRM,
    Term = libc::SIGTERM,
    Chld = libc::SIGCHLD,
    Cont = libc::SIGCONT,
    Stop = libc::SIGSTOP,
    Xcpu = libc::SIGXCPU,
    Xfsz = libc::SIGXFSZ,
    Winch = libc::SIGWINCH,
    Sys = libc::SIGSYS,
}

/// Signal, name, what strsignal(3) calls it.
const TABLE: [(Signal, &str, &str); 22] = [
    (Signal::Hup, "SIGHUP", "Hangup"),
    (Signal::Int, "SIGINT", "Interrupt"),
    (Signal::Quit, "SIGQUIT", "Quit"),
    (Signal::Ill, "SIGILL", "Illegal instruction"),
    (Signal::Trap, "SIGTRAP", "Trace/breakpoint trap"),
    (Signal::Abrt, "SIGABRT", "Aborted"),
    (Signal::Bus, "SIGBUS", "Bus error"),
    (Signal::Fpe, "SIGFPE", "Floating point exception"),
    (Signal::Kill, "SIGKILL", "Killed"),
    (Signal::Usr1, "SIGUSR1", "User defined signal 1"),
    (Signal::Segv, "SIGSEGV", "Segmentation fault"),
    (Signal::Usr2, "SIGUSR2", "User defined signal 2"),
    (Signal::Pipe, "SIGPIPE", "Broken pipe"),
    (Signal::Alrm, "SIGALRM", "Alarm clock"),
    (Signal::Term, "SIGTERM", "Terminated"),
    (Signal::Chld, "SIGCHLD", "Child exited"),
    (Signal::Cont, "SIGCONT", "Continued"),
    (Signal::Stop, "SIGSTOP", "Stopped (signal)"),
    (Signal::Xcpu, "SIGXCPU", "CPU time limit exceeded"),
    (Signal::Xfsz, "SIGXFSZ", "File size limit exceeded"),
    (Signal::Winch, "SIGWINCH", "Window changed"),
    (Signal::Sys, "SIGSYS", "Bad system call"),
];

/// Those that this server or whoever started it may have set to be ignored, as nohup(1) does.
pub(crate) const IGNORABLE: [Signal; 9] = [
    Signal::Hup,
    Signal::Int,
    Signal::Quit,
    Signal::Usr1,
    Signal::Usr2,
    Signal::Pipe,
    Signal::Term,
    Signal::Chld,
    Signal::Winch,
];

impl Signal {
    /// The signal of this number, if it is one of ours.
    pub fn from_number(number: i32) -> Option<Self> {
        TABLE.iter().map(|row| row.0).find(|signal| signal.number() == number)
    }

    /// Its number on this system.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// Its name, such as `SIGTERM`.
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    pub(crate) fn native(self) -> io::Result<nix::sys::signal::Signal> {
        Ok(self.number().try_into()?)
    }
}

/// What a signal number means, in words: `Segmentation fault`; `signal 40` for one without a name.
pub fn describe(number: i32) -> Cow<'static, str> {
    match TABLE.iter().find(|row| row.0.number() == number) {
        Some(row) => Cow::Borrowed(row.2),
        None => Cow::Owned(format!("signal {number}")),
    }
}

/// Holds these signals back from this thread and from threads it will start, see pthread_sigmask(3).
pub fn block(signals: &[Signal]) -> io::Result<()> {
    Ok(set_of(signals)?.thread_block()?)
}

/// Lets every signal through again; those held back arrive before this returns.
pub fn unblock_all() -> io::Result<()> {
    SigSet::empty().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    Ok(())
}

/// Lets the process ignore these signals; programs that it starts will ignore them as well.
pub fn ignore(signals: &[Signal]) -> io::Result<()> {
    signals.iter().try_for_each(|&signal| dispose(signal, SigHandler::SigIgn))
}

/// Gives these signals back their default effect.
pub fn default(signals: &[Signal]) -> io::Result<()> {
    signals.iter().try_for_each(|&signal| dispose(signal, SigHandler::SigDfl))
}

fn dispose(signal: Signal, to: SigHandler) -> io::Result<()> {
    // SAFETY: neither SigIgn nor SigDfl runs any code of this program; the former handler is not kept.
    unsafe { nix::sys::signal::signal(signal.native()?, to) }?;
    Ok(())
}

pub(crate) fn set_of(signals: &[Signal]) -> io::Result<SigSet> {
    let mut set = SigSet::empty();
    for signal in signals {
        set.add(signal.native()?);
    }
    Ok(set)
}

/// Signals as something to wait for beside sockets: readable when at least one has come.
///
/// A forked child must drop its copy and set its own dispositions before it unblocks signals.
#[derive(Debug)]
pub struct SignalQueue(host::signal::Queue);

impl SignalQueue {
    /// From now on these signals come here and nowhere else. One queue a process, made before there is a
    /// second thread.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        host::signal::Queue::new(signals).map(Self)
    }

    /// All that have come since the last call, in no special order; never blocks. Equal ones merge, so a
    /// signal says "at least once". On Linux a WINCH that a terminal sends when its size changes is left out.
    pub fn read(&self) -> io::Result<Vec<Signal>> {
        let mut come = Vec::new();
        while let Some(number) = self.0.next()? {
            come.extend(Signal::from_number(number).filter(|signal| !come.contains(signal)));
        }
        Ok(come)
    }
}

impl AsFd for SignalQueue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::signal::raise;

    #[test]
    fn every_row_finds_itself() {
        for (signal, name, words) in TABLE {
            assert_eq!(Signal::from_number(signal.number()), Some(signal));
            assert_eq!(signal.name(), name);
            assert_eq!(describe(signal.number()), words);
            assert_eq!(signal.native().unwrap().as_str(), name);
        }
    }

    #[test]
    fn real_time_signals_have_a_number_only() {
        assert_eq!(Signal::from_number(40), None);
        assert_eq!(describe(40), "signal 40");
    }

    #[test]
    fn a_queue_hears_each_signal_once() {
        let queue = SignalQueue::new(&[Signal::Usr1, Signal::Winch]).unwrap();
        assert_eq!(queue.read().unwrap(), []);
        for signal in [Signal::Usr1, Signal::Winch, Signal::Usr1] {
            raise(signal.native().unwrap()).unwrap();
        }
        let mut come = queue.read().unwrap();
        come.sort_by_key(|signal| signal.number());
        assert_eq!(come, [Signal::Usr1, Signal::Winch]);
        assert_eq!(queue.read().unwrap(), []);
    }

    #[test]
    fn an_ignored_signal_harms_nobody() {
        ignore(&[Signal::Usr2]).unwrap();
        raise(nix::sys::signal::Signal::SIGUSR2).unwrap();
        default(&[Signal::Usr2]).unwrap();
    }

    #[test]
    fn nobody_ignores_kill() {
        assert!(ignore(&[Signal::Kill]).is_err());
    }
}
