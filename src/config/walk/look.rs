//! One look at the whole of a path: it spares one at each of its parts, in most cases.

use std::io::ErrorKind;
use std::path::Path;

use os::file::{Info, Kind};

use super::directory;

/// What a look at a whole path says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// It leads to this.
    There(Info),
    /// All of it is there but its last name, not even as a link that leads nowhere: the commonest way to ask for
    /// nothing.
    LastMissing,
    /// Only a look at each of its parts can tell.
    Unclear,
}

impl Look {
    /// Looks at the path itself first and follows it if it is a link: so a file takes one look, and what is missing two.
    pub(crate) fn at(path: &str) -> Self {
        let whole = match Info::of_link(Path::new(path)) {
            Ok(info) if info.kind == Kind::Link => Info::of(Path::new(path)).ok(),
            Ok(info) => Some(info),
            Err(cause) if cause.kind() == ErrorKind::NotFound && is_in_a_folder(path) => {
                return Self::LastMissing;
            }
            Err(_) => None,
        };
        match whole {
            Some(info) if info.kind == Kind::Directory || !path.ends_with('/') => Self::There(info),
            _ => Self::Unclear,
        }
    }

    pub(super) fn info(self) -> Option<Info> {
        if let Self::There(info) = self { Some(info) } else { None }
    }
}

/// The part of a path before its last name is a directory.
fn is_in_a_folder(path: &str) -> bool {
    let folder =
        path.rfind('/').filter(|slash| slash + 1 < path.len()).map(|slash| directory(&path[..slash]));
    folder.is_some_and(|folder| Info::of(Path::new(folder)).is_ok_and(|info| info.kind == Kind::Directory))
}
