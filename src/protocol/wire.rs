//! A connection's socket: nothing else in the server reads from it or writes to it.

use std::fs::File;
use std::io::{self, IoSlice};
use std::net;
use std::os::fd::{AsFd, BorrowedFd};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::deadlines::Wait;
use super::input::Input;

/// A socket with the bytes that were read from it ahead of their turn.
pub(crate) struct Wire {
    socket: Socket,
    /// Another process may have a copy of the socket: no call may depend on what is set on it, or it could wait for ever.
    is_shared: bool,
    pub(crate) input: Input,
}

enum Socket {
    /// As it was accepted; the runtime does not know it. The first request is often there already, and if
    /// its answer is also the last, registering and deregistering with epoll is saved: a fifth of the cost
    /// of a short connection.
    New(net::TcpStream),
    /// Registered with the runtime, so that it can be waited for.
    Known(TcpStream),
    Closed,
}

/// Whether more bytes follow a write at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// The kernel may hold a packet back that is not full.
    Follows,
    /// It goes out now.
    No,
}

impl Wire {
    /// The socket must be non-blocking.
    pub(crate) fn new(socket: net::TcpStream, unread: Vec<u8>, is_shared: bool) -> Self {
        Self { socket: Socket::New(socket), is_shared, input: Input::holding(unread) }
    }

    /// No socket: reads find the end, writes fail.
    pub(crate) fn closed() -> Self {
        Self { socket: Socket::Closed, is_shared: false, input: Input::default() }
    }

    /// Lets the runtime know the socket, from when on reading can wait without a buffer.
    pub(crate) fn register(&mut self) -> io::Result<()> {
        if let Socket::New(_) = self.socket
            && let Socket::New(socket) = std::mem::replace(&mut self.socket, Socket::Closed)
        {
            self.socket = Socket::Known(TcpStream::from_std(socket)?);
        }
        Ok(())
    }

