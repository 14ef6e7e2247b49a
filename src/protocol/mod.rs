//! The protocols that a connection can speak. This is the only code that touches a client's socket.
//!
//! | room | what it is for |
//! |---|---|
//! | [`h1`] | HTTP/1.0 and 1.1 |
//! | [`wire`] | a connection's socket, and what was read ahead of it |
//! | [`input`] | the buffer that is read into |
//! | [`deadlines`] | time-outs |
//! | [`slowness`] | how long a client may make us wait in all |
//! | [`proxied`] | what a proxy says first of a connection |
//! | [`clock`] | the time, and the `Date` field |
//! | [`pool`] | buffers and requests that are used again |
//! | [`upgrade`] | a connection that goes on with another protocol |
//! | [`caught`] | what becomes of a panic |

pub(crate) mod caught;
pub(crate) mod clock;
pub(crate) mod deadlines;
pub(crate) mod h1;
pub(crate) mod input;
pub(crate) mod pool;
mod proxied;
pub(crate) mod slowness;
mod upgrade;
pub(crate) mod wire;

pub use upgrade::{Successor, Upgraded};
