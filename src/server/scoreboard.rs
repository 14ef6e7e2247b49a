//! The scoreboard: what children say of themselves in shared memory, for those who look.
//!
//! Each serving thread has a slot of its own and is its only writer, so a counter is loaded and stored and
//! never added to atomically; slots share no cache line. Whatever stands here was written by processes with
//! few rights: it is for looking and for pacing, every value is brought into its range when it is read, and
//! nothing is ever done to a pid because it stands here.

mod words;

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};
use std::time::{Duration, SystemTime};

use os::memory::SharedMemory;
use os::process::Times;

use words::{micros, read_address, read_text, time, write_address, write_text, write_times};

/// What a serving thread is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u64)]
pub enum State {
    /// There is no such thread.
    #[default]
    Dead,
    /// It cannot accept yet.
    Starting,
    /// It waits for a connection.
    Ready,
    /// It reads a request's head.
    Reading,
    /// It makes or sends an answer.
    Writing,
    /// It waits for the next request of a connection.
    KeepAlive,
    /// It writes to a log.
    Logging,
    /// It looks up a name.
    Dns,
    /// It closes a connection.
    Closing,
    /// It finishes what it has and leaves.
    Graceful,
    /// It is one too many and leaves.
    IdleKill,
}

impl State {
    /// Every state with the letter and the words that mod_status shows.
    pub const ALL: [(Self, char, &'static str); 11] = [
        (Self::Dead, '.', "Open slot with no current process"),
        (Self::Starting, 'S', "Starting up"),
        (Self::Ready, '_', "Waiting for Connection"),
        (Self::Reading, 'R', "Reading Request"),
        (Self::Writing, 'W', "Sending Reply"),
        (Self::KeepAlive, 'K', "Keepalive (read)"),
        (Self::Logging, 'L', "Logging"),
        (Self::Dns, 'D', "DNS Lookup"),
        (Self::Closing, 'C', "Closing connection"),
        (Self::Graceful, 'G', "Gracefully finishing"),
        (Self::IdleKill, 'I', "Idle cleanup of worker"),
    ];

    /// The letter that mod_status shows.
    pub fn letter(self) -> char {
        Self::ALL[self as usize].1
    }

    /// The thread could take a connection at once, or soon: what spare servers are counted by.
    pub fn is_idle(self) -> bool {
        matches!(self, Self::Starting | Self::Ready)
    }

    /// The thread works on something: it neither waits, nor comes, nor goes.
    pub fn is_busy(self) -> bool {
        !matches!(self, Self::Dead | Self::Starting | Self::Ready | Self::Graceful | Self::IdleKill)
    }

    fn read(word: u64) -> Self {
        usize::try_from(word).ok().and_then(|place| Self::ALL.get(place)).map_or(Self::Dead, |row| row.0)
    }
}

/// Shared memory with a slot for each serving thread that there may be, draining ones included.
pub struct Scoreboard {
    words: SharedMemory,
    slots: usize,
    started: SystemTime,
}

impl Scoreboard {
    /// A board of so many slots, at least one, all dead. It is made by the parent before it forks; pages that no
    /// thread ever writes cost nothing.
    pub fn new(slots: usize) -> io::Result<Arc<Self>> {
        let slots = slots.max(1);
        let too_many = || io::Error::other("too many slots for a scoreboard");
        let words = slots.checked_mul(SLOT_WORDS + DETAIL_WORDS).and_then(|words| words.checked_add(1));
        let words = SharedMemory::anonymous(words.ok_or_else(too_many)?)?;
        Ok(Arc::new(Self { words, slots, started: SystemTime::now() }))
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// When it was made: at the server's start, or at its last restart that was not graceful.
    pub fn started(&self) -> SystemTime {
        self.started
    }

    /// From now on that generation serves, and all others finish what they have: the parent says so.
    pub fn set_generation(&self, number: u64) {
        if let Some(word) = self.words.last() {
            word.store(number, Relaxed);
        }
    }

    /// The generation that serves.
    pub fn generation(&self) -> u64 {
        self.words.last().map_or(0, |word| word.load(Relaxed))
    }

    /// The slot of that number. With `extended`, [`Slot::describe`] writes (ExtendedStatus). A number that
    /// there is not is [`Slot::nowhere`].
    pub fn slot(self: &Arc<Self>, number: usize, extended: bool) -> Slot {
        let known = number < self.slots;
        Slot(known.then(|| Place { board: Arc::clone(self), number, extended }))
    }

    /// What a slot's thread says that it is doing.
    pub fn state(&self, number: usize) -> State {
        self.counters(number).map_or(State::Dead, |words| State::read(words[STATE].load(Relaxed)))
    }

    /// How many connections a slot's thread says that it has.
    pub fn open(&self, number: usize) -> u64 {
        self.counters(number).map_or(0, |words| words[OPEN].load(Relaxed).min(MOST_OPEN))
    }

    /// Everything, as it stands at this moment.
    pub fn look(&self) -> Snapshot {
        Snapshot {
            started: self.started,
            generation: self.generation(),
            workers: (0..self.slots).map(|slot| self.worker(slot)).collect(),
        }
    }

    fn worker(&self, slot: usize) -> Worker {
        let Some(words) = self.counters(slot) else { return Worker::default() };
        let value = |place: usize| words[place].load(Relaxed);
        let details = self.details(slot).map(read_details).unwrap_or_default();
        Worker {
            slot,
            pid: i32::try_from(value(PID)).map_or(0, i32::cast_unsigned),
            generation: value(GENERATION),
            state: State::read(value(STATE)),
            connections: value(CONNECTIONS).saturating_sub(value(CHILD_CONNECTIONS)),
            open: value(OPEN).min(MOST_OPEN),
            writing: value(WRITING).min(MOST_OPEN),
            kept: value(KEPT).min(MOST_OPEN),
            closing: value(CLOSING).min(MOST_OPEN),
            accesses: Count::of(value(ACCESSES), value(CHILD_ACCESSES), value(CONNECTION_ACCESSES)),
            bytes: Count::of(value(BYTES), value(CHILD_BYTES), value(CONNECTION_BYTES)),
            since: time(value(SINCE)),
            details,
        }
    }

    fn counters(&self, slot: usize) -> Option<&[AtomicU64]> {
        self.part(slot, 0..SLOT_WORDS, 0)
    }

    fn details(&self, slot: usize) -> Option<&[AtomicU64]> {
        self.part(slot, 0..DETAIL_WORDS, self.slots * SLOT_WORDS)
    }

    fn part(&self, slot: usize, part: Range<usize>, base: usize) -> Option<&[AtomicU64]> {
        let start = base + slot * part.len();
        (slot < self.slots).then(|| self.words.get(start..start + part.len())).flatten()
    }
}

impl fmt::Debug for Scoreboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scoreboard({} slots)", self.slots)
    }
}

