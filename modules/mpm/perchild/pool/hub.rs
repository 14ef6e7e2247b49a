//! A pool's link to the listener: connections come, go back, and are reported when they have ended.

use std::io;
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use httpd::os::channel::{Channel, Received, is_full};
use httpd::os::poller::{Interest, Poller, Waker};
use httpd::os::socket;
use httpd::server::territory::Given;

use crate::message::{Described, Flags, Message};

/// So many ended connections are told at once, or those of so long.
const TOLD_AT_ONCE: usize = 64;
const TOLD_EVERY: Duration = Duration::from_millis(20);

/// The link to one listener.
pub(super) struct Hub {
    channel: Channel,
    ended: Mutex<Ended>,
    /// Wakes the main thread, which tells.
    bell: Arc<Waker>,
}

/// Connections that have ended, and since when the first of them waits to be told.
#[derive(Default)]
struct Ended {
    cookies: Vec<u64>,
    since: Option<Instant>,
}

/// What was taken from the link.
pub(super) enum Taken {
    /// A connection, and the cookie of its socket.
    Connection(Given, u64),
    Nothing,
    /// The listener has gone, or gives no more.
    End,
}

impl Hub {
    pub(super) fn new(channel: Channel, bell: Arc<Waker>) -> Self {
        Self { channel, ended: Mutex::default(), bell }
    }

    pub(super) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The next connection, if there is one.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> Taken {
        loop {
            return match self.channel.receive_with(buffer) {
                Ok((Received::Message(length), Some(descriptor))) => match Message::read(&buffer[..length]) {
                    Some(Message::Give(give)) => {
                        Taken::Connection(given(TcpStream::from(descriptor), &give), give.cookie)
                    }
                    // The listener says nothing else; another version of it might.
                    _ => continue,
                },
                Ok((Received::Message(_), None)) => continue,
                Ok((Received::Empty, _)) => Taken::Nothing,
                Err(error) if error.kind() == io::ErrorKind::InvalidData => continue,
                Ok((Received::Closed, _)) | Err(_) => Taken::End,
            };
        }
    }

    /// The next request of a connection is for somebody else: it is the listener's again. `false` if that has gone, or does
    /// not take it for so long; then the connection ends here.
    pub(super) fn hand_back(
        &self,
        cookie: u64,
        stream: &TcpStream,
        unread: &[u8],
        patience: Duration,
    ) -> bool {
        let (Ok(peer), Ok(local)) = (stream.peer_addr(), stream.local_addr()) else {
            self.end(cookie);
            return false;
        };
        let message =
            Message::Back(Described { cookie, peer, local, client: None, flags: Flags::default(), unread })
                .bytes();
        let until = Instant::now() + patience;
        while let Err(error) = self.channel.send_with(&message, stream.as_fd()) {
            if !is_full(&error) || self.wait_for_room(until).is_err() {
                self.end(cookie);
                return false;
            }
        }
        true
    }

