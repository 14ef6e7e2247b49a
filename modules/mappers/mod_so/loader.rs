//! Opens modules' files, once each. The only unsafe code outside of `srclib/os`.
//!
//! - A file is opened under a name that was not used before: the dynamic linker would give back what it mapped from another
//!   file of the same name, which is gone by now.
//! - Nothing is ever closed: generations, hooks and threads' own values point into it. What a restart opens anew
//!   comes beside the old, and children that are forked from then on use it.
//! - An MPM is the exception, for the parent itself runs it: once opened, it stays what it is.

use std::ffi::c_void;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use httpd::loadable::{Anchor, Loadable, MODULE_PREFIX};
use httpd::module::Linked;
use httpd::os::file::{Info, Kind};
use httpd::os::library::{Library, Seen};

use crate::file::{Contents, Refusal};

/// A module from a file.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) linked: Linked,
    /// The file holds another by now, which was not taken.
    pub(crate) is_old: bool,
}

/// Gives the module of that name in a file. The same contents are opened once, wherever they lie.
pub(crate) fn module(symbol: &str, path: &Path, core: &'static Anchor) -> Result<Loaded, Refusal> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    let found = Found::read(path)?;
    if let Some(mpm) = opened.iter().find_map(|one| one.mpm(symbol, &found.path)) {
        let is_old = !opened.iter().any(|one| one.hash == found.hash);
        return Ok(Loaded { linked: mpm, is_old });
    }
    found.contents.check(symbol, core)?;
    let place = opened.iter().position(|one| one.hash == found.hash);
    let place = place.map_or_else(|| open(&found, &mut opened), Ok)?;
    let linked = opened[place].module(symbol, core)?;
    Ok(Loaded { linked, is_old: false })
}

/// Opens a file that was not opened before, and says where it stands among those that were.
fn open(found: &Found, opened: &mut Vec<Opened>) -> Result<usize, Refusal> {
    if opened.iter().any(|one| one.place == found.place) {
        return Err(Refusal::ChangedInPlace);
    }
    let times = opened.iter().filter(|one| one.path == found.path).count();
    opened.push(found.open(times)?);
    Ok(opened.len() - 1)
}

/// Opens a library for the modules that are loaded after it.
pub(crate) fn library(path: &Path) -> io::Result<()> {
    // SAFETY: the administrator named the file in the configuration.
    unsafe { Library::open(path, Seen::ByAll) }.map(drop)
}

static OPENED: Mutex<Vec<Opened>> = Mutex::new(Vec::new());

/// A file that is mapped.
struct Opened {
    path: PathBuf,
    place: (u64, u64),
    hash: u64,
    library: Library,
    modules: Vec<Linked>,
}

impl Opened {
    /// The MPM of that name, if this file, or the one that lay there before, brought it.
    fn mpm(&self, symbol: &str, path: &Path) -> Option<Linked> {
        let known = self.modules.iter().find(|linked| linked.symbol() == symbol).copied();
        known.filter(|linked| linked.is_mpm() && self.path == path)
    }

    fn module(&mut self, symbol: &str, core: &'static Anchor) -> Result<Linked, Refusal> {
        if let Some(known) = self.modules.iter().find(|linked| linked.symbol() == symbol) {
            return Ok(*known);
        }
        let found = self.library.symbol(&format!("{MODULE_PREFIX}{symbol}"));
        let loadable = exported(found.ok_or_else(|| Refusal::NoSuchSymbol(Vec::new()))?);
        if !std::ptr::eq(loadable.core, core) {
            return Err(Refusal::OwnCore);
        }
        self.modules.push(loadable.linked);
        Ok(loadable.linked)
    }
}

/// What a file exports under a module's name.
fn exported(found: NonNull<c_void>) -> &'static Loadable {
    // SAFETY: only what configure and apxs generate exports a name with MODULE_PREFIX, and it is a Loadable. That the types
    // here and there are the same is what Contents::check has seen: the file refers to this very core, and to no other, so
    // it was compiled by this compiler against these types. It is never unmapped.
    unsafe { found.cast::<Loadable>().as_ref() }
}

/// A file as it lies there, not opened yet.
struct Found {
    path: PathBuf,
    /// Device and inode.
    place: (u64, u64),
    hash: u64,
    contents: Contents,
}

impl Found {
    fn read(path: &Path) -> Result<Self, Refusal> {
        let unusable = |error: io::Error| Refusal::Unusable(without_number(&error));
        let info = Info::of(path).map_err(unusable)?;
        if info.kind != Kind::Regular {
            return Err(Refusal::Unusable("it is no file".to_owned()));
        }
        let bytes = fs::read(path).map_err(unusable)?;
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Ok(Self {
            path: path.canonicalize().map_err(unusable)?,
            place: (info.device, info.inode),
            hash: hasher.finish(),
            contents: Contents::of(&bytes),
        })
    }

    /// `times` is how many files of this name were opened before.
    fn open(&self, times: usize) -> Result<Opened, Refusal> {
        // SAFETY: the administrator named the file in the configuration, and it is a module of this very build.
        let library = unsafe { Library::open(&spelled(&self.path, times), Seen::Alone) };
        Ok(Opened {
            path: self.path.clone(),
            place: self.place,
            hash: self.hash,
            library: library.map_err(|error| Refusal::Unusable(error.to_string()))?,
            modules: Vec::new(),
        })
    }
}

/// The same file under another name each time: `/a/b.so`, `/a/./b.so`, `/a/././b.so`.
fn spelled(path: &Path, times: usize) -> PathBuf {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return path.to_owned() };
    let mut spelled = folder.as_os_str().to_owned();
    spelled.push("/.".repeat(times));
    spelled.push("/");
    spelled.push(name);
    spelled.into()
}

/// The system's words, without the number that the standard library adds.
fn without_number(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    static CORE: Anchor = Anchor { build: "1-rustc1-b" };

    #[test]
    fn every_opening_has_a_name_of_its_own() {
        for (times, expected) in [(0, "/a/b.so"), (1, "/a/./b.so"), (2, "/a/././b.so")] {
            assert_eq!(spelled(Path::new("/a/b.so"), times).to_str(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_module_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mod_x.so");
        assert_eq!(
            module("x_module", &file, &CORE).unwrap_err(),
            Refusal::Unusable("No such file or directory".into())
        );
        assert_eq!(
            module("x_module", folder.path(), &CORE).unwrap_err(),
            Refusal::Unusable("it is no file".into())
        );
        fs::write(&file, "text").unwrap();
        assert_eq!(module("x_module", &file, &CORE).unwrap_err(), Refusal::NoModule);
        // One that lies about itself is refused by the dynamic linker.
        fs::write(&file, "httpd_core_1__rustc1__b httpd_module_x_module").unwrap();
        assert!(matches!(module("x_module", &file, &CORE), Err(Refusal::Unusable(_))));
    }

    #[test]
    fn libraries_that_are_missing_are_told() {
        assert!(library(Path::new("/nonexistent/libx.so")).is_err());
    }
}
