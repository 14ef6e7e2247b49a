//! `httpd -k`: a server in the background, started and told what to do by its pid file.

use std::fs;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::Output;
use std::thread;

use libtest_mimic::{Completion, Failed};
use os::process::Pid;
use os::signal::Signal;

use super::Test;
use super::killed::gone;
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{LISTENING, Program};
use crate::wait::{wait_for, wait_until};

pub(super) const TESTS: &[Test] = &[
    ("start-serve-stop", start_stop),
    ("leaves-the-terminal", leaves_the_terminal),
    ("graceful-and-restart", graceful_and_restart),
    ("graceful-stop", graceful_stop),
    ("not-running", not_running),
    ("stale-pid-file", stale_pid_file),
    ("start-fails-truthfully", start_fails),
];

fn start_stop(program: &Program) -> Result<Completion, Failed> {
    let daemon = Daemon::start(program)?;
    // No waiting here: -k start returns when the server serves.
    daemon.serves("it works\n")?;
    let again = daemon.control("start")?;
    if !said(&again).contains("already running") {
        return Err(format!("a second start said {}", said(&again)).into());
    }
    let pid = daemon.pid().ok_or("there is no pid file")?;
    succeeded(&daemon.control("stop")?)?;
    wait_until("the end of the server", || gone(pid))?;
    if daemon.pid().is_some() || TcpStream::connect(daemon.address).is_ok() {
        return Err("it ended and left its pid file or its port".into());
    }
    Ok(Completion::Completed)
}

/// Whoever reads what `-k start` writes comes to an end, while the server goes on.
fn leaves_the_terminal(program: &Program) -> Result<Completion, Failed> {
    let mut daemon = Daemon::new(program)?;
    let (mut reader, writer) = io::pipe()?;
    let status = program.run_into(&daemon.ground, &["-k", "start"], writer)?;
    let reading = thread::spawn(move || reader.read_to_end(&mut Vec::new()));
    if !status.success() {
        return Err(format!("-k start: {status}").into());
    }
    wait_until("the end of what it writes", || reading.is_finished())?;
    daemon.find()?;
    daemon.serves("it works\n")?;
    succeeded(&daemon.control("stop")?)?;
    Ok(Completion::Completed)
}

fn graceful_and_restart(program: &Program) -> Result<Completion, Failed> {
    let daemon = Daemon::start(program)?;
    let pid = daemon.pid();
    for (action, page) in [("graceful", "second\n"), ("restart", "third\n")] {
        daemon.ground.document("index.html", page)?;
        let conf = format!("Define {action}\nDirectoryIndex {action}.html\n");
        daemon.ground.document(&format!("{action}.html"), page)?;
        daemon.ground.configure(0, &conf)?;
        succeeded(&daemon.control(action)?)?;
        wait_until(page, || daemon.serves(page).is_ok())?;
    }
    if daemon.pid() != pid {
        return Err("a restart must not change the parent".into());
    }
    succeeded(&daemon.control("stop")?)?;
    Ok(Completion::Completed)
}

fn graceful_stop(program: &Program) -> Result<Completion, Failed> {
    let daemon = Daemon::start(program)?;
    let pid = daemon.pid().ok_or("there is no pid file")?;
    succeeded(&daemon.control("graceful-stop")?)?;
    wait_until("the end of the server", || gone(pid))?;
    Ok(Completion::Completed)
}

fn not_running(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, "")?;
    for action in ["stop", "graceful-stop"] {
        let output = program.run_with(&ground, &["-k", action])?;
        if !said(&output).contains("not running") {
            return Err(format!("-k {action} said {}", said(&output)).into());
        }
    }
    Ok(Completion::Completed)
}

/// A server that was killed leaves its pid file; the next start is not held up by it.
fn stale_pid_file(program: &Program) -> Result<Completion, Failed> {
    let mut daemon = Daemon::start(program)?;
    let pid = daemon.pid().ok_or("there is no pid file")?;
    os::process::kill(pid, Signal::Kill)?;
    wait_until("the end of the server", || gone(pid))?;
    wait_until("a closed door", || TcpStream::connect(daemon.address).is_err())?;
    fs::remove_file(daemon.ground.root().join("logs/error_log"))?;
    succeeded(&daemon.control("start")?)?;
    daemon.find()?;
    daemon.serves("it works\n")?;
    succeeded(&daemon.control("stop")?)?;
    Ok(Completion::Completed)
}

/// Port taken, log not to be opened: the start that was asked for says so, not a log that nobody reads.
fn start_fails(program: &Program) -> Result<Completion, Failed> {
    let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    for (port, conf, wrong) in [
        (other.local_addr()?.port(), "", "Address already in use"),
        (0, "ErrorLog /no/such/folder/error_log\n", "/no/such/folder/error_log"),
    ] {
        let ground = Ground::new()?;
        ground.configure(port, conf)?;
        let output = program.run_with(&ground, &["-k", "start"])?;
        if output.status.success() || !said(&output).contains(wrong) || ground.pid_file().exists() {
            return Err(format!("{}: {}", output.status, said(&output)).into());
        }
    }
    Ok(Completion::Completed)
}

/// A server in the background; it is killed when its test ends, however it ends.
struct Daemon<'a> {
    program: &'a Program,
    ground: Ground,
    address: SocketAddr,
}

impl<'a> Daemon<'a> {
    /// One that is not started yet.
    fn new(program: &'a Program) -> Result<Self, Failed> {
        let ground = Ground::new()?;
        ground.document("index.html", "it works\n")?;
        ground.configure(0, "DirectoryIndex index.html\n")?;
        Ok(Self { program, ground, address: SocketAddr::from(([127, 0, 0, 1], 0)) })
    }

    fn start(program: &'a Program) -> Result<Self, Failed> {
        let mut daemon = Self::new(program)?;
        succeeded(&daemon.control("start")?)?;
        daemon.find()?;
        Ok(daemon)
    }

    /// Asks the log where it listens.
    fn find(&mut self) -> Result<(), Failed> {
        self.address = wait_for("an address in the log", || {
            let log = self.ground.log("error_log");
            log.lines().find_map(|line| line.split_once(LISTENING)?.1.trim().parse().ok())
        })?;
        Ok(())
    }

    fn control(&self, action: &str) -> Result<Output, Failed> {
        self.program.run_with(&self.ground, &["-k", action])
    }

    fn pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.ground.pid_file()).ok()?;
        text.trim().parse().ok().and_then(Pid::new)
    }

    fn serves(&self, body: &str) -> Result<(), Failed> {
        let answer = Client::connect(self.address)?.get("/")?;
        if answer.body == body.as_bytes() {
            return Ok(());
        }
        Err(format!("{:?} {:?}", answer.head, String::from_utf8_lossy(&answer.body)).into())
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            // Its children see that it is gone.
            drop(os::process::kill(pid, Signal::Kill));
        }
    }
}

fn succeeded(output: &Output) -> Result<(), Failed> {
    if output.status.success() { Ok(()) } else { Err(format!("{}: {}", output.status, said(output)).into()) }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
