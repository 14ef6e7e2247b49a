//! Which sections a request meets, in which order: asked of the built httpd and of Debian's apache2, with the same
//! configuration over the same documents. Both must answer every request with the same header fields.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Completion, Failed};

use super::Test;
use crate::client::{Answer, Client};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program, free_port};
use crate::wait::wait_for;

pub(super) const TESTS: &[Test] = &[("the-same-header-fields-as-apache2", same_fields)];

const APACHE: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";
/// What the configuration needs, the same of both.
const NEEDED: [&str; 8] = ["authz_core", "authz_host", "headers", "setenvif", "env", "alias", "dir", "mime"];

pub(crate) const SITE: &str = include_str!("../../merging/site.conf");
const DOCUMENTS: &str = include_str!("../../merging/documents.txt");
const HTACCESS: &str = include_str!("../../merging/htaccess.txt");

pub(crate) const PATHS: &[&str] = &[
    "/",
    "/index.html",
    "/index.html/info",
    "/page.css",
    "/c%20d",
    "/none",
    "/none/x",
    "/a",
    "/a/",
    "/a//",
    "/a/x.html",
    "/a/none",
    "/a/b",
    "/a/b/",
    "/a/b/x.html",
    "/a//b//x.html",
    "/a/./b/../b/x.html",
    "/a/b/y.txt",
    "/a/b/none.txt",
    "/a/b/c",
    "/a/b/c/",
    "/a/b/c/x.html",
    "/a/b/c/deep/z.gif",
    "/a/b/c/deep/",
    "/other/b/x.html",
    "/other/",
    "/all/x.html",
    "/all/sub/x.html",
    "/all/",
    "/list/x.html",
    "/auth/x.html",
    "/nonfatal/x.html",
    "/unknown/x.html",
    "/anything/x.html",
    "/broken/x.html",
    "/badif/x.html",
    "/closed/x.html",
    "/nolinks/x.html",
    "/nolinks/link.html",
    "/link/b/x.html",
    "/two/x.html",
    "/icons/x.html",
    "/icons",
    "/moved",
    "/moved/b/?q",
    "/gone",
    "/gone/x",
    "/a/b/x.html/more/info",
    "/%61/x.html",
];

/// Method, query, Host and more header fields.
pub(crate) const VARIANTS: &[(&str, &str, &str, &str)] = &[
    ("GET", "", "localhost", ""),
    ("GET", "?if", "localhost", "User-Agent: Peer/1\r\n"),
    ("HEAD", "?env=word&expr", "main.example", "X-Key: k\r\n"),
    ("GET", "", "own.example", ""),
    ("POST", "?f", "names.example", "X-Key: k\r\nContent-Length: 0\r\n"),
];

/// What two servers may say differently: what time it is, who they are, how long the pages are that they write themselves,
/// and how long a connection is kept.
const OWN: [&str; 4] = ["date", "server", "connection", "keep-alive"];

