//! The last things that are done to an answer before the protocol sends it: fields that the file's name implies, fields
//! that modules asked for, output filters, ranges.

use std::rc::Rc;
use std::sync::Arc;

use super::{Body, Request, Response, Value, ranges};
use crate::hooks::Registry;

/// Fields of which an answer may have several: a module's is added to the handler's.
const ADDED: [&str; 3] = ["Set-Cookie", "Link", "Vary"];

/// What 304 leaves out: the client has the representation that these describe (RFC 9110, 15.4.5). Last-Modified stays beside ETag: what is
/// stored is updated by it, too (RFC 9111, 4.3.4), and Apache sends both.
const NOT_IN_304: [&str; 5] =
    ["Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Range"];

/// Finishes what a handler or a hook answered.
pub(crate) fn finish(r: &mut Request, registry: &Registry, mut response: Response) -> Response {
    if let (Some(error), 200) = (r.error, response.status) {
        response.status = error;
    }
    describe(r, &mut response);
    add_fields(r, &mut response);
    let always = r.always_out.clone();
    let response = filter(r, registry, response);
    let mut response = ranges::apply(r, response);
    if response.status == 304 {
        strip(&mut response);
    }
    if super::errors::is_left_to_us(&response) {
        // A range that cannot be had: the filters of its page, or of its document, are to add their fields, once.
        r.always_out = always;
    } else if !r.always_out.is_empty() {
        response.headers.extend(&r.always_out);
    }
    response
}

/// Finishes the page of an error: what a handler said of itself does not apply to it.
pub(crate) fn finish_error(r: &mut Request, registry: &Registry, response: Response) -> Response {
    let mut response = filter(r, registry, response);
    response.headers.extend(&r.always_out);
    response
}

/// Says what the content is, as far as the handler did not.
fn describe(r: &Request, response: &mut Response) {
    if matches!(response.body, Body::Empty | Body::Default) && response.status != 304 {
        return;
    }
    let headers = &mut response.headers;
    if !headers.contains("Content-Type")
        && let Some(media_type) = &r.content.media_type
    {
        headers.add("Content-Type", with_default_charset(r, media_type.as_bytes()));
    } else if r.core().add_default_charset().is_some()
        && let Some(media_type) = headers.get("Content-Type")
    {
        let charged = with_default_charset(r, media_type);
        headers.set("Content-Type", charged);
    }
    if let Some(encoding) = &r.content.encoding {
        headers.set_if_absent("Content-Encoding", encoding);
    }
    if !r.content.languages.is_empty() {
        headers.set_if_absent("Content-Language", r.content.languages.join(", "));
    }
}

/// AddDefaultCharset is for text/plain and text/html that name none.
fn with_default_charset(r: &Request, media_type: &[u8]) -> Value {
    match r.core().add_default_charset() {
        Some(charset) if wants_charset(media_type) => {
            Value::from([media_type, b"; charset=", charset.as_bytes()].concat())
        }
        _ => Value::from(media_type),
    }
}

fn wants_charset(media_type: &[u8]) -> bool {
    let mut parts = media_type.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
    let base = parts.next().unwrap_or_default();
    let is_text = [&b"text/html"[..], b"text/plain"].iter().any(|text| base.eq_ignore_ascii_case(text));
    is_text && !parts.any(|part| part.len() >= 8 && part[..8].eq_ignore_ascii_case(b"charset="))
}

/// What modules asked for ahead of the handler; the handler's own word counts more.
fn add_fields(r: &Request, response: &mut Response) {
    if r.headers_out.is_empty() {
        return;
    }
    let given: Vec<String> = response.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    for (name, value) in r.headers_out.iter() {
        let is_added = ADDED.iter().any(|added| added.eq_ignore_ascii_case(name));
        if is_added || !given.contains(&name.to_ascii_lowercase()) {
            response.headers.add(name.to_owned(), value);
        }
    }
}

/// Sends an answer through the output filters that were chosen.
fn filter(r: &mut Request, registry: &Registry, mut response: Response) -> Response {
    if matches!(response.body, Body::Default) {
        response.body = Body::Empty;
    }
    if r.filters.places().is_empty() {
        return response;
    }
    let chosen = std::mem::take(&mut r.filters);
    let configs = Rc::clone(&r.configs);
    for place in chosen.places() {
        if let Some(row) = registry.filters.get(usize::from(*place)) {
            response = row.filter.call(r, configs.get(row.module), response);
        }
    }
    r.filters = chosen;
    response
}

fn strip(response: &mut Response) {
    response.body = Body::Empty;
    response.headers.retain(|name, _| !NOT_IN_304.iter().any(|left_out| left_out.eq_ignore_ascii_case(name)));
}

/// What SetOutputFilter and its kind say, before modules add theirs.
pub(crate) fn add_configured_filters(r: &mut Request, registry: &Registry) {
    let configs = Rc::clone(&r.configs);
    for name in configs.core().output_filters() {
        r.filters.add(&registry.filters, name);
    }
}

/// What SetHandler and ForceType say, over what the file's name says.
pub(crate) fn override_type(r: &mut Request) {
    let configs = Rc::clone(&r.configs);
    let core = configs.core();
    if let Some(media_type) = core.force_type() {
        r.content.media_type = Some(Arc::clone(media_type));
    }
    if let Some(handler) = core.set_handler() {
        r.content.handler = handler.handler(r);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_text_and_pages_want_a_charset() {
        let table = [
            ("text/html", true),
            ("Text/Plain; format=flowed", true),
            ("text/html; Charset=x", false),
            ("text/html;charset=x", false),
            ("text/css", false),
            ("", false),
        ];
        for (media_type, expected) in table {
            assert_eq!(wants_charset(media_type.as_bytes()), expected, "{media_type}");
        }
    }

    #[test]
    fn a_304_keeps_the_validators_and_what_caches_need() {
        let mut response = Response::status(304)
            .header("Content-Type", "text/html")
            .header("ETag", "\"1\"")
            .header("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT")
            .header("Cache-Control", "no-cache");
        strip(&mut response);
        let names: Vec<&str> = response.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["ETag", "Last-Modified", "Cache-Control"]);
    }
}
