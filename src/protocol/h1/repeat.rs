//! Requests that repeat one byte by byte: answered with what was answered then, as long as that is still so.
//!
//! A client that asks for the same thing again, or another of its kind, sends the same head. Where the answer followed from
//! nothing but that head, the configuration and what is at the path (the phases were [steady](crate::hooks::Hooks::steady),
//! who logs does nothing else), it needs no second parsing: one look at the path says whether it still holds, so that a changed
//! file is served changed at once. This is two thirds of what the server itself does for a small file.

mod rest;

use std::cell::{Cell, RefCell};
use std::hash::BuildHasher;
use std::net::SocketAddr;
use std::rc::Rc;

use bytes::Bytes;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::End;
use crate::config::walk::Look;
use crate::connection::Connection;
use crate::core_module::ETagParts;
use crate::log;
use crate::protocol::caught::caught_now;
use crate::protocol::clock::Moment;
use crate::request::files::{self, Whole};
use crate::request::{self, Body, Request, Response};
use crate::server::log::{Level, LogTarget};
use crate::server::scoreboard::{State, Work, tail};
use crate::server::watch::Epoch;
use crate::server::{ServingThread, Vhost};
use rest::Done;
pub(super) use rest::Rest;

/// How many answers a thread keeps; then it begins anew.
const MOST: usize = 128;

/// The longest head of them, and the longest body that is sent in one piece with its head, in bytes.
const HEAD: usize = 1024;
const BODY: usize = 4 * 1024;

/// How many heads are known to have come once: an answer is kept for one that comes a second time.
const MARKS: usize = 256;

/// For so many requests at most nothing is kept, after many in a row whose answers could not be.
const LONGEST_PAUSE: u32 = 4096;

/// The answers that one thread can give again.
pub(crate) struct Repeats {
    /// By all bytes that the client had sent. They are few, so that it does not matter who chose them.
    answers: RefCell<FxHashMap<Box<[u8]>, Rc<Answer>>>,
    marks: RefCell<Vec<u64>>,
    /// How many requests are passed over now, and how many after the next failure.
    pause: Cell<u32>,
    next_pause: Cell<u32>,
}

impl Default for Repeats {
    fn default() -> Self {
        Self {
            answers: RefCell::default(),
            marks: RefCell::default(),
            pause: Cell::new(0),
            next_pause: Cell::new(1),
        }
    }
}

/// An answer, and all that it depends on besides its request's head.
struct Answer {
    local: SocketAddr,
    vhost: usize,
    status: u16,
    source: Source,
    /// What follows the `Date` field in the head.
    rest_of_head: Box<[u8]>,
    content: Content,
    /// The connection stays.
    keep: bool,
    /// The request that it was made for, where requests are logged. It points to the connection that was answered last.
    logged: Option<RefCell<Box<Request>>>,
}

/// The body of an answer.
pub(super) enum Content {
    Bytes(Bytes),
    /// All of a file that the thread keeps.
    Kept(ETagParts),
}

/// What an answer was made of.
struct Source {
    path: String,
    look: Look,
    epoch: Option<Epoch>,
}

/// A head that has come a second time, and whose answer may be worth keeping.
pub(super) struct Candidate(Box<[u8]>);

/// One whose answer is.
pub(super) struct Worthy {
    candidate: Candidate,
    answer: Answer,
    is_logged: bool,
}

/// What became of a request.
pub(super) enum Repeated {
    /// It is answered, and the connection stays.
    Stays,
    /// It is answered, or could not be, and the connection ends.
    Ends(End),
    /// The client has not taken all of the answer yet. In a box: every connection that waits has room for one of these.
    InPart(Box<Rest>),
    /// It must be read.
    No(Option<Candidate>),
}

/// Answers what has come on a connection, if it is one request that was answered before.
pub(super) fn answer(connection: &Rc<Connection>) -> Repeated {
    let repeats = &connection.thread.repeats;
    let wire = connection.wire.borrow();
    let Some(answer) = repeats.find(wire.input.bytes()) else {
        return Repeated::No(repeats.candidate(wire.input.bytes()));
    };
    if !answer.suits(connection) {
        return Repeated::No(None);
    }
    if !answer.holds(connection) {
        repeats.answers.borrow_mut().remove(wire.input.bytes());
        return Repeated::No(None);
    }
    let Ok(file) = answer.file(&connection.thread) else {
        return Repeated::No(None);
    };
    drop(wire);
    rest::give(answer, file, connection)
}

