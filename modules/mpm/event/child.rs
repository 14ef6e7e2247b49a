//! A child: its main thread accepts and hears the parent, and gives each connection to one of the serving threads.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use httpd::mpm::threaded::{Crew, Limits, Station, Waker};
use httpd::mpm::{self, Accepted, Acceptor, Child, Control, Drain, Ear, Leave, Woken};
use httpd::server::ServingThread;

use crate::door::Host;
use crate::inbox::Inbox;
use crate::plan::{Door, Load, PATIENCE, Room, Rush, TICK, Watch, choose, favourites, may_lend};

/// The most connections that are taken each time somebody knocks.
const AT_ONCE: usize = 16;
/// How often a process that can take nobody looks whether it could make room.
const LOOK: Duration = Duration::from_millis(10);

pub(crate) fn serve(child: &Child, limits: &Limits, room: Room) -> io::Result<()> {
    child.init()?;
    let bell = Arc::new(Waker::new()?);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let favourites = favourites(cores, limits.start);
    let lends = may_lend(favourites, limits.start) && child.most_connections().is_none();
    let shared = Arc::new(Shared::new(limits.threads, lends.then(|| child.door()))?);
    let serving = Arc::clone(&shared);
    let crew = Crew::start(child, limits.strength(), &bell, move |station| {
        station.runtime.block_on(serve_inbox(station, &serving));
        Ok(())
    })?;
    let ears = Ears { control: child.control(), drain: child.drain(), bell: &bell, room: &shared.left };
    let mut acceptor = Acceptor::with_ear(child, ears)?;
    child.ready()?;
    let accepted = Dispatcher::new(&shared, room, favourites).run(&mut acceptor);
    drop(acceptor);
    shared.inboxes.iter().for_each(Inbox::close);
    crew.join(child, &bell).and(accepted)
}

/// What the accepting thread and the serving ones have in common.
struct Shared {
    began: Instant,
    inboxes: Vec<Inbox>,
    /// Where threads take connections themselves in a rush; `None` if they never do.
    door: Option<mpm::Door>,
    /// The process has as many connections as it takes: whoever ends one says so.
    is_full: AtomicBool,
    left: Waker,
}

impl Shared {
    fn new(threads: usize, door: Option<mpm::Door>) -> io::Result<Self> {
        let inboxes = (0..threads).map(|_| Inbox::default()).collect();
        let (is_full, left) = (AtomicBool::new(false), Waker::new()?);
        Ok(Self { began: Instant::now(), inboxes, door, is_full, left })
    }
}

/// The life of a serving thread: every connection it is given is a task.
async fn serve_inbox(station: &Station, shared: &Arc<Shared>) {
    let Some(inbox) = shared.inboxes.get(station.number) else { return };
    let hall =
        Hall { thread: Rc::clone(&station.thread), shared: Arc::clone(shared), number: station.number };
    inbox.show(station.thread.kept());
    tokio::task::spawn_local(hall.clone().mind_the_door());
    while !inbox.is_done() {
        for connection in inbox.take() {
            hall.serve(connection, None);
        }
        inbox.news().await;
        inbox.shed_with(shared.began, |count| station.thread.shed(count));
    }
}

/// Where a thread's connections are.
#[derive(Clone)]
struct Hall {
    thread: Rc<ServingThread>,
    shared: Arc<Shared>,
    number: usize,
}

impl Hall {
    async fn mind_the_door(self) {
        if let (Some(door), Some(inbox)) = (&self.shared.door, self.shared.inboxes.get(self.number)) {
            inbox.loan.make_use(door, &self).await;
        }
    }
}

impl Host for Hall {
    fn has_room(&self) -> bool {
        let kept = self.shared.inboxes.get(self.number).map_or(0, Inbox::kept);
        let load = Load { open: self.thread.connections(), kept, is_stuck: false };
        load.has_room() && !self.thread.drain.is_draining()
    }

    fn serve(&self, (stream, peer): Accepted, local: Option<SocketAddr>) {
        let place = Place { shared: Arc::clone(&self.shared), number: self.number };
        let local = local.or_else(|| stream.local_addr().ok());
        // It counts from here on: a thread that leaves must not overlook it.
        let admitted = self.thread.admit(stream, peer, local);
        tokio::task::spawn_local(async move {
            admitted.serve().await;
            drop(place);
        });
    }

