//! Names that a serving thread is told of by the system when they come or go, so that it need not look for them with each
//! request: the way to a directory, and what it was found not to hold.
//!
//! **The invariant**: as long as [`Watch::epoch`] says the same, every name that [`Watch::holds`] has taken is there or not
//! there as it was found after that call, and the path to it leads where it led. A change is known from the moment
//! on at which whoever makes it is told that it is made, so a request that is sent after a change finds the epoch
//! changed. What stands in files is not watched.
//!
//! An epoch ends with the first name that matters; all that is known ends with it, and nothing is watched for a `PAUSE`: where
//! names change all the time, looking is cheaper. What cannot be watched (a file system that others write to, a
//! directory that may not be listed, more directories than the system allows) is not taken, and looked at.

use std::cell::{Cell, RefCell};
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use os::file::{Info, Kind};
use os::watch::{Allowance, Mark, News, Watcher};
use rustc_hash::{FxHashMap, FxHashSet};

use super::turn::Shared;

/// How long nothing is watched after something has changed.
const PAUSE: Duration = Duration::from_secs(1);

/// How many directories a thread watches at most, and how many paths to such it remembers.
const MOST: usize = 1024;

/// How many symbolic links a path may lead through: as many as Linux follows.
const LINKS: usize = 40;

/// What a thread watches.
pub(crate) struct Watch {
    epoch: Cell<Epoch>,
    /// The turn in which the system was asked last.
    asked: Cell<Option<u64>>,
    state: RefCell<State>,
}

/// A time in which nothing that is watched has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch(u64);

impl Watch {
    /// The watch of the thread of this number, from 0: the system allows so many and no more.
    pub(crate) fn of_thread(number: usize) -> Self {
        let state = State { number, ..State::default() };
        Self { epoch: Cell::new(Epoch(0)), asked: Cell::default(), state: RefCell::new(state) }
    }

    /// The present epoch: one cheap system call, or none if nothing is watched, or if another request of the turn has asked.
    pub(crate) fn epoch(&self, shared: Option<Shared>) -> Epoch {
        let turn = shared.map(|shared| shared.turn);
        let is_known = shared.is_some_and(|shared| shared.was_waited_for) && self.asked.get() == turn;
        if !is_known {
            if self.state.borrow_mut().has_ended() {
                self.epoch.set(Epoch(self.epoch.get().0 + 1));
            }
            self.asked.set(turn);
        }
        self.epoch.get()
    }

    /// From now on the epoch ends when this name comes to the directory or goes from it, or the directory's path leads
    /// elsewhere. `false` if that cannot be promised.
    pub(crate) fn holds(&self, directory: &str, name: &str) -> bool {
        self.state.borrow_mut().take(directory, name)
    }
}

#[derive(Default)]
struct State {
    /// Of the thread.
    number: usize,
    /// `None` before the first directory; then for ever, if there is a watcher.
    ears: Option<Ears>,
    known: Known,
    /// Nothing is watched before.
    not_before: Option<Instant>,
    news: Vec<News>,
}

/// What hears. It outlives the epochs: closing one takes the system some hundredths of a second.
struct Ears {
    watcher: Option<Watcher>,
    /// All that it watches, what belongs to no known path any more included.
    marks: FxHashSet<Mark>,
    /// How many there may be.
    most: usize,
}

/// What is watched in an epoch.
#[derive(Default)]
struct Known {
    /// Directories by paths without links. One that is mounted at two places has two paths and one mark.
    directories: FxHashMap<PathBuf, Mark>,
    names: FxHashSet<(Mark, Key)>,
    /// The paths that were asked for: the directories that they lead to, `None` for what cannot be watched.
    paths: FxHashMap<String, Option<Mark>>,
}

/// A name in small letters, or `None` for any: some file systems take several names for one. Two ASCII names differ in no more
/// than their letters' case then.
type Key = Option<Box<[u8]>>;

impl State {
    /// Hears what has happened: something of it matters, and all is forgotten.
    fn has_ended(&mut self) -> bool {
        let Some(watcher) = self.ears.as_ref().and_then(|ears| ears.watcher.as_ref()) else { return false };
        watcher.hear(&mut self.news);
        let matters = self.news.drain(..).any(|news| self.known.is_about(&news));
        if matters {
            self.known = Known::default();
            self.not_before = Instant::now().checked_add(PAUSE);
            self.ears.take_if(|ears| ears.is_full());
        }
        matters
    }

