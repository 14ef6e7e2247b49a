//! `.htaccess`: configuration that lies beside the files it is about, read while requests are served.
//!
//! A file is read once and then kept by the serving thread as long as stat(2) says the same of it: a request costs one
//! look at each file that is there, and none where AllowOverride permits nothing. That a directory has none is known as long as
//! the [watch](crate::server::watch) says that none has come, and looked for with each request where it cannot tell. What one
//! request of a turn ([`crate::server::turn`]) was told serves those that had come by then.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use conf::{Position, Source};
use os::file::{Info, Kind};
use rustc_hash::FxHashMap;

use super::Override;
use super::apply::Applier;
use super::context::Permitted;
use super::here::{Ground, Notes};
use super::parts::Parts;
use super::read::Reader;
use super::sections::{Section, SectionKind};
use crate::core_module::AllowOverride;
use crate::error::ConfError;
use crate::server::Generation;
use crate::server::turn::Shared;
use crate::server::watch::{Epoch, Watch};

/// How many files a thread keeps.
const FILES_MAX: usize = 10_000;

/// How many bytes a file may have: long lists of addresses have some millions.
const SIZE_MAX: u64 = 16 * 1024 * 1024;

/// The files that a serving thread has read.
#[derive(Default)]
pub(super) struct Cache {
    files: HashMap<String, Entry>,
    /// What was found last in a directory, and in which turn.
    found: FxHashMap<String, Found>,
    /// The path that is looked at.
    path: String,
}

struct Found {
    /// When it is good for other requests, too.
    good: Good,
    is_watched: bool,
    names: Option<Arc<[String]>>,
    allow: AllowOverride,
    list: Vec<String>,
    read: Option<Read>,
}

/// A file that was read.
#[derive(Clone)]
pub(super) struct Read {
    /// What it sets.
    pub(super) section: Rc<Section>,
    pub(super) stamp: Rc<Stamp>,
}

/// Which file was read, and what the system said of it then: as long as it says the same, so does the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) path: String,
    pub(crate) info: Info,
}

/// How long what was found stays true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Good {
    /// For those requests of this turn that had come when it was found.
    Turn(u64),
    /// As long as this epoch lasts.
    Epoch(Epoch),
}

/// Now, for a request: what it may use of what others found, and what others may use of what it finds.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) watch: &'a Watch,
    pub(super) epoch: Epoch,
    pub(super) shared: Option<Shared>,
}

/// What was found in a directory.
pub(super) struct Answer {
    /// `None` if there is no file.
    pub(super) read: Option<Read>,
    /// As long as the epoch lasts there is no other.
    pub(super) is_watched: bool,
}

struct Entry {
    stamp: Rc<Stamp>,
    allow: AllowOverride,
    list: Vec<String>,
    read: Result<Rc<Section>, Rc<str>>,
}

/// Why a directory's file is of no use.
pub(super) enum Trouble {
    /// It is there, but cannot be looked at or read.
    Unreadable(io::Error),
    /// What stands in it is wrong: a sentence with file and line.
    Wrong(Rc<str>),
}

impl Cache {
    /// The first file of these names in a directory.
    pub(super) fn get(
        &mut self,
        directory: &str,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        generation: &Generation,
        now: Now<'_>,
    ) -> Result<Answer, Trouble> {
        if let Some(found) = self.found.get(directory)
            && found.is_good(now)
            && found.serves(names, permitted)
        {
            return Ok(found.answer());
        }
        // Asked before the look: what changes from here on is told.
        let is_watched = each(names).all(|name| now.watch.holds(directory, name));
        let read = self.first(directory, names, permitted, generation)?;
        let is_watched = is_watched && (read.is_some() || self.is_without(directory, names));
        let turn = now.shared.map(|shared| Good::Turn(shared.turn));
        let epoch = (is_watched && read.is_none()).then_some(Good::Epoch(now.epoch));
        if let Some(good) = epoch.or(turn) {
            self.note(directory, Found::new(good, is_watched, names, permitted, read.clone()));
        }
        Ok(Answer { read, is_watched })
    }

    /// There is no such name in the directory, not even a link that leads nowhere: its end is not watched.
    fn is_without(&mut self, directory: &str, names: Option<&Arc<[String]>>) -> bool {
        let is_missing = |cause: &io::Error| cause.kind() == ErrorKind::NotFound;
        each(names).all(|name| {
            self.set_path(directory, name);
            Info::of_link(Path::new(&self.path)).is_err_and(|cause| is_missing(&cause))
        })
    }

