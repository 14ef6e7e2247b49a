//! The parent's own table of its children: who they are, what for, and how far each has come.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use os::process::{self, Exit, Pid};
use os::signal::Signal;

use super::channel::{Heard, ToChild, Word};
use super::link::{self, Tie};
use super::{Leave, Link, Peer, Role, Seen};
use crate::log;
use crate::server::Generation;
use crate::server::scoreboard::{Scoreboard, State};

/// One child.
pub(super) struct Row {
    pub(super) who: Who,
    pub(super) role: Role,
    pub(super) generation: Arc<Generation>,
    pub(super) channel: ToChild,
    pub(super) place: Place,
    pub(super) stage: Stage,
    pub(super) born: Instant,
    /// Why it could not serve, in its own words.
    pub(super) reason: Option<String>,
    /// It is to be replaced when it has ended, though it was told to leave.
    pub(super) is_missed: bool,
    /// It takes no more connections.
    is_worn: bool,
    /// That was told already.
    pub(super) is_relieved: bool,
    /// How many messages came from it.
    heard: usize,
    /// What is done to it when, if it has not left by then.
    force: Option<(Instant, Force)>,
}

/// Who a child is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A process.
    Process(Pid),
    /// A thread of this very process, by the number of its birth: see [`within`](super::within).
    Thread(u32),
}

impl Who {
    /// What the poller and the table call it; no two have the same, and none is 0.
    pub(super) fn key(self) -> u64 {
        match self {
            Self::Process(pid) => pid.get().unsigned_abs().into(),
            Self::Thread(number) => 1 << 32 | u64::from(number),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(pid) => write!(f, "child pid {pid}"),
            Self::Thread(number) => write!(f, "thread generation-{number}"),
        }
    }
}

/// What is done to a child that does not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Force {
    /// A process gets a signal.
    Signal(Pid, Signal),
    /// A thread cuts its connections. Nothing more can be done to it.
    Cut,
}

impl fmt::Display for Force {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(_, signal) => write!(f, "sending {}", signal.name()),
            Self::Cut => f.write_str("its connections are cut"),
        }
    }
}

/// How far a child has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It cannot accept yet.
    Starting,
    /// It accepts.
    Serving,
    /// It was told to leave, one way or another.
    Leaving,
}

/// Where on the scoreboard a child's threads stand: a block of slots that is nobody else's. A child that
/// there was no block for has none.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) board: Arc<Scoreboard>,
    pub(super) threads: usize,
    pub(super) block: Option<usize>,
}

impl Place {
    /// The numbers of its slots.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + use<> {
        let (threads, block) = (self.threads, self.block);
        block.into_iter().flat_map(move |block| block * threads..(block + 1) * threads)
    }

    fn connections(&self) -> usize {
        self.slots().map(|slot| self.board.open(slot) as usize).sum()
    }

    /// How many of its threads work on something, and how many there are.
    fn load(&self) -> (usize, usize) {
        let states = self.slots().map(|slot| self.board.state(slot)).filter(|state| *state != State::Dead);
        states.fold((0, 0), |(busy, all), state| (busy + usize::from(state.is_busy()), all + 1))
    }

    fn idle(&self) -> usize {
        self.slots().filter(|&slot| self.board.state(slot).is_idle()).count()
    }
}

impl Row {
    pub(super) fn new(
        who: Who,
        role: Role,
        generation: Arc<Generation>,
        channel: ToChild,
        place: Place,
        born: Instant,
    ) -> Self {
        Self {
            who,
            role,
            generation,
            channel,
            place,
            stage: Stage::Starting,
            born,
            reason: None,
            is_missed: false,
            is_worn: false,
            is_relieved: false,
            heard: 0,
            force: None,
        }
    }

    /// Sends it away; after `patience`, if any, it is not asked any more.
    pub(super) fn leave(&mut self, why: Leave, patience: Option<Duration>, now: Instant) {
        self.stage = Stage::Leaving;
        self.force = patience.map(|patience| (now + patience, self.first_force()));
        // A child that does not take its messages hears the end of the channel, or the signal.
        let _ = self.channel.tell(why);
    }

