//! poll(2) and a pipe.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::fcntl::{FcntlArg, OFlag, fcntl};

use crate::poller::{Interest, Ready};

/// Numbers, not borrowed descriptors: poll(2) reports a closed one (POLLNVAL) and harms nobody.
#[derive(Debug)]
pub(crate) struct Poller(Mutex<Vec<(libc::pollfd, u64)>>);

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Mutex::new(Vec::new())))
    }

    /// A wait under way in another thread does not hear of it.
    pub(crate) fn add(&self, descriptor: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        let fd = descriptor.as_raw_fd();
        let mut entries = self.entries();
        if entries.iter().any(|(entry, _)| entry.fd == fd) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let events = if interest == Interest::Writable { libc::POLLOUT } else { libc::POLLIN };
        entries.push((libc::pollfd { fd, events, revents: 0 }, key));
        Ok(())
    }

    pub(crate) fn delete(&self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        let fd = descriptor.as_raw_fd();
        let mut entries = self.entries();
        let place = entries.iter().position(|(entry, _)| entry.fd == fd).ok_or(ErrorKind::NotFound)?;
        entries.remove(place);
        Ok(())
    }

    /// At most so many milliseconds, for ever if negative; Interrupted by a signal.
    pub(crate) fn wait(&self, milliseconds: i32, ready: &mut Ready) -> io::Result<()> {
        let (mut asked, keys): (Vec<_>, Vec<_>) = self.entries().iter().copied().unzip();
        poll(&mut asked, milliseconds)?;
        let answered = asked.iter().zip(keys).filter(|(entry, _)| entry.revents & !libc::POLLNVAL != 0);
        answered.for_each(|(_, key)| ready.push(key));
        Ok(())
    }

    fn entries(&self) -> MutexGuard<'_, Vec<(libc::pollfd, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn poll(entries: &mut [libc::pollfd], milliseconds: i32) -> io::Result<()> {
    // SAFETY: the pointer comes with the number of entries behind it.
    match unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as _, milliseconds) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

#[derive(Debug)]
pub(crate) struct Waker {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Waker {
    pub(crate) fn new() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        for end in [reader.as_fd(), writer.as_fd()] {
            fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(Self { reader, writer })
    }

    pub(crate) fn wake(&self) -> io::Result<()> {
        match (&self.writer).write(&[0]) {
            // Full: woken as often as can be counted.
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn clear(&self) -> io::Result<bool> {
        let mut woken = false;
        loop {
            match (&self.reader).read(&mut [0; 256]) {
                Ok(0) => return Ok(woken),
                Ok(_) => woken = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(woken),
                Err(error) => return Err(error),
            }
        }
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(poller: &Poller) -> Vec<u64> {
        let mut ready = Ready::default();
        poller.wait(0, &mut ready).unwrap();
        ready.to_vec()
    }

    #[test]
    fn reports_what_is_ready_until_it_is_dealt_with() {
        let poller = Poller::new().unwrap();
        let wakers = [Waker::new().unwrap(), Waker::new().unwrap()];
        for (key, waker) in (1..).zip(&wakers) {
            poller.add(waker.as_fd(), key, Interest::Exclusive).unwrap();
        }
        assert!(poller.add(wakers[0].as_fd(), 9, Interest::Readable).is_err());
        assert_eq!(ready(&poller), []);
        wakers[1].wake().unwrap();
        wakers[1].wake().unwrap();
        assert_eq!(ready(&poller), [2]);
        assert!(wakers[1].clear().unwrap());
        assert!(!wakers[1].clear().unwrap());
        assert_eq!(ready(&poller), []);
    }

    #[test]
    fn what_is_deleted_or_closed_is_not_reported() {
        let poller = Poller::new().unwrap();
        let (deleted, closed) = (Waker::new().unwrap(), Waker::new().unwrap());
        for waker in [&deleted, &closed] {
            poller.add(waker.as_fd(), 1, Interest::Readable).unwrap();
            waker.wake().unwrap();
        }
        poller.delete(deleted.as_fd()).unwrap();
        assert!(poller.delete(deleted.as_fd()).is_err());
        poller.delete(closed.as_fd()).unwrap();
        drop(closed);
        assert_eq!(ready(&poller), []);
    }
}
