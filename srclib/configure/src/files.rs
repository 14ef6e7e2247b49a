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
    pub fn write(&self, build: &Path) -> Result<bool> {
        let path = build.join(&self.path);
        if fs::read(&path).is_ok_and(|old| old == self.text.as_bytes()) {
            return Ok(false);
        }
        replace(&path, &self.text, self.executable)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(true)
    }
}

/// Makes `path` a symbolic link to `target`, unless it is one.
pub fn link(path: &Path, target: &Path) -> Result<()> {
    if fs::read_link(path).is_ok_and(|old| old == target) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let _ = fs::remove_file(path);
    symlink(target, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a neighbour and renames it, so that a full disk leaves the old file.
fn replace(path: &Path, text: &str, executable: bool) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
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
        assert!(output("one").write(build.path()).unwrap());
        assert!(!output("one").write(build.path()).unwrap());
        assert!(output("two").write(build.path()).unwrap());
        let folder = build.path().join("deep/er");
        assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no neighbour is left");
    }

    #[test]
    fn a_link_follows_its_target() {
        let build = tempfile::tempdir().unwrap();
        let path = build.path().join("deep/link");
        for target in ["/one", "/one", ".."] {
            link(&path, Path::new(target)).unwrap();
            assert_eq!(fs::read_link(&path).unwrap(), Path::new(target));
        }
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let build = tempfile::tempdir().unwrap();
        fs::create_dir_all(build.path().join("deep/er/file/full")).unwrap();
        assert!(output("one").write(build.path()).unwrap_err().to_string().contains("cannot write"));
        assert_eq!(fs::read_dir(build.path().join("deep/er")).unwrap().count(), 1);
    }
}
