//! mod_mime's directives.

use std::ops::RangeInclusive;
use std::sync::Arc;

use httpd::prelude::*;

use crate::config::{Aspect, Extension, MediaType, MimeConfig, Multiviews};

const FILE_INFO: Place = Place::SVD.htaccess(Override::FILE_INFO);
const MANY: RangeInclusive<usize> = 2..=usize::MAX;

type Row = Directive<MimeConfig>;

pub(crate) const ROWS: &[Row] = &[
    Row::one(
        "TypesConfig",
        Place::SV,
        "file-path",
        "names the file that lists media types by extension",
        |config, path, here| {
            config.types_file = Some(here.server_path(path));
            Ok(())
        },
    ),
    Row::words(
        "AddType",
        FILE_INFO,
        ("media-type extension ...", MANY),
        "gives files with these extensions a media type",
        |config, words, _| {
            let media_type = media_type(words[0])?;
            add(config, words, |e| e.media_type = Some(MediaType::Is(Arc::clone(&media_type))))
        },
    ),
    Row::words(
        "AddCharset",
        FILE_INFO,
        ("charset extension ...", MANY),
        "gives files with these extensions a charset",
        |config, words, _| {
            let charset = lower(words[0]);
            add(config, words, |e| e.charset = Some(Arc::clone(&charset)))
        },
    ),
    Row::words(
        "AddEncoding",
        FILE_INFO,
        ("encoding extension ...", MANY),
        "says how files with these extensions are encoded",
        |config, words, _| {
            let encoding = lower(words[0]);
            add(config, words, |e| e.encoding = Some(Arc::clone(&encoding)))
        },
    ),
    Row::words(
        "AddLanguage",
        FILE_INFO,
        ("language-tag extension ...", MANY),
        "says in which language files with these extensions are",
        |config, words, _| {
            let language = lower(words[0]);
            add(config, words, |e| e.language = Some(Arc::clone(&language)))
        },
    ),
    Row::words(
        "AddHandler",
        FILE_INFO,
        ("handler-name extension ...", MANY),
        "names the handler of files with these extensions",
        |config, words, _| {
            let handler = lower(words[0]);
            add(config, words, |e| e.handler = Some(Arc::clone(&handler)))
        },
    ),
    Row::words(
        "AddOutputFilter",
        FILE_INFO,
        ("filter[;filter ...] extension ...", MANY),
        "names the filters that files with these extensions are sent through",
        |config, words, here| {
            let filters = filters(words[0], here);
            add(config, words, |e| e.output_filters = Arc::clone(&filters))
        },
    ),
    Row::waiting_for(
        "a module that filters what clients send",
        Row::words(
            "AddInputFilter",
            FILE_INFO,
            ("filter[;filter ...] extension ...", MANY),
            "names the filters that bodies sent to files with these extensions go through",
            |config, words, here| {
                let filters = filters(words[0], here);
                add(config, words, |e| e.input_filters = Arc::clone(&filters))
            },
        ),
    ),
    remove("RemoveType", "takes the media type from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::Type);
        Ok(())
    }),
    remove("RemoveCharset", "takes the charset from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::Charset);
        Ok(())
    }),
    remove("RemoveEncoding", "takes the encoding from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::Encoding);
        Ok(())
    }),
    remove("RemoveLanguage", "takes the language from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::Language);
        Ok(())
    }),
    remove("RemoveHandler", "takes the handler from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::Handler);
        Ok(())
    }),
    remove("RemoveOutputFilter", "takes the output filters from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::OutputFilters);
        Ok(())
    }),
    remove("RemoveInputFilter", "takes the input filters from these extensions", |config, extension, _| {
        config.remove(extension, Aspect::InputFilters);
        Ok(())
    }),
    Row::one(
        "DefaultLanguage",
        FILE_INFO,
        "language-tag",
        "names the language of files that no extension says it of",
        |config, language, _| {
            config.default_language = Some(language.into());
            Ok(())
        },
    ),
    Row::words(
        "MultiviewsMatch",
        FILE_INFO,
        ("Any|NegotiatedOnly|Filters|Handlers [Handlers|Filters]", 1..=2),
        "says which extensions a name may have that MultiViews finds",
        |config, words, _| {
            config.multiviews = Some(multiviews(words)?);
            Ok(())
        },
    ),
    Row::flag(
        "ModMimeUsePathInfo",
        Place::D,
        "takes the path behind a file's name for a part of the name",
        |config, on| config.use_path_info = Some(on),
    ),
];

type SetEach = fn(&mut MimeConfig, &str, &mut Here<'_>) -> Result<(), Complaint>;

const fn remove(name: &'static str, doc: &'static str, set: SetEach) -> Row {
    Row::each(name, FILE_INFO, "extension ...", doc, set)
}

fn add(config: &mut MimeConfig, words: &[&str], change: impl Fn(&mut Extension)) -> Result<(), Complaint> {
    for extension in &words[1..] {
        config.add(extension, &change);
    }
    Ok(())
}

/// Languages, encodings, charsets and handlers are compared in lower case, as Apache keeps them.
fn lower(word: &str) -> Arc<str> {
    word.to_ascii_lowercase().into()
}

fn media_type(word: &str) -> Result<Arc<str>, Complaint> {
    if word.contains('/') {
        return Ok(lower(word));
    }
    let complaint = Complaint::new(format!("'{word}' is not a media type")).argument(0);
    Err(complaint.hint("write type/subtype, as in text/html"))
}

/// The names of filters between semicolons. One that no module has is left out, with a warning.
fn filters(word: &str, here: &mut Here<'_>) -> Arc<[Arc<str>]> {
    let names = word.split(';').map(str::trim).filter(|name| !name.is_empty());
    let (known, unknown): (Vec<&str>, Vec<&str>) = names.partition(|name| here.has_filter(name));
    for name in unknown {
        here.warn(format!("no module has a filter {name}: it is left out"));
    }
    known.into_iter().map(Arc::from).collect()
}

fn multiviews(words: &[&str]) -> Result<Multiviews, Complaint> {
    let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let (mut handlers, mut filters) = (false, false);
    for (place, word) in lower.iter().enumerate() {
        match (word.as_str(), lower.len()) {
            ("any", 1) => return Ok(Multiviews::Any),
            ("negotiatedonly", 1) => return Ok(Multiviews::NegotiatedOnly),
            ("handlers", _) => handlers = true,
            ("filters", _) => filters = true,
            _ => {
                let complaint = Complaint::new(format!("MultiviewsMatch cannot be {}", words.join(" ")));
                return Err(complaint
                    .argument(place)
                    .hint("write Any, NegotiatedOnly, or Handlers, Filters or both"));
            }
        }
    }
    Ok(Multiviews::Also { handlers, filters })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiviews_is_one_word_or_two_that_go_together() {
        let both = Multiviews::Also { handlers: true, filters: true };
        assert_eq!(multiviews(&["Handlers", "filters"]), Ok(both));
        assert_eq!(multiviews(&["any"]), Ok(Multiviews::Any));
        assert!(multiviews(&["Any", "Handlers"]).is_err());
        assert!(multiviews(&["All"]).is_err());
    }

    #[test]
    fn a_media_type_has_a_slash() {
        assert_eq!(media_type("text/html;charset=utf-8").as_deref(), Ok("text/html;charset=utf-8"));
        assert!(media_type("html").is_err());
    }
}
