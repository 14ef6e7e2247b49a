//! Waiting for several descriptors at once, and waking a thread that waits.
//!
//! This blocks the thread: it is for a parent's loop and for threads that do nothing but accept. Inside a
//! runtime the runtime waits. (An own epoll inside the runtime's epoll wakes everybody: see
//! [`Interest::Exclusive`].)

use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::host;

/// When to wake up for a descriptor. An end or an error of it wakes as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// When it can be read, accepted from.
    Readable,
    /// The same, but of all the pollers that wait for it only one or a few are woken (EPOLLEXCLUSIVE,
    /// epoll_ctl(2)): for a listener that several processes share. Holds only while each of them waits in
    /// [`Poller::wait`]. Elsewhere the same as Readable.
    Exclusive,
    /// When more has come than was there at the last report (EPOLLET, epoll(7)): for what is looked at and not taken.
    /// Elsewhere the same as Readable.
    Arrival,
    /// When it can be written to.
    Writable,
}

/// Waits for descriptors to become ready; level-triggered, so what was not dealt with is reported again.
///
/// After a fork a child must make its own and drop this one: on Linux both would change one and the same set.
#[derive(Debug)]
pub struct Poller(host::poller::Poller);

impl Poller {
    /// A poller that waits for nothing yet.
    pub fn new() -> io::Result<Self> {
        host::poller::Poller::new().map(Self)
    }

    /// Waits for this descriptor from now on, and reports it by `key`. Delete it before it is closed.
    pub fn add(&self, descriptor: impl AsFd, key: u64, interest: Interest) -> io::Result<()> {
        self.0.add(descriptor.as_fd(), key, interest)
    }

    /// Waits for it no longer.
    pub fn delete(&self, descriptor: impl AsFd) -> io::Result<()> {
        self.0.delete(descriptor.as_fd())
    }

    /// Blocks until something is ready, or the time is up (then nothing is ready); `None` is for ever.
    /// Signals do not interrupt it.
    pub fn wait(&self, timeout: Option<Duration>) -> io::Result<Ready> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut left = timeout;
        let mut ready = Ready::default();
        loop {
            match self.0.wait(left.map_or(-1, milliseconds), &mut ready) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                waited => return waited.map(|()| ready),
            }
            left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        }
    }
}

/// Rounded up: rounded down, the last millisecond would be spent turning in circles.
fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

/// The keys of what is ready; when there is more than fits, the next [`Poller::wait`] reports the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ready {
    keys: [u64; Self::MOST],
    count: usize,
}

impl Ready {
    pub(crate) const MOST: usize = 16;

    pub(crate) fn push(&mut self, key: u64) {
        if let Some(place) = self.keys.get_mut(self.count) {
            *place = key;
            self.count += 1;
        }
    }
}

impl Deref for Ready {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        &self.keys[..self.count]
    }
}

/// Makes a poller return in another thread.
#[derive(Debug)]
pub struct Waker(host::poller::Waker);

impl Waker {
    /// A waker that has not been used.
    pub fn new() -> io::Result<Self> {
        host::poller::Waker::new().map(Self)
    }

    /// Makes it readable, until [`Waker::clear`].
    pub fn wake(&self) -> io::Result<()> {
        self.0.wake()
    }

    /// Makes it unreadable again; `true` if it had been woken, however often.
    pub fn clear(&self) -> io::Result<bool> {
        self.0.clear()
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Write, pipe};

    // That one of several sleepers wakes is in tests/processes.rs.

    #[test]
    fn reports_the_keys_of_what_is_ready() {
        let poller = Poller::new().unwrap();
        let mut pipes: Vec<_> = (0..3).map(|_| pipe().unwrap()).collect();
        for (key, (reader, _)) in (7..).zip(&pipes) {
            poller.add(reader, key, Interest::Readable).unwrap();
        }
        assert!(poller.wait(Some(Duration::ZERO)).unwrap().is_empty());
        pipes[1].1.write_all(b"x").unwrap();
        assert_eq!(*poller.wait(None).unwrap(), [8]);
        assert_eq!(*poller.wait(None).unwrap(), [8], "until it is read");
        pipes[2].1.write_all(b"x").unwrap();
        let mut both = poller.wait(None).unwrap().to_vec();
        both.sort_unstable();
        assert_eq!(both, [8, 9]);
    }

    #[test]
    fn an_end_wakes_too() {
        let poller = Poller::new().unwrap();
        let (reader, writer) = pipe().unwrap();
        poller.add(&reader, 1, Interest::Exclusive).unwrap();
        drop(writer);
        assert_eq!(*poller.wait(None).unwrap(), [1]);
    }

    #[test]
    fn what_is_deleted_is_not_reported() {
        let poller = Poller::new().unwrap();
        let (reader, mut writer) = pipe().unwrap();
        poller.add(&reader, 1, Interest::Readable).unwrap();
        writer.write_all(b"x").unwrap();
        poller.delete(&reader).unwrap();
        assert!(poller.wait(Some(Duration::ZERO)).unwrap().is_empty());
        assert!(poller.delete(&reader).is_err());
    }

    #[test]
    fn more_than_fits_comes_next_time() {
        let poller = Poller::new().unwrap();
        let wakers: Vec<_> = (0..40).map(|_| Waker::new().unwrap()).collect();
        for (key, waker) in (0..).zip(&wakers) {
            poller.add(waker, key, Interest::Readable).unwrap();
            waker.wake().unwrap();
        }
        let mut seen = Vec::new();
        loop {
            let ready = poller.wait(Some(Duration::ZERO)).unwrap();
            if ready.is_empty() {
                break;
            }
            for &key in ready.iter() {
                assert!(wakers[key as usize].clear().unwrap());
                seen.push(key);
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
    }

    #[test]
    fn a_waker_wakes_another_thread() {
        let (poller, waker) = (Poller::new().unwrap(), Waker::new().unwrap());
        poller.add(&waker, 5, Interest::Readable).unwrap();
        std::thread::scope(|scope| {
            let sleeper = scope.spawn(|| poller.wait(None).unwrap().to_vec());
            waker.wake().unwrap();
            waker.wake().unwrap();
            assert_eq!(sleeper.join().unwrap(), [5]);
        });
        assert!(waker.clear().unwrap());
        assert!(!waker.clear().unwrap());
    }

    #[test]
    fn milliseconds_round_up() {
        let cases = [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (u64::MAX, i32::MAX)];
        for (nanoseconds, expected) in cases {
            assert_eq!(milliseconds(Duration::from_nanos(nanoseconds)), expected);
        }
    }
}
