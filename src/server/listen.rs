//! What the server listens on: sockets that are opened once and kept for ever.
//!
//! A restart takes over every socket that is still wanted, the very descriptor: a new socket on the same port
//! would be another queue, and closing the old one would reset whoever waits in it.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use os::poller::{Interest, Poller};
use os::socket::{ListenOptions, Listener};

use crate::error::{ConfError, System};

/// One `Listen` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    /// Address and port; the unspecified address of IPv6 means IPv4 as well, and port 0 any free port.
    pub address: SocketAddr,
    /// `http`, or the protocol that the line named.
    pub protocol: String,
    /// Where the line stands.
    pub position: Option<conf::Position>,
}

/// What the configuration says of all listening sockets.
#[derive(Debug, Clone, Default)]
pub struct SocketOptions {
    /// ListenBacklog: how many connections may wait to be accepted.
    pub backlog: u16,
    /// SendBufferSize in bytes; `None` leaves it to the system.
    pub send_buffer: Option<usize>,
    /// ReceiveBufferSize in bytes; `None` leaves it to the system.
    pub receive_buffer: Option<usize>,
    /// The protocols whose clients speak first (`AcceptFilter http data`): their connections are accepted when
    /// the first bytes are there.
    pub client_speaks_first: Vec<String>,
}

/// A listening socket.
#[derive(Debug)]
pub struct Bound {
    asked: SocketAddr,
    local: SocketAddr,
    socket: Listener,
    from_manager: bool,
}

impl Bound {
    /// The address that the configuration asked for.
    pub fn asked(&self) -> SocketAddr {
        self.asked
    }

    /// The address that it listens on: where port 0 was asked for, with the port that the system chose.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// The socket itself.
    pub fn socket(&self) -> &Listener {
        &self.socket
    }

    fn new(asked: SocketAddr, socket: Listener, from_manager: bool) -> io::Result<Arc<Self>> {
        let local = socket.local_addr()?;
        Ok(Arc::new(Self { asked, local, socket, from_manager }))
    }

    fn nobody_waits(&self) -> io::Result<bool> {
        let poller = Poller::new()?;
        poller.add(&self.socket, 0, Interest::Readable)?;
        Ok(poller.wait(Some(Duration::ZERO))?.is_empty())
    }

    /// It can serve a `Listen` line for that address.
    fn serves(&self, wanted: SocketAddr) -> bool {
        let both_any = self.asked.ip().is_unspecified() && wanted.ip().is_unspecified();
        self.asked == wanted || (self.from_manager && both_any && self.asked.port() == wanted.port())
    }
}

/// The sockets of a generation, in the order of the `Listen` lines. Clones are the same sockets.
#[derive(Debug, Clone, Default)]
pub struct Listeners(Vec<Arc<Bound>>);

impl Listeners {
    /// The sockets that the service manager opened for us (LISTEN_FDS), to be taken over by
    /// [`open`](Self::open). Called once, by the parent.
    pub fn inherited() -> io::Result<Self> {
        let adopt = |socket: Listener| Bound::new(socket.local_addr()?, socket, true);
        os::socket::inherited()?.into_iter().map(adopt).collect::<io::Result<_>>().map(Self)
    }

    /// The sockets that a configuration wants: of those held in `self` the ones that serve, and new ones. What is
    /// held stays open as long as someone has `self`, so nothing is lost if this fails.
    pub fn open(&self, wanted: &[ListenAddress], options: &SocketOptions) -> Result<Self, ConfError> {
        if wanted.is_empty() {
            return Err(ConfError::new("AH00451: no listening sockets available, shutting down")
                .hint("say where to listen, for example: Listen 8080"));
        }
        refuse_repeated(wanted)?;
        let mut opened: Vec<Arc<Bound>> = Vec::new();
        for line in wanted.iter().filter(|line| !is_covered(line, wanted)) {
            let free = |held: &&Arc<Bound>| !opened.iter().any(|taken| Arc::ptr_eq(taken, held));
            let held = self.0.iter().filter(free).find(|held| held.serves(line.address)).cloned();
            match held {
                Some(held) => opened.push(held),
                None => self.bind(line, options, &mut opened).map_err(|cause| self.complain(line, &cause))?,
            }
        }
        Ok(Self(opened))
    }

