//! Which files an `Include` line means.

use std::path::{Path, PathBuf};

use super::read::reason;
use super::wild;

/// How deep directories that are included as a whole may nest: Apache's bound.
const DIRECTORY_DEPTH: usize = 20;

/// The files of a path, a directory (all below it) or a pattern, in alphabetical order. Nothing there is an error,
/// a sentence, unless it is optional.
pub(crate) fn files(pattern: &Path, optional: bool) -> Result<Vec<PathBuf>, String> {
    let text = pattern.to_string_lossy();
    let mut files = Vec::new();
    if !wild::is_pattern(&text) {
        if !optional || pattern.exists() {
            add(pattern, 0, &mut files)?;
        }
        return Ok(files);
    }
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let matches =
        glob::glob_with(&text, options).map_err(|error| format!("'{text}' is not a pattern: {error}"))?;
    for path in matches {
        let path = path.map_err(|error| {
            format!("Could not open directory {}: {}", error.path().display(), reason(error.error()))
        })?;
        add(&path, 0, &mut files)?;
    }
    if files.is_empty() && !optional {
        return Err(format!("No matches for the wildcard '{text}', failing"));
    }
    Ok(files)
}

/// A file, or all files below a directory.
fn add(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    if depth == DIRECTORY_DEPTH {
        return Err(format!(
            "Directory {} exceeds the maximum include directory nesting level of {DIRECTORY_DEPTH}",
            path.display()
        ));
    }
    let unreadable = |cause: std::io::Error| {
        format!("Could not open config directory {}: {}", path.display(), reason(&cause))
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    entries.iter().try_for_each(|entry| add(entry, depth + 1, files))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path, pattern: &str, optional: bool) -> Result<Vec<String>, String> {
        let strip = |path: PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        Ok(files(&root.join(pattern), optional)?.into_iter().map(strip).collect())
    }

    #[test]
    fn files_come_in_alphabetical_order() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for file in ["b.conf", "a.conf", "c.txt", ".d.conf", "sub/z.conf", "sub/y/x"] {
            std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            std::fs::write(root.join(file), "").unwrap();
        }
        assert_eq!(names(root, "*.conf", false).unwrap(), ["a.conf", "b.conf"]);
        assert_eq!(names(root, "s*", false).unwrap(), ["sub/y/x", "sub/z.conf"]);
        assert_eq!(names(root, "sub", false).unwrap(), ["sub/y/x", "sub/z.conf"]);
        assert_eq!(names(root, "*/z.conf", false).unwrap(), ["sub/z.conf"]);
        assert_eq!(names(root, "c.txt", false).unwrap(), ["c.txt"]);
    }

    #[test]
    fn what_is_not_there_is_an_error_unless_optional() {
        let root = tempfile::tempdir().unwrap();
        assert!(names(root.path(), "*.conf", false).unwrap_err().contains("No matches for the wildcard"));
        assert_eq!(names(root.path(), "*.conf", true), Ok(vec![]));
        assert_eq!(names(root.path(), "nope", true), Ok(vec![]));
        // A plain name is found missing when it is opened.
        assert_eq!(names(root.path(), "nope", false), Ok(vec!["nope".to_owned()]));
    }
}
