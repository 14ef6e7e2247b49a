//! The body of a request: read as far as somebody asks for it, and what is left of it afterwards.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http1::{ChunkLimits, ChunkedBody, Framing, Step};

use super::linger;
use crate::connection::Connection;
use crate::protocol::deadlines::Wait;
use crate::protocol::slowness::Slowness;
use crate::protocol::wire::{More, Wire};
use crate::request::{Body, BodyError, BodyStream};
use crate::server::pace::Pace;

/// How much is read at a time.
const CHUNK: u64 = 64 * 1024;

/// How much of a body that nobody wanted is read and dropped so that the connection can stay.
const DRAINED: u64 = 64 * 1024;

/// How long the client may make us wait for what is dropped, in all: a body that trickles must not hold a process that has
/// answered its request.
const DROPPING: Pace =
    Pace { first: linger::PATIENCE, rate: NonZeroU32::new(8 * 1024), most: Some(Duration::from_secs(10)) };

/// RFC 9110, 15.2.1.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Where a connection stands in the body of its present request.
#[derive(Default)]
pub(crate) struct Incoming {
    state: State,
    /// Which request of the connection the body belongs to: a stream that outlives its request reads
    /// nothing of the next.
    serial: u32,
    /// Most bytes of content (LimitRequestBody).
    limit: u64,
    content: u64,
    received: u64,
    /// What is still to be sent before the client sends.
    interim: &'static [u8],
    patience: Duration,
    slowness: Slowness,
}

#[derive(Default)]
enum State {
    #[default]
    Done,
    Length(u64),
    Chunked(Box<ChunkedBody>),
    Failed(BodyError),
}

/// What is left of a request's body when its answer is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    None,
    /// It may be read and dropped.
    Some,
    /// Too much, or not to be read at all: the connection cannot stay.
    TooMuch,
}

/// The framing of a body and how it may be read.
pub(super) struct Announced {
    pub(super) framing: Framing,
    /// The client waits for `100 Continue`.
    pub(super) expects: bool,
    pub(super) patience: Duration,
    pub(super) pace: Option<Pace>,
}

impl Default for Announced {
    /// No body.
    fn default() -> Self {
        Self { framing: Framing::None, expects: false, patience: Duration::ZERO, pace: None }
    }
}

/// The next request's body begins; what the request gets of it.
pub(super) fn begin(connection: &Rc<Connection>, announced: &Announced) -> Body {
    let mut incoming = connection.incoming.borrow_mut();
    let state = match announced.framing {
        Framing::None | Framing::Length(0) => State::Done,
        Framing::Length(length) => State::Length(length),
        Framing::Chunked => State::Chunked(Box::new(ChunkedBody::new(ChunkLimits::default()))),
    };
    let has_body = !matches!(state, State::Done);
    *incoming = Incoming {
        state,
        serial: incoming.serial.wrapping_add(1),
        limit: u64::MAX,
        content: 0,
        received: 0,
        interim: if announced.expects && has_body { CONTINUE } else { b"" },
        patience: announced.patience,
        slowness: Slowness::new(announced.pace),
    };
    if !has_body {
        return Body::Empty;
    }
    Body::Stream(Box::new(RequestBody { connection: Rc::clone(connection), serial: incoming.serial }))
}

/// Looks at what is left of the body, after dropping what is there already.
pub(super) fn rest(connection: &Connection) -> Rest {
    let incoming = &mut *connection.incoming.borrow_mut();
    incoming.skip(&mut connection.wire.borrow_mut());
    match incoming.state {
        State::Done => Rest::None,
        // A client that was not told to go on may send the body or not: what comes next is unknown.
        _ if !incoming.interim.is_empty() => Rest::TooMuch,
        State::Failed(_) => Rest::TooMuch,
        State::Length(left) if left > DRAINED => Rest::TooMuch,
        State::Length(_) | State::Chunked(_) => Rest::Some,
    }
}

/// Reads and drops the rest, within bounds of bytes and time. `false`: the connection cannot stay.
pub(super) async fn drain(connection: &Connection, rest: Rest) -> bool {
    if rest != Rest::Some {
        return rest == Rest::None;
    }
    connection.incoming.borrow_mut().hurry();
    let mut left = DRAINED;
    loop {
        let chunk = poll_fn(|cx| connection.incoming.borrow_mut().poll_chunk(connection, cx)).await;
        match chunk {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(chunk)) => match left.checked_sub(chunk.len() as u64) {
                Some(less) => left = less,
                None => return false,
            },
        }
    }
}

impl Incoming {
    /// What is still to be read is not worth waiting for.
    fn hurry(&mut self) {
        self.patience = linger::PATIENCE;
        self.slowness = Slowness::new(Some(DROPPING));
    }