fn same_fields(program: &Program) -> Result<Completion, Failed> {
    let lacks = |name: &&str| !program.modules.contains(&format!("mod_{name}.c"));
    if let Some(name) = NEEDED.iter().find(|name| lacks(name)) {
        return Ok(Completion::ignored_with(format!("mod_{name}.c is not compiled in")));
    }
    if !Path::new(APACHE).exists() {
        return Ok(Completion::ignored_with(format!("there is no {APACHE}")));
    }
    let ground = Ground::new()?;
    lay(&ground)?;
    let site = SITE.replace("WWW", &ground.docroot().display().to_string());
    ground.configure(0, &format!("{}{site}", super::pools::of(program)?.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let apache = Apache::start(&ground, &site)?;
    let mut different = Vec::new();
    for (path, variant) in PATHS.iter().flat_map(|path| VARIANTS.iter().map(move |variant| (path, variant))) {
        let request = request(path, variant);
        let [theirs, ours] = [apache.address, httpd.address()].map(|address| ask(address, &request));
        let (theirs, ours) = (theirs?, ours?);
        if theirs != ours {
            different.push(format!(
                "{}\n{}",
                request.lines().take(3).collect::<Vec<_>>().join(" | "),
                lines(&theirs, &ours)
            ));
        }
    }
    httpd.stop()?;
    drop(apache);
    if different.is_empty() {
        return Ok(Completion::Completed);
    }
    let count = PATHS.len() * VARIANTS.len();
    Err(format!("{} of {count} requests are answered otherwise:\n{}", different.len(), different.join("\n"))
        .into())
}

pub(crate) fn lay(ground: &Ground) -> Result<(), Failed> {
    for name in DOCUMENTS.lines() {
        ground.document(name, name)?;
    }
    for part in HTACCESS.split("--- ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        ground.document(name, text)?;
    }
    symlink("x.html", ground.docroot().join("nolinks/link.html"))?;
    symlink("a", ground.docroot().join("link"))?;
    Ok(())
}

pub(crate) fn request(path: &str, (method, query, host, fields): &(&str, &str, &str, &str)) -> String {
    let query = if path.contains('?') { "" } else { query };
    format!("{method} {path}{query} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n")
}

/// Status and header fields of the answer, sorted.
fn ask(address: SocketAddr, request: &str) -> Result<Vec<String>, Failed> {
    let mut client = Client::connect(address)?;
    Ok(fields(&client.ask(request)?))
}

fn fields(answer: &Answer) -> Vec<String> {
    // Pages that a server writes itself are as long as they are.
    let is_own_page = answer.status() >= 300;
    let wanted = |line: &&String| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let of_page = is_own_page && ["content-length", "content-type"].contains(&&*name);
        !of_page && !OWN.contains(&&*name)
    };
    // A list is the same with a blank after its commas and without.
    let same = |line: &String| line.replace(", ", ",");
    let mut fields: Vec<String> = answer.head.iter().skip(1).filter(wanted).map(same).collect();
    fields.sort();
    fields.insert(0, answer.status().to_string());
    fields
}

/// The lines that are not the same.
fn lines(theirs: &[String], ours: &[String]) -> String {
    let only = |mark: char, these: &[String], those: &[String]| {
        let these = these.iter().filter(|line| !those.contains(line));
        these.map(|line| format!("  {mark} {line}\n")).collect::<Vec<_>>().concat()
    };
    only('-', theirs, ours) + &only('+', ours, theirs)
}

/// An apache2 with a configuration of its own, gone when it is dropped.
struct Apache {
    child: Child,
    address: SocketAddr,
}

impl Apache {
    /// Starts it on a port that was free a moment ago, or on another if somebody was faster.
    fn start(ground: &Ground, site: &str) -> Result<Self, Failed> {
        for _ in 0..4 {
            if let Ok(apache) = Self::start_on(free_port()?, ground, site) {
                return Ok(apache);
            }
        }
        Self::start_on(free_port()?, ground, site)
    }

    /// Starts it, and waits until it can be reached.
    fn start_on(port: u16, ground: &Ground, site: &str) -> Result<Self, Failed> {
        let file = ground.root().join("conf/apache2.conf");
        fs::write(&file, base(ground, port) + site)?;
        let mut command = Command::new(APACHE);
        command.args(["-D", "FOREGROUND", "-f"]).arg(file);
        // It ends its whole group with itself.
        command.process_group(0);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut apache = Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) };
        wait_for("apache2", || match apache.child.try_wait() {
            Ok(None) => TcpStream::connect(apache.address).ok().map(|_| Ok(())),
            ended => {
                Some(Err(format!("apache2 did not start: {ended:?}: {}", ground.log("apache2_error_log"))))
            }
        })??;
        Ok(apache)
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let ask = || {
            os::process::Pid::new(self.child.id().cast_signed())
                .map(|pid| os::process::kill(pid, os::signal::Signal::Term))
        };
        if ask().is_none_or(|asked| asked.is_err())
            || wait_for("apache2's end", || self.child.try_wait().transpose()).is_err()
        {
            let _ = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}

/// What both have besides the site.
fn base(ground: &Ground, port: u16) -> String {
    let root = ground.root().display();
    let modules = ["mpm_prefork"].iter().chain(&NEEDED);
    let modules = modules
        .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
        .collect::<Vec<_>>()
        .concat();
    let user = if ground.is_roots() { "User #65534\nGroup #65534\n" } else { "" };
    format!(
        "ServerRoot \"{root}\"\nListen 127.0.0.1:{port}\nServerName localhost\nDocumentRoot \"{root}/htdocs\"\n\
         PidFile logs/apache2.pid\nErrorLog logs/apache2_error_log\nDefaultRuntimeDir logs\nMutex posixsem\n\
         StartServers 2\n{modules}{user}TypesConfig conf/mime.types\n\
         <Directory \"/\">\n    Require all granted\n</Directory>\n"
    )
}
