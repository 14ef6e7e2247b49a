//! The threads that serve, one connection each: more are started when few are idle, and those that have become too many leave.

use std::cell::Cell;
use std::io;
use std::io::IoSlice;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use httpd::error::System;
use httpd::log;
use httpd::mpm::threaded::{Idle, Reserved, tell_full};
use httpd::mpm::{Child, Drain};
use httpd::os::poller::{Interest, Poller, Waker};
use httpd::os::socket;
use httpd::server::scoreboard::{Slot, State};
use httpd::server::territory::{Given, Served, Territory};
use httpd::server::{Generation, ServingThread};

use super::hub::Hub;
use crate::plan::Threads;

/// A connection to be served, and whose it is: the listener that gave it, and the cookie of its socket.
pub(super) struct Job {
    pub(super) given: Given,
    pub(super) origin: Option<(Arc<Hub>, u64)>,
}

/// All serving threads of a process, as its main thread sees them.
pub(super) struct Crew<'a> {
    child: &'a Child,
    territory: &'a Territory,
    shared: Arc<Shared>,
    could_start: Cell<bool>,
    /// Before then it is not said again that there are too few.
    silent_until: Cell<Option<Instant>>,
}

/// Between two complaints that there are too few threads.
const BETWEEN_COMPLAINTS: Duration = Duration::from_secs(60);

struct Shared {
    limits: Threads,
    idle: Idle<Job>,
    counts: Mutex<Counts>,
    /// The main thread sleeps until somebody is idle.
    is_awaited: AtomicBool,
    bell: Arc<Waker>,
    drain: Drain,
}

struct Counts {
    all: usize,
    idle: usize,
    /// The numbers that no thread has.
    free: Vec<usize>,
}

impl<'a> Crew<'a> {
    /// Starts StartThreads threads, and comes back when all of them can serve.
    pub(super) fn start(child: &'a Child, limits: Threads, territory: &'a Territory) -> io::Result<Self> {
        let counts = Counts { all: 0, idle: 0, free: (0..limits.most).rev().collect() };
        let shared = Shared {
            limits,
            idle: Idle::new(limits.most),
            counts: Mutex::new(counts),
            is_awaited: AtomicBool::new(false),
            bell: Arc::new(Waker::new()?),
            drain: child.drain().clone(),
        };
        let crew = Self {
            child,
            territory,
            shared: Arc::new(shared),
            could_start: Cell::new(true),
            silent_until: Cell::new(None),
        };
        let (started, all) = mpsc::channel();
        for _ in 0..limits.start {
            crew.start_one(Some(started.clone()))?;
        }
        drop(started);
        all.iter().collect::<io::Result<()>>()?;
        Ok(crew)
    }

    /// Rings when a thread has become idle that was waited for, and when one has left.
    pub(super) fn bell(&self) -> &Arc<Waker> {
        &self.shared.bell
    }

    /// A thread is idle; if none is, the bell rings when one will be.
    pub(super) fn has_idle(&self) -> bool {
        let is_one = || self.shared.counts().idle > 0;
        if is_one() {
            return true;
        }
        self.complain_of_limit();
        self.shared.is_awaited.store(true, Ordering::SeqCst);
        is_one()
    }

    fn complain_of_limit(&self) {
        let (most, now) = (self.shared.limits.most, Instant::now());
        if self.shared.counts().all < most || self.silent_until.get().is_some_and(|until| now < until) {
            return;
        }
        self.silent_until.set(Some(now + BETWEEN_COMPLAINTS));
        tell_full(self.child.generation(), most, Some("MaxThreadsPerChild"));
    }

    /// No thread serves anybody.
    pub(super) fn is_idle(&self) -> bool {
        let counts = self.shared.counts();
        counts.all == counts.idle
    }

