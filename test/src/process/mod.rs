//! Tests of processes: a built httpd is started, signalled, killed and stopped. A table a room; what differs from
//! MPM to MPM stands in [`pools`].

mod clients;
mod command_line;
mod crowd;
mod daemon;
mod graceful;
mod instructions;
mod killed;
mod layouts;
mod life;
pub(crate) mod merging;
mod pools;
mod repeats;
mod rights;
mod service;
mod shape;
mod shortage;
mod slow;
mod tree;
mod worn;

use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};

use crate::bounded::bounded;
use crate::httpd::Program;

/// A test: its name, and what it does with a program.
type Test = (&'static str, fn(&Program) -> Result<Completion, Failed>);

const ROOMS: &[(&str, &[Test])] = &[
    ("command-line", command_line::TESTS),
    ("life", life::TESTS),
    ("daemon", daemon::TESTS),
    ("graceful", graceful::TESTS),
    ("killed", killed::TESTS),
    ("worn", worn::TESTS),
    ("shortage", shortage::TESTS),
    ("service", service::TESTS),
    ("crowd", crowd::TESTS),
    ("rights", rights::TESTS),
    ("shape", shape::TESTS),
    ("tree", tree::TESTS),
    ("clients", clients::TESTS),
    ("merging", merging::TESTS),
    ("repeats", repeats::TESTS),
    ("instructions", instructions::TESTS),
    ("layouts", layouts::TESTS),
    ("slow", slow::TESTS),
];

/// All of them.
pub fn trials(program: &Arc<Program>) -> Vec<Trial> {
    let tests = ROOMS.iter().flat_map(|(room, tests)| tests.iter().map(move |test| (room, test)));
    let trial = |(room, (name, test)): (&&str, &'static Test)| {
        let (program, kind) = (Arc::clone(program), program.mpm.clone());
        Trial::ignorable_test(format!("process/{room}/{name}"), move || bounded(move || test(&program)))
            .with_kind(kind)
    };
    tests.map(trial).collect()
}
