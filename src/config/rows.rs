//! The directives of all modules, found by name.

use std::collections::HashMap;
use std::sync::Arc;

use super::RowInfo;
use crate::module::{Linked, ModuleIndex};

/// A row, and how its module finds it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) module: ModuleIndex,
    /// Its place in the module's tables.
    pub(crate) place: usize,
    pub(crate) info: RowInfo,
}

impl Row {
    /// The name as it is written: sections with their bracket, as `httpd -L` lists them.
    pub(crate) fn written(&self) -> String {
        if self.info.is_section() { format!("<{}>", self.info.name) } else { self.info.name.to_owned() }
    }
}

/// Every row of every module. Where two modules have a directive of one name, the first one's is taken that has an effect.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Arc<Row>>,
    by_name: HashMap<String, usize>,
}

impl Rows {
    #[cfg(test)]
    pub(crate) fn of(modules: &[Linked]) -> Self {
        let mut rows = Self::default();
        for (index, linked) in modules.iter().enumerate() {
            rows.add(ModuleIndex(index as u16), *linked);
        }
        rows
    }

    /// The rows of one more module.
    pub(crate) fn add(&mut self, module: ModuleIndex, linked: Linked) {
        for (place, info) in linked.rows().into_iter().enumerate() {
            let known = self.by_name.entry(info.name.to_ascii_lowercase()).or_insert(self.rows.len());
            if self.rows.get(*known).is_some_and(|row| row.info.is_idle) {
                *known = self.rows.len();
            }
            self.rows.push(Arc::new(Row { module, place, info }));
        }
    }

    /// The row of a name in any case.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Row>> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|place| &self.rows[*place])
    }

    /// The row whose name is so like this one that it was probably meant.
    pub(crate) fn nearest(&self, name: &str) -> Option<&Arc<Row>> {
        let name = name.to_ascii_lowercase();
        let distance =
            |row: &&Arc<Row>| strsim::damerau_levenshtein(&name, &row.info.name.to_ascii_lowercase());
        let nearest = self.rows.iter().min_by_key(distance)?;
        (distance(&nearest) <= 1 + name.len() / 5).then_some(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::MODULES;

    #[test]
    fn names_are_found_in_any_case_and_mistyped() {
        let rows = Rows::of(MODULES);
        assert_eq!(rows.get("documentROOT").map(|row| row.info.name), Some("DocumentRoot"));
        for (typed, meant) in [
            ("DocmentRoot", Some("DocumentRoot")),
            ("KeepAliveTimout", Some("KeepAliveTimeout")),
            ("Lisetn", Some("Listen")),
            ("Frobnicate", None),
        ] {
            assert_eq!(rows.nearest(typed).map(|row| row.info.name), meant, "{typed}");
        }
    }
}
