//! Which thread a connection is for, and when a process has enough of them. Pure: nothing here acts.
//!
//! Few threads are kept busy rather than many a little: a busy thread takes several ready connections each time it
//! wakes, and those that are not needed sleep.

use std::time::{Duration, Instant};

use httpd::mpm::Seen;

/// AsyncRequestWorkerFactor where nothing is said. Apache's is 2, for there a slow request takes a thread; here a connection
/// takes a few KiB, and a thousand slow clients of each kind must find room beside the others.
pub const FACTOR: f64 = 25.0;
/// The lowest that is taken, as in Apache.
pub const LEAST_FACTOR: f64 = 1.0;
/// The highest: a thread with more connections than these has no time for any of them.
pub const MOST_FACTOR: f64 = 100_000.0;

/// A thread with so many busy connections is passed over as long as others have fewer.
const CAP: usize = 128;
/// So many connections that only wait for another request count as a busy one: what a thread needs besides connections, it needs
/// once, so that idle ones are cheapest where others are.
const IDLE: usize = 16;
/// A thread whose inbox has stood still for so long is in a handler that does not let go.
pub const PATIENCE: Duration = Duration::from_millis(5);

/// How many connections a process takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    threads: usize,
    most: usize,
}

impl Room {
    /// ThreadsPerChild x (1 + AsyncRequestWorkerFactor).
    pub fn new(threads: usize, factor: f64) -> Self {
        // Threads are counted in thousands at most.
        let exact = u32::try_from(threads).map_or(f64::INFINITY, f64::from);
        Self { threads, most: (exact * (1.0 + factor)) as usize }
    }

    /// The most connections.
    pub fn most(&self) -> usize {
        self.most
    }

    /// What a process does that has so many connections, of which so many only wait for another request.
    pub fn judge(&self, open: usize, kept: usize) -> Door {
        match open.checked_sub(self.most) {
            None => Door::Open,
            Some(over) if kept > over && over < OVER => {
                Door::Crowded { shed: if over > 0 { over + self.most / SHARE } else { 0 } }
            }
            Some(_) => Door::Shut,
        }
    }

    /// How many threads count as idle for pacing: those that are, but no larger a share than of the room for
    /// connections is left. (A process can be full with most of its threads asleep.)
    pub fn idle(&self, seen: &Seen) -> usize {
        let left = self.most.saturating_sub(seen.connections);
        seen.idle.min(left * self.threads / self.most.max(1))
    }
}

/// Whether a process takes more connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// There is room.
    Open,
    /// Only if nobody else does: room is made by closing this many of those that only wait for another request.
    Crowded {
        /// So many more than have to go, so that the next need not wait for the same.
        shed: usize,
    },
    /// No.
    Shut,
}

/// How far a process goes beyond what it may have while it makes room.
const OVER: usize = 64;
/// What part of its room a process makes in advance, each time that it has to.
const SHARE: usize = 64;

/// How many threads of each process share the first connections: all processes together as many as there are cores. Each
/// busy thread more makes every wake-up serve fewer connections: with 64 of them on four threads instead of two a
/// request cost a tenth more.
pub fn favourites(cores: usize, processes: usize) -> usize {
    cores.div_ceil(processes.max(1)).max(1)
}

/// How often a process that has lent its door looks whether it is still used.
pub const TICK: Duration = Duration::from_millis(10);
/// So many connections in one tick are a rush.
const MANY: u64 = 32;
/// A rush is over when fewer than these come in one tick.
const FEW: u64 = 8;
/// The most threads of all processes together that the door is lent to: each of them is woken for each connection.
const BORROWERS: usize = 8;

/// Whether a process may lend its door to its favourite threads.
pub fn may_lend(favourites: usize, processes: usize) -> bool {
    favourites.saturating_mul(processes) <= BORROWERS
}

/// Watches how fast connections come.
#[derive(Debug, Clone, Copy)]
pub struct Rush {
    is_on: bool,
    /// The tick under way, and how many connections had come when it began.
    since: Instant,
    before: u64,
}

