//! How many: the directives of the MPMs whose children have a fixed number of threads each, and what they
//! come to once all of them are known. The order of the lines does not matter.

use super::{STACK, Strength, USUAL_STACK};
use crate::config::{Config, Directive, Place, inherit};

/// What the directives say.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    start_servers: Option<usize>,
    server_limit: Option<usize>,
    thread_limit: Option<usize>,
    threads_per_child: Option<usize>,
    min_spare_threads: Option<usize>,
    max_spare_threads: Option<usize>,
    max_request_workers: Option<usize>,
    thread_stack_size: Option<usize>,
}

impl Config for Settings {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            start_servers: inherit(&self.start_servers, &inner.start_servers),
            server_limit: inherit(&self.server_limit, &inner.server_limit),
            thread_limit: inherit(&self.thread_limit, &inner.thread_limit),
            threads_per_child: inherit(&self.threads_per_child, &inner.threads_per_child),
            min_spare_threads: inherit(&self.min_spare_threads, &inner.min_spare_threads),
            max_spare_threads: inherit(&self.max_spare_threads, &inner.max_spare_threads),
            max_request_workers: inherit(&self.max_request_workers, &inner.max_request_workers),
            thread_stack_size: inherit(&self.thread_stack_size, &inner.thread_stack_size),
        }
    }
}

/// An MPM's configuration that has [`Settings`] in it.
pub trait Threads: Config {
    /// What the shared directives said.
    fn settings(&self) -> &Settings;

    /// Where the shared directives are kept.
    fn settings_mut(&mut self) -> &mut Settings;
}

impl Threads for Settings {
    fn settings(&self) -> &Settings {
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        self
    }
}

const START_SERVERS: usize = 3;
const SERVER_LIMIT: usize = 16;
const THREAD_LIMIT: usize = 64;
const THREADS_PER_CHILD: usize = 25;
const MIN_SPARE_THREADS: usize = 75;
const MAX_SPARE_THREADS: usize = 250;
const MAX_REQUEST_WORKERS: usize = 400;

const MANY: i64 = 1_000_000;
/// More processes than this are a slip of the finger: Apache's bound, and for threads as well.
const LIMIT: i64 = 20_000;
/// The shared directives, for an MPM's table.
pub const fn rows<C: Threads>() -> [Directive<C>; 9] {
    const WORKERS: (std::ops::RangeInclusive<i64>, i64, &str) =
        (1..=MANY, MAX_REQUEST_WORKERS as i64, "threads");
    [
        Directive::clamped(
            "StartServers",
            Place::S,
            (1..=LIMIT, START_SERVERS as i64, "processes"),
            "How many child processes the server starts with",
            |config, n| config.settings_mut().start_servers = Some(n as usize),
        ),
        Directive::clamped(
            "ServerLimit",
            Place::S,
            (1..=LIMIT, SERVER_LIMIT as i64, "processes"),
            "How many child processes there may be at most",
            |config, n| config.settings_mut().server_limit = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadLimit",
            Place::S,
            (1..=LIMIT, THREAD_LIMIT as i64, "threads"),
            "How high ThreadsPerChild may be",
            |config, n| config.settings_mut().thread_limit = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadsPerChild",
            Place::S,
            (1..=LIMIT, THREADS_PER_CHILD as i64, "threads"),
            "How many serving threads each child process has",
            |config, n| config.settings_mut().threads_per_child = Some(n as usize),
        ),
        Directive::clamped(
            "MinSpareThreads",
            Place::S,
            (1..=MANY, MIN_SPARE_THREADS as i64, "threads"),
            "How many threads of all child processes should be idle, at least",
            |config, n| config.settings_mut().min_spare_threads = Some(n as usize),
        ),
        Directive::clamped(
            "MaxSpareThreads",
            Place::S,
            (1..=MANY, MAX_SPARE_THREADS as i64, "threads"),
            "How many threads of all child processes should be idle, at most",
            |config, n| config.settings_mut().max_spare_threads = Some(n as usize),
        ),
        Directive::clamped(
            "MaxRequestWorkers",
            Place::S,
            WORKERS,
            "How many serving threads all child processes may have together",
            |config, n| config.settings_mut().max_request_workers = Some(n as usize),
        ),
        Directive::clamped(
            "MaxClients",
            Place::S,
            WORKERS,
            "The old name of MaxRequestWorkers",
            |config, n| config.settings_mut().max_request_workers = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadStackSize",
            Place::S,
            (STACK, USUAL_STACK, "bytes"),
            "How much room a serving thread has for its stack",
            |config, n| config.settings_mut().thread_stack_size = Some(n as usize),
        ),
    ]
}

