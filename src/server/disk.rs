//! What of a file is not in memory: another thread reads it, for the other connections of this one must not wait for a disk.
//!
//! The system is asked first, and asked again for each part. What it says may be past when it is used: then somebody waits after all,
//! and nothing else goes wrong. Names are not asked for: that a folder is not in memory is seldom, and takes one read.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::thread;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Semaphore, oneshot};

/// How many parts of files are read for a serving thread at a time; more wait until one of these is there.
const READERS: usize = 4;

/// How much of a part is read at a time.
const STEP: usize = 128 * 1024;

/// How many parts a thread knows of.
const KNOWN: usize = 32;

/// What a thread knows of the files that it sends.
#[derive(Default)]
pub(crate) struct Disk {
    /// Parts that were in memory when they were looked at, which is not long ago.
    known: RefCell<Vec<Known>>,
}

/// A part of a file. As long as this is there no other file is at that address.
type Known = (Weak<File>, Range<u64>);

impl Disk {
    /// Whether the disk would have to be waited for.
    pub(crate) fn is_cold(&self, file: &Rc<File>, part: &Range<u64>) -> bool {
        if self.knows(file, part) {
            return false;
        }
        let is_cold = os::file::is_cold(file, part);
        // A file that nobody else has is closed when it is sent.
        if !is_cold && Rc::strong_count(file) > 1 {
            self.note(file, part);
        }
        is_cold
    }

    /// What was in memory may not be any more.
    pub(crate) fn forget(&self) {
        self.known.borrow_mut().clear();
    }

    fn knows(&self, file: &Rc<File>, part: &Range<u64>) -> bool {
        let is_it = |(known, whole): &Known| {
            known.as_ptr() == Rc::as_ptr(file) && whole.start <= part.start && part.end <= whole.end
        };
        self.known.borrow().iter().any(is_it)
    }

    fn note(&self, file: &Rc<File>, part: &Range<u64>) {
        let mut known = self.known.borrow_mut();
        if known.len() == KNOWN {
            known.clear();
        }
        known.push((Rc::downgrade(file), part.clone()));
    }
}

/// Has a part of a file read, so that it is in memory. What is wrong with it is found by whoever sends it.
pub(crate) async fn fetch(file: &File, part: Range<u64>) {
    if let Ok(file) = file.try_clone() {
        // Without another thread, the one that sends it waits.
        drop(elsewhere(move || read_over(&file, part)).await);
    }
}

/// Has up to `count` bytes of a file read.
pub(crate) async fn read(file: Rc<File>, offset: u64, count: usize) -> io::Result<Bytes> {
    let file = file.try_clone()?;
    elsewhere(move || {
        let mut bytes = BytesMut::zeroed(count);
        let read = file.read_at(&mut bytes, offset)?;
        bytes.truncate(read);
        Ok(bytes.freeze())
    })
    .await?
}

thread_local! {
    /// Those of this serving thread.
    static FREE: Arc<Semaphore> = Arc::new(Semaphore::new(READERS));
}

/// What a thread of its own makes of it.
async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let place = FREE.with(Arc::clone).acquire_owned().await.map_err(io::Error::other)?;
    let (done, told) = oneshot::channel();
    thread::Builder::new().name("disk".into()).spawn(move || {
        // Nobody waits for it any more where the connection is gone.
        let _ = done.send(work());
        drop(place);
    })?;
    told.await.map_err(io::Error::other)
}

fn read_over(file: &File, part: Range<u64>) {
    let mut buffer = vec![0; STEP];
    let mut at = part.start;
    while at < part.end {
        let most = (part.end - at).min(STEP as u64) as usize;
        match file.read_at(&mut buffer[..most], at) {
            Ok(0) | Err(_) => return,
            Ok(count) => at += count as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn file(text: &[u8]) -> Rc<File> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        Rc::new(file)
    }

    #[test]
    fn bytes_are_read_by_another_thread() {
        let file = file(b"0123456789");
        for (offset, count, expected) in [(0, 4, "0123"), (8, 100, "89"), (10, 1, ""), (99, 1, "")] {
            assert_eq!(run(read(Rc::clone(&file), offset, count)).unwrap(), expected);
        }
        run(fetch(&file, 0..1 << 40));
        assert!(!Disk::default().is_cold(&file, &(0..10)));
    }

    #[test]
    fn only_so_many_read_at_a_time_and_each_gives_its_place_back() {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let all = run(async {
            let first = tokio::spawn(elsewhere(move || wait.recv().is_ok()));
            tokio::task::yield_now().await;
            let free = FREE.with(|free| free.available_permits());
            go.send(()).unwrap();
            (first.await.unwrap().unwrap(), free)
        });
        assert_eq!(all, (true, READERS - 1));
        for _ in 0..2 * READERS {
            assert_eq!(run(elsewhere(|| 1)).unwrap(), 1);
        }
    }

    #[test]
    fn a_file_that_is_kept_open_is_known_for_a_while() {
        let (disk, kept) = (Disk::default(), file(b"0123456789"));
        let another = Rc::clone(&kept);
        assert!(!disk.is_cold(&kept, &(2..9)));
        assert!(
            disk.knows(&another, &(3..9))
                && !disk.knows(&another, &(1..9))
                && !disk.knows(&file(b""), &(3..9))
        );
        disk.forget();
        assert!(!disk.knows(&kept, &(3..9)));
        let alone = file(b"0123456789");
        assert!(!disk.is_cold(&alone, &(0..10)) && !disk.knows(&alone, &(0..10)));
    }
}