    /// Every socket.
    pub fn iter(&self) -> impl Iterator<Item = &Bound> {
        self.0.iter().map(|bound| &**bound)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sockets of `self` that are not in `kept`.
    #[must_use]
    pub fn without(&self, kept: &Self) -> Self {
        let gone = |held: &&Arc<Bound>| !kept.0.iter().any(|other| Arc::ptr_eq(other, held));
        Self(self.0.iter().filter(gone).cloned().collect())
    }

    /// Adds other sockets.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Lets no new connection begin on them, while what waits can still be accepted; a client that knocks now
    /// tries again in a second. Sockets of the service manager are left alone: it holds them too, so nothing
    /// is lost when we stop accepting. Errors and systems that cannot do it are passed over: then a client that
    /// comes in the last moment is refused.
    pub fn refuse_new(&self) {
        for bound in self.iter().filter(|bound| !bound.from_manager) {
            let _ = bound.socket.refuse_new();
        }
    }

    /// Of the sockets that [refuse new connections](Self::refuse_new), ends those where nobody waits any more, for every
    /// process that has them: a client that comes now is told at once. Returns the others.
    #[must_use]
    pub fn end_where_nobody_waits(&self) -> Self {
        let ended = |bound: &Bound| {
            !bound.from_manager
                && bound.nobody_waits().unwrap_or(false)
                && os::socket::shutdown(bound.socket.as_fd(), Shutdown::Read).is_ok()
        };
        Self(self.0.iter().filter(|bound| !ended(bound)).cloned().collect())
    }

    fn bind(
        &self,
        line: &ListenAddress,
        options: &SocketOptions,
        opened: &mut Vec<Arc<Bound>>,
    ) -> io::Result<()> {
        let mut socket = ListenOptions {
            backlog: options.backlog,
            send_buffer: options.send_buffer,
            receive_buffer: options.receive_buffer,
            defer_accept: options.client_speaks_first.contains(&line.protocol).then_some(FIRST_BYTES),
            ..ListenOptions::default()
        };
        let asked = line.address;
        let any = ipv4_any(asked);
        let listener = match (os::socket::listen(asked, &socket), any) {
            (Err(error), Some(any)) if error.kind() == ErrorKind::AddrInUse => {
                // IPv4's half may be in our own hand, from an earlier `Listen 0.0.0.0:80`.
                let held = self.0.iter().find(|held| held.asked == any).ok_or(error)?;
                socket.v6_only = true;
                let listener = os::socket::listen(asked, &socket)?;
                opened.push(Arc::clone(held));
                listener
            }
            (Err(error), Some(any)) if error.kind() != ErrorKind::PermissionDenied => {
                // This machine may have no IPv6.
                os::socket::listen(any, &socket)?
            }
            (listener, _) => listener?,
        };
        opened.push(Bound::new(asked, listener, false)?);
        Ok(())
    }

    fn complain(&self, line: &ListenAddress, cause: &io::Error) -> ConfError {
        let address = line.address;
        let sentence = format!("{}: AH00072: make_sock: could not bind to address {address}", System(cause));
        let error = ConfError::new(sentence);
        match self.hint(address, cause) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn hint(&self, address: SocketAddr, cause: &io::Error) -> Option<String> {
        let port = address.port();
        match cause.kind() {
            ErrorKind::AddrInUse => Some(match self.iter().find(|held| held.local.port() == port) {
                Some(held) if held.from_manager => {
                    format!(
                        "the service manager listens there for us: to use that, say Listen {}",
                        held.local
                    )
                }
                Some(held) => format!(
                    "this server itself listens on {}: to change that, stop it and start it again",
                    held.local
                ),
                None => format!(
                    "another program listens on port {port} (ss -ltnp 'sport = :{port}' names it), perhaps a \
                     server with another PidFile"
                ),
            }),
            ErrorKind::PermissionDenied if port < 1024 => Some(
                "ports below 1024 are root's: start as root, or take another, such as Listen 8080".to_owned(),
            ),
            ErrorKind::AddrNotAvailable => Some(format!("this machine has no address {}", address.ip())),
            _ => None,
        }
    }
}

/// How long a connection may be silent before it is accepted all the same.
const FIRST_BYTES: Duration = Duration::from_secs(30);

/// IPv4's part of "any address of IPv6".
fn ipv4_any(address: SocketAddr) -> Option<SocketAddr> {
    let any6 = address.is_ipv6() && address.ip().is_unspecified();
    any6.then(|| SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), address.port()))
}

/// `Listen 0.0.0.0:80` beside `Listen 80`: the socket of the latter takes IPv4 too.
fn is_covered(line: &ListenAddress, wanted: &[ListenAddress]) -> bool {
    line.address.port() != 0 && wanted.iter().any(|other| ipv4_any(other.address) == Some(line.address))
}