    fn note(&mut self, directory: &str, found: Found) {
        if let Some(known) = self.found.get_mut(directory) {
            *known = found;
            return;
        }
        if self.found.len() >= FILES_MAX {
            self.found.clear();
        }
        self.found.insert(directory.to_owned(), found);
    }

    fn first(
        &mut self,
        directory: &str,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        generation: &Generation,
    ) -> Result<Option<Read>, Trouble> {
        for name in each(names) {
            if let Some(read) = self.named(directory, name, permitted, generation)? {
                return Ok(Some(read));
            }
        }
        Ok(None)
    }

    fn named(
        &mut self,
        directory: &str,
        name: &str,
        permitted: Permitted<'_>,
        generation: &Generation,
    ) -> Result<Option<Read>, Trouble> {
        self.set_path(directory, name);
        let info = match Info::of(Path::new(&self.path)) {
            Ok(info) => info,
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(cause) => return Err(Trouble::Unreadable(cause)),
        };
        let known = self.files.get(&self.path).filter(|entry| entry.serves(&info, permitted));
        if let Some(entry) = known {
            return entry.answer();
        }
        let (info, bytes) = contents(Path::new(&self.path)).map_err(Trouble::Unreadable)?;
        let read = read(&self.path, directory, &bytes, permitted, generation).map(Rc::new);
        let read = read.map_err(|errors| Rc::from(sentence(&self.path, &errors)));
        let stamp = Rc::new(Stamp { path: self.path.clone(), info });
        let entry = Entry { stamp, allow: permitted.allow, list: permitted.list.to_vec(), read };
        let answer = entry.answer();
        if self.files.len() >= FILES_MAX {
            self.files.clear();
        }
        self.files.insert(self.path.clone(), entry);
        answer
    }

    fn set_path(&mut self, directory: &str, name: &str) {
        self.path.clear();
        self.path.push_str(directory.trim_end_matches('/'));
        self.path.push('/');
        self.path.push_str(name);
    }
}

/// AccessFileName, or what it is where nobody says.
fn each(names: Option<&Arc<[String]>>) -> impl Iterator<Item = &str> {
    let own = names.map_or(&[][..], |names| &names[..]);
    let usual = names.is_none().then_some(".htaccess");
    own.iter().map(String::as_str).chain(usual)
}

impl Found {
    fn new(
        good: Good,
        is_watched: bool,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        read: Option<Read>,
    ) -> Self {
        let Permitted { allow, list } = permitted;
        Self { good, is_watched, names: names.cloned(), allow, list: list.to_vec(), read }
    }

    /// It is as true for a request now as when it was found.
    fn is_good(&self, now: Now<'_>) -> bool {
        match self.good {
            Good::Turn(turn) => now.shared.is_some_and(|shared| shared.turn == turn && shared.was_waited_for),
            Good::Epoch(epoch) => now.epoch == epoch,
        }
    }

    /// It was found under these rules.
    fn serves(&self, names: Option<&Arc<[String]>>, permitted: Permitted<'_>) -> bool {
        let same_names = match (&self.names, names) {
            (Some(own), Some(names)) => Arc::ptr_eq(own, names),
            (own, names) => own.is_none() && names.is_none(),
        };
        same_names && self.allow == permitted.allow && self.list == permitted.list
    }

    fn answer(&self) -> Answer {
        Answer { read: self.read.clone(), is_watched: self.is_watched }
    }
}

impl Entry {
    /// It was read from this very file, under these rules.
    fn serves(&self, info: &Info, permitted: Permitted<'_>) -> bool {
        self.stamp.info == *info && self.allow == permitted.allow && self.list == permitted.list
    }

    fn answer(&self) -> Result<Option<Read>, Trouble> {
        match &self.read {
            Ok(section) => Ok(Some(Read { section: Rc::clone(section), stamp: Rc::clone(&self.stamp) })),
            Err(sentence) => Err(Trouble::Wrong(Rc::clone(sentence))),
        }
    }
}

