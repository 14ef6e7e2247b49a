//! A serving thread: what every connection and request of one thread shares.

use std::cell::{Cell, OnceCell, RefCell};
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use tokio::runtime::{Builder, LocalOptions, LocalRuntime};

use super::Generation;
use super::disk::Disk;
use super::scoreboard::{Slot, State};
use super::territory::{Given, Served, Territory};
use super::turn::{self, Turn};
use super::watch::Watch;
use crate::config::{Configs, walk};
use crate::connection::Connection;
use crate::mpm::Drain;
use crate::protocol::clock::Clock;
use crate::protocol::deadlines::{self, Deadlines};
use crate::protocol::h1;
use crate::protocol::input::Input;
use crate::protocol::pool::Pool;
use crate::request::files;
use crate::request::route::Routes;

/// How many buffers of each kind are kept for later: more connections than these seldom have bytes under
/// way at the same moment.
const SPARE_BUFFERS: usize = 64;

/// What one serving thread owns: no other thread sees it, so nothing in it is locked.
pub struct ServingThread {
    /// The generation that it serves.
    pub generation: Arc<Generation>,
    /// Where it says what it does.
    pub slot: Slot,
    /// Tells it to leave.
    pub drain: Drain,
    /// What it serves, if that is not everything.
    pub(crate) territory: Option<Territory>,
    /// The virtual hosts' configurations, counted by this thread alone: of those that it was asked for.
    vhost_configs: Box<[OnceCell<Rc<Configs>>]>,
    /// The line of the `Server` field.
    pub(crate) server_line: String,
    is_started: Cell<bool>,
    pub(crate) clock: Clock,
    pub(crate) deadlines: Deadlines,
    pub(crate) inputs: Pool<Input>,
    pub(crate) outputs: Pool<Vec<u8>>,
    pub(crate) heads: Pool<h1::Spare>,
    /// The configurations that were merged before.
    pub(crate) walk: RefCell<walk::Cache>,
    /// Where URLs led before.
    pub(crate) routes: RefCell<Routes>,
    /// What it was told of files in this turn.
    pub(crate) turn: Turn,
    /// What it need not look for.
    pub(crate) watch: Watch,
    /// What was answered before.
    pub(crate) repeats: h1::Repeats,
    /// Small files that were served before.
    pub(crate) files: RefCell<files::Cache>,
    /// Which files are in memory.
    pub(crate) disk: Disk,
}

impl ServingThread {
    /// A thread that serves nobody yet.
    pub fn new(generation: Arc<Generation>, slot: Slot, drain: Drain) -> Rc<Self> {
        Self::within(generation, slot, drain, None)
    }

    /// The same for a thread that serves a part of the virtual hosts only.
    pub fn within(
        generation: Arc<Generation>,
        slot: Slot,
        drain: Drain,
        territory: Option<Territory>,
    ) -> Rc<Self> {
        let vhost_configs = generation.vhosts.iter().map(|_| OnceCell::new()).collect();
        let watch = Watch::of_thread(slot.number().unwrap_or_default());
        let banner = super::banner(generation.main().configs.core().server_tokens());
        Rc::new(Self {
            generation,
            slot,
            drain,
            territory,
            vhost_configs,
            server_line: format!("Server: {banner}\r\n"),
            is_started: Cell::new(false),
            clock: Clock::new(),
            deadlines: Deadlines::new(),
            inputs: Pool::new(SPARE_BUFFERS),
            outputs: Pool::new(SPARE_BUFFERS),
            heads: Pool::new(SPARE_BUFFERS),
            walk: RefCell::default(),
            routes: RefCell::default(),
            turn: Turn::default(),
            watch,
            repeats: h1::Repeats::default(),
            files: RefCell::default(),
            disk: Disk::default(),
        })
    }

    /// The runtime that a serving thread needs: one thread, sockets, the sweep's timer. Tasks on it need
    /// not be `Send`.
    pub fn runtime() -> io::Result<LocalRuntime> {
        Builder::new_current_thread().enable_io().enable_time().build_local(LocalOptions::default())
    }

    /// Serves a connection until it is closed. `stream` must be non-blocking.
    ///
    /// The connection counts from this call on, not from the first poll of what it returns: a thread that
    /// drains must not overlook it. The future may be moved to another task of this thread; dropping it
    /// closes the connection. It must be polled on a runtime as [`runtime`](Self::runtime) makes it.
    pub fn serve(self: &Rc<Self>, stream: TcpStream, peer: SocketAddr) -> impl Future<Output = ()> + use<> {
        // A socket whose own address is unknown was reset before it could be looked at.
        let local = stream.local_addr().ok();
        self.admit(stream, peer, local).serve()
    }

