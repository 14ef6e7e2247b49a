//! The parent's loop: one thread that waits for signals, for the first word of each child, and for the time.
//! It forks, reaps, paces and restarts; it serves nobody, and believes no child.

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use os::poller::{Interest, Poller};
use os::process::{self, Exit, Fork, Pid};
use os::signal::{Signal, SignalQueue};

use super::channel::{self, ToParent};
use super::child::{Child, FAILED, Source, live};
use super::children::{Children, Place, Row, Stage};
use super::pacing::{INFANCY, Pacing};
use super::reload::{Heritage, How};
use super::server::{Outside, Reload};
use super::{Ended, Leave, Pool, Role, Seen};
use crate::config::{report, warnings};
use crate::core_module::ServerTokens;
use crate::error::System;
use crate::log;
use crate::server::Generation;
use crate::server::listen::Listeners;

/// The parent of a pool of children.
pub(super) struct Parent<P, M> {
    make: M,
    reload: Reload,
    outside: Outside,
    watch: Watch,
    children: Children,
    /// The generation that serves; none until the first has come.
    current: Option<Heritage<P>>,
    /// The generation that is to serve next.
    coming: Option<Coming<P>>,
    /// Children that the current generation lacks.
    births: Vec<Role>,
    pacing: Pacing,
    could_fork: bool,
    /// Programs of piped logs that have ended.
    dead_programs: Vec<Pid>,
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
}

impl Watch {
    /// From here on the parent's signals wait for its loop.
    pub(super) fn new() -> io::Result<Self> {
        let signals = SignalQueue::new(&HEARD)?;
        os::signal::ignore(&[Signal::Pipe])?;
        let poller = Poller::new()?;
        poller.add(&signals, SIGNALS, Interest::Readable)?;
        Ok(Self { signals, poller })
    }
}

