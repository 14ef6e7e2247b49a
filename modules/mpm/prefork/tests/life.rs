//! A server's life, with nothing linked in but this MPM. The program that these tests are in is the server
//! too, when it is called with the arguments of one.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use httpd::facts::{Build, Facts};
use httpd::module::{linked, linked_mpm};
use httpd::prelude::*;
use libtest_mimic::{Arguments, Trial};
use tempfile::TempDir;

/// Set for a copy that is to be the server.
const SERVER: &str = "WEIR_TEST_SERVER";

static BUILD: Build = Build {
    mpm: Some(linked_mpm(&mpm_prefork::MODULE, "prefork.c")),
    modules: &[linked(&Doom, "mod_doom.c")],
    facts: Facts { mpm_name: "prefork", mpm_dir: "modules/mpm/prefork", ..Facts::NOWHERE },
    core: None,
};

/// A module whose children can be doomed: none starts as long as there is a file of that name in ServerRoot.
struct Doom;

impl Module for Doom {
    const NAME: &'static str = "doom_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.child_init(|child, ()| {
            let doomed = child.generation.server_root.join("doom").exists();
            if doomed { Err(io::Error::other("out of luck")) } else { Ok(()) }
        });
    }
}

/// For servers whose clients must not be sent away because the machine is busy.
const PATIENT: &str = "Timeout 600\nKeepAliveTimeout 600\n";

const TESTS: [(&str, fn()); 18] = [
    ("it_serves_and_stops", it_serves_and_stops),
    ("a_graceful_restart_changes_every_child", a_graceful_restart_changes_every_child),
    ("a_restart_changes_every_child", a_restart_changes_every_child),
    ("a_bad_configuration_changes_nothing", a_bad_configuration_changes_nothing),
    ("a_door_that_is_taken_changes_nothing", a_door_that_is_taken_changes_nothing),
    ("a_pool_that_cannot_start_says_why", a_pool_that_cannot_start_says_why),
    ("children_that_cannot_start_change_nothing", children_that_cannot_start_change_nothing),
    ("a_second_server_is_told_of_the_first", a_second_server_is_told_of_the_first),
    ("a_dead_child_is_replaced", a_dead_child_is_replaced),
    ("a_worn_child_is_replaced", a_worn_child_is_replaced),
    ("a_logs_program_goes_with_its_generation", a_logs_program_goes_with_its_generation),
    ("a_graceful_stop_answers_who_has_come", a_graceful_stop_answers_who_has_come),
    ("children_do_not_outlive_their_parent", children_do_not_outlive_their_parent),
    ("one_process_serves_by_itself", one_process_serves_by_itself),
    ("one_process_restarts_within", one_process_restarts_within),
    ("one_process_cuts_who_does_not_leave", one_process_cuts_who_does_not_leave),
    ("one_process_stops_gracefully", one_process_stops_gracefully),
    ("one_process_goes_on_with_what_it_has", one_process_goes_on_with_what_it_has),
];

fn main() -> ExitCode {
    if env::var_os(SERVER).is_some() {
        return httpd::program::main(&BUILD);
    }
    let arguments = Arguments::from_args();
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    libtest_mimic::run(&arguments, TESTS.map(trial).into()).exit_code()
}

fn it_serves_and_stops() {
    let server = Server::start("");
    assert_eq!(server.get(), "hello");
    assert_eq!(server.children().len(), 3);
    assert_eq!(fs::read_to_string(server.path("httpd.pid")).unwrap().trim(), server.process.id().to_string());
    let (root, ended) = server.end("TERM");
    assert!(ended.success());
    assert!(!root.path().join("httpd.pid").exists());
}

fn a_graceful_restart_changes_every_child() {
    let server = Server::start("");
    let before = server.children();
    server.signal("USR1");
    wait_until("other children", || server.children().is_disjoint(&before) && server.children().len() == 3);
    assert_eq!(server.get(), "hello");
    assert!(server.end("TERM").1.success());
}

