//! The list of media types by extension, in the form that many programs share: `text/html html htm`.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

/// Media types by extension.
#[derive(Debug, Default)]
pub(crate) struct Types(FxHashMap<Box<str>, Arc<str>>);

impl Types {
    /// Reads the list. `#` begins a comment line; of two types for one extension the later counts.
    pub(crate) fn read(text: &str) -> Self {
        let mut types = FxHashMap::default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let mut words = line.split_ascii_whitespace();
            let Some(media_type) = words.next() else { continue };
            let media_type: Arc<str> = media_type.into();
            for extension in words {
                types.insert(extension.to_ascii_lowercase().into_boxed_str(), Arc::clone(&media_type));
            }
        }
        Self(types)
    }
}

/// The list of a generation: read once the whole configuration is known, shared by everything that is merged
/// from the main server's.
#[derive(Debug, Default, Clone)]
pub(crate) struct SharedTypes(Arc<OnceLock<Types>>);

impl SharedTypes {
    pub(crate) fn get(&self, extension: &str) -> Option<&Arc<str>> {
        self.0.get()?.0.get(extension)
    }

    /// The first list stays.
    pub(crate) fn set(&self, types: Types) {
        self.0.get_or_init(|| types);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_by_lines() {
        let types = SharedTypes::default();
        types.set(Types::read("# a comment\n\ntext/html html HTM\nx/none\n\t text/plain\ttxt html\n"));
        let of = |extension| types.get(extension).map(AsRef::as_ref);
        assert_eq!(of("htm"), Some("text/html"));
        assert_eq!(of("html"), Some("text/plain"));
        assert_eq!(of("txt"), Some("text/plain"));
        assert_eq!(of("none"), None);
    }
}
