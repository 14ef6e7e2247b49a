//! What the server listens on.

use std::net::SocketAddr;

/// One `Listen` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    /// Address and port; an unspecified address means all of its family.
    pub address: SocketAddr,
    /// `http`, or the protocol that the line named.
    pub protocol: String,
    /// Where the line stands.
    pub position: Option<conf::Position>,
}
