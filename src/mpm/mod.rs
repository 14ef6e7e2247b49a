//! The Multi-Processing Module: exactly one in a program, it binds, forks, accepts and dispatches.
//!
//! What they share is here: the parent's loop (`supervise`) with its table of `children`, the
//! `channel` to each of them, the `pacing` of those that die at once; what a [`Child`] has and does first;
//! how it [accepts](Acceptor); and the way in and out: `pidfile`, `ready`, `notify`, [`control`].

mod accept;
mod channel;
mod child;
mod children;
mod coming;
pub mod control;
mod leaving;
mod link;
mod notify;
mod occasion;
mod pacing;
mod pidfile;
mod ready;
mod reload;
mod server;
mod supervise;
pub mod threaded;
mod within;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

pub use accept::{Accepted, Acceptor, Door, Ear, Woken};
pub use child::{Child, Control};
pub use link::{By, Link, Peer};
pub use occasion::Occasion;
pub(crate) use server::start;
pub use server::{Reload, Server, Start};

use os::user::{Gid, Uid};

use crate::module::Module;
use crate::server::Generation;

/// How many of something there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// None: the MPM does not do that.
    No,
    /// A fixed number.
    Static,
    /// A number that follows the load.
    Dynamic,
}

/// What is known of an MPM when it is compiled.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    /// The name that `httpd -V` prints: `prefork`.
    pub name: &'static str,
    /// Threads in a process.
    pub threaded: Count,
    /// Processes.
    pub forked: Count,
    /// A thread holds many connections.
    pub is_async: bool,
}

/// How a run of the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// At once, by TERM or INT.
    Stop,
    /// After the last request, by WINCH.
    GracefulStop,
}

/// A Multi-Processing Module.
///
/// The contract, for all of them:
///
/// - **Processes.** The parent has one thread for ever and no runtime: only so can it fork at any time. It
///   opens sockets, forks, reaps and paces; it never accepts and never serves. Children are forked by
///   [`Server::supervise`] alone. No thread and no runtime exists in a child before [`Pool::serve`]. Where the
///   server is one process ([`Server::alone`], `-X`), a child is a thread of it and those that this starts: the
///   loop is the same, and so is all else, but for what a process has to itself (see Rights).
/// - **Signals** are the parent's, and the core's: TERM and INT stop, HUP restarts, USR1 restarts gracefully,
///   WINCH stops gracefully. An MPM installs no handler. A child dies of TERM, INT and KILL and ignores HUP,
///   USR1 and WINCH, which operators send to whole groups; what it is to do comes over its control channel
///   ([`Child::control`]), and the end of that channel, when the parent has gone, is an order to drain.
/// - **Trust.** The parent believes no child. It knows pids from its own table; what stands in the scoreboard
///   is brought into range and used for pacing only; a child that floods its channel is not listened to.
/// - **Threads.** Each serving thread owns one [`ServingThread`](crate::server::ServingThread) with a runtime of
///   [its](crate::server::ServingThread::runtime) and one [slot](Child::slot), and shares nothing with
///   another thread but the generation. Only the thread that called [`Pool::serve`] may use the control
///   channel; it tells the others by [`Drain`].
/// - **Rights.** A child that is a process gives its rights up in [`Child::init`]; a process that is all of the
///   server does so once, for all generations to come: what these may not open, they go on with if it is open,
///   or they do not come. MaxConnectionsPerChild means nothing where nobody could follow.
/// - **Leaving.** A child that drains takes its listeners out of its wait queue first, looks at each a last time
///   ([`Acceptor`] does both), and ends when its last connection has.
/// - **Restarts** stay inside [`run`](Mpm::run): a new generation's children are forked and can accept before
///   the old are told to drain. If anything of the new one fails, the old one goes on.
pub trait Mpm: Module {
    /// What is known of it when it is compiled.
    const TRAITS: Traits;

