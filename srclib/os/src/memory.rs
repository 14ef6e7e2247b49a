//! Memory that a parent and its children share: words to count in, nothing else.

use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::AtomicU64;

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// Words that this process and all children forked after this was made see alike; at first all zero. They
/// begin on a page, so that a slot of a power of two of words keeps its cache lines to itself.
///
/// Whatever a child writes there, its parent reads: nothing in it deserves trust.
#[derive(Debug)]
pub struct SharedMemory {
    start: NonNull<AtomicU64>,
    bytes: NonZeroUsize,
}

impl SharedMemory {
    /// Memory of so many words, without a name: it ends with the last process that has it.
    pub fn anonymous(words: usize) -> io::Result<Self> {
        let bytes = words.checked_mul(size_of::<AtomicU64>()).and_then(NonZeroUsize::new);
        let bytes =
            bytes.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "no size for shared memory"))?;
        let rights = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice disturbs no memory in use.
        let start = unsafe { mmap_anonymous(None, bytes, rights, MapFlags::MAP_SHARED) }?.cast();
        Ok(Self { start, bytes })
    }
}

impl Deref for SharedMemory {
    type Target = [AtomicU64];

    fn deref(&self) -> &[AtomicU64] {
        let words = self.bytes.get() / size_of::<AtomicU64>();
        // SAFETY: the mapping is as long as that, lives as long as self, begins on a page and is filled with
        // zeros, which are words; it is only ever touched through atomics, by other processes as well.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), words) }
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours alone to remove: every borrow of it has ended. Other processes keep
        // theirs.
        let _ = unsafe { munmap(self.start.cast(), self.bytes.get()) };
    }
}

// SAFETY: a mapping belongs to the process, not to a thread.
unsafe impl Send for SharedMemory {}
// SAFETY: shared access gives nothing but atomics.
unsafe impl Sync for SharedMemory {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering::Relaxed;

    // That children see the same words is in tests/processes.rs.

    #[test]
    fn words_begin_as_zero_on_a_page() {
        let memory = SharedMemory::anonymous(1000).unwrap();
        assert_eq!(memory.len(), 1000);
        assert!(memory.iter().all(|word| word.load(Relaxed) == 0));
        assert_eq!(memory.as_ptr().addr() % 4096, 0);
    }

    #[test]
    fn threads_share_it() {
        let memory = SharedMemory::anonymous(1).unwrap();
        let count = || {
            for _ in 0..1000 {
                memory[0].fetch_add(1, Relaxed);
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(count);
            scope.spawn(count);
        });
        assert_eq!(memory[0].load(Relaxed), 2000);
    }

    #[test]
    fn impossible_sizes_are_errors() {
        assert!(SharedMemory::anonymous(0).is_err());
        assert!(SharedMemory::anonymous(usize::MAX).is_err());
        assert!(SharedMemory::anonymous(usize::MAX / 16).is_err());
    }
}
