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

pub(crate) fn run_in_batches() -> io::Result<()> {
    if policy() != libc::SCHED_OTHER {
        return Ok(());
    }
    set_policy(libc::SCHED_BATCH)
}

/// Of this thread. By number: musl does not have these calls.
fn policy() -> libc::c_int {
    // SAFETY: the call takes nothing but 0, which is this thread.
    let policy = unsafe { libc::syscall(libc::SYS_sched_getscheduler, 0) };
    policy as libc::c_int
}

fn set_policy(policy: libc::c_int) -> io::Result<()> {
    // All that the kernel's sched_param has; musl's has more.
    let priority: libc::c_int = 0;
    // SAFETY: `priority` lives as long as the call, which only reads it.
    match unsafe { libc::syscall(libc::SYS_sched_setscheduler, 0, policy, &raw const priority) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
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

    /// The policy of a thread that had another one first.
    fn policy_after(first: libc::c_int) -> libc::c_int {
        let thread = std::thread::spawn(move || {
            set_policy(first).unwrap();
            run_in_batches().unwrap();
            policy()
        });
        thread.join().unwrap()
    }

    #[test]
    fn a_policy_that_somebody_chose_stays() {
        assert_eq!(policy_after(libc::SCHED_BATCH), libc::SCHED_BATCH);
        assert_eq!(policy_after(libc::SCHED_IDLE), libc::SCHED_IDLE);
    }

    #[test]
    fn an_ordinary_thread_runs_in_batches() {
        assert_eq!(policy_after(libc::SCHED_OTHER), libc::SCHED_BATCH);
    }

    #[test]
    fn threads_are_counted() {
        let other = std::thread::spawn(std::thread::park);
        let listed = fs::read_dir("/proc/self/task").unwrap().count();
        assert!(threads().unwrap() >= 2 && listed >= 2);
        other.thread().unpark();
        other.join().unwrap();
    }
}