    fn take(&mut self, directory: &str, name: &str) -> bool {
        if name.contains('/') {
            return false;
        }
        let mark = match self.known.paths.get(directory) {
            Some(known) => *known,
            None => self.begin(directory),
        };
        if let Some(mark) = mark {
            self.known.names.insert((mark, key(OsStr::new(name))));
        }
        mark.is_some()
    }

    /// Begins to watch a directory, with all that its path leads through.
    fn begin(&mut self, directory: &str) -> Option<Mark> {
        let is_too_early = self.not_before.is_some_and(|not_before| Instant::now() < not_before);
        if is_too_early || self.known.paths.len() >= MOST {
            return None;
        }
        let ears = self.ears.get_or_insert_with(|| Ears::of_thread(self.number));
        let mark = self.known.lead(ears, Path::new(directory)).ok();
        self.known.paths.insert(directory.to_owned(), mark);
        mark
    }
}

impl Ears {
    fn of_thread(number: usize) -> Self {
        let Allowance { watchers, directories } = os::watch::allowance();
        let watcher = if number < watchers { Watcher::new().ok() } else { None };
        Self { watcher, marks: FxHashSet::default(), most: directories.min(MOST) }
    }

    fn is_full(&self) -> bool {
        self.marks.len() >= self.most
    }

    fn add(&mut self, directory: &Path) -> io::Result<Mark> {
        let watcher = self.watcher.as_ref().filter(|_| !self.is_full()).ok_or(ErrorKind::QuotaExceeded)?;
        let mark = watcher.add(directory)?;
        self.marks.insert(mark);
        Ok(mark)
    }
}

impl Known {
    fn is_about(&self, news: &News) -> bool {
        let News::Name(at, name) = news else { return true };
        let key = key(name);
        key.is_none() || self.names.contains(&(*at, None)) || self.names.contains(&(*at, key))
    }

    /// Goes where a path leads, from the root on. Each directory is watched before it is asked for the next name: there is no
    /// moment at which a change of that could be missed.
    fn lead(&mut self, ears: &mut Ears, path: &Path) -> io::Result<Mark> {
        let mut here = PathBuf::from("/");
        let mut left = parts(path);
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == ".." {
                here.pop();
                continue;
            }
            let mark = self.enter(ears, &here)?;
            self.names.insert((mark, key(&name)));
            let next = here.join(&name);
            match Info::of_link(&next)?.kind {
                Kind::Directory => here = next,
                Kind::Link if links < LINKS => {
                    links += 1;
                    let to = std::fs::read_link(&next)?;
                    if to.is_absolute() {
                        here = PathBuf::from("/");
                    }
                    left.extend(parts(&to));
                }
                _ => return Err(ErrorKind::NotADirectory.into()),
            }
        }
        self.enter(ears, &here)
    }

    fn enter(&mut self, ears: &mut Ears, directory: &Path) -> io::Result<Mark> {
        if let Some(mark) = self.directories.get(directory) {
            return Ok(*mark);
        }
        let mark = ears.add(directory)?;
        self.directories.insert(directory.to_owned(), mark);
        Ok(mark)
    }
}

/// The names of a path, the first one last.
fn parts(path: &Path) -> Vec<OsString> {
    let names = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    names.collect()
}

