//! The parent's side: a fixed set of children of three sorts, linked with each other.

use std::collections::BTreeSet;
use std::io;

use httpd::log;
use httpd::mpm::{Child, Identity, Link, Orders, Pool, Role, Seen};
use httpd::os::user::{self, user_name};
use httpd::prelude::ConfError;
use httpd::provider::ServesAs;
use httpd::server::Generation;

use crate::plan::{self, Asked, LISTENER, Plan, SCRIBE};
use crate::settings::{Limits, PerchildConfig};
use crate::{Perchild, listener, pool, scribe};

/// The children of one generation. A test can put others in the place of some of them.
pub struct Parent {
    pub(crate) plan: Plan,
    pub(crate) threads: plan::Threads,
    pub(crate) config: PerchildConfig,
    /// Whom User and Group name.
    usual: Option<Identity>,
    /// The names of the listener's user and of each pool's, as long as this process may become them.
    users: Vec<String>,
}

impl Parent {
    /// As its configuration asks for.
    pub fn new(generation: &Generation) -> Self {
        let config = generation.config::<Perchild>(0).cloned().unwrap_or_default();
        let (Limits { servers, threads }, _) = Limits::of(&config);
        let plan = Plan::of(&Asked {
            assigned: (0..generation.vhosts.len()).map(|vhost| assigned(generation, vhost)).collect(),
            per_user: config.per_user().to_vec(),
            servers,
            logs: owners(generation),
        });
        let usual = usual(generation);
        let pools = plan.pools.iter().map(|pool| pool.account.as_ref().map(|own| own.identity).or(usual));
        let users = [Some(config.listener())].into_iter().chain(pools).map(name_of).collect();
        Self { plan, threads, config, usual, users }
    }

    /// The name of the user that a role's children are.
    pub(crate) fn user_of(&self, role: Role) -> &str {
        let place = self.plan.place_of(role).map_or(0, |pool| pool + 1);
        self.users.get(place).map_or("", |name| name)
    }

    /// A line for each pool, for `httpd -S`.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let pools = self.plan.pools.iter().enumerate().map(|(place, pool)| {
            let user = self.user_of(Plan::role(place));
            let hosts = pool.vhosts.iter().filter(|vhost| **vhost != 0).count();
            ("Pool", format!("user=\"{user}\" processes={} virtual_hosts={hosts}", pool.processes))
        });
        let listener = ("Listener", format!("user=\"{}\"", self.user_of(LISTENER)));
        [listener].into_iter().chain(pools).collect()
    }
}

impl Pool for Parent {
    fn threads(&self) -> usize {
        self.threads.most
    }

    /// As many again: those that retire are replaced before they have gone.
    fn limit(&self) -> usize {
        self.plan.children().len() * 2
    }

    fn first(&self, _serving: usize) -> Vec<Role> {
        self.plan.children()
    }

    fn accepts(&self, role: Role) -> bool {
        role == LISTENER
    }

    fn links(&self) -> Vec<Link> {
        self.plan.links()
    }

    /// Their number does not change.
    fn tick(&mut self, _seen: &[Seen], _generation: &Generation) -> Orders {
        Orders::default()
    }

    fn serve(&self, child: &Child) -> io::Result<()> {
        match child.role() {
            _ if child.is_alone() => pool::serve_alone(self, child),
            LISTENER => listener::serve(self, child),
            SCRIBE => scribe::serve(self, child),
            role => pool::serve(self, child, role),
        }
    }
}

/// Only root can become somebody else.
fn name_of(identity: Option<Identity>) -> String {
    let identity = identity.filter(|_| user::is_root());
    let uid = identity.map_or_else(user::effective_user, |identity| identity.uid);
    user_name(uid).unwrap_or_else(|| format!("#{uid}"))
}

fn assigned(generation: &Generation, vhost: usize) -> Option<plan::Account> {
    generation.config::<Perchild>(vhost)?.assigned.clone()
}

/// Who names each log; two names of one file are one.
fn owners(generation: &Generation) -> Vec<BTreeSet<usize>> {
    let all: Vec<_> = generation.logs.iter().collect();
    let same = |log: &httpd::server::log::LogFile| {
        let named = all.iter().filter(|(other, _)| other.is_same_as(log));
        named.flat_map(|(_, owners)| owners.iter().copied()).collect()
    };
    all.iter().map(|(log, _)| same(log)).collect()
}

fn usual(generation: &Generation) -> Option<Identity> {
    let serves_as = generation.registry.providers().get::<ServesAs>("unixd")?;
    (serves_as.identity)(generation)
}

/// No site may be the listener's user: it could end that process, and read what it reads.
pub(crate) fn check(generation: &Generation, config: &PerchildConfig) -> Result<(), ConfError> {
    let listener = config.listener();
    let parent = Parent::new(generation);
    let usual = parent.usual.filter(|_| user::is_root());
    let pools = parent.plan.pools.iter().filter_map(|pool| pool.account.as_ref());
    if let Some(site) = pools.clone().find(|account| account.identity.uid == listener.uid) {
        return Err(ConfError::new(format!("AssignUserID {} is the user of the listener", site.user))
            .hint("give the listener a user that no site has: ListenerUserID user group"));
    }
    if usual.is_some_and(|usual| usual.uid == listener.uid) {
        return Err(ConfError::new("User is the user of the listener")
            .hint("give the listener a user that no site has: ListenerUserID user group"));
    }
    for account in pools.filter(|account| usual.is_some_and(|usual| usual.uid == account.identity.uid)) {
        log!(
            *generation,
            Warn,
            AH20601,
            "AssignUserID {} is also the User of all other virtual hosts: they are not kept apart from these",
            account.user
        );
    }
    Ok(())
}
