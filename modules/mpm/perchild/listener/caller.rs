//! A connection while the listener has it.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use httpd::http1::{Sniff, sniff};
use httpd::os::socket;

use super::spoke::Spoke;

/// A connection of which nothing is taken but what a pool has read of it.
pub(super) struct Caller {
    pub(super) socket: Socket,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    /// What the pool had read that handed it back.
    pub(super) unread: Vec<u8>,
    /// The client was too slow.
    pub(super) is_late: bool,
}

impl Caller {
    /// `None` for one that is gone already.
    pub(super) fn accepted(stream: TcpStream, peer: SocketAddr) -> Option<Self> {
        let local = stream.local_addr().ok()?;
        let socket = Socket { stream: Some(stream), origin: None };
        Some(Self { socket, peer, local, unread: Vec::new(), is_late: false })
    }

    /// What its first bytes say, and how many there are; nothing is taken.
    pub(super) fn look<'b>(&'b self, buffer: &'b mut [u8]) -> io::Result<(Sniff<'b>, usize)> {
        if !self.unread.is_empty() {
            return Ok((sniff(&self.unread), self.unread.len()));
        }
        match self.socket.descriptor().map(|fd| socket::peek(fd, buffer)) {
            Some(Ok(0)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(Ok(count)) => Ok((sniff(&buffer[..count]), count)),
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok((Sniff::Need(1), 0)),
            Some(Err(error)) => Err(error),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

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
