//! mod_mime: what a file is, by the extensions of its name: media type, charset, encoding, languages, handler, filters.

mod config;
mod directives;
mod name;
mod types;

use std::borrow::Cow;
use std::sync::Arc;

use httpd::core_module::Options;
use httpd::prelude::*;
use httpd::server::Generation;

pub use config::MimeConfig;
use config::{Extension, MediaType, Multiviews};
use name::Name;
use types::Types;

/// The module.
pub static MODULE: Mime = Mime;

/// mod_mime.
pub struct Mime;

/// What a directory is: handlers for listings go by this name.
const DIRECTORY: &str = "httpd/unix-directory";

/// The note that tells mod_negotiation which parts of a name are no metadata.
const EXCEPTIONS: &str = "ap-mime-exceptions-list";

impl Module for Mime {
    const NAME: &'static str = "mime_module";
    type Config = MimeConfig;
    const DIRECTIVES: &'static [Directive<MimeConfig>] = directives::ROWS;

    fn hooks(&self, hooks: &mut Hooks<'_, MimeConfig>) {
        hooks.type_checker(Order::Middle, find_type);
        hooks.steady(|_| true);
        hooks.post_config(read_types);
    }
}

/// Reads TypesConfig, or the list that was installed with the program.
fn read_types(generation: &Generation, config: &MimeConfig) -> Result<(), ConfError> {
    let path = match &config.types_file {
        Some(path) => path.clone(),
        None => generation.server_root.join(generation.facts.types_config),
    };
    let text = std::fs::read_to_string(&path).map_err(|cause| {
        ConfError::new(format!("could not read the media types in {}: {cause}", path.display()))
            .hint("TypesConfig names the file; TypesConfig /dev/null is a server without one")
    })?;
    config.types.set(Types::read(&text));
    Ok(())
}

fn find_type(r: &mut Request, config: &MimeConfig) -> Outcome {
    if r.map.is_directory() {
        r.content.media_type = Some(DIRECTORY.into());
        return Outcome::Ok;
    }
    let Some(file) = &r.map.file else { return Outcome::Declined };
    let file = match config.use_path_info {
        Some(true) => Cow::Owned(format!("{file}{}", r.map.path_info)),
        _ => Cow::Borrowed(file.as_str()),
    };
    let name = Name::of(&file);
    let mut found = Found::default();
    for extension in name.extensions() {
        found.look(extension, config);
    }
    let negotiated = r.is_sub_request() && r.core().options().contains(Options::MULTI_VIEWS);
    let exceptions = if negotiated { exceptions(name, config) } else { None };
    found.tell(r, config);
    if let Some(exceptions) = exceptions {
        r.notes.set(EXCEPTIONS, exceptions);
    }
    if r.content.media_type.is_some() { Outcome::Ok } else { Outcome::Declined }
}

/// The base name and the extensions that are no metadata, for mod_negotiation: it must have been asked for them.
/// `None` where nothing at all is metadata.
fn exceptions(name: Name<'_>, config: &MimeConfig) -> Option<String> {
    let strange: Vec<&str> =
        name.extensions().filter(|extension| !Found::default().look(extension, config)).collect();
    let all = strange.len() == name.extensions().count();
    (!all).then(|| [&[name.base()], strange.as_slice()].concat().join("."))
}

/// What the extensions of one name say together: of those that name a type the last counts, as with charsets and
/// handlers; encodings and languages add up.
#[derive(Default)]
struct Found {
    media_type: Option<Arc<str>>,
    charset: Option<Arc<str>>,
    encodings: Option<String>,
    languages: Vec<String>,
    handler: Option<Arc<str>>,
    filters: Vec<Arc<str>>,
}

