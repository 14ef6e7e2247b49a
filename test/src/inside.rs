//! Runs a case inside this program: connections to 127.0.0.1, served by this very thread.

use httpd::facts::Build;
use libtest_mimic::Failed;

use crate::case::Case;
use crate::ground::Ground;

/// Loads the configuration, serves the conversation of the case, and compares.
pub fn run(_build: &'static Build, _case: &Case, _ground: &Ground) -> Result<(), Failed> {
    Err("not yet".into())
}
