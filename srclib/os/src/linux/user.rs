//! Users, groups and capabilities of a process that gives up root.

use std::ffi::CStr;
use std::io;

use nix::unistd::{Gid, getresgid, getresuid, initgroups, setgroups};

pub(crate) fn set_groups_of(user: &CStr, first: Gid) -> io::Result<()> {
    Ok(initgroups(user, first)?)
}

pub(crate) fn set_one_group(group: Gid) -> io::Result<()> {
    Ok(setgroups(&[group])?)
}

/// The real, the effective and the saved user and group.
pub(crate) fn users_and_groups() -> io::Result<([u32; 3], [u32; 3])> {
    let (user, group) = (getresuid()?, getresgid()?);
    let users = [user.real, user.effective, user.saved].map(nix::unistd::Uid::as_raw);
    Ok((users, [group.real, group.effective, group.saved].map(Gid::as_raw)))
}

/// What capget(2) says of this thread: effective, permitted, inheritable; 32 capabilities a row.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Capabilities {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

#[repr(C)]
struct CapabilityHeader {
    version: u32,
    pid: i32,
}

/// _LINUX_CAPABILITY_VERSION_3: two rows.
const CAPABILITY_VERSION: u32 = 0x2008_0522;

pub(crate) fn has_capabilities() -> io::Result<bool> {
    let mut header = CapabilityHeader { version: CAPABILITY_VERSION, pid: 0 };
    let mut rows = [Capabilities::default(); 2];
    // SAFETY: version 3 reads and writes the header and two rows, both of which outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, rows.as_mut_ptr()) };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(rows.iter().any(|row| row.effective | row.permitted | row.inheritable != 0))
}
