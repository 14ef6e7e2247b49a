//! How many descriptors this process and its children may have open.

use std::io;
use std::mem::MaybeUninit;

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
    let limit = get()?;
    Ok(Limit { soft: limit.rlim_cur as _, hard: limit.rlim_max as _ })
}

/// Lets this process, and those it will fork, open as many as it may; returns what now holds.
pub fn raise_open_files() -> io::Result<Limit> {
    let mut limit = get()?;
    if limit.rlim_cur < limit.rlim_max {
        limit.rlim_cur = limit.rlim_max;
        set(&limit)?;
    }
    open_files()
}

/// By libc, for nix has it not on every system.
fn get() -> io::Result<libc::rlimit> {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: getrlimit writes one rlimit where it is told.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, limit.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it has said that it did.
    Ok(unsafe { limit.assume_init() })
}

fn set(limit: &libc::rlimit) -> io::Result<()> {
    // SAFETY: setrlimit only reads the rlimit that it is given.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
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
