//! Sockets: listening, accepting, and closing the door so that nobody who stands in it is hurt.

use std::env;
use std::io::{self, ErrorKind, IoSlice};
use std::net::{self, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{MsgFlags, Shutdown, recv};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::host;
use crate::process::{Pid, forget_variable};

/// How to listen. What TCP knows of these, accepted connections inherit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenOptions {
    /// How many connections may wait to be accepted; the system has an upper bound of its own.
    pub backlog: u16,
    /// An IPv6 listener leaves IPv4 to others.
    pub v6_only: bool,
    /// Others with this option may listen on the same address, and the kernel deals connections out among
    /// them.
    pub reuse_port: bool,
    /// Size of the send buffer in bytes, else the system's.
    pub send_buffer: Option<usize>,
    /// Size of the receive buffer in bytes, else the system's.
    pub receive_buffer: Option<usize>,
    /// Small packets go out at once (TCP_NODELAY).
    pub no_delay: bool,
    /// A connection is seen only once its first bytes are there, or this time has run out (TCP_DEFER_ACCEPT;
    /// whole seconds). Without effect where the system has no such option.
    pub defer_accept: Option<Duration>,
}

impl Default for ListenOptions {
    fn default() -> Self {
        Self {
            backlog: 511,
            v6_only: false,
            reuse_port: false,
            send_buffer: None,
            receive_buffer: None,
            no_delay: true,
            defer_accept: None,
        }
    }
}

/// Opens a listening socket: non-blocking, closed on exec, free to take over an address whose last
/// connections still linger (SO_REUSEADDR), noticing peers that vanished (SO_KEEPALIVE). The error is the
/// system's own: AddrInUse, PermissionDenied, AddrNotAvailable ...
pub fn listen(address: SocketAddr, options: &ListenOptions) -> io::Result<Listener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    socket.set_keepalive(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(options.v6_only)?;
    }
    if options.reuse_port {
        socket.set_reuse_port(true)?;
    }
    if let Some(bytes) = options.send_buffer {
        socket.set_send_buffer_size(bytes)?;
    }
    if let Some(bytes) = options.receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.set_tcp_nodelay(options.no_delay)?;
    socket.bind(&address.into())?;
    if let Some(time) = options.defer_accept {
        host::socket::defer_accept(socket.as_fd(), time)?;
    }
    socket.listen(options.backlog.into())?;
    Ok(Listener(socket.into()))
}

