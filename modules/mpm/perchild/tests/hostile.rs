//! A pool that means harm: its own site suffers, and no other.
//!
//! The server is perchild, but the process of site A is not its own: it has the channel to the listener and does with it
//! whatever it can. Each attack is one that has stopped a listener that was built without care.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "this test does not use all of it")]
mod server;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use httpd::facts::Build;
use httpd::module::{linked, linked_mpm};
use httpd::mpm::{Child, Count, Ended, Identity, Link, Mpm, Orders, Pool, Role, Seen, Traits};
use httpd::os::channel::{Channel, Received, is_full};
use httpd::os::poller::{Interest, Poller};
use httpd::os::user::{Gid, Uid};
use httpd::prelude::*;
use httpd::server::Generation;
use mpm_perchild::Parent;
use mpm_perchild::plan::{LISTENER as LISTENS, Plan, SCRIBE};
use socket2::SockRef;

use server::{A, FACTS, LISTENER, Server, Shows, wait_until};

static BUILD: Build = Build {
    mpm: Some(linked_mpm(&Hostile, "hostile.c")),
    modules: &[
        linked(&mpm_perchild::MODULE, "perchild.c"),
        linked(&mod_unixd::MODULE, "mod_unixd.c"),
        linked(&Shows, "mod_shows.c"),
    ],
    facts: FACTS,
    core: None,
};

const TESTS: &[(&str, fn())] = &[
    ("nonsense_is_cut_off", || suffers("nonsense", 50, CUT_OFF)),
    ("descriptors_by_the_hundred_are_closed", || suffers("descriptors", 50, CUT_OFF)),
    ("sockets_that_close_slowly_stop_nobody", || suffers("linger", 50, HELD_UP)),
    ("what_was_never_given_is_not_taken_back", || suffers("strangers", 50, CUT_OFF)),
    ("a_kept_copy_stops_nobody", || suffers("copies", 50, CUT_OFF)),
    // More than a channel holds.
    ("one_that_takes_nothing_is_full", || suffers("deaf", 400, "AH20604")),
    ("one_that_dies_at_once_is_replaced_slowly", dies),
];

fn main() -> ExitCode {
    server::main(|| httpd::program::main(&BUILD), TESTS)
}

/// What the log says of one that is not heard any more, and ended.
const CUT_OFF: &str = "AH20603";
/// What the attacker says when nobody takes its messages.
const HELD_UP: &str = "its channel is full";

/// Site A attacks, until the log has the `sign` of it; all requests to the others are answered.
fn suffers(attack: &str, victims: usize, sign: &str) {
    attacked(&Server::start(LINES), attack, victims, sign);
}

const LINES: &str = "StartThreads 8\nLogLevel info\n";

fn attacked(server: &Server, attack: &str, victims: usize, sign: &str) {
    wait_until("all processes", || server.children().len() == 6);
    wait_until("all to know each other", || are_introduced(server));
    let (before, trusted) = (open_files(server), server.of_user(LISTENER));
    fs::write(server.path("attack"), attack).unwrap();
    // Connections for A are what some of the attacks are made with; nobody reads their answers.
    let mut victims: Vec<_> = (0..victims).map(|_| server.connect()).collect();
    for victim in &mut victims {
        victim.send("GET /page HTTP/1.1\r\nHost: a.test\r\n\r\n");
    }
    let mut kept = server.connect();
    ask_others(server, &mut kept);
    wait_until("the sign of the attack", || server.log("error_log").contains(sign));
    ask_others(server, &mut kept);
    if sign == CUT_OFF {
        wait_until("its end", || server.log("error_log").contains("AH20600"));
    }
    assert_eq!(server.of_user(LISTENER), trusted, "{}", server.log("error_log"));
    drop(victims);
    fs::write(server.path("attack"), "").unwrap();
    assert_eq!(kept.get("b.test", "/page").body, "site b\n");
    wait_until("the listener to be as before", || open_files(server) <= before + 4);
}

