//! The directives, and what they come to once all of them are known.

use httpd::config::{Config, Directive, Place, inherit};
use httpd::mpm::Identity;
use httpd::os::user::{Gid, Uid};

use crate::plan::{Account, NOBODYS, Threads};

/// What the configuration asks for.
#[derive(Debug, Default, Clone)]
pub struct PerchildConfig {
    pub(crate) assigned: Option<Account>,
    per_user: Option<Vec<(Account, usize)>>,
    listener: Option<Account>,
    hand_back: Option<bool>,
    num_servers: Option<usize>,
    server_limit: Option<usize>,
    thread_limit: Option<usize>,
    start_threads: Option<usize>,
    min_spare_threads: Option<usize>,
    max_spare_threads: Option<usize>,
    max_threads_per_child: Option<usize>,
    thread_stack_size: Option<usize>,
}

impl Config for PerchildConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            assigned: inherit(&self.assigned, &inner.assigned),
            per_user: inherit(&self.per_user, &inner.per_user),
            listener: inherit(&self.listener, &inner.listener),
            hand_back: inherit(&self.hand_back, &inner.hand_back),
            num_servers: inherit(&self.num_servers, &inner.num_servers),
            server_limit: inherit(&self.server_limit, &inner.server_limit),
            thread_limit: inherit(&self.thread_limit, &inner.thread_limit),
            start_threads: inherit(&self.start_threads, &inner.start_threads),
            min_spare_threads: inherit(&self.min_spare_threads, &inner.min_spare_threads),
            max_spare_threads: inherit(&self.max_spare_threads, &inner.max_spare_threads),
            max_threads_per_child: inherit(&self.max_threads_per_child, &inner.max_threads_per_child),
            thread_stack_size: inherit(&self.thread_stack_size, &inner.thread_stack_size),
        }
    }
}

const NUM_SERVERS: usize = 2;
const SERVER_LIMIT: usize = 8;
const START_THREADS: usize = 5;
const MIN_SPARE_THREADS: usize = 5;
const MAX_SPARE_THREADS: usize = 10;
const THREAD_LIMIT: usize = 64;

/// More than this is a slip of the finger: Apache's bound, and for threads as well.
const LIMIT: i64 = 20_000;
/// Below it a request does not fit; above it only address space is lost.
const STACK: std::ops::RangeInclusive<i64> = 131_072..=1_073_741_824;
/// What a thread has of Rust if nothing is said.
const USUAL_STACK: i64 = 2_097_152;