/// A listening TCP socket. Processes that inherit it take from one queue.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// The address that it listens on, with the port that the system chose when 0 was asked for.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Takes the next connection, non-blocking and closed on exec; `None` when there is none now, or when it
    /// failed before it could be taken. Errors are those of the system, such as too many open files.
    pub fn accept(&self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        let (socket, address) = match host::socket::accept(&SockRef::from(&self.0)) {
            Err(error) if passes(&error) => return Ok(None),
            accepted => accepted?,
        };
        let address = address.as_socket().ok_or_else(|| io::Error::other("a peer without an address"))?;
        Ok(Some((socket.into(), address)))
    }

    /// Lets no new connection begin, while those begun and those waiting can still be accepted: a client that
    /// knocks now tries again after a second, by when this or another server may be ready. It holds for every
    /// process that has this socket. `false` when the system cannot do that, or not without root
    /// (CAP_NET_ADMIN on some kernels).
    pub fn refuse_new(&self) -> io::Result<bool> {
        host::socket::refuse_new(&SockRef::from(&self.0))
    }

    /// Undoes [`Listener::refuse_new`].
    pub fn accept_new_again(&self) -> io::Result<()> {
        host::socket::accept_new_again(&SockRef::from(&self.0))
    }

    /// A second owner of the same socket.
    pub fn try_clone(&self) -> io::Result<Self> {
        self.0.try_clone().map(Self)
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Listener {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl From<Listener> for TcpListener {
    fn from(listener: Listener) -> Self {
        listener.0
    }
}

/// Errors of accept(2) that are one connection's and not the listener's.
fn passes(error: &io::Error) -> bool {
    use nix::Error as E;
    const PASSING: [E; 11] = [
        E::EAGAIN,
        E::EINTR,
        E::ECONNABORTED,
        E::ECONNRESET,
        E::EPROTO,
        E::ETIMEDOUT,
        E::EHOSTDOWN,
        E::EHOSTUNREACH,
        E::ENETDOWN,
        E::ENETUNREACH,
        E::ENOPROTOOPT,
    ];
    error.raw_os_error().is_some_and(|number| PASSING.contains(&E::from_raw(number)))
}

/// The listening sockets that the service manager opened for this process (LISTEN_FDS and LISTEN_PID,
/// sd_listen_fds(3)), in its order; none when it opened none. The variables are taken out of the environment,
/// and a second call finds nothing: call it once, before there is a second thread.
pub fn inherited() -> io::Result<Vec<Listener>> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let number = |name| env::var(name).ok().and_then(|value| value.parse::<i32>().ok());
    let count = number("LISTEN_FDS").filter(|_| number("LISTEN_PID") == Some(Pid::current().get()));
    let Some(count) = count.filter(|_| !TAKEN.swap(true, Ordering::Relaxed)) else {
        return Ok(Vec::new());
    };
    for name in [c"LISTEN_FDS", c"LISTEN_PID", c"LISTEN_FDNAMES"] {
        forget_variable(name)?;
    }
    (FIRST_INHERITED..FIRST_INHERITED.saturating_add(count)).map(adopt).collect()
}

const FIRST_INHERITED: RawFd = 3;

fn adopt(number: RawFd) -> io::Result<Listener> {
    // SAFETY: F_GETFD only asks, and any number may be asked about.
    if unsafe { libc::fcntl(number, libc::F_GETFD) } == -1 {
        return Err(io::Error::new(
            ErrorKind::NotFound,
            format!("descriptor {number} of LISTEN_FDS is not open"),
        ));
    }
    // SAFETY: the descriptor is open, and the service manager, which addressed this very process, says that
    // it is ours to own; TAKEN keeps it from being owned twice.
    let descriptor = unsafe { OwnedFd::from_raw_fd(number) };
    fcntl(&descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    let socket = Socket::from(descriptor);
    let is_tcp = socket.r#type().is_ok_and(|kind| kind == Type::STREAM)
        && socket.local_addr().is_ok_and(|address| address.as_socket().is_some());
    if !is_tcp {
        return Err(io::Error::new(ErrorKind::InvalidData, format!("descriptor {number} is no TCP socket")));
    }
    socket.set_nonblocking(true)?;
    Ok(Listener(socket.into()))
}

/// Ends one direction of a connection, or both.
///
/// `Shutdown::Read` is how an idle connection's owner is woken without a race: on Linux what is there, or still comes,
/// can be read all the same, and then the end; so a late request is still answered.
pub fn shutdown(socket: BorrowedFd<'_>, how: net::Shutdown) -> io::Result<()> {
    let how = match how {
        net::Shutdown::Read => Shutdown::Read,
        net::Shutdown::Write => Shutdown::Write,
        net::Shutdown::Both => Shutdown::Both,
    };
    Ok(nix::sys::socket::shutdown(socket.as_raw_fd(), how)?)
}

/// Sends the parts as if they were one, without ever waiting, and returns how many bytes the system took. Where `more` follows at once, it may
/// wait for that before a packet goes out that is not full (MSG_MORE, where there is such a thing).
pub fn send(socket: BorrowedFd<'_>, parts: &[IoSlice<'_>], more: bool) -> io::Result<usize> {
    loop {
        match host::socket::send(&SockRef::from(&socket), parts, more) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            sent => return sent,
        }
    }
}

