//! The control channel between a parent and one child: messages that keep their borders, and descriptors with
//! them.
//!
//! A pair of connected sockets without a name (socketpair(2), SOCK_SEQPACKET): nobody else can write to it,
//! the other side's end is seen as [`Received::Closed`], and no call ever blocks.

use std::io::{self, ErrorKind, IoSlice};
use std::mem::{self, MaybeUninit};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::slice;

use nix::sys::socket::{ControlMessage, MsgFlags, UnixAddr, send, sendmsg};
use socket2::{Domain, SockRef, Socket, Type};

use crate::host;

/// One end of a control channel.
#[derive(Debug)]
pub struct Channel(OwnedFd);

/// What a look into the channel found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// A message of so many bytes, at the start of the buffer.
    Message(usize),
    /// Nothing now; wait until the channel is readable.
    Empty,
    /// The other end has gone, and all that it sent has been read.
    Closed,
}

impl Channel {
    /// Two connected ends. After a fork each side drops the other's: only then is an end noticed.
    pub fn pair() -> io::Result<(Self, Self)> {
        // Darwin has no packets in order between unix sockets; its datagrams keep their order all the same.
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::SEQPACKET, None)
            .or_else(|_| Socket::pair(Domain::UNIX, Type::DGRAM, None))?;
        for end in [&ours, &theirs] {
            end.set_nonblocking(true)?;
        }
        Ok((Self(ours.into()), Self(theirs.into())))
    }

    /// Sends one message, whole or not at all. Errors: WouldBlock when the other end does not keep up,
    /// BrokenPipe when it has gone, InvalidInput for an empty message, which would look like the end.
    pub fn send(&self, message: &[u8]) -> io::Result<()> {
        refuse_empty(message)?;
        retry(|| Ok(send(self.0.as_raw_fd(), message, send_flags())?))?;
        Ok(())
    }

    /// Sends one message and a copy of a descriptor with it; errors as [`Channel::send`].
    pub fn send_with(&self, message: &[u8], descriptor: BorrowedFd<'_>) -> io::Result<()> {
        refuse_empty(message)?;
        let descriptors = [descriptor.as_raw_fd()];
        let rights = [ControlMessage::ScmRights(&descriptors)];
        let parts = [IoSlice::new(message)];
        retry(|| Ok(sendmsg::<UnixAddr>(self.0.as_raw_fd(), &parts, &rights, send_flags(), None)?))?;
        Ok(())
    }

    /// How many bytes the system may hold of what was sent and not yet taken: about 768 for each message with a
    /// descriptor (SO_SNDBUF; the system doubles it, and a message must fit).
    pub fn set_room(&self, bytes: usize) -> io::Result<()> {
        SockRef::from(&self.0).set_send_buffer_size(bytes)
    }

    /// How much of that is taken; 0 where nobody knows.
    pub fn unreceived(&self) -> io::Result<usize> {
        host::socket::unreceived(self.as_fd())
    }

    /// Takes one message. A message longer than the buffer or with a descriptor is dropped, its descriptors
    /// closed, and InvalidData returned.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        match self.receive_with(buffer)? {
            (received, None) => Ok(received),
            (_, Some(_)) => Err(invalid("a descriptor that was not asked for")),
        }
    }

    /// Takes one message and the descriptor that came with it, if one did. InvalidData for a message longer
    /// than the buffer or with several descriptors: all of them are closed.
    pub fn receive_with(&self, buffer: &mut [u8]) -> io::Result<(Received, Option<OwnedFd>)> {
        let (length, flags, mut descriptors) = match retry(|| self.take(buffer)) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok((Received::Empty, None)),
            // The other end went without reading all that we sent. Reported once; what it sent is still
            // there.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => match retry(|| self.take(buffer)) {
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Ok((Received::Closed, None));
                }
                again => again?,
            },
            taken => taken?,
        };
        if flags & (libc::MSG_TRUNC | libc::MSG_CTRUNC) != 0 {
            return Err(invalid("a message that was cut off"));
        }
        if descriptors.len() > 1 {
            return Err(invalid("more than one descriptor"));
        }
        let received = if length == 0 { Received::Closed } else { Received::Message(length) };
        Ok((received, descriptors.pop()))
    }

    // Not nix's recvmsg: it leaves the descriptors of a truncated message open.
    fn take(&self, buffer: &mut [u8]) -> io::Result<(usize, i32, Vec<OwnedFd>)> {
        let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
        let mut space = ControlSpace([MaybeUninit::uninit(); CONTROL_BYTES]);
        // SAFETY: msghdr is made of pointers and numbers, all of which may be zero.
        let mut header: libc::msghdr = unsafe { mem::zeroed() };
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = space.0.as_mut_ptr().cast();
        header.msg_controllen = CONTROL_BYTES as _;
        let flags = libc::MSG_DONTWAIT | host::channel::CLOSE_ON_EXEC;
        // SAFETY: the header points to `part` and `space`, with their true lengths; both outlive the call.
        let length = unsafe { libc::recvmsg(self.0.as_raw_fd(), &raw mut header, flags) };
        let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
        // SAFETY: recvmsg has just filled this header, and `space` is still there.
        let descriptors = unsafe { descriptors_of(&header) };
        descriptors.iter().try_for_each(|one| host::channel::close_on_exec(one.as_fd()))?;
        Ok((length, header.msg_flags, descriptors))
    }
}

