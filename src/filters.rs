//! Output filters: each takes the answer and gives it back changed, its body wrapped or replaced.

use crate::hooks::{OutputFilter, Typed};
use crate::module::{AnyConfig, ModuleIndex};
use crate::request::{Request, Response};

/// How near to the handler a filter works. Lower kinds run first; filters of one kind run in the order
/// in which they were added to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterKind {
    /// Makes or changes the content: includes, substitution.
    Resource,
    /// Changes the representation as a whole: compression, headers.
    ContentSet,
    /// Belongs to the protocol: lengths, ranges.
    Protocol,
    /// Changes how the body is sent.
    Transcode,
}

/// A registered filter.
pub(crate) struct FilterRow {
    pub(crate) name: &'static str,
    pub(crate) kind: FilterKind,
    pub(crate) module: ModuleIndex,
    pub(crate) filter: Box<dyn CallFilter>,
}

pub(crate) trait CallFilter: Send + Sync {
    fn call(&self, r: &mut Request, config: &AnyConfig, response: Response) -> Response;
}

impl<C: 'static> CallFilter for Typed<OutputFilter<C>> {
    fn call(&self, r: &mut Request, config: &AnyConfig, response: Response) -> Response {
        match config.downcast_ref::<C>() {
            Some(config) => (self.0)(r, config, response),
            None => response,
        }
    }
}

/// The output filters chosen for one request: places in the generation's table of filters.
#[derive(Debug, Default, Clone)]
pub(crate) struct Chosen(Vec<u16>);

impl Chosen {
    /// Adds the filter of that name. A name that no module has is left out: the configuration was
    /// checked when it was read. One that is already chosen is not added twice.
    pub(crate) fn add(&mut self, filters: &[FilterRow], name: &str) {
        let Some(place) = filters.iter().position(|row| row.name.eq_ignore_ascii_case(name)) else { return };
        if !self.0.contains(&(place as u16)) {
            let kind = filters[place].kind;
            let at = self.0.partition_point(|other| filters[*other as usize].kind <= kind);
            self.0.insert(at, place as u16);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn places(&self) -> &[u16] {
        &self.0
    }
}
