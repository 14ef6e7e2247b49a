//! One request in place of another, or for another's sake: internal redirects and sub-requests.

use std::cell::Cell;
use std::mem;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::{Body, BoxFuture, Relation, Request, Response, phases, url};
use crate::explain::StepKind;
use crate::log;

/// The request for a local URL that takes the place of this one and points to it. `Err` gives the old one
/// back with the status of what is wrong: more redirects than LimitInternalRecursion allows, a URL that will not do.
///
/// As in Apache, the new one starts with the old one's environment, each name with `REDIRECT_` in front.
pub(crate) fn internal(mut r: Box<Request>, to: &str) -> Result<Box<Request>, (Box<Request>, u16)> {
    let limit = r.core().limit_internal_recursion().redirects;
    if depth(&r, Relation::Redirected) >= limit {
        log!(*r, Error, AH00124, "{}: more than {limit} internal redirects, the last to {to}", r.path);
        return Err((r, 500));
    }
    let (path, query) = match resolve(&r, to) {
        Ok(resolved) => resolved,
        Err(status) => return Err((r, status)),
    };
    let body = mem::replace(&mut r.body, Body::Empty);
    let mut next = Request::new(Rc::clone(&r.connection), r.vhost, r.head.clone(), path, query, body);
    next.client_ip = r.client_ip;
    next.time = r.time;
    next.always_out = mem::take(&mut r.always_out);
    next.error = r.error;
    next.sent.received_bytes = r.sent.received_bytes;
    set_redirect_env(&mut next, &r);
    r.note_step(StepKind::Request, None, || format!("an internal redirect to {to}"));
    next.parent = Some((Relation::Redirected, r));
    Ok(next)
}

fn set_redirect_env(next: &mut Request, r: &Request) {
    for (name, text) in r.env.iter() {
        next.env.set(format!("REDIRECT_{name}"), text.to_owned());
    }
    let whole = r.core().qualify_redirect_url();
    next.env.set("REDIRECT_URL", if whole { url::construct_url(r, &r.path) } else { r.path.clone() });
    if let Some(query) = &r.query {
        next.env.set("REDIRECT_QUERY_STRING", query.clone());
    }
    let status = if r.sent.status == 0 { 200 } else { r.sent.status };
    next.env.set("REDIRECT_STATUS", status.to_string());
}

/// A sub-request that went through the phases up to its handler.
pub struct Looked {
    /// The sub-request: what its URL is mapped to, what that is.
    pub request: Box<Request>,
    /// The answer that came before the handler was reached: a refusal or a redirect.
    pub early: Option<Box<Response>>,
}

/// Looks a URL of this server up without answering it. A relative one starts where `r` is.
pub fn lookup_uri<'a>(r: &'a mut Request, to: &'a str) -> BoxFuture<'a, Looked> {
    Box::pin(async move {
        match resolve(r, to) {
            Ok((path, query)) => {
                let sub = sub_request(r, path, query);
                look(r, sub).await
            }
            Err(status) => refused(sub_request(r, to.to_owned(), None), status),
        }
    })
}

/// How many sub-requests of expressions may wait for each other, if LimitInternalRecursion allows so many: rules that
/// ask several questions each multiply with every step.
const ASKED_MAX: usize = 3;

