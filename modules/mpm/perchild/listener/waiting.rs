//! Connections that cannot be passed on at once, in a thread of their own: those that have not said yet whom they are for, those whose
//! pool has no room, and those that are turned away.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use httpd::http1::Sniff;
use httpd::log;
use httpd::mpm::Role;
use httpd::os::poller::{Interest, Poller, Waker};
use httpd::os::socket;

use super::caller::{Caller, LOOKED_AT, Socket};
use super::routes::Routes;

/// How often it is looked who is late.
const BETWEEN_SWEEPS: Duration = Duration::from_millis(100);
/// The most connections that may be about to say it: beyond, the one that has waited longest is late.
const SNIFFING_MOST: usize = 2048;
/// How long a connection waits for room in a pool that has processes, how many may for each, and how often it is tried. For a
/// process that is to come it waits as long as the server waits for anything (Timeout).
const QUEUED: Duration = Duration::from_secs(3);
const QUEUED_MOST: usize = 256;
const BETWEEN_TRIES: Duration = Duration::from_millis(5);
/// How long, and for how much, one that was turned away may go on talking: closed at once, it would not hear why.
const REFUSED: Duration = Duration::from_secs(2);
const REFUSED_BYTES: usize = 64 * 1024;

const UNAVAILABLE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Type: text/plain\r\n\
    Content-Length: 46\r\nConnection: close\r\n\r\nThe site cannot answer now. Please try again.\n";
/// A fatal alert, internal_error (RFC 8446, 6), which may come before anything is encrypted.
const TLS_ALERT: &[u8] = &[21, 3, 1, 0, 2, 2, 80];

/// The door to the waiting room: any thread may put a connection in.
pub(super) struct Room {
    inbox: Mutex<Inbox>,
    bell: Waker,
    /// How many are in it, refused ones not counted.
    count: AtomicUsize,
    /// How many wait for a process of each role.
    lines: Box<[AtomicUsize]>,
}

#[derive(Default)]
struct Inbox {
    sniffing: Vec<(Caller, usize, usize)>,
    queued: Vec<(Caller, Role)>,
    is_closed: bool,
}

impl Room {
    /// For so many roles.
    pub(super) fn new(roles: usize) -> io::Result<Self> {
        let lines = (0..roles).map(|_| AtomicUsize::new(0)).collect();
        Ok(Self { inbox: Mutex::default(), bell: Waker::new()?, count: AtomicUsize::new(0), lines })
    }

    /// One that has sent so many bytes, and is to send more, before it can be known whom it wants.
    pub(super) fn sniff(&self, caller: Caller, need: usize, seen: usize) {
        self.put(|inbox| inbox.sniffing.push((caller, need, seen)));
    }

    /// One whose pool has no room now.
    pub(super) fn queue(&self, caller: Caller, role: Role) {
        if let Some(line) = self.line(role) {
            line.fetch_add(1, Ordering::SeqCst);
        }
        self.put(|inbox| inbox.queued.push((caller, role)));
    }

    /// Somebody waits for room in that pool: whoever comes now is behind.
    pub(super) fn has_line(&self, role: Role) -> bool {
        self.line(role).is_some_and(|line| line.load(Ordering::SeqCst) > 0)
    }

    fn line(&self, role: Role) -> Option<&AtomicUsize> {
        self.lines.get(role.0)
    }

