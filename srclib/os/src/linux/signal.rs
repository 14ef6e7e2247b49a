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
                read => return Ok(read?.map(|info| info.ssi_signo.cast_signed())),
            }
        }
    }
}

impl AsFd for Queue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
