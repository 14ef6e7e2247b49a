//! The listener: takes every connection, looks whom it is for, and passes it on. It never answers but to say that nobody can.
//!
//! [`spoke`] is one pool's process as it is seen from here, [`routes`] knows all of them and chooses; the main thread (this file)
//! takes connections, which nearly always say at once whom they are for; [`waiting`] is the thread with those that do not, or whose
//! pool is full, or that are turned away; and [`intake`] is a thread for each spoke, that hears it. No call here waits for a pool or a client: only
//! an intake may, for what its own spoke has prepared.

mod caller;
mod intake;
mod routes;
mod spoke;
mod waiting;

use std::io;
use std::os::fd::AsFd;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use httpd::mpm::{Acceptor, Child, Control, Door, Ear, Woken};
use httpd::os::poller::{Interest, Poller, Waker};
use httpd::os::socket::cookie;
use httpd::server::scoreboard::State;

use crate::harden;
use crate::lanes::Lanes;
use crate::parent::Parent;
use crate::plan::SCRIBE;
use caller::{Caller, LOOKED_AT};
use routes::Routes;

/// Passes connections on until it is told to leave, and then until the last of them has ended.
pub(crate) fn serve(parent: &Parent, child: &Child) -> io::Result<()> {
    refuse_where_sockets_have_no_number(child)?;
    let lanes = Lanes::new(parent, child.generation(), &[]);
    let peers = child.control().new_peers();
    child.become_only(parent.config.listener())?;
    harden()?;
    let routes = Routes::new(parent, child.generation(), Arc::new(Waker::new()?))?;
    let listener = Listener { child, lanes, routes };
    listener.introduce(peers)?;
    let waiting = waiting::start(&listener.routes)?;
    let ears = Ears { control: child.control(), bell: listener.routes.bell() };
    // Whoever serves counts: it passes connections on without end.
    let mut acceptor = Acceptor::at(Door::of(child), ears, child.drain().clone(), None)?;
    let slot = child.slot(0);
    slot.set_state(State::Ready);
    child.ready()?;
    listener.pass_on(&mut acceptor)?;
    drop(acceptor);
    slot.set_state(State::Graceful);
    listener.see_off()?;
    listener.routes.close();
    waiting.join().unwrap_or_else(|_| Err(io::Error::other("the thread of those who wait panicked")))
}

/// Without it nobody could tell whose connection comes back.
fn refuse_where_sockets_have_no_number(child: &Child) -> io::Result<()> {
    let mut listeners = child.listeners().iter();
    listeners.try_for_each(|bound| cookie(bound.socket().as_fd()).map(drop)).map_err(|error| {
        io::Error::new(error.kind(), format!("perchild cannot work on this system: {error}"))
    })
}

/// How long after the order to leave a pool without connections is kept for those that another might still hand back.
const LAST_HAND_BACKS: Duration = Duration::from_secs(20);
/// How often it is looked whether the last connection has ended.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

struct Listener<'a> {
    child: &'a Child,
    lanes: Lanes,
    routes: Arc<Routes>,
}

impl Listener<'_> {
    fn pass_on(&self, acceptor: &mut Acceptor<Ears<'_>>) -> io::Result<()> {
        let mut buffer = vec![0; LOOKED_AT];
        loop {
            match acceptor.accept_within(None)? {
                Woken::Connection((stream, peer)) => {
                    if let Some(caller) = Caller::accepted(self.child.generation(), stream, peer) {
                        self.routes.meet(caller, &mut buffer);
                    }
                }
                Woken::Nothing => self.attend()?,
                Woken::Over => return Ok(()),
            }
        }
    }

    /// New peers, and complaints of spokes.
    fn attend(&self) -> io::Result<()> {
        self.introduce(self.child.control().new_peers())?;
        for spoke in self.routes.complaints() {
            // A parent that is gone ends nobody.
            let _ = self.child.control().complain(spoke);
        }
        Ok(())
    }

    fn introduce(&self, peers: Vec<httpd::mpm::Peer>) -> io::Result<()> {
        for peer in peers {
            if peer.role == SCRIBE {
                self.lanes.lay(peer)?;
            } else {
                self.routes.add(peer)?;
            }
        }
        Ok(())
    }

    /// Nobody new comes: waits until every connection has ended, for a pool may still hand one back.
    fn see_off(&self) -> io::Result<()> {
        let poller = Poller::new()?;
        poller.add(self.routes.bell(), 0, Interest::Readable)?;
        poller.add(self.child.control(), 1, Interest::Readable)?;
        let mut hears = true;
        let since = Instant::now();
        let mut calm = 0;
        while calm < 2 {
            calm = if self.routes.is_idle() { calm + 1 } else { 0 };
            poller.wait(Some(BETWEEN_LOOKS))?;
            self.routes.bell().clear()?;
            self.child.control().heed();
            if hears && self.child.control().is_over() {
                poller.delete(self.child.control())?;
                hears = false;
            }
            self.attend()?;
            if since.elapsed() > LAST_HAND_BACKS {
                self.routes.release_idle();
            }
        }
        Ok(())
    }
}

/// What the main thread hears besides connections.
struct Ears<'a> {
    control: &'a Control,
    bell: &'a Waker,
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