fn a_restart_changes_every_child() {
    let server = Server::start("");
    let before = server.children();
    // An idle connection does not hold a child of the old generation.
    let idle = TcpStream::connect(server.address).unwrap();
    server.signal("HUP");
    wait_until("other children", || server.children().is_disjoint(&before) && server.children().len() == 3);
    assert_eq!(server.get(), "hello");
    drop(idle);
    assert!(server.end("INT").1.success());
}

fn a_bad_configuration_changes_nothing() {
    let server = Server::start("");
    let before = server.children();
    server.configure("NoSuchDirective on\n");
    server.signal("USR1");
    wait_until("the error in the log", || server.log().contains("NoSuchDirective"));
    assert_eq!(server.children(), before);
    assert_eq!(server.get(), "hello");
    server.configure("");
    server.signal("HUP");
    wait_until("other children", || server.children().is_disjoint(&before));
}

fn a_door_that_is_taken_changes_nothing() {
    let (server, other) = (Server::start(""), Server::start(""));
    let before = server.children();
    server.configure(&format!("Listen {}\n", other.address));
    server.signal("USR1");
    wait_until("the error in the log", || server.log().contains("AH00072"));
    assert_eq!(server.children(), before);
    assert_eq!((server.get(), other.get()), ("hello".to_owned(), "hello".to_owned()));
}

fn a_pool_that_cannot_start_says_why() {
    for background in [false, true] {
        let root = ground("");
        fs::write(root.path().join("doom"), "").unwrap();
        let output =
            command(root.path(), if background { &[] } else { &["-D", "FOREGROUND"] }).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("doom_module: out of luck"), "{said}");
        assert!(!root.path().join("httpd.pid").exists());
    }
}

fn children_that_cannot_start_change_nothing() {
    let server = Server::start("");
    let before = server.children();
    fs::write(server.path("doom"), "").unwrap();
    server.signal("USR1");
    wait_until("the reason in the log", || {
        server.log().contains("nothing has changed: doom_module: out of luck")
    });
    wait_until("the old children alone", || server.children() == before);
    assert_eq!(server.get(), "hello");
    fs::remove_file(server.path("doom")).unwrap();
    server.signal("USR1");
    wait_until("other children", || server.children().is_disjoint(&before));
}

fn a_second_server_is_told_of_the_first() {
    let server = Server::start("");
    let output = command(server.root.path(), &["-D", "FOREGROUND"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, format!("httpd (pid {}) already running\n", server.process.id()));
    let output = command(server.root.path(), &["-k", "stop"]).output().unwrap();
    assert!(output.status.success());
    assert!(!server.path("httpd.pid").exists());
}

fn a_dead_child_is_replaced() {
    let server = Server::start("");
    let before = server.children();
    for child in &before {
        kill(*child, "KILL");
    }
    wait_until("other children", || server.children().is_disjoint(&before) && server.children().len() == 3);
    assert_eq!(server.get(), "hello");
    assert!(server.log().contains("AH00052"));
}

fn a_worn_child_is_replaced() {
    let server = Server::start("MaxConnectionsPerChild 1\n");
    let before = server.children();
    for _ in 0..10 {
        assert_eq!(server.get(), "hello");
    }
    wait_until("a full pool", || server.children().len() == 3);
    assert!(server.children() != before);
}

fn a_logs_program_goes_with_its_generation() {
    let server = Server::start("ErrorLog \"|cat >/dev/null\"\n");
    let before = server.children();
    assert_eq!(before.len(), 3 + 1);
    server.signal("USR1");
    wait_until("all to be new", || {
        server.children().is_disjoint(&before) && server.children().len() == 3 + 1
    });
    let log = server.children().into_iter().find(|pid| !runs_this_program(*pid)).unwrap();
    kill(log, "KILL");
    wait_until("another program", || !is_alive(log) && server.children().len() == 3 + 1);
}

fn a_graceful_stop_answers_who_has_come() {
    let mut server = Server::start("");
    let mut come = TcpStream::connect(server.address).unwrap();
    come.write_all(b"GET /index HTTP/1.1\r\nHost: x\r\n").unwrap();
    server.signal("WINCH");
    wait_until("the word in the log", || server.log().contains("AH00170"));
    assert!(server.path("httpd.pid").exists(), "who is still there can still be found");
    come.write_all(b"\r\n").unwrap();
    come.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    come.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("hello"), "{answer}");
    assert!(server.process.wait().unwrap().success());
    assert!(TcpStream::connect(server.address).is_err());
}

