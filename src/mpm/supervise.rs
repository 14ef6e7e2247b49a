//! The parent's loop: one thread that waits for signals, for the first word of each child, and for the time.
//! It forks, reaps, paces and restarts; it serves nobody, and believes no child.
//!
//! Where the server is one process, its children are threads ([`within`](super::within)), and all else is the same.

mod words;

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use os::poller::{Interest, Poller};
use os::process::{self, Fork};
use os::signal::{Signal, SignalQueue};

use super::channel::{self, ToChild, ToParent};
use super::child::{Child, FAILED, Rights, live};
use super::children::{Children, Place, Row, Stage, Who};
use super::coming::Coming;
use super::leaving::Leaving;
use super::link::Tie;
use super::pacing::Paces;
use super::reload::{Heritage, How};
use super::server::{Outside, Reload};
use super::within::Within;
use super::{Ended, Leave, Peer, Pool, Role, Seen};
use crate::config::{report, warnings};
use crate::core_module::ServerTokens;
use crate::error::System;
use crate::log;
use crate::server::Generation;
use crate::server::listen::Listeners;

/// The parent of a pool of children.
pub(super) struct Parent<P> {
    make: fn(&Generation) -> P,
    reload: Reload,
    outside: Outside,
    watch: Watch,
    children: Children,
    /// The generation that serves; none until the first has come.
    current: Option<Heritage<P>>,
    /// The generation that is to serve next.
    coming: Option<Coming<P>>,
    /// Those that have served, and have connections to give to children that may be worn out.
    leaving: Vec<Leaving<P>>,
    /// Children that the current generation lacks.
    births: Vec<Role>,
    pacing: Paces,
    could_fork: bool,
    /// Programs of piped logs that have ended.
    dead_programs: Vec<u32>,
    /// Sockets that are to close once all who wait at them have been taken in.
    closing: Listeners,
    phase: Phase,
    next_tick: Instant,
    next_look: Instant,
    /// Whose log is written to.
    latest: Arc<Generation>,
}

/// What the parent waits with.
pub(super) struct Watch {
    signals: SignalQueue,
    poller: Poller,
    /// Its children, where they are threads of this process.
    within: Option<Within>,
}

impl Watch {
    /// From here on the parent's signals wait for its loop.
    pub(super) fn new(alone: bool) -> io::Result<Self> {
        let signals = SignalQueue::new(&HEARD)?;
        os::signal::ignore(&[Signal::Pipe])?;
        let poller = Poller::new()?;
        poller.add(&signals, SIGNALS, Interest::Readable)?;
        let within = if alone { Some(Within::new()?) } else { None };
        if let Some(within) = &within {
            poller.add(within.bell(), BELL, Interest::Readable)?;
        }
        Ok(Self { signals, poller, within })
    }
}

/// What the whole server is about.
enum Phase {
    Running,
    /// A graceful stop: nobody new comes in, and those on their way arrive until then.
    Closing {
        until: Instant,
    },
    /// The last connections end; until then, if there is a limit.
    Finishing {
        until: Option<Instant>,
    },
    /// Every child was told to end.
    Stopping(io::Result<Ended>),
}

const TICK: Duration = Duration::from_secs(1);
/// A round trip, for handshakes under way when the door is closed.
const LAST_ARRIVALS: Duration = Duration::from_millis(100);

const SIGNALS: u64 = 0;
const BELL: u64 = u64::MAX;
const HEARD: [Signal; 6] =
    [Signal::Term, Signal::Int, Signal::Hup, Signal::Usr1, Signal::Winch, Signal::Chld];

impl<P: Pool> Parent<P> {
    /// A parent that will fork the first generation's children.
    pub(super) fn new(
        first: Heritage<P>,
        watch: Watch,
        reload: Reload,
        make: fn(&Generation) -> P,
        outside: Outside,
    ) -> Self {
        let (now, latest) = (Instant::now(), Arc::clone(&first.generation));
        let coming = Coming::new(first, 0, watch.within.is_some(), How::Graceful, now);
        Self {
            make,
            reload,
            outside,
            watch,
            children: Children::default(),
            current: None,
            coming: Some(coming),
            leaving: Vec::new(),
            births: Vec::new(),
            pacing: Paces::default(),
            could_fork: true,
            dead_programs: Vec::new(),
            closing: Listeners::default(),
            phase: Phase::Running,
            next_tick: now + TICK,
            next_look: now,
            latest,
        }
    }