fn key(name: &OsStr) -> Key {
    let bytes = name.as_encoded_bytes();
    bytes.is_ascii().then(|| bytes.to_ascii_lowercase().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    /// A folder with `a/b` and `other` in it. Whoever else does something to what the folder lies in can end an epoch, too:
    /// tests wait for an end, never for none.
    struct Place {
        root: TempDir,
        watch: Watch,
    }

    impl Place {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir_all(root.path().join("a/b")).unwrap();
            fs::write(root.path().join("other"), "").unwrap();
            Self { root, watch: Watch::of_thread(0) }
        }

        /// That of `.x` in `a/b`; `None` where no folder can be watched.
        fn watched() -> Option<Self> {
            let place = Self::new();
            let is_watched = place.holds("a/b");
            if !is_watched {
                println!("skipped: {} cannot be watched", place.root.path().display());
            }
            is_watched.then_some(place)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.root.path().join(name)
        }

        fn holds(&self, directory: &str) -> bool {
            self.watch.holds(self.path(directory).to_str().unwrap(), ".x")
        }

        fn has_ended(&self) -> bool {
            let before = self.watch.epoch.get();
            self.watch.epoch(None) != before
        }

        fn end_pause(&self) {
            assert!(self.watch.state.borrow_mut().not_before.take().is_some());
        }
    }

    #[test]
    fn a_name_that_comes_or_goes_ends_the_epoch() {
        let changes: [fn(&Place); 8] = [
            |place| fs::write(place.path("a/b/.x"), "").unwrap(),
            |place| fs::write(place.path("a/b/.X"), "").unwrap(),
            |place| fs::create_dir(place.path("a/b/.x")).unwrap(),
            |place| symlink("nowhere", place.path("a/b/.x")).unwrap(),
            |place| fs::rename(place.path("other"), place.path("a/b/.x")).unwrap(),
            |place| fs::hard_link(place.path("other"), place.path("a/b/.x")).unwrap(),
            |place| fs::rename(place.path("a"), place.path("c")).unwrap(),
            |place| fs::remove_dir(place.path("a/b")).unwrap(),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let Some(place) = Place::watched() else { return };
            change(&place);
            assert!(place.has_ended(), "{number}");
            place.end_pause();
        }
    }

    #[test]
    fn only_names_that_were_asked_for_matter() {
        let (one, other) = (Mark(1), Mark(2));
        let names = [(one, key(OsStr::new(".Htaccess"))), (other, key(OsStr::new("B\u{fc}cher")))];
        let known = Known { names: names.into_iter().collect(), ..Known::default() };
        for (mark, name, matters) in [
            (one, ".htaccess", true),
            (one, ".HTACCESS", true),
            (one, ".htaccess~", false),
            (one, "upload.txt", false),
            (one, "\u{fc}.txt", true),
            (other, "b\u{fc}cher", true),
            (other, "anything", true),
            (Mark(3), ".htaccess", false),
        ] {
            assert_eq!(known.is_about(&News::Name(mark, name.into())), matters, "{mark:?} {name}");
        }
        assert!(known.is_about(&News::Lost));
    }

    #[test]
    fn a_path_is_followed_through_links() {
        let place = Place::new();
        symlink("a", place.path("relative")).unwrap();
        symlink(place.path("relative/.."), place.path("absolute")).unwrap();
        symlink("loop", place.path("loop")).unwrap();
        assert!(!place.holds("loop") && !place.holds("none") && !place.holds("a/../none"));
        if place.holds("absolute/a/./b") {
            symlink(".", place.path("new")).unwrap();
            fs::rename(place.path("new"), place.path("relative")).unwrap();
            assert!(place.has_ended(), "absolute led through it");
        }
    }

    #[test]
    fn the_same_names_are_watched_again_after_the_pause() {
        let Some(place) = Place::watched() else { return };
        for _ in 0..3 {
            fs::write(place.path("a/b/.x"), "").unwrap();
            assert!(place.has_ended());
            place.end_pause();
            assert!(place.holds("a/b"));
            fs::remove_file(place.path("a/b/.x")).unwrap();
            assert!(place.has_ended());
            place.end_pause();
            assert!(place.holds("a/b"));
        }
    }

    #[test]
    fn no_more_than_the_system_allows_is_watched() {
        let Some(place) = Place::watched() else { return };
        fs::create_dir_all(place.path("c/d")).unwrap();
        if let Some(ears) = &mut place.watch.state.borrow_mut().ears {
            ears.most = ears.marks.len() + 1;
        }
        assert!(place.holds("c") && !place.holds("c/d") && place.holds("a/b"));
        fs::write(place.path("c/.x"), "").unwrap();
        assert!(place.has_ended());
        assert!(place.watch.state.borrow().ears.is_none(), "what it watched may be of no use");
        assert!(!Watch::of_thread(usize::MAX).holds("/", "x"));
        assert!(!place.watch.holds("/", "tmp/x"), "not a name");
    }

    #[test]
    fn the_system_is_asked_once_a_turn() {
        let shared = |turn, was_waited_for| Some(Shared { turn, was_waited_for });
        let place = Place::new();
        let first = place.watch.epoch(shared(1, true));
        if place.holds("a/b") {
            fs::write(place.path("a/b/.x"), "").unwrap();
            assert_eq!(place.watch.epoch(shared(1, true)), first, "had come before the turn began");
            assert_ne!(place.watch.epoch(shared(1, false)), first, "came while it ran");
        }
    }
}
