//! The MPM single: this very process serves, one connection after the other. It is for tests of what is not an
//! MPM's, and the smallest MPM there can be.

use std::io;

use httpd::mpm::{Acceptor, Child, Count, Ended, Mpm, Orders, Pool, Role, Seen, Server, Traits};
use httpd::prelude::*;
use httpd::server::scoreboard::State;
use httpd::server::{Generation, ServingThread};

/// The module.
pub static MODULE: Single = Single;

/// mpm_single.
pub struct Single;

impl Module for Single {
    const NAME: &'static str = "mpm_single_module";
    type Config = ();
}

impl Mpm for Single {
    const TRAITS: Traits = Traits { name: "single", threaded: Count::No, forked: Count::No, is_async: false };

    fn run(&self, server: Server) -> io::Result<Ended> {
        server.alone(|_| Alone)
    }
}

/// A pool of nobody but this process.
struct Alone;

impl Pool for Alone {
    fn threads(&self) -> usize {
        1
    }

    fn limit(&self) -> usize {
        1
    }

    fn first(&self, _serving: usize) -> Vec<Role> {
        vec![Role::default()]
    }

    fn tick(&mut self, _seen: &[Seen], _generation: &Generation) -> Orders {
        Orders::default()
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        child.init()?;
        let runtime = ServingThread::runtime()?;
        let thread = child.serving_thread();
        child.hear_inside(&runtime);
        let mut acceptor = Acceptor::new(child)?;
        thread.slot.set_state(State::Ready);
        child.ready()?;
        while let Some((stream, peer)) = acceptor.accept()? {
            runtime.block_on(thread.serve(stream, peer));
        }
        Ok(())
    }
}
