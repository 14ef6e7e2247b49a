//! Who gets a connection.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use httpd::http1::Sniff;
use httpd::log;
use httpd::mpm::{Peer, Role};
use httpd::os::limits::open_files;
use httpd::os::poller::Waker;
use httpd::server::Generation;

use super::caller::Caller;
use super::intake;
use super::spoke::{Refused, Spoke};
use super::waiting::Room;
use crate::parent::Parent;
use crate::plan::{self, Plan};

/// What all threads of the listener share.
pub(super) struct Routes {
    pub(super) generation: Arc<Generation>,
    /// The role that serves each virtual host.
    roles: Vec<Role>,
    depth: usize,
    spokes: RwLock<Vec<Arc<Spoke>>>,
    pub(super) room: Room,
    /// Wakes the main thread.
    bell: Arc<Waker>,
    complaints: Mutex<Vec<u64>>,
    /// Connections that a thread of this process has in its hands.
    pub(super) in_hand: AtomicUsize,
}

impl Routes {
    pub(super) fn new(
        parent: &Parent,
        generation: &Arc<Generation>,
        bell: Arc<Waker>,
    ) -> io::Result<Arc<Self>> {
        let plan = &parent.plan;
        let roles = (0..generation.vhosts.len()).map(|vhost| Plan::role(plan.pool_of(vhost))).collect();
        let processes = plan.pools.iter().map(|pool| pool.processes).sum();
        Ok(Arc::new(Self {
            generation: Arc::clone(generation),
            roles,
            depth: plan::depth(open_files()?.soft, processes),
            spokes: RwLock::default(),
            room: Room::new(Plan::role(plan.pools.len()).0)?,
            bell,
            complaints: Mutex::default(),
            in_hand: AtomicUsize::new(0),
        }))
    }

    pub(super) fn bell(&self) -> &Waker {
        &self.bell
    }

    /// A new process of a pool.
    pub(super) fn add(self: &Arc<Self>, peer: Peer) -> io::Result<()> {
        self.enlist(Spoke::new(peer.role, peer.child, peer.into_channel(), self.depth)?)
    }

