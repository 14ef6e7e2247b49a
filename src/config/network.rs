//! Addresses of clients as the configuration writes them: `10.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `2001:db8::/32`.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::Complaint;

/// A set of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Reads an address, the first bytes of one (`10.1`), or an address with a mask or a prefix length.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let wrong = || {
            Complaint::new(format!("'{text}' is not an address or a network"))
                .hint("write 192.0.2.7, 192.0.2, 192.0.2.0/24, 192.0.2.0/255.255.255.0 or 2001:db8::/32")
        };
        let net = match text.split_once('/') {
            None => text.parse::<IpAddr>().map(IpNet::from).ok().or_else(|| first_bytes(text)),
            Some((address, mask)) => with_mask(address, mask),
        };
        net.map(|net| Self(net.trunc())).ok_or_else(wrong)
    }

    /// The address is one of these. An IPv4 address in IPv6 clothes counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// `10.1` means 10.1.0.0/16; a dot may follow.
fn first_bytes(text: &str) -> Option<IpNet> {
    let bytes: Option<Vec<u8>> =
        text.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
    let bytes = bytes.filter(|bytes| bytes.len() <= 4)?;
    let mut whole = [0; 4];
    whole[..bytes.len()].copy_from_slice(&bytes);
    Ipv4Net::new(whole.into(), 8 * bytes.len() as u8).ok().map(IpNet::from)
}

fn with_mask(address: &str, mask: &str) -> Option<IpNet> {
    let address: IpAddr = match address.parse() {
        Ok(address) => address,
        Err(_) => first_bytes(address)?.addr(),
    };
    match mask.parse::<u8>() {
        Ok(length) => IpNet::new(address, length).ok(),
        Err(_) => IpNet::with_netmask(address, mask.parse::<Ipv4Addr>().ok()?.into()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_manual() {
        let rows = [
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.1", "10.1.255.1", "10.2.0.1"),
            ("10.", "10.255.0.1", "11.0.0.1"),
            ("10.1.0.0/255.255.0.0", "10.1.9.9", "10.2.0.0"),
            ("10.1/16", "10.1.9.9", "10.2.0.0"),
            ("10.1.2.3/8", "10.9.9.9", "11.0.0.0"),
            ("2001:db8::/32", "2001:db8::1", "2001:db9::1"),
            ("::1", "::1", "::2"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
        ];
        for (text, inside, outside) in rows {
            let network = Network::parse(text).unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{text} has {inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{text} has not {outside}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "10.1.2.3.4", "256.1", "10.0.0.0/33", "10.0.0.0/255.0.255.0", "example.org", "1:2/129"]
        {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
