//! Virtual hosts: who answers, by address, port and name.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::log::LogFile;
use super::pace::Paces;
use super::proxied::ProxyHeads;
use crate::config::sections::Sections;
use crate::config::{Configs, wild};

/// How long a name can be and still be looked for: DNS allows 253 bytes.
const NAME_MAX: usize = 255;

/// A virtual host, or the main server.
pub struct Vhost {
    /// ServerName without port; the main server's where none is given.
    pub name: String,
    /// The port of ServerName.
    pub port: Option<u16>,
    /// The scheme of ServerName: `http` where none is given.
    pub scheme: String,
    /// ServerAlias names, lower case, without wild cards.
    pub aliases: Vec<String>,
    /// ServerAlias patterns with `*` and `?`, lower case.
    pub wild_aliases: Vec<String>,
    /// ServerPath: the path under which clients that send no Host find it.
    pub path: Option<String>,
    /// The addresses of `<VirtualHost>`; empty for the main server.
    pub addresses: Vec<VhostAddress>,
    /// Where it stands; `None` for the main server.
    pub position: Option<conf::Position>,
    /// The main server's configuration merged with its own.
    pub configs: Configs,
    /// The sections that stand in it; the main server's apply as well, before them.
    pub sections: Sections,
    /// How fast its clients must send.
    pub paces: Paces,
    /// Whose connections begin with a proxy's head, if it is the first of its address.
    pub proxied: Option<ProxyHeads>,
    /// Where its errors go.
    pub error_log: Arc<LogFile>,
}

impl Vhost {
    /// A Host field, with or without port, names it: ServerName or ServerAlias.
    pub fn has_name(&self, host: &str) -> bool {
        let name = without_port(host);
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        name.eq_ignore_ascii_case(&self.name)
            || self.aliases.contains(&name)
            || self.wild_aliases.iter().any(|pattern| wild::matches_name(pattern, &name))
    }
}

/// An address of `<VirtualHost>`: `None` is `*` or `_default_`, for the port too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VhostAddress {
    /// The IP address.
    pub ip: Option<IpAddr>,
    /// The port.
    pub port: Option<u16>,
}

/// Why an address of `<VirtualHost>` names no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressError {
    /// It is not written as an address.
    Invalid,
    /// The name has no address now.
    Unresolved(String),
}

impl VhostAddress {
    /// `*`, `_default_`, an IPv4 address, `[an IPv6 address]` or a name; then `:port` or `:*`. Names are looked up and
    /// may have several addresses.
    pub fn read(text: &str) -> Result<Vec<Self>, AddressError> {
        let bare_v6 = text.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6());
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !bare_v6 && !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = match port {
            None | Some("*") => None,
            // A port that is none makes the whole the name of a host, as in Apache.
            Some(port) if !port.bytes().all(|b| b.is_ascii_digit()) => {
                return Err(AddressError::Unresolved(text.to_owned()));
            }
            Some(port) => Some(port.parse().ok().filter(|port| *port != 0).ok_or(AddressError::Invalid)?),
        };
        if host == "*" || host.eq_ignore_ascii_case("_default_") {
            return Ok(vec![Self { ip: None, port }]);
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains(['[', ']']) {
            return Err(AddressError::Invalid);
        }
        if let Ok(ip) = bare.unwrap_or(host).parse::<IpAddr>() {
            return Ok(vec![Self { ip: Some(ip.to_canonical()), port }]);
        }
        let has_scope = bare.unwrap_or(host).contains('%');
        let is_number = host.bytes().all(|b| b.is_ascii_digit());
        if (bare.is_some() && !has_scope) || is_number {
            return Err(AddressError::Invalid);
        }
        let host = bare.unwrap_or(host);
        let mut found: Vec<Self> = (host, 0)
            .to_socket_addrs()
            .map_err(|_| AddressError::Unresolved(host.to_owned()))?
            .map(|address| Self { ip: Some(address.ip().to_canonical()), port })
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl fmt::Display for VhostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            None => f.write_str("*")?,
            Some(IpAddr::V4(ip)) => write!(f, "{ip}")?,
            Some(IpAddr::V6(ip)) => write!(f, "[{ip}]")?,
        }
        match self.port {
            None => f.write_str(":*"),
            Some(port) => write!(f, ":{port}"),
        }
    }
}

