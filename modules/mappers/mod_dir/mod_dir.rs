//! mod_dir: what a directory's URL means: its index file, or first of all the slash that is missing at its end.
//! And what a URL means that leads nowhere: FallbackResource.

use httpd::config::inherit;
use httpd::hooks::{Phase, declined};
use httpd::prelude::*;
use httpd::request::Method;
use httpd::request::redirect::{self, Looked};
use httpd::request::url;

/// The module.
pub static MODULE: Dir = Dir;

/// mod_dir.
pub struct Dir;

/// What applies to a request.
#[derive(Default)]
pub struct DirConfig {
    index: Option<Vec<String>>,
    slash: Option<bool>,
    fallback: Option<Fallback>,
    redirect: Option<IndexRedirect>,
    check_handler: Option<bool>,
}

/// FallbackResource.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fallback {
    Disabled,
    To(String),
}

/// DirectoryIndexRedirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexRedirect {
    Off,
    With(u16),
}

impl Config for DirConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            index: inherit(&self.index, &inner.index),
            slash: inherit(&self.slash, &inner.slash),
            fallback: inherit(&self.fallback, &inner.fallback),
            redirect: inherit(&self.redirect, &inner.redirect),
            check_handler: inherit(&self.check_handler, &inner.check_handler),
        }
    }
}

/// What a directory is to modules that choose a handler by media type.
const DIRECTORY: &str = "httpd/unix-directory";

/// The handler that mod_rewrite leaves when it is about to redirect.
const REWRITTEN: &str = "redirect-handler";

const INDEXES: Place = Place::SVD.htaccess(Override::INDEXES);

impl Module for Dir {
    const NAME: &'static str = "dir_module";
    type Config = DirConfig;

    const DIRECTIVES: &'static [Directive<DirConfig>] = &[
        Directive::words(
            "DirectoryIndex",
            INDEXES,
            ("disabled | local-url ...", 1..=usize::MAX),
            "names what is served for a directory: the first that is there",
            |config, words, _| {
                config.add_index(words);
                Ok(())
            },
        ),
        Directive::one(
            "DirectoryIndexRedirect",
            INDEXES,
            "on|off|permanent|temp|seeother|3xx-code",
            "sends clients to the index file's own URL, with that status",
            |config, word, _| {
                config.redirect = Some(redirect_status(word)?);
                Ok(())
            },
        ),
        Directive::flag(
            "DirectorySlash",
            INDEXES,
            "sends clients that ask for a directory without a slash at the end to the URL with one",
            |config, on| config.slash = Some(on),
        ),
        Directive::flag(
            "DirectoryCheckHandler",
            INDEXES,
            "leaves directories alone that have a handler of their own",
            |config, on| config.check_handler = Some(on),
        ),
        Directive::one(
            "FallbackResource",
            INDEXES,
            "disabled | local-url",
            "names what is served for a URL that leads to no file",
            |config, word, _| {
                let disabled = word.eq_ignore_ascii_case("disabled");
                config.fallback =
                    Some(if disabled { Fallback::Disabled } else { Fallback::To(word.to_owned()) });
                Ok(())
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, DirConfig>) {
        hooks.on_async(Phase::Fixups, Order::Last, fixups);
        hooks.steady(|_| true);
    }
}

fn fixups<'a>(r: &'a mut Request, config: &'a DirConfig) -> BoxFuture<'a, Outcome> {
    if r.map.is_directory() {
        return Box::pin(directory(r, config));
    }
    match &config.fallback {
        Some(Fallback::To(url)) if is_nothing(r, url) => Box::pin(fall_back(r, url)),
        _ => declined(),
    }
}

/// The URL leads to no file, belongs to no handler, and is not the fallback itself.
fn is_nothing(r: &Request, fallback: &str) -> bool {
    r.map.info.is_none() && r.content.handler.is_none() && r.path != fallback
}

async fn directory(r: &mut Request, config: &DirConfig) -> Outcome {
    if !r.map.path_info.is_empty() {
        return Outcome::Declined;
    }
    if !r.path.ends_with('/') {
        return if config.slash.unwrap_or(true) { add_slash(r) } else { Outcome::Declined };
    }
    if r.content.handler.as_deref().is_some_and(|handler| config.leaves_to(handler)) {
        return Outcome::Declined;
    }
    serve_index(r, config).await
}

/// 301 to the same URL with a slash, or relative links of its pages would lead elsewhere.
fn add_slash(r: &Request) -> Outcome {
    if r.method() != Method::Get && r.method() != Method::Head && r.env.contains("redirect-carefully") {
        return Outcome::Declined;
    }
    send_to(r, 301, &format!("{}/", r.path))
}

/// A redirect to a path of this server, with the query that the client sent.
fn send_to(r: &Request, status: u16, path: &str) -> Outcome {
    let path = with_query(&url::escape_path(path), r);
    Outcome::Respond(Box::new(Response::redirect(status, url::construct_url(r, &path))))
}

/// The first index file that is there takes the place of the directory. One that is there but may not be had
/// is not passed over for a listing of the directory.
async fn serve_index(r: &mut Request, config: &DirConfig) -> Outcome {
    let names = config.index_names();
    let mut refused = None;
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            // Those before it may come.
            r.depends_on_more();
        }
        let looked = redirect::lookup_uri(r, &with_query(name, r)).await;
        match judge(looked) {
            Found::File(found) => {
                return match config.redirect {
                    Some(IndexRedirect::With(status)) => send_to(r, status, &found.path),
                    Some(IndexRedirect::Off) | None => take_over(r, found),
                };
            }
            Found::Answer(response) if ends_the_search(response.status, names) => {
                return Outcome::Respond(response);
            }
            Found::Answer(response) => refused = Some(response.status),
            Found::Nothing => {}
        }
    }
    refused.map_or(Outcome::Declined, Outcome::status)
}