    /// Looks after the server until it has ended.
    pub(super) fn run(mut self) -> io::Result<Ended> {
        // Every fork is here: what returns from it in a child must not go on as the parent.
        loop {
            while let Some(birth) = self.next_birth(Instant::now()) {
                if let Some((pool, child)) = self.bear(birth) {
                    // This is the child: its siblings' channels, the signals and all else of the parent's end here.
                    drop(self);
                    live(&pool, &child);
                }
            }
            if self.children.is_empty() {
                match mem::replace(&mut self.phase, Phase::Running) {
                    Phase::Stopping(ended) => return self.farewell(ended),
                    Phase::Finishing { .. } => return self.farewell(Ok(Ended::GracefulStop)),
                    other => self.phase = other,
                }
            }
            if let Err(error) = self.attend() {
                return self.farewell(Err(error));
            }
        }
    }

    /// Waits until there is something to do, and does it.
    fn attend(&mut self) -> io::Result<()> {
        let ready = self.watch.poller.wait(Some(self.patience(Instant::now())))?;
        let now = Instant::now();
        for &key in ready.iter().filter(|&&key| key != SIGNALS && key != BELL) {
            self.hear(key, now);
        }
        self.heed_signals(now)?;
        self.reap(now);
        self.keep_time(now);
        Ok(())
    }

    // Births.

    /// Which child is to be forked now.
    fn next_birth(&mut self, now: Instant) -> Option<Birth> {
        if matches!(self.phase, Phase::Stopping(_)) {
            return None;
        }
        let left = self.leaving.iter_mut().find_map(|leaving| leaving.next_birth(now));
        if let Some((role, generation)) = left {
            return Some(Birth { role, generation });
        }
        if !matches!(self.phase, Phase::Running) {
            return None;
        }
        if let Some(coming) = &mut self.coming
            && let Some(role) = coming.births.pop()
        {
            return Some(Birth { role, generation: Arc::clone(&coming.heritage.generation) });
        }
        let current = self.current.as_ref()?;
        let role = self.pacing.next(&mut self.births, now)?;
        Some(Birth { role, generation: Arc::clone(&current.generation) })
    }

    /// Forks, or starts a thread. In a child that is a process, and only there, something is returned.
    fn bear(&mut self, birth: Birth) -> Option<(P, Child)> {
        let coming = self.coming.as_ref().map(|coming| &coming.heritage);
        let leaving = self.leaving.iter().map(|leaving| &leaving.heritage);
        let mut all = coming.into_iter().chain(&self.current).chain(leaving);
        let heritage = all.find(|heritage| Arc::ptr_eq(&heritage.generation, &birth.generation))?;
        let place = Place {
            board: Arc::clone(&heritage.board),
            threads: heritage.pool.threads(),
            block: self.children.free_block(&heritage.board, heritage.pool.threads()),
        };
        let ties = self.children.ties(&heritage.pool.links(), birth.role, &birth.generation);
        let born = ties.and_then(|ties| {
            let (to_child, to_parent) = channel::pair()?;
            if let Some(within) = &mut self.watch.within {
                let inheritance =
                    heritage.inherit(birth.role, &place, within.rights(), (to_parent, Vec::new()));
                return Ok(Born::Other(within.start(self.make, inheritance)?, to_child, ties));
            }
            Ok(match process::fork()? {
                Fork::Child => Born::Myself(to_parent, ties.into_iter().map(|tie| tie.own).collect()),
                Fork::Parent(pid) => Born::Other(Who::Process(pid), to_child, ties),
            })
        });
        match born {
            Ok(Born::Myself(to_parent, peers)) => {
                return Some(self.inherit(&birth, &place, (to_parent, peers)));
            }
            Ok(Born::Other(who, to_child, ties)) => {
                let now = Instant::now();
                // A child that cannot be heard is ended by the deadline, or goes on as one that starts.
                let _ = self.watch.poller.add(&to_child, who.key(), Interest::Readable);
                self.children.introduce(birth.role, who, ties);
                let mut row = Row::new(who, birth.role, birth.generation, to_child, place, now);
                if self.leaving.iter().any(|leaving| leaving.heritage.owns(&row)) {
                    row.leave(Leave::Drain, patience_of(&self.latest), now);
                }
                self.children.add(row);
                if !mem::replace(&mut self.could_fork, true) {
                    log!(*self.latest, Notice, AH20750, "children can be forked again");
                }
            }
            Err(error) => self.could_not_fork(&birth, &error),
        }
        None
    }

