//! Sections: what `<Directory>`, `<Files>`, `<Location>` and their Match forms apply to, and how those that match a
//! path are found without looking at all of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::{Expr, Pattern, Settings, wild};

/// A container of the configuration, with what it applies to.
#[derive(Debug, Clone)]
pub enum SectionKind {
    /// `<VirtualHost address ...>`.
    VirtualHost(String),
    /// `<Directory path>`, a path or a shell pattern whose wild cards do not cross `/`.
    Directory(String),
    /// `<DirectoryMatch regex>` and `<Directory ~ regex>`.
    DirectoryMatch(Pattern),
    /// `<Files name>`, a name or a shell pattern.
    Files(String),
    /// `<FilesMatch regex>` and `<Files ~ regex>`.
    FilesMatch(Pattern),
    /// `<Location url-path>`, a path or a shell pattern.
    Location(String),
    /// `<LocationMatch regex>` and `<Location ~ regex>`.
    LocationMatch(Pattern),
    /// `<If expression>`.
    If(Arc<Expr>),
    /// `<ElseIf expression>`.
    ElseIf(Arc<Expr>),
    /// `<Else>`.
    Else,
    /// `<Limit method ...>` (`true`), `<LimitExcept method ...>` (`false`).
    Limit(bool, Vec<String>),
}

impl SectionKind {
    /// It is about files or URLs, not about a whole server.
    pub fn is_directory(&self) -> bool {
        !matches!(self, Self::VirtualHost(_))
    }

    /// `<If>`, `<ElseIf>` or `<Else>`.
    pub fn is_condition(&self) -> bool {
        matches!(self, Self::If(_) | Self::ElseIf(_) | Self::Else)
    }

    /// The regular expression of a Match form.
    pub(crate) fn pattern(&self) -> Option<&Pattern> {
        match self {
            Self::DirectoryMatch(pattern) | Self::FilesMatch(pattern) | Self::LocationMatch(pattern) => {
                Some(pattern)
            }
            _ => None,
        }
    }
}

/// A section of files or URLs and what stands in it.
#[derive(Debug)]
pub struct Section {
    /// What it applies to.
    pub kind: SectionKind,
    /// Where it stands, for `-S`-like listings and messages.
    pub position: conf::Position,
    /// `<Files>` inside, in order.
    pub inner: Vec<Section>,
    /// `<If>`, `<ElseIf>` and `<Else>` inside, in order.
    pub conditions: Arc<[Section]>,
    /// What it sets, for methods that no `<Limit>` in it names.
    pub(crate) layer: Layer,
    /// What it sets for those that are named. `HEAD` follows `GET`.
    pub(crate) by_method: Vec<(String, Layer)>,
}

impl Section {
    /// What it sets for a method.
    pub(crate) fn layer(&self, method: &str) -> &Layer {
        let method = limited_as(method);
        let own = self.by_method.iter().find(|(named, _)| named == method);
        own.map_or(&self.layer, |(_, layer)| layer)
    }
}

/// The method that `<Limit>` knows a method by.
pub(crate) fn limited_as(method: &str) -> &str {
    if method == "HEAD" { "GET" } else { method }
}

/// Settings with a number that no other settings of this process have.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) id: u64,
    pub(crate) settings: Settings,
}

impl Layer {
    pub(crate) fn new(settings: Settings) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), settings }
    }
}

/// The sections of one server by kind, each kind in the order in which it is merged.
#[derive(Debug, Default)]
pub struct Sections {
    pub(crate) directories: Directories,
    /// Those that are regular expressions, by the slashes in them.
    directory_matches: Vec<(usize, Section)>,
    pub(crate) files: Vec<Section>,
    pub(crate) locations: Locations,
    pub(crate) conditions: Arc<[Section]>,
}

impl Sections {
    pub(crate) fn new(sections: Vec<Section>) -> Self {
        let (conditions, sections): (Vec<_>, Vec<_>) =
            sections.into_iter().partition(|section| section.kind.is_condition());
        let mut by_kind = Self { conditions: conditions.into(), ..Self::default() };
        for section in sections {
            match &section.kind {
                SectionKind::Directory(_) => by_kind.directories.add(section),
                SectionKind::DirectoryMatch(pattern) => {
                    let slashes = pattern.as_str().matches('/').count();
                    by_kind.directory_matches.push((slashes, section));
                }
                SectionKind::Files(_) | SectionKind::FilesMatch(_) => by_kind.files.push(section),
                SectionKind::Location(_) | SectionKind::LocationMatch(_) => by_kind.locations.add(section),
                _ => {}
            }
        }
        by_kind.directory_matches.sort_by_key(|(slashes, _)| *slashes);
        by_kind
    }

