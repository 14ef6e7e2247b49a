//! Sends an answer: its head, and its body in the way that costs least.

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::ops::Range;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http1::{Headers, Version};

use super::body::Rest;
use super::keep::{Asked, Terms};
use super::{BARE_500, End, apologise};
use crate::connection::Connection;
use crate::log;
use crate::protocol::deadlines::Wait;
use crate::protocol::slowness::Slowness;
use crate::protocol::wire::More;
use crate::request::{Body, BodyStream, FileBody, Request, Response};
use crate::server::disk;

/// Bytes of a body that are copied behind the head, or behind each other: up to here a copy is cheaper than
/// a vectored write.
const COPIED: usize = 4 * 1024;

/// How much of a file the kernel is asked to send at a time: a fast client must not keep a thread for long.
const FILE_PIECE: u64 = 2 * 1024 * 1024;

/// Larger buffers are not kept for later.
const KEPT: usize = 16 * 1024;

/// How the end of an answer is told (RFC 9112, 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    /// The status or the method says that there is no body.
    Bodiless,
    Length(u64),
    Chunks,
    /// The end of the connection.
    Close,
}

/// Sends the answer and fills `r.sent`. `Ok(true)`: the connection stays. `Err`: the answer broke off, and the connection
/// ends so that the client notices.
pub(super) async fn respond(
    r: &mut Request,
    response: Response,
    asked: Asked,
    rest: Rest,
) -> Result<bool, End> {
    let connection = Rc::clone(&r.connection);
    let slowness = Slowness::new(r.vhost().paces.response);
    let mut out = Out::new(&connection, r.core().timeout(), slowness);
    let Begun { body, delimiter, keep } = begin(r, response, asked, rest, &mut out);
    let by_kernel = r.core().enable_sendfile() && !connection.wire.borrow().is_shared();
    let sent = send_body(&mut out, body, delimiter, by_kernel).await;
    r.sent.body_bytes = out.body;
    r.sent.head_bytes = out.sent.saturating_sub(out.body);
    out.give_back();
    match sent {
        Ok(()) => Ok(keep),
        Err(Broken::Body(error)) => {
            log!(*r, Error, AH20402, "the body of the answer failed, the connection is cut: {error}");
            if r.sent.head_bytes == 0 {
                return another(r, &connection).await;
            }
            // Where the connection's end is the answer's, only a reset tells that something is missing.
            Err(if delimiter == Delimiter::Close { End::Abort } else { End::Linger })
        }
        Err(Broken::Client(error)) => {
            log!(*r, Info, AH20403, "the answer could not be sent to its end: {error}");
            Err(End::Abort)
        }
    }
}

/// An answer whose head is ready to be sent.
struct Begun {
    body: Body,
    delimiter: Delimiter,
    /// The connection stays, and the head says so.
    keep: bool,
}

/// Writes the head into what is held.
fn begin(r: &mut Request, mut response: Response, asked: Asked, rest: Rest, out: &mut Out<'_>) -> Begun {
    let asked = asked.known_by(&r.env);
    if r.env.contains("force-no-vary") {
        response.headers.remove("Vary");
    }
    let delimiter = delimiter(&response, asked);
    let terms = terms(r, &response, asked, rest, delimiter);
    let keep = terms.keep(r.vhost().configs.http());
    frame(&mut response.headers, delimiter, response.status, asked.is_head);
    terms.tell(keep, r.vhost().configs.http(), &mut response.headers);
    if response.status == 101 {
        response.headers.set("Connection", "Upgrade");
    } else {
        drop(r.connection.take_successor());
    }
    if asked.version > Version::Http09 {
        let line = (asked.answered_as, response.status);
        write_head(&mut out.held, out.connection, line, &response.headers, r.time);
    }
    r.sent.status = response.status;
    r.sent.headers = response.headers;
    r.sent.head_bytes = out.held.len() as u64;
    Begun { body: if asked.is_head { Body::Empty } else { response.body }, delimiter, keep }
}

