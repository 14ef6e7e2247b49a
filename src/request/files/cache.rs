//! Files that this thread has served before: small ones with their bytes, larger ones open. What is kept is served only
//! if the file system says of the file what it said then: a changed file is served changed at once.

use std::cell::{Cell, OnceCell};
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

/// Open files up to this size are read into memory when they are asked for often: up to here a copy in one piece costs less than
/// what the kernel does for each page that it sends from a file (24 and 26 of the 28 µs that nginx takes for 100 KiB).
const WARM: u64 = 128 * 1024;

/// How often an open file is sent by the kernel before it is read: files that push each other out never come so far.
const OFTEN: u32 = 8;

/// What one thread keeps.
pub(crate) struct Cache {
    pub(super) memory: Shelf<Bytes>,
    pub(super) open: Shelf<Opened>,
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

/// A file that is kept open, and its bytes once it has been asked for often.
pub(super) struct Opened {
    pub(super) file: Rc<File>,
    uses: Cell<u32>,
    bytes: OnceCell<Bytes>,
}

impl From<File> for Opened {
    fn from(file: File) -> Self {
        Self { file: Rc::new(file), uses: Cell::new(0), bytes: OnceCell::new() }
    }
}

impl Kept<Opened> {
    /// Its bytes, if they are worth having and need not be waited for. Each call counts as a use.
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        let opened = &self.contents;
        if let Some(bytes) = opened.bytes.get() {
            return Some(bytes);
        }
        opened.uses.set(opened.uses.get().wrapping_add(1));
        if self.info.size > WARM || !opened.uses.get().is_multiple_of(OFTEN) {
            return None;
        }
        // Who cannot read it now lets the kernel send it, and says what is wrong.
        let bytes = super::read(&opened.file, self.info.size).ok().flatten()?;
        let is_it = Info::of_file(&opened.file).is_ok_and(|now| now == self.info);
        is_it.then(|| opened.bytes.get_or_init(|| bytes))
    }
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

    fn opened(length: usize) -> (tempfile::NamedTempFile, Kept<Opened>) {
        let named = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(named.path(), vec![b'x'; length]).unwrap();
        let file = File::open(named.path()).unwrap();
        let info = Info::of_file(&file).unwrap();
        let validators = Validators::of(&info, ETagParts::SIZE, SystemTime::now());
        let contents = Opened::from(file);
        (named, Kept { path: "/a".into(), info, parts: ETagParts::SIZE, validators, contents })
    }

    #[test]
    fn what_is_asked_for_often_comes_into_memory_if_it_is_not_large() {
        for (length, expected) in [(WARM as usize, Some(WARM as usize)), (WARM as usize + 1, None)] {
            let (_named, kept) = opened(length);
            assert!((1..OFTEN).all(|_| kept.bytes().is_none()));
            assert_eq!(kept.bytes().map(Bytes::len), expected);
            assert_eq!(kept.bytes().map(Bytes::len), expected, "once it is there it stays");
        }
    }

    #[test]
    fn a_file_that_has_changed_does_not_come_into_memory() {
        let (named, kept) = opened(1000);
        std::fs::write(named.path(), "shorter").unwrap();
        assert!((0..4 * OFTEN).all(|_| kept.bytes().is_none()));
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
