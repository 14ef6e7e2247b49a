//! Conditional requests: what the client's If fields come to (RFC 9110, 13).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use http1::Verdict;
use http1::{Conditions, Validators};

use super::{Body, Request, Response, Value};

/// The last second that a date of HTTP can name: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// What the request's conditions come to for a representation with this ETag and this Last-Modified, in seconds
/// since the epoch.
pub fn evaluate(r: &Request, etag: Option<&[u8]>, modified: Option<i64>) -> Verdict {
    let (if_match, if_none_match) = (r.head.combined("If-Match"), r.head.combined("If-None-Match"));
    let conditions = Conditions {
        if_match: if_match.as_deref(),
        if_none_match: if_none_match.as_deref(),
        if_modified_since: date_field(r, "If-Modified-Since"),
        if_unmodified_since: date_field(r, "If-Unmodified-Since"),
    };
    conditions.evaluate(r.method(), &Validators { exists: true, etag, modified })
}

/// An answer with ETag or Last-Modified as the client's conditions make it: itself, 304 or 412. Answers other than
/// 2xx are left alone (RFC 9110, 13.2.1).
pub fn apply(r: &Request, response: Response) -> Response {
    if !(200..300).contains(&response.status) || r.error.is_some() {
        return response;
    }
    let modified = response.headers.get("Last-Modified").and_then(parse_date);
    match evaluate(r, response.headers.get("ETag"), modified) {
        Verdict::Proceed => response,
        Verdict::NotModified => Response { status: 304, body: Body::Empty, ..response },
        Verdict::Failed => Response::status(412),
    }
}

/// A date of HTTP in any of its three forms, as seconds since the epoch (RFC 9110, 5.6.7).
pub fn parse_date(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let date = httpdate::parse_http_date(text).ok()?;
    date.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs() as i64)
}

/// Seconds since the epoch as a date of HTTP. What is out of its reach becomes the nearest date.
pub fn format_date(seconds: i64) -> Value {
    let since = Duration::from_secs(seconds.clamp(0, LAST_SECOND).unsigned_abs());
    Value::from(httpdate::fmt_http_date(UNIX_EPOCH + since))
}

/// A point in time as seconds since the epoch.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// The date in a field; none if it is there twice, for then it is a list (RFC 9110, 13.1.3).
fn date_field(r: &Request, name: &str) -> Option<i64> {
    let mut values = r.head.get_all(name);
    let value = values.next()?;
    if values.next().is_some() { None } else { parse_date(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_three_forms() {
        let forms =
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
        for form in forms {
            assert_eq!(parse_date(form.as_bytes()), Some(784_111_777), "{form}");
        }
        assert_eq!(format_date(784_111_777).as_bytes(), forms[0].as_bytes());
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "0", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37 +0100", "\u{e4}"] {
            assert_eq!(parse_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn any_time_has_a_date() {
        assert_eq!(format_date(i64::MIN).as_bytes(), b"Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(format_date(i64::MAX).as_bytes(), b"Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
