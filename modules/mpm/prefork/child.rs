//! A child: one connection after the other, each to its end.

use std::io;

use httpd::mpm::{Acceptor, Child};
use httpd::server::ServingThread;
use httpd::server::scoreboard::State;

/// Serves until the child is told to leave, or has taken MaxConnectionsPerChild connections.
pub(crate) fn serve(child: &Child) -> io::Result<()> {
    child.init()?;
    let runtime = ServingThread::runtime()?;
    let thread = child.serving_thread();
    child.hear_inside(&runtime);
    let mut acceptor = Acceptor::new(child)?;
    thread.slot.set_state(State::Ready);
    child.ready()?;
    while let Some((stream, peer)) = acceptor.accept()? {
        runtime.block_on(thread.serve(stream, peer));
    }
    Ok(())
}
