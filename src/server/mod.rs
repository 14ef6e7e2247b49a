//! What a running server is made of: a [`Generation`] of the configuration with its [`vhost`]s, the
//! sockets it listens on ([`listen`]), its [`log`]s, the [`pace`] that it asks of clients, and the [`scoreboard`] that
//! children write.

pub(crate) mod disk;
pub mod generation;
pub mod listen;
pub mod log;
pub mod log_format;
pub mod pace;
pub mod proxied;
pub mod scoreboard;
pub(crate) mod syslog;
pub mod territory;
pub mod thread;
pub(crate) mod turn;
pub mod vhost;
pub(crate) mod watch;

pub use generation::Generation;
pub use thread::ServingThread;
pub use vhost::Vhost;

use crate::core_module::ServerTokens;

/// What the server says of itself where `ServerTokens` asks for so much.
pub fn banner(tokens: ServerTokens) -> String {
    const NAME: &str = "Weir";
    const MAJOR: &str = env!("CARGO_PKG_VERSION_MAJOR");
    const MINOR: &str = env!("CARGO_PKG_VERSION_MINOR");
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    match tokens {
        ServerTokens::Full | ServerTokens::Os => format!("{NAME}/{VERSION} (Unix)"),
        ServerTokens::Minimal => format!("{NAME}/{VERSION}"),
        ServerTokens::Minor => format!("{NAME}/{MAJOR}.{MINOR}"),
        ServerTokens::Major => format!("{NAME}/{MAJOR}"),
        ServerTokens::Prod => NAME.to_owned(),
    }
}
