//! Who serves what as whom. Pure: what the configuration says goes in, the processes and what each may have come out.

use std::collections::BTreeSet;

use httpd::config::Complaint;
use httpd::mpm::{By, Identity, Link, Role};
use httpd::os::user::{self, Uid};

/// The child that takes all connections and serves none.
pub const LISTENER: Role = Role(0);
/// The child that writes the logs that several users share.
pub const SCRIBE: Role = Role(1);
/// The role of the first pool; the others follow.
const FIRST_POOL: usize = 2;

/// The user and group of ListenerUserID where nothing is said: a number that no distribution gives to anybody.
pub const NOBODYS: u32 = 65530;

/// A user and a group as a line of the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user as it was written.
    pub user: String,
    /// Both as numbers.
    pub identity: Identity,
}

impl Account {
    /// Looks both up. Neither may be root: whoever broke in would own the host.
    pub fn named(user: &str, group: &str) -> Result<Self, Complaint> {
        let unknown = |place: usize, what: &str, name: &str| {
            Complaint::new(format!("there is no {what} '{name}' on this host")).argument(place)
        };
        let uid = user::user(user).map_err(|_| unknown(0, "user", user))?;
        let gid = user::group(group).map_err(|_| unknown(1, "group", group))?;
        if uid == Uid(0) || gid.0 == 0 {
            let place = usize::from(uid != Uid(0));
            return Err(Complaint::new("nobody is served as root: whoever broke in would own the host")
                .argument(place)
                .hint("name a user and a group of the site's own"));
        }
        Ok(Self { user: user.to_owned(), identity: Identity { uid, gid, with_groups: true } })
    }
}

/// What the configuration says, as far as it matters here.
#[derive(Debug, Default)]
pub struct Asked {
    /// AssignUserID of each virtual host, the main server first.
    pub assigned: Vec<Option<Account>>,
    /// ChildPerUserID, line by line.
    pub per_user: Vec<(Account, usize)>,
    /// NumServers, as it took effect.
    pub servers: usize,
    /// Each log: the virtual hosts whose lines name it.
    pub logs: Vec<BTreeSet<usize>>,
}

/// The processes of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// `None`: whom User and Group name.
    pub account: Option<Account>,
    /// How many processes.
    pub processes: usize,
    /// The virtual hosts that it serves, by their places.
    pub vhosts: Vec<usize>,
    /// The logs that only it writes to: it has them open itself.
    pub own_logs: Vec<usize>,
}

/// Everything that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The first is User's and Group's.
    pub pools: Vec<Pool>,
    /// The logs that no pool has for itself.
    pub shared_logs: Vec<usize>,
}

impl Plan {
    /// Every virtual host in a pool, a pool for each user and group.
    pub fn of(asked: &Asked) -> Self {
        let mut pools = vec![Pool { account: None, processes: 0, vhosts: Vec::new(), own_logs: Vec::new() }];
        for (account, processes) in &asked.per_user {
            let pool = pool_of(&mut pools, account);
            pools[pool].processes += processes;
        }
        for (vhost, account) in asked.assigned.iter().enumerate() {
            let pool = account.as_ref().map_or(0, |account| pool_of(&mut pools, account));
            pools[pool].vhosts.push(vhost);
        }
        let asked_for: usize = asked.per_user.iter().map(|(_, processes)| processes).sum();
        pools[0].processes = asked.servers.saturating_sub(asked_for);
        let mut plan = Self { pools, shared_logs: Vec::new() };
        for pool in &mut plan.pools {
            pool.processes = pool.processes.max(1);
        }
        for (log, owners) in asked.logs.iter().enumerate() {
            match plan.owner_of(owners) {
                Some(pool) => plan.pools[pool].own_logs.push(log),
                None => plan.shared_logs.push(log),
            }
        }
        plan
    }

    /// The only pool whose virtual hosts may write to a log that these name. What the main server names is everybody's.
    fn owner_of(&self, vhosts: &BTreeSet<usize>) -> Option<usize> {
        if self.pools.len() == 1 {
            return Some(0);
        }
        let mut pools = vhosts.iter().map(|vhost| self.pool_of(*vhost));
        let first = pools.next()?;
        (!vhosts.contains(&0) && pools.all(|pool| pool == first)).then_some(first)
    }

