//! The directives that are the configuration language itself: sections, conditions, `Include`, `Define`.

use super::CoreConfig;
use crate::config::directive::Language;
use crate::config::{Complaint, Directive, Override, Place};

/// Anywhere at all.
const ANYWHERE: Place = Place::SVD.htaccess(Override::ALL);

pub(crate) const ROWS: &[Directive<CoreConfig>] = &[
    Directive::language(
        "VirtualHost",
        Place::S,
        "address[:port] ...",
        "What applies to requests for some addresses and names",
        Language::VirtualHost,
    ),
    Directive::language(
        "Directory",
        Place::SV,
        "directory|~ regex",
        "What applies to a directory and all below it",
        Language::Directory,
    ),
    Directive::language(
        "DirectoryMatch",
        Place::SV,
        "regex",
        "What applies to directories that match a regular expression",
        Language::DirectoryMatch,
    ),
    Directive::language(
        "Files",
        ANYWHERE,
        "name|~ regex",
        "What applies to files of a name, in any directory",
        Language::Files,
    ),
    Directive::language(
        "FilesMatch",
        ANYWHERE,
        "regex",
        "What applies to files whose names match a regular expression",
        Language::FilesMatch,
    ),
    Directive::language(
        "Location",
        Place::SV,
        "URL-path|~ regex",
        "What applies to a part of the URL space",
        Language::Location,
    ),
    Directive::language(
        "LocationMatch",
        Place::SV,
        "regex",
        "What applies to URLs that match a regular expression",
        Language::LocationMatch,
    ),
    Directive::language(
        "If",
        ANYWHERE,
        "expression",
        "What applies to requests for which an expression holds",
        Language::If,
    ),
    Directive::language(
        "ElseIf",
        ANYWHERE,
        "expression",
        "What applies where no section since the last If did, and an expression holds",
        Language::ElseIf,
    ),
    Directive::language(
        "Else",
        ANYWHERE,
        "",
        "What applies where no section since the last If did",
        Language::Else,
    ),
    Directive::language(
        "Limit",
        Place::D.htaccess(Override::LIMIT.or(Override::AUTH_CONFIG)),
        "method ...",
        "Access rules for some methods",
        Language::Limit,
    ),
    Directive::language(
        "LimitExcept",
        Place::D.htaccess(Override::LIMIT.or(Override::AUTH_CONFIG)),
        "method ...",
        "Access rules for all methods but some",
        Language::LimitExcept,
    ),
    Directive::condition(
        "IfDefine",
        ANYWHERE,
        "[!]name",
        "Lines that count if a name was defined with -D or Define",
        |words, here| sign(words).map(|(not, name)| here.is_defined(&name) != not),
    ),
    Directive::condition(
        "IfModule",
        ANYWHERE,
        "[!]module-file|module-identifier",
        "Lines that count if a module is there",
        |words, here| sign(words).map(|(not, name)| here.has_module(&name) != not),
    ),
    Directive::condition(
        "IfFile",
        ANYWHERE,
        "[!]file",
        "Lines that count if a file is there",
        |words, here| sign(words).map(|(not, name)| here.server_path(&name).exists() != not),
    ),
    Directive::condition(
        "IfDirective",
        ANYWHERE,
        "[!]directive",
        "Lines that count if a directive is known",
        |words, here| {
            let (not, name) = sign(words)?;
            let section = name.strip_prefix('<');
            Ok(here.has_directive(section.unwrap_or(&name), section.is_some()) != not)
        },
    ),
    Directive::condition(
        "IfSection",
        ANYWHERE,
        "[!]section",
        "Lines that count if a section is known",
        |words, here| sign(words).map(|(not, name)| here.has_directive(&name, true) != not),
    ),
    Directive::language(
        "Include",
        Place::SVD,
        "file|directory|pattern",
        "Reads other files here; there must be one",
        Language::Include,
    ),
    Directive::language(
        "IncludeOptional",
        Place::SVD,
        "file|directory|pattern",
        "Reads other files here, if there are any",
        Language::IncludeOptional,
    ),
    Directive::language(
        "Define",
        Place::SVD,
        "name [text]",
        "Defines a name for IfDefine, and a text for ${name}",
        Language::Define,
    ),
    Directive::language("UnDefine", Place::SVD, "name", "Forgets a defined name", Language::UnDefine),
    Directive::language(
        "Error",
        ANYWHERE,
        "text",
        "Stops with this text: for conditions that must not hold",
        Language::Error,
    ),
    Directive::language(
        "ServerRoot",
        Place::S,
        "directory",
        "The directory that relative file names start from",
        Language::ServerRoot,
    ),
];

/// `!name` asks for the contrary. Apache takes all that is there for one name.
fn sign(words: &[&str]) -> Result<(bool, String), Complaint> {
    let text = words.join(" ");
    match text.strip_prefix('!') {
        _ if text.is_empty() => {
            Err(Complaint::new("this section takes one argument: what is asked for, or ! and that"))
        }
        Some(name) => Ok((true, name.to_owned())),
        None => Ok((false, text)),
    }
}