impl Found {
    /// Takes over what an extension says; whether it is metadata, which a negotiated name may have without being
    /// asked for it.
    fn look(&mut self, extension: &str, config: &MimeConfig) -> bool {
        let lower = name::lower(extension);
        let known = config.extension(&lower);
        let media_type = match known.and_then(|known| known.media_type.as_ref()) {
            Some(MediaType::Is(added)) => Some(added),
            Some(MediaType::Removed) => None,
            None => config.types.get(&lower),
        };
        if let Some(media_type) = media_type {
            self.media_type = Some(Arc::clone(media_type));
        }
        let counts = known.is_some_and(|known| self.take(known, config.multiviews()));
        media_type.is_some() || counts || config.multiviews() == Multiviews::Any
    }

    fn take(&mut self, known: &Extension, multiviews: Multiviews) -> bool {
        let mut counts = false;
        if let Some(charset) = &known.charset {
            self.charset = Some(Arc::clone(charset));
            counts = true;
        }
        if let Some(language) = &known.language {
            self.languages.push(language.to_string());
            counts = true;
        }
        if let Some(encoding) = &known.encoding {
            self.add_encoding(encoding);
            counts = true;
        }
        if let Some(handler) = &known.handler {
            self.handler = Some(Arc::clone(handler));
            counts |= matches!(multiviews, Multiviews::Also { handlers: true, .. });
        }
        if !known.output_filters.is_empty() || !known.input_filters.is_empty() {
            self.filters.extend(known.output_filters.iter().cloned());
            counts |= matches!(multiviews, Multiviews::Also { filters: true, .. });
        }
        counts
    }

    fn add_encoding(&mut self, encoding: &str) {
        match &mut self.encodings {
            Some(encodings) => {
                encodings.push_str(", ");
                encodings.push_str(encoding);
            }
            None => self.encodings = Some(encoding.to_owned()),
        }
    }

    fn tell(self, r: &mut Request, config: &MimeConfig) {
        for filter in &self.filters {
            r.add_output_filter(filter);
        }
        if self.handler.is_some() {
            r.content.handler = self.handler;
        }
        if self.encodings.is_some() {
            r.content.encoding = self.encodings;
        }
        r.content.languages.extend(self.languages);
        if r.content.languages.is_empty() {
            r.content.languages.extend(config.default_language.as_deref().map(str::to_owned));
        }
        if let Some(media_type) = self.media_type {
            r.content.media_type = Some(match self.charset {
                Some(charset) => name::with_charset(&media_type, &charset).into(),
                None => media_type,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(multiviews: Multiviews) -> MimeConfig {
        let mut config = MimeConfig { multiviews: Some(multiviews), ..MimeConfig::default() };
        config.types.set(Types::read("text/html html"));
        config.add("en", |e| e.language = Some("en".into()));
        config.add("cgi", |e| e.handler = Some("cgi-script".into()));
        config
    }

    #[test]
    fn what_is_no_metadata_is_told_to_who_negotiates() {
        let handlers = Multiviews::Also { handlers: true, filters: false };
        let table = [
            ("a.html.en", Multiviews::NegotiatedOnly, Some("a")),
            ("a.x.html", Multiviews::NegotiatedOnly, Some("a.x")),
            ("a.html.cgi", Multiviews::NegotiatedOnly, Some("a.cgi")),
            ("a.html.cgi", handlers, Some("a")),
            ("a.x", Multiviews::NegotiatedOnly, None),
            ("a.x", Multiviews::Any, Some("a")),
        ];
        for (name, multiviews, expected) in table {
            let told = exceptions(Name::of(name), &config(multiviews));
            assert_eq!(told.as_deref(), expected, "{name} {multiviews:?}");
        }
    }

    #[test]
    fn the_last_type_counts_and_languages_add_up() {
        let mut config = config(Multiviews::NegotiatedOnly);
        config.add("de", |e| e.language = Some("de".into()));
        config.add("txt", |e| e.media_type = Some(MediaType::Is("text/plain".into())));
        let mut found = Found::default();
        for extension in Name::of("a.html.en.txt.de").extensions() {
            found.look(extension, &config);
        }
        assert_eq!(found.media_type.as_deref(), Some("text/plain"));
        assert_eq!(found.languages, ["en", "de"]);
    }
}
