//! Heads out: the status line and the fields of a response.

use crate::{Headers, Version};

/// Statuses and their phrases: RFC 9110, 15 and the IANA registry (WebDAV, early hints, ...), with 509, which Apache
/// does not know but administrators use.
const REASONS: [(u16, &str); 62] = [
    (100, "Continue"),
    (101, "Switching Protocols"),
    (102, "Processing"),
    (103, "Early Hints"),
    (200, "OK"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "Non-Authoritative Information"),
    (204, "No Content"),
    (205, "Reset Content"),
    (206, "Partial Content"),
    (207, "Multi-Status"),
    (208, "Already Reported"),
    (226, "IM Used"),
    (300, "Multiple Choices"),
    (301, "Moved Permanently"),
    (302, "Found"),
    (303, "See Other"),
    (304, "Not Modified"),
    (305, "Use Proxy"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (402, "Payment Required"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (407, "Proxy Authentication Required"),
    (408, "Request Timeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "Length Required"),
    (412, "Precondition Failed"),
    (413, "Content Too Large"),
    (414, "URI Too Long"),
    (415, "Unsupported Media Type"),
    (416, "Range Not Satisfiable"),
    (417, "Expectation Failed"),
    (418, "I'm a teapot"),
    (421, "Misdirected Request"),
    (422, "Unprocessable Content"),
    (423, "Locked"),
    (424, "Failed Dependency"),
    (425, "Too Early"),
    (426, "Upgrade Required"),
    (428, "Precondition Required"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (451, "Unavailable For Legal Reasons"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
    (505, "HTTP Version Not Supported"),
    (506, "Variant Also Negotiates"),
    (507, "Insufficient Storage"),
    (508, "Loop Detected"),
    (510, "Not Extended"),
    (511, "Network Authentication Required"),
];

/// The phrase of a status; empty if it is not a registered one.
pub fn reason(status: u16) -> &'static str {
    REASONS.binary_search_by_key(&status, |row| row.0).map_or("", |at| REASONS[at].1)
}

/// Writes the status line. The version is the one that this server speaks (RFC 9112, 4), whatever the client's, but for
/// clients that cannot bear it. A status outside of 100 to 999 is sent as 500.
pub fn write_status_line(out: &mut Vec<u8>, version: Version, status: u16) {
    if (version, status) == (Version::Http11, 200) {
        return out.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
    }
    let status = if (100..1000).contains(&status) { status } else { 500 };
    out.extend_from_slice(version.name().as_bytes());
    let digit = |value: u16| b'0' + (value % 10) as u8;
    out.extend_from_slice(&[b' ', digit(status / 100), digit(status / 10), digit(status), b' ']);
    out.extend_from_slice(reason(status).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Writes the fields, each a line; not the empty line that ends the head.
pub fn write_fields(out: &mut Vec<u8>, headers: &Headers) {
    for (name, value) in headers.iter() {
        out.reserve(name.len() + value.len() + 4);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
}

/// Writes a whole head: status line, fields, empty line.
pub fn write_head(out: &mut Vec<u8>, status: u16, headers: &Headers) {
    write_status_line(out, Version::Http11, status);
    write_fields(out, headers);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_in_order_and_not_empty() {
        assert!(REASONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(REASONS.iter().all(|row| !row.1.is_empty() && reason(row.0) == row.1));
        assert_eq!((reason(99), reason(299), reason(999)), ("", "", ""));
    }

    #[test]
    fn heads() {
        let mut headers = Headers::new();
        headers.set("Content-Length", 3u64);
        headers.set("X", "");
        let mut out = Vec::new();
        write_head(&mut out, 404, &headers);
        assert_eq!(out, b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nX: \r\n\r\n");
        for (status, expected) in [(299, "HTTP/1.1 299 \r\n"), (0, "HTTP/1.1 500 Internal Server Error\r\n")]
        {
            out.clear();
            write_status_line(&mut out, Version::Http11, status);
            assert_eq!(out, expected.as_bytes());
        }
    }
}
