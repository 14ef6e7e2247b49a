//! Waiting for connections, in a blocking poller of its own: an own epoll inside the runtime's epoll would
//! wake everybody for each connection.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use os::poller::{Interest, Poller, Ready, Waker};

use super::channel::Voice;
use super::child::Control;
use super::{Child, Drain, Leave};
use crate::error::System;
use crate::log;
use crate::server::Generation;
use crate::server::listen::Listeners;

/// A connection that was accepted, and who is at its other end.
pub type Accepted = (TcpStream, SocketAddr);

/// Takes connections for one child, one at a time, from all its listeners. Children that share the listeners are
/// woken one for each connection, as long as they wait here.
///
/// When [`Child::most_connections`] have come, the next call begins the child's drain.
pub struct Acceptor<E> {
    ear: E,
    door: Door,
    drain: Drain,
    poller: Poller,
    is_open: bool,
    /// Where there was something at the last wake-up.
    ready: Ready,
    /// How many more it takes.
    left: u64,
    /// For telling the parent that the child takes no more.
    voice: Option<Voice>,
    last_look: Option<usize>,
}

/// Where a child accepts: what any thread of it can make an [`Acceptor`] of.
#[derive(Clone)]
pub struct Door {
    generation: Arc<Generation>,
    listeners: Listeners,
    /// When somebody last said that something is short.
    complained: Arc<Mutex<Option<Instant>>>,
}

impl Door {
    /// That of a child.
    pub fn of(child: &Child) -> Self {
        Self {
            generation: Arc::clone(child.generation()),
            listeners: child.listeners().clone(),
            complained: Arc::default(),
        }
    }

    /// How many listeners there are.
    pub fn len(&self) -> usize {
        self.listeners.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.listeners.is_empty()
    }

    /// A listener's descriptor, by its place; it is the same as long as the door lives.
    pub fn descriptor(&self, listener: usize) -> Option<BorrowedFd<'_>> {
        self.listeners.iter().nth(listener).map(|bound| bound.socket().as_fd())
    }

    /// The local address of all connections of a listener, if it listens on one address alone.
    pub fn local(&self, listener: usize) -> Option<SocketAddr> {
        let local = self.listeners.iter().nth(listener)?.local();
        (!local.ip().is_unspecified()).then_some(local)
    }

    /// Takes a connection from a listener, if one waits there.
    pub fn accept(&self, listener: usize) -> io::Result<Option<Accepted>> {
        self.listeners.iter().nth(listener).map_or(Ok(None), |bound| bound.socket().accept())
    }

    /// Nobody has complained for so long; whoever asks does.
    fn is_silent_for(&self, silence: Duration) -> bool {
        let mut last = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(Instant::now()).is_none_or(|last| last.elapsed() > silence)
    }
}

/// What wakes an acceptor besides connections. Whether it is to end stands in [`Drain`].
pub trait Ear {
    /// What becomes readable.
    fn descriptors(&self) -> impl IntoIterator<Item = BorrowedFd<'_>>;

    /// Hears what has come, so that they are readable no more.
    fn heed(&self);
}

/// In the thread that has the control channel.
impl Ear for &Control {
    fn descriptors(&self) -> impl IntoIterator<Item = BorrowedFd<'_>> {
        [AsFd::as_fd(*self)]
    }

    fn heed(&self) {
        Control::heed(self);
    }
}

/// In any other thread.
impl Ear for Arc<Waker> {
    fn descriptors(&self) -> impl IntoIterator<Item = BorrowedFd<'_>> {
        [AsFd::as_fd(&**self)]
    }

    fn heed(&self) {
        // It cannot fail but for a descriptor that is none.
        let _ = self.clear();
    }
}

/// What became of waiting for a connection.
#[derive(Debug)]
pub enum Woken {
    /// Somebody has come.
    Connection(Accepted),
    /// The ear heard something, or time is up.
    Nothing,
    /// The child is to leave, and the listeners were looked at a last time.
    Over,
}

/// The key of an ear. Those of listeners are their places.
const EAR: u64 = u64::MAX;

impl<'a> Acceptor<&'a Control> {
    /// Waits at the child's listeners from now on, in the thread that has its control channel.
    pub fn new(child: &'a Child) -> io::Result<Self> {
        Self::with_ear(child, child.control())
    }
}

impl<E: Ear> Acceptor<E> {
    /// Waits at the child's listeners from now on, with another ear.
    pub fn with_ear(child: &Child, ear: E) -> io::Result<Self> {
        let voice = Some(child.voice());
        let acceptor = Self::at(Door::of(child), ear, child.drain().clone(), child.most_connections())?;
        Ok(Self { voice, ..acceptor })
    }