/// A regular file, and what stands in it. Whoever may write to the directory can put anything in its place at any time: a FIFO,
/// which nobody ever writes to, or a file without an end.
fn contents(path: &Path) -> io::Result<(Info, Vec<u8>)> {
    let file = os::file::open_for_reading(path)?;
    let info = Info::of_file(&file)?;
    if info.kind != Kind::Regular {
        return Err(ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_MAX { Err(ErrorKind::FileTooLarge.into()) } else { Ok((info, bytes)) }
}

/// What is wrong with a text as the file of a directory where everything may stand in it.
pub fn check(generation: &Generation, directory: &str, text: &[u8]) -> Result<(), Vec<ConfError>> {
    let allow = AllowOverride { classes: Override::ALL, ..AllowOverride::NONE };
    read("text", directory, text, Permitted { allow, list: &[] }, generation).map(drop)
}

/// Reads what stands in a file, as the configuration itself is read.
fn read(
    path: &str,
    directory: &str,
    bytes: &[u8],
    permitted: Permitted<'_>,
    generation: &Generation,
) -> Result<Section, Vec<ConfError>> {
    let source = Source::from_bytes(path, bytes).map_err(|error| {
        vec![ConfError { hint: error.hint, ..ConfError::new(error.message).at(&error.position) }]
    })?;
    let mut reader = Reader {
        build: generation.build,
        parts: Parts::of(generation),
        server_root: generation.server_root.clone(),
        defines: generation.defines.clone(),
        notes: Notes { forgone: generation.forgone.clone(), ..Notes::default() },
        errors: Vec::new(),
        included: Vec::new(),
        htaccess: Some(permitted.allow),
        misshapen: false,
        incomplete: false,
        chain: None,
    };
    let mut items = Vec::new();
    reader.text(&source, &mut items);
    let Reader { mut notes, mut errors, misshapen, .. } = reader;
    let ground = Ground {
        modules: &generation.modules,
        rows: &generation.rows,
        registry: &generation.registry,
        server_root: &generation.server_root,
        defines: &generation.defines,
        build: generation.build,
    };
    let mut applier = Applier::new(ground, &mut notes, misshapen, false);
    let kind = SectionKind::Directory(directory.to_owned());
    let section = applier.htaccess(&items, permitted, kind, Position { source, line: 1, column: 1 });
    errors.append(&mut applier.errors);
    if errors.is_empty() { Ok(section) } else { Err(errors) }
}

/// `/srv/www/.htaccess: line 3: Foo not allowed here`, and how many more there are.
fn sentence(path: &str, errors: &[ConfError]) -> String {
    let Some(first) = errors.first() else { return path.to_owned() };
    let line = first.position.as_ref().map_or(1, |position| position.line);
    let hint = first.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
    let more = match errors.len() {
        1 => String::new(),
        count => format!("; {} more", count - 1),
    };
    format!("{path}: line {line}: {}{hint}{more}", first.sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::loaded;
    use crate::core_module::Options;
    use std::fs;
    use std::os::unix::fs::symlink;

    struct Place {
        generation: Generation,
        root: tempfile::TempDir,
        cache: Cache,
        watch: Watch,
        shared: Option<Shared>,
    }

    /// The number of a thread that is not allowed to watch anything, and of one that is.
    const BLIND: usize = usize::MAX;
    const WATCHFUL: usize = 0;

    impl Place {
        fn new(thread: usize) -> Self {
            let (generation, root) = (loaded("").unwrap(), tempfile::tempdir().unwrap());
            Self { generation, root, cache: Cache::default(), watch: Watch::of_thread(thread), shared: None }
        }

        fn write(&self, text: &str) {
            fs::write(self.root.path().join(".htaccess"), text).unwrap();
        }

        fn get(&mut self, classes: Override) -> Result<Option<Rc<Section>>, String> {
            let allow = AllowOverride { classes, ..AllowOverride::NONE };
            let permitted = Permitted { allow, list: &[] };
            let directory = self.root.path().to_str().unwrap();
            let now = Now { watch: &self.watch, epoch: self.watch.epoch(self.shared), shared: self.shared };
            let answer = self.cache.get(directory, None, permitted, &self.generation, now);
            answer.map(|answer| answer.read.map(|read| read.section)).map_err(|trouble| match trouble {
                Trouble::Wrong(sentence) => sentence.to_string(),
                Trouble::Unreadable(cause) => cause.to_string(),
            })
        }
    }

    #[test]
    fn a_file_counts_until_it_changes() {
        [BLIND, WATCHFUL].into_iter().for_each(count_until_it_changes);
    }

    fn count_until_it_changes(thread: usize) {
        let mut place = Place::new(thread);
        assert!(place.get(Override::ALL).unwrap().is_none());
        assert!(place.get(Override::ALL).unwrap().is_none());
        place.write("Options Indexes\n");
        let first = place.get(Override::ALL).unwrap().unwrap();
        let base = &place.generation.main().configs;
        let merged = base.with(&place.generation.modules, &first.layer("GET").settings);
        assert_eq!(merged.core().options(), Options::INDEXES);
        assert!(Rc::ptr_eq(&first, &place.get(Override::ALL).unwrap().unwrap()));
        place.write("Options None # longer than before\n");
        assert!(place.get(Override::ALL).is_err());
        place.write("Options None\n\n\n");
        assert!(!Rc::ptr_eq(&first, &place.get(Override::ALL).unwrap().unwrap()));
        let file = place.root.path().join(".htaccess");
        fs::remove_file(&file).unwrap();
        assert!(place.get(Override::ALL).unwrap().is_none());
        let elsewhere = place.root.path().join("elsewhere");
        symlink(&elsewhere, &file).unwrap();
        assert!(place.get(Override::ALL).unwrap().is_none(), "leads nowhere");
        fs::write(&elsewhere, "Options None\n").unwrap();
        assert!(place.get(Override::ALL).unwrap().is_some(), "and now it does");
    }

    #[test]
    fn only_a_file_with_an_end_is_read() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "Options None\n").unwrap();
        assert_eq!(contents(&file).unwrap().1, b"Options None\n");
        fs::File::options().write(true).open(&file).unwrap().set_len(SIZE_MAX + 1).unwrap();
        assert_eq!(contents(&file).unwrap_err().kind(), ErrorKind::FileTooLarge);
        for path in [root.path(), Path::new("/dev/zero")] {
            assert_eq!(contents(path).unwrap_err().kind(), ErrorKind::InvalidInput, "{}", path.display());
        }
    }

    #[test]
    fn that_there_is_none_is_known_as_long_as_it_is_so() {
        let mut place = Place::new(WATCHFUL);
        assert!(place.get(Override::ALL).unwrap().is_none());
        let directory = place.root.path().to_str().unwrap();
        if !place.watch.holds(directory, ".htaccess") {
            return println!("skipped: {directory} cannot be watched");
        }
        assert!(matches!(place.cache.found[directory].good, Good::Epoch(_)));
        place.write("Options None\n");
        assert!(place.get(Override::ALL).unwrap().is_some());
    }

    #[test]
    fn one_look_serves_the_requests_of_a_turn() {
        let mut place = Place::new(BLIND);
        let shared = |turn, was_waited_for| Some(Shared { turn, was_waited_for });
        place.shared = shared(1, true);
        assert!(place.get(Override::ALL).unwrap().is_none());
        place.write("Options None\n");
        assert!(place.get(Override::ALL).unwrap().is_none(), "known in this turn");
        assert!(place.get(Override::OPTIONS).unwrap().is_some(), "asked under other rules");
        place.shared = shared(2, false);
        assert!(place.get(Override::ALL).unwrap().is_some(), "came while the turn ran");
        fs::remove_file(place.root.path().join(".htaccess")).unwrap();
        place.shared = shared(2, true);
        assert!(place.get(Override::ALL).unwrap().is_some(), "known in this turn");
        place.shared = shared(3, true);
        assert!(place.get(Override::ALL).unwrap().is_none(), "another turn");
    }

    #[test]
    fn classes_decide_what_may_stand_in_it() {
        let mut place = Place::new(BLIND);
        place.write("<Files x>\nOptions None\n</Files>\nFileETag None\n");
        let wrong = place.get(Override::FILE_INFO).map(drop).unwrap_err();
        assert!(
            wrong.contains("line 2: Options not allowed here (AllowOverride Options would allow it)"),
            "{wrong}"
        );
        assert_eq!(place.get(Override::FILE_INFO.or(Override::OPTIONS)).unwrap().unwrap().inner.len(), 1);
    }

    #[test]
    fn what_is_not_for_directories_is_refused() {
        let mut place = Place::new(BLIND);
        for line in [
            "Listen 80",
            "Include /etc/passwd",
            "Define X",
            "<Directory />\n</Directory>",
            "Nonsense",
            "<Files x>",
        ] {
            place.write(line);
            assert!(place.get(Override::ALL).is_err(), "{line}");
        }
        place.write("<Limit POST>\nOptions None\n</Limit>\n<IfDefine !X>\nOptions Indexes\n</IfDefine>");
        assert!(place.get(Override::ALL).unwrap().is_some());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_file_or_none(
            text in r#"(<If "?|<ElseIf |<Else>|</(If|Else|Files)>|<Files [a*]>|Options [+-]?Indexes|Witness|SetHandler |["'%{}$ \\\n]|[a-zé0-9]|true){0,20}"#,
        ) {
            thread_local! {
                static GENERATION: Generation = loaded("").unwrap();
            }
            GENERATION.with(|generation| {
                for error in check(generation, "/srv", text.as_bytes()).err().into_iter().flatten() {
                    proptest::prop_assert!(error.position.is_some());
                }
                Ok(())
            })?;
        }
    }
}
