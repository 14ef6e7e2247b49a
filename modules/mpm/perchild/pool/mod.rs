//! A process of a pool: it is its user from before the first connection, and serves what the listener gives it.
//!
//! [`hub`] is the link to the listener, [`threads`] are those that serve; the main thread (this file) takes connections, each only when a
//! thread is idle, so that what cannot be served stays with the listener.

mod hub;
mod threads;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Instant;

use httpd::mpm::{Accepted, Acceptor, Child, Control, Ear, Identity, Leave, Role, Woken};
use httpd::os::poller::{Interest, Poller, Ready, Waker};
use httpd::os::user;
use httpd::server::territory::{Given, Territory};

use crate::lanes::Lanes;
use crate::parent::Parent;
use crate::plan::SCRIBE;
use hub::{Hub, Taken};
use threads::{Crew, Job};

/// Serves one user's virtual hosts until told to leave and the listener has gone too.
pub(crate) fn serve(parent: &Parent, child: &Child, role: Role) -> io::Result<()> {
    let Some(plan) = parent.plan.pool(role) else {
        return Err(io::Error::other("a child without a pool"));
    };
    let lanes = Lanes::new(parent, child.generation(), &plan.own_logs);
    let (scribes, hubs): (Vec<_>, Vec<_>) =
        child.control().new_peers().into_iter().partition(|peer| peer.role == SCRIBE);
    scribes.into_iter().try_for_each(|peer| lanes.lay(peer))?;
    match plan.account.as_ref().map(|account| account.identity) {
        None => child.init()?,
        Some(identity) => become_them(child, identity)?,
    }
    // Nobody of the same user, and that is every script of the site, may look into this process.
    user::set_dumpable(child.generation().main().configs.core().mpm().core_dump_directory().is_some())?;
    let territory =
        Territory::new(child.generation(), plan.vhosts.iter().copied(), parent.config.hands_back());
    let crew = Crew::start(child, parent.threads, &territory)?;
    let mut process = Process::new(child, lanes, crew)?;
    for peer in hubs {
        process.take_hub(peer)?;
    }
    child.ready()?;
    process.run()
}

/// The user for good, and proof of it.
fn become_them(child: &Child, identity: Identity) -> io::Result<()> {
    child.init_as(identity)?;
    let is = (user::effective_user(), user::effective_group());
    if is != (identity.uid, identity.gid) {
        let name = user::user_name(identity.uid).unwrap_or_else(|| format!("#{}", identity.uid));
        return Err(io::Error::other(format!(
            "AssignUserID {name}: only a server that root starts, and that has mod_unixd, can serve as others"
        )));
    }
    Ok(())
}

/// Serves in the only process that there is (`-X`): as User and Group, and only what is not assigned to somebody else.
pub(crate) fn serve_alone(parent: &Parent, child: &Child) -> io::Result<()> {
    child.init()?;
    let all = parent.plan.pools.iter().find(|pool| pool.account.is_none());
    let vhosts = all.map(|pool| pool.vhosts.clone()).unwrap_or_default();
    for pool in parent.plan.pools.iter().filter(|pool| pool.account.is_some()) {
        httpd::log!(
            **child.generation(),
            Warn,
            AH20605,
            "one process (-X) is one user: {} virtual hosts of {} are answered with 421",
            pool.vhosts.len(),
            pool.account.as_ref().map_or("", |account| &account.user)
        );
    }
    let territory = Territory::new(child.generation(), vhosts, false);
    let crew = Crew::start(child, parent.threads, &territory)?;
    let mut acceptor = Acceptor::with_ear(child, Ears { control: child.control(), bell: crew.bell() })?;
    child.ready()?;
    while let Some(accepted) = next(&mut acceptor)? {
        if let Some(given) = given(accepted) {
            crew.wait_for_idle()?.give(Job { given, origin: None });
        }
    }
    drop(acceptor);
    crew.end()
}

fn next(acceptor: &mut Acceptor<Ears<'_>>) -> io::Result<Option<Accepted>> {
    loop {
        match acceptor.accept_within(None)? {
            Woken::Connection(accepted) => return Ok(Some(accepted)),
            Woken::Nothing => {}
            Woken::Over => return Ok(None),
        }
    }
}

/// `None` for a connection that is gone already.
fn given((stream, peer): Accepted) -> Option<Given> {
    let local = stream.local_addr().ok()?;
    let unread = Vec::new();
    Some(Given { stream, peer, local, client: None, unread, is_shared: false, is_late: false })
}

const CONTROL: u64 = 0;
const BELL: u64 = 1;
/// The keys of hubs begin here.
const FIRST_HUB: u64 = 2;

