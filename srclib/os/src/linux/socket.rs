//! accept4(2), the options of tcp(7), the packet filter of socket(7), abstract names of unix(7).

use std::io::{self, ErrorKind, IoSlice};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::SocketAddr as UnixAddress;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::{SockAddr, SockFilter, SockRef, Socket};

pub(crate) fn accept(listener: &SockRef<'_>) -> io::Result<(Socket, SockAddr)> {
    listener.accept4(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK)
}

pub(crate) fn defer_accept(listener: BorrowedFd<'_>, time: Duration) -> io::Result<()> {
    let seconds = i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
    set_option(listener, libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT, seconds)
}

pub(crate) fn readable_from(socket: BorrowedFd<'_>, bytes: u32) -> io::Result<()> {
    set_option(socket, libc::SOL_SOCKET, libc::SO_RCVLOWAT, i32::try_from(bytes).unwrap_or(i32::MAX))
}

pub(crate) fn has_ended(socket: BorrowedFd<'_>) -> io::Result<bool> {
    let end = PollFlags::from_bits_retain(libc::POLLRDHUP);
    Ok(poll(&mut [PollFd::new(socket, end)], PollTimeout::ZERO)? > 0)
}

fn set_option(socket: BorrowedFd<'_>, level: i32, option: i32, value: i32) -> io::Result<()> {
    let (place, length) = ((&raw const value).cast(), size_of::<i32>() as u32);
    // SAFETY: the value of each of these options is an int, at `place`, and its length is given.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), level, option, place, length) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

pub(crate) fn cookie(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut cookie = 0_u64;
    let (place, mut length) = ((&raw mut cookie).cast(), size_of::<u64>() as u32);
    // SAFETY: the kernel writes at most `length` bytes to `place`, which are all of `cookie`.
    let result = unsafe {
        libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_COOKIE, place, &raw mut length)
    };
    if result == 0 { Ok(cookie) } else { Err(io::Error::last_os_error()) }
}

pub(crate) fn unreceived(socket: BorrowedFd<'_>) -> io::Result<usize> {
    let mut bytes = 0_i32;
    // SAFETY: this request writes one int, to `bytes`, which outlives the call.
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), libc::TIOCOUTQ, &raw mut bytes) };
    if result == 0 { Ok(usize::try_from(bytes).unwrap_or(0)) } else { Err(io::Error::last_os_error()) }
}

/// Classic BPF (the kernel's networking/filter document) over the segment from its TCP header on, IPv4 and
/// IPv6 alike: of the flags SYN and ACK is SYN alone set, then drop the segment, else keep it whole.
const NO_PURE_SYN: [SockFilter; 5] = [
    SockFilter::new(LOAD_BYTE, 0, 0, TCP_FLAGS),
    SockFilter::new(AND, 0, 0, TCP_SYN | TCP_ACK),
    SockFilter::new(JUMP_IF_EQUAL, 0, 1, TCP_SYN),
    SockFilter::new(RETURN, 0, 0, 0),
    SockFilter::new(RETURN, 0, 0, u32::MAX),
];
const LOAD_BYTE: u16 = (libc::BPF_LD | libc::BPF_B | libc::BPF_ABS) as u16;
const AND: u16 = (libc::BPF_ALU | libc::BPF_AND | libc::BPF_K) as u16;
const JUMP_IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
const TCP_FLAGS: u32 = 13;
const TCP_SYN: u32 = 0x02;
const TCP_ACK: u32 = 0x10;

pub(crate) fn refuse_new(listener: &SockRef<'_>) -> io::Result<bool> {
    match listener.attach_filter(&NO_PURE_SYN) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(false),
        Err(error) => Err(error),
    }
}

pub(crate) fn accept_new_again(listener: &SockRef<'_>) -> io::Result<()> {
    match listener.detach_filter() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        detached => detached,
    }
}

pub(crate) fn send(socket: &SockRef<'_>, parts: &[IoSlice<'_>], more: bool) -> io::Result<usize> {
    let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT | if more { libc::MSG_MORE } else { 0 };
    match parts {
        [part] => socket.send_with_flags(part, flags),
        parts => socket.send_vectored_with_flags(parts, flags),
    }
}

pub(crate) fn abstract_address(name: &[u8]) -> io::Result<UnixAddress> {
    UnixAddress::from_abstract_name(name)
}
