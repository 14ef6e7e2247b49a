//! What comes of one spoke, in a thread of its own.
//!
//! A spoke may be hostile: a descriptor that it sends, closed here or even only received, can make the call wait as long as it
//! likes (SO_LINGER). So nothing of it is touched in another thread before it is known, and nothing of it is closed there.

use std::io;
use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use httpd::http1::{Sniff, sniff};
use httpd::log;
use httpd::os::channel::Received;
use httpd::os::poller::{Interest, Poller};
use httpd::os::socket;

use super::caller::{Caller, Socket};
use super::routes::Routes;
use super::spoke::Spoke;
use crate::message::{LONGEST, Message};

/// After so many messages that are none it is not heard any more.
const BAD_MOST: usize = 64;
/// Only what is touched takes memory; a line for the log, with its time zone, needs more than one would think.
const STACK: usize = 1024 * 1024;

/// How often it is looked whether the last connection of a spoke that is gone is closed.
const LAST_DEAD: Duration = Duration::from_secs(1);

const CHANNEL: u64 = 0;
const BELL: u64 = 1;

/// Hears a spoke until it has gone.
pub(super) fn start(routes: &Arc<Routes>, spoke: &Arc<Spoke>) -> io::Result<()> {
    let poller = Poller::new()?;
    poller.add(&spoke.channel, CHANNEL, Interest::Readable)?;
    poller.add(&spoke.bell, BELL, Interest::Readable)?;
    let intake = Intake { routes: Arc::clone(routes), spoke: Arc::clone(spoke), bad: 0 };
    let life = move || intake.live(&poller);
    thread::Builder::new().name(format!("intake-{}", spoke.child)).stack_size(STACK).spawn(life)?;
    Ok(())
}

struct Intake {
    routes: Arc<Routes>,
    spoke: Arc<Spoke>,
    bad: usize,
}

/// What was in a channel.
enum Heard {
    Something,
    Nothing,
    End,
}

impl Intake {
    fn live(mut self, poller: &Poller) {
        let mut buffer = vec![0; LONGEST + 1];
        while let Ok(ready) = poller.wait(None) {
            if ready.contains(&BELL) {
                // It cannot fail but for a descriptor that is none.
                let _ = self.spoke.bell.clear();
                drop(self.spoke.take_dead());
            }
            if ready.contains(&CHANNEL) && self.hear(&mut buffer) {
                break;
            }
        }
        self.routes.remove(&self.spoke);
        // Connections that it handed back may be on their way still, and are to be closed here.
        let _ = poller.delete(&self.spoke.channel);
        while Arc::strong_count(&self.spoke) > 1 && poller.wait(Some(LAST_DEAD)).is_ok() {
            let _ = self.spoke.bell.clear();
            drop(self.spoke.take_dead());
        }
    }

    /// Everything that has come; `true` at the end.
    fn hear(&mut self, buffer: &mut [u8]) -> bool {
        loop {
            match self.hear_one(buffer) {
                Heard::Something => {}
                Heard::Nothing => return false,
                Heard::End => return true,
            }
            if self.bad >= BAD_MOST {
                log!(
                    *self.routes.generation,
                    Error,
                    AH20603,
                    "child pid {} has sent {BAD_MOST} messages that are none: it is not heard any more",
                    self.spoke.child
                );
                self.spoke.part();
                self.routes.complain(&self.spoke);
                return true;
            }
        }
    }

    fn hear_one(&mut self, buffer: &mut [u8]) -> Heard {
        let (length, descriptor) = match self.spoke.channel.receive_with(buffer) {
            Ok((Received::Message(length), descriptor)) => (length, descriptor),
            Ok((Received::Empty, _)) => return Heard::Nothing,
            Ok((Received::Closed, _)) => return Heard::End,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                self.bad += 1;
                return Heard::Something;
            }
            Err(_) => return Heard::End,
        };
        // From here on the connection is in none of the tables that say whether the listener may end.
        self.routes.in_hand.fetch_add(1, Ordering::SeqCst);
        let good = self.take(Message::read(&buffer[..length]), descriptor);
        self.routes.in_hand.fetch_sub(1, Ordering::SeqCst);
        self.bad += usize::from(good.is_none());
        Heard::Something
    }

    /// `None` if it is not what a pool may say.
    fn take(&self, message: Option<Message<'_>>, descriptor: Option<OwnedFd>) -> Option<()> {
        let message = message?;
        if message.has_descriptor() != descriptor.is_some() {
            return None;
        }
        match (message, descriptor) {
            (Message::Done(cookies), _) => self.spoke.end(&cookies),
            (Message::Last, _) => self.spoke.give_no_more(),
            (Message::Back(back), Some(socket)) => {
                // What it says of the connection is not asked: what the system says of the socket is.
                let cookie = socket::cookie(socket.as_fd()).ok()?;
                let held = self.spoke.take_back(cookie)?;
                socket::disarm(socket.as_fd()).ok()?;
                let socket = Socket::of(TcpStream::from(socket), &self.spoke);
                self.pass(Caller::back(socket, held, back.unread.to_vec()))?;
            }
            _ => return None,
        }
        Some(())
    }

    /// A pool hands back when it has read a whole head, which names a host or none.
    fn pass(&self, caller: Caller) -> Option<()> {
        let role = match sniff(&caller.unread) {
            first @ (Sniff::Host(_) | Sniff::Nameless(_)) => self.routes.role_of(caller.about.local, &first),
            _ => return None,
        };
        self.routes.pass(caller, role);
        Some(())
    }
}
