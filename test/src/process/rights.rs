//! Who the processes are: root binds, and somebody else serves.

use std::fs;
use std::os::unix::fs::MetadataExt;

use libtest_mimic::{Completion, Failed};
use os::process::Pid;

use super::{Test, pools};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] = &[("children-give-up-root", give_up_root), ("root-logs-are-roots", logs)];

/// The user and group of the base configuration.
const NOBODY: &str = "65534";

fn give_up_root(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    if !ground.is_roots() {
        return Ok(Completion::ignored_with("needs root"));
    }
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    httpd.connect()?.get("/index.html")?;
    let parent = httpd.pid().ok_or("no parent")?;
    let is = |pid: Pid, user: &str, what: &str| status(pid, what).iter().all(|id| id == user);
    let serves =
        |pid: &Pid| is(*pid, NOBODY, "Uid:") && is(*pid, NOBODY, "Gid:") && is(*pid, NOBODY, "Groups:");
    let pool = pools::of(program)?;
    if pool.is_alone() {
        if !serves(&parent) {
            return Err(format!("{:?}", status(parent, "Uid:")).into());
        }
        httpd.stop()?;
        return Ok(Completion::Completed);
    }
    let is_roots = |pid: &Pid| {
        ["Uid:", "Gid:", "Groups:"].iter().any(|ids| status(*pid, ids).iter().any(|id| id == "0"))
    };
    // One that was just born has rights still.
    let all_left = || {
        let children = httpd.children();
        let serving = children.iter().filter(|pid| serves(pid)).count();
        serving > 0 && serving + pool.helpers == children.len() && !children.iter().any(is_roots)
    };
    let left = wait_until("children without rights", all_left);
    if left.is_err() || !is(parent, "0", "Uid:") {
        let seen: Vec<_> = httpd
            .children()
            .iter()
            .map(|pid| (status(*pid, "Uid:"), status(*pid, "Gid:"), status(*pid, "Groups:")))
            .collect();
        return Err(format!("parent {:?}, children {seen:?}", status(parent, "Uid:")).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// What a child could write to must not be a file that root trusts: the logs are opened by the parent.
fn logs(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    if !ground.is_roots() {
        return Ok(Completion::ignored_with("needs root"));
    }
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the log", || !ground.log("error_log").is_empty())?;
    let log = fs::metadata(ground.root().join("logs/error_log"))?;
    if log.uid() != 0 || log.mode() & 0o022 != 0 {
        return Err(format!("the log is of user {}, mode {:o}", log.uid(), log.mode()).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A line of numbers from proc(5) `status`: real, effective, saved and file system id.
pub(super) fn status(pid: Pid, name: &str) -> Vec<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().map(str::to_owned).collect()
}
