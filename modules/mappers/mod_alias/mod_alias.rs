//! mod_alias: parts of the URL space that lie elsewhere, in the file system (`Alias`) or on the web (`Redirect`).

mod redirect;

use std::borrow::Cow;
use std::path::{Component, Path};
use std::sync::Arc;

use httpd::conf::Position;
use httpd::config::sections::SectionKind;
use httpd::config::{Pattern, Scope, Template, inherit};
use httpd::explain::StepKind;
use httpd::prelude::*;

use redirect::Redirect;

/// The module.
pub static MODULE: Alias = Alias;

/// mod_alias.
pub struct Alias;

/// Aliases and redirects, inner sections first: the first that matches counts.
#[derive(Default, Clone)]
pub struct AliasConfig {
    aliases: Vec<Arc<Mapped>>,
    redirects: Vec<Arc<Redirect>>,
    relative: Option<bool>,
    preserve_path: Option<bool>,
}

/// What a URL path must look like.
pub(crate) enum From {
    /// It begins with these segments.
    Prefix(String),
    /// It matches.
    Pattern(Pattern),
    /// It is that of the section around.
    Section(Around),
}

/// The section around a directive that names no URL path of its own.
pub(crate) enum Around {
    /// `<Location path>`
    Location(String),
    /// `<LocationMatch>`
    LocationMatch,
    /// One of files: it is known once the URL has been mapped.
    Files,
}

/// An alias.
struct Mapped {
    from: From,
    to: Target,
    /// ScriptAlias: what is found there is run.
    script: bool,
    position: Position,
}

/// What a URL path is mapped to.
enum Target {
    Path(String),
    /// That of a section can be an expression.
    Expr(Template),
}

impl Config for AliasConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            aliases: inner.aliases.iter().chain(&self.aliases).cloned().collect(),
            redirects: inner.redirects.iter().chain(&self.redirects).cloned().collect(),
            relative: inherit(&self.relative, &inner.relative),
            preserve_path: inherit(&self.preserve_path, &inner.preserve_path),
        }
    }
}

const ALIASES: Place = Place::SVD;
const REDIRECTS: Place = Place::SVD.htaccess(Override::FILE_INFO);
const REDIRECT_USAGE: &str = "[status] [URL-path] URL";

impl Module for Alias {
    const NAME: &'static str = "alias_module";
    type Config = AliasConfig;

    const DIRECTIVES: &'static [Directive<AliasConfig>] = &[
        Directive::words(
            "Alias",
            ALIASES,
            ("[URL-path] file-path", 1..=2),
            "maps a part of the URL space to a place in the file system",
            |config, words, here| config.alias(words, here, false),
        ),
        Directive::two(
            "AliasMatch",
            Place::SV,
            "regex file-path",
            "maps URL paths that match to a place in the file system",
            |config, pattern, to, here| config.alias_match(pattern, to, here, false),
        ),
        Directive::words(
            "ScriptAlias",
            ALIASES,
            ("[URL-path] file-path", 1..=2),
            "maps a part of the URL space to a directory of CGI scripts",
            |config, words, here| config.alias(words, here, true),
        ),
        Directive::two(
            "ScriptAliasMatch",
            Place::SV,
            "regex file-path",
            "maps URL paths that match to CGI scripts",
            |config, pattern, to, here| config.alias_match(pattern, to, here, true),
        ),
        Directive::words(
            "Redirect",
            REDIRECTS,
            (REDIRECT_USAGE, 1..=3),
            "sends the client to another URL",
            |config, words, here| config.redirect(Redirect::parse(words, here)?),
        ),
        Directive::words(
            "RedirectMatch",
            REDIRECTS,
            ("[status] regex [URL]", 1..=3),
            "sends the client to another URL if the URL path matches",
            |config, words, here| config.redirect(Redirect::parse_match(words, here)?),
        ),
        Directive::words(
            "RedirectTemp",
            REDIRECTS,
            ("[URL-path] URL", 1..=2),
            "sends the client to another URL for now (302)",
            |config, words, here| config.redirect(Redirect::parse_as(302, words, here)?),
        ),
        Directive::words(
            "RedirectPermanent",
            REDIRECTS,
            ("[URL-path] URL", 1..=2),
            "sends the client to another URL for good (301)",
            |config, words, here| config.redirect(Redirect::parse_as(301, words, here)?),
        ),
        Directive::flag(
            "RedirectRelative",
            Place::SVD,
            "leaves a target that begins with / as it is, instead of making it a whole URL",
            |config, on| config.relative = Some(on),
        ),
        Directive::flag(
            "AliasPreservePath",
            Place::SVD,
            "appends what follows the URL path of the Location to the target of an Alias in it",
            |config, on| config.preserve_path = Some(on),
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, AliasConfig>) {
        hooks.translate_name(Order::Early, translate);
        hooks.fixups(Order::Middle, redirect_late);
        hooks.steady(|config| !config.aliases.iter().any(|alias| matches!(alias.to, Target::Expr(_))));
    }
}

