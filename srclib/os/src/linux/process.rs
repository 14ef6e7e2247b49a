//! What /proc and prctl(2) know of this process.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

/// How many threads this process has; `None` without /proc.
pub(crate) fn threads() -> Option<u64> {
    // Every directory has two links of its own, and here one more for each thread: cheaper than listing them.
    fs::metadata("/proc/self/task").ok().map(|tasks| tasks.nlink().saturating_sub(2))
}

pub(crate) fn thread_id() -> u64 {
    u64::from(nix::unistd::gettid().as_raw().unsigned_abs())
}

pub(crate) fn set_dumpable(on: bool) -> io::Result<()> {
    Ok(nix::sys::prctl::set_dumpable(on)?)
}

pub(crate) fn never_gain_rights() -> io::Result<()> {
    Ok(nix::sys::prctl::set_no_new_privs()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_counted() {
        let other = std::thread::spawn(std::thread::park);
        let listed = fs::read_dir("/proc/self/task").unwrap().count();
        assert!(threads().unwrap() >= 2 && listed >= 2);
        other.thread().unpark();
        other.join().unwrap();
    }
}
