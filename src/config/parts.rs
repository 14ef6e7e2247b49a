//! The modules of a configuration while its text is read, with their hooks and rows. `LoadModule` adds to those of a new
//! generation; a `.htaccess` file is read against those of one that serves, which do not change.

use super::rows::Rows;
use crate::hooks::Registry;
use crate::module::{Linked, ModuleIndex};
use crate::server::Generation;

/// Modules, hooks and rows: growing, or a generation's own.
pub(crate) enum Parts<'a> {
    New(Box<Own>),
    Of(&'a Generation),
}

/// What a new generation will have.
#[derive(Default)]
pub(crate) struct Own {
    pub(crate) modules: Vec<Linked>,
    pub(crate) registry: Registry,
    pub(crate) rows: Rows,
}

impl<'a> Parts<'a> {
    /// Those that a program begins with, in their order.
    pub(crate) fn new(modules: impl IntoIterator<Item = Linked>) -> Self {
        let mut parts = Self::New(Box::default());
        modules.into_iter().for_each(|linked| parts.add(linked));
        parts
    }

    /// Those of a generation.
    pub(crate) fn of(generation: &'a Generation) -> Self {
        Self::Of(generation)
    }

    /// One more. A generation takes none.
    pub(crate) fn add(&mut self, linked: Linked) {
        if let Self::New(own) = self {
            let index = ModuleIndex(own.modules.len() as u16);
            linked.erased().register(index, &mut own.registry);
            own.rows.add(index, linked);
            own.modules.push(linked);
        }
    }

    pub(crate) fn modules(&self) -> &[Linked] {
        match self {
            Self::New(own) => &own.modules,
            Self::Of(generation) => &generation.modules,
        }
    }

    pub(crate) fn registry(&self) -> &Registry {
        match self {
            Self::New(own) => &own.registry,
            Self::Of(generation) => &generation.registry,
        }
    }

    pub(crate) fn rows(&self) -> &Rows {
        match self {
            Self::New(own) => &own.rows,
            Self::Of(generation) => &generation.rows,
        }
    }

    /// What a new generation keeps.
    pub(crate) fn into_own(self) -> Own {
        match self {
            Self::New(own) => *own,
            Self::Of(_) => Own::default(),
        }
    }
}
