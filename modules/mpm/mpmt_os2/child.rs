//! A child: one thread accepts and queues, as many threads as there should be take from the queue, and its main thread keeps
//! them and hears the parent.

use std::io;
use std::sync::Arc;
use std::thread;

use httpd::mpm::threaded::{Bell, Duty, Elastic, Post, Queue, Spare, Waker};
use httpd::mpm::{Accepted, Acceptor, Child, Drain, Leave};

pub(crate) fn serve(child: &Child, spare: &Spare) -> io::Result<()> {
    child.init()?;
    let ear = Arc::new(Waker::new()?);
    let queue = Arc::new(Queue::new(spare.most, 0));
    let duty = Taking { queue: Arc::clone(&queue), ear: Arc::clone(&ear) };
    let threads = Elastic::start(child, spare, None, Arc::new(duty))?;
    let acceptor = Acceptor::with_ear(child, ear)?;
    let accepting = Accepting { acceptor, queue, drain: child.drain().clone(), bell: threads.bell() };
    let accepting = thread::Builder::new().name("accepting".to_owned()).spawn(move || accepting.run())?;
    child.ready()?;
    let kept = threads.keep(child);
    let accepted =
        accepting.join().unwrap_or_else(|_| Err(io::Error::other("the thread accepting panicked")));
    kept.and(accepted)
}

/// What the serving threads do.
struct Taking {
    queue: Arc<Queue<Accepted>>,
    /// That of the thread that accepts.
    ear: Arc<Waker>,
}

impl Duty for Taking {
    fn work(&self, post: &Post<'_>) -> io::Result<()> {
        post.ready();
        while let Some(connection) = self.queue.take(post.number(), || post.is_retired()) {
            post.serve(connection);
        }
        Ok(())
    }

    fn rouse(&self, number: usize) {
        self.queue.rouse(number);
    }

    fn heard(&self) {
        // It cannot fail but for a descriptor that is none.
        let _ = self.ear.wake();
        self.queue.nudge();
    }

    fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    fn room(&self, threads: usize) {
        self.queue.allow(threads);
    }
}

/// The thread that accepts.
struct Accepting {
    acceptor: Acceptor<Arc<Waker>>,
    queue: Arc<Queue<Accepted>>,
    drain: Drain,
    bell: Bell,
}

impl Accepting {
    fn run(mut self) -> io::Result<()> {
        while self.queue.has_room(|| self.acceptor.has_successors()) {
            let Some(connection) = self.acceptor.accept()? else { break };
            if !self.queue.put(connection) {
                self.bell.ring();
            }
        }
        Ok(())
    }
}

/// However it ends, there will be nothing more: the child leaves when its threads have nothing left to do.
impl Drop for Accepting {
    fn drop(&mut self) {
        self.drain.begin(Leave::Drain);
        self.queue.close();
        self.bell.ring();
    }
}
