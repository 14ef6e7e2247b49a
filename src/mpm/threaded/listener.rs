//! Children in which one thread, the listener, accepts for all.

use std::io;
use std::sync::Arc;

use os::poller::Waker;

use super::crew::{join, spawn};
use super::{Crew, Idle, Limits, Station, stay};
use crate::mpm::{Accepted, Acceptor, Child};

/// What the listener has.
pub struct Listener {
    /// Where connections come from.
    pub acceptor: Acceptor<Arc<Waker>>,
    /// Whom they are for.
    pub idle: Arc<Idle<Accepted>>,
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
    let crew = Crew::start(child, limits.strength(), &bell, work(&idle))?;
    let acceptor = Acceptor::with_ear(child, Arc::clone(&ear))?;
    let mut listener = Listener { acceptor, idle: Arc::clone(&idle) };
    let listener = spawn("listener", None, move || listen(&mut listener))?;
    child.ready()?;
    stay(child, &bell, &ear)?;
    idle.nudge();
    crew.join(child, &bell).and(join(listener))
}

fn work(idle: &Arc<Idle<Accepted>>) -> impl Fn(&Station) -> io::Result<()> + Send + Sync + 'static {
    let idle = Arc::clone(idle);
    move |station| {
        while let Some(connection) = idle.wait(station.number) {
            station.serve(connection);
        }
        Ok(())
    }
}

/// However it ends, nobody waits for it any more: the threads end when they have nothing left to do.
impl Drop for Listener {
    fn drop(&mut self) {
        self.idle.close();
    }
}
