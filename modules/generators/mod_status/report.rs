//! What is told: gathered once for each request, whatever form it is sent in.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use httpd::core_module::ServerTokens;
use httpd::os::process::{self, Times};
use httpd::prelude::Request;
use httpd::request::url;
use httpd::server::scoreboard::{Snapshot, State, Worker};

use crate::processes::{Process, processes};

/// The server at one moment.
#[derive(Debug)]
pub(crate) struct Report {
    /// The name that the client used, the address that it reached.
    pub(crate) host: String,
    pub(crate) address: IpAddr,
    /// The server's own words, as `httpd -v` has them.
    pub(crate) version: String,
    pub(crate) mpm: &'static str,
    pub(crate) built: &'static str,
    pub(crate) now: SystemTime,
    pub(crate) started: SystemTime,
    /// How many graceful restarts there were.
    pub(crate) generation: u64,
    pub(crate) load: Option<[f64; 3]>,
    pub(crate) accesses: u64,
    pub(crate) bytes: u64,
    /// What only ExtendedStatus knows.
    pub(crate) extended: Option<Extended>,
    pub(crate) busy: usize,
    pub(crate) graceful: usize,
    pub(crate) idle: usize,
    /// Those of generations that do not serve any more as [`State::Graceful`], whatever they do.
    pub(crate) workers: Vec<Worker>,
    pub(crate) processes: Vec<Process>,
}

/// What only ExtendedStatus knows of all requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extended {
    /// How long all requests took together.
    pub(crate) spent: Duration,
    /// Processor time of the processes that serve.
    pub(crate) times: Times,
    /// That of the programs that they started.
    pub(crate) times_of_children: Times,
}

impl Report {
    /// The report that a request is answered with.
    pub(crate) fn of(r: &Request) -> Self {
        let thread = &r.connection.thread;
        let generation = &thread.generation;
        // A thread without a place on the board knows of nobody, not even of itself.
        let nobody =
            || Snapshot { started: generation.built, generation: generation.number, workers: Vec::new() };
        let mut snapshot = thread.slot.scoreboard().map_or_else(nobody, |board| board.look());
        let processes = processes(&snapshot.workers, snapshot.generation);
        let current = snapshot.generation;
        let leaving = |worker: &&mut Worker| worker.generation != current && worker.state != State::Dead;
        snapshot.workers.iter_mut().filter(leaving).for_each(|worker| worker.state = State::Graceful);
        Self {
            host: url::server_name(r).into_owned(),
            address: r.connection.local.ip().to_canonical(),
            version: httpd::server::banner(ServerTokens::Full),
            mpm: generation.mpm_name(),
            built: generation.facts.built,
            now: SystemTime::now(),
            started: snapshot.started,
            generation: snapshot.generation,
            load: process::load_average(),
            accesses: snapshot.accesses(),
            bytes: snapshot.bytes(),
            extended: thread.slot.is_extended().then(|| Extended::of(&snapshot)),
            busy: snapshot.busy(),
            graceful: snapshot.workers.iter().filter(|worker| worker.state == State::Graceful).count(),
            idle: snapshot.idle(),
            workers: snapshot.workers,
            processes,
        }
    }

    /// How many processes finish what they have.
    pub(crate) fn stopping(&self) -> usize {
        self.processes.iter().filter(|process| process.is_stopping).count()
    }

    /// How long the server has been up.
    pub(crate) fn uptime(&self) -> Duration {
        self.now.duration_since(self.started).unwrap_or_default()
    }

    /// So many each second since the start; a first second that is not over counts whole.
    pub(crate) fn per_second(&self, count: u64) -> f64 {
        float(count) / float(self.uptime().as_secs().max(1))
    }

    /// So many for each request; nothing where there was none.
    pub(crate) fn per_request(&self, sum: f64) -> f64 {
        if self.accesses == 0 { 0.0 } else { sum / float(self.accesses) }
    }

    /// The letters of all slots.
    pub(crate) fn letters(&self) -> String {
        self.workers.iter().map(|worker| worker.state.letter()).collect()
    }

    /// The slots that have served or are serving somebody.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Worker> {
        let idle = |worker: &Worker| matches!(worker.state, State::Dead | State::Ready);
        self.workers.iter().filter(move |worker| worker.accesses.slot > 0 || !idle(worker))
    }

    /// Seconds since a thread's latest request, or connection, began.
    pub(crate) fn age(&self, worker: &Worker) -> u64 {
        worker.since.and_then(|since| self.now.duration_since(since).ok()).map_or(0, |age| age.as_secs())
    }
}

