//! The operating system: processes, signals, users, shared memory, sockets, waiting, files.
//!
//! Everything above this crate is safe code and names none of nix, libc and socket2. Each room has a small
//! safe face; what only some systems can do is chosen here, once, and nowhere else: `linux/` where the kernel
//! has it, `portable/` with plain POSIX everywhere else, `beos/` for what Haiku lacks of that.
//!
//! | room | what it is for |
//! |---|---|
//! | [`process`] | fork, wait, kill, sessions, standard descriptors, times |
//! | [`signal`] | names and numbers, masks, dispositions, a queue to poll |
//! | [`channel`] | the control channel between a parent and one child |
//! | [`user`] | users and groups, giving up root |
//! | [`memory`] | words shared by parent and children |
//! | [`socket`] | listening, accepting, closing the door |
//! | [`poller`] | waiting for several descriptors, waking a thread |
//! | [`file`](mod@file) | opening, looking, sending, replacing |
//! | [`library`] | code from files, opened while the process runs |
//! | [`net`] | names of hosts and addresses |
//! | [`watch`] | being told of names that come to directories and go |
//! | [`notify`] | telling the service manager |
//! | [`terminal`] | asking a person for a password |
//! | [`limits`] | how many descriptors there may be |

pub mod channel;
pub mod file;
pub mod library;
pub mod limits;
pub mod memory;
pub mod net;
pub mod notify;
pub mod poller;
pub mod process;
pub mod signal;
pub mod socket;
pub mod terminal;
pub mod user;
pub mod watch;

#[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
#[cfg_attr(target_os = "haiku", path = "beos/mod.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "haiku")), path = "portable/mod.rs")]
mod host;

// Plain POSIX is compiled for the tests of Linux too, or nobody here would ever run it.
#[cfg(all(test, target_os = "linux"))]
#[expect(dead_code, reason = "what only says no has no test")]
mod portable;

/// Whether this is a build with the checks of debug builds: it is a slow one.
pub const fn has_debug_checks() -> bool {
    cfg!(debug_assertions)
}
