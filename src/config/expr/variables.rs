//! The table of variables: `%{NAME}`.

use std::borrow::Cow;

use jiff::Zoned;
use os::user::{Gid, Uid};

use super::eval::Scope;
use crate::request::{client, url};
use crate::server;

/// What a variable says of a request.
type Get = for<'a> fn(&'a Scope<'a>) -> Cow<'a, str>;

/// A row of the table.
pub(super) struct Variable {
    name: &'static str,
    pub(super) get: Get,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "%{{{}}}", self.name)
    }
}

/// The variable of that name. Case matters.
pub(super) fn named(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

/// The name that was most likely meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let distance = |known: &str| strsim::damerau_levenshtein(known, &name.to_ascii_uppercase());
    let near = VARIABLES.iter().map(|variable| (distance(variable.name), variable.name)).min()?;
    (near.0 <= 3).then_some(near.1)
}

/// All names, for tests and documentation.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|variable| variable.name)
}

const fn row(name: &'static str, get: Get) -> Variable {
    Variable { name, get }
}

const VARIABLES: &[Variable] = &[
    row("HTTP_ACCEPT", |s| s.field("Accept")),
    row("HTTP_COOKIE", |s| s.field("Cookie")),
    row("HTTP_FORWARDED", |s| s.field("Forwarded")),
    row("HTTP_HOST", |s| s.field("Host")),
    row("HTTP_PROXY_CONNECTION", |s| s.field("Proxy-Connection")),
    row("HTTP_REFERER", |s| s.field("Referer")),
    row("HTTP_USER_AGENT", |s| s.field("User-Agent")),
    row("REQUEST_METHOD", |s| s.r.head.method().into()),
    row("REQUEST_SCHEME", |s| url::scheme(s.r).into()),
    row("REQUEST_URI", |s| s.r.path.as_str().into()),
    row("DOCUMENT_URI", |s| s.r.path.as_str().into()),
    row("REQUEST_FILENAME", file),
    row("SCRIPT_FILENAME", file),
    row("LAST_MODIFIED", |s| {
        let modified = s.r.map.info.map(|info| info.modified_time());
        modified.and_then(|time| Zoned::try_from(time).ok()).map_or("".into(), |time| stamp(&time))
    }),
    row("SCRIPT_USER", |s| {
        let name = s.r.map.info.and_then(|info| os::user::user_name(Uid(info.uid)));
        name.unwrap_or_default().into()
    }),
    row("SCRIPT_GROUP", |s| {
        let name = s.r.map.info.and_then(|info| os::user::group_name(Gid(info.gid)));
        name.unwrap_or_default().into()
    }),
    row("PATH_INFO", |s| s.r.map.path_info.as_str().into()),
    row("QUERY_STRING", |s| s.r.query.as_deref().unwrap_or_default().into()),
    row("IS_SUBREQ", |s| if s.r.is_sub_request() { "true" } else { "false" }.into()),
    row("THE_REQUEST", |s| String::from_utf8_lossy(s.r.original().head.line())),
    row("REMOTE_ADDR", |s| s.r.client_ip.to_canonical().to_string().into()),
    row("REMOTE_PORT", |s| s.r.connection.client().port().to_string().into()),
    row("REMOTE_HOST", |s| client::remote_host(s.r).into()),
    row("REMOTE_USER", |s| s.r.identity.user.as_deref().unwrap_or_default().into()),
    // RFC 1413 is not asked.
    row("REMOTE_IDENT", |_| "".into()),
    row("SERVER_NAME", |s| url::server_name(s.r)),
    row("SERVER_PORT", |s| url::server_port(s.r).to_string().into()),
    row("SERVER_ADMIN", |s| s.r.core().server_admin().unwrap_or("[no address given]").into()),
    row("SERVER_PROTOCOL", |s| s.r.head.version().name().into()),
    row("SERVER_PROTOCOL_VERSION", |s| format!("{}", 1000 * major(s) + minor(s)).into()),
    row("SERVER_PROTOCOL_VERSION_MAJOR", |s| major(s).to_string().into()),
    row("SERVER_PROTOCOL_VERSION_MINOR", |s| minor(s).to_string().into()),
    row("DOCUMENT_ROOT", |s| s.r.core().document_root().into()),
    row("CONTEXT_PREFIX", |_| "".into()),
    row("CONTEXT_DOCUMENT_ROOT", |s| s.r.core().document_root().into()),
    row("AUTH_TYPE", |s| s.r.identity.auth_type.as_deref().unwrap_or_default().into()),
    row("CONTENT_TYPE", content_type),
    row("HANDLER", |s| s.r.content.handler.as_deref().map_or_else(|| content_type(s), Cow::from)),
    row("HTTP2", |_| "off".into()),
    row("HTTPS", |_| "off".into()),
    row("IPV6", |s| if s.r.connection.peer.ip().to_canonical().is_ipv6() { "on" } else { "off" }.into()),
    row("REQUEST_STATUS", |s| s.status().to_string().into()),
    row("REQUEST_LOG_ID", |_| "".into()),
    row("CONN_LOG_ID", |_| "".into()),
    row("CONN_REMOTE_ADDR", |s| s.r.connection.peer.ip().to_canonical().to_string().into()),
    row("SERVER_SOFTWARE", |s| {
        let main = s.r.connection.thread.generation.main();
        server::banner(main.configs.core().server_tokens()).into()
    }),
    row("API_VERSION", |_| "20120211".into()),
    row("TIME_YEAR", |_| now("%Y")),
    row("TIME_MON", |_| now("%m")),
    row("TIME_DAY", |_| now("%d")),
    row("TIME_HOUR", |_| now("%H")),
    row("TIME_MIN", |_| now("%M")),
    row("TIME_SEC", |_| now("%S")),
    row("TIME_WDAY", |_| now("%w")),
    row("TIME", |_| stamp(&Zoned::now())),
];

fn file<'a>(s: &'a Scope<'a>) -> Cow<'a, str> {
    s.r.map.file.as_deref().unwrap_or_default().into()
}

fn content_type<'a>(s: &'a Scope<'a>) -> Cow<'a, str> {
    let answered = s.answer_field("Content-Type");
    if answered.is_empty() { s.r.content.media_type.as_deref().unwrap_or_default().into() } else { answered }
}

fn major(s: &Scope<'_>) -> u32 {
    version(s).0
}

fn minor(s: &Scope<'_>) -> u32 {
    version(s).1
}

/// `HTTP/1.1` in numbers.
fn version(s: &Scope<'_>) -> (u32, u32) {
    let numbers = s.r.head.version().name().strip_prefix("HTTP/").and_then(|name| name.split_once('.'));
    let (major, minor) = numbers.unwrap_or_default();
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

fn now(format: &str) -> Cow<'static, str> {
    Zoned::now().strftime(format).to_string().into()
}

/// A time in digits, `20101231235959`.
fn stamp(time: &Zoned) -> Cow<'static, str> {
    time.strftime("%Y%m%d%H%M%S").to_string().into()
}
