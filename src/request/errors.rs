//! How an error is told to the client.

use super::{Body, Request, Response};

/// What became of an error.
pub(crate) enum Told {
    /// This is the answer.
    Here(Box<Request>, Response),
    /// ErrorDocument names another URL of this server.
    Elsewhere(Box<Request>),
}

/// A status that is told with a page which the handler left to the core.
pub(crate) fn is_left_to_us(response: &Response) -> bool {
    matches!(response.body, Body::Default) && response.status >= 300 && response.status != 304
}

/// Makes the page of an error.
pub(crate) fn tell(r: Box<Request>, mut response: Response) -> Told {
    response.body = format!("{}\n", response.status).into();
    Told::Here(r, response)
}