    /// In the child: takes what it has of its parent out of the parent.
    fn inherit(&mut self, birth: &Birth, place: &Place, ends: (ToParent, Vec<Peer>)) -> (P, Child) {
        let coming = self.coming.take().map(|coming| coming.heritage);
        let leaving = mem::take(&mut self.leaving).into_iter().map(|leaving| leaving.heritage);
        let mut all = coming.into_iter().chain(self.current.take()).chain(leaving);
        let own = all.find(|heritage| Arc::ptr_eq(&heritage.generation, &birth.generation));
        let Some(heritage) = own else {
            // It was there before the fork.
            process::exit(FAILED);
        };
        if let Err(error) = self.outside.leave_terminal(&heritage.generation) {
            log!(
                *heritage.generation,
                Warn,
                AH20112,
                "{}: a child keeps the starter's terminal",
                System(&error)
            );
        }
        let child = Child::new(heritage.inherit(birth.role, place, Rights::Own, ends));
        (heritage.pool, child)
    }

    fn could_not_fork(&mut self, birth: &Birth, error: &io::Error) {
        let is_own = |heritage: &Heritage<P>| Arc::ptr_eq(&heritage.generation, &birth.generation);
        if self.coming.as_ref().is_some_and(|coming| is_own(&coming.heritage)) {
            self.abandon(&format!("{}: could not fork", System(error)), Instant::now());
            return;
        }
        if mem::replace(&mut self.could_fork, false) {
            log!(*self.latest, Error, AH00159, "{}: could not fork; trying again", System(error));
        }
        let now = Instant::now();
        if let Some(leaving) = self.leaving.iter_mut().find(|leaving| is_own(&leaving.heritage)) {
            leaving.not_born(birth.role, now);
        } else {
            self.births.push(birth.role);
            self.pacing.failed(birth.role, now);
        }
    }

    // Signals.

    fn heed_signals(&mut self, now: Instant) -> io::Result<()> {
        let come = self.watch.signals.read()?;
        let one_of = |wanted: &[Signal]| come.iter().find(|signal| wanted.contains(signal)).copied();
        if let Some(signal) = one_of(&[Signal::Term, Signal::Int]) {
            log!(*self.latest, Notice, AH00169, "caught {}, shutting down", signal.name());
            self.stop(Ok(Ended::Stop), now);
        } else if come.contains(&Signal::Winch) {
            log!(*self.latest, Notice, AH00170, "caught SIGWINCH, shutting down gracefully");
            self.stop_gracefully(now);
        } else if come.contains(&Signal::Hup) {
            log!(*self.latest, Notice, AH00173, "SIGHUP received, restarting");
            self.restart(How::Hard, now);
        } else if come.contains(&Signal::Usr1) {
            log!(*self.latest, Notice, AH00171, "graceful restart requested");
            self.restart(How::Graceful, now);
        }
        Ok(())
    }

    /// Builds the next generation beside the one that serves, or changes nothing and says why.
    fn restart(&mut self, how: How, now: Instant) {
        if !matches!(self.phase, Phase::Running) {
            return;
        }
        if let Some(coming) = &mut self.coming {
            coming.again = coming.again.max(Some(how));
            return;
        }
        let Some(current) = &self.current else { return };
        self.outside.reloading();
        let given_up = self.watch.within.as_ref().is_some_and(Within::has_given_up_rights);
        match current.successor(&self.reload, self.make, how, given_up, &self.children) {
            Ok(next) => {
                for line in warnings(&next.generation.warnings).lines() {
                    log!(*next.generation, Warn, AH20111, "{line}");
                }
                let serving = self.children.staying(&current.generation).count();
                let alone = self.watch.within.is_some();
                self.coming = Some(Coming::new(next, serving, alone, how, now));
            }
            Err(errors) => {
                for line in report(&errors).lines() {
                    log!(*self.latest, Error, AH20105, "restart refused, nothing has changed: {line}");
                }
                self.answer(&Listeners::default());
            }
        }
    }

