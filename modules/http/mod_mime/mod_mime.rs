//! mod_mime: what a file is, by the extensions of its name: media type, charset, encoding, languages, handler, filters.

mod config;
mod directives;
mod name;
mod types;

use std::sync::Arc;

use httpd::prelude::*;
use httpd::server::Generation;

pub use config::MimeConfig;
use config::{Extension, MediaType};
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
    let mut found = Found::default();
    match (file.to_str(), config.use_path_info.unwrap_or(false) && !r.map.path_info.is_empty()) {
        (Some(file), false) => found.look(Name::of(file), config),
        (Some(file), true) => found.look(Name::of(&format!("{file}{}", r.map.path_info)), config),
        (None, _) => {}
    }
    found.tell(r, config)
}

/// What the extensions of one name say together.
#[derive(Default)]
struct Found {
    media_type: Option<Arc<str>>,
    charset: Option<Arc<str>>,
    encodings: Option<String>,
    languages: Vec<String>,
    handler: Option<Arc<str>>,
    filters: Vec<Arc<str>>,
    /// The base name and the extensions that say nothing.
    exceptions: Vec<String>,
    has_metadata: bool,
}

impl Found {
    /// Extensions may come in any order. Of those that name a type the last counts, as with charsets and
    /// handlers; encodings and languages add up.
    fn look(&mut self, name: Name<'_>, config: &MimeConfig) {
        for part in name.extensions() {
            let lower = name::lower(part);
            let known = config.extension(&lower);
            let by_type = self.look_at_type(&lower, known, config);
            let by_rest = known.is_some_and(|known| self.take(known, config));
            if by_type || by_rest || config.multiviews().any() {
                self.has_metadata = true;
            } else {
                self.exceptions.push(part.to_owned());
            }
        }
        if self.has_metadata {
            self.exceptions.insert(0, name.base().to_owned());
        }
    }

    fn look_at_type(&mut self, extension: &str, known: Option<&Extension>, config: &MimeConfig) -> bool {
        let media_type = match known.and_then(|known| known.media_type.as_ref()) {
            Some(MediaType::Is(added)) => Some(added),
            Some(MediaType::Removed) => None,
            None => config.types.get(extension),
        };
        if let Some(media_type) = media_type {
            self.media_type = Some(Arc::clone(media_type));
        }
        media_type.is_some()
    }

    /// Takes over what an extension says besides its type; whether that makes it metadata.
    fn take(&mut self, known: &Extension, config: &MimeConfig) -> bool {
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
            match &mut self.encodings {
                Some(encodings) => {
                    encodings.push_str(", ");
                    encodings.push_str(encoding);
                }
                None => self.encodings = Some(encoding.to_string()),
            }
            counts = true;
        }
        if let Some(handler) = &known.handler {
            self.handler = Some(Arc::clone(handler));
            counts |= config.multiviews().handlers();
        }
        if !known.output_filters.is_empty() || !known.input_filters.is_empty() {
            self.filters.extend(known.output_filters.iter().cloned());
            counts |= config.multiviews().filters();
        }
        counts
    }

    fn tell(self, r: &mut Request, config: &MimeConfig) -> Outcome {
        for filter in &self.filters {
            r.add_output_filter(filter);
        }
        // Only a negotiation looks at names that way, and it asks by sub-requests.
        if self.has_metadata && r.is_sub_request() {
            r.notes.set(EXCEPTIONS, self.exceptions.join("."));
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
        if r.content.media_type.is_some() { Outcome::Ok } else { Outcome::Declined }
    }
}
