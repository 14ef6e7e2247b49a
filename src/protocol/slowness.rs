//! How long a client has made us wait for something in all: who moves in drops starts every time-out anew, but earns little.

use std::task::Poll;
use std::time::{Duration, Instant};

use super::deadlines::Timer;
use crate::server::pace::Pace;

/// The waits for one thing: the body of a request, or that its answer is taken.
#[derive(Default)]
pub(crate) struct Slowness {
    /// How long they may be; `None` for no bound to all of them together.
    pace: Option<Pace>,
    /// Not counting the present one.
    waited: Duration,
    since: Option<Instant>,
}

impl Slowness {
    /// No wait yet.
    pub(crate) fn new(pace: Option<Pace>) -> Self {
        Self { pace, ..Self::default() }
    }

    /// Bounds a wait that begins, and counts one that has ended: only the time in which we would have gone on, for a
    /// handler may take its own. The timer must be set for the wait by then; so many bytes have moved so far.
    pub(crate) fn count<T>(&mut self, timer: &Timer, moved: u64, poll: &Poll<T>) {
        let Some(pace) = self.pace else { return };
        match (poll, self.since) {
            (Poll::Pending, None) => {
                let now = Instant::now();
                self.since = Some(now);
                timer.hasten(now, pace.allowed(moved).saturating_sub(self.waited));
            }
            (Poll::Pending, Some(_)) => {}
            (Poll::Ready(_), since) => {
                self.waited += since.map_or(Duration::ZERO, |since| since.elapsed());
                self.since = None;
            }
        }
    }
}
