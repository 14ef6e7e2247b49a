//! Mutex: the words that Apache takes.

use crate::config::values::one_of;
use crate::config::{Complaint, Here};

/// Mechanisms that need no place.
const BARE: [&str; 8] = ["default", "none", "flock", "fcntl", "pthread", "sysvsem", "posixsem", "sem"];
/// Mechanisms that may have a directory for their files.
const WITH_DIRECTORY: [&str; 3] = ["file", "flock", "fcntl"];

/// The locks of Apache and its modules, that lines may be about.
const LOCKS: [&str; 16] = [
    "authn-socache",
    "authdigest-client",
    "authdigest-opaque",
    "cache-socache",
    "default",
    "ldap-cache",
    "lua-ivm-shm",
    "md-global",
    "mpm-accept",
    "proxy",
    "proxy-balancer-shm",
    "rewrite-map",
    "ssl-cache",
    "ssl-stapling",
    "ssl-stapling-refresh",
    "watchdog-callback",
];

/// `Mutex mechanism[:directory] [name ...] [OmitPID]`
pub(super) fn check(words: &[&str], here: &mut Here<'_>) -> Result<(), Complaint> {
    let (mechanism, names) = words.split_first().unwrap_or((&"default", &[]));
    read_mechanism(mechanism, here)?;
    if mechanism.eq_ignore_ascii_case("none") && names.iter().all(|name| is_omit_pid(name)) {
        return Err(Complaint::new("none is not allowed for all locks at once").argument(0));
    }
    let unknown = names
        .iter()
        .position(|name| !is_omit_pid(name) && !LOCKS.contains(&name.to_ascii_lowercase().as_str()));
    match unknown {
        Some(place) => Err(Complaint::new(format!("no lock is called {}", names[place]))
            .argument(place + 1)
            .hint(format!("a lock is {}", one_of(&LOCKS)))),
        None => Ok(()),
    }
}

fn is_omit_pid(name: &str) -> bool {
    name.eq_ignore_ascii_case("OmitPID")
}

fn read_mechanism(text: &str, here: &Here<'_>) -> Result<(), Complaint> {
    let (name, directory) = text.split_once(':').map_or((text, None), |(name, path)| (name, Some(path)));
    let known: &[&str] = if directory.is_some() { &WITH_DIRECTORY } else { &BARE };
    if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Err(Complaint::new(format!("Mutex does not know the mechanism {text}"))
            .argument(0)
            .hint(format!("a mechanism is {}, the files' ones with :directory behind them", one_of(&BARE))));
    }
    match directory.map(|directory| here.server_path(directory)) {
        Some(path) if !path.is_dir() => {
            Err(Complaint::new(format!("{} is not a directory", path.display())).argument(0))
        }
        _ => Ok(()),
    }
}