    /// The regular expressions of `<DirectoryMatch>` in the order in which Apache merges them: those with fewer slashes
    /// first, whatever server they stand in; of equal ones these before `inner`'s, and each in the order of the file.
    pub(crate) fn directory_matches<'s>(
        &'s self,
        inner: Option<&'s Self>,
    ) -> impl Iterator<Item = &'s Section> {
        let mut outer = &self.directory_matches[..];
        let mut inner = inner.map_or(&[][..], |inner| &inner.directory_matches[..]);
        std::iter::from_fn(move || {
            let is_inner = match (outer.first(), inner.first()) {
                (Some((outer, _)), Some((inner, _))) => inner < outer,
                (outer, _) => outer.is_none(),
            };
            let from = if is_inner { &mut inner } else { &mut outer };
            let ((_, section), rest) = from.split_first()?;
            *from = rest;
            Some(section)
        })
    }
}

/// Places of sections by their path. A request asks for many paths, and few are there.
#[derive(Debug, Default)]
struct ByPath {
    places: FxHashMap<String, Vec<usize>>,
    /// A bit for each length that some path has, modulo 64: most paths are known to be missing by their length.
    lengths: u64,
}

impl ByPath {
    fn add(&mut self, path: &str, place: usize) {
        self.lengths |= Self::bit(path);
        self.places.entry(path.to_owned()).or_default().push(place);
    }

    fn get(&self, path: &str) -> &[usize] {
        if self.lengths & Self::bit(path) == 0 {
            return &[];
        }
        self.places.get(path).map_or(&[], Vec::as_slice)
    }

    fn is_empty(&self) -> bool {
        self.lengths == 0
    }

    fn bit(path: &str) -> u64 {
        1 << (path.len() % 64)
    }
}

/// `<Directory>` sections that are no regular expressions.
#[derive(Debug, Default)]
pub(crate) struct Directories {
    sections: Vec<Section>,
    /// The sections by the number of names that their paths have: a walk looks for nothing on a level without any.
    levels: Vec<Level>,
}

/// The sections whose paths have the same number of names.
#[derive(Debug, Default)]
struct Level {
    by_path: ByPath,
    /// Shell patterns.
    wild: Vec<usize>,
}

impl Directories {
    fn add(&mut self, section: Section) {
        let SectionKind::Directory(path) = &section.kind else { return };
        let (place, depth) = (self.sections.len(), depth(path));
        if self.levels.len() <= depth {
            self.levels.resize_with(depth + 1, Level::default);
        }
        let level = &mut self.levels[depth];
        if wild::is_pattern(path) {
            level.wild.push(place);
        } else {
            level.by_path.add(path, place);
        }
        self.sections.push(section);
    }

    /// No section is about directories that are more names deep.
    pub(crate) fn end_at(&self, depth: usize) -> bool {
        self.levels.len() <= depth + 1
    }

    /// Appends to `found` the places of the sections of exactly this directory, which is so many names deep. The path
    /// is absolute, without a slash at its end.
    pub(crate) fn at(&self, path: &str, depth: usize, found: &mut Vec<usize>) {
        let Some(level) = self.levels.get(depth) else { return };
        found.extend(level.by_path.get(path));
        found.extend(level.wild.iter().filter(|place| {
            matches!(&self.sections[**place].kind, SectionKind::Directory(pattern) if wild::matches_path(pattern, path))
        }));
        found.sort_unstable();
    }

    pub(crate) fn get(&self, place: usize) -> &Section {
        &self.sections[place]
    }
}

/// How many names a path has.
fn depth(path: &str) -> usize {
    path.split('/').filter(|name| !name.is_empty()).count()
}

/// `<Location>` and `<LocationMatch>` sections.
#[derive(Debug, Default)]
pub(crate) struct Locations {
    sections: Vec<Section>,
    by_path: ByPath,
    patterns: Vec<usize>,
}