impl AliasConfig {
    fn alias(&mut self, words: &[&str], here: &Here<'_>, script: bool) -> Result<(), Complaint> {
        if here.sections().iter().any(SectionKind::is_condition) {
            return Err(Complaint::new("an alias cannot stand in <If>: which of them hold is known later"));
        }
        let (from, to) = match words {
            [from, _] if in_section(here) => {
                let complaint = format!("in a section, an alias has only a target, not {from} too");
                return Err(Complaint::new(complaint).argument(0));
            }
            [from, to] => (From::Prefix((*from).to_owned()), *to),
            [to, ..] => (section_of_urls(here)?, *to),
            [] => return Err(Complaint::new("an alias needs a target")),
        };
        self.add(from, to, here, script)
    }

    fn alias_match(
        &mut self,
        pattern: &str,
        to: &str,
        here: &Here<'_>,
        script: bool,
    ) -> Result<(), Complaint> {
        let from = From::Pattern(Pattern::new(pattern).map_err(|complaint| complaint.argument(0))?);
        self.add(from, to, here, script)
    }

    fn add(&mut self, from: From, to: &str, here: &Here<'_>, script: bool) -> Result<(), Complaint> {
        let path = here.server_path(to).display().to_string();
        let to = match &from {
            From::Section(_) if to.starts_with("%{") => Target::expr(to, 0)?,
            From::Section(_) if to.contains("%{") => Target::expr(&path, path.len() - to.len())?,
            _ => Target::Path(path),
        };
        self.aliases.push(Arc::new(Mapped { from, to, script, position: here.position().clone() }));
        Ok(())
    }

    fn redirect(&mut self, redirect: Redirect) -> Result<(), Complaint> {
        self.redirects.push(Arc::new(redirect));
        Ok(())
    }
}

/// The directive stands in a section of URLs or files.
pub(crate) fn in_section(here: &Here<'_>) -> bool {
    here.in_htaccess() || here.sections().iter().any(|kind| !matches!(kind, SectionKind::VirtualHost(_)))
}

/// What a directive without a URL path is for: the section around it.
pub(crate) fn section(here: &Here<'_>) -> Option<Around> {
    if !in_section(here) {
        return None;
    }
    let around = here.sections().iter().rfind(|kind| !matches!(kind, SectionKind::Limit(..)));
    Some(match around {
        Some(SectionKind::Location(path)) => Around::Location(path.clone()),
        Some(SectionKind::LocationMatch(_)) => Around::LocationMatch,
        _ => Around::Files,
    })
}

/// An alias is looked for before it is known which sections of files apply.
fn section_of_urls(here: &Here<'_>) -> Result<From, Complaint> {
    section(here).filter(|around| !matches!(around, Around::Files)).map(From::Section).ok_or_else(|| {
        Complaint::new("an alias needs a URL path and a target")
            .hint("only in a <Location> or <LocationMatch> it needs none: they say what is mapped")
    })
}