/// A serving thread's own slot. Cloning it gives another name for the same slot: still only one thread may
/// write.
#[derive(Debug, Clone)]
pub struct Slot(Option<Place>);

#[derive(Debug, Clone)]
struct Place {
    board: Arc<Scoreboard>,
    number: usize,
    extended: bool,
}

/// What a thread works on.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// Since when.
    pub since: SystemTime,
    /// For whom.
    pub client: IpAddr,
    /// The name of the virtual host.
    pub vhost: &'a str,
    /// The port that the client reached it by.
    pub port: u16,
    /// The request line.
    pub request: &'a [u8],
}

/// As much of the end of a request line as there is room for: what SeeRequestTail shows.
pub fn tail(line: &[u8]) -> &[u8] {
    &line[line.len().saturating_sub(8 * REQUEST.len())..]
}

impl Slot {
    /// A slot that forgets what it is told: for tests, and for a child that the board has no room for.
    pub fn nowhere() -> Self {
        Self(None)
    }

    /// Its place on the board.
    pub fn number(&self) -> Option<usize> {
        self.0.as_ref().map(|place| place.number)
    }

    /// The board that it is part of.
    pub fn scoreboard(&self) -> Option<&Arc<Scoreboard>> {
        self.0.as_ref().map(|place| &place.board)
    }

