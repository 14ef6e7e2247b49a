//! The MPM netware: one process with a pool of threads that grows and shrinks with the load. Each of them accepts, serves the
//! connection to its end, and accepts again.

use std::io;

use httpd::mpm::threaded::{
    self, Accepting, SpareSettings, Sparing, Usual, most_threads, spare_threads, start_threads,
};
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

/// The module.
pub static MODULE: Netware = Netware;

/// mpm_netware.
pub struct Netware;

impl Module for Netware {
    const NAME: &'static str = "mpm_netware_module";
    type Config = SpareSettings;

    const TABLES: &'static [&'static [Directive<SpareSettings>]] = &[
        &spare_threads(&Netware::USUAL),
        &[start_threads(&Netware::USUAL), most_threads("MaxThreads", &Netware::USUAL)],
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, SpareSettings>) {
        threaded::tell_spare::<Self>(hooks);
    }
}

impl Sparing for Netware {
    const USUAL: Usual =
        Usual { start: 50, min_spare: 10, max_spare: 100, most: 2048, most_by: Some("MaxThreads") };
}

impl Mpm for Netware {
    const TRAITS: Traits =
        Traits { name: "mpm_netware", threaded: Count::Dynamic, forked: Count::No, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.alone(Accepting::of::<Self>)
    }
}
