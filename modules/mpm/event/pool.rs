//! The children of one generation: as those of worker, but a process is as busy as its connections are many.

use std::io;

use httpd::log;
use httpd::mpm::threaded::{Decision, Limits, Processes, Threads};
use httpd::mpm::{Child, Orders, Pool, Role, Seen};
use httpd::server::Generation;

use crate::plan::Room;
use crate::{Event, EventConfig, child};

type Serve = Box<dyn Fn(&Child, &Limits) -> io::Result<()>>;

pub(crate) struct EventPool {
    processes: Processes<Serve>,
    room: Room,
}

impl EventPool {
    pub(crate) fn new(generation: &Generation) -> Self {
        let unset = EventConfig::default();
        let config = generation.config::<Event>(0).unwrap_or(&unset);
        let room = config.room(&Limits::of(config.settings()).0);
        let serve: Serve = Box::new(move |child, limits| child::serve(child, limits, room));
        Self { processes: Processes::of::<Event>(generation, serve), room }
    }
}

impl Pool for EventPool {
    fn threads(&self) -> usize {
        self.processes.threads()
    }

    fn limit(&self) -> usize {
        self.processes.limit()
    }

    fn first(&self, serving: usize) -> Vec<Role> {
        self.processes.first(serving)
    }

    fn tick(&mut self, seen: &[Seen], generation: &Generation) -> Orders {
        let seen: Vec<Seen> =
            seen.iter().map(|child| Seen { idle: self.room.idle(child), ..*child }).collect();
        let Decision { orders, full } = self.processes.decide(&seen);
        if full.is_some() {
            let (processes, workers) = (seen.len(), self.processes.limits().workers());
            let connections = processes * self.room.most();
            log!(
                *generation,
                Error,
                AH00484,
                "the {processes} processes that there may be are full: {workers} threads, {connections} connections; \
                 consider raising MaxRequestWorkers or AsyncRequestWorkerFactor"
            );
        }
        orders
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        self.processes.serve(child)
    }
}
