//! Virtual hosts: who answers, by address, port and name.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::log::LogFile;
use crate::config::Configs;
use crate::config::sections::Section;

/// A virtual host, or the main server.
pub struct Vhost {
    /// ServerName without port; empty where none is given.
    pub name: String,
    /// The port of ServerName.
    pub port: Option<u16>,
    /// The scheme of ServerName: `http` where none is given.
    pub scheme: String,
    /// ServerAlias names, lower case, without wild cards.
    pub aliases: Vec<String>,
    /// ServerAlias patterns with `*` and `?`, lower case.
    pub wild_aliases: Vec<String>,
    /// The addresses of `<VirtualHost>`; empty for the main server.
    pub addresses: Vec<VhostAddress>,
    /// Where it stands; `None` for the main server.
    pub position: Option<conf::Position>,
    /// The main server's configuration merged with its own.
    pub configs: Configs,
    /// The sections that can apply to its requests, in the order in which they are merged: Directory from
    /// the shortest, DirectoryMatch, Files, Location; within each the main server's first.
    pub sections: VhostSections,
    /// Where its errors go.
    pub error_log: Arc<LogFile>,
}

/// The sections of a virtual host by kind.
#[derive(Default, Clone)]
pub struct VhostSections {
    /// `<Directory path>`, shortest path first.
    pub directories: Vec<Arc<Section>>,
    /// `<DirectoryMatch>`, in the order of the file.
    pub directory_matches: Vec<Arc<Section>>,
    /// `<Files>` and `<FilesMatch>` outside of directories.
    pub files: Vec<Arc<Section>>,
    /// `<Location>` and `<LocationMatch>`.
    pub locations: Vec<Arc<Section>>,
}

/// An address of `<VirtualHost>`: `None` is `*` or `_default_`, for the port too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VhostAddress {
    /// The IP address.
    pub ip: Option<IpAddr>,
    /// The port.
    pub port: Option<u16>,
}

/// Virtual hosts by address, then by name.
#[derive(Default)]
pub struct AddressMap {
    by_address: HashMap<VhostAddress, NameMap>,
}

/// The virtual hosts of one address, the first being the default.
#[derive(Default)]
pub struct NameMap {
    /// In the order of the file.
    pub vhosts: Vec<usize>,
    names: HashMap<String, usize>,
    wild: Vec<(String, usize)>,
}

impl NameMap {
    /// The virtual host of that name: a Host field, with or without port.
    pub fn named(&self, host: &str) -> Option<usize> {
        let name = without_port(host);
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.lower(&name.to_ascii_lowercase());
        }
        self.lower(name)
    }

    fn lower(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

impl AddressMap {
    /// The virtual hosts that can answer on a local address: the most exact address wins, as in Apache:
    /// `ip:port`, `ip:*`, `*:port`, `*:*`. `None` leaves it to the main server.
    pub fn on(&self, local: SocketAddr) -> Option<&NameMap> {
        let (ip, port) = (Some(local.ip().to_canonical()), Some(local.port()));
        let tries = [(ip, port), (ip, None), (None, port), (None, None)];
        tries.into_iter().find_map(|(ip, port)| self.by_address.get(&VhostAddress { ip, port }))
    }

    /// Adds a virtual host under one of its addresses.
    pub(crate) fn add(&mut self, address: VhostAddress, vhost: usize, named: &Vhost) {
        let names = self.by_address.entry(address).or_default();
        if !names.vhosts.contains(&vhost) {
            names.vhosts.push(vhost);
        }
        for name in std::iter::once(named.name.to_ascii_lowercase()).chain(named.aliases.iter().cloned()) {
            if !name.is_empty() {
                names.names.entry(name).or_insert(vhost);
            }
        }
        names.wild.extend(named.wild_aliases.iter().map(|pattern| (pattern.clone(), vhost)));
    }

    /// Every address with its virtual hosts, for `httpd -S`.
    pub fn iter(&self) -> impl Iterator<Item = (&VhostAddress, &NameMap)> {
        self.by_address.iter()
    }
}
