//! The pipes by which a process writes to logs that it may not have open.

use std::fs::File;
use std::io;
use std::sync::Arc;

use httpd::mpm::Peer;
use httpd::os::process::{Standard, redirect};
use httpd::server::Generation;

use crate::parent::Parent;

/// Leads the lines of a process to where they belong.
pub(crate) struct Lanes {
    generation: Arc<Generation>,
    /// The lane of each log; `None` for those that the process has for itself.
    lane_of: Vec<Option<usize>>,
}

impl Lanes {
    /// For a process that has these logs for itself. Until a lane is laid its lines still go to the logs.
    pub(crate) fn new(parent: &Parent, generation: &Arc<Generation>, own: &[usize]) -> Self {
        let lane = |log| (!own.contains(&log)).then(|| parent.plan.lane_of(log));
        let lane_of = (0..generation.logs.iter().count()).map(lane).collect();
        Self { generation: Arc::clone(generation), lane_of }
    }

    /// Takes a pipe to the one that writes. What the process had open of those logs is closed with it.
    pub(crate) fn lay(&self, peer: Peer) -> io::Result<()> {
        let lane = peer.lane;
        let pipe: File = peer.into_pipe();
        if lane == 0 {
            // What stands there may be a file of whoever started the server.
            redirect(Standard::Output, &pipe)?;
            redirect(Standard::Error, &pipe)?;
        }
        let logs = self.generation.logs.iter().zip(&self.lane_of);
        for ((log, _), _) in logs.filter(|(_, wanted)| **wanted == Some(lane)) {
            log.lead_to(&pipe)?;
        }
        Ok(())
    }
}
