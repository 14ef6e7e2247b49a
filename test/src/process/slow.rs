//! Clients that are slow on purpose, by the thousand: the three attacks of slowhttptest at once.

use std::fs;
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::{self, PATIENT};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};

pub(super) const TESTS: &[Test] = &[("clients-leave-room-for-others", slow)];

/// Heads, bodies, and answers that are read by the drop.
const ATTACKS: [&str; 3] = ["-H -i 1 -x 8", "-B -i 1 -x 8 -s 100000", "-X -w 8 -y 16 -n 1 -z 8 -k 3"];

/// What the slow readers leave unread is in the system's memory, which is the whole machine's: without a limit it was more than a
/// gigabyte, and the system cut other servers' buffers.
const LITTLE_UNSENT: &str = "SendBufferSize 32768\n";

/// So many quick clients are answered meanwhile, or more.
const QUICK: usize = 50;

/// Threads that hold many connections have room for all of them, and answer others throughout; where each takes a
/// thread, others are answered as soon as RequestReadTimeout and Timeout have freed some.
struct Siege {
    /// Of each attack.
    clients: usize,
    /// How many of all of them must have been there at once: then it is over.
    at_once: Option<usize>,
    /// KiB that the server may need for each of them.
    each: u64,
    /// After how many seconds it is over in any case.
    length: &'static str,
    conf: &'static str,
}

const HELD: Siege = Siege {
    clients: 1000,
    at_once: Some(2000),
    each: 32,
    length: "80",
    // As Apache's extra/httpd-mpm.conf has it: nobody need say more, there is room for all of them.
    conf: "StartServers 3\nThreadsPerChild 25\nMinSpareThreads 75\nMaxSpareThreads 250\nMaxRequestWorkers 400\n",
};

/// In front of what the MPM's own row says.
const SAT_OUT: Siege = Siege {
    clients: 60,
    at_once: None,
    each: 512,
    length: "6",
    conf: "Timeout 1\n<IfModule mod_reqtimeout.c>\n    RequestReadTimeout header=1 body=1\n</IfModule>\n",
};

fn slow(program: &Program) -> Result<Completion, Failed> {
    if Command::new("slowhttptest").arg("-h").output().is_err() {
        return Ok(Completion::ignored_with("there is no slowhttptest"));
    }
    let ground = Ground::new()?;
    ground.document("index.html", "quick\n")?;
    ground.document("large.bin", vec![b'x'; 4 << 20])?;
    let pool = pools::of(program)?;
    let siege = if program.mpm == "event" { HELD } else { SAT_OUT };
    let own = if program.mpm == "event" { PATIENT } else { pool.conf };
    ground.configure(0, &format!("{LITTLE_UNSENT}{}{own}", siege.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let alone = memory(&httpd);
    let mut attackers = Attackers::start(&httpd, &siege, &ground)?;
    let (mut answered, mut most, mut needed) = (0, 0, 0);
    let enough = siege.at_once.unwrap_or(usize::MAX);
    while answered < QUICK || (most < enough && attackers.are_at_work()?) {
        let answer = httpd
            .connect()?
            .ask("GET /index.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        if answer.status() != 200 || answer.body != b"quick\n" {
            return Err(format!("a quick client got {:?}", answer.head).into());
        }
        answered += 1;
        most = most.max(sockets(&httpd));
        needed = needed.max(memory(&httpd).saturating_sub(alone));
    }
    if siege.at_once.is_some() && most < enough {
        return Err(format!("no more than {most} clients were there at once").into());
    }
    if needed > siege.each * (ATTACKS.len() * siege.clients) as u64 {
        return Err(format!("the server needed {needed} KiB more for its slow clients").into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Running attacks, killed with the test.
struct Attackers(Vec<Child>);

impl Attackers {
    fn start(httpd: &Httpd, siege: &Siege, ground: &Ground) -> Result<Self, Failed> {
        let clients = siege.clients.to_string();
        let url = format!("http://{}/large.bin", httpd.address());
        let mut attackers = Self(Vec::new());
        for attack in ATTACKS {
            let mut command = Command::new("slowhttptest");
            command.args(attack.split(' ')).args([
                "-c",
                &clients,
                "-r",
                &clients,
                "-l",
                siege.length,
                "-u",
                &url,
            ]);
            command
                .current_dir(ground.root())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            attackers.0.push(command.spawn()?);
        }
        Ok(attackers)
    }

    fn are_at_work(&mut self) -> Result<bool, Failed> {
        for attacker in &mut self.0 {
            if attacker.try_wait()?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Drop for Attackers {
    fn drop(&mut self) {
        for attacker in &mut self.0 {
            let _ = attacker.kill().and_then(|()| attacker.wait());
        }
    }
}

/// Connections that the server's children have open, or a few more.
fn sockets(httpd: &Httpd) -> usize {
    let descriptors =
        |pid: &os::process::Pid| fs::read_dir(format!("/proc/{}/fd", pid.get())).map_or(0, Iterator::count);
    httpd.children().iter().map(descriptors).sum()
}

/// KiB of memory of the server's processes, shared pages divided among those who share them; nothing where the system does not
/// tell.
fn memory(httpd: &Httpd) -> u64 {
    let pss = |pid: &os::process::Pid| {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", pid.get())).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:").map(str::to_owned));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    httpd.children().iter().map(pss).sum()
}