    /// All children of the new generation accept: it takes over.
    fn arrive(&mut self, coming: Coming<P>, now: Instant) {
        let Coming { heritage, how, again, worn, .. } = coming;
        let (generation, listeners) = (Arc::clone(&heritage.generation), heritage.listeners.clone());
        heritage.board.set_generation(generation.number);
        let old = self.current.replace(heritage);
        let held = old.as_ref().map(|old| old.listeners.clone()).unwrap_or_default();
        self.latest = Arc::clone(&generation);
        let server = crate::server::banner(ServerTokens::Os);
        log!(*generation, Notice, AH00163, "{server} configured, resuming normal operations");
        generation.tell_remarks();
        let is_outside = old.is_some() || self.watch.within.is_some();
        let entered = if is_outside { Ok(()) } else { self.outside.enter(&generation) };
        if let Err(error) = entered {
            self.stop(Err(error), now);
            return;
        }
        // Who waits at a socket that is gone is taken in by those who leave.
        let gone = held.without(&listeners);
        gone.refuse_new();
        self.closing.append(gone);
        self.next_look = now + LAST_ARRIVALS;
        let patience = patience_of(&generation);
        for row in self.children.iter_mut().filter(|row| !Arc::ptr_eq(&row.generation, &generation)) {
            match how {
                How::Graceful if row.stage == Stage::Leaving => {}
                How::Graceful => row.leave(Leave::Drain, patience, now),
                How::Hard => row.end(now),
            }
        }
        let births = mem::replace(&mut self.births, worn);
        match how {
            How::Graceful => self.leaving.extend(old.and_then(|old| Leaving::new(old, births))),
            How::Hard => self.leaving.clear(),
        }
        self.pacing = Paces::default();
        self.answer(&listeners.without(&held));
        if let Some(how) = again {
            self.restart(how, now);
        }
    }

    /// The new generation cannot serve: the old one goes on, or there is no server.
    fn abandon(&mut self, why: &str, now: Instant) {
        let Some(coming) = self.coming.take() else { return };
        self.children.iter_mut().filter(|row| coming.owns(row)).for_each(|row| row.end(now));
        if self.current.is_none() {
            self.stop(Err(io::Error::other(why)), now);
            return;
        }
        log!(*self.latest, Error, AH20107, "restart failed, nothing has changed: {why}");
        self.answer(&Listeners::default());
        if let Some(how) = coming.again {
            self.restart(how, now);
        }
    }

    fn answer(&mut self, new: &Listeners) {
        if let Err(error) = self.outside.ready(&self.latest, new) {
            log!(*self.latest, Warn, AH20108, "{}: could not leave the terminal", System(&error));
        }
    }

    fn stop(&mut self, how: io::Result<Ended>, now: Instant) {
        if matches!(self.phase, Phase::Stopping(_)) {
            return;
        }
        self.outside.stopping();
        self.coming = None;
        self.children.iter_mut().for_each(|row| row.end(now));
        if self.watch.within.is_some() {
            self.children.abandon();
        }
        self.phase = Phase::Stopping(how);
    }

    fn stop_gracefully(&mut self, now: Instant) {
        if !matches!(self.phase, Phase::Running) {
            return;
        }
        if let Some(coming) = self.coming.take() {
            self.children.iter_mut().filter(|row| coming.owns(row)).for_each(|row| row.end(now));
        }
        let Some(current) = &self.current else {
            self.stop(Ok(Ended::GracefulStop), now);
            return;
        };
        self.outside.stopping();
        current.listeners.refuse_new();
        self.phase = Phase::Closing { until: now + LAST_ARRIVALS };
    }

    /// All who were on their way have arrived: the children take them in and leave, and the door is closed.
    fn close(&mut self, now: Instant) {
        for row in self.children.iter_mut().filter(|row| row.stage != Stage::Leaving) {
            row.leave(Leave::Stop, None, now);
        }
        if let Some(mut current) = self.current.take() {
            self.closing.append(mem::take(&mut current.listeners));
            self.leaving.extend(Leaving::new(current, mem::take(&mut self.births)));
        }
        self.phase = Phase::Finishing { until: patience_of(&self.latest).map(|patience| now + patience) };
    }

    // Time.

