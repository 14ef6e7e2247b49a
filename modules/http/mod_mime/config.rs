//! What mod_mime's directives set.

use std::path::PathBuf;
use std::sync::Arc;

use httpd::config::inherit;
use httpd::prelude::*;
use rustc_hash::FxHashMap;

use crate::types::SharedTypes;

/// What applies to a request.
#[derive(Default)]
pub struct MimeConfig {
    pub(crate) types_file: Option<PathBuf>,
    pub(crate) types: SharedTypes,
    pub(crate) default_language: Option<Arc<str>>,
    pub(crate) use_path_info: Option<bool>,
    pub(crate) multiviews: Option<Multiviews>,
    pub(crate) extensions: FxHashMap<Box<str>, Extension>,
    /// What Remove directives take out: after all that the same section adds, wherever they stand in it.
    pub(crate) removed: Vec<(Box<str>, Aspect)>,
}

/// What an extension says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) media_type: Option<MediaType>,
    pub(crate) charset: Option<Arc<str>>,
    pub(crate) language: Option<Arc<str>>,
    pub(crate) encoding: Option<Arc<str>>,
    pub(crate) handler: Option<Arc<str>>,
    pub(crate) output_filters: Arc<[Arc<str>]>,
    pub(crate) input_filters: Arc<[Arc<str>]>,
}

/// A media type by AddType or RemoveType.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MediaType {
    Is(Arc<str>),
    /// There is none, whatever TypesConfig says.
    Removed,
}

/// One of the things that an extension can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    Type,
    Charset,
    Language,
    Encoding,
    Handler,
    OutputFilters,
    InputFilters,
}

/// MultiviewsMatch: which extensions a negotiated name may have that were not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Multiviews {
    /// Those of types, charsets, encodings and languages.
    NegotiatedOnly,
    /// And those with one of these.
    Also { handlers: bool, filters: bool },
    /// All.
    Any,
}

impl MimeConfig {
    pub(crate) fn extension(&self, lower: &str) -> Option<&Extension> {
        self.extensions.get(lower)
    }

    pub(crate) fn add(&mut self, extension: &str, change: impl FnOnce(&mut Extension)) {
        change(self.extensions.entry(key(extension)).or_default());
    }

    pub(crate) fn remove(&mut self, extension: &str, aspect: Aspect) {
        self.removed.push((key(extension), aspect));
    }

    /// The name that mod_negotiation may find is judged by these.
    pub(crate) fn multiviews(&self) -> Multiviews {
        self.multiviews.unwrap_or(Multiviews::NegotiatedOnly)
    }
}

impl Config for MimeConfig {
    fn merge(&self, inner: &Self) -> Self {
        let mut extensions = self.extensions.clone();
        for (extension, said) in &inner.extensions {
            extensions.entry(extension.clone()).or_default().overlay(said);
        }
        for (extension, aspect) in &inner.removed {
            extensions.entry(extension.clone()).or_default().remove(*aspect);
        }
        Self {
            types_file: inherit(&self.types_file, &inner.types_file),
            // The outermost list is the one that is filled when the configuration is complete.
            types: self.types.clone(),
            default_language: inherit(&self.default_language, &inner.default_language),
            use_path_info: inherit(&self.use_path_info, &inner.use_path_info),
            multiviews: inherit(&self.multiviews, &inner.multiviews),
            extensions,
            removed: Vec::new(),
        }
    }
}

impl Extension {
    fn overlay(&mut self, inner: &Self) {
        self.media_type = inherit(&self.media_type, &inner.media_type);
        self.charset = inherit(&self.charset, &inner.charset);
        self.language = inherit(&self.language, &inner.language);
        self.encoding = inherit(&self.encoding, &inner.encoding);
        self.handler = inherit(&self.handler, &inner.handler);
        for (outer, inner) in [
            (&mut self.output_filters, &inner.output_filters),
            (&mut self.input_filters, &inner.input_filters),
        ] {
            if !inner.is_empty() {
                *outer = Arc::clone(inner);
            }
        }
    }

    fn remove(&mut self, aspect: Aspect) {
        match aspect {
            Aspect::Type => self.media_type = Some(MediaType::Removed),
            Aspect::Charset => self.charset = None,
            Aspect::Language => self.language = None,
            Aspect::Encoding => self.encoding = None,
            Aspect::Handler => self.handler = None,
            Aspect::OutputFilters => self.output_filters = Arc::default(),
            Aspect::InputFilters => self.input_filters = Arc::default(),
        }
    }
}

/// Extensions are given with or without their dot, in any case.
fn key(extension: &str) -> Box<str> {
    extension.strip_prefix('.').unwrap_or(extension).to_ascii_lowercase().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(extension: &str, media_type: &str) -> MimeConfig {
        let mut config = MimeConfig::default();
        config.add(extension, |e| e.media_type = Some(MediaType::Is(media_type.into())));
        config
    }

    fn type_of(config: &MimeConfig, extension: &str) -> Option<String> {
        match config.extension(extension)?.media_type.as_ref()? {
            MediaType::Is(media_type) => Some(media_type.to_string()),
            MediaType::Removed => None,
        }
    }

    #[test]
    fn the_nearer_section_counts_for_each_aspect() {
        let outer = typed(".A", "x/outer");
        let mut inner = MimeConfig::default();
        inner.add("a", |e| e.charset = Some("utf-8".into()));
        let merged = outer.merge(&inner);
        assert_eq!(type_of(&merged, "a").as_deref(), Some("x/outer"));
        assert_eq!(merged.extension("a").unwrap().charset.as_deref(), Some("utf-8"));
        assert_eq!(type_of(&merged.merge(&typed("a", "x/inner")), "a").as_deref(), Some("x/inner"));
    }

    #[test]
    fn removing_comes_after_adding_in_a_section_but_not_after_a_nearer_one() {
        let mut section = typed("a", "x/y");
        section.remove(".a", Aspect::Type);
        let merged = MimeConfig::default().merge(&section);
        assert_eq!(merged.extension("a").unwrap().media_type, Some(MediaType::Removed));
        assert_eq!(type_of(&merged.merge(&typed("a", "x/z")), "a").as_deref(), Some("x/z"));
    }
}