    /// The same in two steps: from this one on the connection counts. Without a local address it is closed.
    pub fn admit(
        self: &Rc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        local: Option<SocketAddr>,
    ) -> Admitted {
        let unread = Vec::new();
        let (client, is_shared, is_late) = (None, false, false);
        let given = |local| Given { stream, peer, local, client, unread, is_shared, is_late };
        Admitted(local.map(|local| Listed::enter(Connection::given(self, given(local)))))
    }

    /// As [`serve`](Self::serve), for a connection that somebody else has accepted and that may be for somebody else again.
    pub fn serve_given(self: &Rc<Self>, given: Given) -> impl Future<Output = Served> + use<> {
        let listed = Listed::enter(Connection::given(self, given));
        async move {
            listed.0.thread.start();
            h1::serve(&listed.0).await
        }
    }

    /// Starts what it does besides serving, once. It must be called where local tasks can be spawned.
    fn start(self: &Rc<Self>) {
        if !self.is_started.replace(true) {
            let forgetful = Forgetful(Rc::clone(self));
            tokio::task::spawn_local(async move { deadlines::sweep(Rc::clone(&forgetful.0)).await });
            tokio::task::spawn_local(turn::end_turns(Rc::clone(self)));
        }
    }

    /// How many of its connections are kept for another request, of which nothing has come. Other threads may read it.
    pub fn kept(&self) -> Arc<AtomicUsize> {
        self.deadlines.kept()
    }

    /// Closes up to `count` connections that are kept for another request, those first whose KeepAliveTimeout ends
    /// first: somebody else needs the room. What has come of a request by then is answered, as the last. Returns when
    /// the time of the next such connection ends.
    pub fn shed(&self, count: usize) -> Option<Instant> {
        self.deadlines.shed(count)
    }

    /// The virtual host that answers on an address where no name is asked for.
    pub(crate) fn default_vhost(&self, local: SocketAddr) -> usize {
        match &self.territory {
            None => self.generation.vhost_for(local, None),
            Some(territory) => territory.default_vhost(&self.generation, local),
        }
    }

    /// How many connections it serves now.
    pub fn connections(&self) -> usize {
        self.deadlines.len()
    }

    /// Whether others would have to wait if a part of a file were sent now, for it must be read from the disk first.
    pub(crate) fn holds_others_up(&self, file: &Rc<File>, part: &Range<u64>) -> bool {
        self.connections() > 1 && self.disk.is_cold(file, part)
    }

    /// The configuration of a virtual host before any section is merged into it.
    pub(crate) fn configs(&self, vhost: usize) -> Rc<Configs> {
        let own = || Rc::new(self.generation.vhosts[vhost].configs.clone());
        Rc::clone(self.vhost_configs[vhost].get_or_init(own))
    }
}

/// A connection that counts as one of its thread's and waits to be served.
///
/// Who serves it in a task with other things to do should have this in the task, not the future that [`serve`](Self::serve) returns: a
/// future that another one was given lies in it twice, and a connection lasts long.
pub struct Admitted(Option<Listed>);

impl Admitted {
    /// Serves it until it is closed, as [`ServingThread::serve`] does.
    pub async fn serve(self) {
        if let Some(listed) = &self.0 {
            listed.0.thread.start();
            h1::serve(&listed.0).await;
        }
    }
}

/// Ends with the thread's runtime, and with it what the thread keeps that points back to the thread.
struct Forgetful(Rc<ServingThread>);

impl Drop for Forgetful {
    fn drop(&mut self) {
        self.0.repeats.clear();
    }
}

/// A connection as long as it counts as one of its thread's.
struct Listed(Rc<Connection>);

impl Listed {
    fn enter(connection: Rc<Connection>) -> Self {
        let thread = &connection.thread;
        thread.slot.connection_opened();
        connection.set_state(State::Reading);
        thread.deadlines.enter(&connection);
        Self(connection)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let thread = &self.0.thread;
        self.0.wire.borrow_mut().close();
        thread.deadlines.leave(&self.0);
        thread.slot.connection_closed();
        self.0.leave_state();
        if thread.connections() == 0 {
            thread.slot.set_state(State::Ready);
        }
    }
}
