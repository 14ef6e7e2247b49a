//! Request targets: RFC 9112, 3.2.

use crate::{Authority, Method};

/// The four forms of a request target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `/path?query`
    Origin,
    /// `http://host/path?query`
    Absolute,
    /// `host:port`, of CONNECT alone
    Authority,
    /// `*`, of OPTIONS alone
    Asterisk,
}

/// A request target in its parts, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// The form it has.
    pub form: Form,
    /// The scheme of the absolute form, otherwise empty.
    pub scheme: &'a [u8],
    /// The host of the absolute and the authority form. It takes the place of the Host field (RFC 9112, 3.2.2).
    pub authority: Option<Authority<'a>>,
    /// The path with its escapes: `*` in asterisk form, empty in authority form, `/` where an absolute form has none.
    pub path: &'a [u8],
    /// What follows the first `?`.
    pub query: Option<&'a [u8]>,
}

/// Why a target or a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetError {
    /// 400, or 404 for an escape that may not be in a path.
    pub status: u16,
    /// What is wrong, for the log.
    pub reason: &'static str,
}

impl std::fmt::Display for TargetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for TargetError {}

impl<'a> Target<'a> {
    /// Takes the target of a request with this method apart.
    pub fn parse(method: Method, target: &'a [u8]) -> Result<Target<'a>, TargetError> {
        let (rest, query) = split_query(target);
        if target.contains(&b'#') {
            return Err(bad("a fragment in the request target"));
        }
        let empty = Target { form: Form::Origin, scheme: b"", authority: None, path: rest, query };
        match (method, rest.first()) {
            (Method::Connect, _) => authority_form(target),
            (_, Some(b'/')) => Ok(empty),
            (Method::Options, Some(b'*')) if target == b"*" => Ok(Target { form: Form::Asterisk, ..empty }),
            _ => absolute_form(method, rest, query),
        }
    }
}

fn authority_form(target: &[u8]) -> Result<Target<'_>, TargetError> {
    let authority = Authority::parse(target).filter(|authority| authority.port.is_some());
    if authority.is_none() {
        return Err(bad("the target of CONNECT is not a host and a port"));
    }
    Ok(Target { form: Form::Authority, scheme: b"", authority, path: b"", query: None })
}

fn absolute_form<'a>(
    method: Method,
    rest: &'a [u8],
    query: Option<&'a [u8]>,
) -> Result<Target<'a>, TargetError> {
    let colon = rest.iter().position(|&byte| byte == b':').unwrap_or(0);
    let (scheme, after) = rest.split_at(colon);
    let Some(after) = after.strip_prefix(b"://").filter(|_| is_scheme(scheme)) else {
        return Err(bad("the request target is neither a path nor a URL"));
    };
    let slash = after.iter().position(|&byte| byte == b'/').unwrap_or(after.len());
    let (host, path) = after.split_at(slash);
    // User information is an error as well: it serves to mislead (RFC 9110, 4.2.4).
    let Some(authority) = Authority::parse(host) else {
        return Err(bad("the host in the request target is malformed"));
    };
    let (form, path): (Form, &[u8]) = match (path, query, method) {
        (b"", None, Method::Options) => (Form::Asterisk, b"*"),
        (b"", ..) => (Form::Absolute, b"/"),
        (path, ..) => (Form::Absolute, path),
    };
    Ok(Target { form, scheme, authority: Some(authority), path, query })
}

/// RFC 3986, 3.1.
fn is_scheme(scheme: &[u8]) -> bool {
    let rest = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    scheme.first().is_some_and(u8::is_ascii_alphabetic) && scheme.iter().all(rest)
}

fn split_query(target: &[u8]) -> (&[u8], Option<&[u8]>) {
    match target.iter().position(|&byte| byte == b'?') {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}

pub(crate) fn bad(reason: &'static str) -> TargetError {
    TargetError { status: 400, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(method: Method, target: &[u8]) -> String {
        let Ok(t) = Target::parse(method, target) else { return "400".to_owned() };
        let authority = t.authority.map(|a| format!("{}:{}", a.host, a.port.unwrap_or(0)));
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        format!("{:?} {} {authority:?} {} {:?}", t.form, text(t.scheme), text(t.path), t.query.map(text))
    }

    #[test]
    fn forms() {
        let table: [(Method, &[u8], &str); 27] = [
            (Method::Get, b"/", "Origin  None / None"),
            (Method::Get, b"/a?b?c", "Origin  None /a Some(\"b?c\")"),
            (Method::Get, b"/?", "Origin  None / Some(\"\")"),
            (Method::Get, b"//x/y", "Origin  None //x/y None"),
            (Method::Get, b"/http://x", "Origin  None /http://x None"),
            (Method::Get, b"/\xe4", "Origin  None /\\xe4 None"),
            (Method::Get, b"http://x/a?b", "Absolute http Some(\"x:0\") /a Some(\"b\")"),
            (Method::Get, b"HTTP://x:81", "Absolute HTTP Some(\"x:81\") / None"),
            (Method::Get, b"http://x?a/b", "Absolute http Some(\"x:0\") / Some(\"a/b\")"),
            (Method::Get, b"https://[::1]:8/", "Absolute https Some(\"[::1]:8\") / None"),
            (Method::Options, b"*", "Asterisk  None * None"),
            (Method::Options, b"http://x", "Asterisk http Some(\"x:0\") * None"),
            (Method::Options, b"http://x/", "Absolute http Some(\"x:0\") / None"),
            (Method::Connect, b"x:443", "Authority  Some(\"x:443\")  None"),
            (Method::Connect, b"x", "400"),
            (Method::Connect, b"/", "400"),
            (Method::Connect, b"http://x:1/", "400"),
            (Method::Get, b"", "400"),
            (Method::Get, b"*", "400"),
            (Method::Options, b"*?a", "400"),
            (Method::Get, b"x:443", "400"),
            (Method::Get, b"a/b", "400"),
            (Method::Get, b"http:/a", "400"),
            (Method::Get, b"http:///a", "400"),
            (Method::Get, b"://x/a", "400"),
            (Method::Get, b"http://u@x/", "400"),
            (Method::Get, b"/a#b", "400"),
        ];
        for (method, target, expected) in table {
            assert_eq!(shown(method, target), expected, "{}", target.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_bytes(target in prop::collection::vec(any::<u8>(), 0..40)) {
            for method in [Method::Get, Method::Options, Method::Connect] {
                let _ = Target::parse(method, &target);
            }
        }
    }
}
