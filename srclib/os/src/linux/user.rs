//! The groups of a process that is about to give up root.

use std::ffi::CStr;
use std::io;

use nix::unistd::{Gid, initgroups, setgroups};

pub(crate) fn set_groups_of(user: &CStr, first: Gid) -> io::Result<()> {
    Ok(initgroups(user, first)?)
}

pub(crate) fn set_one_group(group: Gid) -> io::Result<()> {
    Ok(setgroups(&[group])?)
}
