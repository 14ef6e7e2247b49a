//! A generation before anyone serves it: built beside the one that serves, or not at all.

use std::io;
use std::sync::Arc;

use super::Pool;
use super::children::Children;
use super::server::Reload;
use crate::error::{ConfError, System};
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

    /// What the configuration says now, with every socket kept that is still wanted. Nothing of `self` changes.
    pub(super) fn successor(
        &self,
        reload: &Reload,
        make: impl Fn(&Generation) -> P,
        how: How,
        children: &Children,
    ) -> Result<Self, Vec<ConfError>> {
        let generation = Arc::new(reload(self.generation.number + 1)?);
        let listeners = listen(&self.listeners, &generation).map_err(|error| vec![error])?;
        generation.logs.open().map_err(|error| vec![error])?;
        let pool = make(&generation);
        let board = self.board_for(&pool, how, children).map_err(|error| vec![no_board(&error)])?;
        Ok(Self { generation, listeners, board, pool })
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

/// Room for all that may serve, and as many that drain.
fn slots_for(pool: &impl Pool) -> usize {
    pool.limit().saturating_mul(pool.threads()).saturating_mul(2)
}

fn no_board(error: &io::Error) -> ConfError {
    ConfError::new(format!("{}: AH00002: no memory for the scoreboard", System(error)))
        .hint("a lower ServerLimit needs less")
}
