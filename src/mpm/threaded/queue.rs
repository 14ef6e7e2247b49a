//! A queue of work, and the threads that take from it: the last that came to wait is woken first, for its caches are
//! warm, as a completion port does it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Work for threads that have numbers, below the count that there may be.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    /// Where each thread sleeps.
    beds: Box<[Condvar]>,
    /// Where whoever has work sleeps until there is room.
    doorstep: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    sleepers: Vec<usize>,
    /// How much may wait besides one for each sleeper.
    more: usize,
    /// How many wait at the doorstep. A wake-up for nobody is a system call, too.
    callers: usize,
    closed: bool,
}

impl<T> Queue<T> {
    /// A queue for so many threads, in which so much may wait besides one for each of them that has nothing to do.
    pub fn new(threads: usize, more: usize) -> Self {
        let sleepers = Vec::with_capacity(threads);
        Self {
            state: Mutex::new(State { waiting: VecDeque::new(), sleepers, more, callers: 0, closed: false }),
            beds: (0..threads).map(|_| Condvar::new()).collect(),
            doorstep: Condvar::new(),
        }
    }

    /// Thread `me` takes what has waited longest, or sleeps until there is something. `None` when there will be nothing
    /// more, or when nothing is there and the thread is to `leave`: that is asked again when it is
    /// [roused](Self::rouse).
    pub fn take(&self, me: usize, leave: impl Fn() -> bool) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(work) = state.waiting.pop_front() {
                // Who was woken for it has not counted as a sleeper since: only now is there room again.
                self.invite(&state);
                return Some(work);
            }
            if state.closed || leave() {
                return None;
            }
            state.sleepers.push(me);
            self.invite(&state);
            state = self.beds[me].wait(state).unwrap_or_else(PoisonError::into_inner);
            state.sleepers.retain(|&sleeper| sleeper != me);
        }
    }

    /// Waits until there is room, or whoever has work gives up: that is asked again at each [`nudge`](Self::nudge).
    /// `false` if there is none.
    pub fn has_room(&self, give_up: impl Fn() -> bool) -> bool {
        let mut state = self.state();
        while state.waiting.len() >= state.sleepers.len() + state.more {
            if give_up() {
                return false;
            }
            state.callers += 1;
            state = self.doorstep.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.callers -= 1;
        }
        true
    }

    /// Leaves work for whoever takes it; `false` if nobody waited for it.
    pub fn put(&self, work: T) -> bool {
        let mut state = self.state();
        state.waiting.push_back(work);
        let sleeper = state.sleepers.pop();
        if let Some(sleeper) = sleeper {
            self.beds[sleeper].notify_one();
        }
        sleeper.is_some()
    }

    /// How much waits.
    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// From now on so much may wait besides one for each sleeper.
    pub fn allow(&self, more: usize) {
        let mut state = self.state();
        if more > state.more {
            self.doorstep.notify_all();
        }
        state.more = more;
    }

    /// Wakes thread `who`, if it sleeps, to ask whether it is to leave.
    pub fn rouse(&self, who: usize) {
        // With the lock: or it could have asked just before, and not sleep yet.
        let _state = self.state();
        self.beds[who].notify_one();
    }

    /// Wakes whoever waits for room, to ask whether it gives up.
    pub fn nudge(&self) {
        let _state = self.state();
        self.doorstep.notify_all();
    }

    /// There will be nothing more: threads take what waits, and end.
    pub fn close(&self) {
        self.state().closed = true;
        self.beds.iter().for_each(Condvar::notify_one);
    }

    /// There is room for one more.
    fn invite(&self, state: &State<T>) {
        if state.callers > 0 {
            self.doorstep.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        write!(
            f,
            "Queue({} wait, {} of {} sleep)",
            state.waiting.len(),
            state.sleepers.len(),
            self.beds.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::thread;

    fn sleeping<T>(queue: &Queue<T>, count: usize) {
        while queue.state().sleepers.len() < count {
            thread::yield_now();
        }
    }

    #[test]
    fn the_last_that_came_is_woken_first() {
        let queue = Queue::new(2, 0);
        thread::scope(|scope| {
            let first = scope.spawn(|| queue.take(0, || false));
            sleeping(&queue, 1);
            let second = scope.spawn(|| queue.take(1, || false));
            sleeping(&queue, 2);
            assert!(queue.put("work"));
            assert_eq!(second.join().unwrap(), Some("work"));
            queue.close();
            assert_eq!(first.join().unwrap(), None);
        });
    }

    #[test]
    fn there_is_room_for_those_who_sleep_and_some_more() {
        let queue = Queue::new(1, 1);
        assert!(queue.has_room(|| true));
        assert!(!queue.put(1), "nobody waited for it");
        assert!(!queue.has_room(|| true));
        queue.allow(2);
        assert!(queue.has_room(|| true));
        assert_eq!((queue.take(0, || true), queue.waiting()), (Some(1), 0));
        assert_eq!(queue.take(0, || true), None);
        queue.allow(0);
        thread::scope(|scope| {
            let sleeper = scope.spawn(|| queue.take(0, || false));
            assert!(queue.has_room(|| false), "who comes to sleep makes room");
            queue.put(2);
            assert_eq!(sleeper.join().unwrap(), Some(2));
        });
    }

    #[test]
    fn what_is_taken_makes_room() {
        let queue = Queue::new(1, 1);
        queue.put(1);
        thread::scope(|scope| {
            let caller = scope.spawn(|| queue.has_room(|| false));
            while queue.state().callers == 0 {
                thread::yield_now();
            }
            assert_eq!(queue.take(0, || true), Some(1));
            assert!(caller.join().unwrap());
        });
    }

    #[test]
    fn who_is_roused_asks_whether_to_leave() {
        let (queue, over) = (Queue::<()>::new(1, 0), AtomicBool::new(false));
        thread::scope(|scope| {
            let sleeper = scope.spawn(|| queue.take(0, || over.load(Ordering::Relaxed)));
            sleeping(&queue, 1);
            over.store(true, Ordering::Relaxed);
            queue.rouse(0);
            assert_eq!(sleeper.join().unwrap(), None);
            let waiting = scope.spawn(|| queue.has_room(|| !over.load(Ordering::Relaxed)));
            over.store(false, Ordering::Relaxed);
            queue.nudge();
            assert!(!waiting.join().unwrap());
        });
    }

    #[test]
    fn what_was_put_is_taken_once() {
        const MANY: usize = 2000;
        let (queue, sum) = (Queue::new(4, 2), AtomicUsize::new(0));
        thread::scope(|scope| {
            for me in 0..4 {
                let (queue, sum) = (&queue, &sum);
                scope.spawn(move || {
                    while let Some(number) = queue.take(me, || false) {
                        sum.fetch_add(number, Ordering::Relaxed);
                    }
                });
            }
            for number in 1..=MANY {
                assert!(queue.has_room(|| false));
                queue.put(number);
            }
            queue.close();
        });
        assert_eq!(sum.into_inner(), MANY * (MANY + 1) / 2);
    }
}