    /// ExtendedStatus is on: [`describe`](Self::describe) writes.
    pub fn is_extended(&self) -> bool {
        self.0.as_ref().is_some_and(|place| place.extended)
    }

    /// A new process takes the slot over. The slot's own totals go on.
    pub fn claim(&self, pid: u32, generation: u64) {
        let Some(words) = self.counters() else { return };
        for (base, total) in CHILD_BASES {
            words[base].store(words[total].load(Relaxed), Relaxed);
        }
        if let Some(details) = self.extended() {
            details[MEASURED].store(0, Relaxed);
            details[TIMES].iter().for_each(|word| word.store(0, Relaxed));
        }
        forget_connections(words);
        words[GENERATION].store(generation, Relaxed);
        words[PID].store(pid.into(), Relaxed);
        stamp(words);
        self.set_state(State::Starting);
    }

    /// Its process has ended: the parent says so.
    pub fn release(&self) {
        let Some(words) = self.counters() else { return };
        words[PID].store(0, Relaxed);
        forget_connections(words);
        self.set_state(State::Dead);
    }

    /// What the thread does from now on.
    pub fn set_state(&self, state: State) {
        if let Some(words) = self.counters() {
            words[STATE].store(state as u64, Relaxed);
        }
    }

    /// A connection was accepted.
    pub fn connection_opened(&self) {
        let Some(words) = self.counters() else { return };
        add(&words[OPEN], 1);
        add(&words[CONNECTIONS], 1);
        for (base, total) in CONNECTION_BASES {
            words[base].store(words[total].load(Relaxed), Relaxed);
        }
        stamp(words);
    }

    /// A connection was closed.
    pub fn connection_closed(&self) {
        if let Some(words) = self.counters() {
            words[OPEN].store(words[OPEN].load(Relaxed).saturating_sub(1), Relaxed);
        }
    }

    /// One of the thread's connections was in one state and is in another; what the thread does is not said by that.
    pub fn connection_moved(&self, from: State, to: State) {
        let Some(words) = self.counters() else { return };
        for (state, word) in IN_STATES {
            let moved = u64::from(state == to).wrapping_sub(u64::from(state == from));
            if moved != 0 {
                add(&words[word], moved);
            }
        }
    }

    /// A request was answered with so many bytes, head and body, and took so long.
    pub fn request_done(&self, bytes: u64, took: Duration) {
        let Some(words) = self.counters() else { return };
        add(&words[ACCESSES], 1);
        add(&words[BYTES], bytes);
        if let Some(details) = self.extended() {
            let took = took.as_micros() as u64;
            details[TOOK].store(took, Relaxed);
            add(&details[SPENT], took);
            let now = words[SINCE].load(Relaxed).saturating_add(took);
            if now.saturating_sub(details[MEASURED].load(Relaxed)) >= MEASURE_EVERY {
                details[MEASURED].store(now, Relaxed);
                write_times(&details[TIMES]);
            }
        }
    }

    /// What the thread works on, for mod_status; texts are cut to what there is room for. Without ExtendedStatus
    /// nothing happens. Every request is described and few are looked at: whoever looks makes texts of numbers.
    pub fn describe(&self, work: &Work<'_>) {
        let (Some(words), Some(details)) = (self.counters(), self.extended()) else { return };
        words[SINCE].store(micros(work.since), Relaxed);
        let sequence = details[SEQUENCE].load(Relaxed);
        details[SEQUENCE].store(sequence | 1, Relaxed);
        fence(Release);
        write_address(&details[CLIENT], work.client);
        details[PORT].store(work.port.into(), Relaxed);
        write_text(&details[VHOST], work.vhost.as_bytes());
        write_text(&details[REQUEST], work.request);
        details[SEQUENCE].store((sequence | 1).wrapping_add(1), Release);
    }

