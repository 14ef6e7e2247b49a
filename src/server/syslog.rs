//! The system's log: datagrams of RFC 3164 to a local socket, as syslog(3) sends them.

use std::fmt;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Zoned;

use super::log::Level;
use crate::config::values::one_of;

/// Where the system's log listens.
const SOCKET: &str = "/dev/log";

/// What lines are sent as if nobody says: Apache's choice.
const FACILITY: &str = "local7";
const TAG: &str = "httpd";

/// How long a line may wait for a log that is busy, before it is lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// The names of facilities with their codes (RFC 3164, 4.1.1); of two names for one the usual is the first.
const FACILITIES: [(&str, u8); 22] = [
    ("kern", 0),
    ("user", 1),
    ("mail", 2),
    ("daemon", 3),
    ("auth", 4),
    ("security", 4),
    ("syslog", 5),
    ("lpr", 6),
    ("news", 7),
    ("uucp", 8),
    ("cron", 9),
    ("authpriv", 10),
    ("ftp", 11),
    ("mark", 15),
    ("local0", 16),
    ("local1", 17),
    ("local2", 18),
    ("local3", 19),
    ("local4", 20),
    ("local5", 21),
    ("local6", 22),
    ("local7", 23),
];

/// A name under which lines reach the system's log. Processes that come by a fork share the connection.
pub(crate) struct Syslog {
    name: String,
    facility: u8,
    tag: String,
    path: PathBuf,
    socket: Mutex<Option<UnixDatagram>>,
}

impl PartialEq for Syslog {
    fn eq(&self, other: &Self) -> bool {
        (self.facility, &self.tag) == (other.facility, &other.tag)
    }
}

impl Eq for Syslog {}

impl fmt::Debug for Syslog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Syslog({})", self.name)
    }
}

impl Syslog {
    /// Whether `ErrorLog` means the system's log by this name.
    pub(crate) fn is_meant(name: &str) -> bool {
        name == "syslog" || name.starts_with("syslog:")
    }

    /// `syslog[:facility[:tag]]`; either part may be empty. A facility that is not known is the usual one.
    pub(crate) fn named(name: &str) -> Self {
        Self::at(Path::new(SOCKET), name)
    }

    fn at(path: &Path, name: &str) -> Self {
        let [facility, tag] = parts(name);
        let code = |name| FACILITIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, facility) = facility.and_then(code).or_else(|| code(FACILITY)).unwrap_or(&FACILITIES[0]);
        Self {
            name: name.to_owned(),
            facility: *facility,
            tag: tag.unwrap_or(TAG).to_owned(),
            path: path.to_owned(),
            socket: Mutex::default(),
        }
    }

    /// What to say of a name with a facility that is not known.
    pub(crate) fn complaint(name: &str) -> Option<String> {
        let [facility, _] = parts(name);
        let names = FACILITIES.map(|(name, _)| name);
        let unknown =
            facility.filter(|facility| !names.iter().any(|name| name.eq_ignore_ascii_case(facility)))?;
        let known = one_of(&names);
        Some(format!("ErrorLog: '{unknown}' is not {known}: lines go to the facility {FACILITY}"))
    }

    /// The name as it was given.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Sends a line. One that nobody takes is lost, and the next one tries anew: the log may have been restarted.
    pub(crate) fn write(&self, level: Level, line: &str) {
        let severity = (level as u8).min(Level::Debug as u8);
        let (priority, now) = (self.facility << 3 | severity, Zoned::now().strftime("%b %e %H:%M:%S"));
        let datagram = format!("<{priority}>{now} {}[{}]: {line}", self.tag, std::process::id());
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        if send(socket.as_ref(), &datagram).is_err() {
            *socket = connect(&self.path).ok();
            let again = send(socket.as_ref(), &datagram);
            socket.take_if(|_| again.is_err());
        }
    }
}

fn connect(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.connect(path)?;
    Ok(socket)
}

fn send(socket: Option<&UnixDatagram>, datagram: &str) -> io::Result<()> {
    socket.ok_or(io::ErrorKind::NotConnected)?.send(datagram.as_bytes()).map(drop)
}

/// Facility and tag.
fn parts(name: &str) -> [Option<&str>; 2] {
    let mut parts = name.splitn(3, ':').skip(1);
    [(); 2].map(|()| parts.next().filter(|part| !part.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 512];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    #[test]
    fn lines_have_priority_time_and_tag() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = UnixDatagram::bind(&path).unwrap();
        let pid = std::process::id();
        for (name, level, begin, tag) in [
            ("syslog", Level::Error, "<187>", "httpd"),
            ("syslog:DAEMON", Level::Trace8, "<31>", "httpd"),
            ("syslog:user:shop", Level::Emerg, "<8>", "shop"),
            ("syslog::a:b", Level::Info, "<190>", "a:b"),
            ("syslog:none:a", Level::Info, "<190>", "a"),
        ] {
            Syslog::at(&path, name).write(level, "AH00128: gone");
            let line = received(&log);
            assert!(line.starts_with(begin), "{line}");
            assert!(line.ends_with(&format!(" {tag}[{pid}]: AH00128: gone")), "{line}");
            let time = &line[begin.len()..begin.len() + 15];
            assert!(jiff::fmt::strtime::parse("%b %e %H:%M:%S", time).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_log_that_comes_back_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let syslog = Syslog::at(&path, "syslog");
        syslog.write(Level::Error, "nobody listens yet");
        for text in ["one", "two"] {
            let log = UnixDatagram::bind(&path).unwrap();
            syslog.write(Level::Error, text);
            assert!(received(&log).ends_with(text));
            drop(log);
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn unknown_facilities_are_told() {
        let said = Syslog::complaint("syslog:demon:tag").unwrap();
        assert!(said.starts_with("ErrorLog: 'demon' is not kern, user, "), "{said}");
        assert_eq!(Syslog::named("syslog:demon:tag"), Syslog::named("syslog:local7:tag"));
        for good in ["syslog", "syslog:", "syslog:Daemon", "syslog::tag"] {
            assert_eq!(Syslog::complaint(good), None, "{good}");
        }
        assert!(!Syslog::is_meant("syslogs") && Syslog::is_meant("syslog:"));
    }
}
