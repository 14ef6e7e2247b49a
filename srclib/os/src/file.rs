//! Files: opening them without a trap, looking at them once, sending them, replacing them whole.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

use crate::host;

/// Opens a file to be read. A FIFO does not hang (O_NONBLOCK) and a terminal does not become ours (O_NOCTTY):
/// look at [`Info::kind`] before reading anything that is not [`Kind::Regular`].
pub fn open_for_reading(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

/// Opens a log to be appended to, and makes it (rw-r--r-- less the umask) when it is not there. Lines written
/// in one call do not mix with other processes'.
pub fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o644).custom_flags(libc::O_NOCTTY).open(path)
}

/// Lets an open file of this process lead to where `to` leads, from now on and for all who write to it; what it led to
/// is closed. `to` stays open.
pub fn point(file: &File, to: impl AsFd) -> io::Result<()> {
    let (number, to) = (file.as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: `number` stays open and `file`'s own all the time; only what it refers to changes, as with fcntl.
    if unsafe { libc::dup2(to, number) } == -1 {
        return Err(io::Error::last_os_error());
    }
    fcntl(file, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    Ok(())
}

/// What sort of thing a path or descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A file with contents.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link; only [`Info::of_link`] says so.
    Link,
    /// Anything else: FIFO, socket, device.
    Other,
}

/// What stat(2) says of a file, as far as the server asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// What it is.
    pub kind: Kind,
    /// Length in bytes.
    pub size: u64,
    /// When its contents last changed, in seconds since 1970; negative before.
    pub modified: i64,
    /// Nanoseconds beyond `modified`.
    pub modified_nanos: u32,
    /// When contents, name or rights last changed, in seconds since 1970. Unlike `modified` nobody can set it.
    pub changed: i64,
    /// Nanoseconds beyond `changed`.
    pub changed_nanos: u32,
    /// Its number within the device.
    pub inode: u64,
    /// The device that it is on.
    pub device: u64,
    /// Permission bits, with set-id and sticky (0o7777).
    pub mode: u32,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
}

impl Info {
    /// Of what the path leads to, symbolic links followed.
    pub fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(Self::from)
    }

    /// Of the path itself, even when it is a symbolic link.
    pub fn of_link(path: &Path) -> io::Result<Self> {
        fs::symlink_metadata(path).map(Self::from)
    }

    /// Of an open file.
    pub fn of_file(file: &File) -> io::Result<Self> {
        file.metadata().map(Self::from)
    }

    /// When its contents last changed.
    pub fn modified_time(&self) -> SystemTime {
        let seconds = Duration::from_secs(self.modified.unsigned_abs());
        let whole =
            if self.modified < 0 { UNIX_EPOCH.checked_sub(seconds) } else { UNIX_EPOCH.checked_add(seconds) };
        whole
            .and_then(|time| time.checked_add(Duration::from_nanos(self.modified_nanos.into())))
            .unwrap_or(UNIX_EPOCH)
    }
}

impl From<Metadata> for Info {
    fn from(data: Metadata) -> Self {
        Self {
            kind: kind_of(data.file_type()),
            size: data.size(),
            modified: data.mtime(),
            modified_nanos: data.mtime_nsec() as u32,
            changed: data.ctime(),
            changed_nanos: data.ctime_nsec() as u32,
            inode: data.ino(),
            device: data.dev(),
            mode: data.mode() & 0o7777,
            uid: data.uid(),
            gid: data.gid(),
        }
    }
}

fn kind_of(kind: fs::FileType) -> Kind {
    if kind.is_file() {
        Kind::Regular
    } else if kind.is_dir() {
        Kind::Directory
    } else if kind.is_symlink() {
        Kind::Link
    } else {
        Kind::Other
    }
}

/// Sends up to `count` bytes of the file from `offset` on to the socket, without copying them through this
/// program, and returns how many went; 0 when the file ends there. WouldBlock when the socket takes no more
/// now.
///
/// There is no MSG_NOSIGNAL for this: SIGPIPE must be ignored, as it is in every Rust program.
pub fn sendfile(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    count: usize,
) -> io::Result<usize> {
    loop {
        match host::file::sendfile(socket, file, offset, count) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            sent => return sent,
        }
    }
}

