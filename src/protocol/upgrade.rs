//! Another protocol on the same connection, after `101 Switching Protocols` (RFC 9110, 7.8).

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::input::Input;
use super::wire::More;
use crate::connection::Connection;
use crate::mpm::Drain;
use crate::request::{Body, BoxFuture, Request, Response};

/// What a connection does once it has changed its protocol. The connection is closed when it is done.
pub type Successor = Box<dyn FnOnce(Upgraded) -> BoxFuture<'static, ()>>;

impl Request {
    /// The client offers to go on with this protocol once the request is answered. False for one that has a body which
    /// nobody has read: its bytes would be taken for the new protocol's.
    pub fn may_upgrade_to(&self, protocol: &str) -> bool {
        let offers = |offered: &[u8]| http1::has_token(offered, protocol);
        self.head.version() >= http1::Version::Http11
            && http1::Connection::of(&self.head).upgrade
            && self.head.get_all("Upgrade").any(offers)
            && self.body.remaining() == Some(0)
    }

    /// The answer after which `successor` has the connection; whatever else is answered instead takes that back.
    pub fn upgrade_to(&self, protocol: &'static str, successor: Successor) -> Response {
        self.connection.set_successor(successor);
        Response::new(101, Body::Empty).header("Upgrade", protocol)
    }
}

/// A connection that speaks another protocol now. Reading begins with what the client has sent behind its request.
/// There are no time-outs but those of whoever has it.
pub struct Upgraded {
    connection: Rc<Connection>,
}

impl Upgraded {
    pub(super) fn new(connection: &Rc<Connection>) -> Self {
        connection.timer.clear();
        Self { connection: Rc::clone(connection) }
    }

    /// What is known of the connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether the process is to leave: the protocol should come to an end in its own way.
    pub fn drain(&self) -> &Drain {
        &self.connection.thread.drain
    }
}

impl AsyncRead for Upgraded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = &mut *self.connection.wire.borrow_mut();
        if wire.input.is_empty() {
            if !wire.input.has_room() {
                wire.input = Input::with_room();
            }
            ready!(wire.poll_fill(cx))?;
        }
        let here = wire.input.bytes();
        let count = here.len().min(buf.remaining());
        buf.put_slice(&here[..count]);
        wire.input.consume(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Upgraded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.connection.wire.borrow_mut().poll_write(cx, &[IoSlice::new(bytes)], More::No)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.wire.borrow().end_output();
        Poll::Ready(Ok(()))
    }
}
