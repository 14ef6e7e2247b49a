//! What a handler answers with.

use http1::{Headers, Value};

use super::Body;

/// Status, header fields and body of an answer. The core adds `Date`, `Server`, framing and `Connection`.
#[derive(Debug, Default)]
pub struct Response {
    /// The status code, 100 to 599.
    pub status: u16,
    /// The header fields that the handler gives.
    pub headers: Headers,
    /// The body. [`Body::Default`] with an error status leaves it to ErrorDocument.
    pub body: Body,
}

impl Response {
    /// An answer of that status and body, no header fields yet.
    pub fn new(status: u16, body: impl Into<Body>) -> Self {
        Self { status, headers: Headers::default(), body: body.into() }
    }

    /// A status alone: the core makes the body (ErrorDocument, or the standard text).
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// `200 OK` with plain text.
    pub fn text(text: impl Into<Body>) -> Self {
        Self::new(200, text).header("Content-Type", "text/plain; charset=utf-8")
    }

    /// `200 OK` with a page.
    pub fn html(page: impl Into<Body>) -> Self {
        Self::new(200, page).header("Content-Type", "text/html; charset=utf-8")
    }

    /// A redirect: `status` is 301, 302, 303, 307 or 308.
    pub fn redirect(status: u16, location: String) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Sets a header field.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.headers.set(name, value);
        self
    }
}
