//! Writing files so that nobody ever sees a half of one, and nothing is rebuilt for a file that says the same.

use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where, relative to the build directory.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
    /// Whether it is to be run.
    pub executable: bool,
}

impl Output {
    /// Writes it below `build`, with the folders it needs, unless it is there with the same text. Says whether it
    /// wrote.
    pub fn write(&self, build: &Path, undo: &mut Undo) -> Result<bool> {
        let path = build.join(&self.path);
        if fs::read(&path).is_ok_and(|old| old == self.text.as_bytes()) {
            return Ok(false);
        }
        undo.take(&path)?;
        replace(&path, &self.text, self.executable)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(true)
    }
}

/// Makes `path` a symbolic link to `target`, unless it is one.
pub fn link(path: &Path, target: &Path, undo: &mut Undo) -> Result<()> {
    if fs::read_link(path).is_ok_and(|old| old == target) {
        return Ok(());
    }
    undo.take(path)?;
    symlink(target, path).with_context(|| format!("cannot write {}", path.display()))
}

/// What a run has put something else in place of. Dropped before [`Self::forget`], it puts all of it back, with the dates that it had: a
/// run that fails changes nothing. Renaming needs no room on a disk that is full.
#[derive(Debug, Default)]
pub struct Undo {
    taken: Vec<Taken>,
    made: Vec<PathBuf>,
}

/// A file that was taken away, or a place where there was none.
#[derive(Debug)]
struct Taken {
    path: PathBuf,
    was_there: bool,
}

impl Undo {
    /// Takes the file away, if it is there, and makes the folder for another.
    pub fn take(&mut self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            self.folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let was_there = path.symlink_metadata().is_ok();
        if was_there {
            fs::rename(path, aside(path)).with_context(|| format!("cannot write {}", path.display()))?;
        }
        self.taken.push(Taken { path: path.to_owned(), was_there });
        Ok(())
    }

    /// Takes the file away, and leaves a copy of it in its place for somebody to change.
    pub fn take_and_copy(&mut self, path: &Path) -> Result<()> {
        self.take(path)?;
        fs::copy(aside(path), path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(())
    }

    /// All went well.
    pub fn forget(mut self) {
        self.made.clear();
        for taken in self.taken.drain(..).filter(|taken| taken.was_there) {
            let _ = fs::remove_file(aside(&taken.path));
        }
    }

    fn folder(&mut self, folder: &Path) -> std::io::Result<()> {
        let missing: Vec<_> = folder.ancestors().take_while(|above| !above.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.made.push(folder.to_owned());
        }
        Ok(())
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        for Taken { path, was_there } in self.taken.drain(..).rev() {
            let _ = if was_there { fs::rename(aside(&path), &path) } else { fs::remove_file(&path) };
        }
        for folder in self.made.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn aside(path: &Path) -> PathBuf {
    neighbour(path, "old")
}

fn neighbour(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{what}", std::process::id()));
    path.with_file_name(name)
}

/// Writes a neighbour and renames it, so that nobody sees a half.
fn replace(path: &Path, text: &str, executable: bool) -> Result<()> {
    let new = neighbour(path, "new");
    let written = write_all(&new, text, executable).and_then(|()| Ok(fs::rename(&new, path)?));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

fn write_all(path: &Path, text: &str, executable: bool) -> Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    if executable {
        set_executable(&file)?;
    }
    Ok(file.sync_data()?)
}

#[cfg(unix)]
fn set_executable(file: &fs::File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let readers = file.metadata()?.permissions().mode() & 0o444;
    Ok(file.set_permissions(fs::Permissions::from_mode(0o200 | readers | (readers >> 2)))?)
}

#[cfg(unix)]
fn symlink(target: &Path, path: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(target, path)?)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> Result<()> {
    anyhow::bail!("this system has no symbolic links")
}

#[cfg(not(unix))]
fn set_executable(_: &fs::File) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> Output {
        Output { path: "deep/er/file".into(), text: text.into(), executable: true }
    }

    #[test]
    fn written_once_and_again_only_when_changed() {
        let build = tempfile::tempdir().unwrap();
        for (text, writes) in [("one", true), ("one", false), ("two", true)] {
            let mut undo = Undo::default();
            assert_eq!(output(text).write(build.path(), &mut undo).unwrap(), writes, "{text}");
            undo.forget();
        }
        let folder = build.path().join("deep/er");
        assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no neighbour is left");
    }

    #[test]
    fn a_link_follows_its_target() {
        let build = tempfile::tempdir().unwrap();
        let path = build.path().join("deep/link");
        for target in ["/one", "/one", ".."] {
            let mut undo = Undo::default();
            link(&path, Path::new(target), &mut undo).unwrap();
            undo.forget();
            assert_eq!(fs::read_link(&path).unwrap(), Path::new(target));
        }
        link(&path, Path::new("/two"), &mut Undo::default()).unwrap();
        assert_eq!(fs::read_link(&path).unwrap(), Path::new(".."));
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let build = tempfile::tempdir().unwrap();
        fs::write(build.path().join("deep"), "no folder").unwrap();
        let error = output("one").write(build.path(), &mut Undo::default()).unwrap_err();
        assert!(error.to_string().contains("cannot make"), "{error}");
        assert_eq!(fs::read_dir(build.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_forgotten_is_put_back() {
        let build = tempfile::tempdir().unwrap();
        let path = build.path().join("old");
        fs::write(&path, "one").unwrap();
        let date = || fs::metadata(&path).unwrap().modified().unwrap();
        let before = date();
        let mut undo = Undo::default();
        let old = Output { path: "old".into(), ..output("two") };
        assert!(old.write(build.path(), &mut undo).unwrap());
        assert!(output("new").write(build.path(), &mut undo).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        drop(undo);
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), date()), ("one", before));
        assert_eq!(fs::read_dir(build.path()).unwrap().count(), 1, "the folder of the new one is gone");
    }
}
