//! What a setter may ask about the place where its directive stands.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conf::Source;

use super::defines::Defines;
use super::read::Item;
use super::rows::Rows;
use super::sections::SectionKind;
use super::{Complaint, Elsewhere, Forgone};
use crate::core_module::{AllowOverride, Options};
use crate::facts::Build;
use crate::hooks::Registry;
use crate::module::Linked;
use crate::server::log::{LogFile, LogFiles};
use crate::server::syslog::Syslog;

/// The place of a directive while it is set.
pub struct Here<'a> {
    pub(crate) position: &'a conf::Position,
    pub(crate) ground: Ground<'a>,
    pub(crate) sections: &'a [SectionKind],
    pub(crate) notes: &'a mut Notes,
    /// In a `.htaccess` file: what AllowOverride permits.
    pub(crate) htaccess: Option<AllowOverride>,
}

/// What a configuration is read against.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) modules: &'a [Linked],
    pub(crate) rows: &'a Rows,
    pub(crate) registry: &'a Registry,
    pub(crate) server_root: &'a Path,
    pub(crate) defines: &'a Defines,
    pub(crate) build: &'static Build,
}

impl Ground<'_> {
    /// The module, not linked in, that has the directive of a line which nobody here knows.
    pub(crate) fn elsewhere(&self, item: &Item) -> Option<Elsewhere> {
        item.row.is_none().then(|| Elsewhere::with_directive(&self.build.facts, &item.name)).flatten()
    }
}

/// What setters leave behind beside their settings.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) logs: LogFiles,
    /// The virtual host whose lines are read; 0 is the main server.
    pub(crate) vhost: usize,
    /// What works, but perhaps not as meant.
    pub(crate) warnings: Vec<(conf::Position, String)>,
    /// What was accepted and has no effect: each sentence once.
    pub(crate) remarks: Vec<(conf::Position, String)>,
    /// Directories that are named must be there; `-T` does not look.
    pub(crate) check_directories: bool,
    /// Modules that are asked for and not there, where the configuration can be read without.
    pub(crate) forgone: Vec<Forgone>,
    /// What `LoadModule` brought, to be known to the lines below it.
    pub(crate) loaded: Vec<Linked>,
    /// Lines to be read in place of a directive.
    pub(crate) inserted: Vec<Arc<Source>>,
    pub(crate) memory: Memory,
}

/// What modules remember while a configuration is read, by type.
#[derive(Default)]
pub(crate) struct Memory(HashMap<TypeId, Box<dyn Any>>);

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({})", self.0.len())
    }
}

