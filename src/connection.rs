//! One connection, from accept to close.

use std::net::SocketAddr;
use std::rc::Rc;

use crate::server::ServingThread;

/// What is known of a connection as long as it lives.
pub struct Connection {
    /// The thread that serves it.
    pub thread: Rc<ServingThread>,
    /// Our end.
    pub local: SocketAddr,
    /// The other end.
    pub peer: SocketAddr,
}
