//! Which virtual hosts a thread serves, where not every process serves all of them.

use std::net::{SocketAddr, TcpStream};

use http1::Sniff;

use super::Generation;

/// The virtual hosts that are served here. A request for another is not answered: it is for somebody else.
#[derive(Debug, Clone)]
pub struct Territory {
    held: Box<[bool]>,
    gives_back: bool,
}

/// How much of a connection that is given back can have been read: the next request's head, and a part of what follows.
pub const UNREAD_MOST: usize = 64 * 1024;

impl Territory {
    /// Those virtual hosts, by their places. With `gives_back` a connection whose next request is for another comes back out of
    /// [`serve_given`](super::ServingThread::serve_given); else, or if too much of it was read, that is answered with 421.
    pub fn new(generation: &Generation, held: impl IntoIterator<Item = usize>, gives_back: bool) -> Self {
        let mut all = vec![false; generation.vhosts.len()].into_boxed_slice();
        for vhost in held {
            if let Some(place) = all.get_mut(vhost) {
                *place = true;
            }
        }
        Self { held: all, gives_back }
    }

    /// The virtual host is served here.
    pub fn holds(&self, vhost: usize) -> bool {
        self.held.get(vhost).copied().unwrap_or(false)
    }

    pub(crate) fn gives_back(&self) -> bool {
        self.gives_back
    }

    /// Who answers here on that address where no name is asked for: the address's own, or the next of it that is served
    /// here, or the first of all.
    pub(crate) fn default_vhost(&self, generation: &Generation, local: SocketAddr) -> usize {
        let usual = generation.vhost_for(local, None);
        let named =
            || generation.addresses.on(local)?.vhosts.iter().copied().find(|vhost| self.holds(*vhost));
        let first = || self.held.iter().position(|held| *held);
        if self.holds(usual) { usual } else { named().or_else(first).unwrap_or(usual) }
    }
}

impl Generation {
    /// The virtual host that a connection's first bytes are for.
    pub fn vhost_of(&self, local: SocketAddr, first: &Sniff<'_>) -> usize {
        match first {
            Sniff::Host(host) => self.vhost_for(local, Some(host)),
            Sniff::Tls(name) => self.vhost_for(local, name.as_deref()),
            Sniff::Nameless(path) => {
                self.vhost_by_path(local, path).unwrap_or_else(|| self.vhost_for(local, None))
            }
            Sniff::Http2 | Sniff::Bad | Sniff::Need(_) => self.vhost_for(local, None),
        }
    }
}

/// A connection that somebody else has accepted.
#[derive(Debug)]
pub struct Given {
    /// Its socket.
    pub stream: TcpStream,
    /// The other end.
    pub peer: SocketAddr,
    /// Our end.
    pub local: SocketAddr,
    /// Whose it is, where a proxy has said so and that was read already.
    pub client: Option<SocketAddr>,
    /// What was read of it already, to be taken before anything else.
    pub unread: Vec<u8>,
    /// Another process may have a copy of the socket, and change what is set on it at any time.
    pub is_shared: bool,
    /// The client was too slow: what has come is answered, and nothing more waited for.
    pub is_late: bool,
}

/// How a connection ended that was given.
#[derive(Debug)]
pub enum Served {
    /// It is closed.
    Closed,
    /// It goes on, and the next request is for somebody else; its head is the beginning of what was read.
    Foreign {
        /// The socket, known to no runtime any more.
        stream: TcpStream,
        /// What was read of it and not answered.
        unread: Vec<u8>,
    },
}