fn children_do_not_outlive_their_parent() {
    let mut server = Server::start("");
    let children = server.children();
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    wait_until("no children", || children.iter().all(|child| !is_alive(*child)));
}

fn one_process_serves_by_itself() {
    let server = Server::start_with("", &["-X"]);
    assert_eq!(server.get(), "hello");
    assert_eq!(server.children().len(), 0);
    let (root, ended) = server.end("TERM");
    assert!(ended.success());
    assert!(!root.path().join("httpd.pid").exists());
}

fn one_process_restarts_within() {
    let server = Server::start_with(PATIENT, &["-X"]);
    let mut old = Kept::new(&server);
    assert_eq!(old.ask(), "hello");
    for signal in ["USR1", "HUP"] {
        let before = server.starts();
        server.signal(signal);
        wait_until("a new generation", || server.starts() > before);
        assert_eq!(server.get(), "hello");
        if signal == "USR1" {
            // Who has come before is answered once more, or more often until the old generation hears the word.
            wait_until("the last answer", || old.ask() == "hello" && old.last.contains("Connection: close"));
        }
    }
    assert_eq!(server.children().len(), 0);
    assert!(server.end("TERM").1.success());
}

fn one_process_cuts_who_does_not_leave() {
    let server = Server::start_with(&format!("{PATIENT}GracefulShutdownTimeout 1\n"), &["-X"]);
    for signal in ["HUP", "USR1"] {
        let mut slow = Kept::new(&server);
        // Once it was answered it is the old generation's, and not one that waits for the next.
        assert_eq!(slow.ask(), "hello");
        slow.stream.get_mut().write_all(b"GET /index HTTP/1.1\r\nHo").unwrap();
        let before = server.starts();
        // Nobody else is served meanwhile: there is one thread.
        server.signal(signal);
        wait_until("a new generation", || server.starts() > before);
        assert_eq!(server.get(), "hello");
        slow.stream.get_mut().set_read_timeout(Some(LONGEST)).unwrap();
        let end = slow.stream.read_to_end(&mut Vec::new());
        // What it has not read yet of half a head, the server resets.
        let is_reset = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionReset;
        assert!(end.as_ref().map_or_else(is_reset, |rest| *rest == 0), "{end:?}");
    }
    assert!(server.log().contains("AH00045"));
    assert!(server.end("TERM").1.success());
}

fn one_process_stops_gracefully() {
    let mut server = Server::start_with(PATIENT, &["-X"]);
    let mut kept = Kept::new(&server);
    assert_eq!(kept.ask(), "hello");
    server.signal("WINCH");
    wait_until("the word in the log", || server.log().contains("AH00170"));
    wait_until("the last answer", || {
        kept.ask();
        kept.last.contains("Connection: close")
    });
    assert!(server.process.wait().unwrap().success());
    assert!(!server.path("httpd.pid").exists());
}

fn one_process_goes_on_with_what_it_has() {
    let (server, other) = (Server::start_with("", &["-X"]), Server::start(""));
    for (lines, reason) in [
        ("NoSuchDirective on\n".to_owned(), "NoSuchDirective"),
        (format!("Listen {}\n", other.address), "AH00072"),
    ] {
        server.configure(&lines);
        server.signal("USR1");
        wait_until("the reason in the log", || server.log().contains(reason));
        assert_eq!(server.get(), "hello");
    }
    server.configure("");
    fs::write(server.path("doom"), "").unwrap();
    server.signal("USR1");
    wait_until("the reason in the log", || {
        server.log().contains("nothing has changed: doom_module: out of luck")
    });
    assert_eq!(server.get(), "hello");
    assert_eq!(server.starts(), 1);
}

