//! Being told when names come to directories and go from them.
//!
//! Linux has inotify(7). Elsewhere nothing can be watched, and whoever wants to know must look.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use crate::host;

/// Hears of names that come and go in the directories that were [added](Self::add). A change is told of from the moment on
/// at which the call that makes it returns to whoever made it.
///
/// Not told: what happens to the contents of files, and to what is beyond the last name of a path.
#[derive(Debug)]
pub struct Watcher(host::watch::Watcher);

/// A directory that is watched. Two paths that lead to the same directory have the same mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark(pub i32);

/// What has happened since the last time.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// A name has come to a directory, or gone from it.
    Name(Mark, OsString),
    /// Anything may have happened: a file system was mounted or is gone, or too much has happened to be told.
    Lost,
}

/// How much of what users share one watcher may take without being missed by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many watchers all processes of a server may have.
    pub watchers: usize,
    /// How many directories each of them may watch.
    pub directories: usize,
}

impl Watcher {
    /// A watcher of nothing yet. Unsupported where there is no such thing.
    pub fn new() -> io::Result<Self> {
        host::watch::Watcher::new().map(Self)
    }

    /// Tells of this directory from now on. The path's last name must not be a symbolic link. Unsupported for a directory
    /// that others than this kernel can change, or whose file system is not known to tell of everything.
    pub fn add(&self, directory: &Path) -> io::Result<Mark> {
        self.0.add(directory).map(Mark)
    }

    /// Appends what has happened. It never waits, and while nothing happens it is one cheap system call.
    pub fn hear(&self, news: &mut Vec<News>) {
        self.0.hear(news);
    }
}

/// What the system allows (inotify(7), the files in /proc/sys/fs/inotify): three quarters of the watchers that a user may
/// have, and for each of them an even share of the directories.
pub fn allowance() -> Allowance {
    host::watch::limits().map_or(Allowance { watchers: 0, directories: 0 }, |(watchers, directories)| {
        Allowance { watchers: watchers / 4 * 3, directories: directories / watchers.max(1) }
    })
}
