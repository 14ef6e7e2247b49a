//! Children in which one thread, the listener, accepts for all.

use std::io;
use std::sync::Arc;

use os::poller::Waker;

use super::{Crew, Idle, Limits, spawn, stay};
use crate::mpm::{Accepted, Acceptor, Child};

/// What the listener has.
pub struct Listener {
    /// Where connections come from.
    pub acceptor: Acceptor<Arc<Waker>>,
    /// Whom they are for.
    pub idle: Arc<Idle<Accepted>>,
    bell: Arc<Waker>,
}

/// The life of a child of a listener, which `listen`s until the child is to leave, of ThreadsPerChild serving threads, and
/// of the thread that hears the parent.
pub fn serve_with_listener(
    child: &Child,
    limits: &Limits,
    listen: fn(&mut Listener) -> io::Result<()>,
) -> io::Result<()> {
    child.init()?;
    let (bell, ear) = (Arc::new(Waker::new()?), Arc::new(Waker::new()?));
    let idle = Arc::new(Idle::new(limits.threads));
    let crew = Crew::start(child, limits, &bell, work(&idle))?;
    let acceptor = Acceptor::with_ear(child, Arc::clone(&ear))?;
    let mut listener = Listener { acceptor, idle: Arc::clone(&idle), bell: Arc::clone(&bell) };
    let listener = spawn("listener", None, move || listen(&mut listener))?;
    child.ready()?;
    stay(child, &bell)?;
    ear.wake()?;
    idle.nudge();
    let listened = listener.join();
    crew.join();
    listened.unwrap_or_else(|_| Err(io::Error::other("the listener thread panicked")))
}

fn work(idle: &Arc<Idle<Accepted>>) -> impl Fn(&super::Station) + Send + Sync + 'static {
    let idle = Arc::clone(idle);
    move |station| {
        while let Some(connection) = idle.wait(station.number) {
            station.serve(connection);
        }
    }
}

/// However it ends, nobody waits for it any more.
impl Drop for Listener {
    fn drop(&mut self) {
        self.idle.close();
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }
}
