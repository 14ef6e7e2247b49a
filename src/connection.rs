//! One connection, from accept to close.

use std::cell::{Cell, OnceCell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::explain::Witness;
use crate::log;
use crate::protocol::Successor;
use crate::protocol::deadlines::{Timer, Wait};
use crate::protocol::h1::Incoming;
use crate::protocol::input::Input;
use crate::protocol::wire::Wire;
use crate::server::ServingThread;
use crate::server::log;
use crate::server::pace::Paces;
use crate::server::scoreboard::State;
use crate::server::territory::Given;

/// What is known of a connection as long as it lives.
pub struct Connection {
    /// The thread that serves it.
    pub thread: Rc<ServingThread>,
    /// Our end.
    pub local: SocketAddr,
    /// The other end.
    pub peer: SocketAddr,
    /// The virtual host that answers where no name is asked for.
    pub(crate) default_vhost: usize,
    /// When it was accepted.
    pub(crate) opened: Instant,
    client: Cell<SocketAddr>,
    awaits_head: Cell<bool>,
    answered: Cell<u32>,
    log_id: OnceCell<Box<str>>,
    ends: Cell<bool>,
    successor: Cell<Option<Successor>>,
    was_waited_for: Cell<bool>,
    state: Cell<State>,
    pub(crate) timer: Timer,
    pub(crate) wire: RefCell<Wire>,
    pub(crate) incoming: RefCell<Incoming>,
    /// Who hears what becomes of its requests; nobody, where clients are served.
    pub(crate) witness: Option<Box<Witness>>,
}

impl Connection {
    pub(crate) fn given(thread: &Rc<ServingThread>, given: Given) -> Rc<Self> {
        let Given { stream, peer, local, client, unread, is_shared, is_late } = given;
        let connection = Rc::new(Self::over(thread, Wire::new(stream, unread, is_shared), local, peer));
        connection.client.set(client.unwrap_or(peer));
        connection.awaits_head.set(client.is_none() && thread.generation.awaits_proxy_head(local, peer));
        if is_late {
            connection.timer.expire();
            connection.wire.borrow().interrupt(Wait::Read);
        }
        connection
    }

    /// A connection that nobody is at the other end of, for requests that are made by hand: reading from it
    /// finds the end, writing to it fails.
    pub fn unconnected(thread: &Rc<ServingThread>, local: SocketAddr, peer: SocketAddr) -> Rc<Self> {
        Rc::new(Self::over(thread, Wire::closed(), local, peer))
    }

    /// The same, with a request that has come on it: what becomes of that is heard by a witness.
    pub(crate) fn witnessed(
        thread: &Rc<ServingThread>,
        local: SocketAddr,
        peer: SocketAddr,
        text: &[u8],
    ) -> Rc<Self> {
        let mut wire = Wire::closed();
        wire.input = Input::holding(text.to_vec());
        let witness = Some(Box::default());
        Rc::new(Self { witness, ..Self::over(thread, wire, local, peer) })
    }

    fn over(thread: &Rc<ServingThread>, wire: Wire, local: SocketAddr, peer: SocketAddr) -> Self {
        Self {
            thread: Rc::clone(thread),
            local,
            peer,
            default_vhost: thread.default_vhost(local),
            opened: Instant::now(),
            client: Cell::new(peer),
            awaits_head: Cell::new(false),
            answered: Cell::new(0),
            log_id: OnceCell::new(),
            ends: Cell::new(false),
            successor: Cell::default(),
            was_waited_for: Cell::new(false),
            state: Cell::new(State::Reading),
            timer: Timer::default(),
            wire: RefCell::new(wire),
            incoming: RefCell::default(),
            witness: None,
        }
    }

    /// Whose connection it is: the other end, or whom a proxy there has named.
    pub fn client(&self) -> SocketAddr {
        self.client.get()
    }

    /// A proxy's head comes before anything else.
    pub(crate) fn awaits_head(&self) -> bool {
        self.awaits_head.get()
    }

    /// That has come.
    pub(crate) fn come_from(&self, client: SocketAddr) {
        self.awaits_head.set(false);
        self.client.set(client);
    }

    /// A request that begins with these bytes is for somebody else.
    pub(crate) fn is_foreign(&self, head: &[u8]) -> bool {
        let vhost = || self.thread.generation.vhost_of(self.local, &http1::sniff(head));
        self.thread.territory.as_ref().is_some_and(|territory| !territory.holds(vhost()))
    }

    /// What becomes of it now, and so what its thread does.
    pub(crate) fn set_state(&self, state: State) {
        self.thread.slot.connection_moved(self.state.replace(state), state);
        self.thread.slot.set_state(state);
    }

    /// It is over, and in no state.
    pub(crate) fn leave_state(&self) {
        self.thread.slot.connection_moved(self.state.replace(State::Dead), State::Dead);
    }

    /// What it is called in the error log.
    pub(crate) fn log_id(&self) -> &str {
        self.log_id.get_or_init(log::new_id)
    }

    /// How many requests were answered on it before the present one.
    pub fn answered(&self) -> u32 {
        self.answered.get()
    }

    /// The connection is closed after the present answer, which says so if its head is not out yet.
    pub fn close_after_answer(&self) {
        self.ends.set(true);
    }

    /// Who has the connection if the present answer is a 101.
    pub(crate) fn set_successor(&self, successor: Successor) {
        self.successor.set(Some(successor));
    }

    pub(crate) fn take_successor(&self) -> Option<Successor> {
        self.successor.take()
    }

    /// The present request woke its connection: it had come before anything that ran since in the thread was woken.
    pub(crate) fn was_waited_for(&self) -> bool {
        self.was_waited_for.get()
    }

    pub(crate) fn set_waited_for(&self, waited: bool) {
        self.was_waited_for.set(waited);
    }

    /// From here on the present request's body may have so many bytes, 0 for any number. `false` if more
    /// are announced.
    pub(crate) fn limit_body(&self, most: u64) -> bool {
        self.incoming.borrow_mut().set_limit(most)
    }

    /// Somebody asked for [`close_after_answer`](Self::close_after_answer), or time ran out.
    pub(crate) fn must_close(&self) -> bool {
        self.ends.get() || self.timer.has_expired()
    }

    /// How fast the client must send before a request has told its virtual host.
    pub(crate) fn paces(&self) -> &Paces {
        &self.thread.generation.vhosts[self.default_vhost].paces
    }

    /// Says in the log that the client took too long with a part of its request.
    pub(crate) fn too_slow(&self, part: &str) {
        log!(*self, Info, AH01382, "Request {part} read timeout");
    }

    pub(crate) fn count_answer(&self) {
        self.answered.set(self.answered.get().saturating_add(1));
    }

    /// Passes the result of a poll on, and bounds how long it may be pending: at most `patience` without
    /// any progress.
    pub(crate) fn patient<T>(&self, wait: Wait, patience: Duration, poll: Poll<T>) -> Poll<T> {
        match (&poll, self.timer.is_set()) {
            (Poll::Pending, false) => {
                self.thread.deadlines.set(self, wait, Instant::now(), patience);
            }
            (Poll::Pending, true) => {}
            (Poll::Ready(_), _) => self.timer.clear(),
        }
        poll
    }
}