    /// How many bytes of the body were read, framing included.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// The rest of an interim answer that was begun and must be finished before anything else is sent.
    pub(super) fn take_begun_interim(&mut self) -> &'static [u8] {
        let begun = self.interim.len() < CONTINUE.len();
        if begun { std::mem::take(&mut self.interim) } else { b"" }
    }

    /// LimitRequestBody, as the sections that match the request set it; 0 is no limit. `false` if more is
    /// announced, or was read, than that.
    pub(crate) fn set_limit(&mut self, limit: u64) -> bool {
        self.limit = if limit == 0 { u64::MAX } else { limit };
        let announced = match self.state {
            State::Length(left) => left,
            _ => 0,
        };
        self.content.saturating_add(announced) <= self.limit
    }

    fn poll_chunk(
        &mut self,
        connection: &Connection,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let wire = &mut *connection.wire.borrow_mut();
        let read = match &self.state {
            State::Done => return Poll::Ready(None),
            State::Failed(error) => return Poll::Ready(Some(Err((*error).into()))),
            _ => self.poll_read(connection, wire, cx),
        };
        let wait = if self.interim.is_empty() { Wait::Read } else { Wait::Write };
        let read = connection.patient(wait, self.patience, read);
        if wait == Wait::Read {
            self.slowness.count(&connection.timer, self.received, &read);
        }
        let result = match ready!(read) {
            Ok(chunk) if chunk.is_empty() => return Poll::Ready(None),
            Ok(chunk) => self.count(chunk),
            Err(_) if connection.timer.has_expired() => {
                connection.too_slow("body");
                Err(BodyError::TIMEOUT.into())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &result {
            self.state = State::Failed(BodyError::of(error));
        }
        Poll::Ready(Some(result))
    }

    /// Some content; nothing at the end.
    fn poll_read(
        &mut self,
        connection: &Connection,
        wire: &mut Wire,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Bytes>> {
        if wire.input.is_empty() && !self.interim.is_empty() {
            ready!(self.poll_interim(wire, cx))?;
            connection.timer.clear();
        }
        // Who has begun to send does not wait for being told.
        self.interim = b"";
        match self.state {
            State::Length(left) => self.poll_length(left, wire, cx),
            _ => self.poll_chunked(wire, cx),
        }
    }

    fn poll_interim(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.interim.is_empty() {
            let sent = ready!(wire.poll_write(cx, &[IoSlice::new(self.interim)], More::No))?;
            self.interim = &self.interim[sent.min(self.interim.len())..];
        }
        Poll::Ready(Ok(()))
    }

    fn poll_length(&mut self, left: u64, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let chunk = if wire.input.is_empty() {
            ready!(wire.poll_chunk(cx, left.min(CHUNK) as usize))?
        } else {
            take(wire, left)
        };
        if chunk.is_empty() {
            return Poll::Ready(Err(BodyError::CUT.into()));
        }
        self.received += chunk.len() as u64;
        self.state = after(left, chunk.len());
        Poll::Ready(Ok(chunk))
    }

    fn poll_chunked(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            if let Some(decoded) = self.decode(wire) {
                return Poll::Ready(decoded.map_err(io::Error::from));
            }
            if ready!(wire.poll_fill(cx))? == 0 {
                return Poll::Ready(Err(BodyError::CUT.into()));
            }
        }
    }

    /// Decodes what is there. `None` asks for more bytes; nothing decoded is the end.
    fn decode(&mut self, wire: &mut Wire) -> Option<Result<Bytes, BodyError>> {
        let State::Chunked(decoder) = &mut self.state else { return Some(Ok(Bytes::new())) };
        let input = wire.input.bytes();
        let step = match decoder.decode(input) {
            Ok(step) => step,
            Err(error) => return Some(Err(BodyError { status: error.status, reason: error.reason })),
        };
        let (consumed, decoded) = match step {
            Step::Data { consumed, start, len } => {
                (consumed, Some(Ok(Bytes::copy_from_slice(&input[start..start + len]))))
            }
            Step::NeedMore { consumed } => (consumed, None),
            Step::End { consumed } => {
                self.state = State::Done;
                (consumed, Some(Ok(Bytes::new())))
            }
        };
        wire.input.consume(consumed);
        self.received += consumed as u64;
        decoded
    }

    fn count(&mut self, chunk: Bytes) -> io::Result<Bytes> {
        self.content += chunk.len() as u64;
        if self.content > self.limit { Err(BodyError::TOO_LARGE.into()) } else { Ok(chunk) }
    }

    /// Drops what is there of the body.
    fn skip(&mut self, wire: &mut Wire) {
        match self.state {
            State::Length(left) => {
                let count = left.min(wire.input.len() as u64) as usize;
                wire.input.consume(count);
                self.received += count as u64;
                self.state = after(left, count);
            }
            State::Chunked(_) => loop {
                match self.decode(wire) {
                    Some(Ok(data)) if !data.is_empty() => {}
                    Some(Err(error)) => {
                        self.state = State::Failed(error);
                        return;
                    }
                    Some(Ok(_)) | None => return,
                }
            },
            State::Done | State::Failed(_) => {}
        }
    }
}

fn after(left: u64, count: usize) -> State {
    match left.saturating_sub(count as u64) {
        0 => State::Done,
        left => State::Length(left),
    }
}

/// Takes what is there already, at most `most` bytes: they are few, so that copying them costs less than
/// giving the buffer away.
fn take(wire: &mut Wire, most: u64) -> Bytes {
    let here = wire.input.bytes();
    let chunk = Bytes::copy_from_slice(&here[..here.len().min(most.min(CHUNK) as usize)]);
    wire.input.consume(chunk.len());
    chunk
}

/// A request's body as handlers see it.
struct RequestBody {
    connection: Rc<Connection>,
    serial: u32,
}

impl BodyStream for RequestBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let mut incoming = self.connection.incoming.borrow_mut();
        if incoming.serial != self.serial {
            return Poll::Ready(Some(Err(BodyError::CUT.into())));
        }
        incoming.poll_chunk(&self.connection, cx)
    }

    fn remaining(&self) -> Option<u64> {
        let incoming = self.connection.incoming.borrow();
        match incoming.state {
            State::Length(left) if incoming.serial == self.serial => Some(left),
            State::Done => Some(0),
            _ => None,
        }
    }
}
