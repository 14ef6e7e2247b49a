//! A service manager: it is told how far the server is, and it may hand the sockets over.

use std::collections::VecDeque;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed};
use os::signal::Signal;

use super::Test;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::DEADLINE;

pub(super) const TESTS: &[Test] = &[("is-told-of-each-step", is_told), ("hands-sockets-over", hands_over)];

/// sd_notify(3).
fn is_told(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "")?;
    let mut manager = Manager::new(&ground)?;
    let path = ground.root().join("notify");
    let httpd = Httpd::start_by(
        program.in_foreground(&ground, &[]).env("NOTIFY_SOCKET", &path).stdin(Stdio::null()),
    )?;
    let pid = httpd.pid().ok_or("no process")?;
    manager.hears("READY=1")?;
    manager.hears(&format!("MAINPID={pid}"))?;
    if httpd.connect()?.get("/index.html")?.status() != 200 {
        return Err("it said that it was ready".into());
    }
    for signal in [Signal::Usr1, Signal::Hup] {
        httpd.signal(signal)?;
        manager.hears("RELOADING=1")?;
        let since = manager.hears("MONOTONIC_USEC=")?;
        if since.parse::<u64>().is_err() {
            return Err(format!("MONOTONIC_USEC={since}").into());
        }
        manager.hears("READY=1")?;
    }
    // What cannot be read is no longer being reloaded, either.
    ground.configure(0, "Nonsense on\n")?;
    httpd.signal(Signal::Usr1)?;
    manager.hears("RELOADING=1")?;
    manager.hears("READY=1")?;
    httpd.stop()?;
    manager.hears("STOPPING=1")?;
    Ok(Completion::Completed)
}

/// What the server says, line by line.
struct Manager {
    socket: UnixDatagram,
    lines: VecDeque<String>,
}

impl Manager {
    fn new(ground: &Ground) -> Result<Self, Failed> {
        let socket = UnixDatagram::bind(ground.root().join("notify"))?;
        socket.set_read_timeout(Some(DEADLINE))?;
        Ok(Self { socket, lines: VecDeque::new() })
    }

    /// Waits for the next line that begins with this; what follows in it. Only the status may be told in between.
    fn hears(&mut self, expected: &str) -> Result<String, Failed> {
        loop {
            while let Some(line) = self.lines.pop_front() {
                match line.strip_prefix(expected) {
                    Some(rest) => return Ok(rest.to_owned()),
                    None if ["STATUS=", "MAINPID=", "MONOTONIC_USEC="]
                        .iter()
                        .any(|word| line.starts_with(word)) => {}
                    None => return Err(format!("{line} instead of {expected}").into()),
                }
            }
            let mut message = [0; 4096];
            let length = self
                .socket
                .recv(&mut message)
                .map_err(|wrong| format!("waited in vain for {expected}: {wrong}"))?;
            self.lines.extend(String::from_utf8_lossy(&message[..length]).lines().map(str::to_owned));
        }
    }
}

/// sd_listen_fds(3): the port is served by a socket that somebody else holds too, before and after the server.
fn hands_over(program: &Program) -> Result<Completion, Failed> {
    let held = TcpListener::bind("127.0.0.1:0")?;
    let address = held.local_addr()?;
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("Listen {address}\n"))?;
    // A shell has the descriptor at the right place, and keeps its number when it becomes the server.
    let usual = program.in_foreground(&ground, &[]);
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "exec 3<&0 < /dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\"", "sh"])
        .arg(usual.get_program())
        .args(usual.get_args())
        .stdin(Stdio::from(OwnedFd::from(held.try_clone()?)));
    let early = TcpStream::connect(address)?;
    let httpd = Httpd::start_by(&mut command)?;
    let mut client = crate::client::Client::over(early)?;
    for _ in 0..2 {
        let answer = client.get("/index.html")?;
        if answer.status() != 200 {
            return Err(format!("{:?}", answer.head).into());
        }
        client = crate::client::Client::connect(address)?;
    }
    drop(client);
    httpd.stop()?;
    // It is still open, for the next.
    TcpStream::connect(address)?;
    Ok(Completion::Completed)
}