    /// The pool that serves a virtual host.
    pub fn pool_of(&self, vhost: usize) -> usize {
        self.pools.iter().position(|pool| pool.vhosts.contains(&vhost)).unwrap_or(0)
    }

    /// The role of a pool's processes.
    pub fn role(pool: usize) -> Role {
        Role(FIRST_POOL + pool)
    }

    /// Which pool's a role is, if it is one's.
    pub fn place_of(&self, role: Role) -> Option<usize> {
        role.0.checked_sub(FIRST_POOL).filter(|place| *place < self.pools.len())
    }

    /// The pool of a role.
    pub fn pool(&self, role: Role) -> Option<&Pool> {
        self.pools.get(self.place_of(role)?)
    }

    /// Every child, the last of them forked first: when the listener begins, the others are there.
    pub fn children(&self) -> Vec<Role> {
        let pools = self.pools.iter().enumerate();
        let pools = pools.flat_map(|(place, pool)| vec![Self::role(place); pool.processes]);
        [LISTENER].into_iter().chain(pools).chain([SCRIBE]).collect()
    }

    /// Who speaks with whom: the listener with each pool; all of them to the one that writes.
    pub fn links(&self) -> Vec<Link> {
        let pools = (0..self.pools.len()).map(Self::role);
        let with_listener = pools.clone().map(|spoke| Link { hub: LISTENER, spoke, by: By::Channel });
        let lanes = By::Pipes(self.shared_logs.len() + 1);
        let to_scribe = pools.chain([LISTENER]).map(|spoke| Link { hub: SCRIBE, spoke, by: lanes });
        with_listener.chain(to_scribe).collect()
    }

    /// Which log the lines of a lane are for. The first lane is a process's standard error, which goes to the main log.
    pub fn log_of(&self, lane: usize) -> Option<usize> {
        self.shared_logs.get(lane.checked_sub(1)?).copied()
    }

    /// The lane for the lines of a log that a process does not have open; the first for what it has no business with.
    pub fn lane_of(&self, log: usize) -> usize {
        self.shared_logs.iter().position(|shared| *shared == log).map_or(0, |place| place + 1)
    }
}

fn pool_of(pools: &mut Vec<Pool>, account: &Account) -> usize {
    let is_same = |pool: &Pool| pool.account.as_ref().is_some_and(|own| own.identity == account.identity);
    pools.iter().position(is_same).unwrap_or_else(|| {
        let account = Some(account.clone());
        pools.push(Pool { account, processes: 0, vhosts: Vec::new(), own_logs: Vec::new() });
        pools.len() - 1
    })
}

/// How many threads a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads {
    /// StartThreads: to begin with.
    pub start: usize,
    /// MinSpareThreads: with fewer idle ones, more are started.
    pub min_spare: usize,
    /// MaxSpareThreads: with more idle ones, those that become idle leave.
    pub max_spare: usize,
    /// MaxThreadsPerChild.
    pub most: usize,
    /// ThreadStackSize, in bytes, if it was set.
    pub stack: Option<usize>,
}

impl Threads {
    /// How many are to be started, of `all` there are and `idle` of them.
    pub fn births(&self, all: usize, idle: usize) -> usize {
        self.min_spare.saturating_sub(idle).min(self.most.saturating_sub(all))
    }

    /// Whether one that has become idle, beside `idle` others, is one too many.
    pub fn is_surplus(&self, idle: usize) -> bool {
        idle >= self.max_spare
    }
}

