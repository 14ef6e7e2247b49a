//! From a configuration to a running server: the way into the background, the sockets, the logs, and what
//! others know the server by.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use super::notify::Notify;
use super::pidfile::{Found, PidFile};
use super::ready::{self, Ready, Side, detach};
use super::reload::{Heritage, listen};
use super::supervise::{Parent, Watch};
use super::{AnyMpm, Ended, Pool};
use crate::config::report;
use crate::error::{ConfError, System};
use crate::facts::Build;
use crate::log;
use crate::server::Generation;
use crate::server::listen::Listeners;

/// Reads the configuration anew, for the generation of that number.
pub type Reload = Box<dyn Fn(u64) -> Result<Generation, Vec<ConfError>>>;

/// What a server is started with.
pub struct Start {
    /// The program.
    pub build: &'static Build,
    /// The first generation; its logs are not open yet.
    pub generation: Generation,
    /// How the next is made.
    pub reload: Reload,
    /// Stay in front of whoever started it (`-D FOREGROUND`).
    pub foreground: bool,
    /// Into the background, but keep the terminal's session (`-D NO_DETACH`).
    pub no_detach: bool,
    /// Serve in this very process (`-X`, `-D ONE_PROCESS`); implies `foreground`.
    pub one_process: bool,
}

/// Starts the server and serves until it is told to end. In the background it returns when the server answers, or with
/// the reason why it does not.
pub(crate) fn start(mpm: &'static dyn AnyMpm, start: Start) -> ExitCode {
    match begin(start) {
        Ok(Begun::Starter(code)) => code,
        Ok(Begun::Server(server)) => match mpm.serve(*server) {
            Ok(_) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(Told) => ExitCode::FAILURE,
    }
}

enum Begun {
    Starter(ExitCode),
    Server(Box<Server>),
}

/// An error whose reader has read it.
struct Told;

fn begin(start: Start) -> Result<Begun, Told> {
    let program = start.build.facts.program_name;
    let tell = |error: io::Error| {
        eprintln!("{program}: {}", System(&error));
        Told
    };
    // The service manager's sockets carry this process's number: they are taken before anything is forked.
    let inherited = Listeners::inherited().map_err(tell)?;
    let mut ready = if start.foreground || start.one_process {
        Ready::in_foreground(program)
    } else {
        match detach(program, !start.no_detach).map_err(tell)? {
            Side::Starter(code) => return Ok(Begun::Starter(code)),
            Side::Server(ready) => ready,
        }
    };
    // More descriptors are better, and fewer no reason not to serve.
    let _ = os::limits::raise_open_files();
    match open(&start.generation, &inherited) {
        Ok(listeners) => Ok(Begun::Server(Box::new(Server::new(start, listeners, ready)))),
        Err(error) => {
            ready.failed(&report(&[error]));
            Err(Told)
        }
    }
}

fn open(generation: &Generation, inherited: &Listeners) -> Result<Listeners, ConfError> {
    let listeners = listen(inherited, generation)?;
    generation.logs.open()?;
    for unused in inherited.without(&listeners).iter() {
        log!(*generation, Warn, AH20101, "LISTEN_FDS has {}, which no Listen line names", unused.local());
    }
    Ok(listeners)
}

/// A server that is about to run: all that an MPM may call.
pub struct Server {
    generation: Arc<Generation>,
    listeners: Listeners,
    reload: Reload,
    outside: Outside,
    one_process: bool,
}

impl Server {
    fn new(start: Start, listeners: Listeners, ready: Ready) -> Self {
        let pid_file = PidFile::new(start.generation.main().configs.core().mpm().pid_file());
        let outside = Outside { ready, notify: Notify::from_environment(), pid_file };
        Self {
            generation: Arc::new(start.generation),
            listeners,
            reload: start.reload,
            outside,
            one_process: start.one_process,
        }
    }

    /// The generation to begin with.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// Forks the children that `make` wants for each generation, and looks after them until the server is told
    /// to end. With `-X` it is [`alone`](Self::alone).
    pub fn supervise<P: Pool>(self, make: fn(&Generation) -> P) -> io::Result<Ended> {
        let alone = self.one_process;
        self.look_after(make, alone)
    }

    /// Serves each generation in this very process, by a thread and those that it starts, until the server is told to
    /// end. Of the children that `make` wants there is one.
    pub fn alone<P: Pool>(self, make: fn(&Generation) -> P) -> io::Result<Ended> {
        self.look_after(make, true)
    }

    fn look_after<P: Pool>(self, make: fn(&Generation) -> P, alone: bool) -> io::Result<Ended> {
        let pool = make(&self.generation);
        let Self { generation, listeners, reload, mut outside, .. } = self;
        let begin = || {
            let first = Heritage::first(Arc::clone(&generation), listeners, pool)?;
            let watch = Watch::new(alone)?;
            if alone {
                // As long as it may: the first child gives up the rights that this may need.
                outside.enter(&generation)?;
            }
            Ok((first, watch))
        };
        match begin() {
            Ok((first, watch)) => {
                // Kept here, it would outlive its children, and its logs' programs with it.
                drop(generation);
                Parent::new(first, watch, reload, make, outside).run()
            }
            Err(error) => {
                outside.refuse(&generation, &error);
                Err(error)
            }
        }
    }
}

/// What others know the server by: whoever started it, the service manager, the pid file.
#[derive(Debug)]
pub(super) struct Outside {
    ready: Ready,
    notify: Notify,
    pid_file: PidFile,
}

impl Outside {
    /// Writes the pid file.
    pub(super) fn enter(&self, generation: &Generation) -> io::Result<()> {
        let path = self.pid_file.path().display();
        if let Found::Stale(pid) = self.pid_file.look() {
            log!(*generation, Warn, AH00098, "{path} is of process {pid}, which did not end in order");
        }
        self.pid_file.write().map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{}: AH00099: could not write the pid file {path}", System(&error)),
            )
        })
    }

    /// The server answers: for the first time, after a reload, or after one that failed. `new` are the sockets
    /// that it did not have before.
    pub(super) fn ready(&mut self, generation: &Generation, new: &Listeners) -> io::Result<()> {
        for bound in new.iter().filter(|bound| bound.asked().port() == 0) {
            self.ready.remark(format_args!("listening on {}", bound.local()));
            log!(*generation, Notice, AH20103, "listening on {}", bound.local());
        }
        self.notify.ready();
        if !self.ready.is_foreground() {
            // What programs and panics write is not lost with the terminal.
            generation.main().error_log.take_standard_error()?;
        }
        self.ready.done()
    }

    /// In a child of a server in the background: it was perhaps born before its parent left the starter's terminal, and
    /// whoever reads there waits for all to leave.
    pub(super) fn leave_terminal(&self, generation: &Generation) -> io::Result<()> {
        if self.ready.is_foreground() {
            return Ok(());
        }
        generation.main().error_log.take_standard_error()?;
        ready::leave_terminal()
    }

    pub(super) fn reloading(&self) {
        self.notify.reloading();
    }

    pub(super) fn stopping(&self) {
        self.notify.stopping();
    }

    pub(super) fn status(&mut self, line: String) {
        self.notify.status(line);
    }

    /// Removes the pid file: the server has ended. Where that fails, after rights were given up, the next start finds a
    /// stale one and says so.
    pub(super) fn leave(&self) {
        let _ = self.pid_file.remove();
    }

    /// The server ends, or never came to answer, because of this.
    pub(super) fn refuse(&mut self, generation: &Generation, error: &io::Error) {
        log!(*generation, Crit, AH20104, "the server ends: {}", System(error));
        self.ready.failed(&error.to_string());
    }
}