/// What took effect: every number is at least 1, and none contradicts another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// StartServers: child processes to begin with.
    pub start: usize,
    /// The most child processes: MaxRequestWorkers in units of ThreadsPerChild.
    pub processes: usize,
    /// ThreadsPerChild.
    pub threads: usize,
    /// MinSpareThreads, over all child processes.
    pub min_spare: usize,
    /// MaxSpareThreads, over all child processes; at least a process more than `min_spare`.
    pub max_spare: usize,
    /// ThreadStackSize, in bytes, if it was set.
    pub stack: Option<usize>,
}

impl Limits {
    /// Brings the directives into line with each other. Beside it a sentence for each that was set to something else
    /// than what took effect.
    pub fn of(settings: &Settings) -> (Self, Vec<String>) {
        let mut notes = Vec::new();
        let thread_limit = settings.thread_limit.unwrap_or(THREAD_LIMIT);
        let server_limit = settings.server_limit.unwrap_or(SERVER_LIMIT);
        let threads = match settings.threads_per_child {
            Some(wanted) if wanted > thread_limit => {
                notes.push(format!(
                    "ThreadsPerChild {wanted} is more than ThreadLimit {thread_limit} allows: \
                     {thread_limit} is taken; raise ThreadLimit too"
                ));
                thread_limit
            }
            wanted => wanted.unwrap_or(THREADS_PER_CHILD).min(thread_limit),
        };
        let processes = processes(settings.max_request_workers, threads, server_limit, &mut notes);
        let start = match settings.start_servers {
            Some(wanted) if wanted > processes => {
                notes.push(format!(
                    "StartServers {wanted} is more than MaxRequestWorkers has room for: {processes} is taken"
                ));
                processes
            }
            wanted => wanted.unwrap_or(START_SERVERS).min(processes),
        };
        let min_spare = settings.min_spare_threads.unwrap_or(MIN_SPARE_THREADS);
        let least = min_spare.saturating_add(threads);
        let max_spare = match settings.max_spare_threads {
            Some(wanted) if wanted < least => {
                notes.push(format!(
                    "MaxSpareThreads {wanted} would end processes that MinSpareThreads {min_spare} starts: \
                     {least} is taken, which is MinSpareThreads and ThreadsPerChild together"
                ));
                least
            }
            wanted => wanted.unwrap_or(MAX_SPARE_THREADS).max(least),
        };
        let stack = settings.thread_stack_size;
        (Self { start, processes, threads, min_spare, max_spare, stack }, notes)
    }

    /// The threads of one process.
    pub fn strength(&self) -> Strength {
        Strength { threads: self.threads, stack: self.stack }
    }

    /// MaxRequestWorkers, as it took effect.
    pub fn workers(&self) -> usize {
        self.processes * self.threads
    }

    /// What took effect, for `httpd -t -D DUMP_RUN_CFG`.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        vec![
            ("StartServers", self.start.to_string()),
            ("ThreadsPerChild", self.threads.to_string()),
            ("MinSpareThreads", self.min_spare.to_string()),
            ("MaxSpareThreads", self.max_spare.to_string()),
            ("MaxRequestWorkers", self.workers().to_string()),
        ]
    }
}

/// How many processes MaxRequestWorkers is.
fn processes(wanted: Option<usize>, threads: usize, server_limit: usize, notes: &mut Vec<String>) -> usize {
    let Some(wanted) = wanted else {
        return (MAX_REQUEST_WORKERS / threads).clamp(1, server_limit);
    };
    let (processes, why) = match wanted / threads {
        0 => (1, format!("is less than the {threads} threads that one process has")),
        whole if whole > server_limit => {
            (server_limit, format!("is more than ServerLimit {server_limit} times {threads} threads allows"))
        }
        whole => (whole, format!("is no multiple of ThreadsPerChild {threads}")),
    };
    let taken = processes * threads;
    if taken != wanted {
        notes.push(format!("MaxRequestWorkers {wanted} {why}: {taken} is taken, {}", times(processes)));
    }
    processes
}