/// How many connections may lie in the channel to a process that does not take them: what is on its way counts against the
/// listener's open files, of all its channels together (ETOOMANYREFS, unix(7)).
pub fn depth(open_files: u64, processes: usize) -> usize {
    let share = open_files / 2 / (processes.max(1) as u64);
    usize::try_from(share).unwrap_or(usize::MAX).clamp(8, 256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use httpd::os::user::Gid;

    fn account(id: u32) -> Account {
        let identity = Identity { uid: Uid(id), gid: Gid(id), with_groups: true };
        Account { user: format!("#{id}"), identity }
    }

    fn plan(assigned: &[Option<u32>], per_user: &[(u32, usize)], servers: usize, logs: &[&[usize]]) -> Plan {
        Plan::of(&Asked {
            assigned: assigned.iter().map(|id| id.map(account)).collect(),
            per_user: per_user.iter().map(|(id, count)| (account(*id), *count)).collect(),
            servers,
            logs: logs.iter().map(|owners| owners.iter().copied().collect()).collect(),
        })
    }

    /// A pool's user, processes, virtual hosts and own logs.
    type Shape<'a> = (Option<u32>, usize, &'a [usize], &'a [usize]);

    fn shape(plan: &Plan) -> Vec<Shape<'_>> {
        let uid = |pool: &Pool| pool.account.as_ref().map(|account| account.identity.uid.0);
        plan.pools.iter().map(|pool| (uid(pool), pool.processes, &*pool.vhosts, &*pool.own_logs)).collect()
    }

    #[test]
    fn nobody_assigned_is_one_pool() {
        let plan = plan(&[None, None], &[], 2, &[&[0], &[1]]);
        assert_eq!(shape(&plan), [(None, 2, &[0, 1][..], &[0, 1][..])]);
        assert_eq!(plan.children(), [LISTENER, Role(2), Role(2), SCRIBE]);
    }

    #[test]
    fn each_user_has_a_pool() {
        let plan = plan(&[None, Some(7), Some(8), Some(7), None], &[(8, 3)], 5, &[]);
        assert_eq!(
            shape(&plan),
            [(None, 2, &[0, 4][..], &[][..]), (Some(8), 3, &[2], &[]), (Some(7), 1, &[1, 3], &[])]
        );
        assert_eq!([0, 1, 2, 3, 9].map(|vhost| plan.pool_of(vhost)), [0, 2, 1, 2, 0]);
        assert_eq!(plan.children().len(), 8);
        assert_eq!(plan.pool(Plan::role(2)), plan.pools.get(2));
        assert_eq!((plan.pool(LISTENER), plan.pool(SCRIBE), plan.pool(Role(9))), (None, None, None));
    }

    #[test]
    fn there_is_always_a_process_for_the_rest() {
        for servers in [0, 1, 4] {
            assert_eq!(plan(&[None, Some(7)], &[(7, 4)], servers, &[]).pools[0].processes, 1, "{servers}");
        }
    }

    #[test]
    fn a_log_is_a_pools_own_if_no_other_may_write_to_it() {
        let vhosts = [None, Some(7), Some(8), Some(7), None];
        for (owners, own) in [
            (&[0][..], None),
            (&[1], Some(1)),
            (&[1, 3], Some(1)),
            (&[1, 2], None),
            (&[0, 1], None),
            (&[4], Some(0)),
            (&[], None),
        ] {
            let plan = plan(&vhosts, &[], 1, &[owners]);
            let found = plan.pools.iter().position(|pool| pool.own_logs == [0]);
            assert_eq!(found, own, "{owners:?}");
        }
    }

    #[test]
    fn everybody_writes_and_only_pools_serve() {
        let plan = plan(&[None, Some(7)], &[], 1, &[&[1], &[0]]);
        let links = plan.links();
        let of = |hub: Role| links.iter().filter(move |link| link.hub == hub).map(|link| link.spoke.0);
        assert_eq!(of(LISTENER).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(of(SCRIBE).collect::<Vec<_>>(), [2, 3, 0]);
        assert!(links.iter().all(|link| link.hub == LISTENER || link.by == By::Pipes(2)));
        assert_eq!([0, 1, 2].map(|lane| plan.log_of(lane)), [None, Some(1), None]);
        assert_eq!([0, 1].map(|log| plan.lane_of(log)), [0, 1]);
    }

    #[test]
    fn threads_follow_the_load() {
        let threads = Threads { start: 5, min_spare: 5, max_spare: 10, most: 64, stack: None };
        for (all, idle, births) in [(5, 5, 0), (5, 4, 1), (5, 0, 5), (62, 0, 2), (64, 0, 0), (70, 0, 0)] {
            assert_eq!(threads.births(all, idle), births, "{all} {idle}");
        }
        assert_eq!([9, 10, 11].map(|idle| threads.is_surplus(idle)), [false, true, true]);
    }

    #[test]
    fn what_is_on_its_way_never_fills_the_listeners_table() {
        for (open_files, processes, expected) in
            [(1024, 1, 256), (1024, 4, 128), (1024, 100, 8), (1 << 20, 1000, 256), (0, 0, 8)]
        {
            assert_eq!(depth(open_files, processes), expected);
        }
    }
}