/// An answer of which nothing has been sent yet can be taken back.
async fn another(r: &mut Request, connection: &Connection) -> Result<bool, End> {
    (r.sent.status, r.sent.headers) = (500, Headers::new());
    match apologise(connection).await {
        End::Abort | End::GiveBack => Err(End::Abort),
        End::Plain | End::Linger | End::Upgrade => {
            r.sent.head_bytes = BARE_500.len() as u64;
            Ok(false)
        }
    }
}

fn terms(r: &Request, response: &Response, asked: Asked, rest: Rest, delimiter: Delimiter) -> Terms {
    let connection = &r.connection;
    let is_last_read = rest != Rest::None || connection.wire.borrow().input.is_empty();
    let told = |value: &[u8]| http1::has_token(value, "close");
    Terms {
        asked,
        status: response.status,
        is_delimited: delimiter != Delimiter::Close,
        must_close: connection.must_close()
            || rest == Rest::TooMuch
            || asked.must_close
            || response.headers.get_all("Connection").any(told),
        is_last_to_drain: is_last_read && connection.thread.drain.is_draining(),
        answered: connection.answered().into(),
    }
}

fn delimiter(response: &Response, asked: Asked) -> Delimiter {
    if matches!(response.status, 100..200 | 204 | 304) {
        return Delimiter::Bodiless;
    }
    let given = || {
        response.headers.get("Content-Length").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok())
    };
    let known = match &response.body {
        // What a handler knows without making the body.
        Body::Empty | Body::Default if asked.is_head => Some(given().unwrap_or(0)),
        Body::Stream(stream) => stream.remaining().or_else(given),
        body => body.remaining(),
    };
    match known {
        Some(length) => Delimiter::Length(length),
        None if asked.is_head => Delimiter::Bodiless,
        None if asked.version < Version::Http11 => Delimiter::Close,
        None => Delimiter::Chunks,
    }
}

/// Sets the fields that tell the body's end; a handler's own never reach the client.
fn frame(headers: &mut Headers, delimiter: Delimiter, status: u16, is_head: bool) {
    headers.remove("Transfer-Encoding");
    match delimiter {
        Delimiter::Length(length) => headers.set("Content-Length", length),
        // An answer to HEAD, and 304, may tell what GET would have got (RFC 9110, 8.6).
        Delimiter::Bodiless if is_head || status == 304 => {}
        Delimiter::Bodiless | Delimiter::Close => drop(headers.remove("Content-Length")),
        Delimiter::Chunks => {
            headers.remove("Content-Length");
            headers.set("Transfer-Encoding", "chunked");
        }
    }
}

fn write_head(
    out: &mut Vec<u8>,
    connection: &Connection,
    (version, status): (Version, u16),
    headers: &Headers,
    time: std::time::SystemTime,
) {
    let thread = &connection.thread;
    http1::write_status_line(out, version, status);
    // What another server said of itself passes through.
    if !headers.contains("Date") {
        thread.clock.append_date(time, out);
    }
    if !headers.contains("Server") {
        out.extend_from_slice(thread.server_line.as_bytes());
    }
    http1::write_fields(out, headers);
    out.extend_from_slice(b"\r\n");
}

/// Whose fault it is that an answer ends too early.
enum Broken {
    Client(io::Error),
    Body(io::Error),
}

