//! Time-outs: one coarse sweep over a thread's connections instead of a timer for each request.
//!
//! A timer that is set and reset with every request costs more than the parsing of its head. So a
//! connection only writes down when its patience ends, which is a store; the sweep looks at all of them about once a
//! second and shuts the sockets of those that are late. That wakes the connection's own future like
//! anything else that happens to its socket, and [`Timer::has_expired`] tells it why.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::connection::Connection;
use crate::mpm::Leave;
use crate::protocol::wire::Wire;
use crate::server::ServingThread;

/// The longest and the shortest time between two sweeps.
const SLOWEST: Duration = Duration::from_secs(1);
const FASTEST: Duration = Duration::from_millis(20);

/// What a connection waits for, and till when.
#[derive(Default)]
pub(crate) struct Timer {
    due: Cell<Option<(Instant, Wait)>>,
    expired: Cell<bool>,
    /// It waits for another request, of which nothing has come.
    is_kept: Cell<bool>,
    /// Its place in the thread's list.
    place: Cell<usize>,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Bytes from the client.
    Read,
    /// The client to take bytes.
    Write,
}

impl Timer {
    /// Time ran out; it stays so.
    pub(crate) fn has_expired(&self) -> bool {
        self.expired.get()
    }

    /// It has run out before the first wait.
    pub(crate) fn expire(&self) {
        self.expired.set(true);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.due.get().is_some()
    }

    /// What is waited for must come within `left` from now, if not sooner. The sweep does not come any faster for it.
    pub(crate) fn hasten(&self, now: Instant, left: Duration) {
        if let (Some((due, wait)), Some(sooner)) = (self.due.get(), now.checked_add(left)) {
            self.due.set(Some((due.min(sooner), wait)));
        }
    }

    fn due(&self) -> Option<Instant> {
        self.due.get().map(|(due, _)| due)
    }

    /// Time is up.
    fn end(&self, wire: &Wire, wait: Wait) {
        self.due.set(None);
        self.expired.set(true);
        wire.interrupt(wait);
    }

    /// Nothing is waited for.
    pub(crate) fn clear(&self) {
        self.due.set(None);
    }
}

/// All connections of a thread, and the pace of its sweep.
pub(crate) struct Deadlines {
    connections: RefCell<Vec<Rc<Connection>>>,
    pace: Cell<Duration>,
    first: Notify,
    /// How many of them are kept for another request; this thread alone writes it.
    kept: Arc<AtomicUsize>,
}

/// A connection that is kept for another request, as long as this lives.
pub(crate) struct Kept<'c>(&'c Connection);

impl<'c> Kept<'c> {
    pub(crate) fn begin(connection: &'c Connection) -> Self {
        connection.timer.is_kept.set(true);
        let kept = &connection.thread.deadlines.kept;
        kept.store(kept.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self(connection)
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.0.timer.is_kept.set(false);
        let kept = &self.0.thread.deadlines.kept;
        kept.store(kept.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }
}

impl Deadlines {
    pub(crate) fn new() -> Self {
        Self {
            connections: RefCell::default(),
            pace: Cell::new(SLOWEST),
            first: Notify::new(),
            kept: Arc::default(),
        }
    }

    pub(crate) fn enter(&self, connection: &Rc<Connection>) {
        let mut connections = self.connections.borrow_mut();
        connection.timer.place.set(connections.len());
        connections.push(Rc::clone(connection));
        self.first.notify_one();
    }

    pub(crate) fn leave(&self, connection: &Connection) {
        let mut connections = self.connections.borrow_mut();
        let place = connection.timer.place.get();
        if connections.get(place).is_some_and(|listed| std::ptr::eq(&raw const **listed, connection)) {
            connections.swap_remove(place);
            if let Some(moved) = connections.get(place) {
                moved.timer.place.set(place);
            }
        }
    }

    /// How many connections there are.
    pub(crate) fn len(&self) -> usize {
        self.connections.borrow().len()
    }

    /// How many of them are kept for another request, for other threads to read.
    pub(crate) fn kept(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.kept)
    }

    /// Ends the time of up to `count` connections that are kept for another request: of those whose time is up first. A
    /// request that is on its way is answered as the last. When the time of the next one is up.
    pub(crate) fn shed(&self, count: usize) -> Option<Instant> {
        let connections = self.connections.borrow();
        let is_idle = |timer: &Timer| timer.is_kept.get() && !timer.expired.get();
        let mut idle: Vec<_> = connections.iter().filter(|connection| is_idle(&connection.timer)).collect();
        idle.sort_unstable_by_key(|connection| connection.timer.due());
        let mut idle = idle.into_iter();
        for connection in idle.by_ref().take(count) {
            connection.timer.end(&connection.wire.borrow(), Wait::Read);
        }
        idle.next().and_then(|connection| connection.timer.due())
    }

    /// From now on `connection` waits, at most for `patience` after `since`.
    pub(crate) fn set(&self, connection: &Connection, wait: Wait, since: Instant, patience: Duration) {
        let pace = (patience / 4).clamp(FASTEST, SLOWEST);
        if pace < self.pace.get() {
            self.pace.set(pace);
        }
        connection.timer.due.set(since.checked_add(patience).map(|due| (due, wait)));
    }

    /// Ends every connection, whatever it waits for.
    fn cut(&self) {
        for connection in &*self.connections.borrow() {
            connection.timer.expired.set(true);
            connection.wire.borrow().interrupt(Wait::Write);
        }
    }

    fn expire(&self, now: Instant) {
        for connection in &*self.connections.borrow() {
            if let Some((due, wait)) = connection.timer.due.get()
                && due <= now
            {
                connection.timer.end(&connection.wire.borrow(), wait);
            }
        }
    }
}

/// Sweeps as long as there are connections, and sleeps without a timer while there are none: an idle
/// thread never wakes.
pub(crate) async fn sweep(thread: Rc<ServingThread>) {
    let deadlines = &thread.deadlines;
    loop {
        if deadlines.len() == 0 {
            deadlines.first.notified().await;
        }
        tokio::time::sleep(deadlines.pace.get()).await;
        deadlines.expire(Instant::now());
        thread.disk.forget();
        if thread.drain.why() == Some(Leave::Now) {
            deadlines.cut();
        }
    }
}
