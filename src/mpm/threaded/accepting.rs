//! Threads that all accept: each waits at the listeners, and serves what it took. The system wakes one for each
//! connection.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use os::poller::Waker;

use super::{Duty, Elastic, Post, Spare, Sparing};
use crate::mpm::{Acceptor, Child, Door, Orders, Pool, Role, Seen};
use crate::server::Generation;

/// A child of threads that all accept, as many as there are spare ones to be.
pub struct Accepting {
    spare: Spare,
    most_by: Option<&'static str>,
}

impl Accepting {
    /// As many as the directives of `M`, the MPM, ask for.
    pub fn of<M: Sparing>(generation: &Generation) -> Self {
        Self { spare: Spare::of_mpm::<M>(generation), most_by: M::USUAL.most_by }
    }
}

/// One child, which is all of the server.
impl Pool for Accepting {
    fn threads(&self) -> usize {
        self.spare.most
    }

    fn limit(&self) -> usize {
        1
    }

    fn first(&self, _serving: usize) -> Vec<Role> {
        vec![Role::default()]
    }

    fn tick(&mut self, _seen: &[Seen], _generation: &Generation) -> Orders {
        Orders::default()
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        child.init()?;
        let duty = AtTheDoor { door: child.door(), most: self.spare.most_of_thread, ears: Mutex::default() };
        let threads = Elastic::start(child, &self.spare, self.most_by, Arc::new(duty))?;
        child.ready()?;
        threads.keep(child)
    }
}

struct AtTheDoor {
    door: Door,
    /// After so many connections a thread ends.
    most: Option<u64>,
    /// What wakes each thread.
    ears: Mutex<BTreeMap<usize, Arc<Waker>>>,
}

impl AtTheDoor {
    fn ears(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<Waker>>> {
        self.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Duty for AtTheDoor {
    fn work(&self, post: &Post<'_>) -> io::Result<()> {
        let ear = Arc::new(Waker::new()?);
        let mut acceptor =
            Acceptor::at(self.door.clone(), Arc::clone(&ear), post.drain().clone(), self.most)?;
        // In place of that of the thread that had the number before.
        self.ears().insert(post.number(), ear);
        post.ready();
        while let Some(connection) = acceptor.accept()? {
            post.serve(connection);
        }
        Ok(())
    }

    fn rouse(&self, number: usize) {
        self.ears().get(&number).into_iter().for_each(wake);
    }

    /// A connection may wait that nobody was woken for: whoever waits at the listeners looks.
    fn heard(&self) {
        self.ears().values().for_each(wake);
    }
}

fn wake(ear: &Arc<Waker>) {
    // It cannot fail but for a descriptor that is none.
    let _ = ear.wake();
}