async fn send_body(
    out: &mut Out<'_>,
    body: Body,
    delimiter: Delimiter,
    by_kernel: bool,
) -> Result<(), Broken> {
    let length = match delimiter {
        Delimiter::Bodiless => return out.flush(More::No).await.map_err(Broken::Client),
        Delimiter::Length(length) => Some(length),
        Delimiter::Chunks | Delimiter::Close => None,
    };
    let stream = match body {
        Body::Default | Body::Empty => return out.flush(More::No).await.map_err(Broken::Client),
        Body::Bytes(bytes) => return out.whole(&bytes).await.map_err(Broken::Client),
        Body::File(part) if by_kernel && !part.range.is_empty() => return send_file(out, part).await,
        Body::File(part) => Box::new(Pulled(Body::File(part))),
        Body::Stream(stream) => stream,
    };
    // In a box of its own: a stream has memory of its own anyway, and other requests need no room for this.
    match delimiter {
        Delimiter::Chunks => Box::pin(send_chunks(out, stream)).await,
        _ => Box::pin(send_stream(out, stream, length)).await,
    }
}

/// Head first, then the file by the kernel: no byte of it is copied.
async fn send_file(out: &mut Out<'_>, part: FileBody) -> Result<(), Broken> {
    out.flush(More::Follows).await.map_err(Broken::Client)?;
    let (mut at, end) = (part.range.start, part.range.end);
    let mut looked = at;
    while at < end {
        let piece = (end - at).min(FILE_PIECE) as usize;
        // Nothing of it twice: a client that takes it in drops costs no more looks.
        if looked < at + piece as u64 {
            let ahead = looked..end.min(looked + FILE_PIECE);
            looked = ahead.end;
            warm(out.connection, &part.file, ahead).await;
        }
        let sent = poll_fn(|cx| {
            out.patient(out.connection.wire.borrow_mut().poll_send_file(cx, &part.file, at, piece))
        });
        match sent.await.map_err(Broken::Client)? {
            0 => return Err(Broken::Body(io::ErrorKind::UnexpectedEof.into())),
            count => {
                at += count as u64;
                out.count(count, count);
            }
        }
    }
    Ok(())
}

/// A stream as it is, of a length that the head has told, or to the end of the connection.
async fn send_stream(
    out: &mut Out<'_>,
    mut stream: Box<dyn BodyStream>,
    length: Option<u64>,
) -> Result<(), Broken> {
    let mut left = length.unwrap_or(u64::MAX);
    while let Some(chunk) = out.next_of(&mut *stream).await? {
        left = match left.checked_sub(chunk.len() as u64) {
            Some(less) => less,
            None => return Err(Broken::Body(io::Error::other("it is longer than was announced"))),
        };
        out.append(&chunk).await.map_err(Broken::Client)?;
    }
    if length.is_some() && left > 0 {
        return Err(Broken::Body(io::ErrorKind::UnexpectedEof.into()));
    }
    out.flush(More::No).await.map_err(Broken::Client)
}

/// Has a part of a file read first that is not in memory, if others would have to wait meanwhile.
async fn warm(connection: &Connection, file: &Rc<File>, part: Range<u64>) {
    if !part.is_empty() && connection.thread.holds_others_up(file, &part) {
        // In a box: hardly any request needs room for this.
        Box::pin(disk::fetch(file, part)).await;
    }
}

/// A stream in chunks (RFC 9112, 7.1).
async fn send_chunks(out: &mut Out<'_>, mut stream: Box<dyn BodyStream>) -> Result<(), Broken> {
    while let Some(chunk) = out.next_of(&mut *stream).await? {
        if chunk.is_empty() {
            continue;
        }
        http1::chunk_head(chunk.len() as u64, &mut out.held);
        out.append(&chunk).await.map_err(Broken::Client)?;
        out.held.extend_from_slice(http1::CHUNK_END);
    }
    out.held.extend_from_slice(http1::LAST_CHUNK);
    out.flush(More::No).await.map_err(Broken::Client)
}

/// Any body as a stream.
struct Pulled(Body);

impl BodyStream for Pulled {
    fn poll_chunk(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_chunk(cx)
    }
}

/// What goes out: bytes are held back as long as more come without waiting.
struct Out<'c> {
    connection: &'c Connection,
    patience: Duration,
    slowness: Slowness,
    held: Vec<u8>,
    /// How many of the held bytes are of the body.
    held_body: usize,
    sent: u64,
    body: u64,
}

