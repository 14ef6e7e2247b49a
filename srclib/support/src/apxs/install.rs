//! `-i`, `-a`, `-A`, `-e`: a module's file into the folder of modules, and its line into httpd.conf.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::configuration::{self, Done};
use super::variables::Variables;
use super::{Outcome, stem, told};
use crate::options::Given;

/// In front of a module's name, in what its file exports.
const EXPORTED: &[u8] = b"httpd_module_";

/// What is to be done with a file.
pub(super) struct Wishes {
    /// Into the folder of modules.
    install: bool,
    /// Into httpd.conf: in force, or commented out.
    line: Option<bool>,
}

impl Wishes {
    pub(super) fn read(given: &Given) -> Self {
        let line = given.last_of("aA").map(|letter| letter == 'a');
        Self { install: given.has('i') && !given.has('e'), line }
    }
}

/// Does it with each of these files.
pub(super) fn modules(
    files: &[PathBuf],
    name: Option<&str>,
    wishes: &Wishes,
    variables: &Variables,
) -> Outcome<()> {
    let folder = variables.path("libexecdir");
    for file in files {
        let base = file.file_name().ok_or_else(|| format!("{}: not the name of a file", file.display()))?;
        let to = folder.join(base);
        if wishes.install {
            let bytes = fs::read(file).map_err(|error| told(file, &error))?;
            fs::create_dir_all(&folder).map_err(|error| told(&folder, &error))?;
            replace(&to, &bytes, 0o755).map_err(|error| told(&to, &error))?;
            println!("installed  {}", to.display());
        }
        if let Some(active) = wishes.line {
            let source = if wishes.install { &to } else { file };
            let symbol = symbol(source, name)?;
            write_line(&symbol, &to, active, variables)?;
        }
    }
    Ok(())
}

/// The module's name: the one that was given, else the only one that the file has.
fn symbol(file: &Path, name: Option<&str>) -> Outcome<String> {
    if let Some(name) = name {
        return Ok(format!("{}_module", stem(name)?));
    }
    let bytes = fs::read(file).map_err(|error| told(file, &error))?;
    let symbols: Vec<String> = exported(&bytes).into_iter().collect();
    match symbols.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            Err(format!("{} is no module that apxs has built; -n NAME names what is in it", file.display()))
        }
        several => {
            Err(format!("{} has {}: -n NAME says which one is meant", file.display(), several.join(" and ")))
        }
    }
}

fn exported(bytes: &[u8]) -> BTreeSet<String> {
    let part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let starts = bytes.windows(EXPORTED.len()).enumerate().filter(|(_, window)| *window == EXPORTED);
    let names = starts.map(|(at, _)| bytes[at + EXPORTED.len()..].iter().take_while(part).copied().collect());
    names.filter_map(|name| String::from_utf8(name).ok()).filter(|name| !name.is_empty()).collect()
}

fn write_line(symbol: &str, module: &Path, active: bool, variables: &Variables) -> Outcome<()> {
    let conf = variables.path("sysconfdir").join(format!("{}.conf", variables.get("progname")));
    let conf = conf.canonicalize().map_err(|error| told(&conf, &error))?;
    let old = fs::read(&conf).map_err(|error| told(&conf, &error))?;
    let below = module.strip_prefix(variables.path("prefix")).unwrap_or(module).display().to_string();
    let (new, done) = configuration::edited(&old, symbol, &below, active)?;
    if done == Done::Nothing {
        println!("unchanged  {}: it has the line for {symbol}", conf.display());
        return Ok(());
    }
    let mode = fs::metadata(&conf).map_err(|error| told(&conf, &error))?.permissions().mode() & 0o7777;
    let mut backup = conf.clone().into_os_string();
    backup.push(".bak");
    let backup = PathBuf::from(backup);
    replace(&backup, &old, mode).map_err(|error| told(&backup, &error))?;
    replace(&conf, &new, mode).map_err(|error| told(&conf, &error))?;
    println!("{done} {symbol} in {}", conf.display());
    Ok(())
}

/// Writes a neighbour and renames it: nobody ever sees a half of a file, and who runs the old one keeps it.
fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut new = path.to_owned().into_os_string();
    new.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(new);
    let owner = fs::metadata(path).ok();
    let written = (|| {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        keep_owner(&new, owner.as_ref());
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// Who may not give files away keeps what is written as one's own.
fn keep_owner(new: &Path, old: Option<&fs::Metadata>) {
    use std::os::unix::fs::{MetadataExt, chown};
    if let Some(old) = old {
        let _ = chown(new, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_its_module() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mod_foo.so");
        fs::write(&file, b"\x7fELF\0httpd_module_foo_module\0x\0httpd_module_foo_module\0").unwrap();
        assert_eq!(symbol(&file, None).unwrap(), "foo_module");
        assert_eq!(symbol(&file, Some("bar")).unwrap(), "bar_module");
        fs::write(&file, b"httpd_module_a_module\0httpd_module_b_module").unwrap();
        assert!(
            symbol(&file, None)
                .unwrap_err()
                .ends_with("has a_module and b_module: -n NAME says which one is meant")
        );
        fs::write(&file, b"\x7fELF").unwrap();
        assert!(symbol(&file, None).unwrap_err().contains("is no module that apxs has built"));
    }

    #[test]
    fn files_are_replaced_whole_with_their_rights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("httpd.conf");
        fs::write(&path, "old").unwrap();
        replace(&path, b"new", 0o640).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("no/such"), b"", 0o644).is_err());
    }
}
