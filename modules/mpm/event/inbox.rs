//! What a thread is given: connections that wait until it looks, and what the one who gives them must know.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use httpd::mpm::Accepted;
use tokio::sync::Notify;

use crate::door::Loan;

/// The inbox of one thread.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    waiting: Mutex<VecDeque<Accepted>>,
    /// Something came, or the last connection of an inbox that is closed has ended.
    news: Notify,
    /// How many connections the thread has taken out, and how many of all that it has had have ended. It alone writes them.
    taken: AtomicU64,
    ended: AtomicU64,
    is_closed: AtomicBool,
    /// The door, where the thread takes connections itself.
    pub(crate) loan: Loan,
    /// How many of its connections wait for another request.
    kept: OnceLock<Arc<AtomicUsize>>,
    /// How many of those the thread is to close.
    to_shed: AtomicUsize,
    /// When the time of the next of them is up, in milliseconds as the thread said when it closed some; 0 before.
    next: AtomicU64,
}

impl Inbox {
    /// Gives the thread a connection.
    pub(crate) fn give(&self, connection: Accepted) {
        self.waiting().push_back(connection);
        self.news.notify_one();
    }

    /// Takes everything out again that the thread has not taken.
    pub(crate) fn take_back(&self) -> VecDeque<Accepted> {
        mem::take(&mut *self.waiting())
    }

    /// How many of its connections only wait for another request.
    pub(crate) fn kept(&self) -> usize {
        self.kept.get().map_or(0, |kept| kept.load(Ordering::Relaxed))
    }

    /// When the time of the first of these is up, as far as is known: in an order that all inboxes share.
    pub(crate) fn next(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Has the thread close so many of these.
    pub(crate) fn shed(&self, count: usize) {
        self.to_shed.store(count, Ordering::Release);
        self.news.notify_one();
    }

    /// There will be nothing more.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.news.notify_one();
    }

    /// How many connections the thread has taken.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    /// How many of these and of those that it took at the door have ended.
    pub(crate) fn ended(&self) -> u64 {
        self.ended.load(Ordering::SeqCst)
    }

    /// In its thread: says where it counts the connections that it keeps.
    pub(crate) fn show(&self, kept: Arc<AtomicUsize>) {
        // A second time it is the same.
        let _ = self.kept.set(kept);
    }

    /// In its thread: has `shed` close as many connections as it is asked to, and say when the time of the next is up.
    pub(crate) fn shed_with(&self, began: Instant, shed: impl FnOnce(usize) -> Option<Instant>) {
        let count = self.to_shed.swap(0, Ordering::Acquire);
        if count > 0 {
            let next = shed(count).map_or(0, |due| due.saturating_duration_since(began).as_millis() as u64);
            self.next.store(next, Ordering::Relaxed);
        }
    }

    /// In its thread: takes what is there.
    pub(crate) fn take(&self) -> VecDeque<Accepted> {
        let mut waiting = self.waiting();
        // With the lock, or what is taken back could be counted as taken.
        self.taken.store(self.taken() + waiting.len() as u64, Ordering::Release);
        mem::take(&mut *waiting)
    }

    /// In its thread: a connection has ended.
    pub(crate) fn end_one(&self) {
        self.ended.store(self.ended() + 1, Ordering::SeqCst);
        if self.is_closed.load(Ordering::Acquire) {
            self.news.notify_one();
        }
    }

    /// In its thread: nothing is left, and nothing will come.
    pub(crate) fn is_done(&self) -> bool {
        self.is_closed.load(Ordering::Acquire) && self.waiting().is_empty() && self.all() == self.ended()
    }

    /// In its thread: waits until there is something to look at.
    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }

    /// How many connections the thread has had.
    fn all(&self) -> u64 {
        self.taken() + self.loan.taken()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Accepted>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    fn connection() -> Accepted {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = listener.local_addr().unwrap();
        (TcpStream::connect(peer).unwrap(), peer)
    }

    #[test]
    fn what_is_taken_back_was_never_taken() {
        let inbox = Inbox::default();
        inbox.give(connection());
        inbox.give(connection());
        assert_eq!((inbox.take_back().len(), inbox.taken()), (2, 0));
        inbox.give(connection());
        assert_eq!((inbox.take().len(), inbox.taken(), inbox.take_back().len()), (1, 1, 0));
    }

    #[test]
    fn it_is_done_when_the_last_connection_has_ended() {
        let inbox = Inbox::default();
        inbox.give(connection());
        inbox.close();
        assert!(!inbox.is_done(), "something waits");
        let taken = inbox.take();
        assert!(!inbox.is_done(), "something is served");
        drop(taken);
        inbox.end_one();
        assert!(inbox.is_done());
    }
}
