//! What a module is: a name, a configuration, directives and hooks.

use std::any::Any;
use std::sync::Arc;

use crate::config::{Complaint, Config, Directive, Given, Here, RowInfo};
use crate::hooks::{Hooks, Registry};
use crate::mpm::{AnyMpm, Mpm};

/// A part of the server that can be left out.
///
/// The life of a module, in order:
/// 1. it is linked: its crate stands in the program's list, with the file name that its manifest gives; or it comes from
///    a [file](crate::loadable) of its own, by `LoadModule`;
/// 2. [`hooks`](Module::hooks) is called once for each generation, before any line that its directives could stand in is
///    read: providers and hooks are registered here;
/// 3. each directive of [`DIRECTIVES`](Module::DIRECTIVES) that the configuration uses sets its part of
///    a `Config`, one for each section that mentions the module;
/// 4. `post_config` hooks see the whole configuration and may refuse it;
/// 5. `child_init` hooks run in each serving process, before it gives up its rights;
/// 6. request hooks run with the `Config` merged from all sections that match the request.
///
/// Nothing is called when a module ends: a generation is dropped, and what it owns with it.
pub trait Module: Sync + 'static {
    /// The name that `LoadModule` and `<IfModule>` know: `alias_module`.
    const NAME: &'static str;

    /// What its directives set. `()` where there are none.
    type Config: Config;

    /// Its directives, as rows of a table.
    const DIRECTIVES: &'static [Directive<Self::Config>] = &[];

    /// The tables of its directives, for a module that has so many that it keeps several.
    const TABLES: &'static [&'static [Directive<Self::Config>]] = &[Self::DIRECTIVES];

    /// Says where the module steps in.
    fn hooks(&self, _hooks: &mut Hooks<'_, Self::Config>) {}
}

/// The configuration of any module, its type forgotten.
pub type AnyConfig = dyn Any + Send + Sync;

/// A module as the program lists it: one line of the generated `modules.rs`.
#[derive(Clone, Copy)]
pub struct Linked {
    file: &'static str,
    module: &'static dyn Erased,
    mpm: Option<&'static dyn AnyMpm>,
    shared: bool,
}

/// Puts a module into the program's list under the file name that `httpd -l` prints (`mod_alias.c`).
pub const fn linked<M: Module>(module: &'static M, file: &'static str) -> Linked {
    Linked { file, module, mpm: None, shared: false }
}

/// As [`linked`], for an MPM.
pub const fn linked_mpm<M: Mpm>(module: &'static M, file: &'static str) -> Linked {
    Linked { mpm: Some(module), ..linked(module, file) }
}

impl Linked {
    /// The name that `httpd -l` prints and `<IfModule>` tests.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The name that `LoadModule` and `httpd -M` use.
    pub fn symbol(&self) -> &'static str {
        self.module.symbol()
    }

    /// It is a Multi-Processing Module.
    pub fn is_mpm(&self) -> bool {
        self.mpm.is_some()
    }

    /// It is that very module: another file's of the same name is another.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.symbol() == other.symbol() && std::ptr::addr_eq(self.module, other.module)
    }

    /// It came from a file of its own, by `LoadModule`.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// As it is called when it comes from a file of its own.
    pub(crate) const fn as_shared(self) -> Self {
        Self { shared: true, ..self }
    }

    pub(crate) fn mpm(&self) -> Option<&'static dyn AnyMpm> {
        self.mpm
    }

    pub(crate) fn erased(&self) -> &'static dyn Erased {
        self.module
    }

    /// The module's directives without their setters, for listings, documentation and tests.
    pub fn rows(&self) -> Vec<RowInfo> {
        self.module.rows()
    }
}

impl std::fmt::Debug for Linked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.symbol(), self.file)
    }
}

/// A module's place in a generation's list. The core is 0, `http_core.c` is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleIndex(pub(crate) u16);

impl ModuleIndex {
    /// The core itself.
    pub(crate) const CORE: Self = Self(0);
    /// `http_core.c`.
    pub(crate) const HTTP: Self = Self(1);

    pub(crate) fn get(self) -> usize {
        self.0 as usize
    }
}

/// A [`Module`] whose configuration type is forgotten, so that modules fit in one list.
pub(crate) trait Erased: Sync {
    fn symbol(&self) -> &'static str;
    fn rows(&self) -> Vec<RowInfo>;
    fn new_config(&self) -> Box<AnyConfig>;
    fn merge(&self, outer: &AnyConfig, inner: &AnyConfig) -> Arc<AnyConfig>;
    /// Applies the `row`th directive to `config`.
    fn set(
        &self,
        row: usize,
        config: &mut AnyConfig,
        given: &Given<'_>,
        here: &mut Here<'_>,
    ) -> Result<(), Complaint>;
    /// Asks the `row`th directive, a condition such as `<IfVersion>`, whether its lines count; or lets it, an early
    /// one such as `LoadModule`, do its work.
    fn at_reading(&self, row: usize, given: &Given<'_>, here: &mut Here<'_>) -> Result<bool, Complaint>;
    /// Tells the `row`th directive, a container, that its end was reached.
    fn close(&self, row: usize, config: &mut AnyConfig, here: &mut Here<'_>) -> Result<(), Complaint>;
    fn register(&self, index: ModuleIndex, registry: &mut Registry);
}

fn rows_of<M: Module>() -> impl Iterator<Item = &'static Directive<M::Config>> {
    M::TABLES.iter().copied().flatten()
}

fn row_of<M: Module>(row: usize) -> Option<&'static Directive<M::Config>> {
    rows_of::<M>().nth(row)
}

impl<M: Module> Erased for M {
    fn symbol(&self) -> &'static str {
        M::NAME
    }

    fn rows(&self) -> Vec<RowInfo> {
        rows_of::<M>().map(Directive::info).collect()
    }

    fn new_config(&self) -> Box<AnyConfig> {
        Box::<M::Config>::default()
    }

    fn merge(&self, outer: &AnyConfig, inner: &AnyConfig) -> Arc<AnyConfig> {
        match (outer.downcast_ref::<M::Config>(), inner.downcast_ref::<M::Config>()) {
            (Some(outer), Some(inner)) => Arc::new(outer.merge(inner)),
            _ => Arc::from(self.new_config()),
        }
    }

    fn set(
        &self,
        row: usize,
        config: &mut AnyConfig,
        given: &Given<'_>,
        here: &mut Here<'_>,
    ) -> Result<(), Complaint> {
        match (row_of::<M>(row), config.downcast_mut::<M::Config>()) {
            (Some(directive), Some(config)) => directive.apply(config, given, here),
            _ => Err(Complaint::new("this directive belongs to another module")),
        }
    }

    fn at_reading(&self, row: usize, given: &Given<'_>, here: &mut Here<'_>) -> Result<bool, Complaint> {
        row_of::<M>(row).map_or(Ok(false), |directive| directive.at_reading(given, here))
    }

    fn close(&self, row: usize, config: &mut AnyConfig, here: &mut Here<'_>) -> Result<(), Complaint> {
        match (row_of::<M>(row), config.downcast_mut::<M::Config>()) {
            (Some(directive), Some(config)) => directive.close(config, here),
            _ => Ok(()),
        }
    }

    fn register(&self, index: ModuleIndex, registry: &mut Registry) {
        self.hooks(&mut Hooks::new(registry, index));
    }
}