/// Many requests, on new connections and on one that is kept and goes from pool to pool. Who is stopped is so for much
/// longer than a client waits.
fn ask_others(server: &Server, kept: &mut server::Client) {
    for number in 0..100 {
        for (host, page) in [("b.test", "site b\n"), ("main.test", "site main\n")] {
            assert_eq!(kept.get(host, "/page").body, page, "{number}");
            assert_eq!(server.get(host, "/page").body, page, "{number}");
        }
    }
}

/// Each early death doubles the wait for the next process: 0.1 s, 0.2 s and so on; one that has lived for a second, as any may on a
/// busy machine, ends that. The most deaths in a time are one after a second and three early ones, again and again.
fn dies() {
    let began = Instant::now();
    let server = Server::start(LINES);
    attacked(&server, "dies", 50, "exit signal");
    let deaths = server.log("error_log").matches("exit signal").count();
    let seconds = began.elapsed().as_secs_f64();
    let most = 5.0 + 2.5 * seconds;
    assert!(deaths <= most as usize, "{deaths} deaths in {seconds} s");
}

/// The scribe has an end of each pipe that another has, and the listener a channel to a process of each other site: what they have
/// open from now on is for what they do.
fn are_introduced(server: &Server) -> bool {
    let all: Vec<_> = server.children().into_keys().map(pipes).collect();
    let is_scribe = |pid: u32| all.iter().all(|of_another| of_another.is_subset(&pipes(pid)));
    let answers = |site: &str| server.get(&format!("{site}.test"), "/page").body == format!("site {site}\n");
    server.of_user(LISTENER).into_iter().any(is_scribe) && ["b", "main"].into_iter().all(answers)
}

fn pipes(pid: u32) -> BTreeSet<PathBuf> {
    open(pid).into_iter().filter(|to| to.to_string_lossy().starts_with("pipe:")).collect()
}

/// What a process has open, as proc(5) calls it.
fn open(pid: u32) -> Vec<PathBuf> {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
    links.filter_map(|link| fs::read_link(link.ok()?.path()).ok()).collect()
}

fn open_files(server: &Server) -> usize {
    server.of_user(LISTENER).into_iter().map(|pid| open(pid).len()).sum()
}

/// perchild, but for the processes of one site.
struct Hostile;

impl Module for Hostile {
    const NAME: &'static str = "mpm_hostile_module";
    type Config = ();

    fn hooks(&self, _hooks: &mut Hooks<'_, ()>) {}
}

impl Mpm for Hostile {
    const TRAITS: Traits =
        Traits { name: "perchild", threaded: Count::Dynamic, forked: Count::Static, is_async: false };

    fn run(&self, server: httpd::mpm::Server) -> io::Result<Ended> {
        server.supervise(|generation| Harmed(Parent::new(generation)))
    }
}

struct Harmed(Parent);

impl Pool for Harmed {
    fn threads(&self) -> usize {
        self.0.threads()
    }

    fn limit(&self) -> usize {
        self.0.limit()
    }

    fn first(&self, serving: usize) -> Vec<Role> {
        self.0.first(serving)
    }

    fn accepts(&self, role: Role) -> bool {
        self.0.accepts(role)
    }

