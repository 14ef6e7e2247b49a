//! inotify(7), and the list of mounts: inotify does not tell of a file system that is mounted over a directory.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::path::Path;
use std::str::FromStr;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, InotifyEvent};
use nix::sys::statfs;

use crate::watch::{Mark, News};

#[derive(Debug)]
pub(crate) struct Watcher {
    names: Inotify,
    /// Has something urgent whenever the mounts have changed since it was last asked (proc_pid_mountinfo(5)).
    mounts: File,
}

/// Of these directories only this kernel changes the names, and it tells of all that it changes. Not so where a server or
/// a program keeps the files (NFS, FUSE), nor where a whole state can come back behind the names (ZFS).
const COMPLETE: [statfs::FsType; 6] = [
    statfs::EXT4_SUPER_MAGIC,
    XFS,
    statfs::BTRFS_SUPER_MAGIC,
    statfs::F2FS_SUPER_MAGIC,
    statfs::TMPFS_MAGIC,
    statfs::OVERLAYFS_SUPER_MAGIC,
];

/// statfs(2); some C libraries do not name it.
const XFS: statfs::FsType = statfs::FsType(0x5846_5342);

impl Watcher {
    pub(crate) fn new() -> io::Result<Self> {
        let names = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        Ok(Self { names, mounts: File::open("/proc/self/mountinfo")? })
    }

    pub(crate) fn add(&self, directory: &Path) -> io::Result<i32> {
        if !COMPLETE.contains(&statfs::statfs(directory)?.filesystem_type()) {
            return Err(ErrorKind::Unsupported.into());
        }
        let what = AddWatchFlags::IN_CREATE | AddWatchFlags::IN_DELETE | AddWatchFlags::IN_MOVE;
        let how = AddWatchFlags::IN_ONLYDIR | AddWatchFlags::IN_DONT_FOLLOW;
        Ok(self.names.add_watch(directory, what | how)?.as_raw())
    }

    pub(crate) fn hear(&self, news: &mut Vec<News>) {
        let mut asked = [
            PollFd::new(self.names.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.mounts.as_fd(), PollFlags::POLLPRI),
        ];
        match poll(&mut asked, PollTimeout::ZERO) {
            Ok(0) => {}
            Ok(_) => {
                if asked[1].any() != Some(false) {
                    news.push(News::Lost);
                }
                self.read(news);
            }
            Err(_) => news.push(News::Lost),
        }
    }

    /// Reads until nothing is left.
    fn read(&self, news: &mut Vec<News>) {
        loop {
            match self.names.read_events() {
                Ok(events) => news.extend(events.into_iter().map(told)),
                Err(nix::Error::EAGAIN) => return,
                Err(nix::Error::EINTR) => {}
                Err(_) => return news.push(News::Lost),
            }
        }
    }
}

/// What has no name is about the watch itself: it ended, or the queue was full.
fn told(event: InotifyEvent) -> News {
    event.name.map_or(News::Lost, |name| News::Name(Mark(event.wd.as_raw()), name))
}

/// How many instances a user may have, and how many watches.
pub(crate) fn limits() -> Option<(usize, usize)> {
    Some((limit("max_user_instances")?, limit("max_user_watches")?))
}

fn limit(name: &str) -> Option<usize> {
    let text = fs::read_to_string(Path::new("/proc/sys/fs/inotify").join(name)).ok()?;
    usize::from_str(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::fs::symlink;
    use tempfile::tempdir;

    fn heard(watcher: &Watcher) -> Vec<News> {
        let mut news = Vec::new();
        watcher.hear(&mut news);
        news
    }

    /// Without what somebody else may do to the mounts of this machine.
    fn names(watcher: &Watcher) -> Vec<News> {
        heard(watcher).into_iter().filter(|news| *news != News::Lost).collect()
    }

    #[test]
    fn names_that_come_and_go_are_told_once() {
        let (folder, watcher) = (tempdir().unwrap(), Watcher::new().unwrap());
        let Ok(mark) = watcher.add(folder.path()) else {
            return println!("skipped: the file system of {} tells nothing", folder.path().display());
        };
        assert_eq!(watcher.add(folder.path()).unwrap(), mark, "the same directory");
        assert_eq!(names(&watcher), []);
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        let name = |name: &str| News::Name(Mark(mark), OsStr::new(name).to_owned());
        fs::write(&one, "x").unwrap();
        assert_eq!(names(&watcher), [name("one")]);
        fs::write(&one, "y").unwrap();
        assert_eq!(names(&watcher), [], "its contents are not the directory's");
        fs::rename(&one, &other).unwrap();
        assert_eq!(names(&watcher), [name("one"), name("other")]);
        symlink("nowhere", &one).unwrap();
        fs::remove_file(&other).unwrap();
        fs::hard_link(&one, &other).unwrap();
        assert_eq!(names(&watcher), [name("one"), name("other"), name("other")]);
    }

    #[test]
    fn the_end_of_a_directory_is_told() {
        let (folder, watcher) = (tempdir().unwrap(), Watcher::new().unwrap());
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        if watcher.add(&inner).is_ok() {
            fs::remove_dir(&inner).unwrap();
            assert!(heard(&watcher).contains(&News::Lost));
        }
    }

    #[test]
    fn links_files_and_foreign_file_systems_are_not_watched() {
        let (folder, watcher) = (tempdir().unwrap(), Watcher::new().unwrap());
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "x").unwrap();
        symlink(".", &link).unwrap();
        assert!(watcher.add(&file).is_err());
        assert!(watcher.add(&link).is_err());
        assert_eq!(watcher.add(Path::new("/proc")).unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn the_limits_are_known() {
        assert!(limits().is_some_and(|(watchers, directories)| watchers > 0 && directories > 0));
    }
}
