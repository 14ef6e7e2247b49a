//! The core's own directives: `core.c` and `http_core.c`.

use crate::config::Config;
use crate::server::log::Levels;

/// What the core's directives set.
#[derive(Default)]
pub struct CoreConfig {
    log_levels: Levels,
}

impl CoreConfig {
    /// LogLevel.
    pub fn log_levels(&self) -> &Levels {
        &self.log_levels
    }
}

impl Config for CoreConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self { log_levels: inner.log_levels.clone() }
    }
}