    /// Takes in what it has said of itself, and returns what else it said.
    pub(super) fn listen(&mut self) -> Said {
        let Heard { words, messages, is_over } = self.channel.hear();
        self.heard += messages;
        let mut complaints = Vec::new();
        for word in words {
            match word {
                Word::Ready if self.stage == Stage::Starting => self.stage = Stage::Serving,
                Word::Ready => {}
                // Perhaps before it was ready, by another of its threads.
                Word::Worn => self.is_worn = true,
                Word::Failed(reason) => self.reason = Some(reason),
                Word::Complaint(of) => complaints.push(of),
            }
        }
        let is_worn = self.is_worn && self.stage != Stage::Starting && !self.is_relieved;
        self.is_relieved |= is_worn;
        Said { complaints, is_worn, heard: self.heard, is_over }
    }

    /// Gives it its end of a link. One that does not take it is ended, and replaced.
    fn introduce(&self, peer: &Peer) {
        if self.channel.introduce(peer).is_err() {
            self.kill();
        }
    }

    /// Ends it as one that is to be replaced.
    pub(super) fn kill(&self) {
        if let Who::Process(pid) = self.who {
            // It has ended already, and will be waited for.
            let _ = process::kill(pid, Signal::Kill);
        }
    }

    /// Says in the log how it ended, if that was not in order, and returns it.
    pub(super) fn epitaph(&self, exit: Exit) -> Option<String> {
        let who = self.who;
        let leaving = self.stage == Stage::Leaving;
        match exit {
            Exit::Code(0) => None,
            Exit::Code(code) => {
                let why = self.reason.clone().unwrap_or_else(|| format!("it exited with code {code}"));
                log!(*self.generation, Error, AH20106, "{who} could not serve: {why}");
                Some(why)
            }
            Exit::Signal { signal, .. } if leaving && BIDDEN.iter().any(|sent| sent.number() == signal) => {
                None
            }
            Exit::Signal { signal, core } => {
                let why = format!("exit signal {} ({signal})", os::signal::describe(signal));
                if core {
                    log!(*self.generation, Notice, AH00051, "{who} {why}, possible coredump");
                } else {
                    log!(*self.generation, Notice, AH00052, "{who} {why}");
                }
                Some(format!("{who} {why}"))
            }
        }
    }

    /// Ends it now, whatever it does.
    pub(super) fn end(&mut self, now: Instant) {
        self.stage = Stage::Leaving;
        self.use_force(self.first_force(), now);
    }

    fn first_force(&self) -> Force {
        match self.who {
            Who::Process(pid) => Force::Signal(pid, Signal::Term),
            Who::Thread(_) => Force::Cut,
        }
    }

    fn use_force(&mut self, force: Force, now: Instant) {
        self.force = None;
        match force {
            Force::Signal(pid, signal) => {
                // It has ended already, and will be waited for.
                let _ = process::kill(pid, signal);
                self.force =
                    (signal == Signal::Term).then(|| (now + LAST_WORDS, Force::Signal(pid, Signal::Kill)));
            }
            // One that does not take its messages is beyond all means.
            Force::Cut => drop(self.channel.tell(Leave::Now)),
        }
    }
}

/// What a child has said.
pub(super) struct Said {
    /// The spokes that it says misbehave.
    pub(super) complaints: Vec<u64>,
    /// It takes no more connections; said once.
    pub(super) is_worn: bool,
    /// How many messages have come in its life.
    pub(super) heard: usize,
    /// There will be no more.
    pub(super) is_over: bool,
}

/// What those are ended with who do not leave.
const BIDDEN: [Signal; 2] = [Signal::Term, Signal::Kill];
/// How long a child may live after TERM. (A service manager should give the whole server longer.)
const LAST_WORDS: Duration = Duration::from_secs(10);

/// All children, by their [keys](Who::key).
#[derive(Default)]
pub(super) struct Children(BTreeMap<u64, Row>);

impl Children {
    pub(super) fn add(&mut self, row: Row) {
        self.0.insert(row.who.key(), row);
    }

