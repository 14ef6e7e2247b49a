//! The name of a client's address. Looking it up may block for as long as the resolver does.

use std::net::{IpAddr, ToSocketAddrs};

use super::Request;
use crate::core_module::HostnameLookups;

/// What a name must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: whoever owns the address chose it.
    None,
    /// That it leads back to the address (`HostnameLookups Double`, `Require host`).
    LeadsBack,
}

/// The name of an address in lower case, if it has one.
pub fn name_of(address: IpAddr, proof: Proof) -> Option<String> {
    let address = address.to_canonical();
    let name = os::net::name_of(address).ok()?.to_ascii_lowercase();
    (proof == Proof::None || addresses_of(&name).any(|other| other == address)).then_some(name)
}

/// What a log or a rule calls the client: its name where HostnameLookups asks for one, its address otherwise.
pub fn remote_host(r: &Request) -> String {
    host_of(r, r.client_ip)
}

/// As [`remote_host`], for another address: that of the connection, where a proxy speaks for the client.
pub fn host_of(r: &Request, address: IpAddr) -> String {
    let name = match r.core().hostname_lookups() {
        HostnameLookups::Off => None,
        HostnameLookups::On => name_of(address, Proof::None),
        HostnameLookups::Double => name_of(address, Proof::LeadsBack),
    };
    name.unwrap_or_else(|| address.to_canonical().to_string())
}

/// The addresses of a name.
pub fn addresses_of(name: &str) -> impl Iterator<Item = IpAddr> {
    let found = (name, 0).to_socket_addrs().into_iter().flatten();
    found.map(|address| address.ip().to_canonical())
}

/// `name` is `domain` or below it. A leading dot of the domain does not matter.
pub fn is_within(name: &str, domain: &str) -> bool {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let Some(start) = name.len().checked_sub(domain.len()) else { return false };
    let ends = name.as_bytes()[start..].eq_ignore_ascii_case(domain.as_bytes());
    ends && !domain.is_empty() && (start == 0 || name.as_bytes()[start - 1] == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_whole_labels() {
        assert!(is_within("www.example.org", "example.org"));
        assert!(is_within("example.org", ".EXAMPLE.org"));
        assert!(!is_within("badexample.org", "example.org"));
        assert!(!is_within("org", "example.org"));
        assert!(!is_within("example.org", ""));
    }
}
