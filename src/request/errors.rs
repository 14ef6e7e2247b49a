//! How an error is told to the client: ErrorDocument, or the standard page.

mod page;
mod texts;

use super::{Body, Method, Request, Response, methods, redirect, url};
use crate::config::{Scope, Template};
use crate::core_module::ErrorDocument;
use crate::log;

pub use page::signature;

/// What became of an error.
pub(crate) enum Told {
    /// This is the answer.
    Here(Box<Request>, Response),
    /// ErrorDocument names another URL of this server: that is asked now.
    Elsewhere(Box<Request>),
}

/// What describes a page that is not sent.
const OF_THE_CONTENT: [&str; 9] = [
    "Accept-Ranges",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-MD5",
    "Content-Type",
    "ETag",
    "Last-Modified",
];

/// A status that is told with a page which the handler left to the core.
pub(crate) fn is_left_to_us(response: &Response) -> bool {
    let has_page = response.status >= 300 && response.status != 304;
    matches!(response.body, Body::Default) && (has_page || !is_valid(response.status))
}

/// Makes the page of an error. Fields that the answer has besides are kept: a challenge, a `Location`, `Allow`.
pub(crate) fn tell(mut r: Box<Request>, mut response: Response) -> Told {
    if !is_valid(response.status) {
        log!(*r, Error, AH01579, "there is no status {}: 500 is sent for {}", response.status, r.path);
        response.status = 500;
    }
    response.headers.retain(|name, _| !OF_THE_CONTENT.iter().any(|other| other.eq_ignore_ascii_case(name)));
    if response.status == 405 {
        response.headers.set_if_absent("Allow", methods::allowed(&r));
    }
    if let Some(first) = r.error {
        return additionally(r, Response::status(first), response.status);
    }
    let configs = std::rc::Rc::clone(&r.configs);
    match configs.core().error_document(response.status) {
        None => page::standard(&r, &mut response, None),
        Some(ErrorDocument::Text(text)) => {
            let text = said(&r, &response, text);
            page::text(&r, &mut response, text);
        }
        Some(ErrorDocument::Url(url)) => {
            response = Response::redirect(302, url::escape_url(&said(&r, &response, url)).into_owned());
            page::standard(&r, &mut response, None);
        }
        Some(ErrorDocument::Path(path)) => {
            r.sent.status = response.status;
            let path = said(&r, &response, path);
            return match document(r, &response, &path) {
                Ok(next) => Told::Elsewhere(next),
                Err((r, status)) => additionally(r, response, status),
            };
        }
    }
    Told::Here(r, response)
}

/// The text of an ErrorDocument for this error.
fn said(r: &Request, response: &Response, text: &Template) -> String {
    text.text(&Scope::of(r).answer(response.status, &response.headers)).into_owned()
}

/// The request for an ErrorDocument. It is a GET, or a HEAD if the client asked for no more, whatever the method
/// was that failed; what was left of its body stays with it. Fields of the error go out with the document.
fn document(mut r: Box<Request>, error: &Response, path: &str) -> Result<Box<Request>, (Box<Request>, u16)> {
    let head = match r.method() {
        Method::Get | Method::Head => None,
        _ => Some(as_get(&r.head)),
    };
    r.env.set("REQUEST_METHOD", r.head.method().to_owned());
    if let Some(notes) = r.notes.get("error-notes").map(str::to_owned) {
        r.env.set("ERROR_NOTES", notes);
    }
    let body = std::mem::take(&mut r.body);
    let mut next = redirect::internal(r, path)?;
    if let Some((_, parent)) = &mut next.parent {
        parent.body = body;
    }
    if let Some(head) = head {
        next.head = head;
    }
    next.always_out.extend(&error.headers);
    next.error = Some(error.status);
    Ok(next)
}

fn as_get(head: &http1::Head) -> http1::Head {
    let mut get = http1::Head::new("GET", head.target(), head.version());
    for (name, value) in head.fields() {
        get.append(name, value);
    }
    get
}

/// The standard page of the first error, which says that its document failed too.
fn additionally(r: Box<Request>, mut first: Response, second: u16) -> Told {
    page::standard(&r, &mut first, Some(second));
    Told::Here(r, first)
}

fn is_valid(status: u16) -> bool {
    (100..600).contains(&status)
}
