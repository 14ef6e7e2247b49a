//! The children of one generation: as those of worker, but a process is as busy as its connections are many.

use std::io;

use httpd::mpm::threaded::{Limits, Processes, Threads};
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
        self.processes.tick(&seen, generation)
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        self.processes.serve(child)
    }
}
