//! The children of one generation, as the parent sees them: the plan is asked once a second and carried out.

use std::io;

use super::{Decision, Limits, Plan, Threads};
use crate::hooks::Hooks;
use crate::log;
use crate::module::Module;
use crate::mpm::{Child, Orders, Pool, Role, Seen};
use crate::server::Generation;

/// A pool of processes that follows the load; `S` is what each of them does.
pub struct Processes<S> {
    limits: Limits,
    plan: Plan,
    serve: S,
}

impl<S: Fn(&Child, &Limits) -> io::Result<()>> Processes<S> {
    /// As many as the directives of `M`, the MPM, ask for.
    pub fn of<M>(generation: &Generation, serve: S) -> Self
    where
        M: Module,
        M::Config: Threads,
    {
        let unset = M::Config::default();
        let config = generation.config::<M>(0).unwrap_or(&unset);
        Self { limits: Limits::of(config.settings()).0, plan: Plan::default(), serve }
    }

    /// What the plan says to what is seen.
    pub fn decide(&mut self, seen: &[Seen]) -> Decision {
        self.plan.decide(&self.limits, seen)
    }

    /// The numbers that it keeps to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// Lets `httpd -t` warn of numbers that give way to others, and `httpd -S` show those that took effect.
pub fn tell<C: Threads>(hooks: &mut Hooks<'_, C>) {
    hooks.check_config(|_, config| Limits::of(config.settings()).1);
    hooks.run_config(|_, config| Limits::of(config.settings()).0.lines());
}

impl<S: Fn(&Child, &Limits) -> io::Result<()> + 'static> Pool for Processes<S> {
    fn threads(&self) -> usize {
        self.limits.threads
    }

    fn limit(&self) -> usize {
        self.limits.processes
    }

    fn first(&self, serving: usize) -> Vec<Role> {
        vec![Role::default(); serving.clamp(self.limits.start, self.limits.processes)]
    }

    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders {
        let Decision { orders, full } = self.decide(seen);
        if let Some(busy) = full {
            log!(
                *generation,
                Error,
                AH00286,
                "{busy} of {} threads are busy and there may be no more: consider raising MaxRequestWorkers",
                self.limits.workers()
            );
        }
        orders
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        (self.serve)(child, &self.limits)
    }
}
