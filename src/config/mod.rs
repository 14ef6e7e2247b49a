//! From text to a generation: directives, sections, and what a request gets of them.
//!
//! [`directive`] rows say what can be written; [`assemble`] turns a tree of text and the modules' rows
//! into [`sections`] or every error found; [`walk`] merges, for one request, the sections that match it.

mod apply;
pub mod assemble;
mod context;
mod defines;
pub mod directive;
mod elsewhere;
pub mod expr;
pub mod here;
pub mod htaccess;
mod include;
mod network;
mod parts;
mod pattern;
mod place;
mod read;
mod report;
mod rows;
pub mod sections;
#[cfg(test)]
pub(crate) mod tests;
mod unknown;
pub mod values;
pub mod walk;
pub(crate) mod wild;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use assemble::{LoadOptions, load, modules};
pub use defines::Defines;
pub use directive::{Complaint, Directive, Given, RowInfo};
pub(crate) use elsewhere::Forgone;
pub use elsewhere::{Elsewhere, Way};
pub use expr::{Expr, Scope, Template};
pub use here::Here;
pub use network::Network;
pub use pattern::{Captures, Pattern, expand_groups};
pub use place::{Override, Place};
pub use read::{Included, Written};
pub use report::{remarks, report, warnings};
pub use rows::Rows;

use crate::core_module::{CoreConfig, HttpConfig};
use crate::hooks::Registry;
use crate::module::{AnyConfig, Erased, Linked, ModuleIndex};

/// What the directives of one module set. Everything that a section may leave unset is an `Option`.
pub trait Config: Default + Send + Sync + 'static {
    /// The configuration where `self` applies and, nearer to the request, `inner` does too.
    #[must_use]
    fn merge(&self, inner: &Self) -> Self;
}

impl Config for () {
    fn merge(&self, (): &Self) -> Self {}
}

/// The nearer setting where there is one: the body of most merges.
pub fn inherit<T: Clone>(outer: &Option<T>, inner: &Option<T>) -> Option<T> {
    inner.as_ref().or(outer.as_ref()).cloned()
}

/// What one section sets: only the modules that it mentions.
#[derive(Default, Clone)]
pub struct Settings(Vec<(ModuleIndex, Arc<AnyConfig>)>);

impl Settings {
    pub(crate) fn get(&self, module: ModuleIndex) -> Option<&Arc<AnyConfig>> {
        self.0.iter().find(|(index, _)| *index == module).map(|(_, config)| config)
    }

    pub(crate) fn set(&mut self, module: ModuleIndex, config: Arc<AnyConfig>) {
        match self.0.iter_mut().find(|(index, _)| *index == module) {
            Some(slot) => slot.1 = config,
            None => self.0.push((module, config)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ModuleIndex, &Arc<AnyConfig>)> {
        self.0.iter().map(|(index, config)| (*index, config))
    }

    /// Nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(index, _)| index)).finish()
    }
}

/// The merged configuration of every module: of a virtual host, or of one request.
#[derive(Clone)]
pub struct Configs {
    slots: Box<[Arc<AnyConfig>]>,
    core: Arc<CoreConfig>,
    http: Arc<HttpConfig>,
    steady: OnceLock<bool>,
}

impl Configs {
    /// The configuration where nothing at all is set.
    pub(crate) fn unset(modules: &[Linked]) -> Self {
        let slots = modules.iter().map(|linked| Arc::from(linked.erased().new_config())).collect();
        Self::with_core(slots)
    }

    /// This configuration with a section's settings on top.
    pub(crate) fn with(&self, modules: &[Linked], settings: &Settings) -> Self {
        let mut slots = self.slots.clone();
        for (index, inner) in settings.iter() {
            let module: &dyn Erased = modules[index.get()].erased();
            slots[index.get()] = module.merge(&*slots[index.get()], &**inner);
        }
        Self::with_core(slots)
    }

    /// The configuration of the module at that place.
    pub(crate) fn get(&self, module: ModuleIndex) -> &AnyConfig {
        &*self.slots[module.get()]
    }

    /// The core's own, which every request asks.
    pub fn core(&self) -> &CoreConfig {
        &self.core
    }

    /// What `http_core.c` sets: kept-alive connections.
    pub fn http(&self) -> &HttpConfig {
        &self.http
    }

    /// What the modules' hooks do under it follows from the URL's path and the file alone.
    pub(crate) fn is_steady(&self, registry: &Registry) -> bool {
        *self.steady.get_or_init(|| registry.is_steady(self))
    }

    /// The modules' hooks that come after the handler do nothing under it.
    pub(crate) fn is_silent(&self, registry: &Registry) -> bool {
        registry.is_silent(self)
    }

    /// They do nothing, or only log.
    pub(crate) fn logs_alone(&self, registry: &Registry) -> bool {
        registry.logs_alone(self)
    }

    /// This configuration with another core's.
    pub(crate) fn with_core_config(&self, core: CoreConfig) -> Self {
        let mut slots = self.slots.clone();
        slots[ModuleIndex::CORE.get()] = Arc::new(core);
        Self::with_core(slots)
    }

    fn with_core(slots: Box<[Arc<AnyConfig>]>) -> Self {
        let core = Arc::clone(&slots[ModuleIndex::CORE.get()]).downcast().unwrap_or_default();
        let http = slots.get(ModuleIndex::HTTP.get()).and_then(|slot| Arc::clone(slot).downcast().ok());
        Self { slots, core, http: http.unwrap_or_default(), steady: OnceLock::new() }
    }
}
