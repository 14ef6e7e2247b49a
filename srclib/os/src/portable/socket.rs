//! accept(2), and what other systems cannot do to a listener.

use std::io::{self, ErrorKind, IoSlice};
use std::os::fd::BorrowedFd;
use std::os::unix::net::SocketAddr as UnixAddress;
use std::time::Duration;

use socket2::{SockAddr, SockRef, Socket};

pub(crate) fn accept(listener: &SockRef<'_>) -> io::Result<(Socket, SockAddr)> {
    let (socket, address) = listener.accept()?;
    socket.set_nonblocking(true)?;
    Ok((socket, address))
}

pub(crate) fn defer_accept(_listener: BorrowedFd<'_>, _time: Duration) -> io::Result<()> {
    Ok(())
}

pub(crate) fn readable_from(_socket: BorrowedFd<'_>, _bytes: u32) -> io::Result<()> {
    Ok(())
}

pub(crate) fn has_ended(_socket: BorrowedFd<'_>) -> io::Result<bool> {
    Err(io::Error::new(
        ErrorKind::Unsupported,
        "only Linux tells of an end behind bytes that nobody has read",
    ))
}

pub(crate) fn cookie(_socket: BorrowedFd<'_>) -> io::Result<u64> {
    Err(io::Error::new(ErrorKind::Unsupported, "only Linux numbers its sockets"))
}

pub(crate) fn unreceived(_socket: BorrowedFd<'_>) -> io::Result<usize> {
    Ok(0)
}

pub(crate) fn refuse_new(_listener: &SockRef<'_>) -> io::Result<bool> {
    Ok(false)
}

pub(crate) fn accept_new_again(_listener: &SockRef<'_>) -> io::Result<()> {
    Ok(())
}

/// A program in Rust ignores SIGPIPE, so the flag against it, which not every system has, is not missed.
pub(crate) fn send(socket: &SockRef<'_>, parts: &[IoSlice<'_>], _more: bool) -> io::Result<usize> {
    socket.send_vectored_with_flags(parts, libc::MSG_DONTWAIT)
}

pub(crate) fn abstract_address(_name: &[u8]) -> io::Result<UnixAddress> {
    Err(io::Error::new(ErrorKind::Unsupported, "only Linux has abstract socket names"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn accepted_sockets_do_not_block() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, address) = accept(&SockRef::from(&listener)).unwrap();
        assert_eq!(address.as_socket(), client.local_addr().ok());
        assert_eq!((&socket).read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(send(&SockRef::from(&socket), &[IoSlice::new(b"x")], false).unwrap(), 1);
        assert!(!refuse_new(&SockRef::from(&listener)).unwrap());
    }
}