    fn counters(&self) -> Option<&[AtomicU64]> {
        self.0.as_ref().and_then(|place| place.board.counters(place.number))
    }

    fn extended(&self) -> Option<&[AtomicU64]> {
        self.0.as_ref().filter(|place| place.extended).and_then(|place| place.board.details(place.number))
    }
}

/// The whole board at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Since when there is this board.
    pub started: SystemTime,
    /// The generation that serves.
    pub generation: u64,
    /// Every slot in order, dead ones too.
    pub workers: Vec<Worker>,
}

impl Snapshot {
    /// Requests answered since the board was made.
    pub fn accesses(&self) -> u64 {
        self.workers.iter().fold(0, |sum, worker| sum.saturating_add(worker.accesses.slot))
    }

    /// Bytes sent since the board was made.
    pub fn bytes(&self) -> u64 {
        self.workers.iter().fold(0, |sum, worker| sum.saturating_add(worker.bytes.slot))
    }

    /// How many threads wait for a connection.
    pub fn idle(&self) -> usize {
        self.workers.iter().filter(|worker| worker.state == State::Ready).count()
    }

    /// How many threads work on something.
    pub fn busy(&self) -> usize {
        self.workers.iter().filter(|worker| worker.state.is_busy()).count()
    }

    /// Time spent on requests since the board was made; zero without ExtendedStatus.
    pub fn spent(&self) -> Duration {
        self.workers.iter().fold(Duration::ZERO, |sum, worker| sum.saturating_add(worker.details.spent))
    }
}

/// What one slot says. Nothing of it is certain: a child may write what it likes.
#[derive(Debug, Clone, Default)]
pub struct Worker {
    /// The number of the slot.
    pub slot: usize,
    /// The process; 0 for none.
    pub pid: u32,
    /// The generation that it serves. Who serves another than the [newest](Snapshot::generation) finishes what it has:
    /// Apache shows it as [`State::Graceful`], whatever it does.
    pub generation: u64,
    /// What it does.
    pub state: State,
    /// Connections that the process has taken in this slot.
    pub connections: u64,
    /// Connections open now.
    pub open: u64,
    /// Of these: those that an answer is made or sent for.
    pub writing: u64,
    /// Those that wait for their next request.
    pub kept: u64,
    /// Those that are being closed.
    pub closing: u64,
    /// Requests answered.
    pub accesses: Count,
    /// Bytes sent.
    pub bytes: Count,
    /// When its latest connection was accepted; with ExtendedStatus, when its latest request began.
    pub since: Option<SystemTime>,
    /// What only ExtendedStatus knows.
    pub details: Details,
}

/// A number for the slot since the board was made, for its present process, and for its present
/// connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the sentence above")]
pub struct Count {
    pub slot: u64,
    pub child: u64,
    pub connection: u64,
}

impl Count {
    fn of(total: u64, at_child: u64, at_connection: u64) -> Self {
        Self {
            slot: total,
            child: total.saturating_sub(at_child),
            connection: total.saturating_sub(at_connection),
        }
    }
}

/// What ExtendedStatus adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// How long the last request took.
    pub took: Duration,
    /// How long all requests of the slot took.
    pub spent: Duration,
    /// The processor time of the slot's process, as of a second ago or the last request.
    pub times: Times,
    /// That of the programs that the process has started and that have ended.
    pub times_of_children: Times,
    /// Who asked.
    pub client: String,
    /// The virtual host, with port.
    pub vhost: String,
    /// The request line.
    pub request: String,
}

