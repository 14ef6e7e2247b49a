//! The MPM perchild: each user's virtual hosts are served by processes of that user.
//!
//! One process, the [`listener`], takes all connections. It looks at the first bytes of each without taking them and passes the
//! socket to a process of the user whose virtual host they are for. It serves nobody, is no site's user, and reads no file.
//! A [`pool`]'s process becomes its user before it sees the first byte. Where a kept connection's next request is for another user's virtual host, the
//! socket goes back to the listener with what was read. Logs that several users share are written by the [`scribe`].
//!
//! [`plan`] says who serves what as whom, [`settings`] are the directives, `parent` brings them together, [`message`] is what listener and
//! pools say to each other. docs/perchild.md has the whole, and what it is good for.

#[cfg(test)]
#[path = "tests/server/facts.rs"]
mod facts;
mod lanes;
mod listener;
mod message;
mod parent;
pub mod plan;
mod pool;
mod scribe;
pub mod settings;

use std::io;

use httpd::mpm::{Count, Ended, Mpm, Server, Traits};
use httpd::os::user;
use httpd::prelude::*;
use httpd::server::Generation;

pub use parent::Parent;
use settings::{Limits, PerchildConfig};

/// The module.
pub static MODULE: Perchild = Perchild;

/// mpm_perchild.
pub struct Perchild;

impl Module for Perchild {
    const NAME: &'static str = "mpm_perchild_module";
    type Config = PerchildConfig;

    const DIRECTIVES: &'static [Directive<PerchildConfig>] = settings::ROWS;

    fn hooks(&self, hooks: &mut Hooks<'_, PerchildConfig>) {
        hooks.check_config(|_, config| Limits::of(config).1);
        hooks.run_config(show);
        hooks.post_config(parent::check);
    }
}

impl Mpm for Perchild {
    const TRAITS: Traits =
        Traits { name: "perchild", threaded: Count::Dynamic, forked: Count::Static, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.supervise(Parent::new)
    }
}

/// The last of what a process gives up that serves no site: not even a program that it starts could gain a right.
fn harden() -> io::Result<()> {
    user::never_gain_rights()?;
    user::set_dumpable(false)?;
    if user::is_root() || user::has_capabilities()? {
        return Err(io::Error::other("the listener has still some of root's rights: is mod_unixd there?"));
    }
    Ok(())
}

/// The numbers, and who serves as whom.
fn show(generation: &Generation, config: &PerchildConfig) -> Vec<(&'static str, String)> {
    let mut lines = Limits::of(config).0.lines();
    lines.extend(Parent::new(generation).lines());
    lines
}
