//! Haiku, the heir of BeOS: plain POSIX, but for what [`lacking`] has not.

#[path = "../portable/channel.rs"]
pub(crate) mod channel;
#[path = "../portable/file.rs"]
pub(crate) mod file;
pub(crate) mod lacking;
#[path = "../portable/poller.rs"]
pub(crate) mod poller;
#[path = "../portable/process.rs"]
pub(crate) mod process;
#[path = "../portable/signal.rs"]
pub(crate) mod signal;
#[path = "../portable/socket.rs"]
pub(crate) mod socket;
#[path = "../portable/user.rs"]
pub(crate) mod user;
#[path = "../portable/watch.rs"]
pub(crate) mod watch;