/// What [`is_accessible`] is asked about.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A URL of this server, which may be relative to where the request is: nothing refuses it.
    Url(&'a str),
    /// The path of a file: it is there, and nothing refuses it.
    File(&'a str),
}

/// Whether the phases up to the handler let a URL or a file pass: `-U` and `-F` of expressions. They cannot wait: what
/// has to ask others first, a user database, does not let it pass.
pub fn is_accessible(r: &Request, asked: Asked<'_>) -> bool {
    thread_local! {
        /// How many such questions wait for each other: the rules of the one asked about may ask again.
        static ASKED: Cell<usize> = const { Cell::new(0) };
    }
    let limit = r.core().limit_internal_recursion().sub_requests.min(ASKED_MAX);
    if ASKED.get() >= limit {
        log!(
            *r,
            Error,
            AH20871,
            "{}: expressions ask for sub-requests that ask for others, deeper than {limit}",
            r.path
        );
        return false;
    }
    /// Counts down even where a module panics.
    struct Asking;
    impl Drop for Asking {
        fn drop(&mut self) {
            ASKED.set(ASKED.get().saturating_sub(1));
        }
    }
    ASKED.set(ASKED.get() + 1);
    let _asking = Asking;
    passes(r, asked)
}

fn passes(r: &Request, asked: Asked<'_>) -> bool {
    let mapped = match asked {
        Asked::Url(url) => resolve(r, url),
        Asked::File(_) => Ok((r.path.clone(), None)),
    };
    let Ok((path, query)) = mapped else { return false };
    let mut sub = sub_request(r, path, query);
    sub.head = r.head.clone();
    sub.parent = Some((Relation::SubRequest, sub_request(r, r.path.clone(), None)));
    if let Asked::File(file) = asked {
        sub.map.file = Some(file.to_owned());
    }
    r.note_step(StepKind::Request, None, || format!("an expression asks for {}", sub.path));
    let registry = &r.connection.thread.generation.registry;
    let prepared = pin!(phases::prepare(&mut sub, registry)).poll(&mut Context::from_waker(Waker::noop()));
    match (prepared, asked) {
        (Poll::Ready(Ok(())), Asked::File(_)) => sub.map.info.is_some(),
        (Poll::Ready(Ok(())), Asked::Url(_)) => true,
        (Poll::Ready(Err(early)), Asked::Url(_)) => early.status < 400,
        (Poll::Ready(Err(_)), Asked::File(_)) | (Poll::Pending, _) => false,
    }
}

/// Makes `r` what the sub-request found, as if its URL had been asked for: `ap_internal_fast_redirect`.
pub fn fast(r: &mut Request, found: Request) {
    r.note_step(StepKind::Request, None, || format!("{} takes its place", found.path));
    r.path = found.path;
    r.query = found.query;
    r.map = found.map;
    r.content = found.content;
    if found.identity.user.is_some() {
        r.identity = found.identity;
    }
    for (name, value) in found.headers_out.iter() {
        // Both looked at the same fields of the request.
        if name.eq_ignore_ascii_case("Vary") {
            http1::list(value).for_each(|member| r.headers_out.merge("Vary", member));
        } else {
            r.headers_out.add(name.to_owned(), value);
        }
    }
    r.always_out.extend(&found.always_out);
    r.env = found.env;
    for (name, text) in found.notes.iter() {
        r.notes.set(name.to_owned(), text.to_owned());
    }
    r.configs = found.configs;
    r.filters = found.filters;
    // What the other's answer follows from, this one's does now: of two epochs the earlier is the shorter.
    r.is_steady &= found.is_steady;
    r.epoch = r.epoch.or(found.epoch);
    r.stamps.extend(found.stamps);
}

/// A request of the server's own, not yet linked to `r`.
fn sub_request(r: &Request, path: String, query: Option<String>) -> Box<Request> {
    let head = http1::Head::default();
    let mut sub = Request::new(Rc::clone(&r.connection), r.vhost, head, path, query, Body::Empty);
    sub.client_ip = r.client_ip;
    sub.time = r.time;
    sub.env = r.env.clone();
    sub
}

/// Runs the phases on the sub-request. While they run, `r` is the sub-request and its parent the request
/// itself, for hooks hold their request by reference; the client's head goes back and forth instead of being copied.
async fn look(r: &mut Request, mut sub: Box<Request>) -> Looked {
    let limit = r.core().limit_internal_recursion().sub_requests;
    if depth(r, Relation::SubRequest) >= limit {
        log!(*r, Error, AH00125, "{}: sub-requests are nested deeper than {limit}", r.path);
        return refused(sub, 500);
    }
    let thread = Rc::clone(&r.connection.thread);
    r.note_step(StepKind::Request, None, || format!("a look at {}", sub.path));
    mem::swap(&mut r.head, &mut sub.head);
    mem::swap(r, &mut *sub);
    r.parent = Some((Relation::SubRequest, sub));
    let early = phases::prepare(r, &thread.generation.registry).await.err();
    let Some((_, mut request)) = r.parent.take() else {
        // A hook took the parent away, and with it what `r` was.
        return refused(sub_request(r, r.path.clone(), None), 500);
    };
    mem::swap(r, &mut *request);
    mem::swap(&mut r.head, &mut request.head);
    Looked { request, early }
}

fn depth(r: &Request, relation: Relation) -> usize {
    let ancestors = std::iter::successors(r.parent.as_ref(), |(_, parent)| parent.parent.as_ref());
    ancestors.filter(|(kind, _)| *kind == relation).count()
}

/// The request that sub-requests were made for, where one of them ended in a panic and was left in its place.
pub(crate) fn main_request(mut r: Box<Request>) -> Box<Request> {
    while r.is_sub_request()
        && let Some((_, mut parent)) = r.parent.take()
    {
        mem::swap(&mut parent.head, &mut r.head);
        r = parent;
    }
    r
}

fn refused(request: Box<Request>, status: u16) -> Looked {
    Looked { request, early: Some(Box::new(Response::status(status))) }
}

/// The decoded path and the query of a URL that may be relative to where `r` is. `Err` is the status that answers
/// one that leads nowhere.
fn resolve(r: &Request, to: &str) -> Result<(String, Option<String>), u16> {
    let (path, query) = match to.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (to, None),
    };
    if path.starts_with('/') {
        return Ok((url::decode(r, path)?, query));
    }
    let folder = r.path.rfind('/').map_or("/", |slash| &r.path[..=slash]);
    let whole = format!("{}{path}", url::escape_path(folder));
    Ok((url::decode(r, &whole)?, query))
}