// The words of a slot: 128 bytes, since two neighbouring lines are fetched together.
const SLOT_WORDS: usize = 16;
const PID: usize = 0;
const GENERATION: usize = 1;
const STATE: usize = 2;
const OPEN: usize = 3;
const CONNECTIONS: usize = 4;
const ACCESSES: usize = 5;
const BYTES: usize = 6;
const SINCE: usize = 7;
const CHILD_CONNECTIONS: usize = 8;
const CHILD_ACCESSES: usize = 9;
const CHILD_BYTES: usize = 10;
const CONNECTION_ACCESSES: usize = 11;
const CONNECTION_BYTES: usize = 12;
const WRITING: usize = 13;
const KEPT: usize = 14;
const CLOSING: usize = 15;

/// How many connections are in a state.
const IN_STATES: [(State, usize); 3] =
    [(State::Writing, WRITING), (State::KeepAlive, KEPT), (State::Closing, CLOSING)];

/// What the totals were when the process, or the connection, began.
const CHILD_BASES: [(usize, usize); 3] =
    [(CHILD_CONNECTIONS, CONNECTIONS), (CHILD_ACCESSES, ACCESSES), (CHILD_BYTES, BYTES)];
const CONNECTION_BASES: [(usize, usize); 2] = [(CONNECTION_ACCESSES, ACCESSES), (CONNECTION_BYTES, BYTES)];

// The words of a slot's details, in an area of their own behind the slots. The texts are guarded by a
// sequence, odd while they are being written.
const DETAIL_WORDS: usize = 56;
const SEQUENCE: usize = 0;
const TOOK: usize = 1;
const SPENT: usize = 2;
const MEASURED: usize = 3;
const TIMES: Range<usize> = 4..8;
const CLIENT: Range<usize> = 8..10;
const PORT: usize = 10;
const VHOST: Range<usize> = 11..20;
const REQUEST: Range<usize> = 20..DETAIL_WORDS;

/// How often a process looks at its processor time, in microseconds: asking costs two system calls.
const MEASURE_EVERY: u64 = 1_000_000;

/// More connections than a process can have open: a larger number is a lie.
const MOST_OPEN: u64 = 1 << 20;

/// The writer is the only one: nothing can be lost between load and store.
fn add(word: &AtomicU64, more: u64) {
    word.store(word.load(Relaxed).wrapping_add(more), Relaxed);
}

fn forget_connections(words: &[AtomicU64]) {
    words[OPEN].store(0, Relaxed);
    for (_, word) in IN_STATES {
        words[word].store(0, Relaxed);
    }
}

fn stamp(words: &[AtomicU64]) {
    words[SINCE].store(micros(SystemTime::now()), Relaxed);
}

/// A thread that was killed while it wrote leaves its sequence odd: then there are no texts, and nobody
/// waits for them.
fn read_details(words: &[AtomicU64]) -> Details {
    const TRIES: usize = 8;
    let micros = |place: usize| Duration::from_micros(words[place].load(Relaxed));
    let times = |place: usize| Times { user: micros(place), system: micros(place + 1) };
    let times = Details {
        took: micros(TOOK),
        spent: micros(SPENT),
        times: times(TIMES.start),
        times_of_children: times(TIMES.start + 2),
        ..Details::default()
    };
    for _ in 0..TRIES {
        let before = words[SEQUENCE].load(Acquire);
        let client = read_address(&words[CLIENT]);
        let port = words[PORT].load(Relaxed) as u16;
        let [vhost, request] = [VHOST, REQUEST].map(|part| read_text(&words[part]));
        fence(Acquire);
        if before.is_multiple_of(2) && words[SEQUENCE].load(Relaxed) == before {
            let vhost = if client.is_empty() { vhost } else { format!("{vhost}:{port}") };
            return Details { client, vhost, request, ..times };
        }
    }
    times
}

#[cfg(test)]
mod tests;
