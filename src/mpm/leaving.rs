//! A generation that leaves while its hub, which took connections for others, still has some. Until that has gone, those
//! whom it gives them to are replaced as in a generation that serves: nobody who was let in waits in vain.

use std::sync::Arc;
use std::time::Instant;

use super::children::{Children, Row};
use super::pacing::{INFANCY, Paces};
use super::reload::Heritage;
use super::{Link, Pool, Role};
use crate::server::Generation;
use crate::server::listen::Listeners;

/// What is kept of it.
pub(super) struct Leaving<P> {
    pub(super) heritage: Heritage<P>,
    /// What links a hub that takes connections, or another, to those who are replaced.
    links: Vec<Link>,
    /// Children that it lacks.
    births: Vec<Role>,
    pacing: Paces,
}

impl<P: Pool> Leaving<P> {
    /// One that lacks some children already; `None` where nobody takes connections for others.
    pub(super) fn new(heritage: Heritage<P>, births: Vec<Role>) -> Option<Self> {
        let all = heritage.pool.links();
        let takes = |link: &Link| heritage.pool.accepts(link.hub) && !heritage.pool.accepts(link.spoke);
        let replaced: Vec<Role> = all.iter().filter(|link| takes(link)).map(|link| link.spoke).collect();
        let links: Vec<Link> = all.into_iter().filter(|link| replaced.contains(&link.spoke)).collect();
        // Who has connections to give has taken them already.
        let heritage = Heritage { listeners: Listeners::default(), ..heritage };
        let births = births.into_iter().filter(|role| replaced.contains(role)).collect();
        (!links.is_empty()).then_some(Self { heritage, links, births, pacing: Paces::default() })
    }

    /// A child of that role would be given connections.
    pub(super) fn replaces(&self, role: Role) -> bool {
        self.links.iter().any(|link| link.spoke == role)
    }

    /// A hub has gone: whoever were born now would have nobody to speak with.
    pub(super) fn is_over(&self, children: &Children) -> bool {
        let own: Vec<Role> =
            children.iter().filter(|row| self.heritage.owns(row)).map(|row| row.role).collect();
        !self.links.iter().all(|link| own.contains(&link.hub))
    }

    /// Where the roles of those are told who are to be born.
    pub(super) fn births(&mut self) -> &mut Vec<Role> {
        &mut self.births
    }

    /// Whoever is to be forked now.
    pub(super) fn next_birth(&mut self, now: Instant) -> Option<(Role, Arc<Generation>)> {
        let role = self.pacing.next(&mut self.births, now)?;
        Some((role, Arc::clone(&self.heritage.generation)))
    }

    /// One could not be forked.
    pub(super) fn not_born(&mut self, role: Role, now: Instant) {
        self.births.push(role);
        self.pacing.failed(role, now);
    }

    /// When there is somebody to be born, if not at once.
    pub(super) fn until(&self) -> Option<Instant> {
        self.pacing.until(&self.births)
    }

    /// A child has ended, in order or not.
    pub(super) fn bury(&mut self, row: &Row, died: bool, now: Instant) {
        if !self.replaces(row.role) || !(row.is_missed || (died && !row.is_relieved)) {
            return;
        }
        if died && now < row.born + INFANCY {
            self.pacing.failed(row.role, now);
        }
        self.births.push(row.role);
    }
}
