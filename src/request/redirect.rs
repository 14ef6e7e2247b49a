//! One request in place of another: redirects inside the server.

use super::{Body, Relation, Request};
use crate::log;

/// How many internal redirects may follow each other where nothing else is configured.
const LIMIT: usize = 10;

/// The request for a local URL that takes the place of this one. `Err` gives the old one back: there
/// were more redirects than LimitInternalRecursion allows.
pub(crate) fn internal(mut r: Box<Request>, to: &str) -> Result<Box<Request>, Box<Request>> {
    if depth(&r) >= LIMIT {
        log!(*r, Error, AH00124, "{}: more than {LIMIT} internal redirects, the last to {to}", r.path);
        return Err(r);
    }
    let (path, query) = split(to);
    let head = r.head.clone();
    let body = std::mem::replace(&mut r.body, Body::Empty);
    let mut next = Request::new(std::rc::Rc::clone(&r.connection), r.vhost, head, path, query, body);
    next.client_ip = r.client_ip;
    next.time = r.time;
    next.parent = Some((Relation::Redirected, r));
    Ok(next)
}

fn depth(r: &Request) -> usize {
    std::iter::successors(Some(r), |r| r.parent.as_ref().map(|(_, parent)| &**parent)).count() - 1
}

fn split(url: &str) -> (String, Option<String>) {
    match url.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
        None => (url.to_owned(), None),
    }
}
