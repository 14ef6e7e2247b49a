//! What a serving thread was told of files a moment ago: one look at a path serves all requests that had come by then.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::ServingThread;
use crate::config::walk::Look;
use crate::connection::Connection;

/// How many paths are remembered: few are asked for twice in one turn, and all of them are compared.
const MOST: usize = 8;

/// The looks of one turn.
///
/// A turn is what runs between two questions of the runtime which sockets have something: the tasks that were woken, in
/// the order in which they were. What one of them is told of a path is told after the requests of those behind it had come, so
/// it is as good as what they would be told themselves: a file that was changed before its request was sent is served
/// changed. With 64 busy connections this saves most of a `stat` for each request, a tenth of its cost.
#[derive(Default)]
pub(crate) struct Turn {
    looks: RefCell<Vec<(Box<str>, Look)>>,
    /// How many turns there were before this one.
    number: Cell<u64>,
    /// Wakes the task that ends the turn. It is woken with the first look and thus runs behind everybody who was awake by then,
    /// and ahead of everybody who is woken later.
    end: OnceCell<Waker>,
}

impl Turn {
    /// What `look` says of a path, or said in this turn to somebody else.
    pub(crate) fn look(&self, connection: &Connection, path: &str, look: impl FnOnce(&str) -> Look) -> Look {
        let is_shared = connection.thread.connections() > 1;
        if is_shared
            && connection.was_waited_for()
            && let Some((_, known)) = self.looks.borrow().iter().find(|(known, _)| **known == *path)
        {
            return *known;
        }
        let found = look(path);
        if is_shared {
            self.note(path, found);
        }
        found
    }

    /// The number of this turn, where what is found out in it may serve others; not before the first look of the turn.
    pub(crate) fn shared(&self, connection: &Connection) -> Option<Shared> {
        let is_shared = connection.thread.connections() > 1 && !self.looks.borrow().is_empty();
        is_shared.then(|| Shared { turn: self.number.get(), was_waited_for: connection.was_waited_for() })
    }

    fn note(&self, path: &str, found: Look) {
        let Some(end) = self.end.get() else { return };
        let mut looks = self.looks.borrow_mut();
        if looks.is_empty() {
            end.wake_by_ref();
        }
        if looks.len() < MOST {
            looks.push((path.into(), found));
        }
    }
}

/// A turn in which others may use what one found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shared {
    /// No other turn of the thread has this number.
    pub(crate) turn: u64,
    /// The request had come when the turn began: it may use what others found out.
    pub(crate) was_waited_for: bool,
}

/// Ends the thread's turns for ever.
pub(crate) async fn end_turns(thread: Rc<ServingThread>) {
    poll_fn(|cx| {
        thread.turn.looks.borrow_mut().clear();
        thread.turn.number.set(thread.turn.number.get() + 1);
        thread.turn.end.get_or_init(|| cx.waker().clone());
        Poll::<()>::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::loaded;
    use crate::mpm::Drain;
    use crate::server::scoreboard::Slot;
    use std::net::SocketAddr;
    use std::sync::Arc;

    fn connections() -> [Rc<Connection>; 2] {
        let generation = loaded("ServerName localhost\nListen 127.0.0.1:0\nDocumentRoot /\n").unwrap();
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        [0, 1].map(|_| {
            let connection = Connection::unconnected(&thread, address, address);
            thread.deadlines.enter(&connection);
            connection
        })
    }

    #[test]
    fn a_look_is_shared_by_those_who_had_come_and_by_nobody_later() {
        let [waited, late] = connections();
        waited.set_waited_for(true);
        let look = |connection: &Connection, path: &str, there: Look| {
            connection.thread.turn.look(connection, path, |_| there)
        };
        ServingThread::runtime().unwrap().block_on(async {
            tokio::task::spawn_local(end_turns(Rc::clone(&waited.thread)));
            tokio::task::yield_now().await;
            assert_eq!(look(&late, "/a", Look::LastMissing), Look::LastMissing);
            assert_eq!(look(&waited, "/a", Look::Unclear), Look::LastMissing, "known in this turn");
            assert_eq!(look(&waited, "/b", Look::Unclear), Look::Unclear, "another path");
            assert_eq!(look(&late, "/a", Look::Unclear), Look::Unclear, "came while the turn ran");
            tokio::task::yield_now().await;
            assert_eq!(look(&waited, "/a", Look::Unclear), Look::Unclear, "another turn");
        });
    }
}