/// A generation whose children do not all accept yet.
struct Coming<P> {
    heritage: Heritage<P>,
    births: Vec<Role>,
    how: How,
    deadline: Instant,
    /// A restart that was asked for meanwhile.
    again: Option<How>,
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
/// How long a new generation may take until all its children accept.
const START: Duration = Duration::from_secs(60);
/// A round trip, for handshakes under way when the door is closed.
const LAST_ARRIVALS: Duration = Duration::from_millis(100);

const SIGNALS: u64 = 0;
const HEARD: [Signal; 6] =
    [Signal::Term, Signal::Int, Signal::Hup, Signal::Usr1, Signal::Winch, Signal::Chld];

impl<P: Pool, M: Fn(&Generation) -> P> Parent<P, M> {
    /// A parent that will fork the first generation's children.
    pub(super) fn new(first: Heritage<P>, watch: Watch, reload: Reload, make: M, outside: Outside) -> Self {
        let (now, latest) = (Instant::now(), Arc::clone(&first.generation));
        Self {
            make,
            reload,
            outside,
            watch,
            children: Children::default(),
            current: None,
            coming: Some(Coming::new(first, 0, How::Graceful, now)),
            births: Vec::new(),
            pacing: Pacing::default(),
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
                if let Some((pool, child)) = self.fork(birth) {
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
        for &key in ready.iter().filter(|&&key| key != SIGNALS) {
            self.hear(key);
        }
        let now = Instant::now();
        self.heed_signals(now)?;
        self.reap(now);
        self.keep_time(now);
        Ok(())
    }

    // Births.

    /// Which child is to be forked now.
    fn next_birth(&mut self, now: Instant) -> Option<Birth> {
        if !matches!(self.phase, Phase::Running) {
            return None;
        }
        if let Some(role) = self.coming.as_mut().and_then(|coming| coming.births.pop()) {
            return Some(Birth { role, coming: true });
        }
        if self.births.is_empty() || !self.pacing.allows(now) {
            return None;
        }
        self.births.pop().map(|role| Birth { role, coming: false })
    }

    /// Forks. In the child, and only there, something is returned.
    fn fork(&mut self, birth: Birth) -> Option<(P, Child)> {
        let heritage = if birth.coming { &self.coming.as_ref()?.heritage } else { self.current.as_ref()? };
        let place = Place {
            board: Arc::clone(&heritage.board),
            threads: heritage.pool.threads(),
            block: self.children.free_block(&heritage.board, heritage.pool.threads()),
        };
        let generation = Arc::clone(&heritage.generation);
        let forked =
            channel::pair().and_then(|(to_child, to_parent)| Ok((process::fork()?, to_child, to_parent)));
        match forked {
            Ok((Fork::Child, _, to_parent)) => Some(self.inherit(&birth, &place, to_parent)),
            Ok((Fork::Parent(pid), to_child, _)) => {
                let now = Instant::now();
                // A child that cannot be heard is ended by the deadline, or goes on as one that starts.
                let _ = self.watch.poller.add(&to_child, key_of(pid), Interest::Readable);
                self.children.add(Row::new(pid, birth.role, generation, to_child, place, now));
                self.could_fork = true;
                None
            }
            Err(error) => {
                self.could_not_fork(birth, &error);
                None
            }
        }
    }

    /// In the child: takes what it has of its parent out of the parent.
    fn inherit(&mut self, birth: &Birth, place: &Place, to_parent: ToParent) -> (P, Child) {
        let coming = self.coming.take().filter(|_| birth.coming).map(|coming| coming.heritage);
        let Some(heritage) = coming.or_else(|| self.current.take()) else {
            // It was there before the fork.
            process::exit(FAILED);
        };
        let Heritage { generation, listeners, board, pool } = heritage;
        if let Err(error) = self.outside.leave_terminal(&generation) {
            log!(*generation, Warn, AH20112, "{}: a child keeps the starter's terminal", System(&error));
        }
        let extended = generation.extended_status();
        let slots = place.slots().map(|slot| board.slot(slot, extended)).collect();
        (pool, Child::new(generation, listeners, birth.role, slots, Source::Parent(to_parent)))
    }

    fn could_not_fork(&mut self, birth: Birth, error: &io::Error) {
        if birth.coming {
            self.abandon(&format!("{}: could not fork", System(error)), Instant::now());
            return;
        }
        if mem::replace(&mut self.could_fork, false) {
            log!(*self.latest, Error, AH00159, "{}: could not fork; trying again", System(error));
        }
        self.births.push(birth.role);
        self.pacing.failed(Instant::now());
    }

    // What children say, and how they end.

    /// A child has said its first word, or has gone. It is not listened to again: a later word means nothing, and
    /// one that talks without end must not keep us.
    fn hear(&mut self, key: u64) {
        let pid = i32::try_from(key).ok().and_then(Pid::new);
        let Some(row) = pid.and_then(|pid| self.children.get_mut(pid)) else { return };
        let _ = self.watch.poller.delete(&row.channel);
        row.listen();
    }

    fn reap(&mut self, now: Instant) {
        while let Some((pid, exit)) = process::wait_any() {
            match self.children.remove(pid) {
                Some(row) => self.bury(row, exit, now),
                None => self.dead_programs.push(pid),
            }
        }
    }

    fn bury(&mut self, mut row: Row, exit: Exit, now: Instant) {
        let _ = self.watch.poller.delete(&row.channel);
        row.listen();
        let died = row.epitaph(exit);
        if exit != Exit::Code(0) {
            self.children.look();
        }
        if row.stage == Stage::Leaving {
            return;
        }
        if self.coming.as_ref().is_some_and(|coming| coming.owns(&row)) {
            let why = died.unwrap_or_else(|| "a child ended before it could accept".to_owned());
            self.abandon(&why, now);
            return;
        }
        if row.stage == Stage::Starting || (died.is_some() && now < row.born + INFANCY) {
            self.pacing.failed(now);
        }
        self.births.push(row.role);
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
        match current.successor(&self.reload, &self.make, how, &self.children) {
            Ok(next) => {
                for line in warnings(&next.generation.warnings).lines() {
                    log!(*next.generation, Warn, AH20111, "{line}");
                }
                let serving = self.children.staying(&current.generation).count();
                self.coming = Some(Coming::new(next, serving, how, now));
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
        let Coming { heritage, how, again, .. } = coming;
        let (generation, listeners) = (Arc::clone(&heritage.generation), heritage.listeners.clone());
        let old = self.current.replace(heritage);
        let held = old.as_ref().map(|old| old.listeners.clone()).unwrap_or_default();
        self.latest = Arc::clone(&generation);
        let server = crate::server::banner(ServerTokens::Os);
        log!(*generation, Notice, AH00163, "{server} configured, resuming normal operations");
        let entered = if old.is_none() { self.outside.enter(&generation) } else { Ok(()) };
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
        self.births.clear();
        self.pacing = Pacing::default();
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
        if let Some(current) = &mut self.current {
            self.closing.append(mem::take(&mut current.listeners));
        }
        self.phase = Phase::Finishing { until: patience_of(&self.latest).map(|patience| now + patience) };
    }

    // Time.

    fn keep_time(&mut self, now: Instant) {
        for (pid, signal) in self.children.force(now) {
            log!(
                *self.latest,
                Warn,
                AH00045,
                "child process {pid} still did not exit, sending {}",
                signal.name()
            );
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
        for pid in mem::take(&mut self.dead_programs) {
            self.replace_program(pid);
        }
        let (Phase::Running, Some(current)) = (&self.phase, &mut self.current) else { return };
        let threads = current.pool.threads();
        let (pids, mut seen) = self.children.seen(&current.generation);
        // Who is about to be born is as good as there, or a pool that may not fork would order more and more.
        seen.extend(self.births.iter().map(|&role| Seen { role, idle: threads, connections: 0 }));
        let orders = current.pool.tick(&seen, &current.generation);
        let room = current.pool.limit().saturating_sub(seen.len());
        self.births.extend(orders.spawn.into_iter().take(room));
        for pid in orders.retire.into_iter().filter_map(|place| pids.get(place)) {
            if let Some(row) = self.children.get_mut(*pid) {
                row.leave(Leave::Drain, patience_of(&self.latest), now);
            }
        }
        let idle: usize = seen.iter().map(|seen| seen.idle).sum();
        let threads = seen.len() * threads;
        self.outside.status(format!("{} of {threads} serving threads busy", threads.saturating_sub(idle)));
    }

    /// A program that ended at once is started again at the next tick, not sooner.
    fn replace_program(&mut self, pid: Pid) {
        let mut generations = self.children.iter().map(|row| &row.generation).chain([&self.latest]);
        let number = pid.get().cast_unsigned();
        let replaced = generations.find_map(|generation| generation.logs.replace_program(number));
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
        let births = if self.births.is_empty() { None } else { self.pacing.until() };
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

/// A child to be forked: for the generation that comes, or for the one that serves.
struct Birth {
    role: Role,
    coming: bool,
}

impl<P: Pool> Coming<P> {
    fn new(heritage: Heritage<P>, serving: usize, how: How, now: Instant) -> Self {
        let births = heritage.pool.first(serving);
        Self { heritage, births, how, deadline: now + START, again: None }
    }

    fn owns(&self, row: &Row) -> bool {
        Arc::ptr_eq(&row.generation, &self.heritage.generation)
    }

    fn has_arrived(&self, children: &Children) -> bool {
        let mut own = children.iter().filter(|row| self.owns(row)).peekable();
        self.births.is_empty() && own.peek().is_some() && own.all(|row| row.stage == Stage::Serving)
    }
}

/// GracefulShutdownTimeout: how long those who leave may take, if there is a limit.
fn patience_of(generation: &Generation) -> Option<Duration> {
    let timeout = generation.main().configs.core().mpm().graceful_shutdown_timeout();
    (!timeout.is_zero()).then_some(timeout)
}

/// What the poller calls a child.
fn key_of(pid: Pid) -> u64 {
    pid.get().unsigned_abs().into()
}
