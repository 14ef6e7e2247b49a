//! Request methods: RFC 9110, 9 and what WebDAV adds.

/// The methods that Apache registers. Names are compared with regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// GET
    #[default]
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
    /// OPTIONS
    Options,
    /// TRACE
    Trace,
    /// CONNECT
    Connect,
    /// PATCH (RFC 5789)
    Patch,
    /// PROPFIND (RFC 4918, as are the next six)
    Propfind,
    /// PROPPATCH
    Proppatch,
    /// MKCOL
    Mkcol,
    /// COPY
    Copy,
    /// MOVE
    Move,
    /// LOCK
    Lock,
    /// UNLOCK
    Unlock,
    /// VERSION-CONTROL (RFC 3253, as are the rest)
    VersionControl,
    /// CHECKOUT
    Checkout,
    /// UNCHECKOUT
    Uncheckout,
    /// CHECKIN
    Checkin,
    /// UPDATE
    Update,
    /// LABEL
    Label,
    /// REPORT
    Report,
    /// MKWORKSPACE
    Mkworkspace,
    /// MKACTIVITY
    Mkactivity,
    /// BASELINE-CONTROL
    BaselineControl,
    /// MERGE
    Merge,
    /// Any other token: only its name says what it is.
    Other,
}

/// In the order of the enum.
const NAMES: [(&str, Method); 27] = [
    ("GET", Method::Get),
    ("HEAD", Method::Head),
    ("POST", Method::Post),
    ("PUT", Method::Put),
    ("DELETE", Method::Delete),
    ("OPTIONS", Method::Options),
    ("TRACE", Method::Trace),
    ("CONNECT", Method::Connect),
    ("PATCH", Method::Patch),
    ("PROPFIND", Method::Propfind),
    ("PROPPATCH", Method::Proppatch),
    ("MKCOL", Method::Mkcol),
    ("COPY", Method::Copy),
    ("MOVE", Method::Move),
    ("LOCK", Method::Lock),
    ("UNLOCK", Method::Unlock),
    ("VERSION-CONTROL", Method::VersionControl),
    ("CHECKOUT", Method::Checkout),
    ("UNCHECKOUT", Method::Uncheckout),
    ("CHECKIN", Method::Checkin),
    ("UPDATE", Method::Update),
    ("LABEL", Method::Label),
    ("REPORT", Method::Report),
    ("MKWORKSPACE", Method::Mkworkspace),
    ("MKACTIVITY", Method::Mkactivity),
    ("BASELINE-CONTROL", Method::BaselineControl),
    ("MERGE", Method::Merge),
];

impl Method {
    /// The method of this name; [`Method::Other`] if it is none of the above.
    pub fn from_bytes(name: &[u8]) -> Method {
        let known = NAMES.iter().find(|(known, _)| known.as_bytes() == name);
        known.map_or(Method::Other, |&(_, method)| method)
    }

    /// Its name; empty for [`Method::Other`], whose name is in the head.
    pub fn name(self) -> &'static str {
        NAMES.get(self as usize).map_or("", |(name, _)| name)
    }

    /// All methods that have a name, in Apache's order as far as it has one.
    pub fn all() -> impl Iterator<Item = Method> {
        NAMES.iter().map(|&(_, method)| method)
    }

    /// Whether the request only reads (RFC 9110, 9.2.1).
    pub fn is_safe(self) -> bool {
        use Method::{Get, Head, Options, Propfind, Report, Trace};
        matches!(self, Get | Head | Options | Trace | Propfind | Report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_methods_are_one_to_one() {
        for (at, (name, method)) in NAMES.iter().enumerate() {
            assert_eq!(*method as usize, at);
            assert_eq!(Method::from_bytes(name.as_bytes()), *method);
            assert_eq!(method.name(), *name);
        }
        assert_eq!(Method::Other as usize, NAMES.len());
        assert_eq!(Method::from_bytes(b"get"), Method::Other);
        assert_eq!(Method::Other.name(), "");
    }
}
