//! A generation before anyone serves it: built beside the one that serves, or not at all.

use std::io;
use std::sync::Arc;

use super::channel::ToParent;
use super::child::{Inheritance, Rights};
use super::children::{Children, Place, Row};
use super::server::Reload;
use super::{Peer, Pool, Role};
use crate::error::{ConfError, System};
use crate::log;
use crate::server::Generation;
use crate::server::listen::{Listeners, SocketOptions};
use crate::server::scoreboard::Scoreboard;

/// How a restart treats the children of the generation before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// They drain (USR1).
    Graceful,
    /// They end at once, and all counts begin anew (HUP).
    Hard,
}

/// What the children of one generation inherit.
pub(super) struct Heritage<P> {
    pub(super) generation: Arc<Generation>,
    pub(super) listeners: Listeners,
    pub(super) board: Arc<Scoreboard>,
    pub(super) pool: P,
}

impl<P: Pool> Heritage<P> {
    /// The first: its listeners are open already, and so are its logs.
    pub(super) fn first(generation: Arc<Generation>, listeners: Listeners, pool: P) -> io::Result<Self> {
        let board = Scoreboard::new(slots_for(&pool))?;
        Ok(Self { generation, listeners, board, pool })
    }

    /// The child serves this generation.
    pub(super) fn owns(&self, row: &Row) -> bool {
        Arc::ptr_eq(&row.generation, &self.generation)
    }

    /// What one child has of it.
    pub(super) fn inherit(
        &self,
        role: Role,
        place: &Place,
        rights: Rights,
        (parent, peers): (ToParent, Vec<Peer>),
    ) -> Inheritance {
        let extended = self.generation.extended_status();
        Inheritance {
            generation: Arc::clone(&self.generation),
            listeners: if self.pool.accepts(role) { self.listeners.clone() } else { Listeners::default() },
            role,
            slots: place.slots().map(|slot| self.board.slot(slot, extended)).collect(),
            rights,
            parent,
            peers,
        }
    }

    /// What the configuration says now, with every socket kept that is still wanted; and every log that this process, if
    /// it has given up its rights, may not open again. Nothing of `self` changes.
    pub(super) fn successor(
        &self,
        reload: &Reload,
        make: fn(&Generation) -> P,
        how: How,
        given_up: bool,
        children: &Children,
    ) -> Result<Self, Vec<ConfError>> {
        let explain = |error| if given_up { for_want_of_rights(error) } else { error };
        let all = |errors: Vec<ConfError>| errors.into_iter().map(explain).collect::<Vec<_>>();
        let generation = Arc::new(reload(self.generation.number + 1).map_err(all)?);
        let listeners = listen(&self.listeners, &generation).map_err(|error| vec![explain(error)])?;
        self.open_logs(&generation, given_up).map_err(|error| vec![explain(error)])?;
        let pool = make(&generation);
        let board = self.board_for(&pool, how, children).map_err(|error| vec![no_board(&error)])?;
        Ok(Self { generation, listeners, board, pool })
    }

    fn open_logs(&self, next: &Generation, given_up: bool) -> Result<(), ConfError> {
        if !given_up {
            return next.logs.open();
        }
        for name in next.logs.open_or_share(&self.generation.logs)? {
            log!(
                *next,
                Warn,
                AH20700,
                "{name} may not be opened again without the rights that the server was started with: it is written on as \
                 it is open; where logs are moved away, use a program (rotatelogs)"
            );
        }
        Ok(())
    }

    /// The same board as long as all of the new generation fit on it beside who drains: limits can grow.
    fn board_for(&self, pool: &P, how: How, children: &Children) -> io::Result<Arc<Scoreboard>> {
        let threads = pool.threads();
        let taken = children.blocks(&self.board).count();
        let fits = (taken + pool.limit()) * threads <= self.board.slots();
        if how == How::Graceful && fits && threads == self.pool.threads() {
            return Ok(Arc::clone(&self.board));
        }
        Scoreboard::new(slots_for(pool))
    }
}

/// Opens what a generation wants to listen on, taking over what is held.
pub(super) fn listen(held: &Listeners, generation: &Generation) -> Result<Listeners, ConfError> {
    let common = generation.main().configs.core().mpm();
    let size = |bytes: usize| (bytes > 0).then_some(bytes);
    let options = SocketOptions {
        backlog: common.listen_backlog().try_into().unwrap_or(u16::MAX),
        send_buffer: size(common.send_buffer_size()),
        receive_buffer: size(common.receive_buffer_size()),
        client_speaks_first: common.client_speaks_first(),
    };
    held.open(&generation.listens, &options)
}

/// What to do about what is forbidden to a process that was allowed it before.
fn for_want_of_rights(error: ConfError) -> ConfError {
    if !error.sentence.contains("ermission denied") {
        return error;
    }
    error.hint(
        "this server is one process, which gave up root's rights when it began to serve: stop it and start it again",
    )
}

/// Room for all that may serve, and as many that drain, of three generations at least.
fn slots_for(pool: &impl Pool) -> usize {
    let draining = pool.limit().max(3);
    pool.limit().saturating_add(draining).saturating_mul(pool.threads())
}

fn no_board(error: &io::Error) -> ConfError {
    ConfError::new(format!("{}: AH00002: no memory for the scoreboard", System(error)))
        .hint("a lower ServerLimit needs less")
}
