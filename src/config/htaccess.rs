//! `.htaccess`: configuration that lies beside the files it is about, read while requests are served.
//!
//! A file is read once and then kept by the serving thread as long as stat(2) says the same of it: a request costs one
//! look at each directory where AllowOverride permits anything, and none where it does not. What one request of a turn
//! ([`crate::server::turn`]) was told serves those that had come by then.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
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

/// How many files a thread keeps.
const FILES_MAX: usize = 10_000;

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
    turn: u64,
    names: Option<Arc<[String]>>,
    allow: AllowOverride,
    list: Vec<String>,
    section: Option<Rc<Section>>,
}

struct Entry {
    info: Info,
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
    /// What the first file of these names in a directory sets; `None` if there is none. Where the turn is shared, what
    /// another request found in it will do.
    pub(super) fn get(
        &mut self,
        directory: &str,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        generation: &Generation,
        shared: Option<Shared>,
    ) -> Result<Option<Rc<Section>>, Trouble> {
        let Some(Shared { turn, was_waited_for }) = shared else {
            return self.first(directory, names, permitted, generation);
        };
        if was_waited_for
            && let Some(found) = self.found.get(directory)
            && found.serves(turn, names, permitted)
        {
            return Ok(found.section.clone());
        }
        let section = self.first(directory, names, permitted, generation)?;
        self.note(directory, turn, names, permitted, section.clone());
        Ok(section)
    }

    /// Notes what this turn was told of a directory.
    fn note(
        &mut self,
        directory: &str,
        turn: u64,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        section: Option<Rc<Section>>,
    ) {
        let Permitted { allow, list } = permitted;
        if let Some(found) = self.found.get_mut(directory) {
            if !found.serves(found.turn, names, permitted) {
                (found.names, found.list) = (names.cloned(), list.to_vec());
            }
            (found.turn, found.allow, found.section) = (turn, allow, section);
            return;
        }
        if self.found.len() >= FILES_MAX {
            self.found.clear();
        }
        let found = Found { turn, names: names.cloned(), allow, list: list.to_vec(), section };
        self.found.insert(directory.to_owned(), found);
    }

    fn first(
        &mut self,
        directory: &str,
        names: Option<&Arc<[String]>>,
        permitted: Permitted<'_>,
        generation: &Generation,
    ) -> Result<Option<Rc<Section>>, Trouble> {
        match names {
            None => self.named(directory, ".htaccess", permitted, generation),
            Some(names) => {
                for name in names.iter() {
                    if let Some(section) = self.named(directory, name, permitted, generation)? {
                        return Ok(Some(section));
                    }
                }
                Ok(None)
            }
        }
    }

    fn named(
        &mut self,
        directory: &str,
        name: &str,
        permitted: Permitted<'_>,
        generation: &Generation,
    ) -> Result<Option<Rc<Section>>, Trouble> {
        self.path.clear();
        self.path.push_str(directory.trim_end_matches('/'));
        self.path.push('/');
        self.path.push_str(name);
        let info = match Info::of(Path::new(&self.path)) {
            Ok(info) => info,
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(cause) => return Err(Trouble::Unreadable(cause)),
        };
        let known = self.files.get(&self.path).filter(|entry| entry.serves(&info, permitted));
        if let Some(entry) = known {
            return entry.section();
        }
        if info.kind != Kind::Regular {
            return Err(Trouble::Unreadable(ErrorKind::InvalidInput.into()));
        }
        let bytes = std::fs::read(&self.path).map_err(Trouble::Unreadable)?;
        let read = read(&self.path, directory, &bytes, permitted, generation).map(Rc::new);
        let read = read.map_err(|errors| Rc::from(sentence(&self.path, &errors)));
        let entry = Entry { info, allow: permitted.allow, list: permitted.list.to_vec(), read };
        let section = entry.section();
        if self.files.len() >= FILES_MAX {
            self.files.clear();
        }
        self.files.insert(self.path.clone(), entry);
        section
    }
}

impl Found {
    /// It was found in this turn, under these rules.
    fn serves(&self, turn: u64, names: Option<&Arc<[String]>>, permitted: Permitted<'_>) -> bool {
        let same_names = match (&self.names, names) {
            (Some(own), Some(names)) => Arc::ptr_eq(own, names),
            (own, names) => own.is_none() && names.is_none(),
        };
        self.turn == turn && same_names && self.allow == permitted.allow && self.list == permitted.list
    }
}

impl Entry {
    /// It was read from this very file, under these rules.
    fn serves(&self, info: &Info, permitted: Permitted<'_>) -> bool {
        self.info == *info && self.allow == permitted.allow && self.list == permitted.list
    }

    fn section(&self) -> Result<Option<Rc<Section>>, Trouble> {
        match &self.read {
            Ok(section) => Ok(Some(Rc::clone(section))),
            Err(sentence) => Err(Trouble::Wrong(Rc::clone(sentence))),
        }
    }
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
        notes: Notes::default(),
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

    struct Place {
        generation: Generation,
        root: tempfile::TempDir,
        cache: Cache,
        shared: Option<Shared>,
    }

    impl Place {
        fn new() -> Self {
            let (generation, root) = (loaded("").unwrap(), tempfile::tempdir().unwrap());
            Self { generation, root, cache: Cache::default(), shared: None }
        }

        fn write(&self, text: &str) {
            fs::write(self.root.path().join(".htaccess"), text).unwrap();
        }

        fn get(&mut self, classes: Override) -> Result<Option<Rc<Section>>, String> {
            let allow = AllowOverride { classes, ..AllowOverride::NONE };
            let permitted = Permitted { allow, list: &[] };
            let directory = self.root.path().to_str().unwrap();
            self.cache.get(directory, None, permitted, &self.generation, self.shared).map_err(|trouble| {
                match trouble {
                    Trouble::Wrong(sentence) => sentence.to_string(),
                    Trouble::Unreadable(cause) => cause.to_string(),
                }
            })
        }
    }

    #[test]
    fn a_file_counts_until_it_changes() {
        let mut place = Place::new();
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
    }

    #[test]
    fn one_look_serves_the_requests_of_a_turn() {
        let mut place = Place::new();
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
        let mut place = Place::new();
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
        let mut place = Place::new();
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