    fn keep_time(&mut self, now: Instant) {
        for (who, force) in self.children.force(now) {
            log!(*self.latest, Warn, AH00045, "{who} still did not exit, {force}");
        }
        if !self.closing.is_empty() && self.next_look <= now {
            self.closing = self.closing.end_where_nobody_waits();
            self.next_look = now + LAST_ARRIVALS;
        }
        match self.phase {
            Phase::Closing { until } if until <= now => self.close(now),
            Phase::Finishing { until: Some(until) } if until <= now => {
                self.stop(Ok(Ended::GracefulStop), now);
            }
            _ => {}
        }
        match self.coming.take() {
            Some(coming) if coming.has_arrived(&self.children) => self.arrive(coming, now),
            coming => self.coming = coming,
        }
        if self.coming.as_ref().is_some_and(|coming| coming.deadline <= now) {
            self.abandon("not all its children accepted within a minute", now);
        }
        if self.next_tick <= now {
            self.next_tick = now + TICK;
            self.tick(now);
        }
    }

    fn tick(&mut self, now: Instant) {
        if self.watch.within.is_some() {
            self.dead_programs =
                self.generations().flat_map(|generation| generation.logs.ended_programs()).collect();
        }
        for number in mem::take(&mut self.dead_programs) {
            self.replace_program(number);
        }
        let (Phase::Running, Some(current)) = (&self.phase, &mut self.current) else { return };
        let (busy, threads) = self.children.load(&current.generation);
        self.outside.status(format!("{busy} of {threads} serving threads busy"));
        if self.watch.within.is_some() {
            return;
        }
        let threads = current.pool.threads();
        let (keys, mut seen) = self.children.seen(&current.generation);
        // Who is about to be born is as good as there, or a pool that may not fork would order more and more.
        seen.extend(self.births.iter().map(|&role| Seen { role, idle: threads, connections: 0 }));
        let orders = current.pool.tick(&seen, &current.generation);
        let room = current.pool.limit().saturating_sub(seen.len());
        self.births.extend(orders.spawn.into_iter().take(room));
        for key in orders.retire.into_iter().filter_map(|place| keys.get(place)) {
            if let Some(row) = self.children.get_mut(*key) {
                row.leave(Leave::Drain, patience_of(&self.latest), now);
            }
        }
    }

    /// Every generation that there is.
    fn generations(&self) -> impl Iterator<Item = &Arc<Generation>> {
        self.children.iter().map(|row| &row.generation).chain([&self.latest])
    }

    /// A program that ended at once is started again at the next tick, not sooner.
    fn replace_program(&mut self, pid: u32) {
        let replaced = self.generations().find_map(|generation| generation.logs.replace_program(pid));
        match replaced {
            None => {}
            Some(Ok(())) => {
                log!(*self.latest, Warn, AH20109, "a log's program (pid {pid}) ended; started anew");
            }
            Some(Err(error)) => {
                log!(
                    *self.latest,
                    Error,
                    AH20110,
                    "{}: a log's program could not be started",
                    System(&error)
                );
                self.dead_programs.push(pid);
            }
        }
    }

    /// How long there is nothing to do but to wait.
    fn patience(&self, now: Instant) -> Duration {
        let phase = match self.phase {
            Phase::Closing { until } => Some(until),
            Phase::Finishing { until } => until,
            _ => None,
        };
        let births = self.leaving.iter().filter_map(Leaving::until).chain(self.pacing.until(&self.births));
        let births = births.min();
        let deadline = self.coming.as_ref().map(|coming| coming.deadline);
        let look = (!self.closing.is_empty()).then_some(self.next_look);
        let next = [phase, births, deadline, look, self.children.next_force()].into_iter().flatten();
        next.fold(self.next_tick, Instant::min).saturating_duration_since(now)
    }

    fn farewell(mut self, ended: io::Result<Ended>) -> io::Result<Ended> {
        if let Err(error) = &ended {
            self.outside.refuse(&self.latest, error);
        }
        self.outside.leave();
        ended
    }
}

/// A child to be forked: for the generation that comes, the one that serves, or one that leaves.
struct Birth {
    role: Role,
    generation: Arc<Generation>,
}

/// Which side of a birth this is.
enum Born {
    /// The child, and how it speaks to its parent and its elders.
    Myself(ToParent, Vec<Peer>),
    /// The parent, how it speaks to the child, and what its elders are to get.
    Other(Who, ToChild, Vec<Tie>),
}

/// GracefulShutdownTimeout: how long those who leave may take, if there is a limit.
fn patience_of(generation: &Generation) -> Option<Duration> {
    let timeout = generation.main().configs.core().mpm().graceful_shutdown_timeout();
    (!timeout.is_zero()).then_some(timeout)
}