pub(crate) const ROWS: &[Directive<PerchildConfig>] = &[
    Directive::two(
        "AssignUserID",
        Place::V,
        "user group",
        "The user and group whose processes serve this virtual host",
        |config, user, group, _| {
            config.assigned = Some(Account::named(user, group)?);
            Ok(())
        },
    ),
    Directive::words(
        "ChildPerUserID",
        Place::S,
        ("user group num", 3..=3),
        "How many of NumServers are for the virtual hosts of that user and group",
        |config, words, _| {
            let account = Account::named(words[0], words[1])?;
            let count = words[2].parse().ok().filter(|count| (1..=LIMIT as usize).contains(count));
            let count = count.ok_or_else(|| {
                httpd::config::Complaint::new(format!(
                    "ChildPerUserID takes a number of processes from 1 to {LIMIT}, not '{}'",
                    words[2]
                ))
                .argument(2)
            })?;
            config.per_user.get_or_insert_default().push((account, count));
            Ok(())
        },
    ),
    Directive::two(
        "ListenerUserID",
        Place::S,
        "user group",
        "The user and group of the process that takes connections, and of the one that writes shared logs; nobody else's",
        |config, user, group, _| {
            config.listener = Some(Account::named(user, group)?);
            Ok(())
        },
    ),
    Directive::flag(
        "PerchildHandBack",
        Place::S,
        "Whether a kept connection goes on to another user's processes with its next request; off answers that with 421",
        |config, on| config.hand_back = Some(on),
    ),
    Directive::clamped(
        "NumServers",
        Place::S,
        (1..=LIMIT, NUM_SERVERS as i64, "processes"),
        "How many processes serve, those of ChildPerUserID among them",
        |config, n| config.num_servers = Some(n as usize),
    ),
    Directive::clamped(
        "ServerLimit",
        Place::S,
        (1..=LIMIT, SERVER_LIMIT as i64, "processes"),
        "How high NumServers may be",
        |config, n| config.server_limit = Some(n as usize),
    ),
    Directive::clamped(
        "StartThreads",
        Place::S,
        (1..=LIMIT, START_THREADS as i64, "threads"),
        "How many threads a process starts with",
        |config, n| config.start_threads = Some(n as usize),
    ),
    Directive::clamped(
        "MinSpareThreads",
        Place::S,
        (1..=LIMIT, MIN_SPARE_THREADS as i64, "threads"),
        "How many threads of a process should be idle, at least",
        |config, n| config.min_spare_threads = Some(n as usize),
    ),
    Directive::clamped(
        "MaxSpareThreads",
        Place::S,
        (1..=LIMIT, MAX_SPARE_THREADS as i64, "threads"),
        "How many threads of a process should be idle, at most",
        |config, n| config.max_spare_threads = Some(n as usize),
    ),
    Directive::clamped(
        "MaxThreadsPerChild",
        Place::S,
        (1..=LIMIT, THREAD_LIMIT as i64, "threads"),
        "How many threads a process may have, and so how many connections it serves at once",
        |config, n| config.max_threads_per_child = Some(n as usize),
    ),
    Directive::clamped(
        "ThreadLimit",
        Place::S,
        (1..=LIMIT, THREAD_LIMIT as i64, "threads"),
        "How high MaxThreadsPerChild may be",
        |config, n| config.thread_limit = Some(n as usize),
    ),
    Directive::clamped(
        "ThreadStackSize",
        Place::S,
        (STACK, USUAL_STACK, "bytes"),
        "How much room a serving thread has for its stack",
        |config, n| config.thread_stack_size = Some(n as usize),
    ),
];

/// The numbers that took effect, in accord with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// NumServers.
    pub servers: usize,
    /// Threads of each.
    pub threads: Threads,
}

impl Limits {
    /// Brings the directives into line with each other. Beside it a sentence for each that was set to something else
    /// than what took effect.
    pub fn of(config: &PerchildConfig) -> (Self, Vec<String>) {
        let mut notes = Vec::new();
        let mut at_most =
            |name: &str, asked: Option<usize>, usual: usize, (bound, whose): (usize, String)| {
                if let Some(asked) = asked.filter(|&asked| asked > bound) {
                    notes.push(format!("{name} {asked} is more than {whose}: {bound} is taken"));
                }
                asked.unwrap_or(usual).min(bound)
            };
        let server_limit = config.server_limit.unwrap_or(SERVER_LIMIT);
        let thread_limit = config.thread_limit.unwrap_or(THREAD_LIMIT);
        let whose = format!("ServerLimit {server_limit} (set it too, to go higher)");
        let servers = at_most("NumServers", config.num_servers, NUM_SERVERS, (server_limit, whose));
        let whose = format!("ThreadLimit {thread_limit} (set it too, to go higher)");
        let asked = config.max_threads_per_child;
        let most = at_most("MaxThreadsPerChild", asked, thread_limit, (thread_limit, whose));
        let whose = || format!("MaxThreadsPerChild {most}");
        let start = at_most("StartThreads", config.start_threads, START_THREADS, (most, whose()));
        let asked = config.min_spare_threads;
        let min_spare = at_most("MinSpareThreads", asked, MIN_SPARE_THREADS, (most, whose()));
        let max_spare = config.max_spare_threads.unwrap_or(MAX_SPARE_THREADS);
        if config.max_spare_threads.is_some() && max_spare <= min_spare {
            notes.push(format!(
                "MaxSpareThreads {max_spare} is not more than MinSpareThreads {min_spare}: {} is taken",
                min_spare + 1
            ));
        }
        let max_spare = max_spare.max(min_spare + 1);
        let threads = Threads { start, min_spare, max_spare, most, stack: config.thread_stack_size };
        let asked_for: usize = config.per_user().iter().map(|(_, count)| count).sum();
        if asked_for > servers {
            notes.push(format!(
                "ChildPerUserID asks for {asked_for} processes, which is more than NumServers {servers}: they are \
                 started all the same, and one for everybody else"
            ));
        }
        (Self { servers, threads }, notes)
    }

