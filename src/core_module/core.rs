//! `core.c`: the directives of the core, but for those of its language ([`super::language`]) and of all MPMs
//! ([`super::mpm_common`]).

use std::sync::Arc;

use super::names::ServerName;
use super::{AllowOverride, CoreConfig, MaxRanges, ProtocolOptions, Recursion, SetHandler};
use super::{accepted, language, mpm_common, options, protocols, scripts};
use crate::config::values::{duration, keyword, number};
use crate::config::{Complaint, Directive, Here, Override, Place, Template};
use crate::module::Module;
use crate::server::log_format::LogFormat;

/// The module `core_module`.
pub static CORE: Core = Core;

/// See [`CORE`].
pub struct Core;

impl Core {
    /// The file name that `httpd -l` prints.
    pub const FILE: &str = "core.c";
}

impl Module for Core {
    const NAME: &str = "core_module";
    type Config = CoreConfig;
    const TABLES: &[&[Directive<CoreConfig>]] = &[
        language::ROWS,
        IDENTITY,
        FILES,
        LIMITS,
        protocols::ROWS,
        scripts::ROWS,
        mpm_common::ROWS,
        accepted::ROWS,
    ];
}

/// Anywhere that AllowOverride FileInfo reaches.
const FILE_INFO: Place = Place::SVD.htaccess(Override::FILE_INFO);