fn refuse_repeated(wanted: &[ListenAddress]) -> Result<(), ConfError> {
    for (place, line) in wanted.iter().enumerate().filter(|(_, line)| line.address.port() != 0) {
        if let Some(first) = wanted[..place].iter().find(|first| first.address == line.address) {
            let sentence = format!("Listen {} stands here a second time", line.address);
            let error = ConfError::new(sentence);
            let error = line.position.as_ref().map_or(error.clone(), |position| error.at(position));
            return Err(match &first.position {
                Some(position) => error.hint(format!(
                    "the first is on line {} of {}",
                    position.line,
                    position.source.name()
                )),
                None => error,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    fn lines(addresses: &[&str]) -> Vec<ListenAddress> {
        let line = |text: &&str| ListenAddress {
            address: text.parse().unwrap(),
            protocol: "http".to_owned(),
            position: None,
        };
        addresses.iter().map(line).collect()
    }

    fn open(held: &Listeners, addresses: &[&str]) -> Result<Listeners, ConfError> {
        held.open(&lines(addresses), &SocketOptions { backlog: 16, ..SocketOptions::default() })
    }

    fn none() -> Listeners {
        Listeners::default()
    }

    #[test]
    fn what_is_still_wanted_stays_the_same_socket() {
        let first = open(&none(), &["127.0.0.1:0", "127.0.0.1:0", "127.0.0.2:0"]).unwrap();
        let second = open(&first, &["127.0.0.2:0", "127.0.0.1:0"]).unwrap();
        let locals = |listeners: &Listeners| listeners.iter().map(Bound::local).collect::<Vec<_>>();
        assert_eq!(locals(&second), [locals(&first)[2], locals(&first)[0]]);
        assert_eq!(locals(&first.without(&second)), [locals(&first)[1]]);
    }

    #[test]
    fn a_new_line_opens_beside_the_old() {
        let first = open(&none(), &["127.0.0.1:0"]).unwrap();
        let second = open(&first, &["127.0.0.1:0", "127.0.0.1:0"]).unwrap();
        assert_eq!(second.len(), 2);
        assert_eq!(second.without(&first).len(), 1);
    }

    #[test]
    fn a_port_in_use_is_told_with_who_may_have_it() {
        let other = open(&none(), &["127.0.0.1:0"]).unwrap();
        let address = other.iter().next().unwrap().local().to_string();
        let error = open(&none(), &[&address]).unwrap_err();
        let expected =
            format!("(98)Address already in use: AH00072: make_sock: could not bind to address {address}");
        assert_eq!(error.sentence, expected);
        assert!(error.hint.unwrap().starts_with("another program listens on port"));
        let own = open(&other, &[&address]).unwrap_err();
        assert!(own.hint.unwrap().starts_with("this server itself listens on"));
    }

    #[test]
    fn an_address_of_another_machine_is_told() {
        let error = open(&none(), &["192.0.2.1:8080"]).unwrap_err();
        assert_eq!(error.hint.unwrap(), "this machine has no address 192.0.2.1");
    }

    #[test]
    fn nowhere_to_listen_is_an_error() {
        assert!(open(&none(), &[]).unwrap_err().sentence.starts_with("AH00451"));
    }

    #[test]
    fn a_line_that_stands_twice_is_refused() {
        let error = open(&none(), &["127.0.0.1:8080", "127.0.0.1:8080"]).unwrap_err();
        assert_eq!(error.sentence, "Listen 127.0.0.1:8080 stands here a second time");
    }

    #[test]
    fn a_door_is_shut_when_nobody_stands_in_it() {
        let listeners = open(&none(), &["127.0.0.1:0"]).unwrap();
        let bound = listeners.iter().next().unwrap();
        let waiting = TcpStream::connect(bound.local()).unwrap();
        listeners.refuse_new();
        assert_eq!(listeners.end_where_nobody_waits().len(), 1);
        drop(bound.socket().accept().unwrap().unwrap());
        assert_eq!(listeners.end_where_nobody_waits().len(), 0);
        let refused = TcpStream::connect(bound.local()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        drop(waiting);
    }

    #[test]
    fn ipv4_beside_any_address_is_one_socket() {
        for (line, others, covered) in [
            ("0.0.0.0:80", vec!["[::]:80"], true),
            ("0.0.0.0:80", vec!["[::]:81"], false),
            ("127.0.0.1:80", vec!["[::]:80"], false),
            ("0.0.0.0:0", vec!["[::]:0"], false),
        ] {
            assert_eq!(is_covered(&lines(&[line])[0], &lines(&others)), covered, "{line} beside {others:?}");
        }
    }

    #[test]
    fn any_address_takes_the_half_that_ipv4_holds() {
        let held = open(&none(), &["0.0.0.0:0"]).unwrap();
        let port = held.iter().next().unwrap().local().port();
        let bound = |asked: String| {
            let socket = held.0[0].socket.try_clone().unwrap();
            Listeners(vec![Bound::new(asked.parse().unwrap(), socket, false).unwrap()])
        };
        let both = open(&bound(format!("0.0.0.0:{port}")), &[&format!("[::]:{port}")]).unwrap();
        assert_eq!(both.len(), 2);
        let managed = Listeners(vec![
            Bound::new(both.0[0].local, both.0[0].socket.try_clone().unwrap(), true).unwrap(),
        ]);
        assert_eq!(open(&managed, &[&format!("[::]:{port}")]).unwrap().without(&managed).len(), 0);
    }
}
