//! The work, and what it cost.

use std::fmt;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::Failure;
use crate::cost;
use crate::options::Options;
use crate::servers::Running;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// 1 KB over kept-alive connections.
    Small,
    /// What is not there.
    Missing,
    /// 1 KB, a connection for each.
    Close,
    /// 100 KB.
    Middling,
    /// 10 MB.
    Large,
    /// Connections that wait.
    Idle,
}

/// How many connections wait.
const IDLE: u32 = 4000;

impl Work {
    pub(crate) const ALL: [Self; 6] =
        [Self::Small, Self::Missing, Self::Close, Self::Middling, Self::Large, Self::Idle];

    pub(crate) fn named(name: &str) -> Result<Self, Failure> {
        let found = Self::ALL.into_iter().find(|work| work.to_string() == name);
        found.ok_or_else(|| format!("there is no work '{name}'").into())
    }

    /// Of a figure of this work.
    pub(crate) fn unit(self) -> &'static str {
        if self == Self::Idle { "KiB a connection" } else { "µs a request" }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Small | Self::Close | Self::Idle => "/1k.html",
            Self::Missing => "/none.html",
            Self::Middling => "/100k.bin",
            Self::Large => "/10m.bin",
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "1k",
            Self::Missing => "404",
            Self::Close => "close",
            Self::Middling => "100k",
            Self::Large => "10m",
            Self::Idle => "idle",
        })
    }
}

/// What a server paid, and what it reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    /// Microseconds of processor time a request, or KiB an idle connection.
    pub(crate) cost: f64,
    /// Requests a second, or connections that were answered.
    pub(crate) reached: f64,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.0})", self.cost, self.reached)
    }
}

/// Puts the work on a server.
pub(crate) fn put(work: Work, server: &Running, options: &Options) -> Result<Figure, Failure> {
    if work == Work::Idle { idle(server) } else { requests(work, server, options.seconds) }
}

fn requests(work: Work, server: &Running, seconds: u32) -> Result<Figure, Failure> {
    let connections = if work == Work::Large { 16 } else { 64 };
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}")]);
    if work == Work::Close {
        wrk.args(["-H", "Connection: close"]);
    }
    wrk.arg(format!("http://{}{}", server.address, work.path()));
    let before = cost::processor_time(server.pid());
    let output = wrk.output().map_err(|wrong| format!("wrk: {wrong}"))?;
    let used = cost::processor_time(server.pid()) - before;
    let said = String::from_utf8_lossy(&output.stdout);
    let count = answered(&said).ok_or_else(|| format!("wrk said: {said}"))?;
    if work != Work::Missing && said.contains("Non-2xx") {
        return Err(format!("wrong answers: {said}").into());
    }
    Ok(Figure { cost: 1e6 * used / count, reached: count / f64::from(seconds) })
}

/// The number in wrk's `123 requests in 2.00s`.
fn answered(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.contains(" requests in "))?;
    line.split_whitespace().next()?.parse().ok().filter(|count| *count > 0.0)
}

/// Connections that have been answered once and wait for nothing.
fn idle(server: &Running) -> Result<Figure, Failure> {
    let before = cost::memory(server.pid());
    let held = (0..IDLE).map(|_| asked(server.address)).collect::<Result<Vec<_>, _>>()?;
    let each = (cost::memory(server.pid()) - before) / f64::from(IDLE);
    drop(held);
    Ok(Figure { cost: each, reached: f64::from(IDLE) })
}

fn asked(address: SocketAddr) -> Result<TcpStream, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"GET /1k.html HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = [0; 4096];
    match stream.read(&mut answer)? {
        0 => Err("a connection was closed".into()),
        _ => Ok(stream),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_have_names() {
        for work in Work::ALL {
            assert_eq!(Work::named(&work.to_string()).ok(), Some(work));
        }
        assert!(Work::named("2k").is_err());
    }

    #[test]
    fn wrk_says_how_many_were_answered() {
        assert_eq!(answered("  64 connections\n  175706 requests in 5.01s, 1MB read\n"), Some(175_706.0));
        assert_eq!(answered("  0 requests in 5.01s, 1MB read\n"), None);
        assert_eq!(answered("unable to connect"), None);
    }
}
