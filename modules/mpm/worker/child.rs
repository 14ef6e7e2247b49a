//! A child: its listener reserves an idle thread, waits for one connection, and hands it over. So no connection is
//! taken from the other children that this one could not serve at once.

use std::io;

use httpd::mpm::Child;
use httpd::mpm::threaded::{Limits, Listener, serve_with_listener};

pub(crate) fn serve(child: &Child, limits: &Limits) -> io::Result<()> {
    serve_with_listener(child, limits, listen)
}

fn listen(listener: &mut Listener) -> io::Result<()> {
    let Listener { acceptor, idle } = listener;
    while let Some(thread) = idle.reserve(|| acceptor.has_successors()) {
        match acceptor.accept()? {
            Some(connection) => thread.give(connection),
            None => break,
        }
    }
    Ok(())
}
