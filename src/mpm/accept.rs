//! Waiting for connections, in a blocking poller of its own: an own epoll inside the runtime's epoll would
//! wake everybody for each connection.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use os::poller::{Interest, Poller};

use super::{Child, Leave};
use crate::error::System;
use crate::log;

/// Takes connections for one child, one at a time, from all its listeners. Children that share the listeners are
/// woken one for each connection, as long as they wait here.
pub struct Acceptor<'a> {
    child: &'a Child,
    poller: Poller,
    last_look: Option<usize>,
    was_short: bool,
}

const CONTROL: u64 = u64::MAX;

impl<'a> Acceptor<'a> {
    /// Waits at the child's listeners from now on.
    pub fn new(child: &'a Child) -> io::Result<Self> {
        let poller = Poller::new()?;
        poller.add(child.control(), CONTROL, Interest::Readable)?;
        let acceptor = Self { child, poller, last_look: None, was_short: false };
        acceptor.open_ears()?;
        Ok(acceptor)
    }

    /// Blocks until a connection has come. `None` once the child is to leave, after a last look at each listener:
    /// a wake-up that was spent on a leaver wakes nobody else.
    pub fn accept(&mut self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        loop {
            if let Some(why) = self.child.drain().why() {
                return self.look_once_more(why);
            }
            let ready = self.poller.wait(None)?;
            if ready.contains(&CONTROL) {
                self.child.control().heed();
                continue;
            }
            for &key in ready.iter() {
                match self.take(key as usize) {
                    Ok(Some(connection)) => return Ok(Some(connection)),
                    Ok(None) => {}
                    Err(error) => {
                        self.wait_out(&error)?;
                        break;
                    }
                }
            }
        }
    }

    /// At a restart one connection of each listener and no more, or under load a leaver would go on stealing; at
    /// a stop all that wait.
    fn look_once_more(&mut self, why: Leave) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        let mut at = if let Some(at) = self.last_look {
            at
        } else {
            self.close_ears()?;
            0
        };
        let mut found = None;
        while at < self.child.listeners().len() && found.is_none() {
            // A listener that cannot give a connection now has none that we could serve.
            found = self.take(at).unwrap_or_default();
            if found.is_none() || why == Leave::Drain {
                at += 1;
            }
        }
        self.last_look = Some(at);
        Ok(found)
    }

    fn take(&self, listener: usize) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        self.child.listeners().iter().nth(listener).map_or(Ok(None), |bound| bound.socket().accept())
    }

    /// Something is short (descriptors, memory): the connection stays where it is, and others may take it. Said
    /// once in a child's life.
    fn wait_out(&mut self, error: &io::Error) -> io::Result<()> {
        const PAUSE: Duration = Duration::from_secs(1);
        if !self.was_short {
            let generation = self.child.generation();
            log!(
                **generation,
                Error,
                AH20100,
                "{}: could not accept a connection; trying again",
                System(error)
            );
            self.was_short = true;
        }
        self.close_ears()?;
        self.poller.wait(Some(PAUSE))?;
        self.open_ears()
    }

    fn open_ears(&self) -> io::Result<()> {
        (0..)
            .zip(self.child.listeners().iter())
            .try_for_each(|(key, bound)| self.poller.add(bound.socket(), key, Interest::Exclusive))
    }

    fn close_ears(&self) -> io::Result<()> {
        self.child.listeners().iter().try_for_each(|bound| self.poller.delete(bound.socket()))
    }
}
