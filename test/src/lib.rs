//! The runner of `*.t` cases, and the tests that watch a built httpd's processes. `test/README.md` is for those
//! who write them.

pub mod case;
pub mod client;
pub mod expect;
pub mod ground;
pub mod talk;
pub mod wait;
