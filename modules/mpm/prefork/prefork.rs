//! The MPM prefork: a pool of children whose number follows the load; each accepts and serves one connection
//! at a time, so that nothing a request does reaches another.
//!
//! [`plan`] decides how many there should be, `parent` carries it out, `child` serves.

mod child;
mod parent;
pub mod plan;

use std::io;

use httpd::config::inherit;
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

use parent::Parent;
use plan::Limits;

/// The module.
pub static MODULE: Prefork = Prefork;

/// mpm_prefork.
pub struct Prefork;

/// What the configuration asks for; what takes effect is in [`Limits`].
#[derive(Debug, Default, Clone)]
pub struct PreforkConfig {
    pub(crate) start_servers: Option<usize>,
    pub(crate) min_spare_servers: Option<usize>,
    pub(crate) max_spare_servers: Option<usize>,
    pub(crate) server_limit: Option<usize>,
    pub(crate) max_request_workers: Option<usize>,
}

impl Config for PreforkConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            start_servers: inherit(&self.start_servers, &inner.start_servers),
            min_spare_servers: inherit(&self.min_spare_servers, &inner.min_spare_servers),
            max_spare_servers: inherit(&self.max_spare_servers, &inner.max_spare_servers),
            server_limit: inherit(&self.server_limit, &inner.server_limit),
            max_request_workers: inherit(&self.max_request_workers, &inner.max_request_workers),
        }
    }
}

impl Module for Prefork {
    const NAME: &'static str = "mpm_prefork_module";
    type Config = PreforkConfig;

    const DIRECTIVES: &'static [Directive<PreforkConfig>] = &[
        Directive::clamped(
            "StartServers",
            Place::S,
            (1..=plan::MOST, plan::START, "processes"),
            "How many children the server begins with",
            |config, n| config.start_servers = Some(n as usize),
        ),
        Directive::clamped(
            "MinSpareServers",
            Place::S,
            (1..=plan::MOST, plan::MIN_SPARE, "processes"),
            "With fewer idle children than these, more are started: 1, 2, 4 and up to 32 a second",
            |config, n| config.min_spare_servers = Some(n as usize),
        ),
        Directive::clamped(
            "MaxSpareServers",
            Place::S,
            (1..=plan::MOST, plan::MAX_SPARE, "processes"),
            "With more idle children than these, one a second is sent away",
            |config, n| config.max_spare_servers = Some(n as usize),
        ),
        Directive::clamped(
            "ServerLimit",
            Place::S,
            (1..=plan::MOST, plan::LIMIT, "processes"),
            "How high MaxRequestWorkers can be",
            |config, n| config.server_limit = Some(n as usize),
        ),
        Directive::clamped(
            "MaxRequestWorkers",
            Place::S,
            (1..=plan::MOST, plan::LIMIT, "processes"),
            "How many children there are at most, and so how many connections are served at once",
            |config, n| config.max_request_workers = Some(n as usize),
        ),
        Directive::clamped(
            "MaxClients",
            Place::S,
            (1..=plan::MOST, plan::LIMIT, "processes"),
            "The old name of MaxRequestWorkers",
            |config, n| config.max_request_workers = Some(n as usize),
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, PreforkConfig>) {
        hooks.check_config(|_, config| Limits::of(config).1);
        hooks.run_config(|_, config| Limits::of(config).0.rows());
    }
}

impl Mpm for Prefork {
    const TRAITS: Traits =
        Traits { name: "prefork", threaded: Count::No, forked: Count::Dynamic, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(Parent::new)
    }
}
