//! The pid file: where others find the parent.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use os::process::{self, Pid};

/// PidFile, as the process that writes it has it.
#[derive(Debug)]
pub(super) struct PidFile {
    path: PathBuf,
    /// Kept open: who gives up rights may not be able to remove it, but can still empty it.
    written: OnceCell<File>,
}

/// What a pid file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// There is none, or nothing in it can be a pid.
    Nothing,
    /// Its server has ended without removing it.
    Stale(Pid),
    /// Its server runs.
    Running(Pid),
}

impl PidFile {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), written: OnceCell::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it now.
    pub(super) fn look(&self) -> Found {
        look(&self.path)
    }

    /// Writes this process's pid: whoever reads sees the old text or the new, never a part.
    pub(super) fn write(&self) -> io::Result<()> {
        os::file::replace(&self.path, format!("{}\n", Pid::current()).as_bytes(), 0o644)?;
        drop(self.written.set(File::options().write(true).open(&self.path)?));
        Ok(())
    }

    /// Removes it, if it is still ours: a server started since may have written its own. One that may not be removed any
    /// more is emptied.
    pub(super) fn remove(&self) -> io::Result<()> {
        if read(&self.path) != Some(Pid::current()) {
            return Ok(());
        }
        fs::remove_file(&self.path).or_else(|error| self.written.get().ok_or(error)?.set_len(0))
    }
}

/// What a pid file says.
pub(super) fn look(path: &Path) -> Found {
    match read(path) {
        None => Found::Nothing,
        Some(pid) if is_server(pid) => Found::Running(pid),
        Some(pid) => Found::Stale(pid),
    }
}

fn read(path: &Path) -> Option<Pid> {
    Pid::new(fs::read_to_string(path).ok()?.trim().parse().ok()?)
}

/// Whether a pid can be a server's, as well as it can be known: pids are used again, and in a container nearly
/// always. A process that is ourselves, is dead but not waited for, or goes by another name is not. Without
/// /proc any living process is believed.
fn is_server(pid: Pid) -> bool {
    if pid == Pid::current() || !process::alive(pid) {
        return false;
    }
    match (status(&pid.to_string()), status("self")) {
        (Ok((name, state)), Ok((own, _))) => {
            !matches!(state, 'Z' | 'X') && (name == own || program(&pid.to_string()) == program("self"))
        }
        (Err(error), Ok(_)) => error.kind() != ErrorKind::NotFound,
        _ => true,
    }
}

/// Name and state of a process, see proc_pid_stat(5): `12 (httpd) S ...`; the name may hold anything.
fn status(pid: &str) -> io::Result<(String, char)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let name = text.find('(').zip(text.rfind(')')).and_then(|(open, close)| text.get(open + 1..close));
    let state = text.rfind(')').and_then(|close| text.get(close..)?.chars().nth(2));
    name.map(str::to_owned).zip(state).ok_or_else(|| ErrorKind::InvalidData.into())
}

/// The file that a process runs, another name of which may have been used to start it.
fn program(pid: &str) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn ours_is_written_whole_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = PidFile::new(&folder.path().join("httpd.pid"));
        assert_eq!(file.look(), Found::Nothing);
        file.write().unwrap();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), format!("{}\n", std::process::id()));
        assert_eq!(file.look(), Found::Stale(Pid::current()), "a pid that is our own was another's before");
        file.remove().unwrap();
        file.remove().unwrap();
        assert!(!file.path().exists());
    }

    #[test]
    fn another_servers_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = PidFile::new(&folder.path().join("httpd.pid"));
        fs::write(file.path(), "1\n").unwrap();
        file.remove().unwrap();
        assert!(file.path().exists());
    }

    #[test]
    fn nonsense_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = PidFile::new(&folder.path().join("httpd.pid"));
        for text in ["", "x", "0", "-1", "99999999999"] {
            fs::write(file.path(), text).unwrap();
            assert_eq!(file.look(), Found::Nothing, "{text:?}");
        }
    }

    #[test]
    fn a_process_of_another_name_is_no_server() {
        let folder = tempfile::tempdir().unwrap();
        let file = PidFile::new(&folder.path().join("httpd.pid"));
        let mut other = Command::new("sleep").arg("1000").spawn().unwrap();
        fs::write(file.path(), format!("{}\n", other.id())).unwrap();
        assert!(matches!(file.look(), Found::Stale(_)));
        other.kill().unwrap();
        other.wait().unwrap();
        assert!(matches!(file.look(), Found::Stale(_)));
    }
}