impl Rush {
    /// No connections yet.
    pub fn new(now: Instant) -> Self {
        Self { is_on: false, since: now, before: 0 }
    }

    /// `all` connections have come by now: is it a rush?
    pub fn is_on(&mut self, all: u64, now: Instant) -> bool {
        let come = all.saturating_sub(self.before);
        if now.saturating_duration_since(self.since) >= TICK {
            *self = Self { is_on: self.is_on && come >= FEW, since: now, before: all };
        } else if come >= MANY && !self.is_on {
            *self = Self { is_on: true, since: now, before: all };
        }
        self.is_on
    }

    /// It is not one that matters, whatever comes.
    pub fn end(&mut self, all: u64, now: Instant) {
        *self = Self { is_on: false, since: now, before: all };
    }
}

/// What is known of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Its connections, those in its inbox included.
    pub open: usize,
    /// Those of them that only wait for another request.
    pub kept: usize,
    /// Its inbox stands still.
    pub is_stuck: bool,
}

impl Load {
    /// How busy its connections may keep it, compared with others.
    fn weight(&self) -> usize {
        let kept = self.kept.min(self.open);
        self.open - kept + kept / IDLE
    }

    /// It takes connections as long as others are not less busy.
    pub fn has_room(&self) -> bool {
        !self.is_stuck && self.weight() < CAP
    }
}

/// The thread that gets the next connection: of the `favourites`, the first few, whoever has least; when these have
/// enough or are stuck, the first of the others that has not; and when all have, whoever has least.
pub fn choose(loads: &[Load], favourites: usize) -> Option<usize> {
    let (few, others) = loads.split_at(favourites.min(loads.len()));
    let favourite =
        (0..few.len()).filter(|&place| few[place].has_room()).min_by_key(|&place| few[place].weight());
    favourite
        .or_else(|| others.iter().position(Load::has_room).map(|place| few.len() + place))
        .or_else(|| (0..loads.len()).min_by_key(|&place| (loads[place].is_stuck, loads[place].weight())))
}

/// Watches whether an inbox stands still.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    taken: u64,
    since: Instant,
}

impl Watch {
    /// An inbox in which there is nothing.
    pub fn new(now: Instant) -> Self {
        Self { taken: 0, since: now }
    }

