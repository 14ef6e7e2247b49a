//! mod_unixd: the user and group that serving processes run as, once the parent has bound its ports.

use std::io;
use std::path::PathBuf;

use httpd::config::inherit;
use httpd::mpm::ChildInit;
use httpd::os::process::change_root;
use httpd::os::user::{self, Gid, Uid};
use httpd::prelude::*;
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
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, UnixdConfig>) {
        hooks.post_config(check);
        hooks.run_config(show);
        hooks.drop_privileges(become_them);
    }
}

fn unknown(what: &str, name: &str) -> Complaint {
    Complaint::new(format!("there is no {what} '{name}' on this host")).argument(0)
}

/// A server that is started as root must know whom to become, and that may not be root.
fn check(_generation: &Generation, config: &UnixdConfig) -> Result<(), ConfError> {
    if !user::is_root() {
        return Ok(());
    }
    let hint = "name an unprivileged user and group of this host: User www-data, Group www-data";
    match (&config.user, &config.group) {
        (None, _) => {
            Err(ConfError::new("the server is started as root, but no User says whom to serve as").hint(hint))
        }
        (_, None) => {
            Err(ConfError::new("the server is started as root, but no Group says whom to serve as")
                .hint(hint))
        }
        (Some((_, Uid(0))), _) => {
            Err(ConfError::new("User is root: whoever broke in would own the host").hint(hint))
        }
        (_, Some((_, Gid(0)))) => {
            Err(ConfError::new("Group is root's: whoever broke in would own the host").hint(hint))
        }
        _ => Ok(()),
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

/// The last act of a new serving process.
fn become_them(_child: &ChildInit<'_>, config: &UnixdConfig) -> io::Result<()> {
    let (Some((_, uid)), Some((_, gid)), true) = (&config.user, &config.group, user::is_root()) else {
        return Ok(());
    };
    let name = user::user_name(*uid);
    if let Some(root) = &config.chroot {
        change_root(root)?;
    }
    user::become_user(*uid, *gid, name.as_deref())
}
