//! Tests of processes: a built httpd is started, signalled, killed and stopped.

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::httpd::Program;

/// All of them.
pub fn trials(_program: &Arc<Program>) -> Vec<Trial> {
    Vec::new()
}
