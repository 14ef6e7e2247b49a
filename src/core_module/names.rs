//! ServerName, ServerAlias, ServerPath: what a virtual host is called. Nothing of it is inherited.

use crate::config::{Complaint, Config};

/// What a server says of its names.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    pub(crate) server: Option<ServerName>,
    pub(crate) aliases: Vec<String>,
    pub(crate) path: Option<String>,
}

impl Config for Names {
    fn merge(&self, inner: &Self) -> Self {
        inner.clone()
    }
}

/// `ServerName [scheme://]host[:port]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerName {
    pub(crate) scheme: Option<String>,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

impl ServerName {
    pub(crate) fn read(text: &str) -> Result<Self, Complaint> {
        if text.contains(['*', '?']) {
            return Err(Complaint::new(format!("Invalid ServerName '{text}'"))
                .argument(0)
                .hint(format!("write: ServerAlias {text}")));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        // Without brackets, the colons of an IPv6 address are not before a port.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if host.ends_with(']') || !host.contains(':') => (host, Some(port)),
            _ => (rest, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || !host.bytes().all(is_host_byte) {
            return Err(Complaint::new(format!("Invalid name '{text}' for ServerName"))
                .argument(0)
                .hint("write a host name, like www.example.org or www.example.org:80"));
        }
        let port = port.map(|port| read_port(port).ok_or_else(|| bad_port(port))).transpose()?;
        Ok(Self { scheme, host: host.to_owned(), port })
    }
}

fn read_port(port: &str) -> Option<u16> {
    port.parse().ok().filter(|port| *port != 0)
}

fn bad_port(port: &str) -> Complaint {
    Complaint::new(format!("the port '{port}' in the ServerName directive is not 1 to 65535"))
        .argument(0)
        .hint("write a name alone, or a name and a port: www.example.org:80")
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b".-_:%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_names_have_scheme_host_and_port() {
        let table = [
            ("www.example.org", (None, "www.example.org", None)),
            ("https://www.example.org:8443", (Some("https"), "www.example.org", Some(8443))),
            ("[2001:db8::1]:80", (None, "2001:db8::1", Some(80))),
            ("2001:db8::1", (None, "2001:db8::1", None)),
        ];
        for (text, (scheme, host, port)) in table {
            let expected = ServerName { scheme: scheme.map(str::to_owned), host: host.to_owned(), port };
            assert_eq!(ServerName::read(text).unwrap(), expected);
        }
        for text in ["", "www.example.org:0", "www.example.org:x", "a b", "http://", "a/b"] {
            assert!(ServerName::read(text).is_err(), "{text}");
        }
    }
}