    /// Waits at a child's listeners from now on, until `drain` says so or `most` connections have come, if there is a
    /// limit.
    pub fn at(door: Door, ear: E, drain: Drain, most: Option<u64>) -> io::Result<Self> {
        let poller = Poller::new()?;
        ear.descriptors().into_iter().try_for_each(|fd| poller.add(fd, EAR, Interest::Readable))?;
        let mut acceptor = Self {
            ear,
            door,
            drain,
            poller,
            is_open: false,
            ready: Ready::default(),
            left: most.unwrap_or(u64::MAX),
            voice: None,
            last_look: None,
        };
        acceptor.open()?;
        Ok(acceptor)
    }

    /// Blocks until a connection has come. `None` once the child is to leave, after a last look at each listener:
    /// a wake-up that was spent on a leaver wakes nobody else.
    pub fn accept(&mut self) -> io::Result<Option<Accepted>> {
        loop {
            match self.accept_within(None)? {
                Woken::Connection(connection) => return Ok(Some(connection)),
                Woken::Nothing => {}
                Woken::Over => return Ok(None),
            }
        }
    }

    /// Blocks until a connection has come, the ear has heard something, or the time is up.
    pub fn accept_within(&mut self, timeout: Option<Duration>) -> io::Result<Woken> {
        if self.left == 0 {
            self.drain.begin(Leave::Drain);
        }
        if let Some(why) = self.drain.why() {
            return Ok(self.look_once_more(why)?.map_or(Woken::Over, Woken::Connection));
        }
        self.ready = self.poller.wait(timeout)?;
        if self.ready.contains(&EAR) {
            self.ear.heed();
            if !self.drain.is_draining() && self.is_open {
                // A word that is no order to leave: a wake-up died with another child. Listeners that are added anew
                // are looked at.
                self.step_back()?;
            }
            return Ok(Woken::Nothing);
        }
        match self.take_ready() {
            Ok(found) => Ok(found.map_or(Woken::Nothing, Woken::Connection)),
            Err(error) => self.wait_out(&error).map(|()| Woken::Nothing),
        }
    }

    /// What else has come to the listeners that there was something at, without waiting.
    pub fn accept_more(&mut self) -> Option<Accepted> {
        // What is short now will be short at the next wake-up, which says so.
        if self.drain.is_draining() { None } else { self.take_ready().ok().flatten() }
    }

    /// The child leaves, and what it does not take now is in good hands, or in nobody's.
    pub fn has_successors(&self) -> bool {
        matches!(self.drain.why(), Some(Leave::Drain | Leave::Now))
    }

    /// Comes back to the listeners; not after the last look.
    pub fn open(&mut self) -> io::Result<()> {
        if !self.is_open && self.last_look.is_none() {
            for (key, bound) in (0..).zip(self.door.listeners.iter()) {
                self.poller.add(bound.socket(), key, Interest::Exclusive)?;
            }
            self.is_open = true;
        }
        Ok(())
    }

    /// Lets others come first: whoever else waits at the listeners is woken before this acceptor is.
    pub fn step_back(&mut self) -> io::Result<()> {
        self.close()?;
        self.open()
    }

    /// Leaves the listeners to others, and only hears with its ear.
    pub fn close(&mut self) -> io::Result<()> {
        if self.is_open {
            self.is_open = false;
            self.ready = Ready::default();
            self.door.listeners.iter().try_for_each(|bound| self.poller.delete(bound.socket()))?;
        }
        Ok(())
    }

    /// At a restart one connection of each listener and no more, or under load a leaver would go on stealing; at
    /// a stop all that wait; none if the child cuts those that it has.
    fn look_once_more(&mut self, why: Leave) -> io::Result<Option<Accepted>> {
        let mut at = if let Some(at) = self.last_look {
            at
        } else {
            self.close()?;
            if why == Leave::Now { self.door.listeners.len() } else { 0 }
        };
        let mut found = None;
        while at < self.door.listeners.len() && found.is_none() {
            // A listener that cannot give a connection now has none that we could serve.
            found = self.door.accept(at).unwrap_or_default();
            if found.is_none() || why == Leave::Drain {
                at += 1;
            }
        }
        self.last_look = Some(at);
        Ok(found)
    }

    fn take_ready(&mut self) -> io::Result<Option<Accepted>> {
        let ready = self.ready;
        for &key in ready.iter().take_while(|_| self.left > 0) {
            if let Some(found) = self.door.accept(key as usize)? {
                self.count();
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The last connection that it takes: another may come while it is served.
    fn count(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.voice.iter().for_each(Voice::worn);
        }
    }

    /// Something is short (descriptors, memory): the connection stays where it is, and others may take it. Said
    /// once as long as it goes on.
    fn wait_out(&mut self, error: &io::Error) -> io::Result<()> {
        const PAUSE: Duration = Duration::from_secs(1);
        const SILENCE: Duration = Duration::from_secs(600);
        if self.door.is_silent_for(SILENCE) {
            log!(
                *self.door.generation,
                Error,
                AH20100,
                "{}: could not accept a connection; trying again",
                System(error)
            );
        }
        self.close()?;
        self.poller.wait(Some(PAUSE))?;
        self.open()
    }
}