    /// It is known before it is heard: one that is gone already would be taken out before it was put in.
    fn enlist(self: &Arc<Self>, spoke: Arc<Spoke>) -> io::Result<()> {
        self.spokes.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&spoke));
        intake::start(self, &spoke).inspect_err(|_| self.remove(&spoke))
    }

    /// A process is gone.
    pub(super) fn remove(&self, gone: &Arc<Spoke>) {
        gone.leave();
        self.spokes.write().unwrap_or_else(PoisonError::into_inner).retain(|spoke| !Arc::ptr_eq(spoke, gone));
    }

    /// A new connection: it is passed on, or waits for its first bytes.
    pub(super) fn meet(&self, mut caller: Caller, buffer: &mut [u8]) {
        let local = caller.about.local;
        let role = match caller.look(buffer) {
            Ok((Sniff::Need(need), seen)) => return self.room.sniff(caller, need, seen),
            Ok((first, _)) => self.role_of(local, &first),
            // Gone before it could be looked at.
            Err(_) => return,
        };
        self.pass(caller, role);
    }

    /// The role that a connection to that address with these first bytes is for.
    pub(super) fn role_of(&self, local: SocketAddr, first: &Sniff<'_>) -> Role {
        let vhost = self.generation.vhost_of(local, first);
        self.roles.get(vhost).copied().unwrap_or(Plan::role(0))
    }

    /// Gives a connection to a process of that role, or lets it wait until there is room: behind those that wait already.
    pub(super) fn pass(&self, caller: Caller, role: Role) {
        if caller.socket.origin.as_ref().is_some_and(|origin| origin.role == role) {
            log!(
                *self.generation,
                Error,
                AH20602,
                "a connection came back from the very pool that it is for: it is closed"
            );
            return;
        }
        let given = if self.room.has_line(role) { Err(caller) } else { self.give(caller, role) };
        if let Err(caller) = given {
            self.room.queue(caller, role);
        }
    }

    /// Gives it to the process of that role that has the fewest.
    pub(super) fn give(&self, mut caller: Caller, role: Role) -> Result<(), Caller> {
        let spokes = self.spokes.read().unwrap_or_else(PoisonError::into_inner);
        let mut own: Vec<&Arc<Spoke>> = spokes.iter().filter(|spoke| spoke.role == role).collect();
        if own.len() > 1 {
            own.sort_by_cached_key(|spoke| spoke.load());
        }
        for spoke in own {
            match spoke.give(caller) {
                Ok(()) => return Ok(()),
                Err(Refused::Full(again) | Refused::Gone(again)) => caller = again,
            }
        }
        Err(caller)
    }

    /// There is a process of that role that takes connections, now or when it has room.
    pub(super) fn is_staffed(&self, role: Role) -> bool {
        let spokes = self.spokes.read().unwrap_or_else(PoisonError::into_inner);
        spokes.iter().any(|spoke| spoke.role == role && !spoke.is_leaving())
    }

    /// The parent is to end a process.
    pub(super) fn complain(&self, spoke: &Spoke) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(spoke.child);
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }

    pub(super) fn complaints(&self) -> Vec<u64> {
        std::mem::take(&mut *self.complaints.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Nobody waits, and no pool has a connection. One that goes from hand to hand while this looks can be overlooked.
    pub(super) fn is_idle(&self) -> bool {
        let spokes = self.spokes.read().unwrap_or_else(PoisonError::into_inner);
        let none_held = spokes.iter().all(|spoke| spoke.load() == 0);
        none_held && self.room.is_empty() && self.in_hand.load(Ordering::SeqCst) == 0
    }

    /// Lets processes go that have no connection.
    pub(super) fn release_idle(&self) {
        let spokes = self.spokes.read().unwrap_or_else(PoisonError::into_inner);
        spokes.iter().filter(|spoke| spoke.load() == 0).for_each(|spoke| spoke.part());
    }

    /// The last connection has ended: every process finds the end of its channel.
    pub(super) fn close(&self) {
        let spokes = self.spokes.read().unwrap_or_else(PoisonError::into_inner);
        spokes.iter().for_each(|spoke| spoke.part());
        self.room.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::{Shutdown, TcpListener, TcpStream};
    use std::os::fd::AsFd;
    use std::time::{Duration, Instant};

    use httpd::config::{LoadOptions, load};
    use httpd::facts::Build;
    use httpd::module::linked_mpm;
    use httpd::os::channel::{Channel, Received};
    use httpd::os::socket;

    use super::super::caller::LOOKED_AT;
    use crate::facts::FACTS;
    use crate::message::Message;

    static BUILD: Build =
        Build { mpm: Some(linked_mpm(&crate::MODULE, "perchild.c")), modules: &[], facts: FACTS, core: None };

    fn routes() -> Arc<Routes> {
        let before = vec!["Listen 127.0.0.1:0".to_owned()];
        let options = LoadOptions { config_file: "/dev/null".into(), before, ..LoadOptions::new(&BUILD) };
        let generation = Arc::new(load(&options).unwrap());
        Routes::new(&Parent::new(&generation), &generation, Arc::new(Waker::new().unwrap())).unwrap()
    }

    /// A new connection that has said so much, and the client's end of it.
    fn connection(routes: &Routes, said: &[u8]) -> (TcpStream, Caller) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(said).unwrap();
        let (stream, peer) = listener.accept().unwrap();
        (client, Caller::accepted(&routes.generation, stream, peer).unwrap())
    }

    fn caller(routes: &Routes) -> Caller {
        connection(routes, b"").1
    }

    /// The client of the next connection that a pool is given.
    fn next_given(theirs: &Channel) -> SocketAddr {
        let mut buffer = [0; 4096];
        loop {
            if let (Received::Message(length), _) = theirs.receive_with(&mut buffer).unwrap() {
                let Some(Message::Give(given)) = Message::read(&buffer[..length]) else { panic!() };
                return given.peer;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn half_a_head_waits_for_the_other_half_or_the_end() {
        let (routes, role) = (routes(), Plan::role(0));
        let (ours, theirs) = Channel::pair().unwrap();
        routes.spokes.write().unwrap().push(Spoke::new(role, 7, ours, 8).unwrap());
        let waiting = super::super::waiting::start(&routes).unwrap();
        // Whoever comes to those who wait when another does is looked at after him.
        let all_are_looked_at = || {
            let (client, caller) = connection(&routes, b"GET / HTTP/1.1\r\n\r\n");
            routes.room.sniff(caller, 1, 0);
            assert_eq!(next_given(&theirs), client.local_addr().unwrap());
        };
        let (mut slow, caller) = connection(&routes, b"GET / HT");
        let copy = caller.socket.descriptor().unwrap().try_clone_to_owned().unwrap();
        routes.meet(caller, &mut vec![0; LOOKED_AT]);
        all_are_looked_at();
        // Wakes whoever waits for it, as the system does for less than was asked for when it is short of memory.
        socket::readable_from(copy.as_fd(), 1).unwrap();
        all_are_looked_at();
        slow.write_all(b"TP/1.1\r\n\r\n").unwrap();
        assert_eq!(next_given(&theirs), slow.local_addr().unwrap());
        let (ended, caller) = connection(&routes, b"GET / HT");
        routes.meet(caller, &mut vec![0; LOOKED_AT]);
        all_are_looked_at();
        ended.shutdown(Shutdown::Write).unwrap();
        assert_eq!(next_given(&theirs), ended.local_addr().unwrap());
        routes.close();
        waiting.join().unwrap().unwrap();
    }

    #[test]
    fn a_process_that_is_gone_when_it_is_introduced_leaves_nothing() {
        let (routes, until) = (routes(), Instant::now() + Duration::from_secs(90));
        for child in 0..500 {
            let (ours, _) = Channel::pair().unwrap();
            routes.enlist(Spoke::new(Plan::role(0), child, ours, 8).unwrap()).unwrap();
        }
        while !routes.spokes.read().unwrap().is_empty() {
            assert!(Instant::now() < until, "{} are kept", routes.spokes.read().unwrap().len());
            std::thread::yield_now();
        }
    }

    #[test]
    fn nobody_overtakes_who_waits() {
        let (routes, role) = (routes(), Plan::role(0));
        let (ours, theirs) = Channel::pair().unwrap();
        let is_given = || matches!(theirs.receive_with(&mut [0; 4096]).unwrap(), (Received::Message(_), _));
        routes.pass(caller(&routes), role);
        assert!(routes.room.has_line(role) && !routes.room.has_line(Plan::role(1)));
        routes.spokes.write().unwrap().push(Spoke::new(role, 7, ours, 8).unwrap());
        routes.pass(caller(&routes), role);
        assert!(!is_given(), "there is room, but another was first");
        let waiting = super::super::waiting::start(&routes).unwrap();
        while !routes.room.is_empty() {
            std::thread::yield_now();
        }
        assert!(is_given() && is_given() && !routes.room.has_line(role));
        routes.pass(caller(&routes), role);
        assert!(is_given(), "nobody waits any more");
        routes.close();
        waiting.join().unwrap().unwrap();
    }
}
