//! What the server was configured with: `config_vars.mk`, beside the program.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Outcome, told};

/// Names and values, in the order of the file.
#[derive(Debug)]
pub(super) struct Variables {
    lines: Vec<(String, String)>,
    /// Where this program and all that it needs lie.
    pub(super) folder: PathBuf,
}

impl Variables {
    /// Those of the server that this program was installed with.
    pub(super) fn of_this_server() -> Outcome<Self> {
        let program = env::current_exe().and_then(|path| path.canonicalize());
        let program = program.map_err(|error| format!("where this program lies is not known: {error}"))?;
        let folder = program.parent().unwrap_or(Path::new("/")).to_owned();
        let file = folder.join("config_vars.mk");
        let text = fs::read_to_string(&file).map_err(|error| told(&file, &error))?;
        let mut variables = Self { lines: read(&text), folder };
        variables.follow();
        Ok(variables)
    }

    /// By its name, or by the same in small letters: scripts ask for LIBEXECDIR.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        let exact =
            |name: &str| self.lines.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        exact(name).or_else(|| exact(&name.to_lowercase()))
    }

    /// Empty where there is none of the name.
    pub(super) fn get(&self, name: &str) -> String {
        self.find(name).unwrap_or_default()
    }

    /// A folder or file by its variable.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.get(name).into()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `NAME=VALUE` over what there is.
    pub(super) fn set(&mut self, assignment: &str) -> Outcome<()> {
        let (name, value) =
            assignment.split_once('=').ok_or_else(|| format!("-S {assignment}: write VARIABLE=VALUE"))?;
        let lower = name.to_lowercase();
        match self.lines.iter_mut().find(|(own, _)| own == name || *own == lower) {
            Some(line) => value.clone_into(&mut line.1),
            None => self.lines.push((name.to_owned(), value.to_owned())),
        }
        Ok(())
    }

    /// A sentence for a server that could not load what is made for it.
    pub(super) fn loads_modules(&self) -> Outcome<()> {
        if self.get("DYNAMIC") == "yes" {
            return Ok(());
        }
        Err("this server cannot load modules: it was configured without --enable-so and without shared modules".to_owned())
    }

    /// Where the whole installed tree was moved since, its folders are where the move has put them.
    fn follow(&mut self) {
        let (prefix, recorded) = (self.get("prefix"), self.get("installbuilddir"));
        let below = Path::new(&recorded).strip_prefix(&prefix).ok().filter(|_| !prefix.is_empty());
        let Some(now) = below.and_then(|below| without(&self.folder, below)) else { return };
        if now == Path::new(&prefix) {
            return;
        }
        for (_, value) in &mut self.lines {
            if let Ok(rest) = Path::new(value.as_str()).strip_prefix(&prefix) {
                *value = now.join(rest).components().collect::<PathBuf>().display().to_string();
            }
        }
    }
}

/// A path without its last parts.
fn without(path: &Path, end: &Path) -> Option<PathBuf> {
    path.ends_with(end)
        .then(|| path.components().take(path.components().count() - end.components().count()).collect())
}

/// Lines `NAME = VALUE` and `export NAME = VALUE`, as make reads them.
fn read(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once(" ="));
    pairs
        .map(|(name, value)| (name.to_owned(), value.trim().replace("$$", "$").replace("\\#", "#")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Written by configure\n\nVERSION = 1.2.3\nDYNAMIC = yes\nSHARED =\nprefix = /usr/local/weir\n\
        libexecdir = /usr/local/weir/modules\ninstallbuilddir = /usr/local/weir/build\nlogfiledir = /var/log/weir\n\
        export RUSTFLAGS = -C link-arg=$$ORIGIN \\#1\n";

    fn variables(folder: &str) -> Variables {
        let mut variables = Variables { lines: read(TEXT), folder: folder.into() };
        variables.follow();
        variables
    }

    #[test]
    fn lines_are_read_as_make_reads_them() {
        let variables = variables("/usr/local/weir/build");
        assert_eq!(variables.find("RUSTFLAGS").unwrap(), "-C link-arg=$ORIGIN #1");
        assert_eq!(variables.find("LIBEXECDIR").unwrap(), "/usr/local/weir/modules");
        assert_eq!(variables.find("SHARED").unwrap(), "");
        assert!(variables.find("nothing").is_none());
        assert!(variables.loads_modules().is_ok());
    }

    #[test]
    fn a_moved_tree_is_followed() {
        let moved = variables("/srv/new/build");
        assert_eq!(moved.get("prefix"), "/srv/new");
        assert_eq!(moved.get("libexecdir"), "/srv/new/modules");
        assert_eq!(moved.get("logfiledir"), "/var/log/weir");
        assert_eq!(variables("/elsewhere").get("prefix"), "/usr/local/weir");
    }

    #[test]
    fn assignments_go_over_the_file() {
        let mut variables = variables("/x");
        variables.set("LIBEXECDIR=/m").unwrap();
        variables.set("NEW=a=b").unwrap();
        assert_eq!((variables.get("libexecdir"), variables.get("NEW")), ("/m".to_owned(), "a=b".to_owned()));
        assert_eq!(variables.set("X").unwrap_err(), "-S X: write VARIABLE=VALUE");
    }
}
