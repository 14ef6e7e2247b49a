//! A child: its listener waits for connections as long as some thread is idle, and hands out what has come, to the
//! top of the stack of idle threads. Nothing is queued.

use std::io;

use httpd::mpm::Child;
use httpd::mpm::threaded::{Limits, Listener, serve_with_listener};

pub(crate) fn serve(child: &Child, limits: &Limits) -> io::Result<()> {
    serve_with_listener(child, limits, listen)
}

fn listen(listener: &mut Listener) -> io::Result<()> {
    let Listener { acceptor, idle } = listener;
    while let Some(thread) = idle.reserve(|| acceptor.has_successors()) {
        let Some(connection) = acceptor.accept()? else { break };
        thread.give(connection);
        while let Some(thread) = idle.try_reserve() {
            let Some(connection) = acceptor.accept_more() else { break };
            thread.give(connection);
        }
    }
    Ok(())
}