fn times(processes: usize) -> String {
    match processes {
        1 => "one process".to_owned(),
        more => format!("{more} processes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(lines: &[(&str, i64)]) -> (Limits, Vec<String>) {
        let mut settings = Settings::default();
        for (name, value) in lines {
            match *name {
                "StartServers" => settings.start_servers = Some(*value as usize),
                "ServerLimit" => settings.server_limit = Some(*value as usize),
                "ThreadLimit" => settings.thread_limit = Some(*value as usize),
                "ThreadsPerChild" => settings.threads_per_child = Some(*value as usize),
                "MinSpareThreads" => settings.min_spare_threads = Some(*value as usize),
                "MaxSpareThreads" => settings.max_spare_threads = Some(*value as usize),
                "MaxRequestWorkers" => settings.max_request_workers = Some(*value as usize),
                other => panic!("{other}"),
            }
        }
        Limits::of(&settings)
    }

    #[test]
    fn without_directives_the_numbers_are_apaches() {
        let (limits, notes) = limits(&[]);
        let expected =
            Limits { start: 3, processes: 16, threads: 25, min_spare: 75, max_spare: 250, stack: None };
        assert_eq!((limits.workers(), limits, notes), (400, expected, vec![]));
    }

    #[test]
    fn what_nobody_wrote_gives_way_in_silence() {
        for (lines, processes, threads, start, max_spare) in [
            (vec![("ThreadsPerChild", 64)], 6, 64, 3, 250),
            (vec![("ThreadLimit", 10)], 16, 10, 3, 250),
            (vec![("ServerLimit", 2)], 2, 25, 2, 250),
            (vec![("ThreadLimit", 1000), ("ThreadsPerChild", 1000)], 1, 1000, 1, 1075),
            (vec![("MinSpareThreads", 300)], 16, 25, 3, 325),
        ] {
            let (limits, notes) = limits(&lines);
            assert_eq!(
                (limits.processes, limits.threads, limits.start, limits.max_spare),
                (processes, threads, start, max_spare),
                "{lines:?}"
            );
            assert!(notes.is_empty(), "{lines:?}: {notes:?}");
        }
    }

    #[test]
    fn what_was_written_is_corrected_with_a_sentence_each() {
        for (lines, corrected) in [
            (
                vec![("ThreadsPerChild", 100)],
                vec!["ThreadsPerChild 100 is more than ThreadLimit 64 allows: 64 is taken"],
            ),
            (
                vec![("MaxRequestWorkers", 10)],
                vec![
                    "MaxRequestWorkers 10 is less than the 25 threads that one process has: 25 is taken, one process",
                ],
            ),
            (
                vec![("MaxRequestWorkers", 60)],
                vec!["MaxRequestWorkers 60 is no multiple of ThreadsPerChild 25: 50 is taken, 2 processes"],
            ),
            (
                vec![("MaxRequestWorkers", 1000)],
                vec![
                    "MaxRequestWorkers 1000 is more than ServerLimit 16 times 25 threads allows: 400 is taken, 16 processes",
                ],
            ),
            (vec![("MaxRequestWorkers", 1000), ("ServerLimit", 40)], vec![]),
            (
                vec![("StartServers", 17)],
                vec!["StartServers 17 is more than MaxRequestWorkers has room for: 16 is taken"],
            ),
            (
                vec![("MinSpareThreads", 100), ("MaxSpareThreads", 100)],
                vec!["MaxSpareThreads 100 would end processes that MinSpareThreads 100 starts: 125 is taken"],
            ),
            (
                vec![("ThreadsPerChild", 100), ("MaxRequestWorkers", 100), ("StartServers", 4)],
                vec![
                    "ThreadsPerChild 100",
                    "MaxRequestWorkers 100 is no multiple of ThreadsPerChild 64: 64 is taken",
                    "StartServers 4",
                ],
            ),
        ] {
            let (_, notes) = limits(&lines);
            assert_eq!(notes.len(), corrected.len(), "{lines:?}: {notes:?}");
            for (note, expected) in notes.iter().zip(&corrected) {
                assert!(note.starts_with(expected), "{lines:?}: {note}");
            }
        }
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let lines = [
            ("ThreadsPerChild", 100),
            ("ThreadLimit", 100),
            ("MaxRequestWorkers", 3000),
            ("ServerLimit", 30),
        ];
        let (forwards, notes) = limits(&lines);
        let backwards = limits(&lines.into_iter().rev().collect::<Vec<_>>());
        assert_eq!((forwards.workers(), notes.len()), (3000, 0));
        assert_eq!(backwards, (forwards, notes));
    }
}