    /// Takes the socket out, so that the runtime does not know it any more, and what was read ahead.
    pub(crate) fn release(&mut self) -> io::Result<(net::TcpStream, Vec<u8>)> {
        let unread = std::mem::take(&mut self.input).bytes().to_vec();
        match std::mem::replace(&mut self.socket, Socket::Closed) {
            Socket::New(stream) => Ok((stream, unread)),
            Socket::Known(stream) => Ok((stream.into_std()?, unread)),
            Socket::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// The kernel may not be asked to send files on its own: that is the one call that cannot be told not to wait.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// The runtime does not know it.
    pub(crate) fn is_new(&self) -> bool {
        matches!(self.socket, Socket::New(_))
    }

    /// Waits until there is something to read, or the end. A new socket is always worth a try.
    pub(crate) fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.socket {
            Socket::Known(stream) => stream.poll_read_ready(cx),
            Socket::New(_) | Socket::Closed => Poll::Ready(Ok(())),
        }
    }

    /// Reads once into the input; 0 is the end.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Socket::New(stream) = &self.socket {
            match os::socket::receive(stream.as_fd(), self.input.spare()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.register()?,
                read => {
                    return Poll::Ready(read.inspect(|count| self.input.fill(*count)));
                }
            }
        }
        let Socket::Known(stream) = &self.socket else { return Poll::Ready(Ok(0)) };
        let count = ready!(poll_receive(stream, cx, self.input.spare()))?;
        self.input.fill(count);
        Poll::Ready(Ok(count))
    }

    /// Reads once, past the input, into memory of its own: a large body is not copied. Empty is the end.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<Bytes>> {
        self.register()?;
        let Socket::Known(stream) = &self.socket else { return Poll::Ready(Ok(Bytes::new())) };
        ready!(stream.poll_read_ready(cx))?;
        let mut chunk = BytesMut::zeroed(most);
        let count = ready!(poll_receive(stream, cx, &mut chunk))?;
        chunk.truncate(count);
        Poll::Ready(Ok(chunk.freeze()))
    }

    /// Writes once, without waiting.
    pub(crate) fn try_write(&self, parts: &[IoSlice<'_>], more: More) -> io::Result<usize> {
        os::socket::send(self.descriptor()?, parts, more == More::Follows)
    }

    /// Sends a part of a file once, without waiting.
    pub(crate) fn try_send_file(&self, file: &File, offset: u64, count: usize) -> io::Result<usize> {
        os::file::sendfile(self.descriptor()?, file.as_fd(), offset, count)
    }

    fn descriptor(&self) -> io::Result<BorrowedFd<'_>> {
        match &self.socket {
            Socket::New(stream) => Ok(stream.as_fd()),
            Socket::Known(stream) => Ok(stream.as_fd()),
            Socket::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Writes once; how many bytes of `parts` went.
    ///
    /// The system is asked at once: nearly always it takes everything, and the runtime, which would first look up what
    /// it knows of the socket, need not know.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
        more: More,
    ) -> Poll<io::Result<usize>> {
        let call = |fd: BorrowedFd<'_>| os::socket::send(fd, parts, more == More::Follows);
        let tried = self.try_write(parts, more);
        if !matches!(&tried, Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
            return Poll::Ready(tried);
        }
        self.register()?;
        match &self.socket {
            Socket::Known(stream) => poll_try(stream, cx, call),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Sends a part of a file once; how many bytes went. 0 is the end of the file.
    pub(crate) fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        offset: u64,
        count: usize,
    ) -> Poll<io::Result<usize>> {
        self.register()?;
        match &mut self.socket {
            Socket::Known(stream) => {
                poll_try(stream, cx, |fd| os::file::sendfile(fd, file.as_fd(), offset, count))
            }
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Ends our side: the client sees the end of the last answer, and may still send.
    pub(crate) fn end_output(&self) {
        self.with_descriptor(|fd| os::socket::shutdown(fd, net::Shutdown::Write));
    }

    /// Wakes whoever waits for this socket: his read finds the end (after what is there), his write fails.
    pub(crate) fn interrupt(&self, wait: Wait) {
        let how = match wait {
            Wait::Read => net::Shutdown::Read,
            Wait::Write => net::Shutdown::Both,
        };
        self.with_descriptor(|fd| os::socket::shutdown(fd, how));
    }

    /// Closes the socket; what was written still goes out.
    pub(crate) fn close(&mut self) {
        if self.is_shared {
            self.with_descriptor(os::socket::disarm);
        }
        self.socket = Socket::Closed;
    }

    /// Resets the connection: what was not sent yet is thrown away, and the client notices.
    pub(crate) fn abort(&mut self) {
        // A socket that does not take the option is closed plainly: there is no other way left.
        let _ = match &self.socket {
            Socket::New(stream) => os::socket::reset_on_close(stream),
            Socket::Known(stream) => stream.set_zero_linger(),
            Socket::Closed => Ok(()),
        };
        self.close();
    }

    /// A socket that is gone needs no more of what was asked for.
    fn with_descriptor(&self, act: impl FnOnce(BorrowedFd<'_>) -> io::Result<()>) {
        let done = match &self.socket {
            Socket::New(stream) => act(stream.as_fd()),
            Socket::Known(stream) => act(stream.as_fd()),
            Socket::Closed => Ok(()),
        };
        drop(done);
    }
}

/// Reads as soon as there is something.
///
/// A read that does not fill the buffer tells the runtime that nothing is left; else each request would cost a second,
/// vain system call.
fn poll_receive(stream: &TcpStream, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_read_ready(cx))?;
        let mut all = None;
        let read = stream.try_io(Interest::READABLE, || {
            let count = os::socket::receive(stream.as_fd(), buffer)?;
            if count == 0 || count == buffer.len() {
                return Ok(count);
            }
            all = Some(count);
            Err(io::ErrorKind::WouldBlock.into())
        });
        match (all, read) {
            (Some(count), _) => return Poll::Ready(Ok(count)),
            (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            (None, read) => return Poll::Ready(read),
        }
    }
}

/// Tries a system call that writes, as often as the socket says that it can be written to.
fn poll_try(
    stream: &TcpStream,
    cx: &mut Context<'_>,
    call: impl Fn(BorrowedFd<'_>) -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(cx))?;
        match stream.try_io(Interest::WRITABLE, || call(stream.as_fd())) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return Poll::Ready(done),
        }
    }
}