impl Here<'_> {
    /// File, line and column of the directive's name.
    pub fn position(&self) -> &conf::Position {
        self.position
    }

    /// A file name of the configuration, made absolute: relative ones start at ServerRoot.
    pub fn server_path(&self, name: &str) -> PathBuf {
        self.ground.server_root.join(name)
    }

    /// The sections around the directive, outermost first; empty in the main server.
    pub fn sections(&self) -> &[SectionKind] {
        self.sections
    }

    /// It stands in a `.htaccess` file.
    pub fn in_htaccess(&self) -> bool {
        self.htaccess.is_some()
    }

    /// What `Options` may name: in a `.htaccess` file, AllowOverride decides.
    pub fn options_allowed(&self) -> Options {
        self.htaccess.map_or(Options::all(), |allowed| allowed.options)
    }

    /// What another module offers under a type and a name.
    pub fn provider<P: Send + Sync + 'static>(&self, name: &str) -> Option<Arc<P>> {
        self.ground.registry.providers().get(name)
    }

    /// The names offered under a type.
    pub fn providers<P: 'static>(&self) -> impl Iterator<Item = &'static str> {
        self.ground.registry.providers().names::<P>()
    }

    /// A module is there, by file name (`mod_alias.c`) or symbol (`alias_module`).
    pub fn has_module(&self, name: &str) -> bool {
        self.module(name).is_some()
    }

    /// The module of that file name or symbol.
    pub fn module(&self, name: &str) -> Option<Linked> {
        self.ground.modules.iter().find(|linked| linked.file() == name || linked.symbol() == name).copied()
    }

    /// The program that reads this.
    pub fn build(&self) -> &'static Build {
        self.ground.build
    }

    /// Adds a module, for the lines below an [early](super::Directive::early) directive. A server has one MPM: where
    /// there is one already, another is refused.
    pub fn add_module(&mut self, module: Linked) -> Result<(), Complaint> {
        let mpm = self.ground.modules.iter().find(|linked| linked.is_mpm());
        if let Some(mpm) = mpm.filter(|_| module.is_mpm()) {
            let sentence = format!("More than one MPM loaded: {} is there", mpm.symbol());
            let hint = if mpm.is_shared() { "keep one of the two lines" } else { "it is compiled in" };
            return Err(Complaint::new(sentence).argument(0).hint(format!("a server has one MPM: {hint}")));
        }
        self.notes.loaded.push(module);
        Ok(())
    }

    /// The module of that symbol is one that this program does not have, but might.
    pub fn elsewhere(&self, symbol: &str) -> Option<Elsewhere> {
        Elsewhere::called(&self.ground.build.facts, symbol)
    }

    /// The configuration is read without a module that it asks for: shown at start, once, with the lines that are passed over for
    /// that. Those of a module that protects something are errors nonetheless.
    pub fn forgo(&mut self, module: Elsewhere, sentence: impl Into<String>) {
        self.notes.forgone.push(Forgone::new(module, self.notes.warnings.len()));
        self.warn(sentence);
    }

    /// A name was defined with `-D` or `Define`.
    pub fn is_defined(&self, name: &str) -> bool {
        self.ground.defines.get(name).is_some()
    }

    /// A filter of that name is registered.
    pub fn has_filter(&self, name: &str) -> bool {
        self.ground.registry.filters.iter().any(|row| row.name.eq_ignore_ascii_case(name))
    }

    /// A directory that is named by a directive's first argument must be there (`-T` does not look). In a virtual host
    /// it is a warning only, as in Apache: the others can serve.
    pub fn expect_directory(&mut self, directive: &str, path: &Path) -> Result<(), Complaint> {
        if !self.notes.check_directories || path.is_dir() {
            return Ok(());
        }
        let path = path.display();
        if self.sections.is_empty() {
            let sentence = format!("{directive} '{path}' is not a directory, or is not readable");
            return Err(Complaint::new(sentence).argument(0).hint("create it, or start with -T"));
        }
        self.warn(format!("AH00112: {directive} [{path}] does not exist"));
        Ok(())
    }

    /// Something that works, but perhaps not as meant: shown at start, once.
    pub fn warn(&mut self, sentence: impl Into<String>) {
        self.notes.warnings.push((self.position.clone(), sentence.into()));
    }

    /// Something that has no effect here: told once, where the level is info.
    pub(crate) fn remark(&mut self, sentence: String) {
        if !self.notes.remarks.iter().any(|(_, known)| *known == sentence) {
            self.notes.remarks.push((self.position.clone(), sentence));
        }
    }

    /// A directive of that name is known, or a section of that name without its bracket.
    pub(crate) fn has_directive(&self, name: &str, section: bool) -> bool {
        self.ground.rows.get(name).is_some_and(|row| row.info.is_section() == section)
    }

    /// What a module remembers from line to line while one configuration is read, by a type of its own.
    pub fn memory<T: Default + 'static>(&mut self) -> &mut T {
        let kept = self.notes.memory.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default());
        // The key is the type of the value.
        kept.downcast_mut().unwrap_or_else(|| unreachable!("kept under its own type"))
    }

    /// Gives lines to be read in place of the directive, under a name for messages.
    pub fn read(&mut self, name: impl Into<String>, lines: impl Into<String>) {
        self.notes.inserted.push(Source::new(name, lines));
    }

    /// A log to append lines to: a file relative to ServerRoot, or `|program`. The parent opens it once
    /// the whole configuration is known to be good; equal names share one descriptor.
    pub fn log_file(&mut self, name: &str) -> Arc<LogFile> {
        self.notes.logs.get(name, self.ground.server_root, self.notes.vhost)
    }

    /// The same for errors, which can also go to `syslog[:facility[:tag]]`.
    pub(crate) fn error_log(&mut self, name: &str) -> Arc<LogFile> {
        if let Some(said) = Syslog::is_meant(name).then(|| Syslog::complaint(name)).flatten() {
            self.warn(said);
        }
        self.notes.logs.get_for_errors(name, self.ground.server_root, self.notes.vhost)
    }
}
