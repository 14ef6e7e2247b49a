//! Restarts and stops that nobody who asks for a page may notice.

use std::fs;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed};
use os::signal::Signal;

use super::Test;
use super::pools::{self, PATIENT};
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::load::{Connections, Load};
use crate::wait::{wait_for, wait_until};

pub(super) const TESTS: &[Test] = &[
    ("ten-restarts-lose-no-kept-connection", |program| under_load(program, Connections::Kept)),
    ("ten-restarts-lose-no-short-connection", |program| under_load(program, Connections::Closed)),
    ("twenty-restarts-under-wrk-kept", |program| under_wrk(program, &[])),
    ("twenty-restarts-under-wrk-closed", |program| under_wrk(program, &["-H", "Connection: close"])),
    ("one-process-says-what-it-may-not-open", for_want_of_rights),
    ("an-idle-connection-is-answered-once-more", idle_connection),
    ("a-new-configuration-is-served", new_configuration),
    ("a-bad-configuration-changes-nothing", bad_configuration),
    ("a-stop-lets-a-request-end", graceful_stop),
    ("a-stop-has-a-limit", limited_stop),
    ("a-stop-can-be-hastened", hastened_stop),
    ("a-restart-has-a-limit", limited_restart),
    ("rotated-logs-are-written-anew", rotated_logs),
];

/// Restarts in each test.
const RESTARTS: usize = 10;

/// What the log says when a generation has come to serve.
const STARTED: &str = "resuming normal operations";

