//! The Multi-Processing Module: exactly one in a program, it binds, forks, accepts and dispatches.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::module::Module;
use crate::server::Generation;

/// How many of something there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// None: the MPM does not do that.
    No,
    /// A fixed number.
    Static,
    /// A number that follows the load.
    Dynamic,
}

/// What is known of an MPM when it is compiled.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    /// The name that `httpd -V` prints: `prefork`.
    pub name: &'static str,
    /// Threads in a process.
    pub threaded: Count,
    /// Processes.
    pub forked: Count,
    /// A thread holds many connections.
    pub is_async: bool,
}

/// How a run of the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// At once, by TERM or INT.
    Stop,
    /// After the last request, by WINCH.
    GracefulStop,
}

/// A Multi-Processing Module.
pub trait Mpm: Module {
    /// What is known of it when it is compiled.
    const TRAITS: Traits;

    /// Serves until told to end.
    fn run(&self, server: &Server) -> io::Result<Ended>;
}

/// All that an MPM may call.
pub struct Server {}

/// What a `child_init` hook is told.
pub struct ChildInit<'a> {
    /// The generation that the child serves.
    pub generation: &'a Generation,
}

/// Why a serving process is to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Leave {
    /// Others serve in its place: it accepts no more, finishes its connections and leaves.
    Drain = 1,
    /// The server ends: it takes what still waits at the listeners, then as `Drain`.
    Stop = 2,
}

/// Tells the threads of a process that it drains: from then on every answer closes its connection. Clones
/// share what they know.
#[derive(Debug, Clone, Default)]
pub struct Drain(Arc<AtomicU8>);

impl Drain {
    /// The process is to leave: one relaxed load, once for each answer.
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Why it is to leave, if it is.
    pub fn why(&self) -> Option<Leave> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Leave::Drain),
            _ => Some(Leave::Stop),
        }
    }

    /// Tells all; there is no way back, and `Stop` is not weakened to `Drain`.
    pub fn begin(&self, why: Leave) {
        self.0.fetch_max(why as u8, Ordering::Relaxed);
    }
}
