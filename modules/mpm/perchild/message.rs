//! What the listener and a pool say to each other: one message a datagram, numbers with the low byte first.
//!
//! | message | from | descriptors | means |
//! |---|---|---|---|
//! | GIVE | listener | the connection | serve it; read what is unread before anything else |
//! | BACK | pool | the connection | the next request is not mine; whose it is, you must see yourself |
//! | DONE | pool | none | these connections have ended here |
//! | LAST | pool | none | give me no more; what is on its way I take |
//!
//! LAST is version and kind; DONE is version, kind, count (2), nothing (4), and cookies; GIVE and BACK are a head of 76 bytes
//! and what is unread:
//!
//! | 0 | 1 | 2 | 4 | 8 | 16 | 36 | 56 | 76 |
//! |---|---|---|---|---|---|---|---|---|
//! | version | kind | flags (2) | length of the unread (4) | cookie (8) | peer (20) | local (20) | client (20) | unread |
//!
//! An address is a family (2), a port (2) and 16 bytes; one of zeroes is none, as the client's where no proxy's head was read. Whoever reads is strict: what is not exactly one of these is none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use httpd::server::territory::UNREAD_MOST;

/// A connection as GIVE and BACK describe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Described<'a> {
    /// The number that the system gives its socket.
    pub(crate) cookie: u64,
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
    /// Whom a proxy's head has named that is not in the connection any more.
    pub(crate) client: Option<SocketAddr>,
    pub(crate) flags: Flags,
    pub(crate) unread: &'a [u8],
}

/// What else there is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags {
    /// A pool has had it before and may have kept a copy of the socket.
    pub(crate) handed_back: bool,
    /// The client was too slow with its first bytes.
    pub(crate) late: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    Give(Described<'a>),
    Back(Described<'a>),
    Done(Vec<u64>),
    Last,
}

/// The longest message.
pub(crate) const LONGEST: usize = HEAD + UNREAD_MOST;
/// The most cookies in one DONE.
pub(crate) const DONE_MOST: usize = 512;

const VERSION: u8 = 1;
const GIVE: u8 = 1;
const BACK: u8 = 2;
const DONE: u8 = 3;
const LAST: u8 = 4;
const HEAD: usize = 76;
const DONE_HEAD: usize = 8;
const ADDRESS: usize = 20;
const NOBODY: [u8; ADDRESS] = [0; ADDRESS];
const HANDED_BACK: u16 = 1;
const LATE: u16 = 2;

impl Message<'_> {
    /// Whether a descriptor belongs to it.
    pub(crate) fn has_descriptor(&self) -> bool {
        matches!(self, Self::Give(_) | Self::Back(_))
    }

    /// As it is sent.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Give(described) => described.bytes(GIVE),
            Self::Back(described) => described.bytes(BACK),
            Self::Last => vec![VERSION, LAST],
            Self::Done(cookies) => {
                let mut bytes = vec![VERSION, DONE];
                bytes.extend((cookies.len() as u16).to_le_bytes());
                bytes.extend([0; 4]);
                bytes.extend(cookies.iter().flat_map(|cookie| cookie.to_le_bytes()));
                bytes
            }
        }
    }
}

impl<'a> Message<'a> {
    /// A message that was received; `None` for anything else.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let [version, kind, ..] = *bytes else { return None };
        match (version, kind) {
            (VERSION, GIVE) => Described::read(bytes).map(Self::Give),
            (VERSION, BACK) => Described::read(bytes).filter(|back| !back.unread.is_empty()).map(Self::Back),
            (VERSION, LAST) => (bytes.len() == 2).then_some(Self::Last),
            (VERSION, DONE) => done(bytes).map(Self::Done),
            _ => None,
        }
    }
}

impl<'a> Described<'a> {
    fn bytes(&self, kind: u8) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.unread.len());
        bytes.extend([VERSION, kind]);
        bytes.extend(self.flags.bits().to_le_bytes());
        bytes.extend((self.unread.len() as u32).to_le_bytes());
        bytes.extend(self.cookie.to_le_bytes());
        bytes.extend(address(self.peer));
        bytes.extend(address(self.local));
        bytes.extend(self.client.map_or(NOBODY, address));
        bytes.extend(self.unread);
        bytes
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, unread) = bytes.split_at_checked(HEAD)?;
        let length = u32::from_le_bytes(part(head, 4)?) as usize;
        if unread.len() != length || length > UNREAD_MOST {
            return None;
        }
        Some(Self {
            cookie: u64::from_le_bytes(part(head, 8)?),
            peer: read_address(&part(head, 16)?)?,
            local: read_address(&part(head, 36)?)?,
            client: match part(head, 56)? {
                NOBODY => None,
                client => Some(read_address(&client)?),
            },
            flags: Flags::of(u16::from_le_bytes(part(head, 2)?))?,
            unread,
        })
    }
}

