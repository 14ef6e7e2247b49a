//! mod_unixd: the user and group that serving processes run as, once the parent has bound its ports.

use std::io;
use std::path::PathBuf;

use httpd::config::inherit;
use httpd::mpm::{ChildInit, Identity};
use httpd::os::user::{self, Gid, Uid};
use httpd::prelude::*;
use httpd::provider::ServesAs;
use httpd::server::Generation;

/// The module.
pub static MODULE: Unixd = Unixd;

/// mod_unixd.
pub struct Unixd;

/// Whom to become. Only the main server's counts.
#[derive(Default, Clone)]
pub struct UnixdConfig {
    user: Option<(String, Uid)>,
    group: Option<(String, Gid)>,
    chroot: Option<PathBuf>,
}

impl Config for UnixdConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            user: inherit(&self.user, &inner.user),
            group: inherit(&self.group, &inner.group),
            chroot: inherit(&self.chroot, &inner.chroot),
        }
    }
}

impl Module for Unixd {
    const NAME: &'static str = "unixd_module";
    type Config = UnixdConfig;

    const DIRECTIVES: &'static [Directive<UnixdConfig>] = &[
        Directive::one(
            "User",
            Place::S,
            "name|#uid",
            "the user that serving processes run as, if the server is started as root",
            |config, name, _| {
                let uid = user::user(name).map_err(|_| unknown("user", name))?;
                config.user = Some((name.to_owned(), uid));
                Ok(())
            },
        ),
        Directive::one(
            "Group",
            Place::S,
            "name|#gid",
            "the group that serving processes run as, if the server is started as root",
            |config, name, _| {
                let gid = user::group(name).map_err(|_| unknown("group", name))?;
                config.group = Some((name.to_owned(), gid));
                Ok(())
            },
        ),
        Directive::one(
            "ChrootDir",
            Place::S,
            "directory",
            "the directory that becomes the root of serving processes' file system",
            |config, directory, here| {
                let path = here.server_path(directory);
                if !path.is_dir() {
                    return Err(Complaint::new(format!("{} is not a directory", path.display())).argument(0));
                }
                config.chroot = Some(path);
                Ok(())
            },
        ),
        Directive::one(
            "Suexec",
            Place::S,
            "On|Off",
            "is accepted where it is Off: no program here runs scripts as other users",
            |_, word, _| match word.to_ascii_lowercase().as_str() {
                "off" => Ok(()),
                "on" => {
                    Err(Complaint::new("there is no suexec here: scripts run as the server does").argument(0))
                }
                _ => Err(Complaint::new(format!("Suexec must be On or Off, not '{word}'")).argument(0)),
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, UnixdConfig>) {
        hooks.post_config(check);
        hooks.run_config(show);
        hooks.drop_privileges(become_them);
        hooks.provide("unixd", ServesAs { identity: |generation| generation.config::<Self>(0)?.identity() });
    }
}

fn unknown(what: &str, name: &str) -> Complaint {
    Complaint::new(format!("there is no {what} '{name}' on this host")).argument(0)
}

/// A server that is started as root must know whom to become, and that may not be root.
fn check(_generation: &Generation, config: &UnixdConfig) -> Result<(), ConfError> {
    match config.fault().filter(|_| user::is_root()) {
        Some(fault) => Err(ConfError::new(fault)
            .hint("name an unprivileged user and group of this host: User www-data, Group www-data")),
        None => Ok(()),
    }
}

impl UnixdConfig {
    /// Why root may not serve with this, in one sentence.
    fn fault(&self) -> Option<&'static str> {
        match (&self.user, &self.group) {
            (None, _) => Some("the server is started as root, but no User says whom to serve as"),
            (_, None) => Some("the server is started as root, but no Group says whom to serve as"),
            (Some((_, Uid(0))), _) => Some("User is root: whoever broke in would own the host"),
            (_, Some((_, Gid(0)))) => Some("Group is root's: whoever broke in would own the host"),
            _ => None,
        }
    }
}

impl UnixdConfig {
    /// User and Group, where both are said.
    fn identity(&self) -> Option<Identity> {
        let ((_, uid), (_, gid)) = (self.user.as_ref()?, self.group.as_ref()?);
        Some(Identity { uid: *uid, gid: *gid, with_groups: true })
    }
}

/// In Apache's form: `User: name="www-data" id=33`, with `not_used` where the server is not started as root.
fn show(_generation: &Generation, config: &UnixdConfig) -> Vec<(&'static str, String)> {
    let unused = if user::is_root() { "" } else { " not_used" };
    let user =
        config.user.as_ref().map(|(name, Uid(id))| ("User", format!("name=\"{name}\" id={id}{unused}")));
    let group =
        config.group.as_ref().map(|(name, Gid(id))| ("Group", format!("name=\"{name}\" id={id}{unused}")));
    user.into_iter().chain(group).collect()
}

/// The last act of a new process: it becomes what the MPM has chosen for it, else what User and Group say.
fn become_them(child: &ChildInit<'_>, config: &UnixdConfig) -> io::Result<()> {
    let Some(identity) = child.identity.or_else(|| config.identity()).filter(|_| user::is_root()) else {
        return Ok(());
    };
    let Identity { uid, gid, with_groups } = identity;
    let name = user::user_name(uid).filter(|_| with_groups);
    match &config.chroot {
        Some(root) => user::become_user_in(root, uid, gid, name.as_deref()),
        None => user::become_user(uid, gid, name.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_serves_as_nobody_privileged() {
        let named = |id: u32| Some((id.to_string(), id));
        let rows = [
            (None, named(7), Some("no User says")),
            (named(7), None, Some("no Group says")),
            (named(0), named(7), Some("User is root")),
            (named(7), named(0), Some("Group is root's")),
            (named(7), named(7), None),
        ];
        for (user, group, expected) in rows {
            let user = user.map(|(name, id)| (name, Uid(id)));
            let group = group.map(|(name, id)| (name, Gid(id)));
            let fault = UnixdConfig { user, group, chroot: None }.fault();
            assert_eq!(fault.is_some(), expected.is_some(), "{fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{fault:?}");
        }
    }
}
