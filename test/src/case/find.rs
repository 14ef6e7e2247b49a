//! Looks for case files below a source tree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Found;

/// Where cases may lie, below the source tree.
const ROOMS: [&str; 3] = ["modules", "src", "test"];

/// All `*.t` files in folders named `cases`, by name.
pub fn find(source: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for room in ROOMS {
        for path in files(&source.join(room))? {
            found.extend(found_case(source, path));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Every file below a folder, in no order; links are not followed, hidden things and build folders left out.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            if entry.file_type()?.is_dir() {
                if !hidden && name != "target" {
                    folders.push(entry.path());
                }
            } else if !hidden {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

fn found_case(source: &Path, path: PathBuf) -> Option<Found> {
    let cases = path.parent().filter(|folder| folder.ends_with("cases"))?;
    if path.extension()? != "t" {
        return None;
    }
    let room = cases.parent()?;
    let name =
        format!("{}/{}", room.strip_prefix(source).ok()?.file_name()?.display(), path.file_stem()?.display());
    let module = fs::read_to_string(room.join("Cargo.toml")).ok().and_then(|manifest| listed_as(&manifest));
    Some(Found { name, path, module })
}

/// `file = "mod_alias.c"` of a module's manifest.
fn listed_as(manifest: &str) -> Option<String> {
    let (_, table) = manifest.split_once("[package.metadata.httpd]")?;
    let value = table.lines().find_map(|line| line.strip_prefix("file"))?;
    value.split('"').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_has_cases_and_their_modules_are_known() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let found = find(source).unwrap();
        let hello = found.iter().find(|case| case.name == "mod_hello/greets").unwrap();
        assert_eq!(hello.module.as_deref(), Some("mod_hello.c"));
    }
}