    /// Of `sent` connections the thread has `taken` so many: has nothing moved for longer than it should?
    pub fn is_stuck(&mut self, sent: u64, taken: u64, now: Instant) -> bool {
        if sent == taken || taken != self.taken {
            *self = Self { taken, since: now };
        }
        now.saturating_duration_since(self.since) >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use httpd::mpm::Role;

    #[test]
    fn room_is_a_multiple_of_the_threads() {
        for (threads, factor, most) in [(25, 2.0, 75), (64, 1.0, 128), (4, 1.5, 10), (1, 2.0, 3)] {
            assert_eq!(Room::new(threads, factor).most(), most, "{threads} {factor}");
        }
    }

    #[test]
    fn a_full_process_has_no_idle_threads() {
        let room = Room::new(25, 2.0);
        for (idle, connections, counted) in [
            (25, 0, 25),
            (24, 1, 24),
            (23, 32, 14),
            (22, 74, 0),
            (22, 75, 0),
            (22, 5000, 0),
            (3, 10, 3),
            (0, 0, 0),
        ] {
            let seen = Seen { role: Role::default(), idle, connections };
            assert_eq!(room.idle(&seen), counted, "{idle} idle, {connections} connections");
        }
    }

    #[test]
    fn room_is_made_by_closing_who_only_waits() {
        let room = Room::new(64, 1.0);
        for (open, kept, door) in [
            (0, 0, Door::Open),
            (127, 127, Door::Open),
            (128, 0, Door::Shut),
            (128, 1, Door::Crowded { shed: 0 }),
            (129, 1, Door::Shut),
            (129, 2, Door::Crowded { shed: 3 }),
            (140, 120, Door::Crowded { shed: 14 }),
            (192, 190, Door::Shut),
        ] {
            assert_eq!(room.judge(open, kept), door, "{open} open, {kept} kept");
        }
    }

    #[test]
    fn all_processes_together_keep_the_cores_busy() {
        for (cores, processes, each) in [(2, 2, 1), (2, 3, 1), (8, 3, 3), (8, 1, 8), (0, 0, 1)] {
            assert_eq!(favourites(cores, processes), each, "{cores} cores, {processes} processes");
        }
    }

    #[test]
    fn a_rush_begins_at_once_and_ends_with_a_tick() {
        let start = Instant::now();
        let mut rush = Rush::new(start);
        // When, how many have come by then, and whether that is a rush.
        for (millis, all, is_on) in [
            (1, 31, false),
            (11, 40, false),
            (15, 71, false),
            (16, 72, true),
            (20, 72, true),
            (26, 80, true),
            (36, 87, false),
            (40, 118, false),
            (41, 119, true),
            (900, 120, false),
        ] {
            let now = start + Duration::from_millis(millis);
            assert_eq!(rush.is_on(all, now), is_on, "after {millis} ms");
        }
    }

    #[test]
    fn the_door_is_lent_to_few() {
        for (favourites, processes, may) in
            [(1, 2, true), (2, 4, true), (1, 9, false), (usize::MAX, 2, false)]
        {
            assert_eq!(may_lend(favourites, processes), may, "{favourites} x {processes}");
        }
    }

    #[test]
    fn threads_are_filled_one_after_the_other() {
        const STUCK: usize = 1 << 32;
        let load = |&open: &usize| Load { open: open % STUCK, kept: 0, is_stuck: open >= STUCK };
        for (opens, favourites, chosen) in [
            (vec![0, 0, 0], 1, Some(0)),
            (vec![127, 0, 0], 1, Some(0)),
            (vec![128, 0, 0], 1, Some(1)),
            (vec![128, 128, 0], 1, Some(2)),
            // Favourites share.
            (vec![3, 2, 0], 2, Some(1)),
            (vec![2, 2, 0], 2, Some(0)),
            (vec![128, 127, 0], 2, Some(1)),
            (vec![128, 128, 0], 2, Some(2)),
            // Who is stuck is passed over, even if it has least.
            (vec![STUCK, 5, 0], 1, Some(1)),
            (vec![STUCK, STUCK, 5], 2, Some(2)),
            // Everybody has enough: whoever has least, and of all stuck ones too.
            (vec![140, 133, 135], 1, Some(1)),
            (vec![140, STUCK + 133, 135], 1, Some(2)),
            (vec![STUCK + 3, STUCK + 1], 1, Some(1)),
            // More favourites than threads, and no threads at all.
            (vec![1, 0], 8, Some(1)),
            (vec![], 2, None),
        ] {
            let loads: Vec<Load> = opens.iter().map(load).collect();
            assert_eq!(choose(&loads, favourites), chosen, "{opens:?}, {favourites}");
        }
    }

    #[test]
    fn connections_that_wait_weigh_little() {
        for (open, kept, has_room) in
            [(128, 0, false), (128, 1, true), (2048, 2048, false), (2047, 2047, true), (9, 99, true)]
        {
            assert_eq!(Load { open, kept, is_stuck: false }.has_room(), has_room, "{open} open, {kept} kept");
        }
    }

    #[test]
    fn an_inbox_is_stuck_when_nothing_moves() {
        let start = Instant::now();
        let mut watch = Watch::new(start);
        // When, how many were sent and taken, and whether that is stuck.
        for (millis, sent, taken, stuck) in [
            (1000, 0, 0, false),
            (1000, 1, 0, false),
            (1004, 2, 0, false),
            (1005, 2, 0, true),
            (1009, 2, 1, false),
            (1013, 2, 1, false),
            (1014, 9, 1, true),
            (1015, 9, 9, false),
            (9000, 9, 9, false),
        ] {
            let now = start + Duration::from_millis(millis);
            assert_eq!(watch.is_stuck(sent, taken, now), stuck, "after {millis} ms");
        }
    }
}
