//! The head that a proxy sends before anything else on a connection, to say whose it is: the PROXY protocol, versions 1 and 2
//! (haproxy's doc/proxy-protocol.txt).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest head that is read. Version 1 has 107 bytes at most, version 2 has room for more than anybody says.
pub const PROXIED_MOST: usize = 2048;

/// What the first bytes of a connection are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxied {
    /// Nothing yet: to be asked again with the same bytes and more, at least so many in all.
    Need(usize),
    /// A head of so many bytes. `None` where it says that the connection is the proxy's own, or of a kind that has no such address.
    Head(usize, Option<SocketAddr>),
    /// No such head.
    Bad,
}

/// Looks at the first bytes of a connection. What it says of them it says of all that begins with them.
pub fn proxied(bytes: &[u8]) -> Proxied {
    if bytes.is_empty() {
        Proxied::Need(1)
    } else if begins(bytes, SIGNATURE) {
        second(bytes)
    } else if begins(bytes, FIRST) {
        first(bytes)
    } else {
        Proxied::Bad
    }
}

const FIRST: &[u8] = b"PROXY ";
const FIRST_MOST: usize = 107;
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const SECOND_HEAD: usize = 16;

/// As far as they have come.
fn begins(bytes: &[u8], with: &[u8]) -> bool {
    bytes.iter().zip(with).all(|(byte, other)| byte == other)
}

fn first(bytes: &[u8]) -> Proxied {
    let seen = &bytes[..bytes.len().min(FIRST_MOST)];
    let Some(end) = seen.windows(2).position(|two| two == b"\r\n") else {
        return if seen.len() == FIRST_MOST { Proxied::Bad } else { Proxied::Need(seen.len() + 1) };
    };
    let line = seen.get(FIRST.len()..end).and_then(|line| std::str::from_utf8(line).ok());
    match line.map(|line| line.split(' ').collect::<Vec<_>>()).as_deref() {
        Some(["UNKNOWN", ..]) => Proxied::Head(end + 2, None),
        Some([family, addresses @ ..]) => {
            source(family, addresses).map_or(Proxied::Bad, |source| Proxied::Head(end + 2, Some(source)))
        }
        _ => Proxied::Bad,
    }
}

/// Whose the connection is. The other address, where it went, must be one, and is not asked.
fn source(family: &str, addresses: &[&str]) -> Option<SocketAddr> {
    let [source, destination, source_port, destination_port] = addresses else { return None };
    port(destination_port)?;
    let source: IpAddr = match family {
        "TCP4" => destination.parse::<Ipv4Addr>().and(source.parse::<Ipv4Addr>()).ok()?.into(),
        "TCP6" => destination.parse::<Ipv6Addr>().and(source.parse::<Ipv6Addr>()).ok()?.into(),
        _ => return None,
    };
    Some(SocketAddr::new(source, port(source_port)?))
}

