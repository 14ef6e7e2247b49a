//! Received descriptors are closed on exec once somebody says so.

use std::io;
use std::os::fd::BorrowedFd;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

pub(crate) const CLOSE_ON_EXEC: i32 = 0;

pub(crate) fn close_on_exec(received: BorrowedFd<'_>) -> io::Result<()> {
    fcntl(received, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn the_flag_is_set() {
        let (ours, _theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        fcntl(&ours, FcntlArg::F_SETFD(FdFlag::empty())).unwrap();
        close_on_exec(ours.as_fd()).unwrap();
        assert_eq!(fcntl(&ours, FcntlArg::F_GETFD).unwrap(), libc::FD_CLOEXEC);
        assert_eq!(CLOSE_ON_EXEC, 0);
    }
}
