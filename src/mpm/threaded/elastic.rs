//! Serving threads whose number follows the load: a keeper starts as many as are missing and ends those that are too
//! many.

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use os::poller::Waker;

use super::crew::{Watch, again, join, spawn};
use super::{Census, Spare, Station};
use crate::error::System;
use crate::log;
use crate::mpm::{Accepted, Child, Drain, Leave};
use crate::server::scoreboard::{Slot, State};
use crate::server::{Generation, ServingThread};

/// How often the keeper looks, though nobody calls.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two complaints that there are too few threads.
const BETWEEN_COMPLAINTS: u32 = 60;

/// What the threads do.
pub trait Duty: Send + Sync + 'static {
    /// A thread's work, until it is to leave. It says [`Post::ready`] first.
    fn work(&self, post: &Post<'_>) -> io::Result<()>;

    /// Wakes the thread of that number, if it waits, to look whether it is to leave.
    fn rouse(&self, number: usize);

    /// The child has heard something of its parent: whoever else it is for must be told.
    fn heard(&self) {}

    /// How many connections were accepted and have no thread yet.
    fn waiting(&self) -> usize {
        0
    }

    /// So many threads could be started besides those that there are.
    fn room(&self, _threads: usize) {}
}

/// What one thread has for itself.
pub struct Post<'a> {
    station: Station,
    place: Arc<Place>,
    common: Arc<Common>,
    started: &'a Started,
}

/// Where it says that it can serve, or why not.
type Started = Cell<Option<Sender<io::Result<()>>>>;

/// What the keeper knows a thread by.
#[derive(Default)]
struct Place {
    is_busy: AtomicBool,
    is_retired: AtomicBool,
    drain: Drain,
}

/// What all threads know.
struct Common {
    bell: Waker,
    threads: AtomicUsize,
    busy: AtomicUsize,
    min_spare: usize,
    /// There may be no more threads: the keeper need not be called.
    is_full: AtomicBool,
    ended: Sender<usize>,
}

impl Post<'_> {
    /// Its number, from 0; of all threads that there are, no other has it.
    pub fn number(&self) -> usize {
        self.station.number
    }

    /// Tells it to leave: it alone, or with its whole child.
    pub fn drain(&self) -> &Drain {
        &self.place.drain
    }

    /// It alone is to leave, when there is nothing for it to do.
    pub fn is_retired(&self) -> bool {
        self.place.is_retired.load(Ordering::Relaxed)
    }

    /// It can serve. To be said once.
    pub fn ready(&self) {
        if let Some(started) = self.started.take() {
            // Who waited for it may have given up on another already.
            let _ = started.send(Ok(()));
        }
        self.station.thread.slot.set_state(State::Ready);
    }

    /// Serves one connection to its end, and nothing else meanwhile.
    pub fn serve(&self, connection: Accepted) {
        let _busy = Busy::begin(self);
        self.station.serve(connection);
    }
}

/// A thread that has something to do, however that ends.
struct Busy<'a>(&'a Post<'a>);

