//! `httpd -k`: telling a running server what to do, by its pid file.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use os::poller::Poller;
use os::process::{self, Pid};
use os::signal::Signal;

use super::pidfile::{Found, look};

/// What `-k` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Start, unless it runs.
    Start,
    /// Stop at once.
    Stop,
    /// Restart at once; start, if it does not run.
    Restart,
    /// Restart without cutting a request; start, if it does not run.
    Graceful,
    /// Stop without cutting a request.
    GracefulStop,
}

/// Every action with its name and the signal that asks a running server for it.
const ACTIONS: [(Action, &str, Option<Signal>); 5] = [
    (Action::Start, "start", None),
    (Action::Stop, "stop", Some(Signal::Term)),
    (Action::Restart, "restart", Some(Signal::Hup)),
    (Action::Graceful, "graceful", Some(Signal::Usr1)),
    (Action::GracefulStop, "graceful-stop", Some(Signal::Winch)),
];

impl Action {
    /// The action of that name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The names of all actions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ACTIONS.iter().map(|row| row.1)
    }

    fn signal(self) -> Option<Signal> {
        ACTIONS.iter().find(|row| row.0 == self).and_then(|row| row.2)
    }

    fn starts(self) -> bool {
        matches!(self, Self::Start | Self::Restart | Self::Graceful)
    }
}

/// What is left to do.
#[derive(Debug)]
pub enum Controlled {
    /// Nothing: the program ends with this.
    Done(ExitCode),
    /// To start the server: none runs.
    Start,
}

/// Does what `-k` asks for. `program` is the name to print. A stop returns when the server has ended, or
/// fails when it does not within the time that it gives its own children.
pub fn control(action: Action, pid_file: &Path, program: &str) -> Controlled {
    let found = look(pid_file);
    let Found::Running(pid) = found else {
        match (action, found) {
            (Action::Start, _) => {}
            (_, Found::Stale(pid)) => say(program, &format!("(pid {pid}?) not running")),
            _ => say(program, "(no pid file) not running"),
        }
        return if action.starts() { Controlled::Start } else { Controlled::Done(ExitCode::SUCCESS) };
    };
    let Some(signal) = action.signal() else {
        say(program, &format!("(pid {pid}) already running"));
        return Controlled::Done(ExitCode::SUCCESS);
    };
    if let Err(error) = process::kill(pid, signal) {
        eprintln!(
            "{program}: could not send {} to process {pid}: {}",
            signal.name(),
            crate::error::System(&error)
        );
        return Controlled::Done(ExitCode::FAILURE);
    }
    if action == Action::Stop && !ended(pid, pid_file) {
        eprintln!("{program}: (pid {pid}) was told to stop and still runs");
        return Controlled::Done(ExitCode::FAILURE);
    }
    Controlled::Done(ExitCode::SUCCESS)
}

fn say(program: &str, text: &str) {
    println!("{program} {text}");
}

/// Longer than a parent gives its children.
const PATIENCE: Duration = Duration::from_secs(15);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Waits until the server's pid file is gone, which is its last act, or another's.
fn ended(pid: Pid, pid_file: &Path) -> bool {
    let deadline = Instant::now() + PATIENCE;
    // Another's child cannot be waited for: all that is left is to look again.
    let Ok(nothing) = Poller::new() else { return true };
    while look(pid_file) == Found::Running(pid) {
        if Instant::now() >= deadline || nothing.wait(Some(BETWEEN_LOOKS)).is_err() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_names() {
        for (action, name, _) in ACTIONS {
            assert_eq!(Action::named(name), Some(action));
        }
        assert_eq!(Action::named("reload"), None);
    }

    #[test]
    fn without_a_server_some_start_and_some_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("httpd.pid");
        for (action, ..) in ACTIONS {
            let starts = matches!(control(action, &file, "httpd"), Controlled::Start);
            assert_eq!(starts, action.starts(), "{action:?}");
        }
    }
}