    /// The lines that `httpd -S` shows.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let Threads { start, min_spare, max_spare, most, .. } = self.threads;
        [
            ("NumServers", self.servers),
            ("StartThreads", start),
            ("MinSpareThreads", min_spare),
            ("MaxSpareThreads", max_spare),
            ("MaxThreadsPerChild", most),
        ]
        .map(|(name, number)| (name, number.to_string()))
        .to_vec()
    }
}

impl PerchildConfig {
    /// ChildPerUserID, line by line.
    pub(crate) fn per_user(&self) -> &[(Account, usize)] {
        self.per_user.as_deref().unwrap_or_default()
    }

    /// ListenerUserID: no process of a site, and in no group but its own.
    pub(crate) fn listener(&self) -> Identity {
        let nobodys = Identity { uid: Uid(NOBODYS), gid: Gid(NOBODYS), with_groups: false };
        self.listener.as_ref().map_or(nobodys, |account| Identity { with_groups: false, ..account.identity })
    }

    /// PerchildHandBack.
    pub(crate) fn hands_back(&self) -> bool {
        self.hand_back.unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(config: &PerchildConfig) -> ([usize; 5], Vec<String>) {
        let (Limits { servers, threads: t }, notes) = Limits::of(config);
        ([servers, t.start, t.min_spare, t.max_spare, t.most], notes)
    }

    #[test]
    fn the_manuals_defaults() {
        assert_eq!(limits(&PerchildConfig::default()), ([2, 5, 5, 10, 64], vec![]));
    }

    #[test]
    fn numbers_give_way_with_a_sentence_each() {
        let none = PerchildConfig::default;
        let rows: [(PerchildConfig, [usize; 5], &[&str]); 6] = [
            (
                PerchildConfig { num_servers: Some(9), ..none() },
                [8, 5, 5, 10, 64],
                &["NumServers 9 is more than ServerLimit 8 (set it too, to go higher): 8 is taken"],
            ),
            (
                PerchildConfig { num_servers: Some(9), server_limit: Some(20), ..none() },
                [9, 5, 5, 10, 64],
                &[],
            ),
            (
                PerchildConfig { max_threads_per_child: Some(100), ..none() },
                [2, 5, 5, 10, 64],
                &[
                    "MaxThreadsPerChild 100 is more than ThreadLimit 64 (set it too, to go higher): 64 is taken",
                ],
            ),
            (
                PerchildConfig { start_threads: Some(70), ..none() },
                [2, 64, 5, 10, 64],
                &["StartThreads 70 is more than MaxThreadsPerChild 64: 64 is taken"],
            ),
            (PerchildConfig { thread_limit: Some(3), ..none() }, [2, 3, 3, 10, 3], &[]),
            (
                PerchildConfig { min_spare_threads: Some(8), max_spare_threads: Some(8), ..none() },
                [2, 5, 8, 9, 64],
                &["MaxSpareThreads 8 is not more than MinSpareThreads 8: 9 is taken"],
            ),
        ];
        for (config, expected, sentences) in rows {
            let sentences = sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
            assert_eq!(limits(&config), (expected, sentences), "{config:?}");
        }
    }

    #[test]
    fn more_processes_for_users_than_there_are_is_said() {
        let account =
            Account { user: "a".into(), identity: Identity { uid: Uid(7), gid: Gid(7), with_groups: true } };
        let config = PerchildConfig { per_user: Some(vec![(account, 3)]), ..PerchildConfig::default() };
        let (_, notes) = limits(&config);
        assert!(notes[0].starts_with("ChildPerUserID asks for 3 processes"), "{notes:?}");
    }
}
