//! Small files that this thread has read before. What is kept is served only if the file system says of the file what it
//! said when it was read: a changed file is served changed at once.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use os::file::Info;

use super::validators::Validators;
use crate::core_module::ETagParts;

/// How many files a thread keeps at most.
const FILES: usize = 1024;

/// How many bytes of contents a thread keeps at most.
const BYTES: usize = 2 * 1024 * 1024;

/// The contents of a file, and what was true of it when they were read.
pub(crate) struct Cached {
    pub(super) info: Info,
    pub(super) parts: ETagParts,
    pub(super) bytes: Bytes,
    pub(super) validators: Validators,
}

/// The files of one thread, the oldest first to go.
pub(crate) struct Cache {
    files: HashMap<Rc<Path>, Rc<Cached>>,
    /// Every path in `files`, once, in the order in which they came.
    order: VecDeque<Rc<Path>>,
    bytes: usize,
    most_files: usize,
    most_bytes: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self::bounded(FILES, BYTES)
    }
}

impl Cache {
    fn bounded(most_files: usize, most_bytes: usize) -> Self {
        Self { files: HashMap::new(), order: VecDeque::new(), bytes: 0, most_files, most_bytes }
    }

    /// The file, if it is still what it was.
    pub(crate) fn get(&self, path: &Path, info: &Info, parts: ETagParts) -> Option<Rc<Cached>> {
        let cached = self.files.get(path)?;
        (cached.info == *info && cached.parts == parts).then(|| Rc::clone(cached))
    }

    /// Keeps a file, in place of what was kept of it before.
    pub(crate) fn put(&mut self, path: &Path, cached: Cached) {
        let size = cached.bytes.len();
        if size > self.most_bytes {
            return;
        }
        let cached = Rc::new(cached);
        if let Some(old) = self.files.get_mut(path) {
            self.bytes = self.bytes - old.bytes.len() + size;
            *old = cached;
        } else {
            let path: Rc<Path> = path.into();
            self.bytes += size;
            self.order.push_back(Rc::clone(&path));
            self.files.insert(path, cached);
        }
        while self.bytes > self.most_bytes || self.order.len() > self.most_files {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let oldest = self.order.pop_front().and_then(|path| self.files.remove(&path));
        self.bytes -= oldest.map_or(self.bytes, |cached| cached.bytes.len());
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

    fn put(cache: &mut Cache, path: &str, info: Info) {
        let bytes = vec![0; info.size as usize].into();
        let validators = Validators::of(&info, ETagParts::SIZE, SystemTime::now());
        cache.put(Path::new(path), Cached { info, parts: ETagParts::SIZE, bytes, validators });
    }

    fn has(cache: &Cache, path: &str, info: &Info) -> bool {
        cache.get(Path::new(path), info, ETagParts::SIZE).is_some()
    }

    #[test]
    fn only_what_is_still_true_is_found() {
        let mut cache = Cache::default();
        let before = info(10);
        put(&mut cache, "/a", before);
        assert!(has(&cache, "/a", &before));
        assert!(!has(&cache, "/b", &before));
        for after in [
            Info { size: 11, ..before },
            Info { inode: before.inode + 1, ..before },
            Info { modified_nanos: before.modified_nanos ^ 1, ..before },
            Info { changed: before.changed + 1, ..before },
        ] {
            assert!(!has(&cache, "/a", &after), "{after:?}");
        }
        assert!(cache.get(Path::new("/a"), &before, ETagParts::all()).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many_files_or_bytes() {
        let mut cache = Cache::bounded(2, 100);
        let (small, large) = (info(10), info(95));
        put(&mut cache, "/a", small);
        put(&mut cache, "/b", small);
        put(&mut cache, "/c", small);
        assert!(!has(&cache, "/a", &small) && has(&cache, "/b", &small) && has(&cache, "/c", &small));
        put(&mut cache, "/d", large);
        assert!(!has(&cache, "/c", &small) && has(&cache, "/d", &large));
        put(&mut cache, "/e", info(101));
        assert!(has(&cache, "/d", &large));
    }

    #[test]
    fn a_file_is_counted_once() {
        let mut cache = Cache::bounded(10, 100);
        let info = info(60);
        for _ in 0..3 {
            put(&mut cache, "/a", info);
        }
        assert!(has(&cache, "/a", &info));
        assert_eq!((cache.bytes, cache.order.len()), (60, 1));
    }
}