    /// An idle thread. More are started if too few are left.
    pub(super) fn take_idle(&self) -> Option<Ready<'_>> {
        let taken = self.shared.idle.try_reserve();
        let births = {
            let counts = self.shared.counts();
            self.shared.limits.births(counts.all, counts.idle.saturating_sub(1))
        };
        for _ in 0..births {
            let started = self.start_one(None);
            if let Err(error) = &started
                && self.could_start.get()
            {
                log!(
                    **self.child.generation(),
                    Error,
                    AH20606,
                    "{}: could not start a thread",
                    System(error)
                );
            }
            self.could_start.set(started.is_ok());
        }
        taken.map(|thread| Ready { shared: &self.shared, thread })
    }

    /// An idle thread, as soon as there is one.
    pub(super) fn wait_for_idle(&self) -> io::Result<Ready<'_>> {
        let poller = Poller::new()?;
        poller.add(self.bell(), 0, Interest::Readable)?;
        loop {
            if let Some(thread) = self.take_idle() {
                return Ok(thread);
            }
            if !self.has_idle() {
                poller.wait(None)?;
                self.bell().clear()?;
            }
        }
    }

    /// Lets all leave when they have finished, and waits for that.
    pub(super) fn end(&self) -> io::Result<()> {
        self.shared.idle.close();
        let poller = Poller::new()?;
        poller.add(self.bell(), 0, Interest::Readable)?;
        while self.shared.counts().all > 0 {
            poller.wait(None)?;
            self.bell().clear()?;
        }
        Ok(())
    }

    fn start_one(&self, started: Option<Sender<io::Result<()>>>) -> io::Result<()> {
        let Some(number) = self.shared.counts().begin() else { return Ok(()) };
        let place = Place { number, slot: self.child.slot(number), shared: Arc::clone(&self.shared) };
        let (generation, territory) = (Arc::clone(self.child.generation()), self.territory.clone());
        let builder = thread::Builder::new().name(format!("serving-{number}"));
        let builder = match self.shared.limits.stack {
            Some(bytes) => builder.stack_size(bytes),
            None => builder,
        };
        // A place that no thread takes is given back when it is dropped.
        builder.spawn(move || place.occupy(generation, territory, started))?;
        Ok(())
    }
}

/// An idle thread that nobody else will give anything.
pub(super) struct Ready<'a> {
    shared: &'a Shared,
    thread: Reserved<'a, Job>,
}

impl Ready<'_> {
    /// Gives it a connection to serve.
    pub(super) fn give(self, job: Job) {
        self.shared.counts().idle -= 1;
        self.thread.give(job);
    }
}

impl Shared {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread has nothing to do; `false` if it is one too many.
    fn rest(&self) -> bool {
        let mut counts = self.counts();
        if self.limits.is_surplus(counts.idle) {
            return false;
        }
        counts.idle += 1;
        drop(counts);
        if self.is_awaited.swap(false, Ordering::SeqCst) || self.drain.is_draining() {
            // It cannot fail but for a descriptor that is none.
            let _ = self.bell.wake();
        }
        true
    }
}

impl Counts {
    fn begin(&mut self) -> Option<usize> {
        let number = self.free.pop()?;
        self.all += 1;
        Some(number)
    }
}

/// What a thread has for itself.
struct Place {
    number: usize,
    slot: Slot,
    shared: Arc<Shared>,
}

impl Place {
    fn occupy(
        self,
        generation: Arc<Generation>,
        territory: Territory,
        started: Option<Sender<io::Result<()>>>,
    ) {
        let runtime = match ServingThread::runtime() {
            Ok(runtime) => runtime,
            Err(error) => return tell(started, Err(error)),
        };
        let drain = self.shared.drain.clone();
        let thread = ServingThread::within(generation, self.slot.clone(), drain, Some(territory));
        thread.slot.set_state(State::Ready);
        let stays = self.shared.rest();
        tell(started, Ok(()));
        if !stays {
            return;
        }
        while let Some(Job { given, origin }) = self.shared.idle.wait(self.number) {
            let served = runtime.block_on(thread.serve_given(given));
            match (served, origin) {
                (Served::Closed, Some((hub, cookie))) => hub.end(cookie),
                (Served::Foreign { stream, unread }, Some((hub, cookie))) => {
                    let patience = thread.generation.main().configs.core().timeout();
                    if !hub.hand_back(cookie, &stream, &unread, patience) {
                        // There is nobody left to tell if this fails.
                        let _ = socket::send(stream.as_fd(), &[IoSlice::new(MISDIRECTED)], false);
                    }
                }
                (_, None) => {}
            }
            thread.slot.set_state(State::Ready);
            if !self.shared.rest() {
                return;
            }
        }
        self.shared.counts().idle -= 1;
    }
}

/// A client that asks for another host when the listener has gone may ask again on a new connection (RFC 9110, 15.5.20).
const MISDIRECTED: &[u8] =
    b"HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

fn tell(started: Option<Sender<io::Result<()>>>, how: io::Result<()>) {
    if let Some(started) = started {
        // Who started it may have given up on another already.
        let _ = started.send(how);
    }
}

/// However a thread ends, its place is free, and the main thread told.
impl Drop for Place {
    fn drop(&mut self) {
        self.slot.set_state(State::Dead);
        let mut counts = self.shared.counts();
        counts.all -= 1;
        counts.free.push(self.number);
        drop(counts);
        // It cannot fail but for a descriptor that is none.
        let _ = self.shared.bell.wake();
    }
}
