//! A connection while the listener has it.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use httpd::http1::{PROXIED_MOST, Proxied, SNIFF_MOST, Sniff, proxied, sniff};
use httpd::os::socket;
use httpd::server::Generation;

use super::spoke::{Held, Spoke};

/// A connection of which nothing is taken but what a pool has read of it.
pub(super) struct Caller {
    pub(super) socket: Socket,
    /// What whoever gets it is told of it.
    pub(super) about: Box<Held>,
    /// Its first bytes are a proxy's head, which is for the pool to take.
    awaits_head: bool,
    /// What the pool had read that handed it back.
    pub(super) unread: Vec<u8>,
    /// The client was too slow.
    pub(super) is_late: bool,
}

impl Caller {
    /// `None` for one that is gone already.
    pub(super) fn accepted(generation: &Generation, stream: TcpStream, peer: SocketAddr) -> Option<Self> {
        let local = stream.local_addr().ok()?;
        let socket = Socket { stream: Some(stream), origin: None };
        let awaits_head = generation.awaits_proxy_head(local, peer);
        let about = Box::new(Held { peer, local, client: None });
        Some(Self { socket, about, awaits_head, unread: Vec::new(), is_late: false })
    }

    /// One that a pool hands back, with what it has read.
    pub(super) fn back(socket: Socket, held: Held, unread: Vec<u8>) -> Self {
        Self { socket, about: Box::new(held), awaits_head: false, unread, is_late: false }
    }

    /// Whom a proxy has named, where the pool cannot see that any more.
    pub(super) fn client_to_tell(&self) -> Option<SocketAddr> {
        self.about.client.filter(|_| !self.awaits_head)
    }

    /// No more will come of it than is there now.
    pub(super) fn has_ended(&self) -> bool {
        self.socket.descriptor().is_none_or(|fd| socket::has_ended(fd).unwrap_or(true))
    }

    /// What its first bytes say, and how many there are; nothing is taken.
    pub(super) fn look<'b>(&'b mut self, buffer: &'b mut [u8]) -> io::Result<(Sniff<'b>, usize)> {
        if !self.unread.is_empty() {
            return Ok((sniff(&self.unread), self.unread.len()));
        }
        match self.socket.descriptor().map(|fd| socket::peek(fd, buffer)) {
            Some(Ok(0)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(Ok(count)) => Ok((self.sniff(&buffer[..count]), count)),
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok((Sniff::Need(1), 0)),
            Some(Err(error)) => Err(error),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Past a proxy's head, if there is to be one.
    fn sniff<'b>(&mut self, bytes: &'b [u8]) -> Sniff<'b> {
        if !self.awaits_head {
            return sniff(bytes);
        }
        match proxied(bytes) {
            Proxied::Need(need) => Sniff::Need(need),
            Proxied::Bad => Sniff::Bad,
            Proxied::Head(length, client) => {
                self.about.client = Some(client.unwrap_or(self.about.peer));
                match sniff(&bytes[length..]) {
                    Sniff::Need(need) => Sniff::Need(length + need),
                    first => first,
                }
            }
        }
    }
}

/// The most that is looked at.
pub(super) const LOOKED_AT: usize = PROXIED_MOST + SNIFF_MOST;

/// The socket of a connection, that may have been a pool's.
pub(super) struct Socket {
    stream: Option<TcpStream>,
    /// Who handed it back.
    pub(super) origin: Option<Arc<Spoke>>,
}

impl Socket {
    /// One that a spoke has handed back.
    pub(super) fn of(stream: TcpStream, origin: &Arc<Spoke>) -> Self {
        Self { stream: Some(stream), origin: Some(Arc::clone(origin)) }
    }

    /// It is always there, but while it is dropped.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.stream.as_ref().map(TcpStream::as_fd)
    }
}

/// Who handed it back may have kept a copy, and prepared it so that closing it takes long: then his own intake does it.
impl Drop for Socket {
    fn drop(&mut self) {
        if let (Some(origin), Some(stream)) = (&self.origin, self.stream.take()) {
            origin.bury(stream);
        }
    }
}