impl Repeats {
    fn find(&self, request: &[u8]) -> Option<Rc<Answer>> {
        let answers = self.answers.borrow();
        if answers.is_empty() { None } else { answers.get(request).map(Rc::clone) }
    }

    /// Remembers that a head has come; gives it back if it had come before.
    fn candidate(&self, request: &[u8]) -> Option<Candidate> {
        if let Some(less) = self.pause.get().checked_sub(1) {
            self.pause.set(less);
            return None;
        }
        if request.len() > HEAD || !request.ends_with(b"\r\n\r\n") {
            return None;
        }
        let hash = FxBuildHasher.hash_one(request);
        let mut marks = self.marks.borrow_mut();
        marks.resize(MARKS, 0);
        let mark = &mut marks[(hash >> 32) as usize % MARKS];
        (std::mem::replace(mark, hash) == hash).then(|| Candidate(request.into()))
    }

    /// The answer to a candidate cannot be kept.
    fn give_up(&self) {
        let pause = self.next_pause.get();
        self.pause.set(pause);
        self.next_pause.set((2 * pause).min(LONGEST_PAUSE));
    }

    /// Forgets everything. What is kept for the log points back to the thread, which could not go otherwise.
    pub(crate) fn clear(&self) {
        self.answers.borrow_mut().clear();
    }

    fn keep(&self, Candidate(request): Candidate, answer: Answer) {
        self.next_pause.set(1);
        let mut answers = self.answers.borrow_mut();
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(request, Rc::new(answer));
    }
}

/// The body of an answer, if that may be kept.
pub(super) fn content_of(r: &Request, response: &Response) -> Option<Content> {
    match &response.body {
        Body::Bytes(bytes) if bytes.len() <= BODY => Some(Content::Bytes(bytes.clone())),
        Body::Empty => Some(Content::Bytes(Bytes::new())),
        body => is_a_kept_file(r, body)?.then(|| Content::Kept(r.core().file_etag())),
    }
}

/// It is all of a file that the thread keeps, in whatever form it is sent.
fn is_a_kept_file(r: &Request, body: &Body) -> Option<bool> {
    let (path, info) = (r.map.file.as_ref()?, r.map.info?);
    let by_kernel = r.core().enable_sendfile() && !r.connection.wire.borrow().is_shared();
    if !by_kernel || !r.core().enable_mmap() {
        return None;
    }
    Some(match (body, files::kept(&r.connection.thread, path, &info, r.core().file_etag())?) {
        (Body::Bytes(bytes), Whole::Bytes(kept)) => {
            bytes.as_ptr() == kept.as_ptr() && bytes.len() == kept.len()
        }
        (Body::File(part), _) => part.range == (0..info.size),
        _ => false,
    })
}

/// The answer that was sent to a candidate, if it follows from what can be looked at again.
pub(super) fn worth_keeping(
    r: &Request,
    candidate: Candidate,
    content: Option<Content>,
    end: Option<End>,
) -> Option<Worthy> {
    let connection = &r.connection;
    let is_whole = connection.wire.borrow().input.is_empty();
    let ends_well = matches!(end, None | Some(End::Plain));
    let (Some(content), Some(source), true) =
        (content, source(r), is_whole && ends_well && is_the_same_each_time(r))
    else {
        connection.thread.repeats.give_up();
        return None;
    };
    let mut rest_of_head = connection.thread.server_line.clone().into_bytes();
    http1::write_fields(&mut rest_of_head, &r.sent.headers);
    rest_of_head.extend_from_slice(b"\r\n");
    let answer = Answer {
        local: connection.local,
        vhost: r.vhost,
        status: r.sent.status,
        source,
        rest_of_head: rest_of_head.into(),
        content,
        keep: end.is_none(),
        logged: None,
    };
    let is_logged = !r.configs.is_silent(&connection.thread.generation.registry);
    Some(Worthy { candidate, answer, is_logged })
}

