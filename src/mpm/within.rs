//! Children that are threads of this very process: each generation is served by one, and by those that it starts.
//! The parent's loop looks after them as it does after processes, but for two things: nothing but their own will ends
//! them, and they share their parent's rights.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Builder, JoinHandle};

use os::poller::Waker;

use super::Pool;
use super::child::{Child, Inheritance, Rights};
use super::children::Who;
use crate::server::Generation;

/// The threads that are children.
pub(super) struct Within {
    threads: BTreeMap<u32, JoinHandle<io::Result<()>>>,
    born: u32,
    /// Who has ended; the bell is rung for each.
    ended: (Sender<u32>, Receiver<u32>),
    bell: Arc<Waker>,
    rights: Arc<AtomicBool>,
}

impl Within {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            threads: BTreeMap::new(),
            born: 0,
            ended: mpsc::channel(),
            bell: Arc::new(Waker::new()?),
            rights: Arc::default(),
        })
    }

    /// Readable when one has ended.
    pub(super) fn bell(&self) -> &Waker {
        &self.bell
    }

    /// What its children have of its rights.
    pub(super) fn rights(&self) -> Rights {
        Rights::Shared(Arc::clone(&self.rights))
    }

    /// The process has not all of the rights that it was started with.
    pub(super) fn has_given_up_rights(&self) -> bool {
        self.rights.load(Ordering::Relaxed) && !os::user::is_root()
    }

    /// Starts one.
    pub(super) fn start<P: Pool>(
        &mut self,
        make: fn(&Generation) -> P,
        inheritance: Inheritance,
    ) -> io::Result<Who> {
        let number = self.born;
        let end = End { number, ended: self.ended.0.clone(), bell: Arc::clone(&self.bell) };
        let life = move || {
            let _end = end;
            let pool = make(&inheritance.generation);
            pool.serve(&Child::new(inheritance))
        };
        let thread = Builder::new().name(format!("generation-{number}")).spawn(life)?;
        self.threads.insert(number, thread);
        self.born += 1;
        Ok(Who::Thread(number))
    }

    /// One that has ended since it was asked for the last time, and how.
    pub(super) fn next_ended(&mut self) -> Option<(Who, io::Result<()>)> {
        // It is rung again for who ends meanwhile; it cannot fail but for a descriptor that is none.
        let _ = self.bell.clear();
        let number = self.ended.1.try_recv().ok()?;
        let thread = self.threads.remove(&number)?;
        let panicked = |_| Err(io::Error::other("it panicked; the standard error says where"));
        Some((Who::Thread(number), thread.join().unwrap_or_else(panicked)))
    }
}

/// Tells of the end of its thread, be it by a panic.
struct End {
    number: u32,
    ended: Sender<u32>,
    bell: Arc<Waker>,
}

impl Drop for End {
    fn drop(&mut self) {
        // Nobody listens any more when the process ends.
        if self.ended.send(self.number).is_ok() {
            let _ = self.bell.wake();
        }
    }
}
