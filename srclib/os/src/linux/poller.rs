//! epoll(7) and eventfd(2).

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::poller::{Interest, Ready};

#[derive(Debug)]
pub(crate) struct Poller(Epoll);

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?))
    }

    pub(crate) fn add(&self, descriptor: BorrowedFd<'_>, key: u64, interest: Interest) -> io::Result<()> {
        let flags = match interest {
            Interest::Readable => EpollFlags::EPOLLIN,
            Interest::Exclusive => EpollFlags::EPOLLIN | EpollFlags::EPOLLEXCLUSIVE,
            Interest::Arrival => EpollFlags::EPOLLIN | EpollFlags::EPOLLRDHUP | EpollFlags::EPOLLET,
            Interest::Writable => EpollFlags::EPOLLOUT,
        };
        Ok(self.0.add(descriptor, EpollEvent::new(flags, key))?)
    }

    pub(crate) fn delete(&self, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        Ok(self.0.delete(descriptor)?)
    }

    /// At most so many milliseconds, for ever if negative; Interrupted by a signal.
    pub(crate) fn wait(&self, milliseconds: i32, ready: &mut Ready) -> io::Result<()> {
        let timeout = EpollTimeout::try_from(milliseconds.max(-1)).unwrap_or(EpollTimeout::NONE);
        let mut events = [EpollEvent::empty(); Ready::MOST];
        let count = self.0.wait(&mut events, timeout)?;
        events.iter().take(count).for_each(|event| ready.push(event.data()));
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct Waker(EventFd);

impl Waker {
    pub(crate) fn new() -> io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        Ok(Self(EventFd::from_value_and_flags(0, flags)?))
    }

    pub(crate) fn wake(&self) -> io::Result<()> {
        match self.0.write(1) {
            // Full: woken as often as can be counted.
            Ok(_) | Err(nix::Error::EAGAIN) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn clear(&self) -> io::Result<bool> {
        match self.0.read() {
            Ok(_) => Ok(true),
            Err(nix::Error::EAGAIN) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