impl Flags {
    fn bits(self) -> u16 {
        (if self.handed_back { HANDED_BACK } else { 0 }) | (if self.late { LATE } else { 0 })
    }

    fn of(bits: u16) -> Option<Self> {
        let flags = Self { handed_back: bits & HANDED_BACK != 0, late: bits & LATE != 0 };
        (flags.bits() == bits).then_some(flags)
    }
}

fn done(bytes: &[u8]) -> Option<Vec<u64>> {
    let (head, cookies) = bytes.split_at_checked(DONE_HEAD)?;
    let count = usize::from(u16::from_le_bytes(part(head, 2)?));
    let (cookies, rest) = cookies.as_chunks();
    let good = cookies.len() == count && rest.is_empty() && (1..=DONE_MOST).contains(&count);
    good.then(|| cookies.iter().map(|cookie| u64::from_le_bytes(*cookie)).collect())
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn address(address: SocketAddr) -> [u8; ADDRESS] {
    let mut bytes = [0; ADDRESS];
    bytes[2..4].copy_from_slice(&address.port().to_le_bytes());
    match address.ip() {
        IpAddr::V4(ip) => {
            bytes[0] = 4;
            bytes[4..8].copy_from_slice(&ip.octets());
        }
        IpAddr::V6(ip) => {
            bytes[0] = 6;
            bytes[4..].copy_from_slice(&ip.octets());
        }
    }
    bytes
}

fn read_address(bytes: &[u8; ADDRESS]) -> Option<SocketAddr> {
    let port = u16::from_le_bytes(part(bytes, 2)?);
    let ip: IpAddr = match (bytes[0], bytes[1]) {
        (4, 0) => Ipv4Addr::from(part::<4>(bytes, 4)?).into(),
        (6, 0) => Ipv6Addr::from(part::<16>(bytes, 4)?).into(),
        _ => return None,
    };
    Some((ip, port).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn described(unread: &[u8]) -> Described<'_> {
        Described {
            cookie: 7,
            peer: "192.0.2.1:4242".parse().unwrap(),
            local: "[2001:db8::1]:80".parse().unwrap(),
            client: None,
            flags: Flags { handed_back: true, late: false },
            unread,
        }
    }

    #[test]
    fn messages_come_out_as_they_went_in() {
        for message in [
            Message::Give(described(b"")),
            Message::Back(described(b"GET / HTTP/1.1\r\n")),
            Message::Give(Described { client: Some("198.51.100.1:1".parse().unwrap()), ..described(b"") }),
            Message::Done(vec![1]),
            Message::Last,
            Message::Done((0..DONE_MOST as u64).collect()),
        ] {
            assert_eq!(Message::read(&message.bytes()), Some(message));
        }
    }

    #[test]
    fn nothing_else_is_a_message() {
        let give = Message::Give(described(b"x")).bytes();
        for (place, value) in
            [(0, 2), (1, 5), (2, 4), (3, 1), (4, 2), (7, 1), (16, 5), (17, 1), (36, 0), (56, 1)]
        {
            let mut wrong = give.clone();
            wrong[place] = value;
            assert_eq!(Message::read(&wrong), None, "{place}");
        }
        assert_eq!(Message::read(&give[..give.len() - 1]), None);
        assert_eq!(Message::read(&Message::Back(described(b"")).bytes()), None);
        assert_eq!(Message::read(&Message::Give(described(&vec![0; UNREAD_MOST + 1])).bytes()), None);
        assert_eq!(Message::read(&Message::Done(vec![]).bytes()), None);
        assert_eq!(Message::read(&[1, 3, 1, 0, 0, 0, 0, 0, 1]), None);
        assert_eq!(Message::read(&[1, 4, 0]), None);
    }

    proptest! {
        #[test]
        fn any_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..200), known: bool) {
            if known && bytes.len() > 1 {
                (bytes[0], bytes[1]) = (VERSION, bytes[1] % 5);
            }
            if let Some(message) = Message::read(&bytes) {
                let again = message.bytes();
                prop_assert_eq!(Message::read(&again), Some(message));
            }
        }
    }
}