/// Keeps it. The request comes back if it is not needed for the log.
pub(super) fn keep(connection: &Connection, worthy: Worthy, r: Box<Request>) -> Option<Box<Request>> {
    let Worthy { candidate, mut answer, is_logged } = worthy;
    let (logged, left) = if is_logged { (Some(RefCell::new(r)), None) } else { (None, Some(r)) };
    answer.logged = logged;
    connection.thread.repeats.keep(candidate, answer);
    left
}

/// Where the answer comes from, if it can be looked at again.
fn source(r: &Request) -> Option<Source> {
    let path = r.map.file.as_ref().filter(|_| r.follows_from_path)?;
    let look = r.map.info.map_or(Look::LastMissing, Look::There);
    let is_settled = r.map.info.is_none_or(|info| files::is_settled(&info, r));
    // What was looked at first may have been another file than the one that was read.
    let is_it = is_settled && Look::at(path) == look;
    is_it.then(|| Source { path: path.clone(), look, epoch: r.epoch })
}

/// Neither the head nor what is done for the log differs from one time to the next.
fn is_the_same_each_time(r: &Request) -> bool {
    let thread = &r.connection.thread;
    let varies = |name| r.sent.headers.contains(name);
    // Keep-Alive tells how many requests are left.
    !(varies("Keep-Alive") || varies("Date") || varies("Server"))
        && r.core().error_document(r.sent.status).is_none()
        && thread.territory.is_none()
        && r.connection.witness.is_none()
        && !is_told_to_the_log(r)
        && r.parent.is_none()
        && r.configs.logs_alone(&thread.generation.registry)
}

/// The error log has a line about it, which is to be there each time: always of a file that is there and cannot be had, and if
/// asked for, of one that is not.
fn is_told_to_the_log(r: &Request) -> bool {
    match r.map.info {
        Some(_) => r.sent.status >= 400,
        None => Level::Info <= r.log_levels().of("core"),
    }
}

impl Answer {
    /// It is what would be answered now.
    fn holds(&self, connection: &Connection) -> bool {
        let thread = &connection.thread;
        let now = thread.turn.look(connection, &self.source.path, Look::at);
        // Asked after the look, which begins the turn.
        let shared = thread.turn.shared(connection);
        now == self.source.look && self.source.epoch.is_none_or(|epoch| thread.watch.epoch(shared) == epoch)
    }

    /// The file that it sends behind its head, if any. `Err` if that is not kept any more, or would have to be waited for.
    fn file(&self, thread: &ServingThread) -> Result<Option<Whole>, ()> {
        let (Content::Kept(parts), Look::There(info)) = (&self.content, self.source.look) else {
            return Ok(None);
        };
        let file = files::kept(thread, &self.source.path, &info, *parts).ok_or(())?;
        let is_late = matches!(&file, Whole::File(file) if thread.holds_others_up(file, &(0..info.size)));
        if is_late { Err(()) } else { Ok(Some(file)) }
    }

    /// How many bytes of its body are sent behind its head.
    fn file_size(&self) -> u64 {
        match (&self.content, self.source.look) {
            (Content::Kept(_), Look::There(info)) => info.size,
            _ => 0,
        }
    }

    /// It may be given to this connection now.
    fn suits(&self, connection: &Connection) -> bool {
        let most = self.vhost(connection).configs.http().max_keep_alive_requests();
        let may_stay = || {
            !connection.thread.drain.is_draining()
                && !connection.must_close()
                && (most == 0 || u64::from(connection.answered()) + 1 < most)
        };
        connection.local == self.local && (!self.keep || may_stay())
    }

