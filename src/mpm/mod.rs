//! The Multi-Processing Module: exactly one in a program, it binds, forks, accepts and dispatches.

use std::io;

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
