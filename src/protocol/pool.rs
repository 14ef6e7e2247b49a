//! Things that are used again by the next request of the thread instead of being allocated anew.

use std::cell::RefCell;

/// A few spare things of one kind. It belongs to one thread.
pub(crate) struct Pool<T> {
    spare: RefCell<Vec<T>>,
    most: usize,
}

impl<T> Pool<T> {
    /// A pool that keeps up to `most` things.
    pub(crate) fn new(most: usize) -> Self {
        Self { spare: RefCell::default(), most }
    }

    pub(crate) fn take(&self) -> Option<T> {
        self.spare.borrow_mut().pop()
    }

    /// Takes a thing back, or drops it where there are enough.
    pub(crate) fn give(&self, thing: T) {
        let mut spare = self.spare.borrow_mut();
        if spare.len() < self.most {
            spare.push(thing);
        }
    }
}
