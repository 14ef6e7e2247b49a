//! When something runs short, or a child is of no use: the server goes on, says it once, and comes back.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::chown;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed};
use os::process::Pid;
use os::signal::Signal;

use super::killed::gone;
use super::rights::status;
use super::{Test, pools};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::{wait_for, wait_until};

pub(super) const TESTS: &[Test] = &[
    ("no-descriptors", no_descriptors),
    ("no-processes", no_processes),
    ("children-that-die-at-once", die_at_once),
    ("a-child-that-hangs", hangs),
];

/// Connections that cannot be accepted wait until they can.
fn no_descriptors(program: &Program) -> Result<Completion, Failed> {
    if let Some(missing) = missing("prlimit").or_else(|| missing("setpriv")) {
        return Ok(missing);
    }
    // A full pool: no child is born who knows nothing of the limit.
    let pool = pools::of(program)?;
    let (ground, httpd) = site(program, pool.conf)?;
    wait_until("the whole pool", || httpd.children().len() >= pool.children)?;
    httpd.connect()?.get("/index.html")?;
    wait_until("nobody to be connected", || !is_connected(&httpd))?;
    let serving = match httpd.children() {
        none if none.is_empty() => httpd.pid().into_iter().collect(),
        children => children,
    };
    let limits: Vec<(Pid, u64)> =
        serving.iter().map(|&pid| Ok((pid, soft_limit(pid, "nofile")?))).collect::<Result<_, Failed>>()?;
    for &pid in &serving {
        limit(pid, "nofile", lowest_free_descriptor(pid)?)?;
    }
    let mut client = httpd.connect()?;
    client.send(b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wait_until("a word in the log", || ground.log("error_log").contains("AH20100"))?;
    for (pid, before) in limits {
        limit(pid, "nofile", before)?;
    }
    let answer = client.answer()?;
    let told = ground.log("error_log").matches("AH20100").count();
    if answer.status() != 200 || told > serving.len() {
        return Err(format!("told {told} times; {:?}", answer.head).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A parent that cannot fork does as soon as it can.
fn no_processes(program: &Program) -> Result<Completion, Failed> {
    /// Somebody who has no process.
    const NOBODY_ELSE: u32 = 54_321;
    if pools::of(program)?.is_alone() {
        return Ok(Completion::ignored_with("this MPM has no children"));
    }
    if let Some(missing) = missing("prlimit").or_else(|| missing("setpriv")) {
        return Ok(missing);
    }
    let ground = Ground::new()?;
    if !ground.is_roots() {
        return Ok(Completion::ignored_with("needs root: a limit on processes counts all of a user's"));
    }
    ground.document("index.html", "it works\n")?;
    let copy = ground.root().join("httpd");
    let usual = program.in_foreground(&ground, &[]);
    fs::copy(usual.get_program(), &copy)?;
    for path in [ground.root(), &ground.root().join("logs")] {
        chown(path, Some(NOBODY_ELSE), Some(NOBODY_ELSE))?;
    }
    ground.configure(0, "")?;
    let id = NOBODY_ELSE.to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]).arg(&copy).args(usual.get_args());
    let httpd = Httpd::start_by(command.stdin(Stdio::null()))?;
    let parent = httpd.pid().ok_or("no parent")?;
    let child = wait_for("a child", || httpd.children().first().copied())?;
    let before = soft_limit(parent, "nproc")?;
    limit(parent, "nproc", 0)?;
    os::process::kill(child, Signal::Kill)?;
    wait_until("a word in the log", || ground.log("error_log").contains("AH00159"))?;
    limit(parent, "nproc", before)?;
    let answer = httpd.connect()?.get("/index.html")?;
    wait_until("another word in the log", || ground.log("error_log").contains("AH20750"))?;
    let told = ground.log("error_log").matches("AH00159").count();
    if answer.status() != 200 || told != 1 {
        return Err(format!("told {told} times; {:?}", answer.head).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Each child is killed as soon as it is seen. The parent does not fork as fast as that.
fn die_at_once(program: &Program) -> Result<Completion, Failed> {
    const SUCCESSORS: usize = 6;
    /// After the second, the pauses are 0.1, 0.2, 0.4 and 0.8 seconds; one that was seen late has lived for a second.
    const LEAST: Duration = Duration::from_millis(1300);
    let pool = pools::of(program)?;
    if pool.is_alone() {
        return Ok(Completion::ignored_with("this MPM has no children"));
    }
    let (_ground, httpd) = site(program, "")?;
    wait_until("a child", || !httpd.children().is_empty())?;
    // Each sort of children has a pace of its own.
    let goal = httpd.children().len() + SUCCESSORS * (1 + pool.helpers);
    let (began, mut dead) = (Instant::now(), HashSet::new());
    wait_until("the last of the children to be killed", || {
        for pid in httpd.children().into_iter().filter(|pid| !gone(*pid)) {
            if dead.insert(pid) {
                let _ = os::process::kill(pid, Signal::Kill);
            }
        }
        dead.len() >= goal
    })?;
    if began.elapsed() < LEAST {
        return Err(format!("{} children were born within {:?}", dead.len(), began.elapsed()).into());
    }
    let answer = httpd.connect()?.get("/index.html")?;
    if answer.status() != 200 {
        return Err(format!("{:?}", answer.head).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A child that does nothing more, not even end, is ended; meanwhile others serve.
fn hangs(program: &Program) -> Result<Completion, Failed> {
    if pools::of(program)?.is_alone() {
        return Ok(Completion::ignored_with("this MPM has no children"));
    }
    let (ground, httpd) = site(program, "GracefulShutdownTimeout 1\n")?;
    wait_until("the log", || ground.log("error_log").contains("resuming normal operations"))?;
    let old = httpd.children();
    for &pid in &old {
        os::process::kill(pid, Signal::Stop)?;
    }
    super::graceful::restart(&httpd, &ground, 1)?;
    let answer = httpd.connect()?.get("/index.html")?;
    if answer.status() != 200 {
        return Err(format!("{:?}", answer.head).into());
    }
    wait_until("the end of those that hang", || old.iter().all(|pid| gone(*pid)))?;
    if !ground.log("error_log").contains("AH00045") {
        return Err("the log does not tell that they were ended".into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn site(program: &Program, conf: &str) -> Result<(Ground, Httpd), Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, conf)?;
    let httpd = Httpd::start(program, &ground, &[])?;
    Ok((ground, httpd))
}

/// The test is skipped without that program.
fn missing(tool: &str) -> Option<Completion> {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    (!found).then(|| Completion::ignored_with(format!("there is no {tool}")))
}

/// Sets what a process may have, as prlimit(1) calls it, but not how far that can be raised again.
fn limit(pid: Pid, what: &str, soft: u64) -> Result<(), Failed> {
    prlimit(pid, &[&format!("--{what}={soft}:")]).map(drop)
}

/// Very large where there is no limit.
fn soft_limit(pid: Pid, what: &str) -> Result<u64, Failed> {
    let said = prlimit(pid, &["--noheadings", "--output=SOFT", &format!("--{what}")])?;
    Ok(said.trim().parse().unwrap_or(1 << 20))
}

/// As the user that the process is of: root need not have the right to do it to others.
fn prlimit(pid: Pid, arguments: &[&str]) -> Result<String, Failed> {
    let id = |pid, which| status(pid, which).first().cloned().unwrap_or_default();
    let (user, group) = (id(pid, "Uid:"), id(pid, "Gid:"));
    let mut command = if user == id(Pid::current(), "Uid:") {
        Command::new("prlimit")
    } else {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &user, "--regid", &group, "--clear-groups", "prlimit"]);
        command
    };
    let output = command.arg(format!("--pid={pid}")).args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("prlimit: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Somebody holds a descriptor of a connection at its port: proc(5) `net/tcp`, where 0A is a listener, and a socket that no
/// descriptor is left of has the inode 0.
fn is_connected(httpd: &Httpd) -> bool {
    let port = format!(":{:04X}", httpd.address().port());
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .any(|row| row.len() > 9 && row[1].ends_with(&port) && row[3] != "0A" && row[9] != "0")
}

fn lowest_free_descriptor(pid: Pid) -> Result<u64, Failed> {
    let open: HashSet<u64> = fs::read_dir(format!("/proc/{pid}/fd"))?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    (0..=open.len() as u64).find(|fd| !open.contains(fd)).ok_or_else(|| "none is free".into())
}
