//! A bound on the time of a whole test: one that hangs fails, and its servers are ended.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use libtest_mimic::Failed;
use os::process::{Pid, kill};
use os::signal::Signal;

/// No test takes so long, on whatever machine.
const LONGEST: Duration = Duration::from_secs(300);

/// The test's outcome, or that there was none in time: then its servers are killed, and its thread is left to itself.
pub fn bounded<T, F>(test: F) -> Result<T, Failed>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Failed> + Send + 'static,
{
    within(LONGEST, test)
}

fn within<T, F>(limit: Duration, test: F) -> Result<T, Failed>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Failed> + Send + 'static,
{
    let (sender, outcome) = mpsc::channel();
    let worker = thread::Builder::new().spawn(move || {
        // Nobody waits for it any more if it is too late.
        let _ = sender.send(catch_unwind(AssertUnwindSafe(test)));
    })?;
    match outcome.recv_timeout(limit) {
        Ok(outcome) => outcome.unwrap_or_else(|panic| resume_unwind(panic)),
        Err(RecvTimeoutError::Timeout) => {
            end_servers_of(worker.thread().id());
            Err(format!("the test has not ended after {} s: it hangs", limit.as_secs()).into())
        }
        Err(RecvTimeoutError::Disconnected) => Err("the test ended without an outcome".into()),
    }
}

/// Who started which server that nobody has waited for yet.
static RUNNING: Mutex<Vec<(ThreadId, Pid)>> = Mutex::new(Vec::new());

/// A server of the test that runs on this thread. It is dropped when the server's end was waited for: the number may be another's then.
#[derive(Debug)]
pub struct Running(Pid);

impl Running {
    /// Counts it as this test's.
    pub fn new(pid: Pid) -> Self {
        running().push((thread::current().id(), pid));
        Self(pid)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        running().retain(|(_, pid)| *pid != self.0);
    }
}

fn running() -> MutexGuard<'static, Vec<(ThreadId, Pid)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_servers_of(test: ThreadId) {
    for (_, pid) in running().iter().filter(|(own, _)| *own == test) {
        // Its children leave when they see that it is gone.
        let _ = kill(*pid, Signal::Kill);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};

    #[test]
    fn who_is_in_time_is_let_be() {
        assert_eq!(bounded(|| Ok(7)).unwrap(), 7);
        assert!(bounded(|| Err::<(), _>("bad".into())).is_err_and(|wrong| wrong.message() == Some("bad")));
        assert!(catch_unwind(|| bounded(|| -> Result<(), Failed> { panic!("as intended") })).is_err());
    }

    #[test]
    fn who_hangs_fails() {
        let (end, never) = mpsc::channel::<()>();
        let outcome = within(Duration::from_millis(1), move || Ok(never.recv().is_err()));
        assert!(outcome.is_err_and(|wrong| wrong.message().is_some_and(|text| text.ends_with("it hangs"))));
        drop(end);
    }

    #[test]
    fn the_servers_of_a_test_are_ended() {
        let (tell, told) = mpsc::channel();
        let test = thread::spawn(move || {
            // What it reads has no end.
            let mut server = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
            let input = server.stdin.take();
            let running = Running::new(Pid::new(server.id().cast_signed()).unwrap());
            tell.send(()).unwrap();
            let ended = server.wait().unwrap();
            drop((running, input));
            ended
        });
        told.recv().unwrap();
        end_servers_of(test.thread().id());
        assert_eq!(test.join().unwrap().signal(), Some(Signal::Kill.number()));
    }
}
