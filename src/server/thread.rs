//! A serving thread: what every connection and request of one thread shares.

use std::sync::Arc;

use super::Generation;

/// What one serving thread owns: no other thread sees it, so nothing in it is locked.
pub struct ServingThread {
    /// The generation that it serves.
    pub generation: Arc<Generation>,
}
