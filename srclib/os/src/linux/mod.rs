//! What Linux has. `portable/` has the same rooms with the same faces.

pub(crate) mod channel;
pub(crate) mod file;
pub(crate) mod lacking;
pub(crate) mod poller;
pub(crate) mod process;
pub(crate) mod signal;
pub(crate) mod socket;
pub(crate) mod user;
pub(crate) mod watch;