/// The other side does not keep up, or too many descriptors are on their way (ETOOMANYREFS, unix(7)): nothing was sent,
/// and later it may be.
pub fn is_full(error: &io::Error) -> bool {
    let number = error.raw_os_error();
    error.kind() == ErrorKind::WouldBlock
        || (number.is_some() && number == host::lacking::TOO_MANY_ON_THEIR_WAY)
}

/// An end that came with a message.
impl From<OwnedFd> for Channel {
    fn from(end: OwnedFd) -> Self {
        Self(end)
    }
}

impl From<Channel> for OwnedFd {
    fn from(channel: Channel) -> Self {
        channel.0
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Channel {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Room for the 253 descriptors that a message can carry at most (unix(7), SCM_RIGHTS), so that none is ever
/// cut off by us.
const CONTROL_BYTES: usize = 1032;

#[repr(C, align(8))]
struct ControlSpace([MaybeUninit<u8>; CONTROL_BYTES]);

/// Every descriptor that came with a message becomes owned at once, whatever the message is worth: else it
/// would leak.
///
/// # Safety `header` must have been filled by recvmsg, its control buffer be alive, and its descriptors not
/// be owned yet.
unsafe fn descriptors_of(header: &libc::msghdr) -> Vec<OwnedFd> {
    let mut found = Vec::new();
    // SAFETY: the header is the kernel's, says the caller.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR give null or a header that lies within the control buffer.
    while let Some(control) = unsafe { next.as_ref() } {
        if control.cmsg_level == libc::SOL_SOCKET && control.cmsg_type == libc::SCM_RIGHTS {
            // SAFETY: the data of this header follow it in the buffer.
            let data = unsafe { libc::CMSG_DATA(next) };
            let whole: usize = control.cmsg_len as _;
            // SAFETY: header and data are `whole` bytes together, and the kernel has written them all.
            let data =
                unsafe { slice::from_raw_parts(data, whole.saturating_sub(data.addr() - next.addr())) };
            let (numbers, _) = data.as_chunks();
            // SAFETY: the kernel has just made these descriptors for us, nobody else knows their numbers.
            let own = |&number| unsafe { OwnedFd::from_raw_fd(RawFd::from_ne_bytes(number)) };
            found.extend(numbers.iter().map(own));
        }
        // SAFETY: as CMSG_FIRSTHDR above; `next` came from it.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    found
}

fn send_flags() -> MsgFlags {
    MsgFlags::from_bits_retain(libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
}

fn refuse_empty(message: &[u8]) -> io::Result<()> {
    if message.is_empty() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "an empty message"));
    }
    Ok(())
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Write, pipe};

    #[test]
    fn messages_keep_their_borders() {
        let (a, b) = Channel::pair().unwrap();
        a.send(b"R").unwrap();
        a.send(b"ready").unwrap();
        let mut buffer = [0; 16];
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Message(1));
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Message(5));
        assert_eq!(&buffer[..5], b"ready");
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Empty);
    }

    #[test]
    fn the_end_is_seen_after_the_last_message() {
        let (a, b) = Channel::pair().unwrap();
        a.send(b"last").unwrap();
        drop(a);
        let mut buffer = [0; 16];
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Message(4));
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Closed);
        assert_eq!(b.send(b"D").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }

    #[test]
    fn an_end_that_did_not_read_is_still_heard() {
        let (a, b) = Channel::pair().unwrap();
        b.send(b"never read").unwrap();
        a.send(b"last").unwrap();
        drop(a);
        let mut buffer = [0; 16];
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Message(4));
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Closed);
    }

    #[test]
    fn a_full_channel_does_not_block() {
        let (a, _b) = Channel::pair().unwrap();
        let error = (0..1_000_000).find_map(|_| a.send(&[0; 1000]).err()).unwrap();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn an_empty_message_is_refused() {
        let (a, _b) = Channel::pair().unwrap();
        assert_eq!(a.send(b"").unwrap_err().kind(), ErrorKind::InvalidInput);
    }

    #[test]
    fn a_message_longer_than_the_buffer_is_refused() {
        let (a, b) = Channel::pair().unwrap();
        a.send(b"too long").unwrap();
        a.send(b"ok").unwrap();
        let mut buffer = [0; 4];
        assert_eq!(b.receive(&mut buffer).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(b.receive(&mut buffer).unwrap(), Received::Message(2));
    }

    #[test]
    fn a_descriptor_travels_with_its_message() {
        let (a, b) = Channel::pair().unwrap();
        let (reader, mut writer) = pipe().unwrap();
        a.send_with(b"fd", reader.as_fd()).unwrap();
        drop(reader);
        let mut buffer = [0; 16];
        let (received, descriptor) = b.receive_with(&mut buffer).unwrap();
        assert_eq!(received, Received::Message(2));
        writer.write_all(b"through").unwrap();
        drop(writer);
        let mut text = String::new();
        File::from(descriptor.unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "through");
    }

    #[test]
    fn descriptors_too_many_or_unasked_are_closed() {
        let (a, b) = Channel::pair().unwrap();
        let (mut reader, writer) = pipe().unwrap();
        let two = [writer.as_raw_fd(), writer.as_raw_fd()];
        let parts = [IoSlice::new(b"two")];
        let rights = [ControlMessage::ScmRights(&two)];
        sendmsg::<UnixAddr>(a.as_raw_fd(), &parts, &rights, send_flags(), None).unwrap();
        a.send_with(b"one", writer.as_fd()).unwrap();
        drop(writer);
        let mut buffer = [0; 16];
        assert_eq!(b.receive_with(&mut buffer).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(b.receive(&mut buffer).unwrap_err().kind(), ErrorKind::InvalidData);
        // The pipe ends only when no copy of its writing end is left.
        assert_eq!(reader.read(&mut buffer).unwrap(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn room_is_for_so_many_descriptors() {
        let (a, b) = Channel::pair().unwrap();
        a.set_room(32 * 1024).unwrap();
        let (reader, _writer) = pipe().unwrap();
        let sent = (0..10_000).take_while(|_| a.send_with(b"fd", reader.as_fd()).is_ok()).count();
        assert!((20..200).contains(&sent), "{sent}");
        assert!(is_full(&a.send_with(b"fd", reader.as_fd()).unwrap_err()));
        assert!(a.unreceived().unwrap() > sent * 500);
        let b = Channel::from(OwnedFd::from(b));
        let taken = (0..sent).filter(|_| b.receive_with(&mut [0; 8]).unwrap().1.is_some()).count();
        assert_eq!((taken, a.unreceived().unwrap()), (sent, 0));
    }

    #[test]
    fn received_descriptors_do_not_survive_exec() {
        let (a, b) = Channel::pair().unwrap();
        let (reader, _writer) = pipe().unwrap();
        a.send_with(b"fd", reader.as_fd()).unwrap();
        let descriptor = b.receive_with(&mut [0; 16]).unwrap().1.unwrap();
        let flags = nix::fcntl::fcntl(&descriptor, nix::fcntl::FcntlArg::F_GETFD).unwrap();
        assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC);
    }
}
