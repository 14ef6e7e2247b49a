//! What a proxy says first of a connection: whose it is.

use std::future::poll_fn;
use std::net::SocketAddr;

use http1::Proxied;

use crate::connection::Connection;
use crate::log;

/// Reads the head; `false` if there is none, or it does not come in the time that was set.
pub(crate) async fn take_head(connection: &Connection) -> bool {
    loop {
        let seen = http1::proxied(connection.wire.borrow().input.bytes());
        match seen {
            Proxied::Head(length, client) => {
                connection.wire.borrow_mut().input.consume(length);
                connection.come_from(client.unwrap_or(connection.peer));
                return true;
            }
            Proxied::Bad => return refuse(connection, connection.peer),
            Proxied::Need(_) => {}
        }
        let filled = poll_fn(|cx| connection.wire.borrow_mut().poll_fill(cx)).await;
        if !matches!(filled, Ok(1..)) {
            if connection.timer.has_expired() {
                connection.too_slow("PROXY protocol");
            }
            return false;
        }
    }
}

fn refuse(connection: &Connection, peer: SocketAddr) -> bool {
    log!(
        *connection,
        Info,
        AH21001,
        "a connection from {peer} does not begin with a PROXY protocol head: it is closed"
    );
    false
}
