//! What the parent hears of its children, and how they end.

use std::sync::Arc;
use std::time::Instant;

use os::process::{self, Exit};

use super::{Parent, patience_of};
use crate::log;
use crate::mpm::child::FAILED;
use crate::mpm::children::{Row, Stage, Who};
use crate::mpm::pacing::INFANCY;
use crate::mpm::within::Within;
use crate::mpm::{Leave, Link, Pool};
use crate::server::Generation;

/// More than a child has to say in its life: that it accepts, and that it is worn out.
const MOST: usize = 2;
/// The same for the hub of a link, which may complain of its spokes.
const MOST_OF_HUB: usize = 1000;

/// So many may finish what they have beside those that took their places, or as many as may serve.
const LEAVING: usize = 16;

impl<P: Pool> Parent<P> {
    /// A child has said something, or has gone. One that talks without end is not listened to any more: it must not
    /// keep us.
    pub(super) fn hear(&mut self, key: u64, now: Instant) {
        let Some(row) = self.children.get_mut(key) else { return };
        let said = row.listen();
        let (role, generation) = (row.role, Arc::clone(&row.generation));
        let links = self.links_of(&generation);
        let is_hub = links.iter().any(|link| link.hub == role);
        let most = if is_hub { MOST_OF_HUB } else { MOST };
        if let Some(row) = self.children.get_mut(key).filter(|_| said.is_over || said.heard >= most) {
            let _ = self.watch.poller.delete(&row.channel);
        }
        for spoke in said.complaints {
            let accused =
                self.children.get_mut(spoke).filter(|row| Arc::ptr_eq(&row.generation, &generation));
            let Some(row) = accused else { continue };
            if links.iter().any(|link| (link.hub, link.spoke) == (role, row.role)) {
                log!(*generation, Error, AH20600, "{} misbehaves, says its peer: it is ended", row.who);
                row.kill();
            }
        }
        if said.is_worn {
            self.relieve(key, now);
        }
    }

    /// A child that takes no more is replaced while it finishes what it has. Where too many do that, it is replaced when
    /// it has ended.
    fn relieve(&mut self, key: u64, now: Instant) {
        let leaving = self.children.iter().filter(|row| row.stage == Stage::Leaving).count();
        let patience = patience_of(&self.latest);
        let Some(row) = self.children.get_mut(key) else { return };
        let was_serving = row.stage == Stage::Serving;
        if was_serving {
            row.leave(Leave::Drain, patience, now);
        }
        let left = self.leaving.iter_mut().find(|left| left.heritage.owns(row) && left.replaces(row.role));
        let (most, births) = match (left, &mut self.coming, &self.current) {
            (Some(left), ..) => (left.heritage.pool.limit(), left.births()),
            (_, Some(coming), _) if was_serving && coming.owns(row) => {
                (coming.heritage.pool.limit(), &mut coming.worn)
            }
            (_, _, Some(current)) if was_serving && current.owns(row) => {
                (current.pool.limit(), &mut self.births)
            }
            _ => return,
        };
        if leaving < most.max(LEAVING) {
            births.push(row.role);
        } else {
            row.is_missed = true;
        }
    }

    /// How the roles of a generation are linked, if it is not one that has nothing to give any more.
    fn links_of(&self, generation: &Arc<Generation>) -> Vec<Link> {
        let coming = self.coming.as_ref().map(|coming| &coming.heritage);
        let leaving = self.leaving.iter().map(|leaving| &leaving.heritage);
        let mut all = self.current.iter().chain(coming).chain(leaving);
        let heritage = all.find(|heritage| Arc::ptr_eq(&heritage.generation, generation));
        heritage.map(|heritage| heritage.pool.links()).unwrap_or_default()
    }

    /// The child is one that takes connections from listeners, of the generation that serves or of the one that comes.
    fn accepts(&self, row: &Row) -> bool {
        let coming = self.coming.as_ref().map(|coming| &coming.heritage);
        let mut all = self.current.iter().chain(coming);
        all.any(|heritage| heritage.owns(row) && heritage.pool.accepts(row.role))
    }

    /// Takes leave of all who have ended.
    pub(super) fn reap(&mut self, now: Instant) {
        while let Some((who, ended)) = self.watch.within.as_mut().and_then(Within::next_ended) {
            if let Some(mut row) = self.children.remove(who) {
                row.reason = ended.as_ref().err().map(ToString::to_string);
                self.bury(row, Exit::Code(if ended.is_ok() { 0 } else { FAILED }), now);
            }
        }
        // In a process that serves, others wait for programs of their own.
        while let Some((pid, exit)) = self.watch.within.is_none().then(process::wait_any).flatten() {
            match self.children.remove(Who::Process(pid)) {
                Some(row) => self.bury(row, exit, now),
                None => self.dead_programs.push(pid.get().cast_unsigned()),
            }
        }
    }

    fn bury(&mut self, mut row: Row, exit: Exit, now: Instant) {
        let _ = self.watch.poller.delete(&row.channel);
        row.listen();
        let died = row.epitaph(exit);
        // Who is killed, or cuts what it has, has not looked at its listeners a last time.
        if exit != Exit::Code(0) || matches!(row.who, Who::Thread(_)) {
            self.children.look(|row| self.accepts(row));
        }
        let is_old = self.current.as_ref().is_some_and(|current| !current.owns(&row));
        if let Some(coming) = self.coming.as_mut().filter(|coming| coming.owns(&row)) {
            match (row.stage, died) {
                (Stage::Leaving, _) if !row.is_missed => {}
                // Worn out before the others were there.
                (Stage::Leaving, _) | (Stage::Serving, None) => coming.worn.push(row.role),
                (_, died) => {
                    let why = died.unwrap_or_else(|| "a child ended before it could accept".to_owned());
                    self.abandon(&why, now);
                }
            }
            return;
        }
        if let Some(leaving) = self.leaving.iter_mut().find(|leaving| leaving.heritage.owns(&row)) {
            leaving.bury(&row, died.is_some(), now);
            self.leaving.retain(|leaving| !leaving.is_over(&self.children));
            return;
        }
        if row.stage == Stage::Leaving && (is_old || !row.is_missed) {
            return;
        }
        if row.stage == Stage::Starting || (died.is_some() && now < row.born + INFANCY) {
            self.pacing.failed(row.role, now);
        }
        self.births.push(row.role);
    }
}