fn under_load(program: &Program, connections: Connections) -> Result<Completion, Failed> {
    let (ground, httpd) = site(program)?;
    let load = Load::start(httpd.address(), pools::CONNECTIONS, connections, "it works\n");
    for number in 1..=RESTARTS {
        load.goes_on(50)?;
        restart(&httpd, &ground, number)?;
    }
    load.goes_on(50)?;
    let failures = load.finish();
    if !failures.is_empty() {
        return Err(format!("{} requests failed: {failures:#?}", failures.len()).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// How many restarts there are while wrk, which finds all that fails, runs for 20 s.
const RESTARTS_UNDER_WRK: usize = 20;

fn under_wrk(program: &Program, headers: &[&str]) -> Result<Completion, Failed> {
    if Command::new("wrk").arg("-v").output().is_err() {
        return Ok(Completion::ignored_with("there is no wrk"));
    }
    let (ground, httpd) = site(program)?;
    let url = format!("http://{}/", httpd.address());
    let mut command = Command::new("wrk");
    let wrk = command
        .args(["-t1", "-c8", "-d20s", "--timeout", "90s"])
        .args(headers)
        .arg(&url)
        .stdout(Stdio::piped())
        .spawn()?;
    for number in 1..=RESTARTS_UNDER_WRK {
        restart(&httpd, &ground, number)?;
    }
    let report = String::from_utf8_lossy(&wrk.wait_with_output()?.stdout).into_owned();
    let failed = ["Socket errors", "Non-2xx"].iter().any(|word| report.contains(word));
    if failed || !report.contains("requests in") {
        return Err(report.into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn idle_connection(program: &Program) -> Result<Completion, Failed> {
    let (ground, httpd) = site(program)?;
    let mut client = httpd.connect()?;
    let before = client.get("/")?;
    if before.closes() {
        return Err(format!("{:?}", before.head).into());
    }
    restart(&httpd, &ground, 1)?;
    is_answered_to_the_end(&mut client)?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn new_configuration(program: &Program) -> Result<Completion, Failed> {
    let (ground, httpd) = site(program)?;
    ground.configure(0, &format!("{}{PATIENT}DirectoryIndex other.html\n", pools::of(program)?.conf))?;
    ground.document("other.html", "another page\n")?;
    restart(&httpd, &ground, 1)?;
    wait_until("the new page", || {
        httpd
            .connect()
            .and_then(|mut client| client.get("/"))
            .is_ok_and(|answer| answer.body == b"another page\n")
    })?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn bad_configuration(program: &Program) -> Result<Completion, Failed> {
    for (signal, action) in [(Signal::Usr1, "graceful"), (Signal::Hup, "restart")] {
        let (ground, httpd) = site(program)?;
        let children = httpd.children();
        ground.configure(0, "Nonsense on\n")?;
        is_refused(program, &ground, action)?;
        httpd.signal(signal)?;
        wait_until("a complaint in the log", || ground.log("error_log").contains("Nonsense"))?;
        let answer = httpd.connect()?.get("/")?;
        let stays = children.is_empty() || httpd.children().iter().any(|pid| children.contains(pid));
        if answer.body != b"it works\n" || !stays {
            return Err(format!("{}: {:?}", signal.name(), answer.head).into());
        }
        httpd.stop()?;
    }
    Ok(Completion::Completed)
}

/// `-k` says of a configuration what `-t` says, and fails as that does.
fn is_refused(program: &Program, ground: &Ground, action: &str) -> Result<(), Failed> {
    let [told, tested] = [&["-k", action][..], &["-t"]].map(|arguments| program.run_with(ground, arguments));
    let (told, tested) = (told?, tested?);
    if told.stderr == tested.stderr && (told.status.code(), tested.status.code()) == (Some(1), Some(1)) {
        return Ok(());
    }
    Err(format!("-k {action} says {told:?}, -t {tested:?}").into())
}

fn graceful_stop(program: &Program) -> Result<Completion, Failed> {
    let (ground, mut httpd) = site(program)?;
    let mut client = httpd.connect()?;
    client.get("/")?;
    client.send(b"GET / HTTP/1.1\r\nHost: local");
    httpd.signal(Signal::Winch)?;
    wait_until("the log", || ground.log("error_log").contains("SIGWINCH"))?;
    let answer = client.ask("host\r\n\r\n")?;
    if answer.status() != 200 {
        return Err(format!("{:?}", answer.head).into());
    }
    if !answer.closes() {
        is_answered_to_the_end(&mut client)?;
    }
    let status = httpd.ended()?;
    if !status.success() {
        return Err(format!("{status}: {}", httpd.errors()).into());
    }
    if TcpStream::connect(httpd.address()).is_ok() {
        return Err("somebody still listens".into());
    }
    Ok(Completion::Completed)
}

/// A port that nobody else may have; it is never opened.
const PORT_OF_ROOT: u16 = 1;

/// One process gives up root for good: what it may not open is told, and nothing changes.
fn for_want_of_rights(program: &Program) -> Result<Completion, Failed> {
    let (pool, ground) = (pools::of(program)?, Ground::new()?);
    if !pool.is_alone() {
        return Ok(Completion::ignored_with("its parent keeps its rights"));
    }
    if !ground.is_roots() {
        return Ok(Completion::ignored_with("needs root"));
    }
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let lowest = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap_or_default();
    let mut forbidden = vec![("ErrorLog logs/another\n".to_owned(), "could not open the log")];
    if lowest.trim() != "0" {
        forbidden.push((format!("Listen {PORT_OF_ROOT}\n"), "make_sock"));
    }
    for (lines, reason) in forbidden {
        ground.configure(0, &lines)?;
        httpd.signal(Signal::Usr1)?;
        wait_until("a complaint in the log", || {
            let log = ground.log("error_log");
            log.contains(reason) && log.contains("gave up root's rights")
        })?;
        if httpd.connect()?.get("/index.html")?.status() != 200 {
            return Err("it does not serve any more".into());
        }
    }
    if started(&ground) != 1 {
        return Err(ground.log("error_log").into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A connection that would stay for an hour is not waited for longer than GracefulShutdownTimeout.
fn limited_stop(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{PATIENT}GracefulShutdownTimeout 1\n"))?;
    let mut httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    client.get("/index.html")?;
    client.send(b"GET / HTTP/1.1\r\nHost: local");
    httpd.signal(Signal::Winch)?;
    let status = httpd.ended()?;
    if !status.success() {
        return Err(format!("{status}: {}", httpd.errors()).into());
    }
    Ok(Completion::Completed)
}

/// TERM ends at once what WINCH would have waited for.
fn hastened_stop(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, PATIENT)?;
    let mut httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    client.get("/index.html")?;
    client.send(b"GET / HTTP/1.1\r\nHost: local");
    httpd.signal(Signal::Winch)?;
    wait_until("the log", || ground.log("error_log").contains("SIGWINCH"))?;
    httpd.signal(Signal::Term)?;
    let status = httpd.ended()?;
    // A process that has given up its rights may not remove what root wrote.
    let left = ground.pid_file().exists() && !(pools::of(program)?.is_alone() && ground.is_roots());
    if !status.success() || left {
        return Err(format!("{status}: {}", httpd.errors()).into());
    }
    Ok(Completion::Completed)
}

/// Who is connected to the old generation and says nothing is not waited for longer than GracefulShutdownTimeout.
fn limited_restart(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "GracefulShutdownTimeout 1\nKeepAliveTimeout 3600\n")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the log", || started(&ground) == 1)?;
    let old = httpd.children();
    let mut client = httpd.connect()?;
    client.get("/index.html")?;
    restart(&httpd, &ground, 1)?;
    client.rest()?;
    wait_until("the end of the old generation", || !httpd.children().iter().any(|pid| old.contains(pid)))?;
    httpd.connect()?.get("/index.html")?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// What logrotate does: move the file away, and ask for a graceful restart.
fn rotated_logs(program: &Program) -> Result<Completion, Failed> {
    let (ground, httpd) = site(program)?;
    let log = ground.root().join("logs/error_log");
    fs::rename(&log, ground.root().join("logs/error_log.1"))?;
    httpd.signal(Signal::Usr1)?;
    if pools::of(program)?.is_alone() && ground.is_roots() {
        // It gave up root, and may not open another in root's folder: it says so, and writes on.
        wait_until("a warning", || ground.log("error_log.1").matches(STARTED).count() > 1)?;
        let told = ground.log("error_log.1").contains("may not be opened again");
        httpd.stop()?;
        let ended = ground.log("error_log.1").contains("SIGTERM");
        return if told && ended { Ok(Completion::Completed) } else { Err("the log ends too early".into()) };
    }
    wait_until("a new log", || ground.log("error_log").contains(STARTED))?;
    httpd.stop()?;
    if ground.log("error_log.1").contains("SIGTERM") || !ground.log("error_log").contains("SIGTERM") {
        return Err("the end is told in the old file".into());
    }
    Ok(Completion::Completed)
}

/// Every request is answered until an answer says that it is the last: the word to leave may be later at the child
/// than our request.
pub(super) fn is_answered_to_the_end(client: &mut Client) -> Result<(), Failed> {
    let last = wait_for("an answer that closes", || match client.get("/") {
        Ok(answer) if answer.status() == 200 && !answer.closes() => None,
        outcome => Some(outcome),
    })??;
    if last.status() == 200 { Ok(()) } else { Err(format!("{:?}", last.head).into()) }
}

/// A server with a page and a full pool.
fn site(program: &Program) -> Result<(Ground, Httpd), Failed> {
    let (pool, ground) = (pools::of(program)?, Ground::new()?);
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{}{PATIENT}DirectoryIndex index.html\n", pool.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the whole pool", || httpd.children().len() >= pool.children)?;
    wait_until("the log", || started(&ground) == 1)?;
    Ok((ground, httpd))
}

/// The `number`th graceful restart, until the log says that it is done.
pub(super) fn restart(httpd: &Httpd, ground: &Ground, number: usize) -> Result<(), Failed> {
    httpd.signal(Signal::Usr1)?;
    wait_until("the end of the restart", || started(ground) > number)
}

/// How many generations have come to serve.
fn started(ground: &Ground) -> usize {
    ground.log("error_log").matches(STARTED).count()
}
