//! sendfile(2), and reads that do not wait for a disk.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

pub(crate) fn sendfile(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    count: usize,
) -> io::Result<usize> {
    let mut offset = i64::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok(nix::sys::sendfile::sendfile64(socket, file, Some(&mut offset), count)?)
}

/// preadv2(2) with RWF_NOWAIT: WouldBlock where nothing of it is in memory, Unsupported where the file system cannot tell.
///
/// By number, for not every C library has it.
pub(crate) fn read_at_hand(file: BorrowedFd<'_>, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let parts = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // The kernel wants two words, also where one is enough; it overlooks the other then.
    let (low, high) = (offset as libc::c_long, (offset >> 32) as libc::c_long);
    // SAFETY: the kernel writes no more than iov_len bytes, into memory that is borrowed for this call.
    let read = unsafe {
        libc::syscall(libc::SYS_preadv2, file.as_raw_fd(), &raw const parts, 1, low, high, libc::RWF_NOWAIT)
    };
    usize::try_from(read).map_err(|_| io::Error::last_os_error())
}
