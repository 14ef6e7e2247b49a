//! Users and groups: their names and numbers, and giving up root for good.

use std::ffi::CString;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::Path;

use nix::unistd;

use crate::{host, process};

/// The number of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Uid(pub u32);

/// The number of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gid(pub u32);

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Gid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The user of a name, or of `#` and a number (which need not be in the user database). NotFound when there
/// is none.
pub fn user(name: &str) -> io::Result<Uid> {
    if let Some(digits) = name.strip_prefix('#') {
        return number(digits).map(Uid);
    }
    let user = unistd::User::from_name(name)?;
    user.map(|user| Uid(user.uid.as_raw())).ok_or_else(|| not_found("user", name))
}

/// The group of a name, or of `#` and a number. NotFound when there is none.
pub fn group(name: &str) -> io::Result<Gid> {
    if let Some(digits) = name.strip_prefix('#') {
        return number(digits).map(Gid);
    }
    let group = unistd::Group::from_name(name)?;
    group.map(|group| Gid(group.gid.as_raw())).ok_or_else(|| not_found("group", name))
}

/// Numbers count down from 4294967296 when negative, as `#-2` does where nobody is meant; -1 is no number but
/// setuid(2)'s word for "leave it".
fn number(digits: &str) -> io::Result<u32> {
    let refused =
        || io::Error::new(ErrorKind::InvalidInput, format!("'#{digits}' is not a number of a user or group"));
    let number: i64 = digits.parse().map_err(|_| refused())?;
    match number {
        0..=0xffff_fffe => Ok(number as u32),
        -0x8000_0000..=-2 => Ok(number as i32 as u32),
        _ => Err(refused()),
    }
}

fn not_found(what: &str, name: &str) -> io::Error {
    io::Error::new(ErrorKind::NotFound, format!("there is no {what} '{name}'"))
}

/// The name of a user, if it has one.
pub fn user_name(uid: Uid) -> Option<String> {
    Some(unistd::User::from_uid(uid.0.into()).ok()??.name)
}

/// The name of a group, if it has one.
pub fn group_name(gid: Gid) -> Option<String> {
    Some(unistd::Group::from_gid(gid.0.into()).ok()??.name)
}

/// The user whose rights this process has.
pub fn effective_user() -> Uid {
    Uid(unistd::geteuid().as_raw())
}

/// The group whose rights this process has.
pub fn effective_group() -> Gid {
    Gid(unistd::getegid().as_raw())
}

/// Whether this process has root's rights.
pub fn is_root() -> bool {
    effective_user() == Uid(0)
}

/// Becomes another user for good: the groups of `name` (without a name, `gid` alone), then the group, then
/// the user, and proof that root does not come back. Needs root and a process of one thread.
///
/// After an error the process is in between: it must end.
pub fn become_user(uid: Uid, gid: Gid, name: Option<&str>) -> io::Result<()> {
    set_groups(gid, name)?;
    set_user(uid, gid)
}

/// As [`become_user`], and `root` becomes `/`: after the groups of `name` were looked up, for the new root need not
/// know them, and before the right to do so is given up.
pub fn become_user_in(root: &Path, uid: Uid, gid: Gid, name: Option<&str>) -> io::Result<()> {
    set_groups(gid, name)?;
    process::change_root(root)?;
    set_user(uid, gid)
}

fn set_groups(gid: Gid, name: Option<&str>) -> io::Result<()> {
    match name {
        Some(name) => host::user::set_groups_of(&CString::new(name)?, gid.0.into())?,
        None => host::user::set_one_group(gid.0.into())?,
    }
    Ok(unistd::setgid(gid.0.into())?)
}

fn set_user(uid: Uid, gid: Gid) -> io::Result<()> {
    unistd::setuid(uid.0.into())?;
    verify(uid, gid)
}

fn verify(uid: Uid, gid: Gid) -> io::Result<()> {
    let (users, groups) = host::user::users_and_groups()?;
    if users.iter().any(|&user| user != uid.0) || groups.iter().any(|&group| group != gid.0) {
        return Err(io::Error::other("the user or the group did not change"));
    }
    if uid != Uid(0) && (unistd::setuid(0.into()).is_ok() || unistd::seteuid(0.into()).is_ok()) {
        return Err(io::Error::other("root could be regained"));
    }
    if uid != Uid(0) && has_capabilities()? {
        return Err(io::Error::other("some of root's capabilities are left"));
    }
    Ok(())
}

/// Whether this process may do anything that other users' processes may not (capabilities(7)).
pub fn has_capabilities() -> io::Result<bool> {
    host::user::has_capabilities()
}

/// Programs that this process starts gain no rights either: a set-user-ID bit has no effect for it and its children,
/// for good (PR_SET_NO_NEW_PRIVS, prctl(2)). Without effect where there is no such switch.
pub fn never_gain_rights() -> io::Result<()> {
    host::process::never_gain_rights()
}

/// Whether others of the same user may look into this process's memory, and whether it leaves core files
/// (PR_SET_DUMPABLE, prctl(2)). A change of user sets it to off. Without effect where there is no such
/// switch.
pub fn set_dumpable(on: bool) -> io::Result<()> {
    host::process::set_dumpable(on)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Becoming somebody else is in tests/processes.rs: there is no way back.

    #[test]
    fn root_has_a_name_and_a_number() {
        assert_eq!(user("root").unwrap(), Uid(0));
        assert_eq!(user_name(Uid(0)).unwrap(), "root");
        let group_of_root = group_name(Gid(0)).unwrap();
        assert_eq!(group(&group_of_root).unwrap(), Gid(0));
    }

    #[test]
    fn numbers_need_no_name() {
        assert_eq!(user("#1234567").unwrap(), Uid(1_234_567));
        assert_eq!(group("#4294967294").unwrap(), Gid(u32::MAX - 1));
        assert_eq!(user("#-2").unwrap(), Uid(u32::MAX - 1));
        for bad in ["#", "#-1", "#4294967295", "#99999999999", "#1x", "# 1"] {
            assert_eq!(user(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad}");
        }
    }

    #[test]
    fn nobody_of_that_name() {
        assert_eq!(user("no such user").unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(group("no such group").unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(user_name(Uid(4_000_000_000)), None);
        assert_eq!(group_name(Gid(4_000_000_000)), None);
    }

    #[test]
    fn is_root_says_what_the_user_is() {
        assert_eq!(is_root(), effective_user().0 == 0);
    }
}