    /// Nobody waits who could still be served.
    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::SeqCst) == 0
    }

    /// There will be nobody more.
    pub(super) fn close(&self) {
        self.inbox().is_closed = true;
        let _ = self.bell.wake();
    }

    fn put(&self, put: impl FnOnce(&mut Inbox)) {
        self.count.fetch_add(1, Ordering::SeqCst);
        put(&mut self.inbox());
        // It cannot fail but for a descriptor that is none.
        let _ = self.bell.wake();
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread.
pub(super) fn start(routes: &Arc<Routes>) -> io::Result<JoinHandle<io::Result<()>>> {
    let poller = Poller::new()?;
    poller.add(&routes.room.bell, BELL, Interest::Readable)?;
    let waiting = Waiting {
        routes: Arc::clone(routes),
        poller,
        sniffing: BTreeMap::new(),
        queued: Vec::new(),
        refused: BTreeMap::new(),
        next_key: BELL + 1,
        next_sweep: Instant::now(),
        buffer: vec![0; LOOKED_AT],
        is_closed: false,
    };
    thread::Builder::new().name("waiting".to_owned()).spawn(move || waiting.live())
}

const BELL: u64 = 0;

struct Waiting {
    routes: Arc<Routes>,
    poller: Poller,
    /// By key, which grows: the first has waited longest.
    sniffing: BTreeMap<u64, Sniffing>,
    queued: Vec<Queued>,
    refused: BTreeMap<u64, Refused>,
    next_key: u64,
    next_sweep: Instant,
    buffer: Vec<u8>,
    is_closed: bool,
}

struct Sniffing {
    caller: Caller,
    /// It was asked to wake us when so much is there.
    need: usize,
    seen: usize,
    since: Instant,
}

struct Queued {
    caller: Caller,
    role: Role,
    since: Instant,
}

struct Refused {
    socket: Socket,
    left: usize,
    until: Instant,
}

impl Waiting {
    fn live(mut self) -> io::Result<()> {
        while !(self.is_closed && self.refused.is_empty()) {
            let ready = self.poller.wait(self.patience(Instant::now()))?;
            let now = Instant::now();
            for &key in ready.iter().filter(|&&key| key != BELL) {
                if self.sniffing.contains_key(&key) {
                    self.look(key, true);
                } else {
                    self.drain(key);
                }
            }
            self.take_in(now)?;
            self.move_up(now);
            self.expire(now);
        }
        Ok(())
    }

    fn take_in(&mut self, now: Instant) -> io::Result<()> {
        self.routes.room.bell.clear()?;
        let Inbox { sniffing, queued, is_closed } = {
            let mut inbox = self.routes.room.inbox();
            let is_closed = inbox.is_closed;
            std::mem::replace(&mut *inbox, Inbox { is_closed, ..Inbox::default() })
        };
        self.is_closed = is_closed;
        for (caller, need, seen) in sniffing {
            self.sniff(caller, need, seen, now);
        }
        self.queued.extend(queued.into_iter().map(|(caller, role)| Queued { caller, role, since: now }));
        Ok(())
    }

    // Those that have not said whom they want.

    fn sniff(&mut self, caller: Caller, need: usize, seen: usize, now: Instant) {
        let key = self.next_key;
        self.next_key += 1;
        let known = caller
            .socket
            .descriptor()
            .is_some_and(|fd| ask_for(fd, need) && self.poller.add(fd, key, Interest::Arrival).is_ok());
        if !known {
            return self.leave();
        }
        self.sniffing.insert(key, Sniffing { caller, need, seen, since: now });
        // What came before it was waited for.
        self.look(key, false);
        if self.sniffing.len() > SNIFFING_MOST
            && let Some(longest) = self.sniffing.keys().next().copied()
        {
            self.give_up(longest, true);
        }
    }

    fn look(&mut self, key: u64, is_woken: bool) {
        let Some(sniffing) = self.sniffing.get_mut(&key) else { return };
        let local = sniffing.caller.about.local;
        // Asked first: what came before the end is looked at.
        let is_over = is_woken && sniffing.caller.has_ended();
        let role = match sniffing.caller.look(&mut self.buffer) {
            Ok((Sniff::Need(need), count)) => {
                sniffing.seen = count;
                // To ask is to be woken, where the system is short of memory for sockets.
                let is_asked = sniffing.need == need
                    || sniffing.caller.socket.descriptor().is_some_and(|fd| ask_for(fd, need));
                sniffing.need = need;
                if is_over || !is_asked {
                    self.give_up(key, false);
                }
                return;
            }
            Ok((first, _)) => self.routes.role_of(local, &first),
            Err(_) => return self.forget(key),
        };
        if let Some(caller) = self.take_out(key) {
            self.routes.pass(caller, role);
            self.leave();
        }
    }

    /// It has said nothing or a part, and will not say more: the pool of the address answers that in its own words.
    fn give_up(&mut self, key: u64, is_late: bool) {
        let Some(sniffing) = self.sniffing.get(&key) else { return };
        let role = self.routes.role_of(sniffing.caller.about.local, &Sniff::Bad);
        if let Some(mut caller) = self.take_out(key) {
            caller.is_late = is_late;
            self.routes.pass(caller, role);
            self.leave();
        }
    }

    fn forget(&mut self, key: u64) {
        if self.take_out(key).is_some() {
            self.leave();
        }
    }

    /// The poller knows sockets, not descriptors: it would go on reporting one that is another process's.
    fn take_out(&mut self, key: u64) -> Option<Caller> {
        let Sniffing { caller, .. } = self.sniffing.remove(&key)?;
        let descriptor = caller.socket.descriptor()?;
        let _ = self.poller.delete(descriptor);
        ask_for(descriptor, 1);
        Some(caller)
    }

    // Those whose pool has no room.

    /// First come, first served: nobody is tried while one is left who waits for the same pool.
    fn move_up(&mut self, now: Instant) {
        let mut left: BTreeMap<Role, usize> = BTreeMap::new();
        for Queued { caller, role, since } in std::mem::take(&mut self.queued) {
            let before = left.get(&role).copied().unwrap_or(0);
            let tried = if before > 0 { Err(caller) } else { self.routes.give(caller, role) };
            match tried {
                Err(caller) if now < since + self.patience_for(role) && before < QUEUED_MOST => {
                    left.insert(role, before + 1);
                    self.queued.push(Queued { caller, role, since });
                    continue;
                }
                Err(caller) => self.refuse(caller, now),
                Ok(()) => {}
            }
            if let Some(line) = self.routes.room.line(role) {
                line.fetch_sub(1, Ordering::SeqCst);
            }
            self.leave();
        }
    }

    fn patience_for(&self, role: Role) -> Duration {
        let timeout = self.routes.generation.main().configs.core().timeout();
        if self.routes.is_staffed(role) { QUEUED } else { timeout }
    }

    // Those that are turned away.

    fn refuse(&mut self, mut caller: Caller, now: Instant) {
        let answer = match caller.look(&mut self.buffer) {
            Ok((Sniff::Tls(_), _)) => TLS_ALERT,
            _ => UNAVAILABLE,
        };
        log!(
            *self.routes.generation,
            Info,
            AH20604,
            "the pool for a connection from {} has no room, or is not there: it is turned away",
            caller.about.peer
        );
        let Caller { socket, .. } = caller;
        let key = self.next_key;
        self.next_key += 1;
        let said = socket.descriptor().is_some_and(|fd| {
            socket::send(fd, &[IoSlice::new(answer)], false).is_ok()
                && socket::shutdown(fd, Shutdown::Write).is_ok()
                && self.poller.add(fd, key, Interest::Readable).is_ok()
        });
        if said {
            self.refused.insert(key, Refused { socket, left: REFUSED_BYTES, until: now + REFUSED });
        }
    }

    /// Reads on, so that closing does not reset the connection before the answer is read.
    fn drain(&mut self, key: u64) {
        let Some(refused) = self.refused.get_mut(&key) else { return };
        let read = refused.socket.descriptor().map_or(Ok(0), |fd| socket::receive(fd, &mut self.buffer));
        refused.left = match read {
            Ok(count @ 1..) => refused.left.saturating_sub(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => refused.left,
            _ => 0,
        };
        if refused.left == 0 {
            self.refused.remove(&key);
        }
    }

    // Time.

    fn expire(&mut self, now: Instant) {
        if now < self.next_sweep {
            return;
        }
        self.next_sweep = now + BETWEEN_SWEEPS;
        let late =
            self.sniffing.iter().filter(|(_, sniffing)| now >= sniffing.since + self.allowed(sniffing));
        for key in late.map(|(key, _)| *key).collect::<Vec<_>>() {
            self.give_up(key, true);
        }
        self.refused.retain(|_, refused| refused.until > now);
    }

    /// As long as the server allows where no host is named yet.
    fn allowed(&self, sniffing: &Sniffing) -> Duration {
        let generation = &self.routes.generation;
        let vhost = &generation.vhosts[generation.vhost_for(sniffing.caller.about.local, None)];
        let timeout = vhost.configs.core().timeout();
        vhost.paces.head.map_or(timeout, |pace| pace.allowed(sniffing.seen as u64))
    }

    fn patience(&self, now: Instant) -> Option<Duration> {
        if !self.queued.is_empty() {
            return Some(BETWEEN_TRIES);
        }
        let is_calm = self.sniffing.is_empty() && self.refused.is_empty();
        (!is_calm).then(|| self.next_sweep.saturating_duration_since(now))
    }

    fn leave(&self) {
        self.routes.room.count.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Lets the socket wake us when so much is there. `false` for one that is gone.
fn ask_for(socket: std::os::fd::BorrowedFd<'_>, bytes: usize) -> bool {
    socket::readable_from(socket, bytes as u32).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let text = String::from_utf8(UNAVAILABLE.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{text}");
    }
}
