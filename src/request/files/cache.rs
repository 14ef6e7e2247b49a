//! Files that this thread has served before: small ones with their bytes, larger ones open. What is kept is served only
//! if the file system says of the file what it said then: a changed file is served changed at once.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use os::file::Info;

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
    pub(super) info: Info,
    pub(super) parts: ETagParts,
    pub(super) validators: Validators,
    pub(super) contents: T,
}

/// Files by path, the oldest first to go.
pub(super) struct Shelf<T> {
    files: HashMap<Rc<Path>, Rc<Kept<T>>>,
    /// Every path in `files`, once, in the order in which they came.
    order: VecDeque<Rc<Path>>,
    bytes: usize,
    most_files: usize,
    most_bytes: usize,
}

impl<T> Shelf<T> {
    fn new(most_files: usize, most_bytes: usize) -> Self {
        Self { files: HashMap::new(), order: VecDeque::new(), bytes: 0, most_files, most_bytes }
    }

    /// The file, if it is still what it was.
    pub(super) fn get(&self, path: &Path, info: &Info, parts: ETagParts) -> Option<Rc<Kept<T>>> {
        let kept = self.files.get(path)?;
        (kept.info == *info && kept.parts == parts).then(|| Rc::clone(kept))
    }

    /// Keeps a file, in place of what was kept of it before.
    pub(super) fn put(&mut self, path: &Path, kept: Kept<T>) {
        let size = kept.info.size as usize;
        if size > self.most_bytes {
            return;
        }
        let kept = Rc::new(kept);
        if let Some(old) = self.files.get_mut(path) {
            self.bytes = self.bytes.saturating_sub(old.info.size as usize) + size;
            *old = kept;
        } else {
            let path: Rc<Path> = path.into();
            self.bytes += size;
            self.order.push_back(Rc::clone(&path));
            self.files.insert(path, kept);
        }
        while self.bytes > self.most_bytes || self.order.len() > self.most_files {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.order.pop_front().and_then(|path| self.files.remove(&path));
        self.bytes = oldest.map_or(0, |kept| self.bytes.saturating_sub(kept.info.size as usize));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn info(size: u64) -> Info {
        let file = tempfile::tempfile().unwrap();
        Info { size, ..Info::of_file(&file).unwrap() }
    }

    fn put(shelf: &mut Shelf<()>, path: &str, info: Info) {
        let validators = Validators::of(&info, ETagParts::SIZE, SystemTime::now());
        shelf.put(Path::new(path), Kept { info, parts: ETagParts::SIZE, validators, contents: () });
    }

    fn has(shelf: &Shelf<()>, path: &str, info: &Info) -> bool {
        shelf.get(Path::new(path), info, ETagParts::SIZE).is_some()
    }

    #[test]
    fn only_what_is_still_true_is_found() {
        let mut shelf = Shelf::new(10, 100);
        let before = info(10);
        put(&mut shelf, "/a", before);
        assert!(has(&shelf, "/a", &before));
        assert!(!has(&shelf, "/b", &before));
        for after in [
            Info { size: 11, ..before },
            Info { inode: before.inode + 1, ..before },
            Info { modified_nanos: before.modified_nanos ^ 1, ..before },
            Info { changed: before.changed + 1, ..before },
        ] {
            assert!(!has(&shelf, "/a", &after), "{after:?}");
        }
        assert!(shelf.get(Path::new("/a"), &before, ETagParts::all()).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many_files_or_bytes() {
        let mut shelf = Shelf::new(2, 100);
        let (small, large) = (info(10), info(95));
        put(&mut shelf, "/a", small);
        put(&mut shelf, "/b", small);
        put(&mut shelf, "/c", small);
        assert!(!has(&shelf, "/a", &small) && has(&shelf, "/b", &small) && has(&shelf, "/c", &small));
        put(&mut shelf, "/d", large);
        assert!(!has(&shelf, "/c", &small) && has(&shelf, "/d", &large));
        put(&mut shelf, "/e", info(101));
        assert!(has(&shelf, "/d", &large));
    }

    #[test]
    fn a_file_is_counted_once() {
        let mut shelf = Shelf::new(10, 100);
        let info = info(60);
        for _ in 0..3 {
            put(&mut shelf, "/a", info);
        }
        assert!(has(&shelf, "/a", &info));
        assert_eq!((shelf.bytes, shelf.order.len()), (60, 1));
    }
}
