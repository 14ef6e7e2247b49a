//! How many descriptors this process and its children may have open.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// A limit as getrlimit(2) gives it; without a limit both are very large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What holds now.
    pub soft: u64,
    /// How far it can be raised without root.
    pub hard: u64,
}

/// How many files, sockets and pipes this process may have open at once (RLIMIT_NOFILE).
pub fn open_files() -> io::Result<Limit> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(Limit { soft: soft as _, hard: hard as _ })
}

/// Lets this process, and those it will fork, open as many as it may; returns what now holds.
pub fn raise_open_files() -> io::Result<Limit> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    }
    open_files()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_is_as_high_as_it_may() {
        let before = open_files().unwrap();
        assert!(before.soft <= before.hard);
        assert_eq!(raise_open_files().unwrap(), Limit { soft: before.hard, hard: before.hard });
    }
}
