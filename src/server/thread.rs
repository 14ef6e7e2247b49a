//! A serving thread: what every connection and request of one thread shares.

use std::rc::Rc;
use std::sync::Arc;

use super::Generation;
use crate::config::Configs;

/// What one serving thread owns: no other thread sees it, so nothing in it is locked.
pub struct ServingThread {
    /// The generation that it serves.
    pub generation: Arc<Generation>,
    /// The virtual hosts' configurations, counted by this thread alone.
    pub(crate) vhost_configs: Box<[Rc<Configs>]>,
}

impl ServingThread {
    /// The configuration of a virtual host before any section is merged into it.
    pub(crate) fn configs(&self, vhost: usize) -> Rc<Configs> {
        Rc::clone(&self.vhost_configs[vhost])
    }
}
