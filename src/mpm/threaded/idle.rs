//! Idle threads, and what is handed to them. The last that came is the first that works: its caches are warm, and
//! those at the bottom sleep on.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Threads that wait to be handed a `T`: each by its number, below the count that there are.
pub struct Idle<T> {
    state: Mutex<State<T>>,
    /// Where each thread sleeps.
    beds: Box<[Condvar]>,
    /// Where whoever wants to hand something over sleeps until a thread is idle.
    doorstep: Condvar,
}

struct State<T> {
    stack: Vec<usize>,
    handed: Box<[Option<T>]>,
    /// What was left for whoever comes next.
    left: Option<T>,
    closed: bool,
}

impl<T> Idle<T> {
    /// A place for so many threads; none is there yet.
    pub fn new(threads: usize) -> Self {
        let state = State {
            stack: Vec::with_capacity(threads),
            handed: (0..threads).map(|_| None).collect(),
            left: None,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            beds: (0..threads).map(|_| Condvar::new()).collect(),
            doorstep: Condvar::new(),
        }
    }

    /// Thread `me` sleeps until it is handed something; `None` when there will be nothing more.
    pub fn wait(&self, me: usize) -> Option<T> {
        let mut state = self.state();
        if let Some(left) = state.left.take() {
            return Some(left);
        }
        if state.closed {
            return None;
        }
        state.stack.push(me);
        self.doorstep.notify_one();
        loop {
            if let Some(handed) = state.handed[me].take() {
                return Some(handed);
            }
            // Not on the stack it is reserved, and will be handed something or put back.
            if state.closed
                && let Some(place) = state.stack.iter().position(|&thread| thread == me)
            {
                state.stack.remove(place);
                return None;
            }
            state = self.beds[me].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes an idle thread off the stack, to hand it something. If there is none it waits for one, until
    /// `give_up` says so; that is asked again at each [`nudge`](Self::nudge).
    pub fn reserve(&self, give_up: impl Fn() -> bool) -> Option<Reserved<'_, T>> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(thread) = state.stack.pop() {
                return Some(Reserved { idle: self, thread: Some(thread) });
            }
            if give_up() {
                return None;
            }
            state = self.doorstep.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same without waiting.
    pub fn try_reserve(&self) -> Option<Reserved<'_, T>> {
        self.reserve(|| true)
    }

    /// Hands `what` to an idle thread or, if there is none, leaves it for the next.
    pub fn pass_on(&self, what: T) {
        let mut state = self.state();
        match state.stack.pop() {
            Some(thread) => self.hand(&mut state, thread, what),
            None => state.left = Some(what),
        }
    }

    /// Takes back what was passed on and lies there still.
    pub fn take_back(&self) -> Option<T> {
        self.state().left.take()
    }

    /// Wakes whoever waits for an idle thread, to ask whether it gives up.
    pub fn nudge(&self) {
        // With the lock: or it could have asked just before, and not sleep yet.
        let _state = self.state();
        self.doorstep.notify_all();
    }

    /// There will be nothing more: idle threads are told, and busy ones when they come.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        self.doorstep.notify_all();
        self.beds.iter().for_each(Condvar::notify_one);
    }

    fn hand(&self, state: &mut State<T>, thread: usize, what: T) {
        state.handed[thread] = Some(what);
        self.beds[thread].notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Idle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Idle({:?} of {} threads)", self.state().stack, self.beds.len())
    }
}

/// An idle thread that nobody else will hand anything. Dropped, it is idle again.
#[derive(Debug)]
pub struct Reserved<'a, T> {
    idle: &'a Idle<T>,
    thread: Option<usize>,
}

impl<T> Reserved<'_, T> {
    /// Hands it over.
    pub fn give(mut self, what: T) {
        if let Some(thread) = self.thread.take() {
            self.idle.hand(&mut self.idle.state(), thread, what);
        }
    }
}

impl<T> Drop for Reserved<'_, T> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread {
            let mut state = self.idle.state();
            state.stack.push(thread);
            // It may have been closed meanwhile.
            self.idle.beds[thread].notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::thread;

    fn sleeping<T>(idle: &Idle<T>, count: usize) {
        while idle.state().stack.len() < count {
            thread::yield_now();
        }
    }

    #[test]
    fn the_last_that_came_works_first() {
        let idle = Idle::new(3);
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for me in 0..3 {
                let idle = &idle;
                threads.push(scope.spawn(move || idle.wait(me)));
                sleeping(idle, me + 1);
            }
            idle.try_reserve().unwrap().give("first");
            idle.pass_on("second");
            drop(idle.try_reserve().unwrap());
            idle.close();
            let got: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert_eq!(got, [None, Some("second"), Some("first")]);
        });
        assert_eq!(idle.wait(0), None);
        assert!(idle.try_reserve().is_none());
    }

    #[test]
    fn what_is_left_is_for_the_next() {
        let idle = Idle::new(1);
        idle.pass_on(1);
        assert_eq!(idle.take_back(), Some(1));
        idle.pass_on(2);
        idle.close();
        assert_eq!(idle.wait(0), Some(2));
        assert_eq!(idle.wait(0), None);
    }

    #[test]
    fn who_waits_for_an_idle_thread_can_give_up() {
        let (idle, over) = (Idle::<()>::new(1), AtomicBool::new(false));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| idle.reserve(|| over.load(Ordering::Relaxed)).is_none());
            idle.nudge();
            over.store(true, Ordering::Relaxed);
            idle.nudge();
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn closing_finds_who_was_reserved() {
        let idle = Idle::<()>::new(1);
        thread::scope(|scope| {
            let sleeper = scope.spawn(|| idle.wait(0));
            let reserved = idle.reserve(|| false).unwrap();
            idle.close();
            drop(reserved);
            assert_eq!(sleeper.join().unwrap(), None);
        });
    }

    #[test]
    fn everything_handed_arrives_once() {
        const MANY: usize = 2000;
        let (idle, sum) = (Idle::new(4), AtomicUsize::new(0));
        thread::scope(|scope| {
            for me in 0..4 {
                let (idle, sum) = (&idle, &sum);
                scope.spawn(move || {
                    while let Some(number) = idle.wait(me) {
                        sum.fetch_add(number, Ordering::Relaxed);
                    }
                });
            }
            for number in 1..=MANY {
                idle.reserve(|| false).unwrap().give(number);
            }
            idle.close();
        });
        assert_eq!(sum.into_inner(), MANY * (MANY + 1) / 2);
    }
}
