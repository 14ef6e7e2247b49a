//! The process that writes the logs which several users share: what comes in by a pipe goes out with the name of the user
//! whose pipe it is. Only it has these files open, so no site can shorten them, or write in another's name.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use httpd::mpm::{Child, Peer};
use httpd::os::poller::{Interest, Poller};
use httpd::server::Generation;
use httpd::server::log::LogFile;

use crate::harden;
use crate::parent::Parent;

/// A longer line is cut.
const LONGEST: usize = 8 * 1024;
/// What is taken from a lane at a time: none keeps the others waiting.
const PIECE: usize = 16 * 1024;
/// What a lane may write in a second. Beyond that it is not listened to, and whoever writes waits.
const BYTES_A_SECOND: usize = 8 * 1024 * 1024;

const CONTROL: u64 = 0;

/// Writes until all who have something to say are gone.
pub(crate) fn serve(parent: &Parent, child: &Child) -> io::Result<()> {
    let generation = child.generation();
    close_others(generation, &parent.plan.shared_logs)?;
    child.become_only(parent.config.listener())?;
    harden()?;
    let mut scribe = Scribe::new(parent, generation)?;
    scribe.poller.add(child.control(), CONTROL, Interest::Readable)?;
    scribe.take_in(child.control().new_peers())?;
    child.ready()?;
    loop {
        let ready = scribe.poller.wait(scribe.patience(Instant::now()))?;
        if ready.contains(&CONTROL) {
            child.control().heed();
            scribe.take_in(child.control().new_peers())?;
            if child.control().is_over() {
                scribe.poller.delete(child.control())?;
            }
        }
        for &key in ready.iter().filter(|&&key| key != CONTROL) {
            scribe.copy(key);
        }
        scribe.go_on(Instant::now())?;
        if child.drain().is_draining() && scribe.lanes.is_empty() {
            return Ok(());
        }
    }
}

/// The main log and what several users share is all that it needs.
fn close_others(generation: &Generation, shared: &[usize]) -> io::Result<()> {
    let null = OpenOptions::new().write(true).open("/dev/null")?;
    let main = &generation.main().error_log;
    let logs = generation.logs.iter().enumerate();
    let mut others = logs.filter(|(place, (log, _))| !shared.contains(place) && !log.is_same_as(main));
    others.try_for_each(|(_, (log, _))| log.lead_to(&null))
}

struct Scribe<'a> {
    parent: &'a Parent,
    generation: &'a Arc<Generation>,
    poller: Poller,
    lanes: BTreeMap<u64, Lane>,
    next_key: u64,
    buffer: Vec<u8>,
}

/// One pipe.
struct Lane {
    pipe: File,
    log: Arc<LogFile>,
    lines: Lines,
    /// What it may still write in this second, which ends then.
    left: usize,
    second: Instant,
    rests: bool,
}

impl<'a> Scribe<'a> {
    fn new(parent: &'a Parent, generation: &'a Arc<Generation>) -> io::Result<Self> {
        let (poller, lanes) = (Poller::new()?, BTreeMap::new());
        Ok(Self { parent, generation, poller, lanes, next_key: CONTROL + 1, buffer: vec![0; PIECE] })
    }

    fn take_in(&mut self, peers: Vec<Peer>) -> io::Result<()> {
        for peer in peers {
            let log = self.parent.plan.log_of(peer.lane);
            let log = log.and_then(|place| self.generation.logs.iter().nth(place));
            let log = log.map_or(&self.generation.main().error_log, |(log, _)| log);
            let lines = Lines::of(self.parent.user_of(peer.role));
            let (log, second, pipe) = (Arc::clone(log), Instant::now() + SECOND, peer.into_pipe());
            self.poller.add(&pipe, self.next_key, Interest::Readable)?;
            let lane = Lane { pipe, log, lines, left: BYTES_A_SECOND, second, rests: false };
            self.lanes.insert(self.next_key, lane);
            self.next_key += 1;
        }
        Ok(())
    }

