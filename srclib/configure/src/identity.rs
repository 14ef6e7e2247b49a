//! As whom the shipped configuration lets the server run once it has bound its ports.

use std::path::Path;

/// Accounts that exist for programs without rights, the most fitting first.
const USERS: &[&str] = &["daemon", "www", "_www", "nobody"];
const GROUPS: &[&str] = &["daemon", "www", "_www", "nogroup", "nobody"];

/// Layouts of systems that have an account for web servers, whatever this machine is.
const LAYOUTS: &[(&str, &str)] =
    &[("Debian", "www-data"), ("Fedora", "apache"), ("RedHat", "apache"), ("FreeBSD", "www")];

/// The user and the group of a layout's system.
pub fn of_layout(layout: &str) -> Option<&'static str> {
    LAYOUTS.iter().find(|(name, _)| *name == layout).map(|(_, account)| *account)
}

/// The user and the group to write into httpd.conf, from this machine's `/etc/passwd` and `/etc/group`.
pub fn of_this_machine() -> (&'static str, &'static str) {
    let names = |file: &str| std::fs::read_to_string(Path::new("/etc").join(file)).unwrap_or_default();
    (first_known(USERS, &names("passwd")), first_known(GROUPS, &names("group")))
}

/// The first candidate with a line in `accounts`; without any the first of all, which is Apache's.
fn first_known(candidates: &[&'static str], accounts: &str) -> &'static str {
    let known = |name: &str| accounts.lines().any(|line| line.split(':').next() == Some(name));
    candidates.iter().find(|name| known(name)).copied().unwrap_or(candidates[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_account_that_exists() {
        assert_eq!(first_known(USERS, "root:x:0:0::/:\nnobody:x:99:99::/:\ndaemon:x:1:1::/:\n"), "daemon");
        assert_eq!(first_known(GROUPS, "nogroup:x:65534:\ndaemons:x:7:\n"), "nogroup");
        assert_eq!(first_known(GROUPS, ""), "daemon");
    }
}