impl Extended {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            spent: snapshot.spent(),
            times: sum_of_processes(&snapshot.workers, |worker| worker.details.times),
            times_of_children: sum_of_processes(&snapshot.workers, |worker| worker.details.times_of_children),
        }
    }

    /// The share of one processor that all this was, in percent.
    pub(crate) fn processor_load(&self, uptime: Duration) -> f64 {
        let all = [self.times, self.times_of_children].map(|times| times.user + times.system);
        let spent: Duration = all.iter().sum();
        100.0 * spent.as_secs_f64() / uptime.as_secs_f64().max(1.0)
    }
}

/// A count as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "what is shown has six digits")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

/// The threads of a process all tell the process's time, some of them later than others.
fn sum_of_processes(workers: &[Worker], times: impl Fn(&Worker) -> Times) -> Times {
    let mut latest = std::collections::BTreeMap::<u32, Times>::new();
    for worker in workers.iter().filter(|worker| worker.pid != 0) {
        let (time, known) = (times(worker), latest.entry(worker.pid).or_default());
        *known = Times { user: known.user.max(time.user), system: known.system.max(time.system) };
    }
    latest.values().fold(Times::default(), |sum, times| Times {
        user: sum.user.saturating_add(times.user),
        system: sum.system.saturating_add(times.system),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use httpd::server::scoreboard::{Count, Details};

    /// A server of three slots, up for two hours, whose one client tries to write into the page.
    pub(crate) fn some() -> Report {
        let started = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_400_940);
        let seconds =
            |user, system| Times { user: Duration::from_millis(user), system: Duration::from_millis(system) };
        let worker = Worker {
            slot: 1,
            pid: 4711,
            generation: 3,
            state: State::Writing,
            accesses: Count { slot: 30, child: 20, connection: 2 },
            bytes: Count { slot: 3 << 20, child: 1 << 20, connection: 2560 },
            open: 1,
            writing: 1,
            since: Some(started + Duration::from_secs(7200)),
            details: Details {
                took: Duration::from_millis(12),
                spent: Duration::from_millis(345),
                times: seconds(1500, 250),
                times_of_children: seconds(0, 250),
                client: "<script>".to_owned(),
                vhost: "a\"b:80".to_owned(),
                request: "GET /<b>&\\\u{1} HTTP/1.1".to_owned(),
            },
            ..Worker::default()
        };
        let idle = Worker { slot: 2, pid: 4712, generation: 3, state: State::Ready, ..Worker::default() };
        let snapshot = Snapshot { started, generation: 3, workers: vec![Worker::default(), worker, idle] };
        Report {
            host: "x<y".to_owned(),
            address: "192.0.2.1".parse().unwrap(),
            version: "Weir/0.1.0 (Unix)".to_owned(),
            mpm: "prefork",
            built: "Nov 23 2026 02:49:00",
            now: started + Duration::from_secs(7203),
            started,
            generation: 3,
            load: Some([0.5, 0.25, 1.0]),
            accesses: snapshot.accesses(),
            bytes: snapshot.bytes(),
            extended: Some(Extended::of(&snapshot)),
            busy: snapshot.busy(),
            graceful: 0,
            idle: snapshot.idle(),
            processes: processes(&snapshot.workers, 3),
            workers: snapshot.workers,
        }
    }

    #[test]
    fn threads_of_one_process_count_once() {
        let worker = |pid, millis| {
            let times = Times { user: Duration::from_millis(millis), system: Duration::ZERO };
            Worker { pid, details: Details { times, ..Details::default() }, ..Worker::default() }
        };
        let workers = [worker(1, 10), worker(1, 30), worker(2, 5), worker(0, 1000)];
        assert_eq!(sum_of_processes(&workers, |w| w.details.times).user, Duration::from_millis(35));
    }

    #[test]
    fn idle_slots_that_served_nobody_are_not_shown() {
        let report = some();
        assert_eq!(report.shown().map(|worker| worker.slot).collect::<Vec<_>>(), [1]);
        assert_eq!((report.letters().as_str(), report.busy, report.idle), (".W_", 1, 1));
        assert_eq!(report.age(&report.workers[1]), 3);
    }

    #[test]
    fn rates_do_not_divide_by_nothing() {
        let report = Report { accesses: 0, now: some().started, ..some() };
        assert_eq!((report.per_second(7), report.per_request(7.0)), (7.0, 0.0));
        let load = some().extended.unwrap().processor_load(Duration::from_secs(200));
        assert!((load - 1.0).abs() < 1e-9, "{load}");
    }
}