    /// Copies what has come in by a lane.
    fn copy(&mut self, key: u64) {
        let Some(lane) = self.lanes.get_mut(&key) else { return };
        // It is readable, and nobody else reads: this does not wait.
        let read = lane.pipe.read(&mut self.buffer).unwrap_or(0);
        let log = &lane.log;
        if read == 0 {
            lane.lines.end(|line| log.write_line(line));
            let _ = self.poller.delete(&lane.pipe);
            self.lanes.remove(&key);
            return;
        }
        lane.lines.push(&self.buffer[..read], |line| log.write_line(line));
        lane.left = lane.left.saturating_sub(read);
        if lane.left == 0 {
            lane.rests = self.poller.delete(&lane.pipe).is_ok();
        }
    }

    /// A new second for those whose last one is over.
    fn go_on(&mut self, now: Instant) -> io::Result<()> {
        for (key, lane) in self.lanes.iter_mut().filter(|(_, lane)| lane.second <= now) {
            (lane.left, lane.second) = (BYTES_A_SECOND, now + SECOND);
            if std::mem::take(&mut lane.rests) {
                self.poller.add(&lane.pipe, *key, Interest::Readable)?;
            }
        }
        Ok(())
    }

    fn patience(&self, now: Instant) -> Option<Duration> {
        let resting = self.lanes.values().filter(|lane| lane.rests);
        resting.map(|lane| lane.second.saturating_duration_since(now)).min()
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Makes lines of bytes: each with the name before it, none too long, and none with control bytes in it.
struct Lines {
    prefix: Vec<u8>,
    line: Vec<u8>,
    /// The rest of a line that was cut.
    is_cut: bool,
}

impl Lines {
    fn of(user: &str) -> Self {
        let prefix = format!("[{user}] ").into_bytes();
        Self { line: prefix.clone(), prefix, is_cut: false }
    }

    fn push(&mut self, bytes: &[u8], mut write: impl FnMut(&[u8])) {
        for &byte in bytes {
            match byte {
                b'\n' => self.finish(&mut write),
                _ if self.is_cut => {}
                _ if self.line.len() >= LONGEST => self.is_cut = true,
                byte if byte.is_ascii_control() && byte != b'\t' => self.line.extend(byte.escape_ascii()),
                byte => self.line.push(byte),
            }
        }
    }

    /// What has no end of line gets one.
    fn end(&mut self, mut write: impl FnMut(&[u8])) {
        if self.line.len() > self.prefix.len() {
            self.finish(&mut write);
        }
    }

    fn finish(&mut self, write: &mut impl FnMut(&[u8])) {
        self.line.push(b'\n');
        write(&self.line);
        self.line.truncate(self.prefix.len());
        self.is_cut = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut written) = (Lines::of("www-a"), Vec::new());
        for piece in pieces {
            lines.push(piece, |line| written.push(String::from_utf8_lossy(line).into_owned()));
        }
        lines.end(|line| written.push(String::from_utf8_lossy(line).into_owned()));
        written
    }

    #[test]
    fn every_line_has_its_user() {
        let expected = ["[www-a] one\n", "[www-a] two\n", "[www-a] \n", "[www-a] three\n"];
        assert_eq!(written(&[b"one\ntw", b"o\n\nthree"]), expected);
        assert_eq!(written(&[b""]), [""; 0]);
    }

    #[test]
    fn no_line_is_two_or_endless() {
        assert_eq!(written(&[b"a\rb\x1b[2J\0\tc\n"]), ["[www-a] a\\rb\\x1b[2J\\x00\tc\n"]);
        let long = written(&[&vec![b'x'; 3 * LONGEST], b"\nnext\n"]);
        assert_eq!((long[0].len(), &*long[1]), (LONGEST + 1, "[www-a] next\n"));
    }
}