fn port(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn second(bytes: &[u8]) -> Proxied {
    let Some((head, rest)) = bytes.split_first_chunk::<SECOND_HEAD>() else {
        return Proxied::Need(SECOND_HEAD);
    };
    let [.., command, family, high, low] = *head;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let whole = SECOND_HEAD + length;
    if whole > PROXIED_MOST || !matches!(command, LOCAL | PROXY) {
        return Proxied::Bad;
    }
    let Some(said) = rest.get(..length) else { return Proxied::Need(whole) };
    match (command, family) {
        (LOCAL, _) | (_, UNSPEC | UNIX) => Proxied::Head(whole, None),
        (_, TCP4 | TCP6) => {
            address(family, said).map_or(Proxied::Bad, |from| Proxied::Head(whole, Some(from)))
        }
        _ => Proxied::Bad,
    }
}

/// Source, destination, and the port of each.
fn address(family: u8, said: &[u8]) -> Option<SocketAddr> {
    if family == TCP4 {
        let said: &[u8; 12] = said.first_chunk()?;
        return Some((Ipv4Addr::from(*said.first_chunk::<4>()?), at(said, 8)?).into());
    }
    let said: &[u8; 36] = said.first_chunk()?;
    Some((Ipv6Addr::from(*said.first_chunk::<16>()?), at(said, 32)?).into())
}

/// Version 2 in the upper half, the command in the lower.
const LOCAL: u8 = 0x20;
const PROXY: u8 = 0x21;
/// The family in the upper half, STREAM in the lower.
const TCP4: u8 = 0x11;
const TCP6: u8 = 0x21;
const UNIX: u8 = 0x31;
const UNSPEC: u8 = 0;

fn at(bytes: &[u8], place: usize) -> Option<u16> {
    bytes.get(place..)?.first_chunk().map(|port| u16::from_be_bytes(*port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn second_head(command: u8, family: u8, said: &[u8]) -> Vec<u8> {
        let length = (said.len() as u16).to_be_bytes();
        [SIGNATURE, &[command, family], &length, said].concat()
    }

    #[test]
    fn first_version() {
        let address = |text: &str| Some(text.parse().unwrap());
        for (line, expected) in [
            ("PROXY TCP4 192.0.2.1 192.0.2.2 4242 80\r\n", Some(address("192.0.2.1:4242"))),
            ("PROXY TCP6 2001:db8::1 2001:db8::2 4242 80\r\n", Some(address("[2001:db8::1]:4242"))),
            ("PROXY UNKNOWN\r\n", Some(None)),
            ("PROXY UNKNOWN ffff:f ffff 65535 65535\r\n", Some(None)),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 4242\r\n", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 4242 80 \r\n", None),
            ("PROXY TCP4  192.0.2.1 192.0.2.2 4242 80\r\n", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 +242 80\r\n", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 65536 80\r\n", None),
            ("PROXY TCP4 192.0.2.1 192.0.2.2 4242 \r\n", None),
            ("PROXY TCP4 192.0.2.256 192.0.2.2 4242 80\r\n", None),
            ("PROXY TCP4 2001:db8::1 2001:db8::2 4242 80\r\n", None),
            ("PROXY TCP4 192.0.2.1 name 4242 80\r\n", None),
            ("PROXY UDP4 192.0.2.1 192.0.2.2 4242 80\r\n", None),
            ("PROXY \r\n", None),
            ("proxy UNKNOWN\r\n", None),
            ("GET / HTTP/1.1\r\n", None),
        ] {
            let expected = expected.map_or(Proxied::Bad, |client| Proxied::Head(line.len(), client));
            assert_eq!(proxied(format!("{line}GET /").as_bytes()), expected, "{line}");
        }
        assert_eq!(proxied(b""), Proxied::Need(1));
        assert_eq!(proxied(b"PROXY TCP4 1"), Proxied::Need(13));
        assert_eq!(proxied(&[b"PROXY ", &[b'x'; 101][..]].concat()), Proxied::Bad);
    }

    #[test]
    fn second_version() {
        let four = [192, 0, 2, 1, 192, 0, 2, 2, 16, 146, 0, 80];
        let mut six = [0; 36];
        (six[15], six[32], six[33]) = (1, 16, 146);
        let with_more = [&four[..], &[3, 0, 4, 1, 2, 3, 4]].concat();
        for (command, family, said, expected) in [
            (PROXY, TCP4, &four[..], Some(Some("192.0.2.1:4242"))),
            (PROXY, TCP4, &with_more, Some(Some("192.0.2.1:4242"))),
            (PROXY, TCP6, &six, Some(Some("[::1]:4242"))),
            (LOCAL, TCP4, &four, Some(None)),
            (LOCAL, 0, &[], Some(None)),
            (PROXY, 0, b"whatever", Some(None)),
            (PROXY, 0x31, &[0; 216], Some(None)),
            (PROXY, TCP4, &four[..11], None),
            (PROXY, TCP6, &four, None),
            (PROXY, 0x12, &four, None),
            (PROXY, 0x51, &four, None),
            (0x22, TCP4, &four, None),
            (0x11, TCP4, &four, None),
            (PROXY, TCP4, &[0; PROXIED_MOST - SECOND_HEAD + 1], None),
        ] {
            let head = second_head(command, family, said);
            let client = |text: Option<&str>| text.map(|text| text.parse().unwrap());
            let expected = expected.map_or(Proxied::Bad, |text| Proxied::Head(head.len(), client(text)));
            assert_eq!(proxied(&[&head[..], b"GET /"].concat()), expected, "{command} {family} {said:?}");
        }
        let head = second_head(PROXY, TCP4, &four);
        assert_eq!(proxied(&head[..5]), Proxied::Need(SECOND_HEAD));
        assert_eq!(proxied(&head[..20]), Proxied::Need(head.len()));
    }

    proptest! {
        #[test]
        fn more_bytes_change_nothing(mut bytes in prop::collection::vec(any::<u8>(), 0..200), known in 0..3_usize) {
            let begin = [&b""[..], FIRST, SIGNATURE][known];
            bytes.splice(..0, begin.iter().copied());
            let whole = proxied(&bytes);
            for end in 0..bytes.len() {
                match proxied(&bytes[..end]) {
                    Proxied::Need(need) => prop_assert!(need > end && need <= PROXIED_MOST),
                    other => prop_assert_eq!(other, whole),
                }
            }
        }
    }
}
