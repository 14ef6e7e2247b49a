//! The end of a connection whose client may still be sending.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::protocol::deadlines::Wait;
use crate::protocol::input::Input;

/// How long a client may take to notice the end.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Ends our side, then reads and drops until the client has ended his, or time is up. Closing a socket
/// with unread bytes resets the connection, and the reset may overtake the last answer (RFC 9112, 9.6).
pub(super) async fn linger(connection: &Connection) {
    let thread = &connection.thread;
    connection.wire.borrow().end_output();
    thread.deadlines.set(connection, Wait::Read, Instant::now(), PATIENCE);
    let already_late = connection.timer.has_expired();
    while !already_late && drop_some(connection).await && !connection.timer.has_expired() {}
    connection.wire.borrow_mut().close();
}

/// Reads once; `false` at the end.
async fn drop_some(connection: &Connection) -> bool {
    let dropped = poll_fn(|cx| {
        let wire = &mut *connection.wire.borrow_mut();
        std::task::ready!(wire.poll_readable(cx))?;
        if !wire.input.has_room() {
            wire.input = connection.thread.inputs.take().unwrap_or_else(Input::with_room);
        }
        let unread = wire.input.len();
        wire.input.consume(unread);
        let filled = wire.poll_fill(cx);
        super::give_back(connection, std::mem::take(&mut wire.input));
        filled
    });
    matches!(dropped.await, Ok(1..))
}