    fn give_back(&self) {
        // It cannot fail but for a descriptor that is none.
        let _ = self.shared.left.wake();
    }
}

/// A connection's place in its thread and its process, however it ends.
struct Place {
    shared: Arc<Shared>,
    number: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(inbox) = self.shared.inboxes.get(self.number) {
            inbox.end_one();
        }
        // Counted first, asked then: the accepting thread does it the other way round, so one of both sees the other.
        if self.shared.is_full.load(Ordering::SeqCst) {
            // It cannot fail but for a descriptor that is none.
            let _ = self.shared.left.wake();
        }
    }
}

/// Gives connections to threads.
struct Dispatcher<'a> {
    shared: &'a Shared,
    room: Room,
    favourites: usize,
    /// How many connections each thread was given.
    sent: Vec<u64>,
    watches: Vec<Watch>,
    loads: Vec<Load>,
    door: Door,
    rush: Rush,
    /// The door is lent to the favourites.
    is_lent: bool,
    /// When connections were last asked to go.
    shed: Option<Instant>,
}

impl<'a> Dispatcher<'a> {
    fn new(shared: &'a Shared, room: Room, favourites: usize) -> Self {
        let threads = shared.inboxes.len();
        Self {
            shared,
            room,
            favourites,
            sent: vec![0; threads],
            watches: vec![Watch::new(Instant::now()); threads],
            loads: Vec::with_capacity(threads),
            door: Door::Open,
            rush: Rush::new(Instant::now()),
            is_lent: false,
            shed: None,
        }
    }

    /// Until the child is to leave.
    fn run(&mut self, acceptor: &mut Acceptor<Ears<'_>>) -> io::Result<()> {
        loop {
            let woken = acceptor.accept_within(self.patience())?;
            self.look(Instant::now());
            match woken {
                Woken::Connection(first) => self.give_all(first, acceptor),
                Woken::Nothing => self.give_again(),
                Woken::Over => return Ok(()),
            }
            self.mind_the_room(acceptor)?;
        }
    }

    fn give_all(&mut self, first: Accepted, acceptor: &mut Acceptor<Ears<'_>>) {
        self.give(first);
        for _ in 1..AT_ONCE {
            self.look_at_the_door();
            if self.door != Door::Open {
                return;
            }
            let Some(connection) = acceptor.accept_more() else { return };
            self.give(connection);
        }
    }

    fn give(&mut self, connection: Accepted) {
        let Some(thread) = choose(&self.loads, self.favourites) else { return };
        self.sent[thread] += 1;
        self.loads[thread].open += 1;
        self.shared.inboxes[thread].give(connection);
    }

    /// What lies before threads that do not look goes to others, as long as there are any.
    fn give_again(&mut self) {
        if self.loads.iter().all(|load| load.is_stuck) {
            return;
        }
        for thread in 0..self.loads.len() {
            if self.loads[thread].is_stuck {
                let waiting = self.shared.inboxes[thread].take_back();
                self.sent[thread] -= waiting.len() as u64;
                self.loads[thread].open -= waiting.len();
                for connection in waiting {
                    self.give(connection);
                }
            }
        }
    }

    /// Leaves the listeners to others while the process has enough, and comes back when it has not.
    fn mind_the_room(&mut self, acceptor: &mut Acceptor<Ears<'_>>) -> io::Result<()> {
        self.look_at_the_door();
        self.shared.is_full.store(self.door == Door::Shut, Ordering::SeqCst);
        match self.door {
            Door::Open => {
                if self.lends() {
                    acceptor.close()
                } else {
                    acceptor.open()
                }
            }
            Door::Crowded { shed } => {
                self.take_the_door_back();
                self.shed(shed);
                acceptor.step_back()
            }
            Door::Shut => {
                self.take_the_door_back();
                acceptor.close()?;
                self.look(Instant::now());
                if self.open() < self.room.most() {
                    // Somebody left before it could be known that this matters.
                    self.shared.left.wake()?;
                }
                Ok(())
            }
        }
    }

