//! The MPM winnt: a parent and one child with a fixed number of threads. One thread of it accepts and feeds a queue, from
//! which the others take; if the child dies, the parent starts another.
//!
//! On Windows the queue is a completion port and the control channel a few events; here both are what they are under
//! every other MPM. `child` says who does what.

mod child;

use std::io;

use httpd::config::inherit;
use httpd::log;
use httpd::mpm::threaded::Strength;
use httpd::mpm::{Child, Count, Ended, Mpm, Occasion, Orders, Pool, Role, Seen, Server, Traits};
use httpd::prelude::*;
use httpd::server::Generation;

/// The module.
pub static MODULE: Winnt = Winnt;

/// mpm_winnt.
pub struct Winnt;

/// What the configuration asks for.
#[derive(Debug, Default, Clone)]
pub struct WinntConfig {
    threads: Option<usize>,
    thread_limit: Option<usize>,
    stack: Option<usize>,
}

const THREADS: i64 = 64;
const THREAD_LIMIT: i64 = 1920;
/// The highest ThreadLimit.
const MOST: i64 = 15_000;

impl Config for WinntConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            threads: inherit(&self.threads, &inner.threads),
            thread_limit: inherit(&self.thread_limit, &inner.thread_limit),
            stack: inherit(&self.stack, &inner.stack),
        }
    }
}

impl Module for Winnt {
    const NAME: &'static str = "mpm_winnt_module";
    type Config = WinntConfig;

    const DIRECTIVES: &'static [Directive<WinntConfig>] = &[
        Directive::clamped(
            "ThreadsPerChild",
            Place::S,
            (1..=MOST, THREADS, "threads"),
            "How many serving threads the child has, and so how many connections are served at once",
            |config, n| config.threads = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadLimit",
            Place::S,
            (1..=MOST, THREAD_LIMIT, "threads"),
            "How high ThreadsPerChild may be",
            |config, n| config.thread_limit = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadStackSize",
            Place::S,
            (httpd::mpm::threaded::STACK, httpd::mpm::threaded::USUAL_STACK, "bytes"),
            "How much room a serving thread has for its stack",
            |config, n| config.stack = Some(n as usize),
        ),
        Directive::nothing(
            "Win32DisableAcceptEx",
            Place::S,
            "Is accepted, and has no effect: connections are accepted the same way everywhere",
            |_, here| {
                here.warn("Win32DisableAcceptEx has no effect: there is one way to accept here".to_owned());
                Ok(())
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, WinntConfig>) {
        hooks.check_config(|_, config| config.strength().1);
        hooks.run_config(|_, config| vec![("ThreadsPerChild", config.strength().0.threads.to_string())]);
    }
}

impl WinntConfig {
    /// What took effect, and a sentence if that is not what was written.
    fn strength(&self) -> (Strength, Vec<String>) {
        let limit = self.thread_limit.unwrap_or(THREAD_LIMIT as usize);
        let asked = self.threads.unwrap_or(THREADS as usize);
        let too_high = self.threads.is_some() && asked > limit;
        let note = too_high.then(|| {
            format!("ThreadsPerChild {asked} is more than ThreadLimit {limit} allows: {limit} is taken; raise ThreadLimit too")
        });
        (Strength { threads: asked.min(limit), stack: self.stack }, note.into_iter().collect())
    }
}

impl Mpm for Winnt {
    const TRAITS: Traits =
        Traits { name: "mpm_winnt", threaded: Count::Static, forked: Count::No, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(OneChild::new)
    }
}

/// One child, always.
struct OneChild {
    strength: Strength,
    /// All threads are busy.
    full: Occasion,
}

impl OneChild {
    fn new(generation: &Generation) -> Self {
        let unset = WinntConfig::default();
        let config = generation.config::<Winnt>(0).unwrap_or(&unset);
        Self { strength: config.strength().0, full: Occasion::default() }
    }
}

impl Pool for OneChild {
    fn threads(&self) -> usize {
        self.strength.threads
    }

    fn limit(&self) -> usize {
        1
    }

    fn first(&self, _serving: usize) -> Vec<Role> {
        vec![Role::default()]
    }

    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders {
        let is_full = seen.iter().all(|child| child.idle == 0) && !seen.is_empty();
        if self.full.is_news(is_full) {
            log!(
                *generation,
                Warn,
                AH00326,
                "all {} threads are busy: consider raising ThreadsPerChild",
                self.strength.threads
            );
        }
        let missing = 1_usize.saturating_sub(seen.len());
        Orders { spawn: vec![Role::default(); missing], retire: Vec::new() }
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        child::serve(child, self.strength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_stay_within_the_limit() {
        for (threads, thread_limit, taken, notes) in [
            (None, None, 64, 0),
            (Some(150), None, 150, 0),
            (Some(2000), None, 1920, 1),
            (Some(2000), Some(3000), 2000, 0),
            (None, Some(10), 10, 0),
            (Some(20), Some(10), 10, 1),
        ] {
            let (strength, corrected) = WinntConfig { threads, thread_limit, stack: None }.strength();
            assert_eq!((strength.threads, corrected.len()), (taken, notes), "{threads:?} {thread_limit:?}");
        }
    }
}
