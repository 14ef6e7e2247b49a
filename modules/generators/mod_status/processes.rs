//! The processes that serve: one row for each, and for each generation where several share a process.

use std::collections::BTreeMap;

use httpd::server::scoreboard::{State, Worker};

/// What one of them has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Process {
    /// The number of its first slot.
    pub(crate) slot: usize,
    pub(crate) pid: u32,
    pub(crate) generation: u64,
    /// It finishes what it has: another generation serves.
    pub(crate) is_stopping: bool,
    pub(crate) threads: Load,
    pub(crate) connections: Connections,
}

/// Threads that work on something, and those that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) busy: usize,
    pub(crate) idle: usize,
}

/// Connections: all that are open, and of these those in states in which a thread may have others too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Connections {
    pub(crate) total: u64,
    pub(crate) writing: u64,
    pub(crate) kept: u64,
    pub(crate) closing: u64,
}

impl Connections {
    fn add(&mut self, other: Self) {
        self.total = self.total.saturating_add(other.total);
        self.writing = self.writing.saturating_add(other.writing);
        self.kept = self.kept.saturating_add(other.kept);
        self.closing = self.closing.saturating_add(other.closing);
    }
}

/// All of them, in the order of their slots. `generation` is the one that serves; `workers` say what they do, not how
/// that is shown.
pub(crate) fn processes(workers: &[Worker], generation: u64) -> Vec<Process> {
    let mut found = BTreeMap::new();
    for worker in workers.iter().filter(|worker| worker.pid != 0 && worker.state != State::Dead) {
        let process = found.entry((worker.pid, worker.generation)).or_insert_with(|| Process {
            slot: worker.slot,
            pid: worker.pid,
            generation: worker.generation,
            is_stopping: worker.generation != generation,
            ..Process::default()
        });
        process.threads.busy += usize::from(worker.state.is_busy());
        process.threads.idle += usize::from(worker.state.is_idle());
        process.connections.add(Connections {
            total: worker.open,
            writing: worker.writing,
            kept: worker.kept,
            closing: worker.closing,
        });
    }
    let mut found: Vec<Process> = found.into_values().collect();
    found.sort_unstable_by_key(|process| process.slot);
    found
}

/// All of them together.
pub(crate) fn sum(processes: &[Process]) -> Process {
    processes.iter().fold(Process::default(), |mut sum, process| {
        sum.threads.busy += process.threads.busy;
        sum.threads.idle += process.threads.idle;
        sum.connections.add(process.connections);
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_counted_by_process_and_generation() {
        let worker = |slot, pid, generation, state, open| Worker {
            slot,
            pid,
            generation,
            state,
            open,
            kept: open,
            ..Worker::default()
        };
        let workers = [
            worker(0, 0, 0, State::Dead, 0),
            worker(1, 20, 1, State::KeepAlive, 3),
            worker(2, 20, 1, State::Ready, 0),
            worker(3, 20, 2, State::Starting, 0),
            worker(4, 10, 2, State::Writing, 1),
            worker(5, 10, 2, State::Dead, 9),
        ];
        let processes = processes(&workers, 2);
        let told = processes.iter().map(|process| {
            let Load { busy, idle } = process.threads;
            (process.slot, process.pid, process.is_stopping, busy, idle, process.connections.total)
        });
        let expected = [(1, 20, true, 1, 1, 3), (3, 20, false, 0, 1, 0), (4, 10, false, 1, 0, 1)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert_eq!((sum(&processes).threads.busy, sum(&processes).connections.kept), (2, 4));
    }
}