    /// Whether the favourites have the door: in a rush, as long as none of them gives it back.
    fn lends(&mut self) -> bool {
        let (all, now) = (self.all(), Instant::now());
        let given_back = self.is_lent && !self.borrowers().all(|inbox| inbox.loan.is_lent());
        if self.shared.door.is_none() || given_back {
            self.rush.end(all, now);
        }
        let is_rush = self.rush.is_on(all, now);
        if is_rush && !self.is_lent {
            self.borrowers().for_each(|inbox| inbox.loan.begin());
            self.is_lent = true;
        } else if !is_rush {
            self.take_the_door_back();
        }
        is_rush
    }

    fn take_the_door_back(&mut self) {
        if std::mem::take(&mut self.is_lent) {
            self.borrowers().for_each(|inbox| inbox.loan.end());
        }
    }

    fn borrowers(&self) -> impl Iterator<Item = &'a Inbox> {
        self.shared.inboxes.iter().take(self.favourites)
    }

    /// How many connections there were so far.
    fn all(&self) -> u64 {
        let taken = self.borrowers().map(|inbox| inbox.loan.taken()).sum::<u64>();
        taken + self.sent.iter().sum::<u64>()
    }

    fn look_at_the_door(&mut self) {
        let kept = self.shared.inboxes.iter().map(Inbox::kept).sum();
        self.door = self.room.judge(self.open(), kept);
    }

    /// Has those threads close connections that have kept them longest. What was asked for a moment ago may not have been done
    /// yet: nothing is asked twice.
    fn shed(&mut self, count: usize) {
        let now = Instant::now();
        if count == 0 || self.shed.is_some_and(|last| now.saturating_duration_since(last) < PATIENCE) {
            return;
        }
        self.shed = Some(now);
        let mut inboxes: Vec<&Inbox> = self.shared.inboxes.iter().filter(|inbox| inbox.kept() > 0).collect();
        inboxes.sort_by_key(|inbox| inbox.next());
        let mut left = count;
        for inbox in inboxes {
            let share = left.min(inbox.kept());
            inbox.shed(share);
            left -= share;
            if left == 0 {
                return;
            }
        }
    }

    /// How long nothing need be looked at unless something comes.
    fn patience(&self) -> Option<Duration> {
        match self.door {
            // Nobody says when a connection begins to wait for another request.
            Door::Shut => Some(LOOK),
            Door::Crowded { shed: 1.. } => Some(PATIENCE),
            _ if self.has_pending() => Some(PATIENCE),
            _ => self.is_lent.then_some(TICK),
        }
    }

    /// Looks at all threads.
    fn look(&mut self, now: Instant) {
        self.loads.clear();
        for ((inbox, &sent), watch) in self.shared.inboxes.iter().zip(&self.sent).zip(&mut self.watches) {
            let ended = inbox.ended();
            let open = (sent + inbox.loan.taken()).saturating_sub(ended) as usize;
            let is_stuck = watch.is_stuck(sent, inbox.taken(), now);
            self.loads.push(Load { open, kept: inbox.kept(), is_stuck });
        }
    }

    fn open(&self) -> usize {
        self.loads.iter().map(|load| load.open).sum()
    }

    fn has_pending(&self) -> bool {
        self.shared.inboxes.iter().zip(&self.sent).any(|(inbox, &sent)| inbox.taken() != sent)
    }
}

/// What the accepting thread hears besides connections: the parent, a serving thread that has ended, and that there is
/// room again.
struct Ears<'a> {
    control: &'a Control,
    drain: &'a Drain,
    bell: &'a Waker,
    room: &'a Waker,
}

impl Ear for Ears<'_> {
    fn descriptors(&self) -> impl IntoIterator<Item = BorrowedFd<'_>> {
        [self.control.as_fd(), self.bell.as_fd(), self.room.as_fd()]
    }

    fn heed(&self) {
        self.control.heed();
        // They cannot fail but for descriptors that are none.
        let _ = self.room.clear();
        if self.bell.clear().unwrap_or_default() {
            self.drain.begin(Leave::Drain);
        }
    }
}
