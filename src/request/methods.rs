//! The methods that the core answers itself: OPTIONS and TRACE; and what it says of those that it does not know.

use super::{Body, Method, Request, Response};
use crate::core_module::TraceEnable;
use crate::log;

/// How much of a body `TraceEnable extended` sends back.
const TRACED_BODY: usize = 64 * 1024;

/// Fields that TRACE does not send back: they are the client's secrets, which its scripts must not be able to read
/// that way (RFC 9110, 9.3.8).
const SECRETS: [&str; 3] = ["Authorization", "Cookie", "Proxy-Authorization"];

/// The methods that files can be asked with, for `Allow`.
pub(crate) fn allowed(r: &Request) -> &'static str {
    match r.core().trace_enable() {
        TraceEnable::Off => "GET,HEAD,POST,OPTIONS",
        TraceEnable::On | TraceEnable::Extended => "GET,HEAD,POST,OPTIONS,TRACE",
    }
}

/// Answers OPTIONS for a resource of this server.
pub(crate) fn options(r: &Request) -> Response {
    Response::new(200, Body::Empty).header("Allow", allowed(r))
}

/// Refuses a method: 405 if it has a name, 501 if nobody knows it (RFC 9110, 9.1).
pub(crate) fn refuse(r: &Request) -> Response {
    let name = r.head.method();
    if r.method() == Method::Other {
        log!(*r, Error, AH00135, "Invalid method in request: {name}");
        return Response::status(501);
    }
    log!(*r, Info, AH00131, "{} does not take the method {name}", r.path);
    Response::status(405).header("Allow", allowed(r))
}

/// What comes before anything is mapped: `OPTIONS *`, which is only a ping, and TRACE.
pub(crate) async fn answer_early(r: &mut Request) -> Option<Response> {
    match r.method() {
        Method::Options if r.path == "*" => Some(Response::new(200, Body::Empty)),
        Method::Trace => Some(trace(r).await),
        _ => None,
    }
}

/// Sends the request back as it came.
async fn trace(r: &mut Request) -> Response {
    let has_body = r.body.remaining() != Some(0);
    match r.core().trace_enable() {
        TraceEnable::Off => Response::status(405).header("Allow", allowed(r)),
        TraceEnable::On if has_body => Response::status(413),
        TraceEnable::On | TraceEnable::Extended => {
            let mut echo = echo(r);
            match r.body.collect(TRACED_BODY).await {
                Ok(body) => echo.extend_from_slice(&body),
                Err(_) => return Response::status(413),
            }
            Response::new(200, Body::Bytes(echo.into())).header("Content-Type", "message/http")
        }
    }
}

fn echo(r: &Request) -> Vec<u8> {
    let mut echo = r.head.line().to_vec();
    echo.extend_from_slice(b"\r\n");
    let is_secret = |name: &str| SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(name));
    for (name, value) in r.head.fields().filter(|(name, _)| !is_secret(name)) {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            echo.extend_from_slice(part);
        }
    }
    echo.extend_from_slice(b"\r\n");
    echo
}