/// Virtual hosts by address, then by name.
#[derive(Debug, Default)]
pub struct AddressMap {
    by_address: FxHashMap<VhostAddress, NameMap>,
}

/// The virtual hosts of one address, the first being the default.
#[derive(Debug, Default)]
pub struct NameMap {
    /// In the order of the file.
    pub vhosts: Vec<usize>,
    names: FxHashMap<String, usize>,
    /// `.example.org` for `*.example.org`: names with any such end are looked up, not compared with each.
    ends: FxHashMap<String, usize>,
    /// Names with `*` and `?` in other places.
    wild: Vec<(String, usize)>,
}

impl AddressMap {
    /// The virtual hosts that can answer on a local address: the most exact address wins, as in Apache:
    /// `ip:port`, `ip:*`, `*:port`, `*:*`. `None` leaves it to the main server.
    pub fn on(&self, local: SocketAddr) -> Option<&NameMap> {
        if self.by_address.is_empty() {
            return None;
        }
        let (ip, port) = (Some(local.ip().to_canonical()), Some(local.port()));
        let tries = [(ip, port), (ip, None), (None, port), (None, None)];
        tries.into_iter().find_map(|(ip, port)| self.by_address.get(&VhostAddress { ip, port }))
    }

    /// Adds a virtual host under one of its addresses.
    pub(crate) fn add(&mut self, address: VhostAddress, vhost: usize, named: &Vhost) {
        let names = self.by_address.entry(address).or_default();
        // One that has an address twice comes twice, but with no other in between.
        if names.vhosts.last() != Some(&vhost) {
            names.vhosts.push(vhost);
        }
        for name in std::iter::once(named.name.to_ascii_lowercase()).chain(named.aliases.iter().cloned()) {
            if !name.is_empty() {
                names.names.entry(name).or_insert(vhost);
            }
        }
        for pattern in &named.wild_aliases {
            names.add_wild(pattern, vhost);
        }
    }

    /// Every address with its virtual hosts, for `httpd -S`.
    pub fn iter(&self) -> impl Iterator<Item = (&VhostAddress, &NameMap)> {
        self.by_address.iter()
    }
}

impl NameMap {
    /// The virtual host of a Host field, with or without port; the first of the address where none has the name.
    pub fn named(&self, host: &str) -> Option<usize> {
        let name = without_port(host);
        let name = name.strip_suffix('.').unwrap_or(name);
        let mut lower = [0; NAME_MAX];
        let name = match lower.get_mut(..name.len()) {
            Some(lower) if name.bytes().any(|b| b.is_ascii_uppercase()) => {
                lower.copy_from_slice(name.as_bytes());
                lower.make_ascii_lowercase();
                std::str::from_utf8(lower).unwrap_or(name)
            }
            _ => name,
        };
        let exact = self.names.get(name).copied();
        exact.or_else(|| self.alike(name)).or(self.first())
    }

    fn add_wild(&mut self, pattern: &str, vhost: usize) {
        let is_plain = |end: &str| end.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        match pattern.strip_prefix('*') {
            Some(end) if end.starts_with('.') && is_plain(end) => {
                self.ends.entry(end.to_owned()).or_insert(vhost);
            }
            _ => self.wild.push((pattern.to_owned(), vhost)),
        }
    }

