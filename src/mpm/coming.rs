//! A generation whose children do not all accept yet.

use std::time::{Duration, Instant};

use super::children::{Children, Row, Stage};
use super::reload::{Heritage, How};
use super::{Pool, Role};

/// A generation that is to serve next.
pub(super) struct Coming<P> {
    pub(super) heritage: Heritage<P>,
    /// Children that are not born yet.
    pub(super) births: Vec<Role>,
    /// Children that were worn out before the last had come.
    pub(super) worn: Vec<Role>,
    pub(super) how: How,
    pub(super) deadline: Instant,
    /// A restart that was asked for meanwhile.
    pub(super) again: Option<How>,
}

/// How long a new generation may take until all its children accept.
const START: Duration = Duration::from_secs(60);

impl<P: Pool> Coming<P> {
    /// It follows one of which so many children serve. Where they are threads of this process, one is enough.
    pub(super) fn new(heritage: Heritage<P>, serving: usize, alone: bool, how: How, now: Instant) -> Self {
        let births = if alone { vec![Role::default()] } else { heritage.pool.first(serving) };
        Self { heritage, births, worn: Vec::new(), how, deadline: now + START, again: None }
    }

    /// The child is one of its own.
    pub(super) fn owns(&self, row: &Row) -> bool {
        self.heritage.owns(row)
    }

    /// All its children accept, or have already done all that they could.
    pub(super) fn has_arrived(&self, children: &Children) -> bool {
        let mut own = children.iter().filter(|row| self.owns(row)).peekable();
        let has_any = own.peek().is_some() || !self.worn.is_empty();
        self.births.is_empty() && has_any && own.all(|row| row.stage != Stage::Starting)
    }
}
