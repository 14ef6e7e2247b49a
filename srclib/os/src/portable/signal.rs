//! The self-pipe: a handler that writes the signal's number into a pipe.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicI32, Ordering};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, sigaction};

use crate::signal::Signal;

/// The writing end of the one queue there is; -1 without a queue.
static WRITER: AtomicI32 = AtomicI32::new(-1);

#[derive(Debug)]
pub(crate) struct Queue {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Queue {
    pub(crate) fn new(signals: &[Signal]) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        for end in [reader.as_fd(), writer.as_fd()] {
            fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        let free = WRITER.compare_exchange(-1, writer.as_raw_fd(), Ordering::SeqCst, Ordering::SeqCst);
        free.map_err(|_| io::Error::new(ErrorKind::AlreadyExists, "there is a signal queue already"))?;
        let queue = Self { reader, writer };
        let action = SigAction::new(SigHandler::Handler(arrived), SaFlags::SA_RESTART, SigSet::all());
        for signal in signals {
            // SAFETY: the handler does only what signal-safety(7) allows.
            unsafe { sigaction(signal.native()?, &action) }?;
        }
        Ok(queue)
    }

    pub(crate) fn next(&self) -> io::Result<Option<i32>> {
        let mut number = [0];
        match (&self.reader).read(&mut number) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(number[0].into())),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl AsFd for Queue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let _ = WRITER.compare_exchange(self.writer.as_raw_fd(), -1, Ordering::SeqCst, Ordering::SeqCst);
    }
}

extern "C" fn arrived(number: i32) {
    // write(2) may change what the interrupted code is about to read from errno.
    let errno = Errno::last();
    let writer = WRITER.load(Ordering::SeqCst);
    let byte = number as u8;
    // SAFETY: write(2) may be called in a handler; it reads one byte, of ours. A full pipe holds signals
    // enough.
    unsafe { libc::write(writer, (&raw const byte).cast(), 1) };
    errno.set();
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::signal::{Signal as Native, raise};

    #[test]
    fn the_handler_fills_the_queue() {
        let queue = Queue::new(&[Signal::Hup]).unwrap();
        assert!(Queue::new(&[Signal::Hup]).is_err());
        assert_eq!(queue.next().unwrap(), None);
        Errno::EDOM.set();
        raise(Native::SIGHUP).unwrap();
        assert_eq!(Errno::last(), Errno::EDOM);
        assert_eq!(queue.next().unwrap(), Some(libc::SIGHUP));
        assert_eq!(queue.next().unwrap(), None);
        crate::signal::ignore(&[Signal::Hup]).unwrap();
        drop(queue);
        assert!(Queue::new(&[]).is_ok());
    }
}