async fn fall_back(r: &mut Request, to: &str) -> Outcome {
    // What was asked for may come, and where there is no fallback, that.
    r.depends_on_more();
    let looked = redirect::lookup_uri(r, &with_query(to, r)).await;
    match judge(looked) {
        Found::File(found) => take_over(r, found),
        Found::Answer(response) => Outcome::Respond(response),
        Found::Nothing => Outcome::Declined,
    }
}

fn take_over(r: &mut Request, found: Box<Request>) -> Outcome {
    redirect::fast(r, *found);
    Outcome::Ok
}

/// A redirect is passed on, and so is what asks the client for more where there is nothing else to try.
fn ends_the_search(status: u16, names: &[String]) -> bool {
    (300..400).contains(&status) || (matches!(status, 401 | 406) && names.len() <= 1)
}

fn with_query(name: &str, r: &Request) -> String {
    match &r.query {
        Some(query) => format!("{name}?{query}"),
        None => name.to_owned(),
    }
}

/// What a look at a candidate found.
enum Found {
    File(Box<Request>),
    Answer(Box<Response>),
    Nothing,
}

/// A look is liberal: `/dir/index.html` that is not there may be `/dir` with path info. So the candidate must be a
/// regular file, or belong to a proxy.
fn judge(looked: Looked) -> Found {
    match looked.early {
        Some(response) if response.status == 404 => Found::Nothing,
        Some(response) => Found::Answer(response),
        None => {
            let is_proxied = looked.request.content.handler.as_deref() == Some("proxy-server");
            let there = is_proxied || looked.request.map.is_file();
            if there { Found::File(looked.request) } else { Found::Nothing }
        }
    }
}

impl DirConfig {
    /// Lines of one section add up. `disabled` alone takes all names out.
    fn add_index(&mut self, words: &[&str]) {
        let index = self.index.get_or_insert_default();
        match words {
            [word] if word.eq_ignore_ascii_case("disabled") => index.clear(),
            words => index.extend(words.iter().map(|word| (*word).to_owned())),
        }
    }

    fn index_names(&self) -> &[String] {
        static DEFAULT: std::sync::LazyLock<[String; 1]> =
            std::sync::LazyLock::new(|| ["index.html".to_owned()]);
        self.index.as_deref().unwrap_or_else(|| DEFAULT.as_slice())
    }

    fn leaves_to(&self, handler: &str) -> bool {
        handler == REWRITTEN || (self.check_handler.unwrap_or(false) && handler != DIRECTORY)
    }
}

fn redirect_status(word: &str) -> Result<IndexRedirect, Complaint> {
    let status = match word.to_ascii_lowercase().as_str() {
        "off" => return Ok(IndexRedirect::Off),
        "on" | "temp" => 302,
        "permanent" => 301,
        "seeother" => 303,
        digits => digits.parse().unwrap_or_default(),
    };
    if (300..400).contains(&status) && status != 304 {
        return Ok(IndexRedirect::With(status));
    }
    let complaint = Complaint::new(format!("DirectoryIndexRedirect cannot be '{word}'")).argument(0);
    Err(complaint.hint("write on, off, permanent, temp, seeother or a status from 300 to 399"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_lines_add_up_and_disabled_clears() {
        let mut config = DirConfig::default();
        assert_eq!(config.index_names(), ["index.html"]);
        config.add_index(&["a", "b"]);
        config.add_index(&["disabled", "c"]);
        assert_eq!(config.index_names(), ["a", "b", "disabled", "c"]);
        config.add_index(&["Disabled"]);
        assert!(config.index_names().is_empty());
    }

    #[test]
    fn a_nearer_index_replaces_an_outer_one() {
        let (mut outer, mut inner) = (DirConfig::default(), DirConfig::default());
        outer.add_index(&["a"]);
        assert_eq!(outer.merge(&inner).index_names(), ["a"]);
        inner.add_index(&["b"]);
        assert_eq!(outer.merge(&inner).index_names(), ["b"]);
    }

    #[test]
    fn redirects_have_words_and_numbers() {
        let table = [
            ("On", Some(IndexRedirect::With(302))),
            ("off", Some(IndexRedirect::Off)),
            ("Permanent", Some(IndexRedirect::With(301))),
            ("seeother", Some(IndexRedirect::With(303))),
            ("308", Some(IndexRedirect::With(308))),
            ("304", None),
            ("404", None),
            ("x", None),
        ];
        for (word, expected) in table {
            assert_eq!(redirect_status(word).ok(), expected, "{word}");
        }
    }
}