/// Redirects come before aliases, wherever they stand.
fn translate(r: &mut Request, config: &AliasConfig) -> Outcome {
    if let Some(outcome) = answer(r, config, false) {
        return outcome;
    }
    let preserve = config.preserve_path == Some(true);
    let found = config.aliases.iter().find_map(|alias| Some((alias, alias.file(r, preserve)?)));
    let Some((alias, file)) = found else { return Outcome::Declined };
    r.note_step(StepKind::Mapping, Some(&alias.position), || file.clone());
    if climbs(&file) {
        httpd::log!(r, Error, AH20001, "an AliasMatch made a path that climbs: {file}");
        return Outcome::status(403);
    }
    if alias.script {
        r.content.handler = Some("cgi-script".into());
        r.notes.set("alias-forced-type", "cgi-script");
    }
    r.map.file = Some(file);
    Outcome::Ok
}

/// Redirects of sections, now that it is known which apply.
fn redirect_late(r: &mut Request, config: &AliasConfig) -> Outcome {
    answer(r, config, true).unwrap_or(Outcome::Declined)
}

fn answer(r: &Request, config: &AliasConfig, late: bool) -> Option<Outcome> {
    config.redirects.iter().filter(|rule| rule.late == late).find_map(|rule| rule.answer(r, config))
}

/// A pattern's groups can be put together to climb out of the target: `/i../x` in `^/i(.*) /srv/i/$1`.
fn climbs(file: &str) -> bool {
    Path::new(file).components().any(|part| part == Component::ParentDir)
}

impl Mapped {
    /// The file that a request means by this alias.
    fn file(&self, r: &Request, preserve: bool) -> Option<String> {
        let to = match &self.to {
            Target::Path(path) => Cow::Borrowed(path.as_str()),
            Target::Expr(template) => Cow::Owned(template.text(&Scope::of(r)).into_owned()),
        };
        let followed_by = |rest: &str| format!("{to}{rest}");
        match &self.from {
            From::Prefix(prefix) => follow(&r.path, prefix).map(followed_by),
            From::Pattern(pattern) => pattern.captures(&r.path).map(|captures| captures.expand(&to)),
            From::Section(Around::Location(prefix)) if preserve => follow(&r.path, prefix).map(followed_by),
            From::Section(_) => Some(to.into_owned()),
        }
    }
}

impl Target {
    /// A text with expressions, which was given to the directive without its first bytes.
    fn expr(text: &str, added: usize) -> Result<Self, Complaint> {
        let placed = |complaint: Complaint| {
            let offset = complaint.offset.unwrap_or(0).saturating_sub(added);
            complaint.argument(0).offset(offset)
        };
        Template::new(text).map(Self::Expr).map_err(placed)
    }
}

/// What follows a prefix of whole segments: `/icons` is followed in `/icons` and `/icons/a`, not in `/iconsets`.
/// Several slashes count as one.
pub(crate) fn follow<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let (mut rest, mut wanted) = (path.as_bytes(), prefix.as_bytes());
    while let Some((first, more)) = wanted.split_first() {
        if rest.first() != Some(first) {
            return None;
        }
        (rest, wanted) = (&rest[1..], more);
        if *first == b'/' {
            rest = skip_slashes(rest);
            wanted = skip_slashes(wanted);
        }
    }
    let whole = prefix.ends_with('/') || rest.is_empty() || rest[0] == b'/';
    if whole { path.get(path.len() - rest.len()..) } else { None }
}

fn skip_slashes(bytes: &[u8]) -> &[u8] {
    let slashes = bytes.iter().take_while(|byte| **byte == b'/').count();
    &bytes[slashes..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_whole_segments() {
        let rows = [
            ("/icons/a.png", "/icons", Some("/a.png")),
            ("/icons/a.png", "/icons/", Some("a.png")),
            ("/icons", "/icons", Some("")),
            ("/icons", "/icons/", None),
            ("/iconsets/a", "/icons", None),
            ("//icons//a", "/icons/", Some("a")),
            ("/anything", "/", Some("anything")),
            ("/é/x", "/é", Some("/x")),
        ];
        for (path, prefix, rest) in rows {
            assert_eq!(follow(path, prefix), rest, "{path} under {prefix}");
        }
    }

    #[test]
    fn groups_cannot_climb() {
        assert!(climbs("/srv/i/../x"));
        assert!(!climbs("/srv/i../x"));
    }
}