/// Reads without ever waiting, whatever the socket's own flags say: those belong to everyone who has a copy of it.
/// 0 is the end.
pub fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    receive_with(socket, buffer, MsgFlags::MSG_DONTWAIT)
}

/// As [`receive`], and leaves everything where it is: the next look begins with the same bytes.
pub fn peek(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    receive_with(socket, buffer, MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_PEEK)
}

fn receive_with(socket: BorrowedFd<'_>, buffer: &mut [u8], flags: MsgFlags) -> io::Result<usize> {
    loop {
        match recv(socket.as_raw_fd(), buffer, flags) {
            Err(nix::Error::EINTR) => {}
            received => return Ok(received?),
        }
    }
}

/// A number that no other socket has, or will have, while this system runs (SO_COOKIE, socket(7)): by it a copy is
/// known again. Fails for what is no socket, and where there is no such number.
pub fn cookie(socket: BorrowedFd<'_>) -> io::Result<u64> {
    host::socket::cookie(socket)
}

/// Lets readiness wait until so many bytes are there (SO_RCVLOWAT, socket(7)); the end is always reported. That is a wish:
/// where the system is short of memory for sockets it reports fewer. It stays with the socket, whoever has it: set it back
/// to 1 before it is passed on. A large number makes the kernel's buffer larger.
pub fn readable_from(socket: BorrowedFd<'_>, bytes: u32) -> io::Result<()> {
    host::socket::readable_from(socket, bytes)
}

/// The other side has ended its half, or all of it has gone, whatever of it is still to be read (POLLRDHUP, poll(2)). Fails
/// where the system does not tell.
pub fn has_ended(socket: BorrowedFd<'_>) -> io::Result<bool> {
    host::socket::has_ended(socket)
}

/// Takes from a socket what another process may have set, so that no call on it waits: blocking mode, a close that
/// waits for the client (SO_LINGER), a low-water mark. Whoever else has a copy can set it again.
pub fn disarm(socket: BorrowedFd<'_>) -> io::Result<()> {
    let socket_ref = SockRef::from(&socket);
    socket_ref.set_linger(None)?;
    socket_ref.set_nonblocking(true)?;
    readable_from(socket, 1)
}

