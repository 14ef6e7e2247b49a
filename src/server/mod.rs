//! What a running server is made of: a [`Generation`] of the configuration with its [`vhost`]s, the
//! sockets it listens on ([`listen`]), its [`log`]s, and the [`scoreboard`] that children write.

pub mod generation;
pub mod listen;
pub mod log;
pub mod scoreboard;
pub mod thread;
pub mod vhost;

pub use generation::Generation;
pub use thread::ServingThread;
pub use vhost::Vhost;