impl<'a> Busy<'a> {
    fn begin(post: &'a Post<'a>) -> Self {
        let common = &post.common;
        post.place.is_busy.store(true, Ordering::Relaxed);
        let busy = common.busy.fetch_add(1, Ordering::Relaxed) + 1;
        let idle = common.threads.load(Ordering::Relaxed).saturating_sub(busy);
        if idle < common.min_spare && !common.is_full.load(Ordering::Relaxed) {
            common.call();
        }
        Self(post)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.place.is_busy.store(false, Ordering::Relaxed);
        self.0.common.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Common {
    fn call(&self) {
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }
}

/// Calls the keeper.
#[derive(Clone)]
pub struct Bell(Arc<Common>);

impl Bell {
    /// Has it look at once.
    pub fn ring(&self) {
        self.0.call();
    }
}

/// All threads, and who keeps them.
pub struct Elastic<D: Duty> {
    duty: Arc<D>,
    spare: Spare,
    /// The directive that says how many threads there are at most, if there is one.
    most_by: Option<&'static str>,
    common: Arc<Common>,
    ended: Receiver<usize>,
    /// By number.
    threads: Vec<Option<Thread>>,
    /// Ticks until it is said again that there are too few.
    silence: u32,
    /// Nothing is started before the next tick: one could not be, or has failed.
    pauses: bool,
}

struct Thread {
    handle: JoinHandle<io::Result<()>>,
    place: Arc<Place>,
    slot: Slot,
}

impl Thread {
    fn is_idle(&self) -> bool {
        !self.place.is_busy.load(Ordering::Relaxed) && !self.place.is_retired.load(Ordering::Relaxed)
    }
}

impl<D: Duty> Elastic<D> {
    /// Starts the first threads, and comes back when all of them can serve.
    pub fn start(
        child: &Child,
        spare: &Spare,
        most_by: Option<&'static str>,
        duty: Arc<D>,
    ) -> io::Result<Self> {
        let (sender, ended) = mpsc::channel();
        let common = Common {
            bell: Waker::new()?,
            threads: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            min_spare: spare.min_spare,
            is_full: AtomicBool::new(false),
            ended: sender,
        };
        let mut elastic = Self {
            duty,
            spare: *spare,
            most_by,
            common: Arc::new(common),
            ended,
            threads: (0..spare.most).map(|_| None).collect(),
            silence: 0,
            pauses: false,
        };
        let (started, all) = mpsc::channel();
        (0..spare.start).try_for_each(|number| elastic.spawn(child, number, Some(started.clone())))?;
        drop(started);
        all.iter().collect::<io::Result<()>>()?;
        elastic.look(child, false);
        Ok(elastic)
    }

    /// Calls the keeper.
    pub fn bell(&self) -> Bell {
        Bell(Arc::clone(&self.common))
    }

    /// Keeps them, in the thread that has the control channel, until the child is to leave and all have ended.
    pub fn keep(mut self, child: &Child) -> io::Result<()> {
        let common = Arc::clone(&self.common);
        let watch = Watch::new(child, &common.bell)?;
        let mut tick = Instant::now() + TICK;
        while !child.drain().is_draining() {
            if watch.sleep(Some(tick.saturating_duration_since(Instant::now())))?.parent {
                self.duty.heard();
            }
            self.bury(child.generation());
            let is_tick = tick <= Instant::now();
            if is_tick {
                tick = Instant::now() + TICK;
                self.pauses = false;
                self.silence = self.silence.saturating_sub(1);
            }
            self.look(child, is_tick);
        }
        while self.living().next().is_some() {
            self.pass_on(child.drain());
            watch.sleep(None)?;
            self.bury(child.generation());
        }
        Ok(())
    }

    /// Does what the numbers ask for.
    fn look(&mut self, child: &Child, is_tick: bool) {
        let change = self.spare.decide(&self.census(), is_tick);
        if change.start > 0 && !self.pauses {
            self.grow(child, change.start);
        }
        if change.retire {
            self.retire();
        }
        if change.is_full && self.silence == 0 {
            self.silence = BETWEEN_COMPLAINTS;
            tell_full(child.generation(), self.spare.most, self.most_by);
        }
        let threads = self.living().count();
        let room = self.spare.most - threads;
        self.common.threads.store(threads, Ordering::Relaxed);
        self.common.is_full.store(room == 0, Ordering::Relaxed);
        self.duty.room(room);
    }

    fn census(&self) -> Census {
        // Who starts is as good as idle.
        let idle = self.living().filter(|(_, thread)| thread.is_idle()).count();
        Census { threads: self.living().count(), idle, waiting: self.duty.waiting() }
    }

    fn grow(&mut self, child: &Child, more: usize) {
        let free: Vec<usize> = (0..self.threads.len()).filter(|&at| self.threads[at].is_none()).collect();
        for number in free.into_iter().take(more) {
            if let Err(error) = self.spawn(child, number, None) {
                self.pauses = true;
                log!(**child.generation(), Error, AH20702, "{}; trying again", System(&error));
                return;
            }
        }
    }

    /// Of those that are idle the one with the highest number.
    fn retire(&self) {
        let idle = self.living().filter(|(_, thread)| thread.is_idle());
        if let Some((number, thread)) = idle.last() {
            thread.place.is_retired.store(true, Ordering::Relaxed);
            thread.place.drain.begin(Leave::Drain);
            self.duty.rouse(number);
        }
    }

    /// What the child is told is told to all.
    fn pass_on(&self, drain: &Drain) {
        for (number, thread) in self.living() {
            if let Some(why) = drain.why() {
                thread.place.drain.begin(why);
            }
            self.duty.rouse(number);
        }
    }

    fn spawn(
        &mut self,
        child: &Child,
        number: usize,
        started: Option<Sender<io::Result<()>>>,
    ) -> io::Result<()> {
        let (place, slot) = (Arc::new(Place::default()), child.slot(number));
        let recruit = Recruit {
            generation: Arc::clone(child.generation()),
            slot: slot.clone(),
            place: Arc::clone(&place),
            started,
            end: End { number, common: Arc::clone(&self.common) },
        };
        let duty = Arc::clone(&self.duty);
        let spawned = spawn(&format!("serving-{number}"), self.spare.stack, move || recruit.live(&*duty));
        match spawned {
            Ok(handle) => self.threads[number] = Some(Thread { handle, place, slot }),
            Err(error) => {
                slot.release();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Waits for those that have ended.
    fn bury(&mut self, generation: &Generation) {
        while let Ok(number) = self.ended.try_recv() {
            let Some(thread) = self.threads[number].take() else { continue };
            let ended = join(thread.handle);
            thread.slot.release();
            if let Err(error) = ended {
                self.pauses = true;
                log!(*generation, Error, AH20703, "{}: a serving thread ended", System(&error));
            }
        }
    }

    fn living(&self) -> impl Iterator<Item = (usize, &Thread)> {
        self.threads.iter().enumerate().filter_map(|(number, thread)| Some((number, thread.as_ref()?)))
    }
}

/// Says in the log that a process is full, and which directive would let it have more, if there is one.
pub fn tell_full(generation: &Generation, most: usize, most_by: Option<&'static str>) {
    let advice = most_by.map(|name| format!(": consider raising {name}")).unwrap_or_default();
    log!(*generation, Error, AH20701, "all {most} threads are busy and there may be no more{advice}");
}

/// Threads that nobody keeps any more do not go on.
impl<D: Duty> Drop for Elastic<D> {
    fn drop(&mut self) {
        for (number, thread) in self.threads.iter().enumerate() {
            if let Some(thread) = thread {
                thread.place.drain.begin(Leave::Now);
                self.duty.rouse(number);
            }
        }
    }
}

/// What a thread takes with it.
struct Recruit {
    generation: Arc<Generation>,
    slot: Slot,
    place: Arc<Place>,
    started: Option<Sender<io::Result<()>>>,
    end: End,
}

impl Recruit {
    fn live(self, duty: &dyn Duty) -> io::Result<()> {
        let Self { generation, slot, place, started, end } = self;
        let started = Cell::new(started);
        let worked = ServingThread::runtime().and_then(|runtime| {
            let thread = ServingThread::new(generation, slot, place.drain.clone());
            let station = Station { number: end.number, runtime, thread };
            duty.work(&Post { station, place, common: Arc::clone(&end.common), started: &started })
        });
        if let (Err(error), Some(started)) = (&worked, started.take()) {
            // Who waited for it may have given up on another already.
            let _ = started.send(Err(again(error)));
        }
        worked
    }
}

/// Tells the keeper of its thread's end, be it by a panic.
struct End {
    number: usize,
    common: Arc<Common>,
}

impl Drop for End {
    fn drop(&mut self) {
        // The keeper may have ended before.
        if self.common.ended.send(self.number).is_ok() {
            self.common.call();
        }
    }
}
