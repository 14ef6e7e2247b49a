//! URLs and pages that the server writes itself: what must be escaped, and the address by which a client
//! reached it.

use std::borrow::Cow;
use std::fmt::Write as _;

use http1::{Authority, EncodedSlashes, PathOptions};

use super::Request;
use crate::core_module::{AllowEncodedSlashes, UseCanonicalName};

/// The URL of a path of this server, for `Location` and for pages: `path` is already escaped and begins
/// with `/`. The name is the one that UseCanonicalName asks for; a port that the scheme implies is left out.
pub fn construct_url(r: &Request, path: &str) -> String {
    let scheme = scheme(r);
    let (name, port) = (server_name(r), server_port(r));
    let mut url = format!("{scheme}://{name}");
    if port != default_port(scheme) {
        url.push_str(&format!(":{port}"));
    }
    url.push_str(path);
    url
}

/// `http` or `https`: what the client used.
pub fn scheme(r: &Request) -> &str {
    &r.vhost().scheme
}

/// The name of the server for its own URLs, an IPv6 address in brackets.
pub fn server_name(r: &Request) -> Cow<'_, str> {
    let asked = match r.core().use_canonical_name() {
        UseCanonicalName::Off => authority(r).map(|authority| Cow::Borrowed(authority.host)),
        UseCanonicalName::On => None,
        UseCanonicalName::Dns => local_name(r).map(Cow::Owned),
    };
    let configured = || Some(Cow::Borrowed(r.vhost().name.as_str())).filter(|name| !name.is_empty());
    let name = asked.or_else(configured).unwrap_or_else(|| r.connection.local.ip().to_string().into());
    if name.contains(':') && !name.starts_with('[') { format!("[{name}]").into() } else { name }
}

/// The port of the server for its own URLs.
pub fn server_port(r: &Request) -> u16 {
    let asked = match r.core().use_canonical_name() {
        UseCanonicalName::Off | UseCanonicalName::Dns => authority(r).and_then(|authority| authority.port),
        UseCanonicalName::On => None,
    };
    let physical = || r.core().use_canonical_physical_port().then(|| r.connection.local.port());
    asked.or_else(physical).or(r.vhost().port).unwrap_or_else(|| default_port(scheme(r)))
}

/// The port that a scheme implies.
pub fn default_port(scheme: &str) -> u16 {
    if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 }
}

/// Escapes a path for a URL as Apache's `ap_os_escape_path` does: what is not unreserved or a harmless
/// delimiter becomes `%xx`. A relative path with a colon in its first part gets `./` in front, or the part would
/// be taken for a scheme.
pub fn escape_path(path: &str) -> Cow<'_, str> {
    let first = path.split('/').next().unwrap_or_default();
    if first.contains(':') {
        return Cow::Owned(format!("./{}", escape(path, is_path_byte)));
    }
    escape(path, is_path_byte)
}

/// As [`escape_path`], for what follows other text: there is no first part.
pub fn escape_path_rest(rest: &str) -> Cow<'_, str> {
    escape(rest, is_path_byte)
}

/// Escapes what may stand nowhere in a URL. `%`, `?` and `#` are taken to mean what they mean in one.
pub fn escape_url(url: &str) -> Cow<'_, str> {
    escape(url, |byte| is_path_byte(byte) || b"%?#[]".contains(&byte))
}

/// Escapes one part of a path: `/` too.
pub fn escape_path_segment(segment: &str) -> Cow<'_, str> {
    escape(segment, |byte| byte != b'/' && is_path_byte(byte))
}

/// Escapes text for a page: `&`, `<`, `>` and `"`.
pub fn escape_html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// A text that is a whole URL: a scheme, a colon and more, as Apache's `ap_is_url` has it.
pub fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let letters = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    !scheme.is_empty() && letters && rest.starts_with('/')
}

/// The path of a URL that the configuration or a module gave: unescaped, `.` and `..` taken out. `Err` is the status
/// for one that leads nowhere.
pub(crate) fn decode(r: &Request, path: &str) -> Result<String, u16> {
    let options = PathOptions {
        encoded_slashes: match r.core().allow_encoded_slashes() {
            AllowEncodedSlashes::Off => EncodedSlashes::Refuse,
            AllowEncodedSlashes::On => EncodedSlashes::Decode,
            AllowEncodedSlashes::NoDecode => EncodedSlashes::Keep,
        },
        merge_slashes: r.core().merge_slashes(),
    };
    let mut decoded = Vec::new();
    http1::decode_path(path.as_bytes(), options, &mut decoded).map_err(|wrong| wrong.status)?;
    String::from_utf8(decoded).map_err(|_| 404)
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"$-_.+!*'(),:;@&=/~".contains(&byte)
}

fn escape(text: &str, allowed: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if text.bytes().all(&allowed) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if allowed(byte) {
            escaped.push(char::from(byte));
        } else {
            let written = write!(escaped, "%{byte:02x}");
            debug_assert!(written.is_ok(), "a String takes all text");
        }
    }
    Cow::Owned(escaped)
}

/// The host that the client asked for.
fn authority(r: &Request) -> Option<Authority<'_>> {
    Authority::parse(r.head.get("Host")?)
}

fn local_name(r: &Request) -> Option<String> {
    os::net::name_of(r.connection.local.ip()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped_as_apache_does() {
        let table = [
            ("/a/b.html", "/a/b.html"),
            ("/a b", "/a%20b"),
            ("/a?b#c%d;e", "/a%3fb%23c%25d;e"),
            ("/\u{e4}", "/%c3%a4"),
            ("/a:b", "/a:b"),
            ("a:b/c", "./a:b/c"),
            ("/<\"\r\n>", "/%3c%22%0d%0a%3e"),
        ];
        for (path, expected) in table {
            assert_eq!(escape_path(path), expected);
        }
        assert_eq!(escape_path_segment("a/b"), "a%2fb");
        assert_eq!(escape_path_rest("a:b?"), "a:b%3f");
    }

    #[test]
    fn urls_keep_what_is_escaped_and_what_divides_them() {
        assert_eq!(escape_url("http://[::1]:80/a%20b?c=d#e"), "http://[::1]:80/a%20b?c=d#e");
        assert_eq!(escape_url("/\u{e4} <\"\r\n>"), "/%c3%a4%20%3c%22%0d%0a%3e");
    }

    #[test]
    fn pages_are_escaped() {
        assert_eq!(escape_html("plain"), "plain");
        assert_eq!(escape_html("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn whole_urls_are_told_from_paths() {
        assert!(is_url("http://x/") && is_url("file:/x"));
        assert!(!is_url("/x") && !is_url("x") && !is_url("://x") && !is_url("a b:/x"));
    }
}