/// Reads what is in memory of these bytes, and returns how many that were; 0 at the end of the file, `None` if the disk would have
/// to be waited for. Where the system or the file's own cannot tell, the disk is waited for.
pub fn read_at_hand(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<Option<usize>> {
    match host::file::read_at_hand(file.as_fd(), buffer, offset) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) if error.kind() == ErrorKind::Unsupported => file.read_at(buffer, offset).map(Some),
        read => read.map(Some),
    }
}

/// Whether the disk would have to be waited for, as far as the first and the last byte tell; `false` where the system or the file's own
/// cannot. What lies between is seldom otherwise: the system reads ahead, and forgets, in the order in which it was read.
pub fn is_cold(file: &File, part: &Range<u64>) -> bool {
    let Some(last) = part.end.checked_sub(1).filter(|last| *last >= part.start) else { return false };
    [part.start, last].into_iter().any(|place| {
        let read = host::file::read_at_hand(file.as_fd(), &mut [0], place);
        read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    })
}

/// Puts a small file in place of what was there, in one step: whoever looks sees the old contents or the new,
/// never a part. Its permissions are `mode` less the umask. After an error the old file is as it was.
pub fn replace(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    swap_in(path, |temporary| write_new(temporary, contents, mode))
}

/// Puts a file in place of what was there as [`replace`] does, but as an editor would: a symbolic link leads to
/// the file that is replaced, which keeps its owner, group and permissions; a new one gets `mode` less the
/// umask. Where the rights of this process do not reach for that (a directory that it may not write to, an
/// owner that it may not appoint) the contents are written over the old ones, and whoever reads at that moment
/// may see a part.
pub fn rewrite(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let Ok(path) = fs::canonicalize(path) else {
        return replace(path, contents, mode);
    };
    // Who may not write to the file may not change it by owning its directory either.
    let old = OpenOptions::new().write(true).open(&path)?;
    let info = Info::of_file(&old)?;
    if info.kind != Kind::Regular {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    match swap_in(&path, |temporary| write_owned(temporary, contents, &info)) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => overwrite(old, contents),
        replaced => replaced,
    }
}

/// Lets `write` make a file beside `path`, and gives it that name.
fn swap_in(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary_beside(path)?;
    // What another process of the same number left when it was killed.
    let _ = fs::remove_file(&temporary);
    let written = write(&temporary).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Nobody but its owner may see the contents before the permissions are those of the old file.
fn write_owned(path: &Path, contents: &[u8], like: &Info) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let new = Info::of_file(&file)?;
    if (new.uid, new.gid) != (like.uid, like.gid) {
        fchown(&file, Some(like.uid), Some(like.gid))?;
    }
    file.set_permissions(Permissions::from_mode(like.mode))?;
    file.write_all(contents)
}

fn overwrite(mut file: File, contents: &[u8]) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(contents)
}

fn write_new(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(contents)
}