    /// The first virtual host with a pattern that the name matches.
    fn alike(&self, name: &str) -> Option<usize> {
        // Longer ones are no names (RFC 1035, 2.3.4), and with many dots much work.
        let dotted = if name.len() <= NAME_MAX { name } else { "" };
        let dots = dotted.bytes().enumerate().filter(|(_, byte)| *byte == b'.');
        let by_end = dots.filter_map(|(dot, _)| self.ends.get(&name[dot..])).min();
        let wild = self.wild.iter().find(|(pattern, _)| wild::matches_name(pattern, name));
        by_end.into_iter().chain(wild.map(|(_, vhost)| vhost)).min().copied()
    }

    /// The one that answers where no name is given.
    pub fn first(&self) -> Option<usize> {
        self.vhosts.first().copied()
    }
}

/// The host of `host:port`; an IPv6 address without its brackets.
fn without_port(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        return address;
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(exact: &[(&str, usize)], wild: &[(&str, usize)]) -> NameMap {
        let own = |(name, vhost): &(&str, usize)| ((*name).to_owned(), *vhost);
        let mut map = NameMap { vhosts: vec![1, 2, 3], ..NameMap::default() };
        map.names.extend(exact.iter().map(own));
        for (pattern, vhost) in wild {
            map.add_wild(pattern, *vhost);
        }
        map
    }

    #[test]
    fn the_first_pattern_that_a_name_matches_wins() {
        let wild = [("a?.test", 4), ("*.test", 5), ("*.b.test", 3), ("*.test", 1), ("*x*", 2), ("*.", 6)];
        let map = names(&[], &wild);
        for (host, expected) in [
            ("ab.test", 4),
            ("abc.test", 5),
            ("a.b.test", 3),
            (".b.test", 3),
            ("x.test", 2),
            ("a.testx", 2),
            ("test", 1),
            (&format!("{}.test", "a.".repeat(200)), 1),
        ] {
            assert_eq!(map.named(host), Some(expected), "{host}");
        }
    }

    #[test]
    fn names_choose_among_the_hosts_of_an_address() {
        let map = names(&[("www.example.org", 2), ("2001:db8::1", 3)], &[("*.example.org", 3)]);
        for (host, expected) in [
            ("www.example.org", 2),
            ("WWW.Example.ORG:8080", 2),
            ("www.example.org.", 2),
            ("shop.example.org", 3),
            ("[2001:db8::1]:80", 3),
            ("other.test", 1),
            ("", 1),
            (&"a".repeat(4000), 1),
        ] {
            assert_eq!(map.named(host), Some(expected), "{host}");
        }
    }

    #[test]
    fn addresses_have_many_forms() {
        for (text, expected) in [
            ("*:80", "*:80"),
            ("*", "*:*"),
            ("_default_:443", "*:443"),
            ("192.0.2.1", "192.0.2.1:*"),
            ("192.0.2.1:8080", "192.0.2.1:8080"),
            ("[2001:db8::1]:80", "[2001:db8::1]:80"),
            ("[2001:db8::1]", "[2001:db8::1]:*"),
            ("2001:db8::1", "[2001:db8::1]:*"),
            ("192.0.2.1:*", "192.0.2.1:*"),
        ] {
            let read = VhostAddress::read(text).unwrap();
            assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected], "{text}");
        }
        for text in ["192.0.2.1:0", "192.0.2.1:65536", "[::1", "[x]:80", ":80", "80"] {
            assert!(VhostAddress::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_most_exact_address_wins() {
        let mut map = AddressMap::default();
        for (place, text) in ["*:*", "*:80", "192.0.2.1:*", "192.0.2.1:80"].into_iter().enumerate() {
            let address = VhostAddress::read(text).unwrap()[0];
            map.by_address.insert(address, NameMap { vhosts: vec![place], ..NameMap::default() });
        }
        for (local, expected) in [
            ("192.0.2.1:80", 3),
            ("[::ffff:192.0.2.1]:80", 3),
            ("192.0.2.1:81", 2),
            ("192.0.2.2:80", 1),
            ("[::1]:81", 0),
        ] {
            let names = map.on(local.parse().unwrap()).unwrap();
            assert_eq!(names.first(), Some(expected), "{local}");
        }
    }
}
