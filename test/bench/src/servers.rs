//! The servers: how each is started, and gone when its turn is over.

use std::env;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use httpd_test::httpd::free_port;
use httpd_test::wait::wait_for;
use os::process::Pid;
use os::signal::Signal;

use crate::Failure;
use crate::load::Work;
use crate::site::Site;

const NGINX: &str = "/usr/sbin/nginx";
const APACHE: &str = "/usr/sbin/apache2";
const APACHE_MODULES: &str = "/usr/lib/apache2/modules";

/// Who is compared. nginx comes twice: what is best for large files is not best for small ones and short connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    Weir,
    /// With sendfile.
    Nginx,
    /// Without it, and with connections that are accepted once their request is there.
    NginxCopy,
    Apache,
    /// No server: what the kernel alone costs.
    Floor,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Weir => "weir",
            Self::Nginx => "nginx",
            Self::NginxCopy => "nginx-copy",
            Self::Apache => "apache",
            Self::Floor => "floor",
        }
    }

    /// The floor has one answer and no configuration.
    pub(crate) fn can(self, work: Work) -> bool {
        self != Self::Floor || work == Work::Small
    }

    /// The server's command, for a port of 127.0.0.1.
    fn command(self, site: &Site, port: u16, contest: &Contest) -> Result<Command, Failure> {
        let name = self.name();
        let (program, arguments) = match self {
            Self::Weir => {
                let conf = site.httpd_conf(name, port, &contest.mpm, "")?;
                (contest.httpd.clone(), vec!["-D".into(), "FOREGROUND".into(), "-f".into(), conf])
            }
            Self::Nginx => {
                let conf = site.nginx_conf(name, port, "sendfile on; tcp_nopush on;", "")?;
                (NGINX.into(), vec!["-c".into(), conf])
            }
            Self::NginxCopy => {
                let conf = site.nginx_conf(name, port, "sendfile off;", " deferred")?;
                (NGINX.into(), vec!["-c".into(), conf])
            }
            Self::Apache => {
                let mpm = apache_mpm(&contest.mpm);
                let conf = site.httpd_conf(name, port, mpm, &apache_modules(mpm))?;
                (APACHE.into(), vec!["-DFOREGROUND".into(), "-f".into(), conf])
            }
            Self::Floor => (env::current_exe()?, vec!["--floor".into(), port.to_string()]),
        };
        let mut command = Command::new(program);
        command.args(arguments);
        if matches!(self, Self::Apache) {
            // Under prefork it ends all of its process group, which would be ours.
            command.process_group(0);
        }
        Ok(command)
    }
}

/// One program against the others.
pub(crate) struct Contest {
    pub(crate) httpd: PathBuf,
    /// Its MPM; Apache gets the same.
    pub(crate) mpm: String,
}

impl Contest {
    /// Where an idle connection holds a process or a thread, there are not enough of these for all.
    pub(crate) fn can(&self, work: Work) -> bool {
        work != Work::Idle || self.mpm == "event"
    }

    /// Those that are installed here.
    pub(crate) fn present(&self) -> Vec<Peer> {
        let known = [
            (Peer::Weir, self.httpd.as_path()),
            (Peer::Nginx, Path::new(NGINX)),
            (Peer::NginxCopy, Path::new(NGINX)),
            (Peer::Apache, Path::new(APACHE)),
            (Peer::Floor, Path::new("/")),
        ];
        for (peer, program) in known.iter().filter(|(_, program)| !program.exists()) {
            eprintln!("{} is left out: there is no {}", peer.name(), program.display());
        }
        known.iter().filter(|(_, program)| program.exists()).map(|(peer, _)| *peer).collect()
    }
}

/// Apache has no others; worker is the nearest.
fn apache_mpm(mpm: &str) -> &str {
    if matches!(mpm, "prefork" | "worker" | "event") { mpm } else { "worker" }
}

fn apache_modules(mpm: &str) -> String {
    let mpm = format!("mpm_{mpm}");
    let line = |name: &&str| format!("LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n");
    [&mpm, "authz_core", "mime", "dir"].iter().map(line).collect::<Vec<_>>().concat()
}

/// A server at work.
pub(crate) struct Running {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Starts it, and waits until it takes connections.
    pub(crate) fn start(peer: Peer, site: &Site, contest: &Contest) -> Result<Self, Failure> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let said = site.root().join(format!("{}.said", peer.name()));
        let mut command = peer.command(site, address.port(), contest)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said)?);
        let mut running = Self { process: command.spawn()?, address };
        let taken = wait_for(peer.name(), || {
            let ended = running.process.try_wait().ok().flatten().is_some();
            (ended || connects(address).is_ok()).then_some(!ended)
        });
        match taken {
            Ok(true) => Ok(running),
            _ => Err(format!("{} did not start: {}", peer.name(), std::fs::read_to_string(said)?).into()),
        }
    }

    /// The number of its first process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

fn connects(address: SocketAddr) -> io::Result<TcpStream> {
    TcpStream::connect_timeout(&address, Duration::from_millis(200))
}

impl Drop for Running {
    fn drop(&mut self) {
        let asked = Pid::new(self.pid().cast_signed()).map(|pid| os::process::kill(pid, Signal::Term));
        let ended = wait_for("a server's end", || self.process.try_wait().transpose());
        if asked.is_none() || ended.is_err() {
            // It is the only one that is not gone already.
            let _ = self.process.kill().and_then(|()| self.process.wait());
        }
    }
}