/// Lets a close throw unsent bytes away and reset the connection, instead of sending them in the background.
pub fn reset_on_close(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poller::{Interest, Poller};
    use std::io::{Read, Write};
    use std::time::Instant;

    const LOCAL: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

    fn listener(options: &ListenOptions) -> Listener {
        listen(LOCAL[0].parse().unwrap(), options).unwrap()
    }

    fn wait_for(descriptor: impl AsFd) {
        let poller = Poller::new().unwrap();
        poller.add(descriptor, 0, Interest::Readable).unwrap();
        assert_eq!(*poller.wait(None).unwrap(), [0]);
    }

    #[test]
    fn both_families_accept_and_say_who_came() {
        for address in LOCAL {
            let listener = listen(address.parse().unwrap(), &ListenOptions::default()).unwrap();
            assert!(listener.accept().unwrap().is_none());
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (stream, peer) = listener.accept().unwrap().unwrap();
            assert_eq!(peer, client.local_addr().unwrap());
            assert!(stream.nodelay().unwrap(), "inherited from the listener");
        }
    }

    #[test]
    fn accepted_sockets_neither_block_nor_survive_exec() {
        let listener = listener(&ListenOptions::default());
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut stream, _) = listener.accept().unwrap().unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        let flags = fcntl(&stream, FcntlArg::F_GETFD).unwrap();
        assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC);
    }

    #[test]
    fn a_port_in_use_is_said() {
        let first = listener(&ListenOptions::default());
        let second = listen(first.local_addr().unwrap(), &ListenOptions::default());
        assert_eq!(second.unwrap_err().kind(), ErrorKind::AddrInUse);
    }

    #[test]
    fn a_port_can_be_shared() {
        let options = ListenOptions { reuse_port: true, ..ListenOptions::default() };
        let first = listener(&options);
        assert!(listen(first.local_addr().unwrap(), &options).is_ok());
    }

    #[test]
    fn ipv4_comes_in_through_ipv6_unless_told_otherwise() {
        for v6_only in [false, true] {
            let options = ListenOptions { v6_only, ..ListenOptions::default() };
            let listener = listen("[::]:0".parse().unwrap(), &options).unwrap();
            let port = listener.local_addr().unwrap().port();
            assert_eq!(TcpStream::connect(("127.0.0.1", port)).is_ok(), !v6_only);
        }
    }

    #[test]
    fn buffers_are_inherited() {
        let options = ListenOptions {
            send_buffer: Some(40_000),
            receive_buffer: Some(50_000),
            ..ListenOptions::default()
        };
        let listener = listener(&options);
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap().unwrap();
        assert!((40_000..=80_000).contains(&SockRef::from(&stream).send_buffer_size().unwrap()));
        assert!((50_000..=100_000).contains(&SockRef::from(&stream).recv_buffer_size().unwrap()));
    }

    fn connection() -> (TcpStream, TcpStream) {
        let listener = listener(&ListenOptions::default());
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (client, listener.accept().unwrap().unwrap().0)
    }

    #[test]
    fn a_look_takes_nothing() {
        let (mut client, stream) = connection();
        stream.set_nonblocking(false).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(peek(stream.as_fd(), &mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        client.write_all(b"GET /").unwrap();
        wait_for(&stream);
        for _ in 0..2 {
            assert_eq!(peek(stream.as_fd(), &mut buffer).unwrap(), 5);
        }
        assert_eq!(receive(stream.as_fd(), &mut buffer).unwrap(), 5);
        assert_eq!(receive(stream.as_fd(), &mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(client);
        wait_for(&stream);
        assert_eq!(receive(stream.as_fd(), &mut buffer).unwrap(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_socket_is_known_by_its_cookie() {
        let ((_one, a), (_two, b)) = (connection(), connection());
        let copy = a.try_clone().unwrap();
        assert_eq!(cookie(a.as_fd()).unwrap(), cookie(copy.as_fd()).unwrap());
        assert_ne!(cookie(a.as_fd()).unwrap(), cookie(b.as_fd()).unwrap());
        let (reader, _writer) = io::pipe().unwrap();
        assert!(cookie(reader.as_fd()).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn readiness_waits_for_as_many_bytes_as_asked() {
        let (mut client, stream) = connection();
        let poller = Poller::new().unwrap();
        poller.add(&stream, 0, Interest::Readable).unwrap();
        readable_from(stream.as_fd(), 3).unwrap();
        client.write_all(b"ab").unwrap();
        let mut buffer = [0; 8];
        while peek(stream.as_fd(), &mut buffer).ok() != Some(2) {
            std::thread::yield_now();
        }
        // While others take much of the system's memory for sockets, it reports two.
        let until = Instant::now() + Duration::from_secs(90);
        while !poller.wait(Some(Duration::ZERO)).unwrap().is_empty() {
            assert!(Instant::now() < until, "two bytes are reported, though three were asked for");
            std::thread::yield_now();
        }
        client.write_all(b"c").unwrap();
        assert_eq!(*poller.wait(None).unwrap(), [0]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_end_is_seen_behind_what_was_not_read() {
        let (mut client, stream) = connection();
        client.write_all(b"ab").unwrap();
        assert!(!has_ended(stream.as_fd()).unwrap());
        client.shutdown(net::Shutdown::Write).unwrap();
        let poller = Poller::new().unwrap();
        poller.add(&stream, 0, Interest::Arrival).unwrap();
        while !has_ended(stream.as_fd()).unwrap() {
            poller.wait(None).unwrap();
        }
        assert_eq!(peek(stream.as_fd(), &mut [0; 8]).unwrap(), 2);
    }

    #[test]
    fn a_disarmed_socket_does_not_wait() {
        let (_client, stream) = connection();
        SockRef::from(&stream).set_linger(Some(Duration::from_secs(60))).unwrap();
        stream.set_nonblocking(false).unwrap();
        disarm(stream.as_fd()).unwrap();
        assert_eq!(SockRef::from(&stream).linger().unwrap(), None);
        assert_eq!((&stream).read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_deferred_connection_comes_with_its_first_bytes() {
        let options =
            ListenOptions { defer_accept: Some(Duration::from_secs(30)), ..ListenOptions::default() };
        let listener = listener(&options);
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert!(listener.accept().unwrap().is_none());
        client.write_all(b"GET").unwrap();
        wait_for(&listener);
        let (mut stream, _) = listener.accept().unwrap().unwrap();
        let mut buffer = [0; 8];
        assert_eq!(stream.read(&mut buffer).unwrap(), 3);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_closed_door_keeps_those_inside() {
        let listener = listener(&ListenOptions::default());
        let address = listener.local_addr().unwrap();
        let mut inside = TcpStream::connect(address).unwrap();
        if !listener.refuse_new().unwrap() {
            return eprintln!("skipped: needs root");
        }
        let outside = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        outside.set_nonblocking(true).unwrap();
        assert!(outside.connect(&address.into()).is_err());
        let (mut stream, _) = listener.accept().unwrap().unwrap();
        assert!(listener.accept().unwrap().is_none(), "the second client's SYN was dropped");
        inside.write_all(b"hello").unwrap();
        wait_for(&stream);
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 5);

        listener.accept_new_again().unwrap();
        wait_for(&listener);
        assert!(listener.accept().unwrap().is_some(), "the second client has tried again");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn after_shutdown_a_late_request_is_still_read() {
        let listener = listener(&ListenOptions::default());
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut stream, _) = listener.accept().unwrap().unwrap();
        shutdown(stream.as_fd(), net::Shutdown::Read).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
        client.write_all(b"late").unwrap();
        // shutdown keeps the socket readable for ever, so wait for the bytes themselves.
        stream.set_nonblocking(false).unwrap();
        let arrived = std::iter::repeat_with(|| stream.read(&mut [0; 8]).unwrap()).find(|&length| length > 0);
        assert_eq!(arrived, Some(4));
    }

    #[test]
    fn either_end_of_a_connection_can_be_shut() {
        let listener = listener(&ListenOptions::default());
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut stream, _) = listener.accept().unwrap().unwrap();
        shutdown(stream.as_fd(), net::Shutdown::Write).unwrap();
        assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
        shutdown(stream.as_fd(), net::Shutdown::Both).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
        assert_eq!(stream.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }

    #[test]
    fn what_was_sent_with_more_to_come_arrives_with_it() {
        let listener = listener(&ListenOptions::default());
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap().unwrap();
        let [head, body, end] = [b"head ", b"body ", b"end. "].map(|part| IoSlice::new(part));
        assert_eq!(send(stream.as_fd(), &[head], true).unwrap(), 5);
        assert_eq!(send(stream.as_fd(), &[body, end], false).unwrap(), 10);
        let mut text = [0; 15];
        client.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"head body end. ");
        shutdown(stream.as_fd(), net::Shutdown::Write).unwrap();
        // No signal, though it is not std that writes here.
        assert_eq!(
            send(stream.as_fd(), &[IoSlice::new(b"x")], false).unwrap_err().kind(),
            ErrorKind::BrokenPipe
        );
    }

    #[test]
    fn a_reset_is_noticed_at_once() {
        let listener = listener(&ListenOptions::default());
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap().unwrap();
        reset_on_close(&stream).unwrap();
        drop(stream);
        assert_eq!(client.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[test]
    fn nothing_is_inherited_unless_addressed_to_us() {
        assert_eq!(inherited().unwrap().len(), 0);
    }
}