/// What the main thread has.
struct Process<'a> {
    child: &'a Child,
    lanes: Lanes,
    crew: Crew<'a>,
    /// Waits for orders, and for threads that have become idle.
    calm: Poller,
    /// Waits for connections too: used while a thread is idle.
    open: Poller,
    hubs: Vec<(u64, Arc<Hub>)>,
    next_key: u64,
    /// How many more connections it takes.
    left: u64,
    has_retired: bool,
    buffer: Vec<u8>,
}

impl<'a> Process<'a> {
    fn new(child: &'a Child, lanes: Lanes, crew: Crew<'a>) -> io::Result<Self> {
        let pollers = [Poller::new()?, Poller::new()?];
        for poller in &pollers {
            poller.add(child.control(), CONTROL, Interest::Readable)?;
            poller.add(crew.bell(), BELL, Interest::Readable)?;
        }
        let [calm, open] = pollers;
        Ok(Self {
            child,
            lanes,
            crew,
            calm,
            open,
            hubs: Vec::new(),
            next_key: FIRST_HUB,
            left: child.most_connections().unwrap_or(u64::MAX),
            has_retired: false,
            buffer: vec![0; crate::message::LONGEST + 1],
        })
    }

    fn run(mut self) -> io::Result<()> {
        loop {
            let ready = self.wait()?;
            if ready.contains(&BELL) {
                self.crew.bell().clear()?;
            }
            if ready.contains(&CONTROL) {
                self.heed()?;
            }
            for &key in ready.iter().filter(|&&key| key >= FIRST_HUB) {
                self.receive(key)?;
            }
            let now = Instant::now();
            for (_, hub) in &self.hubs {
                hub.tell_ended(now, self.child.drain().is_draining());
            }
            if self.left == 0 {
                self.retire();
            }
            if self.is_over() {
                return self.crew.end();
            }
        }
    }

    fn wait(&self) -> io::Result<Ready> {
        let due = self.hubs.iter().filter_map(|(_, hub)| hub.due()).min();
        let patience = due.map(|due| due.saturating_duration_since(Instant::now()));
        let poller = if self.crew.has_idle() { &self.open } else { &self.calm };
        poller.wait(patience)
    }

    fn heed(&mut self) -> io::Result<()> {
        self.child.control().heed();
        for peer in self.child.control().new_peers() {
            if peer.role == SCRIBE { self.lanes.lay(peer)? } else { self.take_hub(peer)? }
        }
        if self.child.control().is_over() {
            self.calm.delete(self.child.control())?;
            self.open.delete(self.child.control())?;
        }
        Ok(())
    }

    fn take_hub(&mut self, peer: httpd::mpm::Peer) -> io::Result<()> {
        let hub = Hub::new(peer.into_channel(), Arc::clone(self.crew.bell()));
        self.open.add(hub.channel(), self.next_key, Interest::Readable)?;
        self.hubs.push((self.next_key, Arc::new(hub)));
        self.next_key += 1;
        Ok(())
    }

    /// Takes connections as long as there are some, and threads for them.
    fn receive(&mut self, key: u64) -> io::Result<()> {
        let Some(place) = self.hubs.iter().position(|(own, _)| *own == key) else { return Ok(()) };
        let hub = Arc::clone(&self.hubs[place].1);
        loop {
            let Some(thread) = self.crew.take_idle() else { return Ok(()) };
            match hub.receive(&mut self.buffer) {
                Taken::Connection(given, cookie) => {
                    self.left = self.left.saturating_sub(1);
                    thread.give(Job { given, origin: Some((Arc::clone(&hub), cookie)) });
                }
                Taken::Nothing => return Ok(()),
                Taken::End => {
                    self.open.delete(hub.channel())?;
                    self.hubs.remove(place);
                    return Ok(());
                }
            }
        }
    }

    /// MaxConnectionsPerChild have come: another process takes the place of this one, which takes what is on its way
    /// and finishes what it has.
    fn retire(&mut self) {
        if !std::mem::replace(&mut self.has_retired, true) {
            self.child.drain().begin(Leave::Drain);
            for (_, hub) in &self.hubs {
                hub.retire();
            }
            self.child.worn();
        }
    }

    /// Nobody gives it anything any more, and it has nothing left.
    fn is_over(&self) -> bool {
        self.child.drain().is_draining() && self.hubs.is_empty() && self.crew.is_idle()
    }
}

/// What the thread that accepts hears besides connections, where there is one process.
struct Ears<'a> {
    control: &'a Control,
    bell: &'a Arc<Waker>,
}

impl Ear for Ears<'_> {
    fn descriptors(&self) -> impl IntoIterator<Item = BorrowedFd<'_>> {
        [self.control.as_fd(), self.bell.as_fd()]
    }

    fn heed(&self) {
        self.control.heed();
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.clear();
    }
}