/// Who the server is and where its things are.
const IDENTITY: &[Directive<CoreConfig>] = &[
    Directive::one(
        "ServerName",
        Place::SV,
        "[scheme://]domain-name[:port]",
        "The name and port that the server uses for itself",
        |core, word, _| {
            core.names.server = Some(ServerName::read(word)?);
            Ok(())
        },
    ),
    Directive::each(
        "ServerAlias",
        Place::V,
        "name ...",
        "Other names of a virtual host; * and ? stand for parts of names",
        |core, word, _| {
            core.names.aliases.push(word.to_ascii_lowercase());
            Ok(())
        },
    ),
    Directive::one(
        "ServerPath",
        Place::SV,
        "/path",
        "The path under which clients that send no Host find a virtual host",
        |core, word, _| {
            core.names.path = Some(word.to_owned());
            Ok(())
        },
    ),
    Directive::one(
        "ServerAdmin",
        Place::SV,
        "email-address|URL",
        "Whom error pages name as the one to ask",
        |core, word, _| {
            core.server_admin = Some(word.into());
            Ok(())
        },
    ),
    Directive::one(
        "ServerTokens",
        Place::S,
        "Major|Minor|Minimal|ProductOnly|OS|Full",
        "What the Server field tells of the server",
        |core, word, _| {
            core.server_tokens = Some(keyword("ServerTokens", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "ServerSignature",
        Place::SVD.htaccess(Override::ALL),
        "On|Off|EMail",
        "The line under pages that the server makes",
        |core, word, _| {
            core.server_signature = Some(keyword("ServerSignature", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "UseCanonicalName",
        Place::SVD,
        "On|Off|DNS",
        "Where the name in the server's own URLs comes from",
        |core, word, _| {
            core.use_canonical_name = Some(keyword("UseCanonicalName", word)?);
            Ok(())
        },
    ),
    Directive::flag(
        "StrictHostCheck",
        Place::SV,
        "Whether a Host field must name a virtual host of its address",
        |core, on| core.strict_host_check = Some(on),
    ),
    Directive::flag("QualifyRedirectURL", FILE_INFO, "Whether REDIRECT_URL is a whole URL", |core, on| {
        core.qualify_redirect_url = Some(on);
    }),
    Directive::flag(
        "SeeRequestTail",
        Place::S,
        "Whether the status page shows the ends of long request lines, not their beginnings",
        |core, on| core.see_request_tail = Some(on),
    ),
    Directive::flag(
        "UseCanonicalPhysicalPort",
        Place::SVD,
        "Whether the connection's port may stand in the server's own URLs",
        |core, on| core.use_canonical_physical_port = Some(on),
    ),
    Directive::one(
        "HostnameLookups",
        Place::SVD,
        "On|Off|Double",
        "Whether the names of clients are asked for",
        |core, word, _| {
            core.hostname_lookups = Some(keyword("HostnameLookups", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "ErrorLog",
        Place::SV,
        "file|'|command'|syslog[:facility[:tag]]",
        "Where errors are written: a file, a program that reads them, or the system's log",
        |core, word, here| {
            core.error_log = Some(here.error_log(word));
            Ok(())
        },
    ),
    Directive::words(
        "ErrorLogFormat",
        Place::SV,
        ("[connection|request] format", 1..=2),
        "The form of the lines in ErrorLog",
        |core, words, here| match *words {
            [kind, _] if ["connection", "request"].iter().any(|known| kind.eq_ignore_ascii_case(known)) => {
                here.warn(format!("ErrorLogFormat {kind} has no effect: every line says what it is about"));
                Ok(())
            }
            [kind, _] => Err(Complaint::new(format!(
                "ErrorLogFormat type must be connection or request, not '{kind}'"
            ))
            .argument(0)),
            _ => {
                core.error_log_format = Some(Arc::new(LogFormat::read(words[0]).map_err(|c| c.argument(0))?));
                Ok(())
            }
        },
    ),
    Directive::words(
        "LogLevel",
        Place::SVD,
        ("[module:]level ...", 1..=usize::MAX),
        "How grave an error must be to be written, for all modules or for one",
        |core, words, here| core.levels.read(words, here),
    ),
    Directive::words(
        "ErrorDocument",
        FILE_INFO,
        ("status text|/path|URL|default", 2..=2),
        "What answers an error in place of the standard text",
        |core, words, here| core.error_documents.read(words[0], words[1], here),
    ),
    Directive::one(
        "TraceEnable",
        Place::SV,
        "On|Off|Extended",
        "What becomes of TRACE requests",
        |core, word, _| {
            core.trace_enable = Some(keyword("TraceEnable", word)?);
            Ok(())
        },
    ),
];

/// How URLs become files, and what is said of files.
const FILES: &[Directive<CoreConfig>] = &[
    Directive::one(
        "DocumentRoot",
        Place::SV,
        "directory",
        "The directory whose files the server shows",
        |core, word, here| {
            if word.is_empty() {
                return Err(Complaint::new("DocumentRoot takes a directory").argument(0));
            }
            let path = here.server_path(trim_slashes(word));
            here.expect_directory("DocumentRoot", &path)?;
            core.document_root = Some(path.to_string_lossy().into());
            Ok(())
        },
    ),
    Directive::words(
        "Options",
        Place::SVD.htaccess(Override::OPTIONS),
        ("[+|-]option ...", 1..=usize::MAX),
        "What is possible in a directory",
        |core, words, here| options::options(&mut core.options, words, here.options_allowed()),
    ),
    Directive::words(
        "AllowOverride",
        Place::D,
        ("All|None|class ...", 1..=usize::MAX),
        "Which directives .htaccess files may use",
        |core, words, here| {
            core.allow_override = Some(AllowOverride::read(words)?);
            warn_outside_directory("AllowOverride", here);
            Ok(())
        },
    ),
    Directive::words(
        "AllowOverrideList",
        Place::D,
        ("None|directive ...", 1..=usize::MAX),
        "Which single directives .htaccess files may use",
        |core, words, here| {
            core.allow_override_list = Some(options::override_list(words)?);
            warn_outside_directory("AllowOverrideList", here);
            Ok(())
        },
    ),
    Directive::words(
        "AccessFileName",
        Place::SV,
        ("name ...", 1..=usize::MAX),
        "The names of distributed configuration files",
        |core, words, _| {
            core.access_file_names = Some(words.iter().map(|word| (*word).to_owned()).collect());
            Ok(())
        },
    ),
    Directive::words(
        "FileETag",
        FILE_INFO,
        ("[+|-]INode|MTime|Size|Digest|All|None ...", 1..=usize::MAX),
        "What the entity tags of files are made of",
        |core, words, _| options::file_etag(&mut core.etag_parts, words),
    ),
    Directive::one(
        "ForceType",
        FILE_INFO,
        "media-type|None",
        "The media type of all files here",
        |core, word, _| {
            core.force_type = Some(unless_none(word));
            Ok(())
        },
    ),
    Directive::one(
        "SetHandler",
        FILE_INFO,
        "handler|expr=expression|None",
        "The handler that answers for all files here",
        |core, word, _| {
            core.set_handler = Some(set_handler(word)?);
            Ok(())
        },
    ),
    Directive::one(
        "SetOutputFilter",
        FILE_INFO,
        "filter[;filter...]",
        "The filters that change the answers here",
        |core, word, here| {
            core.output_filters = Some(filters(word, here));
            Ok(())
        },
    ),
    Directive::waiting_for(
        "a module that filters what clients send",
        Directive::one(
            "SetInputFilter",
            FILE_INFO,
            "filter[;filter...]",
            "The filters that change what is sent here",
            |core, word, here| {
                core.input_filters = Some(filters(word, here));
                Ok(())
            },
        ),
    ),
    Directive::one(
        "AddDefaultCharset",
        FILE_INFO,
        "On|Off|charset",
        "The charset that text gets where none is said",
        |core, word, _| {
            core.default_charset = Some(match word {
                _ if word.eq_ignore_ascii_case("off") => None,
                _ if word.eq_ignore_ascii_case("on") => Some("iso-8859-1".into()),
                _ => Some(word.into()),
            });
            Ok(())
        },
    ),
    Directive::one(
        "AcceptPathInfo",
        FILE_INFO,
        "On|Off|Default",
        "Whether a path may go on after a file's name",
        |core, word, _| {
            core.accept_path_info = Some(keyword("AcceptPathInfo", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "AllowEncodedSlashes",
        Place::SV,
        "On|Off|NoDecode",
        "What an encoded slash in a path means",
        |core, word, _| {
            core.allow_encoded_slashes = Some(keyword("AllowEncodedSlashes", word)?);
            Ok(())
        },
    ),
    Directive::flag("MergeSlashes", Place::SV, "Whether several slashes in a path are one", |core, on| {
        core.merge_slashes = Some(on);
    }),
    Directive::flag(
        "EnableSendfile",
        FILE_INFO,
        "Whether the kernel copies files to the client",
        |core, on| {
            core.enable_sendfile = Some(on);
        },
    ),
    Directive::flag("EnableMMAP", FILE_INFO, "Whether small files may be kept in memory", |core, on| {
        core.enable_mmap = Some(on);
    }),
];

/// How much, how long, how strict.
const LIMITS: &[Directive<CoreConfig>] = &[
    Directive::one(
        "Timeout",
        Place::SV,
        "seconds",
        "How long the server waits for bytes of a client",
        |core, word, _| {
            core.timeout = Some(duration("Timeout", word)?);
            Ok(())
        },
    ),
    Directive::number(
        "LimitRequestLine",
        Place::SV,
        (1..=i32::MAX as i64, 8190, "bytes"),
        "The longest request line",
        |core, n| core.limit_request_line = Some(n as usize),
    ),
    Directive::number(
        "LimitRequestFieldSize",
        Place::SV,
        (1..=i32::MAX as i64, 8190, "bytes"),
        "The longest header field of a request",
        |core, n| core.limit_request_field_size = Some(n as usize),
    ),
    Directive::number(
        "LimitRequestFields",
        Place::SV,
        (0..=i32::MAX as i64, 100, "fields"),
        "How many header fields a request may have; 0 is no limit",
        |core, n| core.limit_request_fields = Some(n as usize),
    ),
    Directive::number(
        "LimitRequestBody",
        Place::SVD.htaccess(Override::ALL),
        (0..=i64::MAX, 1 << 30, "bytes"),
        "The longest body of a request; 0 is no limit",
        |core, n| core.limit_request_body = Some(n as u64),
    ),
    Directive::waiting_for(
        "a module that reads XML",
        Directive::number(
            "LimitXMLRequestBody",
            Place::SVD.htaccess(Override::ALL),
            (0..=i64::MAX, 1_000_000, "bytes"),
            "The longest body that is read as XML; 0 is no limit",
            |core, n| core.limit_xml_request_body = Some(n as u64),
        ),
    ),
    Directive::words(
        "LimitInternalRecursion",
        Place::SV,
        ("redirects [sub-requests]", 1..=2),
        "How many internal redirects may follow each other, and how deep sub-requests nest",
        |core, words, _| {
            let redirects = number("LimitInternalRecursion", words[0], 1)? as usize;
            let sub_requests = match words.get(1) {
                Some(word) => number("LimitInternalRecursion", word, 1).map_err(|c| c.argument(1))? as usize,
                None => redirects,
            };
            core.limit_internal_recursion = Some(Recursion { redirects, sub_requests });
            Ok(())
        },
    ),
    Directive::one(
        "MaxRanges",
        Place::SVD,
        "Default|Unlimited|None|number",
        "How many ranges one answer may have",
        |core, word, _| {
            core.max_ranges = Some(max_ranges("MaxRanges", word, 200)?);
            Ok(())
        },
    ),
    Directive::one(
        "MaxRangeOverlaps",
        Place::SVD,
        "Default|Unlimited|None|number",
        "How many ranges of a request may overlap the one before",
        |core, word, _| {
            core.max_range_overlaps = Some(max_ranges("MaxRangeOverlaps", word, 20)?);
            Ok(())
        },
    ),
    Directive::one(
        "MaxRangeReversals",
        Place::SVD,
        "Default|Unlimited|None|number",
        "How many ranges of a request may begin before the one before",
        |core, word, _| {
            core.max_range_reversals = Some(max_ranges("MaxRangeReversals", word, 20)?);
            Ok(())
        },
    ),
    Directive::words(
        "HttpProtocolOptions",
        Place::SV,
        ("Strict|Unsafe RegisteredMethods|LenientMethods Allow0.9|Require1.0", 1..=3),
        "How strictly requests are read",
        protocol_options,
    ),
];

fn max_ranges(directive: &str, word: &str, default: usize) -> Result<MaxRanges, Complaint> {
    Ok(match word.to_ascii_lowercase().as_str() {
        "default" => MaxRanges::AtMost(default),
        "unlimited" => MaxRanges::Unlimited,
        "none" => MaxRanges::None,
        count => MaxRanges::AtMost(number(directive, count, 1)? as usize),
    })
}

/// The words of HttpProtocolOptions in pairs: either the first or the second of each.
const PROTOCOL_OPTIONS: [[&str; 2]; 3] =
    [["Strict", "Unsafe"], ["RegisteredMethods", "LenientMethods"], ["Allow0.9", "Require1.0"]];

fn protocol_options(core: &mut CoreConfig, words: &[&str], _: &mut Here<'_>) -> Result<(), Complaint> {
    let mut options = core.protocol_options.unwrap_or(ProtocolOptions::DEFAULT);
    let mut said = [None; PROTOCOL_OPTIONS.len()];
    for (place, word) in words.iter().enumerate() {
        let find = |pair: &[&str; 2]| pair.iter().position(|known| known.eq_ignore_ascii_case(word));
        let found =
            PROTOCOL_OPTIONS.iter().enumerate().find_map(|(n, pair)| find(pair).map(|which| (n, which)));
        let Some((pair, which)) = found else {
            return Err(Complaint::new(format!("HttpProtocolOptions does not know '{word}'"))
                .argument(place)
                .hint(
                    "write Strict or Unsafe, RegisteredMethods or LenientMethods, Allow0.9 or Require1.0",
                ));
        };
        if said[pair].replace(which).is_some_and(|other| other != which) {
            let [first, second] = PROTOCOL_OPTIONS[pair];
            return Err(Complaint::new(format!("{first} and {second} exclude each other")).argument(place));
        }
        match pair {
            0 => options.strict = which == 0,
            1 => options.registered_methods = which == 0,
            _ => options.allow_0_9 = which == 0,
        }
    }
    core.protocol_options = Some(options);
    Ok(())
}

/// Without slashes at the end; `/` stays.
fn trim_slashes(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && path.starts_with('/') { "/" } else { trimmed }
}

fn unless_none(word: &str) -> Option<Arc<str>> {
    (!word.eq_ignore_ascii_case("none")).then(|| word.into())
}

fn set_handler(word: &str) -> Result<SetHandler, Complaint> {
    if let Some(template) = Template::marked(word) {
        let template = template.map_err(|complaint| complaint.argument(0))?;
        return Ok(SetHandler::Computed(Arc::new(template)));
    }
    let named = unless_none(&word.to_ascii_lowercase());
    Ok(named.map_or(SetHandler::None, SetHandler::Named))
}

fn filters(list: &str, here: &mut Here<'_>) -> Arc<[Arc<str>]> {
    let mut filters = Vec::new();
    for name in list.split(';').map(str::trim).filter(|name| !name.is_empty()) {
        if !here.has_filter(name) {
            here.warn(format!("no module has a filter {name}: it is left out"));
        }
        filters.push(Arc::from(name));
    }
    filters.into()
}

/// `.htaccess` files belong to directories: elsewhere the line does nothing.
fn warn_outside_directory(name: &str, here: &mut Here<'_>) {
    use crate::config::sections::SectionKind as S;
    if here.sections().iter().any(|s| !matches!(s, S::VirtualHost(_) | S::Directory(_) | S::Limit(..))) {
        here.warn(format!("{name} has an effect in <Directory> alone"));
    }
}