    fn links(&self) -> Vec<Link> {
        self.0.links()
    }

    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders {
        self.0.tick(seen, generation)
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        if child.role() == Plan::role(1) { attack(child) } else { self.0.serve(child) }
    }
}

/// The life of a hostile process: as the site's user, with the channel that it has of right.
fn attack(child: &Child) -> io::Result<()> {
    child.init_as(Identity { uid: Uid(A), gid: Gid(A), with_groups: false })?;
    child.ready()?;
    let (hub, mut voice) = peers(child);
    let file = child.generation().server_root.join("attack");
    let mut kept = Vec::new();
    while !child.drain().is_draining() {
        let attack = fs::read_to_string(&file).unwrap_or_default();
        match &*attack {
            "nonsense" => nonsense(&hub),
            "descriptors" => descriptors(&hub),
            "linger" => linger(&hub, &mut voice, &mut kept),
            "strangers" => strangers(&hub, &mut kept),
            "copies" => copies(&hub, &mut kept),
            "deaf" => {}
            "dies" => {
                // With what it was given in its hands.
                let _ = hub.receive_with(&mut vec![0; 70_000]);
                std::process::abort();
            }
            _ => kept.clear(),
        }
        pause(child);
    }
    Ok(())
}

/// The channel to the listener, and the pipe to the one that writes the log.
fn peers(child: &Child) -> (Channel, File) {
    let (mut hub, mut voice) = (None, None);
    loop {
        for peer in child.control().new_peers() {
            match (peer.role, peer.lane) {
                (LISTENS, _) => hub = Some(peer.into_channel()),
                (SCRIBE, 0) => voice = Some(peer.into_pipe()),
                _ => {}
            }
        }
        match (hub, voice) {
            (Some(hub), Some(voice)) => return (hub, voice),
            both => (hub, voice) = both,
        }
        pause(child);
    }
}

/// A little, and until its parent wants something.
fn pause(child: &Child) {
    let poller = Poller::new().unwrap();
    poller.add(child.control(), 0, Interest::Readable).unwrap();
    poller.wait(Some(Duration::from_millis(1))).unwrap();
    child.control().heed();
}

fn nonsense(hub: &Channel) {
    for length in 1..100 {
        let _ = hub.send(&vec![length as u8; length * 50]);
    }
}

/// As many messages with a descriptor each as there is room for.
fn descriptors(hub: &Channel) {
    let (reader, _writer) = io::pipe().unwrap();
    while hub.send_with(b"nonsense", reader.as_fd()).is_ok() {}
}

/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// A socket with unsent bytes, that whoever closes it last must wait for.
fn slow_socket() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut slow, _) = listener.accept().unwrap();
    slow.set_nonblocking(true).unwrap();
    while slow.write(&vec![0; 65_536]).is_ok() {}
    SockRef::from(&slow).set_linger(Some(FOR_EVER)).unwrap();
    (slow, peer)
}

/// Their other ends stay open, and do not read. So much after them that who is not held up would have cut it off.
fn linger(hub: &Channel, voice: &mut File, kept: &mut Vec<OwnedFd>) {
    if kept.len() < 8 {
        let (slow, peer) = slow_socket();
        let message = back(b"GET / HTTP/1.1\r\nHost: b.test\r\n\r\n");
        let _ = hub.send_with(&message, slow.as_fd());
        // Who closes it last waits. That is the listener nearly always, but it can have been faster.
        thread::spawn(move || drop(slow));
        kept.push(peer.into());
        return;
    }
    while hub.send(b"nonsense").is_ok() {}
    let _ = writeln!(voice, "{HELD_UP}");
}

/// Connections of its own making, and things that are none, as if they had been given to it.
fn strangers(hub: &Channel, kept: &mut Vec<OwnedFd>) {
    let (reader, writer) = io::pipe().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let message = back(b"GET / HTTP/1.1\r\nHost: b.test\r\n\r\n");
    for descriptor in [reader.as_fd(), stream.as_fd(), listener.as_fd()] {
        let _ = hub.send_with(&message, descriptor);
    }
    kept.push(writer.into());
    kept.truncate(64);
}

/// Hands its own clients' connections to the other site, keeps a copy of each, and changes what is set on it.
fn copies(hub: &Channel, kept: &mut Vec<OwnedFd>) {
    let mut buffer = vec![0; 70_000];
    while let Ok((Received::Message(_), Some(connection))) = hub.receive_with(&mut buffer) {
        let message = back(b"GET /page HTTP/1.1\r\nHost: b.test\r\n\r\n");
        for _ in 0..3 {
            match hub.send_with(&message, connection.as_fd()) {
                Err(error) if is_full(&error) => break,
                _ => {}
            }
        }
        kept.push(connection);
    }
    for copy in &*kept {
        let copy = SockRef::from(copy);
        let _ = copy.set_nonblocking(false);
        let _ = copy.set_linger(Some(FOR_EVER));
    }
}

/// BACK, as perchild's own pools write it.
fn back(unread: &[u8]) -> Vec<u8> {
    let mut message = vec![1, 2, 0, 0];
    message.extend((unread.len() as u32).to_le_bytes());
    message.extend([7; 8]);
    let mut address = [0; 20];
    address[0] = 4;
    message.extend(address);
    message.extend(address);
    message.extend([0; 20]);
    message.extend(unread);
    message
}
