//! HTTP/1.0 and 1.1: RFC 9112.
//!
//! A connection goes round: it waits without a buffer ([`wait`]), reads a head ([`read`]), has it answered, sends the answer
//! ([`write`]), drops what is left of the request's body ([`body`]), decides whether it stays ([`keep`]), and
//! begins again with what the client has sent meanwhile. In the end it lingers ([`linger`]).

pub(crate) mod body;
mod keep;
mod linger;
mod read;
mod repeat;
#[cfg(test)]
mod tests;
mod write;

use std::future::poll_fn;
use std::io::IoSlice;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

pub(crate) use body::Incoming;
pub(crate) use read::Spare;
pub(crate) use repeat::Repeats;

use super::caught::caught;
use super::deadlines::{Kept, Wait};
use super::input::Input;
use super::proxied;
use super::upgrade::Upgraded;
use super::wire::More;
use crate::connection::Connection;
use crate::log;
use crate::request::{self, Request, Response};
use crate::server::scoreboard::{State, Work, tail};
use crate::server::territory::Served;
use keep::Asked;
use read::{Got, Taken};
use repeat::{Candidate, Repeated};

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The client is gone, or knows the end and has sent nothing more.
    Plain,
    /// The client may still be sending: closing at once would reset the connection and with it the answer.
    Linger,
    /// In the middle of an answer.
    Abort,
    /// It goes on with another protocol.
    Upgrade,
    /// It does not end: the next request is for somebody else.
    GiveBack,
}

/// What is sent where an answer could not even be begun.
const BARE_500: &[u8] =
    b"HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Serves a connection to its end. The future is small as long as the connection is idle: what a request
/// needs is in a box of its own, which goes when the requests that have come are answered.
pub(crate) async fn serve(connection: &Rc<Connection>) -> Served {
    let end = requests(connection).await;
    connection.set_state(State::Closing);
    match end {
        End::GiveBack => {
            let released = connection.wire.borrow_mut().release();
            return released.map_or(Served::Closed, |(stream, unread)| Served::Foreign { stream, unread });
        }
        End::Plain => connection.wire.borrow_mut().close(),
        End::Abort => connection.wire.borrow_mut().abort(),
        End::Linger => linger::linger(connection).await,
        End::Upgrade => upgrade(connection).await,
    }
    let input = std::mem::take(&mut connection.wire.borrow_mut().input);
    give_back(connection, input);
    Served::Closed
}

/// Answers the request that has come on a connection, and sends nothing: for [`crate::explain`]. `None` if it is not whole.
pub(crate) async fn answer_unsent(connection: &Rc<Connection>) -> Option<(Box<Request>, Response)> {
    let Got::Request(Taken { request: r, refused, .. }) = read::next(connection).await else { return None };
    Some(match refused {
        None => request::process(r).await,
        Some(status) => request::refuse(r, status).await,
    })
}

/// Hands the connection over.
async fn upgrade(connection: &Rc<Connection>) {
    let Some(successor) = connection.take_successor() else { return };
    connection.set_state(State::Writing);
    if let Err(said) = caught(pin!(successor(Upgraded::new(connection)))).await {
        log!(**connection, Error, AH20407, "an upgraded connection was given up: a module panicked: {said}");
    }
    connection.wire.borrow_mut().close();
}

async fn requests(connection: &Rc<Connection>) -> End {
    read::allow(connection, connection.opened, 0);
    if connection.awaits_head() && !proxied::take_head(connection).await {
        return End::Plain;
    }
    loop {
        let kept = (connection.answered() > 0).then(|| Kept::begin(connection));
        let has_come = !connection.wire.borrow().input.is_empty() || wait(connection).await;
        drop(kept);
        if !has_come {
            if connection.answered() == 0 && connection.timer.has_expired() {
                connection.too_slow("header");
            }
            return End::Plain;
        }
        let end = match repeat::answer(connection) {
            Repeated::Stays => None,
            Repeated::Ends(end) => Some(end),
            Repeated::InPart(rest) => Box::pin(rest.send(connection)).await,
            Repeated::No(candidate) => Box::pin(answer_all(connection, candidate)).await,
        };
        if let Some(end) = end {
            return end;
        }
    }
}

/// Waits for the first bytes of a request and takes a buffer only when they are there. `false` if none
/// came: the client has closed, or time is up.
async fn wait(connection: &Connection) -> bool {
    let thread = &connection.thread;
    connection.set_waited_for(false);
    let filled = poll_fn(|cx| {
        let wire = &mut *connection.wire.borrow_mut();
        if wire.poll_readable(cx)?.is_pending() {
            connection.set_waited_for(true);
            return Poll::Pending;
        }
        wire.input = thread.inputs.take().unwrap_or_else(Input::with_room);
        let filled = wire.poll_fill(cx);
        if !matches!(filled, Poll::Ready(Ok(1..))) {
            give_back(connection, std::mem::take(&mut wire.input));
        }
        filled
    });
    let has_come = matches!(filled.await, Ok(1..));
    if has_come && connection.wire.borrow().is_new() {
        stand_in_line(connection).await;
    }
    has_come
}

/// Lets those go first that are awake, where there are any: what a new connection has sent was read before they are served, so that it may
/// use what they find out in this [turn](crate::server::turn::Turn).
async fn stand_in_line(connection: &Connection) {
    if connection.thread.connections() == 1 {
        return;
    }
    let mut stands = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut stands, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    connection.set_waited_for(true);
}