    /// Takes a child that has been waited for out of the table and off the board.
    pub(super) fn remove(&mut self, who: Who) -> Option<Row> {
        let row = self.0.remove(&who.key())?;
        row.place.slots().for_each(|slot| row.place.board.slot(slot, false).release());
        Some(row)
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut Row> {
        self.0.get_mut(&key)
    }

    /// Nobody is waited for any more: who is still there ends with this process.
    pub(super) fn abandon(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.0.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.0.values_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What links a child of that role, yet to be born, to those of its generation. Who leaves has no business with it, but
    /// for a hub that still has something for such as it.
    pub(super) fn ties(
        &self,
        links: &[Link],
        role: Role,
        generation: &Arc<Generation>,
    ) -> io::Result<Vec<Tie>> {
        let mut ties = Vec::new();
        let is_hub = |row: &Row| links.iter().any(|link| (link.hub, link.spoke) == (row.role, role));
        let own = self.iter().filter(|row| !links.is_empty() && Arc::ptr_eq(&row.generation, generation));
        for elder in own.filter(|row| row.stage != Stage::Leaving || is_hub(row)) {
            ties.extend(link::tie(links, role, elder.role, elder.who.key())?);
        }
        Ok(ties)
    }

    /// Gives each elder its end of what links it to the child that was just born.
    pub(super) fn introduce(&self, younger: Role, who: Who, ties: Vec<Tie>) {
        for tie in ties {
            if let Some(elder) = self.0.get(&tie.own.child) {
                elder.introduce(&tie.into_other(younger, who.key()));
            }
        }
    }

    /// The children of a generation that were not told to leave.
    pub(super) fn staying(&self, generation: &Arc<Generation>) -> impl Iterator<Item = &Row> {
        self.iter().filter(move |row| Arc::ptr_eq(&row.generation, generation) && row.stage != Stage::Leaving)
    }

    /// Has one that is idle, of those that have listeners, look at them: a child that has gone may have been woken for a
    /// connection that nobody else was woken for. Who is busy looks when it comes back to them.
    pub(super) fn look(&self, accepts: impl Fn(&Row) -> bool) {
        let is_idle = |row: &&Row| row.stage == Stage::Serving && row.place.idle() > 0 && accepts(row);
        if let Some(row) = self.iter().find(is_idle) {
            // One that does not take its messages is not idle.
            let _ = row.channel.look();
        }
    }

    /// What a pool is told of them, and the key of the one that each line is about.
    pub(super) fn seen(&self, generation: &Arc<Generation>) -> (Vec<u64>, Vec<Seen>) {
        let seen = |row: &Row| Seen {
            role: row.role,
            idle: if row.stage == Stage::Starting { row.place.threads } else { row.place.idle() },
            connections: row.place.connections(),
        };
        self.staying(generation).map(|row| (row.who.key(), seen(row))).unzip()
    }

    /// How many serving threads of a generation work on something, and how many there are.
    pub(super) fn load(&self, generation: &Arc<Generation>) -> (usize, usize) {
        let loads = self.staying(generation).map(|row| row.place.load());
        loads.fold((0, 0), |sum, load| (sum.0 + load.0, sum.1 + load.1))
    }

    /// The lowest block of a board that is nobody's.
    pub(super) fn free_block(&self, board: &Arc<Scoreboard>, threads: usize) -> Option<usize> {
        let mut taken: Vec<usize> = self.blocks(board).collect();
        taken.sort_unstable();
        let free =
            taken.iter().enumerate().find(|&(at, &block)| at != block).map_or(taken.len(), |(at, _)| at);
        ((free + 1) * threads <= board.slots()).then_some(free)
    }

    /// The blocks of a board that are somebody's.
    pub(super) fn blocks(&self, board: &Arc<Scoreboard>) -> impl Iterator<Item = usize> {
        self.iter().filter(|row| Arc::ptr_eq(&row.place.board, board)).filter_map(|row| row.place.block)
    }

    /// Does what is due to those who did not leave; says who they were.
    pub(super) fn force(&mut self, now: Instant) -> Vec<(Who, Force)> {
        let mut forced = Vec::new();
        for row in self.0.values_mut() {
            if let Some((_, force)) = row.force.filter(|(due, _)| *due <= now) {
                row.use_force(force, now);
                forced.push((row.who, force));
            }
        }
        forced
    }

    /// When [`force`](Self::force) has something to do.
    pub(super) fn next_force(&self) -> Option<Instant> {
        self.iter().filter_map(|row| row.force).map(|(due, _)| due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_whole_and_the_lowest_first() {
        let board = Scoreboard::new(10).unwrap();
        let place = Place { board, threads: 4, block: Some(1) };
        assert_eq!(place.slots().collect::<Vec<_>>(), [4, 5, 6, 7]);
        let children = Children::default();
        assert_eq!(children.free_block(&place.board, 4), Some(0));
        assert_eq!(children.free_block(&place.board, 11), None);
        assert_eq!(Place { block: None, ..place }.slots().count(), 0);
    }
}
