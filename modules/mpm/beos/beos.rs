//! The MPM beos: one process with a small pool of threads. Each of them accepts, serves the connection to its end, and accepts
//! again.
//!
//! Other than Apache's it heeds MinSpareThreads and MaxSpareThreads, and needs no port of its own to be told anything.

use std::io;

use httpd::mpm::threaded::{
    self, Accepting, SpareSettings, Sparing, Usual, most_of_thread, most_threads, spare_threads,
    start_threads,
};
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

/// The module.
pub static MODULE: Beos = Beos;

/// mpm_beos.
pub struct Beos;

impl Module for Beos {
    const NAME: &'static str = "mpm_beos_module";
    type Config = SpareSettings;

    const TABLES: &'static [&'static [Directive<SpareSettings>]] = &[
        &spare_threads(&Beos::USUAL),
        &[
            start_threads(&Beos::USUAL),
            most_threads("MaxRequestWorkers", &Beos::USUAL),
            most_threads("MaxClients", &Beos::USUAL),
            most_of_thread("MaxRequestsPerThread"),
        ],
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, SpareSettings>) {
        threaded::tell_spare::<Self>(hooks);
    }
}

impl Sparing for Beos {
    const USUAL: Usual =
        Usual { start: 10, min_spare: 1, max_spare: 50, most: 50, most_by: Some("MaxRequestWorkers") };
}

impl Mpm for Beos {
    const TRAITS: Traits =
        Traits { name: "beos", threaded: Count::Dynamic, forked: Count::No, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.alone(Accepting::of::<Self>)
    }
}
