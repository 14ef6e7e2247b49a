//! Connections that come by way of a proxy which says first whose they are (the PROXY protocol): what a module asks of a virtual
//! host's address, and the core keeps to.

use std::net::{IpAddr, SocketAddr};

use super::Generation;
use crate::config::Network;

/// Whose connections begin with a proxy's head: everybody's, but for some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyHeads {
    /// Those who come directly.
    pub exceptions: Vec<Network>,
}

impl ProxyHeads {
    /// A connection from there must begin with one.
    pub fn are_sent_by(&self, peer: IpAddr) -> bool {
        !self.exceptions.iter().any(|network| network.contains(peer))
    }
}

impl Generation {
    /// A connection from `peer` must begin with a proxy's head: nobody has been named yet, so the first virtual host of the
    /// address says so.
    pub fn awaits_proxy_head(&self, local: SocketAddr, peer: SocketAddr) -> bool {
        let first = self.vhosts.get(self.vhost_for(local, None));
        let heads = first.and_then(|vhost| vhost.proxied.as_ref());
        heads.is_some_and(|heads| heads.are_sent_by(peer.ip()))
    }
}
