//! Files that this thread has served before: small ones with their bytes, larger ones open. What is kept is served only
//! if the file system says of the file what it said then: a changed file is served changed at once.

use std::collections::VecDeque;
use std::fs::File;
use std::rc::Rc;

use bytes::Bytes;
use os::file::Info;
use rustc_hash::FxHashMap;

use super::validators::Validators;
use crate::core_module::ETagParts;

/// How many files a thread keeps with their bytes.
const IN_MEMORY: usize = 1024;

/// How many bytes of them.
const BYTES: usize = 2 * 1024 * 1024;

/// How many files a thread keeps open.
const OPEN: usize = 32;

/// What one thread keeps.
pub(crate) struct Cache {
    pub(super) memory: Shelf<Bytes>,
    pub(super) open: Shelf<Rc<File>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { memory: Shelf::new(IN_MEMORY, BYTES), open: Shelf::new(OPEN, usize::MAX) }
    }
}

/// A file, and what was true of it when it was opened.
pub(super) struct Kept<T> {
    pub(super) path: Box<str>,
    pub(super) info: Info,
    pub(super) parts: ETagParts,
    pub(super) validators: Validators,
    pub(super) contents: T,
}

/// The device that a file is on and its number there, which nearly always says as much as its path and is found faster.
/// Where a file system makes numbers up, the path decides.
type Identity = (u64, u64);

/// Files, the oldest first to go.
pub(super) struct Shelf<T> {
    files: FxHashMap<Identity, Rc<Kept<T>>>,
    /// All that are in `files`, once, in the order in which they came.
    order: VecDeque<Identity>,
    bytes: usize,
    most_files: usize,
    most_bytes: usize,
}

impl<T> Shelf<T> {
    fn new(most_files: usize, most_bytes: usize) -> Self {
        Self { files: FxHashMap::default(), order: VecDeque::new(), bytes: 0, most_files, most_bytes }
    }

    /// The file, if it is still what it was.
    pub(super) fn get(&self, path: &str, info: &Info, parts: ETagParts) -> Option<Rc<Kept<T>>> {
        let kept = self.files.get(&identity(info))?;
        kept.is(path, info, parts).then(|| Rc::clone(kept))
    }

    /// Keeps a file, in place of what was kept of it before.
    pub(super) fn put(&mut self, kept: Kept<T>) {
        let (file, size) = (identity(&kept.info), kept.info.size as usize);
        if size > self.most_bytes {
            return;
        }
        self.bytes += size;
        match self.files.insert(file, Rc::new(kept)) {
            Some(old) => self.bytes -= old.info.size as usize,
            None => self.order.push_back(file),
        }
        while self.bytes > self.most_bytes || self.order.len() > self.most_files {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.order.pop_front().and_then(|file| self.files.remove(&file));
        self.bytes = oldest.map_or(0, |kept| self.bytes.saturating_sub(kept.info.size as usize));
    }
}

impl<T> Kept<T> {
    fn is(&self, path: &str, info: &Info, parts: ETagParts) -> bool {
        *self.path == *path && self.info == *info && self.parts == parts
    }
}

fn identity(info: &Info) -> Identity {
    (info.device, info.inode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn info(inode: u64, size: u64) -> Info {
        let file = tempfile::tempfile().unwrap();
        Info { inode, size, ..Info::of_file(&file).unwrap() }
    }

    fn put(shelf: &mut Shelf<()>, info: Info) {
        let validators = Validators::of(&info, ETagParts::SIZE, SystemTime::now());
        shelf.put(Kept { path: "/a".into(), info, parts: ETagParts::SIZE, validators, contents: () });
    }

    fn has(shelf: &Shelf<()>, info: &Info) -> bool {
        shelf.get("/a", info, ETagParts::SIZE).is_some()
    }

    #[test]
    fn only_what_is_still_true_is_found() {
        let mut shelf = Shelf::new(10, 100);
        let before = info(1, 10);
        put(&mut shelf, before);
        assert!(has(&shelf, &before));
        for after in [
            Info { size: 11, ..before },
            Info { inode: 2, ..before },
            Info { device: before.device + 1, ..before },
            Info { modified_nanos: before.modified_nanos ^ 1, ..before },
            Info { changed: before.changed + 1, ..before },
        ] {
            assert!(!has(&shelf, &after), "{after:?}");
        }
        assert!(shelf.get("/a", &before, ETagParts::all()).is_none());
        assert!(shelf.get("/b", &before, ETagParts::SIZE).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many_files_or_bytes() {
        let mut shelf = Shelf::new(2, 100);
        let small = [1, 2, 3].map(|inode| info(inode, 10));
        let large = info(4, 95);
        for info in small {
            put(&mut shelf, info);
        }
        assert!(!has(&shelf, &small[0]) && has(&shelf, &small[1]) && has(&shelf, &small[2]));
        put(&mut shelf, large);
        assert!(!has(&shelf, &small[2]) && has(&shelf, &large));
        put(&mut shelf, info(5, 101));
        assert!(has(&shelf, &large));
    }

    #[test]
    fn a_file_is_counted_once() {
        let mut shelf = Shelf::new(10, 100);
        for size in [50, 70, 60] {
            put(&mut shelf, info(1, size));
        }
        assert_eq!((shelf.bytes, shelf.order.len()), (60, 1));
    }
}
