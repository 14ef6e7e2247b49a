//! A server to be tested: a copy of the program that the test is in, called with the arguments of one.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod facts;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use httpd::prelude::*;
use libtest_mimic::{Arguments, Trial};
use tempfile::TempDir;

pub(crate) use facts::FACTS;

/// Set for a copy that is to be the server.
const SERVER: &str = "WEIR_TEST_SERVER";

/// The users of two sites and of everything else: numbers that are nobody's.
pub(crate) const A: u32 = 10_001;
pub(crate) const B: u32 = 10_002;
pub(crate) const MAIN: u32 = 10_003;
pub(crate) const LISTENER: u32 = 10_004;

/// Shows as whom a request is handled: runs its query, as a CGI program is run, and answers with what that says.
pub(crate) struct Shows;

impl Module for Shows {
    const NAME: &'static str = "shows_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.handler("run", |r, ()| {
            let query = r.query.clone().unwrap_or_default().replace('+', " ");
            let ran = Command::new("/bin/sh").args(["-c", &query]).stdin(Stdio::null()).output();
            Handled::Respond(match ran {
                Ok(ran) => {
                    Response::text(String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
                }
                Err(error) => Response::text(error.to_string()),
            })
        });
    }
}

/// Runs the server, or the tests of it.
pub(crate) fn main(server: fn() -> ExitCode, tests: &'static [(&'static str, fn())]) -> ExitCode {
    if env::var_os(SERVER).is_some() {
        return server();
    }
    let mut arguments = Arguments::from_args();
    // Some of them measure.
    arguments.test_threads = Some(1);
    let trial = |&(name, test): &(&'static str, fn())| {
        Trial::test(name, move || {
            if httpd::os::user::is_root() {
                test();
            } else {
                eprintln!("skipped: needs root");
            }
            Ok(())
        })
    };
    libtest_mimic::run(&arguments, tests.iter().map(trial).collect()).exit_code()
}

/// A server with a site of each user: `a.test`, `b.test`, and `main.test` for everybody else.
pub(crate) struct Server {
    pub(crate) root: TempDir,
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    _said: BufReader<ChildStderr>,
}

impl Server {
    pub(crate) fn start(lines: &str) -> Self {
        let root = ground(lines);
        let mut process = Command::new(env::current_exe().unwrap())
            .env(SERVER, "1")
            .args(["-D", "FOREGROUND", "-d"])
            .arg(root.path())
            .arg("-f")
            .arg(root.path().join("httpd.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
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

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn log(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client(BufReader::new(stream))
    }

    /// The answer to one request on a connection of its own.
    pub(crate) fn get(&self, host: &str, target: &str) -> Answer {
        self.connect().get(host, target)
    }

    /// What a command says that is run by a site's process.
    pub(crate) fn run(&self, host: &str, command: &str) -> String {
        self.get(host, &format!("/run?{}", command.replace(' ', "+"))).body
    }

    /// Its children, by pid, with their users.
    pub(crate) fn children(&self) -> BTreeMap<u32, u32> {
        let parent = self.process.id();
        let listed = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        let pids = listed.split_whitespace().map(|pid| pid.parse().unwrap());
        pids.filter_map(|pid| Some((pid, user_of(pid)?))).collect()
    }

    /// The processes of a user.
    pub(crate) fn of_user(&self, user: u32) -> Vec<u32> {
        self.children().into_iter().filter(|(_, own)| *own == user).map(|(pid, _)| pid).collect()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.process.id(), name);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal("TERM");
        let _ = self.process.wait();
    }
}

/// A line of proc(5) `status`.
pub(crate) fn status(pid: u32, name: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name)).map(|text| text.trim().to_owned())
}

fn user_of(pid: u32) -> Option<u32> {
    status(pid, "Uid:")?.split_whitespace().next()?.parse().ok()
}

pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

fn ground(lines: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for (site, user) in [("a", A), ("b", B), ("main", MAIN)] {
        let folder = root.path().join(site);
        fs::create_dir(&folder).unwrap();
        site_file(&folder, "page", &format!("site {site}\n"), user);
        site_file(&folder, "large", &"0123456789abcdef".repeat(16 * 1024), user);
    }
    configure(root.path(), lines);
    root
}

/// A file that only its site's user may read.
fn site_file(folder: &Path, name: &str, text: &str, user: u32) {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    chown(&file, Some(user), Some(user)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
}

pub(crate) fn configure(root: &Path, lines: &str) {
    let site = |name: &str, assign: &str| {
        format!(
            "<VirtualHost *>\nServerName {name}.test\nDocumentRoot {root}/{name}\n{assign}\n</VirtualHost>\n",
            root = root.display()
        )
    };
    let text = format!(
        "Listen 127.0.0.1:0\nPidFile httpd.pid\nErrorLog error_log\nUser #{MAIN}\nGroup #{MAIN}\n\
         ListenerUserID #{LISTENER} #{LISTENER}\nKeepAliveTimeout 300\nMaxKeepAliveRequests 0\n\
         {lines}\n{}{}{}<Location /run>\nSetHandler run\n</Location>\n",
        site("main", ""),
        site("a", &format!("AssignUserID #{A} #{A}\nErrorLog a_log")),
        site("b", &format!("AssignUserID #{B} #{B}")),
    );
    fs::write(root.join("httpd.conf"), text).unwrap();
}

/// A connection that is kept.
pub(crate) struct Client(BufReader<TcpStream>);

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) closes: bool,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn get(&mut self, host: &str, target: &str) -> Answer {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        self.answer()
    }

    pub(crate) fn send(&mut self, text: &str) {
        // A server that has gone is noticed at the answer.
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }

    /// The next answer; without a status if there is none.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = Answer { status: self.line(), ..Answer::default() };
        let mut length = 0;
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", text)) => length = text.parse().unwrap(),
                Some(("connection", text)) => answer.closes = text == "close",
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        if self.0.read_exact(&mut body).is_ok() {
            answer.body = String::from_utf8_lossy(&body).into_owned();
        }
        answer
    }

    /// It would not have to wait for an answer, or for the end.
    pub(crate) fn has_answer(&self) -> bool {
        let stream = self.0.get_ref();
        stream.set_nonblocking(true).unwrap();
        let seen = stream.peek(&mut [0]);
        stream.set_nonblocking(false).unwrap();
        seen.is_ok()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }
}

/// How long anything may take before it counts as never.
const LONGEST: Duration = Duration::from_secs(90);

/// Waits for something that must come to be.
pub(crate) fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    const PAUSE: Duration = Duration::from_millis(2);
    let deadline = Instant::now() + LONGEST;
    let (_nobody_sends, never) = mpsc::channel::<()>();
    while !is() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        // The processor is for those who are waited for.
        let _ = never.recv_timeout(PAUSE);
    }
}
