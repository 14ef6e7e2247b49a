//! What a setter may ask about the place where its directive stands.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sections::SectionKind;
use crate::core_module::Options;
use crate::hooks::Registry;
use crate::module::Linked;
use crate::server::log::{LogFile, LogFiles};

/// The place of a directive while it is set.
pub struct Here<'a> {
    pub(crate) position: &'a conf::Position,
    pub(crate) server_root: &'a Path,
    pub(crate) sections: &'a [SectionKind],
    pub(crate) registry: &'a Registry,
    pub(crate) modules: &'a [Linked],
    pub(crate) defines: &'a [String],
    pub(crate) logs: &'a mut LogFiles,
    pub(crate) warnings: &'a mut Vec<(conf::Position, String)>,
    pub(crate) htaccess: bool,
    pub(crate) options_allowed: Options,
    pub(crate) directories: &'a mut Vec<(conf::Position, &'static str, PathBuf)>,
}

impl Here<'_> {
    /// File, line and column of the directive's name.
    pub fn position(&self) -> &conf::Position {
        self.position
    }

    /// A file name of the configuration, made absolute: relative ones start at ServerRoot.
    pub fn server_path(&self, name: &str) -> PathBuf {
        self.server_root.join(name)
    }

    /// The sections around the directive, outermost first; empty in the main server.
    pub fn sections(&self) -> &[SectionKind] {
        self.sections
    }

    /// It stands in a `.htaccess` file.
    pub fn in_htaccess(&self) -> bool {
        self.htaccess
    }

    /// What another module offers under a type and a name.
    pub fn provider<P: Send + Sync + 'static>(&self, name: &str) -> Option<Arc<P>> {
        self.registry.providers().get(name)
    }

    /// The names offered under a type.
    pub fn providers<P: 'static>(&self) -> impl Iterator<Item = &'static str> {
        self.registry.providers().names::<P>()
    }

    /// A module is there, by file name (`mod_alias.c`) or symbol (`alias_module`).
    pub fn has_module(&self, name: &str) -> bool {
        self.modules.iter().any(|linked| linked.file() == name || linked.symbol() == name)
    }

    /// A name was defined with `-D` or `Define`.
    pub fn is_defined(&self, name: &str) -> bool {
        self.defines.iter().any(|defined| defined == name)
    }

    /// A filter of that name is registered.
    pub fn has_filter(&self, name: &str) -> bool {
        self.registry.filters.iter().any(|row| row.name.eq_ignore_ascii_case(name))
    }

    /// What `Options` may name: in a `.htaccess` file, AllowOverride decides.
    pub fn options_allowed(&self) -> Options {
        self.options_allowed
    }

    /// A directory that must be there when the server starts (`-T` does not look).
    pub fn directory_expected(&mut self, directive: &'static str, path: PathBuf) {
        self.directories.push((self.position.clone(), directive, path));
    }

    /// Something that works, but perhaps not as meant: shown at start, once.
    pub fn warn(&mut self, sentence: impl Into<String>) {
        self.warnings.push((self.position.clone(), sentence.into()));
    }

    /// A log to append lines to: a file relative to ServerRoot, or `|program`. The parent opens it once
    /// the whole configuration is known to be good; equal names share one descriptor.
    pub fn log_file(&mut self, name: &str) -> Arc<LogFile> {
        self.logs.get(name, self.server_root)
    }
}
