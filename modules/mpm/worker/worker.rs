//! The MPM worker: processes whose number follows the load, each with a fixed number of threads; a thread serves
//! one connection at a time.
//!
//! Directives, limits and pacing are those of [`httpd::mpm::threaded`]; `child` says who accepts.

mod child;

use std::io;

use httpd::mpm::threaded::{self, Processes, Settings};
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

/// The module.
pub static MODULE: Worker = Worker;

/// mpm_worker.
pub struct Worker;

impl Module for Worker {
    const NAME: &'static str = "mpm_worker_module";
    type Config = Settings;

    const DIRECTIVES: &'static [Directive<Settings>] = &threaded::rows();

    fn hooks(&self, hooks: &mut Hooks<'_, Settings>) {
        threaded::tell(hooks);
    }
}

impl Mpm for Worker {
    const TRAITS: Traits =
        Traits { name: "worker", threaded: Count::Static, forked: Count::Dynamic, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(|generation| Processes::of::<Self>(generation, child::serve))
    }
}