/// A connection that is kept alive.
struct Kept {
    stream: BufReader<TcpStream>,
    /// The last answer's head.
    last: String,
}

impl Kept {
    fn new(server: &Server) -> Self {
        Self { stream: BufReader::new(TcpStream::connect(server.address).unwrap()), last: String::new() }
    }

    /// Asks for the page, and returns it.
    fn ask(&mut self) -> String {
        self.stream.get_mut().write_all(b"GET /index HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        self.last.clear();
        while !self.last.ends_with("\r\n\r\n") {
            assert!(self.stream.read_line(&mut self.last).unwrap() > 0, "no answer: {}", self.last);
        }
        let mut page = [0; 5];
        self.stream.read_exact(&mut page).unwrap();
        String::from_utf8(page.to_vec()).unwrap()
    }
}

/// A server in the foreground, killed with the test.
struct Server {
    root: TempDir,
    process: Child,
    address: SocketAddr,
    // What the server says goes somewhere as long as it lives.
    _said: BufReader<ChildStderr>,
}

impl Server {
    fn start(lines: &str) -> Self {
        Self::start_with(lines, &["-D", "FOREGROUND"])
    }

    fn start_with(lines: &str, arguments: &[&str]) -> Self {
        let root = ground(lines);
        let mut process = command(root.path(), arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap());
        let mut heard = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "the server ended: {heard}");
            if let Some((_, address)) = line.trim().split_once("listening on ") {
                break address.parse().unwrap();
            }
            heard += &line;
        };
        Self { root, process, address, _said: said }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(name)
    }

    fn configure(&self, lines: &str) {
        configure(self.root.path(), lines);
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("error_log")).unwrap_or_default()
    }

    /// How many generations have come to serve.
    fn starts(&self) -> usize {
        self.log().matches("AH00163").count()
    }

    fn get(&self) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(b"GET /index HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    fn children(&self) -> BTreeSet<u32> {
        let parent = self.process.id();
        let listed = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        listed.split_whitespace().map(|pid| pid.parse().unwrap()).filter(|pid| is_alive(*pid)).collect()
    }

    fn signal(&self, name: &str) {
        kill(self.process.id(), name);
    }

    fn end(mut self, signal: &str) -> (TempDir, ExitStatus) {
        self.signal(signal);
        let ended = self.process.wait().unwrap();
        (std::mem::replace(&mut self.root, tempfile::tempdir().unwrap()), ended)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ground(lines: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("index"), "hello").unwrap();
    configure(root.path(), lines);
    root
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(SERVER, "1").arg("-d").arg(root).args(["-f", "httpd.conf"]).args(arguments);
    command
}

fn configure(root: &Path, lines: &str) {
    let text = format!(
        "Listen 127.0.0.1:0\nDocumentRoot {0}\nErrorLog error_log\nPidFile httpd.pid\nStartServers 3\n\
         MinSpareServers 1\nMaxSpareServers 4\nServerName localhost\n{lines}",
        root.display()
    );
    fs::write(root.join("httpd.conf"), text).unwrap();
}

fn kill(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

fn runs_this_program(pid: u32) -> bool {
    fs::read_link(format!("/proc/{pid}/exe")).ok() == env::current_exe().ok()
}

/// Neither ended nor waiting to be buried.
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.starts_with(" Z"))
}

/// How long anything may take before it counts as never.
const LONGEST: Duration = Duration::from_secs(90);

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    const PAUSE: Duration = Duration::from_millis(5);
    let end = Instant::now() + LONGEST;
    let (_nobody_sends, never) = mpsc::channel::<()>();
    while !holds() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        let _ = never.recv_timeout(PAUSE);
    }
}
