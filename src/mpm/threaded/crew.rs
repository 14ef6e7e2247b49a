//! The serving threads of a child: started together, each at a station of its own, and joined at the end.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use os::poller::{Interest, Poller, Waker};
use tokio::runtime::LocalRuntime;

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

/// How many threads, and how much stack each has, in bytes, if that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    #[expect(missing_docs, reason = "the fields are the sentence above")]
    pub threads: usize,
    #[expect(missing_docs, reason = "the fields are the sentence above")]
    pub stack: Option<usize>,
}

/// All serving threads of a child.
#[derive(Debug)]
pub struct Crew {
    threads: Vec<JoinHandle<io::Result<()>>>,
    ended: Arc<AtomicUsize>,
}

impl Crew {
    /// Starts threads that `work`, each at its station, and comes back when all of them can. A thread
    /// that ends rings the bell: its child should not go on without it.
    pub fn start<W>(child: &Child, strength: Strength, bell: &Arc<Waker>, work: W) -> io::Result<Self>
    where
        W: Fn(&Station) -> io::Result<()> + Send + Sync + 'static,
    {
        let (work, ended, (started, all)) = (Arc::new(work), Arc::default(), mpsc::channel());
        let start = |number| {
            let place = Place {
                number,
                generation: Arc::clone(child.generation()),
                slot: child.slot(number),
                drain: child.drain().clone(),
                end: End { ended: Arc::clone(&ended), bell: Arc::clone(bell) },
            };
            let (work, started) = (Arc::clone(&work), started.clone());
            spawn(&format!("serving-{number}"), strength.stack, move || place.occupy(&*work, started))
        };
        let threads = (0..strength.threads).map(start).collect::<io::Result<_>>()?;
        drop(started);
        all.iter().collect::<io::Result<()>>()?;
        Ok(Self { threads, ended })
    }

    /// Waits until all have ended, in the thread that has the control channel; of several errors the first is told.
    pub fn join(self, child: &Child, bell: &Waker) -> io::Result<()> {
        let watch = Watch::new(child, bell)?;
        while self.ended.load(Ordering::Acquire) < self.threads.len() {
            watch.sleep(None)?;
        }
        let joined: Vec<_> = self.threads.into_iter().map(join).collect();
        joined.into_iter().collect()
    }
}

/// Waits for the end of a thread. That it panicked is an error.
pub(super) fn join(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    let name = thread.thread().name().unwrap_or("a").to_owned();
    thread.join().unwrap_or_else(|_| Err(io::Error::other(format!("the thread {name} panicked"))))
}

/// Starts a thread with a name that `ps` and /proc show.
pub(super) fn spawn<T: Send + 'static>(
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

/// Sleeps in the thread that has the control channel until the child is to leave: its parent says so, or the bell
/// rings. Whatever it hears it passes on to the `ear` of the thread that accepts.
pub fn stay(child: &Child, bell: &Waker, ear: &Waker) -> io::Result<()> {
    let watch = Watch::new(child, bell)?;
    while !child.drain().is_draining() {
        if watch.sleep(None)?.bell {
            child.drain().begin(Leave::Drain);
        }
        ear.wake()?;
    }
    Ok(())
}

/// What a thread sleeps by that has the control channel and nothing else to do.
pub(super) struct Watch<'a> {
    child: &'a Child,
    bell: &'a Waker,
    poller: Poller,
}

/// What woke it.
pub(super) struct Heard {
    pub(super) parent: bool,
    pub(super) bell: bool,
}

const CONTROL: u64 = 0;
const BELL: u64 = 1;

impl<'a> Watch<'a> {
    pub(super) fn new(child: &'a Child, bell: &'a Waker) -> io::Result<Self> {
        let poller = Poller::new()?;
        poller.add(bell, BELL, Interest::Readable)?;
        if !child.control().is_over() {
            poller.add(child.control(), CONTROL, Interest::Readable)?;
        }
        Ok(Self { child, bell, poller })
    }

    /// Until one of both was heard, or the time is up.
    pub(super) fn sleep(&self, timeout: Option<Duration>) -> io::Result<Heard> {
        let parent = self.poller.wait(timeout)?.contains(&CONTROL);
        if parent {
            self.child.control().heed();
            if self.child.control().is_over() {
                self.poller.delete(self.child.control())?;
            }
        }
        Ok(Heard { parent, bell: self.bell.clear()? })
    }
}

/// What a thread takes with it.
struct Place {
    number: usize,
    generation: Arc<Generation>,
    slot: Slot,
    drain: Drain,
    end: End,
}

impl Place {
    fn occupy(
        self,
        work: &dyn Fn(&Station) -> io::Result<()>,
        started: Sender<io::Result<()>>,
    ) -> io::Result<()> {
        let Self { number, generation, slot, drain, end: _end } = self;
        let built = ServingThread::runtime();
        // Who started it may have given up on another already.
        let _ = started.send(built.as_ref().map(drop).map_err(again));
        drop(started);
        let thread = ServingThread::new(generation, slot, drain);
        thread.slot.set_state(State::Ready);
        let station = Station { number, runtime: built?, thread };
        let worked = work(&station);
        station.thread.slot.set_state(State::Dead);
        worked
    }
}

pub(super) fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

/// Counts and rings when its thread ends, be it by a panic.
struct End {
    ended: Arc<AtomicUsize>,
    bell: Arc<Waker>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.ended.fetch_add(1, Ordering::Release);
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }
}
