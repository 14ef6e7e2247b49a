//! The parent's side: the plan is asked once a second and carried out.

use httpd::log;
use httpd::mpm::{Child, Orders, Pool, Role, Seen};
use httpd::server::Generation;

use crate::plan::{Limits, Plan, Remark};
use crate::{Prefork, PreforkConfig, child};

/// The children of one generation.
pub(crate) struct Parent {
    plan: Plan,
}

impl Parent {
    pub(crate) fn new(generation: &Generation) -> Self {
        let unset = PreforkConfig::default();
        let config = generation.config::<Prefork>(0).unwrap_or(&unset);
        Self { plan: Plan::new(Limits::of(config).0) }
    }
}

impl Pool for Parent {
    fn threads(&self) -> usize {
        1
    }

    fn limit(&self) -> usize {
        self.plan.limits().workers
    }

    fn first(&self, serving: usize) -> Vec<Role> {
        let count = serving.clamp(self.plan.limits().start, self.plan.limits().workers);
        vec![Role::default(); count]
    }

    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders {
        let idle: Vec<bool> = seen.iter().map(|child| child.idle > 0).collect();
        let step = self.plan.tick(&idle);
        match step.remark {
            Some(Remark::Full { idle }) => log!(
                *generation,
                Error,
                AH00161,
                "server reached MaxRequestWorkers {}, {idle} of them idle: consider raising it",
                self.limit()
            ),
            Some(Remark::Busy { spawn, idle, total }) => log!(
                *generation,
                Info,
                AH00162,
                "server seems busy, spawning {spawn} children: {idle} of {total} are idle; StartServers or \
                 Min/MaxSpareServers may be too low"
            ),
            None => {}
        }
        Orders { spawn: vec![Role::default(); step.spawn], retire: step.retire.into_iter().collect() }
    }

    fn serve(&self, child: &Child) -> std::io::Result<()> {
        child::serve(child)
    }
}
