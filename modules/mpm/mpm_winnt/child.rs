//! The child: one thread accepts, a queue holds what it accepted, ThreadsPerChild threads take from that. The thread that
//! waited last is woken first.

use std::io;
use std::sync::Arc;
use std::thread;

use httpd::mpm::threaded::{Crew, Queue, Strength, Waker, stay};
use httpd::mpm::{Accepted, Acceptor, Child};

pub(crate) fn serve(child: &Child, strength: Strength) -> io::Result<()> {
    child.init()?;
    let (bell, ear) = (Arc::new(Waker::new()?), Arc::new(Waker::new()?));
    // While all threads are busy, one connection of each listener is taken nevertheless: the next thread has no need to wait.
    let queue = Arc::new(Queue::new(strength.threads, child.listeners().len()));
    let work = Arc::clone(&queue);
    let crew = Crew::start(child, strength, &bell, move |station| {
        while let Some(connection) = work.take(station.number, || false) {
            station.serve(connection);
        }
        Ok(())
    })?;
    let accepting =
        Accepting { acceptor: Acceptor::with_ear(child, Arc::clone(&ear))?, queue: Arc::clone(&queue) };
    let accepting = thread::Builder::new().name("accepting".to_owned()).spawn(move || accepting.run())?;
    child.ready()?;
    stay(child, &bell, &ear)?;
    queue.nudge();
    let accepted =
        accepting.join().unwrap_or_else(|_| Err(io::Error::other("the thread accepting panicked")));
    crew.join(child, &bell).and(accepted)
}

/// The thread that accepts.
struct Accepting {
    acceptor: Acceptor<Arc<Waker>>,
    queue: Arc<Queue<Accepted>>,
}

impl Accepting {
    fn run(mut self) -> io::Result<()> {
        while self.queue.has_room(|| self.acceptor.has_successors()) {
            let Some(connection) = self.acceptor.accept()? else { break };
            self.queue.put(connection);
        }
        Ok(())
    }
}

/// However it ends, there will be nothing more: threads end when they have nothing left to do.
impl Drop for Accepting {
    fn drop(&mut self) {
        self.queue.close();
    }
}