/// A name in the same directory, for rename does not cross file systems.
fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    let nameless = || io::Error::new(ErrorKind::InvalidInput, "a path without a file name");
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or_else(nameless)?);
    name.push(format!(".{}", process::id()));
    Ok(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::os::unix::fs::symlink;
    use tempfile::tempdir;

    #[test]
    fn an_open_file_is_pointed_elsewhere() {
        let (old, mut new) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        point(&old, &new).unwrap();
        (&old).write_all(b"x").unwrap();
        assert_eq!(new.metadata().unwrap().len(), 1);
        new.write_all(b"y").unwrap();
        assert_eq!(fcntl(&old, FcntlArg::F_GETFD).unwrap(), libc::FD_CLOEXEC);
    }

    fn connected() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (client, listener.accept().unwrap().0)
    }

    #[test]
    fn a_fifo_opens_without_waiting_and_is_not_regular() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("fifo");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let file = open_for_reading(&path).unwrap();
        assert_eq!(Info::of_file(&file).unwrap().kind, Kind::Other);
    }

    #[test]
    fn an_info_holds_what_stat_said() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o4640)).unwrap();
        let time = UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();

        let info = Info::of(&path).unwrap();
        assert_eq!((info.kind, info.size, info.mode), (Kind::Regular, 5, 0o4640));
        assert_eq!((info.modified, info.modified_nanos), (1_000_000_000, 123_456_789));
        assert_eq!(info.modified_time(), time);
        assert_eq!(info, Info::of_file(&open_for_reading(&path).unwrap()).unwrap());
        assert_eq!(Info::of(folder.path()).unwrap().kind, Kind::Directory);
    }

    #[test]
    fn times_before_1970_are_times() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("file");
        let time = UNIX_EPOCH - Duration::from_millis(1500);
        File::create(&path).unwrap().set_modified(time).unwrap();
        let info = Info::of(&path).unwrap();
        assert_eq!((info.modified, info.modified_nanos), (-2, 500_000_000));
        assert_eq!(info.modified_time(), time);
    }

    #[test]
    fn links_are_followed_unless_asked_not_to() {
        let folder = tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "x").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(Info::of(&link).unwrap(), Info::of(&file).unwrap());
        assert_eq!(Info::of_link(&link).unwrap().kind, Kind::Link);
        fs::remove_file(&file).unwrap();
        assert_eq!(Info::of(&link).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn sendfile_sends_a_range_and_says_where_the_file_ends() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "0123456789").unwrap();
        let file = open_for_reading(&path).unwrap();
        let (mut client, server) = connected();
        assert_eq!(sendfile(server.as_fd(), file.as_fd(), 3, 4).unwrap(), 4);
        assert_eq!(sendfile(server.as_fd(), file.as_fd(), 8, 100).unwrap(), 2);
        assert_eq!(sendfile(server.as_fd(), file.as_fd(), 10, 100).unwrap(), 0);
        drop(server);
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert_eq!(text, "345689");
    }

    #[test]
    fn sendfile_to_a_full_socket_would_block() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, vec![0; 1 << 20]).unwrap();
        let file = open_for_reading(&path).unwrap();
        let (_client, server) = connected();
        server.set_nonblocking(true).unwrap();
        let mut sends = (0..1000).map(|_| sendfile(server.as_fd(), file.as_fd(), 0, 1 << 20));
        assert_eq!(sends.find_map(Result::err).unwrap().kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn a_log_grows() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("log");
        for line in ["one\n", "two\n"] {
            append(&path).unwrap().write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_over() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("httpd.pid");
        replace(&path, b"1\n", 0o600).unwrap();
        replace(&path, b"22\n", 0o600).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "22\n");
        assert_eq!(Info::of(&path).unwrap().mode, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_rewritten_file_keeps_what_others_set() {
        let folder = tempdir().unwrap();
        let (path, link) = (folder.path().join("users"), folder.path().join("link"));
        rewrite(&path, b"1\n", 0o600).unwrap();
        assert_eq!(Info::of(&path).unwrap().mode, 0o600);

        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        let before = Info::of(&path).unwrap();
        rewrite(&link, b"22\n", 0o644).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "22\n");
        let after = Info::of(&link).unwrap();
        assert_eq!((after.mode, after.uid, after.gid), (0o640, before.uid, before.gid));
        assert_ne!(after.inode, before.inode, "replaced, not written over");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_file_is_not_rewritten() {
        assert!(rewrite(Path::new("/dev/null"), b"x", 0o644).is_err());
        assert!(rewrite(Path::new("/"), b"x", 0o644).is_err());
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_one() {
        let folder = tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert!(replace(&taken, b"x", 0o644).is_err());
        assert!(replace(&folder.path().join("no/such/folder"), b"x", 0o644).is_err());
        assert!(replace(Path::new("/"), b"x", 0o644).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_just_read_is_at_hand() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'x'; 10_010]).unwrap();
        let mut buffer = [0; 20];
        let at_end = 10_000;
        assert_eq!(read_at_hand(&file, &mut buffer, at_end).unwrap(), Some(10));
        assert_eq!(&buffer[..11], b"xxxxxxxxxx\0");
        assert_eq!(read_at_hand(&file, &mut buffer, at_end + 10).unwrap(), Some(0));
        for part in [0..at_end + 10, 5..6, at_end..at_end + 10, 0..0, at_end + 10..at_end + 20] {
            assert!(!is_cold(&file, &part), "{part:?}");
        }
    }

    /// The question alone may make the system fetch it, so that both answers are right until it has been read.
    #[test]
    fn what_was_forgotten_is_at_hand_when_it_was_read() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'x'; 100]).unwrap();
        file.sync_all().unwrap();
        nix::fcntl::posix_fadvise(&file, 0, 0, nix::fcntl::PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
        let mut buffer = [0; 100];
        assert!(matches!(read_at_hand(&file, &mut buffer, 0).unwrap(), None | Some(100)));
        file.read_exact_at(&mut buffer, 0).unwrap();
        assert!(!is_cold(&file, &(0..100)) && buffer == [b'x'; 100]);
    }
}
