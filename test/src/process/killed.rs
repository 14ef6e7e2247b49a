//! What happens when processes are killed: only what the dead one held is lost, and nobody is left behind.

use std::collections::HashSet;
use std::fs;

use libtest_mimic::{Completion, Failed};
use os::process::Pid;
use os::signal::Signal;

use super::Test;
use super::graceful::is_answered_to_the_end;
use super::pools::{self, PATIENT};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::load::{Connections, Load};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] =
    &[("a-killed-child-takes-only-its-own", children), ("a-killed-parent-leaves-no-orphan", parent)];

/// How many children are killed, one after the other.
const KILLS: usize = 5;

fn children(program: &Program) -> Result<Completion, Failed> {
    let (pool, ground) = (pools::of(program)?, Ground::new()?);
    if pool.is_alone() {
        return Ok(Completion::ignored_with("one process, which nobody could replace"));
    }
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{}{PATIENT}DirectoryIndex index.html\n", pool.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the whole pool", || httpd.children().len() >= pool.children)?;
    let load = Load::start(httpd.address(), pools::CONNECTIONS, Connections::Kept, "it works\n");
    load.goes_on(100)?;
    let mut dead = HashSet::new();
    for _ in 0..KILLS {
        let victim = httpd.children().into_iter().find(|pid| !dead.contains(pid)).ok_or("no child left")?;
        dead.insert(victim);
        os::process::kill(victim, Signal::Kill)?;
        load.goes_on(20)?;
    }
    wait_until("the pool to be full again", || {
        httpd.children().iter().filter(|pid| !dead.contains(pid)).count() >= pool.children
    })?;
    load.goes_on(100)?;
    let failures = load.finish();
    if failures.len() > KILLS * pool.held {
        return Err(format!(
            "{KILLS} children were killed, {} requests failed: {failures:#?}",
            failures.len()
        )
        .into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn parent(program: &Program) -> Result<Completion, Failed> {
    let (pool, ground) = (pools::of(program)?, Ground::new()?);
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{}{PATIENT}", pool.conf))?;
    let mut httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the whole pool", || httpd.children().len() >= pool.children)?;
    let children = httpd.children();
    let mut idle = httpd.connect()?;
    idle.get("/index.html")?;
    httpd.signal(Signal::Kill)?;
    httpd.ended()?;
    if !pool.is_alone() {
        // Nobody is cut off: who is connected is told that it was the last answer.
        is_answered_to_the_end(&mut idle)?;
    }
    wait_until("the children's end", || children.iter().all(|pid| gone(*pid)))?;
    Ok(Completion::Completed)
}

/// There is no such process, or nobody has asked yet how it ended. The first thread of one that ends can be dead before the others,
/// and what is open stays so until the last of them is: proc(5) `stat`, state and num_threads.
pub(super) fn gone(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let is_last = fields.get(17).is_none_or(|threads| matches!(*threads, "0" | "1"));
    matches!(fields.first(), Some(&("Z" | "X"))) && is_last || !os::process::alive(pid)
}
