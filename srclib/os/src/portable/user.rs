//! The groups of a process that is about to give up root; nix leaves these calls out for Darwin.

use std::ffi::CStr;
use std::io;

use nix::unistd::Gid;

pub(crate) fn set_groups_of(user: &CStr, first: Gid) -> io::Result<()> {
    // SAFETY: the name is a C string that outlives the call.
    checked(unsafe { libc::initgroups(user.as_ptr(), first.as_raw() as _) })
}

pub(crate) fn set_one_group(group: Gid) -> io::Result<()> {
    let group = group.as_raw();
    // SAFETY: the pointer leads to as many groups as it says: one.
    checked(unsafe { libc::setgroups(1, &raw const group) })
}

/// The real and the effective user and group; the saved ones cannot be asked for everywhere.
pub(crate) fn users_and_groups() -> io::Result<([u32; 2], [u32; 2])> {
    use nix::unistd::{Uid, getegid, geteuid, getgid, getuid};
    Ok(([getuid(), geteuid()].map(Uid::as_raw), [getgid(), getegid()].map(Gid::as_raw)))
}

/// Root's rights come in one piece here.
pub(crate) fn has_capabilities() -> io::Result<bool> {
    Ok(crate::user::is_root())
}

fn checked(result: i32) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_chooses_groups() {
        let root = Gid::from_raw(0);
        let allowed = crate::user::is_root();
        assert_eq!(set_one_group(root).is_ok(), allowed);
        assert_eq!(set_groups_of(c"root", root).is_ok(), allowed);
    }
}
