//! Sections: what `<Directory>`, `<Files>`, `<Location>` and their Match forms apply to.

use regex::Regex;

use super::Settings;

/// A container of the configuration, with what it applies to.
#[derive(Debug, Clone)]
pub enum SectionKind {
    /// `<VirtualHost address ...>`.
    VirtualHost(String),
    /// `<Directory path>`, a path or a shell pattern whose wild cards do not cross `/`.
    Directory(String),
    /// `<DirectoryMatch regex>` and `<Directory ~ regex>`.
    DirectoryMatch(Regex),
    /// `<Files name>`, a name or a shell pattern.
    Files(String),
    /// `<FilesMatch regex>` and `<Files ~ regex>`.
    FilesMatch(Regex),
    /// `<Location url-path>`, a path or a shell pattern.
    Location(String),
    /// `<LocationMatch regex>` and `<Location ~ regex>`.
    LocationMatch(Regex),
    /// `<Limit method ...>` (`true`), `<LimitExcept method ...>` (`false`).
    Limit(bool, Vec<String>),
}

/// A section of files or URLs and what stands in it.
pub struct Section {
    /// What it applies to.
    pub kind: SectionKind,
    /// Where it stands, for `-S`-like listings and messages.
    pub position: conf::Position,
    /// What it sets.
    pub settings: Settings,
    /// `<Files>` inside `<Directory>`, in order.
    pub inner: Vec<Section>,
}
