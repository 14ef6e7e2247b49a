//! The MPM event: processes whose number follows the load, each with a fixed number of threads; a thread holds many
//! connections, so that those that are idle, slow or about to close cost memory and no thread.
//!
//! Directives, limits and pacing are those of [`httpd::mpm::threaded`]; [`plan`] says which thread a connection is for
//! and when a process is full, `inbox` is where a thread finds what it is given, `door` how it takes
//! connections itself, `child` accepts and serves.

mod child;
mod door;
mod inbox;
pub mod plan;
mod pool;

use std::io;

use httpd::config::inherit;
use httpd::mpm::threaded::{self, Limits, Settings, Threads};
use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::prelude::*;

use plan::Room;
use pool::EventPool;

/// The module.
pub static MODULE: Event = Event;

/// mpm_event.
pub struct Event;

/// What the configuration asks for.
#[derive(Debug, Default, Clone)]
pub struct EventConfig {
    threads: Settings,
    factor: Option<f64>,
}

impl Config for EventConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self { threads: self.threads.merge(&inner.threads), factor: inherit(&self.factor, &inner.factor) }
    }
}

impl Threads for EventConfig {
    fn settings(&self) -> &Settings {
        &self.threads
    }

    fn settings_mut(&mut self) -> &mut Settings {
        &mut self.threads
    }
}

impl EventConfig {
    /// How many connections a process of so many threads takes.
    fn room(&self, limits: &Limits) -> Room {
        Room::new(limits.threads, self.factor.unwrap_or(plan::FACTOR))
    }
}

impl Module for Event {
    const NAME: &'static str = "mpm_event_module";
    type Config = EventConfig;

    const TABLES: &'static [&'static [Directive<EventConfig>]] = &[
        &threaded::rows(),
        &[Directive::one(
            "AsyncRequestWorkerFactor",
            Place::S,
            "factor",
            "How many connections a process takes besides one for each thread, for each thread: 25 by default, at \
             least 1",
            |config, word, here| {
                config.factor = Some(factor(word, here)?);
                Ok(())
            },
        )],
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, EventConfig>) {
        threaded::tell(hooks);
        hooks.run_config(|_, config| {
            let most = config.room(&Limits::of(&config.threads).0).most();
            vec![("Connections of a process", most.to_string())]
        });
    }
}

impl Mpm for Event {
    const TRAITS: Traits =
        Traits { name: "event", threaded: Count::Static, forked: Count::Dynamic, is_async: true };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(EventPool::new)
    }
}

fn factor(word: &str, here: &mut Here<'_>) -> Result<f64, Complaint> {
    let known = word.parse::<f64>().ok().filter(|factor| factor.is_finite() && *factor > 0.0);
    let factor = known.ok_or_else(|| {
        Complaint::new(format!(
            "AsyncRequestWorkerFactor takes a number above 0, such as 2 or 1.5, not '{word}'"
        ))
        .argument(0)
    })?;
    let taken = factor.clamp(plan::LEAST_FACTOR, plan::MOST_FACTOR);
    if taken.total_cmp(&factor).is_ne() {
        here.warn(format!("AsyncRequestWorkerFactor {word} is outside what is allowed: {taken} is taken"));
    }
    Ok(taken)
}