impl<'c> Out<'c> {
    fn new(connection: &'c Connection, patience: Duration, slowness: Slowness) -> Self {
        let mut held = connection.thread.outputs.take().unwrap_or_default();
        held.extend_from_slice(connection.incoming.borrow_mut().take_begun_interim());
        Self { connection, patience, slowness, held, held_body: 0, sent: 0, body: 0 }
    }

    fn give_back(self) {
        let mut held = self.held;
        held.clear();
        if held.capacity() <= KEPT {
            self.connection.thread.outputs.give(held);
        }
    }

    fn count(&mut self, sent: usize, body: usize) {
        self.sent += sent as u64;
        self.body += body as u64;
    }

    /// A poll of the socket that may take as long as the client makes progress, and enough of it.
    fn patient<T>(&mut self, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let poll = self.connection.patient(Wait::Write, self.patience, poll);
        self.slowness.count(&self.connection.timer, self.sent, &poll);
        poll
    }

    /// Sends what is held and `bytes` behind it: a small answer in one system call.
    async fn whole(&mut self, bytes: &[u8]) -> io::Result<()> {
        let apart = if bytes.len() > COPIED { bytes } else { b"" };
        self.hold(&bytes[apart.len()..]);
        self.write(apart, More::No).await
    }

    /// Sends `bytes` soon.
    async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > COPIED || self.held.len() + bytes.len() > KEPT {
            return self.write(bytes, More::No).await;
        }
        self.hold(bytes);
        Ok(())
    }

    fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        self.held_body += bytes.len();
    }

    async fn flush(&mut self, more: More) -> io::Result<()> {
        self.write(b"", more).await
    }

    /// Sends everything that is held, then `bytes`.
    async fn write(&mut self, bytes: &[u8], more: More) -> io::Result<()> {
        let mut at = 0;
        poll_fn(|cx| self.poll_write(cx, bytes, &mut at, more)).await?;
        self.body += std::mem::take(&mut self.held_body) as u64;
        self.held.clear();
        Ok(())
    }

    /// `at` is how many bytes have gone so far, of those that are held and of `bytes` behind them.
    fn poll_write(
        &mut self,
        cx: &mut std::task::Context<'_>,
        bytes: &[u8],
        at: &mut usize,
        more: More,
    ) -> Poll<io::Result<()>> {
        let held = self.held.len();
        while *at < held + bytes.len() {
            let first = &self.held[held.min(*at)..];
            let second = &bytes[at.saturating_sub(held)..];
            let parts = [IoSlice::new(first), IoSlice::new(second)];
            let parts = match (first.is_empty(), second.is_empty()) {
                (true, _) => &parts[1..],
                (_, true) => &parts[..1],
                _ => &parts[..],
            };
            let sent = self.connection.wire.borrow_mut().poll_write(cx, parts, more);
            let count = ready!(self.patient(sent))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.count(count, (*at + count).saturating_sub(held.max(*at)));
            *at += count;
        }
        Poll::Ready(Ok(()))
    }

    /// The next piece of a stream. What is held goes out first if the stream makes us wait.
    async fn next_of(&mut self, stream: &mut dyn BodyStream) -> Result<Option<Bytes>, Broken> {
        // Where neither stream nor client ever makes us wait, others must have their turn all the same.
        tokio::task::coop::consume_budget().await;
        let next = poll_fn(|cx| match stream.poll_chunk(cx) {
            Poll::Pending if !self.held.is_empty() => Poll::Ready(None),
            poll => poll.map(Some),
        });
        let next = if let Some(next) = next.await {
            next
        } else {
            self.flush(More::No).await.map_err(Broken::Client)?;
            poll_fn(|cx| stream.poll_chunk(cx)).await
        };
        next.transpose().map_err(Broken::Body)
    }
}
