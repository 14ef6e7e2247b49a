//! The MPM mpmt_os2: a few processes, whose number does not change, each with one thread that accepts, a queue of what was
//! accepted, and a pool of threads that follows the load.
//!
//! The processes are there so that one that dies does not take all with it; the threads are what grows. `child` says
//! who does what.

mod child;

use std::io;

use httpd::config::inherit;
use httpd::mpm::threaded::{self, Spare, SpareSettings, Spares, Sparing, Usual, spare_threads};
use httpd::mpm::{Child, Count, Ended, Mpm, Orders, Pool, Role, Seen, Server, Traits};
use httpd::prelude::*;
use httpd::server::Generation;

/// The module.
pub static MODULE: Os2 = Os2;

/// mpm_mpmt_os2.
pub struct Os2;

/// What the configuration asks for.
#[derive(Debug, Default, Clone)]
pub struct Os2Config {
    threads: SpareSettings,
    start_servers: Option<usize>,
}

/// StartServers where nothing is said.
const START: i64 = 2;
/// The most processes.
const MOST: i64 = 10;

impl Config for Os2Config {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            threads: self.threads.merge(&inner.threads),
            start_servers: inherit(&self.start_servers, &inner.start_servers),
        }
    }
}

impl Spares for Os2Config {
    fn settings(&self) -> &SpareSettings {
        &self.threads
    }

    fn settings_mut(&mut self) -> &mut SpareSettings {
        &mut self.threads
    }
}

impl Sparing for Os2 {
    const USUAL: Usual = Usual { start: 1, min_spare: 5, max_spare: 10, most: 256, most_by: None };
}

impl Module for Os2 {
    const NAME: &'static str = "mpm_mpmt_os2_module";
    type Config = Os2Config;

    const TABLES: &'static [&'static [Directive<Os2Config>]] = &[
        &[Directive::clamped(
            "StartServers",
            Place::S,
            (1..=MOST, START, "processes"),
            "How many child processes there are, from the server's start to its end",
            |config, n| config.start_servers = Some(n as usize),
        )],
        &spare_threads(&Os2::USUAL),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, Os2Config>) {
        hooks.run_config(|_, config| vec![("StartServers", config.processes().to_string())]);
        threaded::tell_spare::<Self>(hooks);
    }
}

impl Os2Config {
    fn processes(&self) -> usize {
        self.start_servers.unwrap_or(START as usize)
    }
}

impl Mpm for Os2 {
    const TRAITS: Traits =
        Traits { name: "mpmt_os2", threaded: Count::Dynamic, forked: Count::No, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(Processes::new)
    }
}

/// As many children as StartServers says, always.
struct Processes {
    count: usize,
    spare: Spare,
}

impl Processes {
    fn new(generation: &Generation) -> Self {
        let count = generation.config::<Os2>(0).map_or(START as usize, Os2Config::processes);
        Self { count, spare: Spare::of_mpm::<Os2>(generation) }
    }
}

impl Pool for Processes {
    fn threads(&self) -> usize {
        self.spare.most
    }

    fn limit(&self) -> usize {
        self.count
    }

    fn first(&self, _serving: usize) -> Vec<Role> {
        vec![Role::default(); self.count]
    }

    fn tick(&mut self, seen: &[Seen], _generation: &Generation) -> Orders {
        let missing = self.count.saturating_sub(seen.len());
        Orders { spawn: vec![Role::default(); missing], retire: Vec::new() }
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        child::serve(child, &self.spare)
    }
}