/// What one client has sent and nobody read must not be read as another's.
fn give_back(connection: &Connection, mut input: Input) {
    if input.has_room() && !input.has_grown() {
        input.clear();
        connection.thread.inputs.give(input);
    }
}

/// Answers the requests that have come, and those that come while it does. `None` when nothing is left of
/// them and the connection stays. The answer to the first may be worth keeping.
async fn answer_all(connection: &Rc<Connection>, mut candidate: Option<Candidate>) -> Option<End> {
    loop {
        match read::next(connection).await {
            Got::Nothing => {
                let input = std::mem::take(&mut connection.wire.borrow_mut().input);
                give_back(connection, input);
                return None;
            }
            Got::Gone => return Some(End::Plain),
            Got::Foreign => return Some(End::GiveBack),
            Got::Request(taken) => {
                if let Some(end) = answer(connection, taken, candidate.take()).await {
                    return Some(end);
                }
            }
        }
    }
}

/// Answers one request, and says how the connection ends if it does not stay.
async fn answer(connection: &Rc<Connection>, taken: Taken, candidate: Option<Candidate>) -> Option<End> {
    let Taken { request: r, refused, begun } = taken;
    let thread = &connection.thread;
    connection.set_state(State::Writing);
    thread.slot.describe(&Work {
        since: r.time,
        client: r.client_ip,
        vhost: &r.vhost().name,
        port: connection.local.port(),
        request: if r.core().see_request_tail() { tail(r.head.line()) } else { r.head.line() },
    });
    let asked = Asked::of(&r);
    let made = match refused {
        None => caught(pin!(request::process(r))).await,
        Some(status) => caught(pin!(request::refuse(r, status))).await,
    };
    let (r, response) = match made {
        Ok(made) => made,
        Err(said) => {
            log!(**connection, Error, AH20400, "a request was given up: a module panicked: {said}");
            return Some(apologise(connection).await);
        }
    };
    match caught(pin!(send(connection, r, response, (asked, candidate), begun))).await {
        Ok(end) => end,
        Err(said) => {
            log!(**connection, Error, AH20401, "an answer was cut short: a module panicked: {said}");
            Some(End::Abort)
        }
    }
}

/// The least that a client can be told.
async fn apologise(connection: &Connection) -> End {
    let sent = poll_fn(|cx| {
        let poll = connection.wire.borrow_mut().poll_write(cx, &[IoSlice::new(BARE_500)], More::No);
        connection.patient(Wait::Write, linger::PATIENCE, poll)
    });
    if sent.await.is_ok() { End::Linger } else { End::Abort }
}

/// Sends an answer, logs it, and settles what becomes of the connection.
async fn send(
    connection: &Rc<Connection>,
    mut r: Box<Request>,
    response: Response,
    (asked, candidate): (Asked, Option<Candidate>),
    begun: Instant,
) -> Option<End> {
    let rest = body::rest(connection);
    let candidate = candidate.map(|candidate| (candidate, repeat::content_of(&r, &response)));
    let written = write::respond(&mut r, response, asked, rest).await;
    let end = match written {
        Ok(_) if r.sent.status == 101 => Some(End::Upgrade),
        Ok(true) if body::drain(connection, rest).await => None,
        Ok(false) if asked.is_last_word && rest == body::Rest::None && is_quiet(connection) => {
            Some(End::Plain)
        }
        Ok(_) => Some(End::Linger),
        Err(end) => Some(end),
    };
    let now = Instant::now();
    r.sent.connection = match (&written, end) {
        (Err(_), _) => 'X',
        (Ok(_), None) => '+',
        (Ok(_), Some(_)) => '-',
    };
    let kept = candidate.and_then(|(candidate, content)| repeat::worth_keeping(&r, candidate, content, end));
    let patience = r.vhost().configs.http().keep_alive_timeout();
    finish(connection, &mut r, now.saturating_duration_since(begun));
    let left = match kept {
        Some(kept) => repeat::keep(connection, kept, r),
        None => Some(r),
    };
    if let Some(mut r) = left {
        connection.thread.heads.give(Spare::of(&mut r));
    }
    end.or_else(|| stay(connection, now, patience))
}

/// From now on the connection is one among others: it waits its turn, so long.
fn stay(connection: &Connection, now: Instant, patience: Duration) -> Option<End> {
    connection.thread.deadlines.set(connection, Wait::Read, now, patience);
    connection.set_state(State::KeepAlive);
    connection.wire.borrow_mut().register().is_err().then_some(End::Plain)
}

/// The client has sent nothing beyond what was answered, and no body: old clients send an empty line behind one (RFC 9112, 2.2), at
/// which a closed socket would reset the connection and cut the answer.
fn is_quiet(connection: &Connection) -> bool {
    connection.wire.borrow().input.is_empty() && connection.incoming.borrow().received() == 0
}

/// Counts and logs an answered request.
fn finish(connection: &Connection, r: &mut Request, took: Duration) {
    let thread = &connection.thread;
    r.sent.duration = took;
    r.sent.received_bytes += connection.incoming.borrow().received();
    thread.slot.set_state(State::Logging);
    request::log(r);
    thread.slot.request_done(r.sent.head_bytes + r.sent.body_bytes, took);
    connection.count_answer();
    connection.set_waited_for(false);
}
