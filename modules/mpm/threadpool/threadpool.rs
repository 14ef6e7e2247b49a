//! The MPM threadpool: processes whose number follows the load, each with a fixed number of threads; a thread serves
//! one connection at a time.
//!
//! Directives, limits and pacing are those of [`httpd::mpm::threaded`]; `child` says who accepts.

mod child;

use std::io;

use httpd::mpm::threaded::{self, Processes, Settings};
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

/// The module.
pub static MODULE: Threadpool = Threadpool;

/// mpm_threadpool.
pub struct Threadpool;

impl Module for Threadpool {
    const NAME: &'static str = "mpm_threadpool_module";
    type Config = Settings;

    const DIRECTIVES: &'static [Directive<Settings>] = &threaded::rows();

    fn hooks(&self, hooks: &mut Hooks<'_, Settings>) {
        threaded::tell(hooks);
    }
}

impl Mpm for Threadpool {
    const TRAITS: Traits =
        Traits { name: "threadpool", threaded: Count::Static, forked: Count::Dynamic, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(|generation| Processes::of::<Self>(generation, child::serve))
    }
}
