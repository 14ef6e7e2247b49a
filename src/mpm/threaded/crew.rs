//! The serving threads of a child: started together, each at a station of its own, and joined at the end.

use std::io;
use std::rc::Rc;
use std::sync::mpsc;
use std::sync::{Arc, mpsc::Sender};
use std::thread::{self, JoinHandle};

use os::poller::{Interest, Poller, Waker};
use tokio::runtime::LocalRuntime;

use super::Limits;
use crate::mpm::{Accepted, Child, Drain, Leave};
use crate::server::scoreboard::{Slot, State};
use crate::server::{Generation, ServingThread};

/// What one serving thread has for itself.
pub struct Station {
    /// Its number, from 0.
    pub number: usize,
    /// Its runtime.
    pub runtime: LocalRuntime,
    /// What its connections share.
    pub thread: Rc<ServingThread>,
}

impl Station {
    /// Serves one connection to its end, and nothing else meanwhile.
    pub fn serve(&self, (stream, peer): Accepted) {
        self.runtime.block_on(self.thread.serve(stream, peer));
    }
}

/// All serving threads of a child.
#[derive(Debug)]
pub struct Crew {
    threads: Vec<JoinHandle<()>>,
}

impl Crew {
    /// Starts ThreadsPerChild threads that `work`, each at its station, and comes back when all of them can. A thread
    /// that panics rings the bell: its child should not go on without it.
    pub fn start<W>(child: &Child, limits: &Limits, bell: &Arc<Waker>, work: W) -> io::Result<Self>
    where
        W: Fn(&Station) + Send + Sync + 'static,
    {
        let (work, (started, all)) = (Arc::new(work), mpsc::channel());
        let start = |number| {
            let place = Place {
                number,
                generation: Arc::clone(child.generation()),
                slot: child.slot(number),
                drain: child.drain().clone(),
                bell: Arc::clone(bell),
            };
            let (work, started) = (Arc::clone(&work), started.clone());
            spawn(&format!("serving-{number}"), limits.stack, move || place.occupy(&*work, started))
        };
        let threads = (0..limits.threads).map(start).collect::<io::Result<_>>()?;
        drop(started);
        all.iter().collect::<io::Result<()>>()?;
        Ok(Self { threads })
    }

    /// Waits until all have ended.
    pub fn join(self) {
        // One that panicked has said so itself.
        self.threads.into_iter().for_each(|thread| drop(thread.join()));
    }
}

/// Starts a thread with a name that `ps` and /proc show.
pub fn spawn<T: Send + 'static>(
    name: &str,
    stack: Option<usize>,
    body: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let builder = thread::Builder::new().name(name.to_owned());
    let builder = match stack {
        Some(bytes) => builder.stack_size(bytes),
        None => builder,
    };
    builder
        .spawn(body)
        .map_err(|error| io::Error::new(error.kind(), format!("could not start a thread: {error}")))
}

/// Sleeps in the thread that has the control channel until the child is to leave: its parent says so, or one of its
/// threads rings the bell.
pub fn stay(child: &Child, bell: &Waker) -> io::Result<()> {
    const CONTROL: u64 = 0;
    const BELL: u64 = 1;
    let poller = Poller::new()?;
    poller.add(child.control(), CONTROL, Interest::Readable)?;
    poller.add(bell, BELL, Interest::Readable)?;
    while !child.drain().is_draining() {
        match poller.wait(None)?.first() {
            Some(&CONTROL) => child.control().heed(),
            Some(_) => child.drain().begin(Leave::Drain),
            None => {}
        }
    }
    Ok(())
}

/// What a thread takes with it.
struct Place {
    number: usize,
    generation: Arc<Generation>,
    slot: Slot,
    drain: Drain,
    bell: Arc<Waker>,
}

impl Place {
    fn occupy(self, work: &dyn Fn(&Station), started: Sender<io::Result<()>>) {
        let _alarm = Alarm(&self.bell);
        let runtime = match ServingThread::runtime() {
            Ok(runtime) => runtime,
            Err(error) => {
                // Who started it has given up on another already.
                let _ = started.send(Err(error));
                return;
            }
        };
        let thread = ServingThread::new(Arc::clone(&self.generation), self.slot.clone(), self.drain.clone());
        self.slot.set_state(State::Ready);
        let _ = started.send(Ok(()));
        drop(started);
        work(&Station { number: self.number, runtime, thread });
        self.slot.set_state(State::Dead);
    }
}

/// Rings when its thread panics.
struct Alarm<'a>(&'a Waker);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // It cannot fail but for a descriptor that is none.
            let _ = self.0.wake();
        }
    }
}
