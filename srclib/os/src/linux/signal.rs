//! signalfd(2).

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::signal::{Signal, set_of};

#[derive(Debug)]
pub(crate) struct Queue(SignalFd);

impl Queue {
    pub(crate) fn new(signals: &[Signal]) -> io::Result<Self> {
        let set = set_of(signals)?;
        set.thread_block()?;
        Ok(Self(SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?))
    }

    pub(crate) fn next(&self) -> io::Result<Option<i32>> {
        loop {
            match self.0.read_signal() {
                Err(nix::Error::EINTR) => {}
                Ok(Some(info)) if is_of_terminal(info.ssi_signo.cast_signed(), info.ssi_code) => {}
                read => return Ok(read?.map(|info| info.ssi_signo.cast_signed())),
            }
        }
    }
}

/// A terminal that changes its size tells everybody in front of it; only a WINCH that somebody sent is a word to us.
fn is_of_terminal(signal: i32, code: i32) -> bool {
    signal == libc::SIGWINCH && code == libc::SI_KERNEL
}

impl AsFd for Queue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminals_new_size_is_no_word_to_us() {
        assert!(is_of_terminal(libc::SIGWINCH, libc::SI_KERNEL));
        assert!(!is_of_terminal(libc::SIGWINCH, libc::SI_USER));
        assert!(!is_of_terminal(libc::SIGINT, libc::SI_KERNEL), "Ctrl-C");
    }
}