    /// Serves until told to end: calls [`Server::supervise`], or [`Server::alone`] where one process does it
    /// all. A reason to end that is nobody's order is an error; it has been told already.
    fn run(&self, server: Server) -> io::Result<Ended>;
}

/// An [`Mpm`] whose type is forgotten: which one serves may be known at the start only.
pub(crate) trait AnyMpm: Sync {
    fn traits(&self) -> Traits;
    fn serve(&self, server: Server) -> io::Result<Ended>;
}

impl<M: Mpm> AnyMpm for M {
    fn traits(&self) -> Traits {
        M::TRAITS
    }

    fn serve(&self, server: Server) -> io::Result<Ended> {
        self.run(server)
    }
}

/// The children of one generation: how many, which, and what each of them does. One is made for each
/// generation; [`tick`](Pool::tick) is called in the parent, [`serve`](Pool::serve) in a child.
pub trait Pool: 'static {
    /// How many serving threads a child has; each has a slot of the scoreboard.
    fn threads(&self) -> usize;

    /// The most children at once, those that drain not counted.
    fn limit(&self) -> usize;

    /// The children to begin with, the last of them forked first. `serving` is how many the generation before has, 0 at the server's start:
    /// who follows under load must not begin with less.
    fn first(&self, serving: usize) -> Vec<Role>;

    /// Whether children of a role take connections from the listening sockets; the others do not even have these.
    fn accepts(&self, _role: Role) -> bool {
        true
    }

    /// Which roles' children speak with each other past the parent.
    fn links(&self) -> Vec<Link> {
        Vec::new()
    }

    /// Decides, once a second, how many children there should be. A child that ended unbidden is not its
    /// concern: it is replaced by one of the same role, with pacing.
    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders;

    /// Serves, in a process of its own, until told to drain or for as long as it likes. An error before
    /// [`Child::ready`] is a failure of the generation.
    fn serve(&self, child: &Child) -> io::Result<()>;
}

/// Which of an MPM's sorts of children one is. The meaning is the MPM's; those with one sort use the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Role(pub usize);

/// What the parent knows of a child that serves, or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its sort.
    pub role: Role,
    /// How many of its threads could take a connection at once; a child that is still starting counts as idle.
    pub idle: usize,
    /// How many connections it has.
    pub connections: usize,
}

/// What a [`Pool`] wants changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Orders {
    /// Children to be forked.
    pub spawn: Vec<Role>,
    /// Children that are too many, by their place in what was seen: they drain.
    pub retire: Vec<usize>,
}

/// What a `child_init` or `drop_privileges` hook is told.
pub struct ChildInit<'a> {
    /// The generation that the child serves.
    pub generation: &'a Generation,
    /// Whom it is to become, where that is not for the configuration of the main server to say.
    pub identity: Option<Identity>,
}

/// A user and a group for a process of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The user.
    pub uid: Uid,
    /// The group.
    pub gid: Gid,
    /// It is in the other groups of that user too.
    pub with_groups: bool,
}

/// Why a serving process is to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Leave {
    /// Others serve in its place: it accepts no more, finishes its connections and leaves.
    Drain = 1,
    /// The server ends: it takes what still waits at the listeners, then as `Drain`.
    Stop = 2,
    /// It cuts its connections: said only where there is no process of its own that a signal could end.
    Now = 3,
}

/// Tells the threads of a process that it drains: from then on every answer closes its connection. Clones
/// share what they know.
#[derive(Debug, Clone, Default)]
pub struct Drain(Arc<AtomicU8>);

impl Drain {
    /// The process is to leave: one relaxed load, once for each answer.
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Why it is to leave, if it is.
    pub fn why(&self) -> Option<Leave> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Leave::Drain),
            2 => Some(Leave::Stop),
            _ => Some(Leave::Now),
        }
    }

    /// Tells all; there is no way back, and nothing is weakened.
    pub fn begin(&self, why: Leave) {
        self.0.fetch_max(why as u8, Ordering::Relaxed);
    }
}
