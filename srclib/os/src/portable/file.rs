//! Sending a file by way of a small buffer: every system's own sendfile differs from every other's.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::sys::socket::{MsgFlags, send};
use nix::sys::uio::pread;

pub(crate) fn sendfile(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    count: usize,
) -> io::Result<usize> {
    let mut buffer = [0; 16 * 1024];
    let most = count.min(buffer.len());
    let offset = i64::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    let length = pread(file, &mut buffer[..most], offset)?;
    if length == 0 {
        return Ok(0);
    }
    let flags = MsgFlags::from_bits_retain(libc::MSG_NOSIGNAL);
    Ok(send(socket.as_raw_fd(), &buffer[..length], flags)?)
}

pub(crate) fn read_at_hand(_file: BorrowedFd<'_>, _buffer: &mut [u8], _offset: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn sends_a_range_and_says_where_the_file_ends() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let (mut reader, writer) = UnixStream::pair().unwrap();
        assert_eq!(sendfile(writer.as_fd(), file.as_fd(), 3, 4).unwrap(), 4);
        assert_eq!(sendfile(writer.as_fd(), file.as_fd(), 8, 100).unwrap(), 2);
        assert_eq!(sendfile(writer.as_fd(), file.as_fd(), 10, 100).unwrap(), 0);
        drop(writer);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "345689");
    }
}
