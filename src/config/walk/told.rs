//! What `httpd --explain` is told of a walk: what was merged, in its order, and what the path led to.

use conf::Position;
use os::file::Kind;

use super::Found;
use crate::config::sections::Section;
use crate::explain::StepKind;
use crate::request::Request;

/// Kinds and places of what was merged, where somebody wants to know.
pub(super) struct Merged(Option<Vec<(StepKind, Position)>>);

impl Merged {
    pub(super) fn nothing(r: &Request) -> Self {
        Self(r.connection.witness.as_ref().map(|_| Vec::new()))
    }

    pub(super) fn add(&mut self, kind: StepKind, section: &Section) {
        if let Some(merged) = &mut self.0 {
            merged.push((kind, section.position.clone()));
        }
    }

    pub(super) fn tell(&self, r: &Request) {
        for (kind, position) in self.0.iter().flatten() {
            r.note_step(*kind, Some(position), String::new);
        }
    }
}

/// What a path leads to.
pub(super) fn found(path: &str, found: &Found) -> String {
    let (file, rest) = path.split_at(found.end);
    let what = match found.info.map(|info| info.kind) {
        Some(Kind::Directory) => "a directory",
        Some(_) => "a file",
        None => "nothing is there",
    };
    let rest = if rest.is_empty() { String::new() } else { format!(", and {rest} beyond it") };
    format!("{file}: {what}{rest}")
}