    fn wait_for_room(&self, until: Instant) -> io::Result<()> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let poller = Poller::new()?;
        poller.add(&self.channel, 0, Interest::Writable)?;
        poller.wait(Some(left.min(TOLD_EVERY)))?;
        Ok(())
    }

    /// A connection has ended here.
    pub(super) fn end(&self, cookie: u64) {
        let mut ended = self.ended();
        ended.cookies.push(cookie);
        if ended.cookies.len() >= TOLD_AT_ONCE {
            self.tell(&mut ended);
        } else if ended.since.is_none() {
            ended.since = Some(Instant::now());
            // It cannot fail but for a descriptor that is none.
            let _ = self.bell.wake();
        }
    }

    /// When those that have ended are to be told.
    pub(super) fn due(&self) -> Option<Instant> {
        self.ended().since.map(|since| since + TOLD_EVERY)
    }

    /// Tells of them if it is time, or at once.
    pub(super) fn tell_ended(&self, now: Instant, at_once: bool) {
        let mut ended = self.ended();
        if ended.since.is_some_and(|since| at_once || since + TOLD_EVERY <= now) {
            self.tell(&mut ended);
        }
    }

    /// The process leaves: it wants no more connections.
    pub(super) fn retire(&self) {
        // A listener that does not listen gives nothing either.
        let _ = self.channel.send(&Message::Last.bytes());
    }

    fn tell(&self, ended: &mut Ended) {
        let count = ended.cookies.len().min(crate::message::DONE_MOST);
        let message = Message::Done(ended.cookies[..count].to_vec());
        ended.since = match self.channel.send(&message.bytes()) {
            Err(error) if is_full(&error) => Some(Instant::now()),
            _ => {
                ended.cookies.drain(..count);
                (!ended.cookies.is_empty()).then(Instant::now)
            }
        };
    }

    fn ended(&self) -> MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn given(stream: TcpStream, give: &Described<'_>) -> Given {
    let is_shared = give.flags.handed_back;
    if is_shared {
        // Whoever has a copy may set it again: nothing here depends on it.
        let _ = socket::disarm(stream.as_fd());
    }
    let unread = give.unread.to_vec();
    let (peer, local, client) = (give.peer, give.local, give.client);
    Given { stream, peer, local, client, unread, is_shared, is_late: give.flags.late }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn connection() -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        listener.accept().unwrap().0
    }

    fn hub() -> (Channel, Hub) {
        let (listener, pool) = Channel::pair().unwrap();
        (listener, Hub::new(pool, Arc::new(Waker::new().unwrap())))
    }

    fn heard(channel: &Channel) -> Option<Message<'static>> {
        let mut buffer = [0; 4096];
        let (Received::Message(length), _) = channel.receive_with(&mut buffer).unwrap() else { return None };
        match Message::read(&buffer[..length]).unwrap() {
            Message::Done(cookies) => Some(Message::Done(cookies)),
            Message::Last => Some(Message::Last),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_connection_comes_with_what_was_read_of_it() {
        let (listener, hub) = hub();
        let stream = connection();
        let (peer, local) = ("192.0.2.1:4242".parse().unwrap(), stream.local_addr().unwrap());
        let flags = Flags { handed_back: true, late: false };
        let give =
            Message::Give(Described { cookie: 7, peer, local, client: Some(local), flags, unread: b"GET " });
        listener.send(b"nonsense").unwrap();
        listener.send_with(&give.bytes(), stream.as_fd()).unwrap();
        let Taken::Connection(given, cookie) = hub.receive(&mut [0; 4096]) else { panic!() };
        assert_eq!((given.peer, given.client), (peer, Some(local)));
        assert_eq!((&*given.unread, given.is_shared, cookie), (&b"GET "[..], true, 7));
        assert!(matches!(hub.receive(&mut [0; 4096]), Taken::Nothing));
        drop(listener);
        assert!(matches!(hub.receive(&mut [0; 4096]), Taken::End));
    }

    #[test]
    fn ends_are_told_together() {
        let (listener, hub) = hub();
        (0..=TOLD_AT_ONCE as u64).for_each(|cookie| hub.end(cookie));
        assert_eq!(heard(&listener), Some(Message::Done((0..TOLD_AT_ONCE as u64).collect())));
        assert_eq!(heard(&listener), None);
        hub.tell_ended(Instant::now(), true);
        assert_eq!(heard(&listener), Some(Message::Done(vec![TOLD_AT_ONCE as u64])));
        assert_eq!(hub.due(), None);
        hub.retire();
        assert_eq!(heard(&listener), Some(Message::Last));
    }

    #[test]
    fn who_goes_back_is_described_and_one_that_nobody_takes_has_ended() {
        let (listener, hub) = hub();
        let stream = connection();
        assert!(hub.hand_back(9, &stream, b"GET /", Duration::ZERO));
        let mut buffer = [0; 4096];
        let (Received::Message(length), Some(_)) = listener.receive_with(&mut buffer).unwrap() else {
            panic!()
        };
        let Some(Message::Back(back)) = Message::read(&buffer[..length]) else { panic!() };
        assert_eq!((back.cookie, back.unread), (9, &b"GET /"[..]));
        drop(listener);
        assert!(!hub.hand_back(9, &stream, b"GET /", Duration::ZERO));
        assert!(hub.due().is_some());
    }
}