    fn vhost<'c>(&self, connection: &'c Connection) -> &'c Vhost {
        &connection.thread.generation.vhosts[self.vhost]
    }

    /// What the thread works on, for those who look.
    fn describe(&self, connection: &Connection, begun: Moment) {
        let (vhost, wire) = (self.vhost(connection), connection.wire.borrow());
        let line =
            wire.input.bytes().trim_ascii_start().split(|&byte| byte == b'\r').next().unwrap_or_default();
        connection.thread.slot.describe(&Work {
            since: begun.wall,
            client: connection.client().ip(),
            vhost: &vhost.name,
            port: connection.local.port(),
            request: if vhost.configs.core().see_request_tail() { tail(line) } else { line },
        });
    }

    /// How many bytes of its body were in one piece with its head.
    fn bytes_of_body(&self) -> usize {
        if let Content::Bytes(body) = &self.content { body.len() } else { 0 }
    }

    /// Has it logged as if its request had been read and answered like the first.
    fn log(&self, connection: &Rc<Connection>, begun: Moment, done: &Done) {
        let Some(request) = &self.logged else { return };
        let r = &mut **request.borrow_mut();
        connection.thread.slot.set_state(State::Logging);
        r.connection = Rc::clone(connection);
        r.client_ip = connection.client().ip();
        r.time = begun.wall;
        r.log_id.take();
        r.sent.body_bytes = done.body_bytes;
        r.sent.duration = done.took;
        r.sent.connection = done.fate;
        if let Err(said) = caught_now(|| request::log(r)) {
            log!(**connection, Error, AH21200, "a request was not logged: a module panicked: {said}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;

    use super::*;
    use crate::config::tests::loaded;
    use crate::mpm::Drain;
    use crate::server::scoreboard::Slot;

    fn answer() -> Answer {
        let source = Source { path: "/a".into(), look: Look::LastMissing, epoch: None };
        Answer {
            local: SocketAddr::from(([127, 0, 0, 1], 80)),
            vhost: 0,
            status: 404,
            source,
            rest_of_head: Box::default(),
            content: Content::Bytes(Bytes::new()),
            keep: true,
            logged: None,
        }
    }

    #[test]
    fn what_is_kept_for_the_log_goes_with_the_runtime() {
        let generation = loaded("ServerName localhost\nListen 127.0.0.1:0\nDocumentRoot /\n").unwrap();
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, peer) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        drop(client);
        let connection = Connection::unconnected(&thread, peer, peer);
        let (runtime, watched) = (ServingThread::runtime().unwrap(), Rc::downgrade(&thread));
        runtime.block_on(thread.serve(stream, peer));
        let head = http1::Head::new("GET", b"/", http1::Version::Http11);
        let request = Request::new(connection, 0, head, "/".to_owned(), None, Body::Empty);
        let logged = Some(RefCell::new(request));
        thread.repeats.keep(Candidate(head_of(1).into()), Answer { logged, ..answer() });
        drop(thread);
        assert!(watched.upgrade().is_some(), "there is something to forget");
        drop(runtime);
        assert!(watched.upgrade().is_none());
    }

    fn head_of(number: usize) -> Vec<u8> {
        format!("GET /{number} HTTP/1.1\r\n\r\n").into_bytes()
    }

    #[test]
    fn what_comes_again_is_a_candidate() {
        let repeats = Repeats::default();
        assert!(repeats.candidate(&head_of(1)).is_none());
        let candidate = repeats.candidate(&head_of(1)).unwrap();
        repeats.keep(candidate, answer());
        assert!(repeats.find(&head_of(1)).is_some() && repeats.find(&head_of(2)).is_none());
        for never in
            [&b"GET / HTTP/1.1\r\nHost: x\r\n"[..], &[b"GET /", &[b'a'; HEAD][..], b"\r\n\r\n"].concat()]
        {
            assert!((0..2).all(|_| repeats.candidate(never).is_none()), "a part, and a long one");
        }
    }

    #[test]
    fn there_are_no_more_answers_than_that() {
        let repeats = Repeats::default();
        for number in 0..=MOST {
            repeats.keep(Candidate(head_of(number).into()), answer());
        }
        assert_eq!(repeats.answers.borrow().len(), 1);
    }

    #[test]
    fn where_nothing_can_be_kept_trying_becomes_rare() {
        let repeats = Repeats::default();
        let mut tried = 0;
        for _ in 0..100_000 {
            if repeats.candidate(&head_of(1)).is_some() {
                tried += 1;
                repeats.give_up();
            }
        }
        assert!((10..50).contains(&tried), "{tried}");
        repeats.keep(Candidate(head_of(2).into()), answer());
        assert_eq!(repeats.next_pause.get(), 1);
    }
}
