//! A pool's process as the listener sees it: the channel to it, and what it holds.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use httpd::mpm::Role;
use httpd::os::channel::{Channel, is_full};
use httpd::os::poller::Waker;
use httpd::os::socket;

use super::caller::Caller;
use crate::message::{Described, Flags, LONGEST, Message};

/// What one message with a descriptor takes of a channel's room, about.
const MESSAGE_ROOM: usize = 768;

/// One process of a pool.
pub(super) struct Spoke {
    pub(super) role: Role,
    /// As the parent calls it.
    pub(super) child: u64,
    pub(super) channel: Channel,
    /// The most messages that may lie in the channel.
    depth: usize,
    /// Its connections, by the cookies of their sockets: only these can come back.
    held: Mutex<HashMap<u64, Held>>,
    is_leaving: AtomicBool,
    /// Sockets that it had and that are to be closed by its own intake.
    dead: Mutex<Vec<TcpStream>>,
    /// Wakes its intake.
    pub(super) bell: Waker,
}

/// A connection that a spoke has. The addresses are kept here, so that it cannot say others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    /// Whom a proxy has named.
    pub(super) client: Option<SocketAddr>,
}

/// Why a connection could not be given.
pub(super) enum Refused {
    /// There is no room now.
    Full(Caller),
    /// The process is gone.
    Gone(Caller),
}

impl Spoke {
    pub(super) fn new(role: Role, child: u64, channel: Channel, depth: usize) -> io::Result<Arc<Self>> {
        // The largest message must fit, whatever the depth.
        channel.set_room((depth * MESSAGE_ROOM).max(2 * LONGEST))?;
        Ok(Arc::new(Self {
            role,
            child,
            channel,
            depth,
            held: Mutex::default(),
            is_leaving: AtomicBool::new(false),
            dead: Mutex::default(),
            bell: Waker::new()?,
        }))
    }

    /// How many connections it has.
    pub(super) fn load(&self) -> usize {
        self.held().len()
    }

    /// Passes a connection to it, without ever waiting.
    pub(super) fn give(&self, caller: Caller) -> Result<(), Refused> {
        if self.is_leaving() {
            return Err(Refused::Gone(caller));
        }
        if self.channel.unreceived().unwrap_or(0) >= self.depth * MESSAGE_ROOM {
            return Err(Refused::Full(caller));
        }
        let known = caller.socket.descriptor().and_then(|fd| Some((fd, socket::cookie(fd).ok()?)));
        // It is no socket any more: there is nobody to serve.
        let Some((descriptor, cookie)) = known else { return Ok(()) };
        let message = Message::Give(Described {
            cookie,
            peer: caller.about.peer,
            local: caller.about.local,
            client: caller.client_to_tell(),
            flags: Flags { handed_back: caller.socket.origin.is_some(), late: caller.is_late },
            unread: &caller.unread,
        });
        // Before it is sent: the answer can be here before the call returns.
        self.held().insert(cookie, *caller.about);
        match self.channel.send_with(&message.bytes(), descriptor) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.held().remove(&cookie);
                Err(if is_full(&error) { Refused::Full(caller) } else { Refused::Gone(caller) })
            }
        }
    }

    /// It takes no more connections.
    pub(super) fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    /// Takes a connection that comes back out of those it has.
    pub(super) fn take_back(&self, cookie: u64) -> Option<Held> {
        self.held().remove(&cookie)
    }

    /// Connections of it have ended.
    pub(super) fn end(&self, cookies: &[u64]) {
        let mut held = self.held();
        for cookie in cookies {
            held.remove(cookie);
        }
    }

    /// It wants no more: what it was given it takes, and then finds the end.
    pub(super) fn give_no_more(&self) {
        self.is_leaving.store(true, Ordering::Release);
        // It fails where the other side has gone already.
        let _ = socket::shutdown(self.channel.as_fd(), std::net::Shutdown::Write);
    }

    /// Nothing more comes of it, and nothing can be given.
    pub(super) fn leave(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.held().clear();
    }

    /// Ends the channel: the process finds the end of it, and its intake too.
    pub(super) fn part(&self) {
        // It fails where the other side has gone already.
        let _ = socket::shutdown(self.channel.as_fd(), std::net::Shutdown::Both);
    }

    /// A socket that it had is closed by its own intake, for that may take as long as it likes.
    pub(super) fn bury(&self, stream: TcpStream) {
        self.dead().push(stream);
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }

    /// Those that are to be closed.
    pub(super) fn take_dead(&self) -> Vec<TcpStream> {
        std::mem::take(&mut *self.dead())
    }

    fn dead(&self) -> MutexGuard<'_, Vec<TcpStream>> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<u64, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
