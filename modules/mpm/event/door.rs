//! The door on loan: while connections come thick and fast, serving threads take them from the listeners themselves.
//!
//! Handing a connection over costs a wake-up and a switch of threads, which is a third of a short connection. A thread
//! that is awake anyway need not be woken. But the listeners wake every thread that has them in its runtime, so that they
//! are lent only as long as everybody has something to do, and only to few.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;

use httpd::mpm::{Accepted, Door};
use tokio::io::Interest;
use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};
use tokio::sync::Notify;

/// The most connections that a thread takes before those that it has get their turn.
const AT_ONCE: usize = 16;

/// What one thread has of the door.
#[derive(Debug, Default)]
pub(crate) struct Loan {
    is_lent: AtomicBool,
    news: Notify,
    /// How many connections the thread has taken; it alone writes it.
    taken: AtomicU64,
}

impl Loan {
    /// The thread takes connections from now on.
    pub(crate) fn begin(&self) {
        self.is_lent.store(true, Ordering::Release);
        self.news.notify_one();
    }

    /// The thread takes no more.
    pub(crate) fn end(&self) {
        if self.is_lent.swap(false, Ordering::AcqRel) {
            self.news.notify_one();
        }
    }

    /// It has the door, and has not given it back.
    pub(crate) fn is_lent(&self) -> bool {
        self.is_lent.load(Ordering::Acquire)
    }

    /// How many connections it has taken.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    /// In its thread: takes connections whenever it has the door, and gives it back if there is no room or something is wrong
    /// with the listeners.
    pub(crate) async fn make_use(&self, door: &Door, host: &impl Host) {
        loop {
            self.news.notified().await;
            if self.is_lent() && !self.take_all(door, host).await.unwrap_or_default() {
                self.is_lent.store(false, Ordering::Release);
                host.give_back();
            }
        }
    }

    /// Until the loan ends; `false` if the thread cannot go on before.
    async fn take_all(&self, door: &Door, host: &impl Host) -> io::Result<bool> {
        let ears = (0..door.len()).map(|place| ear(Place { door, place })).collect::<io::Result<Vec<_>>>()?;
        while let Some(knock) = self.knock(&ears).await {
            let mut knock = knock?;
            for _ in 0..AT_ONCE {
                if !host.has_room() {
                    return Ok(false);
                }
                let Some(connection) = door.accept(knock.get_inner().place)? else {
                    knock.clear_ready();
                    break;
                };
                self.taken.store(self.taken() + 1, Ordering::Release);
                host.serve(connection, door.local(knock.get_inner().place));
            }
            drop(knock);
            tokio::task::yield_now().await;
        }
        Ok(true)
    }

    /// Waits until somebody knocks; `None` if the loan ends.
    async fn knock<'e, 'd>(&self, ears: &'e [AsyncFd<Place<'d>>]) -> Option<io::Result<Knock<'e, 'd>>> {
        let mut news = pin!(self.news.notified());
        poll_fn(|cx| {
            // It may be news of a loan that ended and began again: both are past.
            let _ = news.as_mut().poll(cx);
            if !self.is_lent() {
                return Poll::Ready(None);
            }
            let knocks = ears.iter().map(|ear| ear.poll_read_ready(cx));
            knocks.into_iter().find(Poll::is_ready).map_or(Poll::Pending, |knock| knock.map(Some))
        })
        .await
    }
}

/// Who serves what comes through the door.
pub(crate) trait Host {
    /// There is room for another connection.
    fn has_room(&self) -> bool;

    /// Begins to serve one, whose local address may be known.
    fn serve(&self, connection: Accepted, local: Option<SocketAddr>);

    /// The door is not used any more.
    fn give_back(&self);
}

type Knock<'e, 'd> = AsyncFdReadyGuard<'e, Place<'d>>;

#[expect(
    deprecated,
    reason = "its successor is unsafe; a door keeps its listeners open as long as it lives, and a place has one of them"
)]
fn ear(place: Place<'_>) -> io::Result<AsyncFd<Place<'_>>> {
    AsyncFd::with_interest(place, Interest::READABLE)
}

/// A listener, for the runtime.
struct Place<'d> {
    door: &'d Door,
    place: usize,
}

impl AsRawFd for Place<'_> {
    fn as_raw_fd(&self) -> RawFd {
        self.door.descriptor(self.place).map_or(-1, |descriptor| descriptor.as_raw_fd())
    }
}