impl Locations {
    fn add(&mut self, section: Section) {
        let place = self.sections.len();
        match &section.kind {
            SectionKind::Location(path) if !wild::is_pattern(path) => {
                self.by_path.add(path, place);
            }
            _ => self.patterns.push(place),
        }
        self.sections.push(section);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Appends to `found` the places of the sections that apply to a URL path, in the order of the file. `/a` applies to
    /// `/a` and to all below `/a/`, `/a/` to all below it. Regular expressions see the path as it was `written`, the others
    /// with its slashes merged.
    pub(crate) fn matching(&self, path: &str, written: &str, found: &mut Vec<usize>) {
        if !self.by_path.is_empty() {
            for (slash, _) in path.bytes().enumerate().filter(|(_, byte)| *byte == b'/') {
                found.extend(self.by_path.get(&path[..slash]));
                found.extend(self.by_path.get(&path[..=slash]));
            }
            if !path.ends_with('/') {
                found.extend(self.by_path.get(path));
            }
        }
        found.extend(self.patterns.iter().filter(|place| match &self.sections[**place].kind {
            SectionKind::Location(pattern) => wild::matches_path(pattern, path),
            SectionKind::LocationMatch(pattern) => pattern.is_match(written),
            _ => false,
        }));
        found.sort_unstable();
    }

    pub(crate) fn get(&self, place: usize) -> &Section {
        &self.sections[place]
    }
}

/// A `<Files>` section applies to a file of that name.
pub(crate) fn applies_to_file(section: &Section, name: &str) -> bool {
    match &section.kind {
        SectionKind::Files(pattern) if wild::is_pattern(pattern) => wild::matches_path(pattern, name),
        SectionKind::Files(plain) => plain == name,
        SectionKind::FilesMatch(pattern) => pattern.is_match(name),
        _ => false,
    }
}

/// The path of `<Directory>`, from ServerRoot where it does not begin with a slash: no `.`, `..`, double slashes,
/// and no slash at its end.
pub(crate) fn normal_directory(server_root: &Path, path: &str) -> String {
    let path = server_root.join(path);
    let path = path.to_string_lossy();
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn section(kind: SectionKind) -> Section {
        let position = conf::Position { source: conf::Source::new("test", ""), line: 1, column: 1 };
        Section {
            kind,
            position,
            inner: vec![],
            conditions: Arc::default(),
            layer: Layer::new(Settings::default()),
            by_method: vec![],
        }
    }

    fn regex(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn locations_match_whole_names() {
        let kinds = ["/a", "/a/", "/", "/a/b", "/a*"].map(|path| SectionKind::Location(path.into()));
        let kinds = kinds.into_iter().chain([SectionKind::LocationMatch(regex("b$"))]);
        let sections = Sections::new(kinds.map(section).collect());
        for (path, expected) in [
            ("/", vec![2]),
            ("/a", vec![0, 2, 4]),
            ("/a/", vec![0, 1, 2]),
            ("/a/b", vec![0, 1, 2, 3, 5]),
            ("/ab", vec![2, 4, 5]),
            ("*", vec![]),
        ] {
            let mut found = vec![];
            sections.locations.matching(path, path, &mut found);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn directories_are_found_by_level() {
        let kinds = ["/", "/srv/*/www", "/srv/a/www", "/srv/?/www", "/srv/a"];
        let sections = Sections::new(kinds.map(|path| section(SectionKind::Directory(path.into()))).into());
        for (path, expected) in [
            ("/", vec![0]),
            ("/srv", vec![]),
            ("/srv/a", vec![4]),
            ("/srv/a/www", vec![1, 2, 3]),
            ("/srv/ab/www", vec![1]),
        ] {
            let mut found = vec![];
            sections.directories.at(path, depth(path), &mut found);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn regular_expressions_of_directories_come_by_their_slashes() {
        let sections = |patterns: &[&str]| {
            Sections::new(
                patterns.iter().map(|text| section(SectionKind::DirectoryMatch(regex(text)))).collect(),
            )
        };
        let main = sections(&["^/srv/www/", "/b", "x$", "/c"]);
        let own = sections(&["/d", "/e/f", "y$"]);
        let texts = |inner| {
            let texts = main.directory_matches(inner).map(|section| section.kind.pattern().unwrap().as_str());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(texts(None), ["x$", "/b", "/c", "^/srv/www/"]);
        assert_eq!(texts(Some(&own)), ["x$", "y$", "/b", "/c", "/d", "/e/f", "^/srv/www/"]);
    }

    #[test]
    fn directories_are_written_in_many_ways() {
        for (path, expected) in
            [("/", "/"), ("/srv//www/", "/srv/www"), ("/srv/./a/../www", "/srv/www"), ("www", "/base/www")]
        {
            assert_eq!(normal_directory(Path::new("/base"), path), expected);
        }
    }
}
