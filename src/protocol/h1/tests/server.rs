//! A server of one thread and one module, and clients that talk to it byte by byte.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::config::tests::NoMpm;
use crate::config::{self, LoadOptions};
use crate::facts::Build;
use crate::hooks::{Hooks, Order, Outcome, Phase};
use crate::module::{Module, linked};
use crate::mpm::{Drain, Leave};
use crate::protocol::Upgraded;
use crate::request::{Body, BodyError, BodyStream, BoxFuture, FileBody, Request, Response};
use crate::server::pace::{Pace, Paces};
use crate::server::scoreboard::Slot;
use crate::server::{Generation, ServingThread};

/// What the server's file holds.
pub(super) const FILE: &[u8] = b"0123456789abcdef";

/// How long a test may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(90);

/// Makes the answers.
struct Answers;

impl Module for Answers {
    const NAME: &'static str = "answers_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.read_paces(|()| PACES.get());
        hooks.on_async(Phase::QuickHandler, Order::Middle, answer);
        hooks.log_transaction(Order::Middle, |r, ()| {
            let line = String::from_utf8_lossy(r.original().head.line()).into_owned();
            let sent = std::mem::take(&mut r.sent);
            LOGGED.with_borrow_mut(|logged| logged.push((line, sent)));
            Outcome::Ok
        });
    }
}

thread_local! {
    static PACES: Cell<Paces> = Cell::default();
    static LOGGED: RefCell<Vec<(String, crate::request::Sent)>> = RefCell::default();
}

/// The requests that were logged by this thread since this was asked last.
pub(super) fn logged() -> Vec<(String, crate::request::Sent)> {
    LOGGED.take()
}

fn answer<'a>(r: &'a mut Request, (): &'a ()) -> BoxFuture<'a, Outcome> {
    Box::pin(async move {
        let response = match r.path.as_str() {
            "/" => Response::text("hello"),
            "/query" => Response::text(r.query.clone().unwrap_or_default()),
            "/host" => Response::text(r.header("Host").unwrap_or_default().to_owned()),
            "/echo" => echo(r).await,
            "/ignore" | "*" => Response::text("ignored"),
            "/limited" => limited(r),
            "/panic" => panic!("on request"),
            "/stream" => stream(&["one", "", "two"], None),
            "/slow" => stream(&[PAUSE, "one", PAUSE, "two", PAUSE], None),
            "/known" => known(&["one", "two"], 6),
            "/short" => known(&["one", PAUSE], 6),
            "/long" => known(&["one", PAUSE, "two"], 4),
            "/failing" => stream(&["one"], Some("error")),
            "/broken" => stream(&["one", PAUSE], Some("error")),
            "/panicking" => stream(&["one", PAUSE], Some("panic")),
            "/file" => file(r),
            "/shout" if r.may_upgrade_to("shout") => {
                r.upgrade_to("shout", Box::new(|to| Box::pin(shout(to))))
            }
            "/large" => Response::text(Bytes::from(vec![b'x'; 1 << 20])),
            "/huge" => Response::text(Bytes::from(vec![b'x'; 64 << 20])),
            "/204" => Response::new(204, "never sent"),
            "/304" => Response::new(304, Body::Empty).header("Content-Length", "5"),
            "/close" => Response::text("last").header("Connection", "close"),
            "/own" => {
                Response::text("x").header("Transfer-Encoding", "chunked").header("Content-Length", "77")
            }
            _ => Response::status(404),
        };
        Outcome::Respond(Box::new(response))
    })
}

/// A protocol of its own: what comes goes back in capitals, until the client ends.
async fn shout(mut to: Upgraded) {
    let mut piece = [0; 4];
    while let Ok(count @ 1..) = to.read(&mut piece).await {
        to.write_all(&piece[..count].to_ascii_uppercase()).await.unwrap();
    }
    to.shutdown().await.unwrap();
}

async fn echo(r: &mut Request) -> Response {
    match r.body.collect(1 << 20).await {
        Ok(body) => Response::text(body),
        Err(error) => Response::status(BodyError::of(&error).status),
    }
}

fn limited(r: &Request) -> Response {
    let fits = r.connection.limit_body(10);
    if fits { Response::text("fits") } else { Response::status(413) }
}

fn file(r: &Request) -> Response {
    let file = File::open(r.connection.thread.generation.server_root.join("file")).unwrap();
    let whole = FileBody::new(Rc::new(file), 0..FILE.len() as u64);
    Response::text(Body::File(whole))
}

fn stream(pieces: &[&'static str], then: Option<&'static str>) -> Response {
    Response::text(Body::Stream(Box::new(Pieces::of(pieces, then))))
}

fn known(pieces: &[&'static str], length: u64) -> Response {
    Response::text(Body::Stream(Box::new(Known(Pieces::of(pieces, None), length))))
}

/// A piece that lets the server wait.
const PAUSE: &str = "...";

/// Pieces, and what comes after them.
struct Pieces {
    pieces: VecDeque<&'static str>,
    then: Option<&'static str>,
}

impl Pieces {
    fn of(pieces: &[&'static str], then: Option<&'static str>) -> Self {
        Self { pieces: VecDeque::from(pieces.to_vec()), then }
    }
}

impl BodyStream for Pieces {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match (self.pieces.pop_front(), self.then) {
            (Some(PAUSE), _) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            (Some(piece), _) => Poll::Ready(Some(Ok(Bytes::from_static(piece.as_bytes())))),
            (None, Some("error")) => Poll::Ready(Some(Err(io::Error::other("it broke")))),
            (None, Some(_)) => panic!("in a stream"),
            (None, None) => Poll::Ready(None),
        }
    }
}

/// A stream that announces a length.
struct Known(Pieces, u64);

impl BodyStream for Known {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_chunk(cx)
    }

    fn remaining(&self) -> Option<u64> {
        Some(self.1)
    }
}

static BUILD: Build = Build {
    mpm: Some(linked(&NoMpm, "none.c")),
    modules: &[linked(&Answers, "answers.c")],
    facts: config::tests::BUILD.facts,
    core: None,
};

/// A server, its folder, and what a test may do to it.
pub(super) struct Server {
    generation: Arc<Generation>,
    pub(super) drain: Drain,
    folder: tempfile::TempDir,
}

impl Server {
    pub(super) fn new() -> Self {
        Self::with("")
    }

    /// With these lines of configuration.
    pub(super) fn with(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), FILE).unwrap();
        let conf = format!("Listen 127.0.0.1:80\nErrorLog errors\nLogLevel info\n{lines}\n");
        std::fs::write(folder.path().join("conf"), conf).unwrap();
        let mut options = LoadOptions::new(&BUILD);
        options.server_root = folder.path().to_owned();
        options.config_file = "conf".into();
        options.check_directories = false;
        let generation = config::load(&options).map_err(|errors| config::report(&errors)).unwrap();
        generation.logs.open().unwrap();
        Self { generation: Arc::new(generation), drain: Drain::default(), folder }
    }

    /// Whose clients have so long for each part of a request and for the answer, and their bytes earn them next to nothing.
    pub(super) fn hasty(first: Duration) -> Self {
        let pace = Some(Pace { first, rate: NonZeroU32::new(u32::MAX), most: None });
        PACES.set(Paces { handshake: None, head: pace, body: pace, response: pace });
        let server = Self::new();
        PACES.take();
        server
    }

    pub(super) fn draining() -> Self {
        let server = Self::new();
        server.drain.begin(Leave::Drain);
        server
    }

    /// What the error log holds.
    pub(super) fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default()
    }

    /// What a client sees who sends all of `bytes` at once and reads to the end.
    pub(super) fn exchange(&self, bytes: &[u8]) -> Vec<u8> {
        self.talk(async |client| {
            // A server that has refused a large head may have closed before all of it is sent.
            let _ = client.stream.write_all(bytes).await;
            client.rest().await
        })
    }

    pub(super) fn thread(&self, slot: Slot) -> Rc<ServingThread> {
        ServingThread::new(Arc::clone(&self.generation), slot, self.drain.clone())
    }

    /// Lets a client talk to the server over one connection.
    pub(super) fn talk<T>(&self, client: impl AsyncFnOnce(&mut Client) -> T) -> T {
        let runtime = ServingThread::runtime().unwrap();
        runtime.block_on(async {
            let thread =
                ServingThread::new(Arc::clone(&self.generation), Slot::nowhere(), self.drain.clone());
            let (near, far, peer) = pair();
            let serving = tokio::task::spawn_local(thread.serve(near, peer));
            let mut talker = Client { stream: tokio::net::TcpStream::from_std(far).unwrap() };
            let said = tokio::time::timeout(PATIENCE, client(&mut talker)).await.unwrap();
            drop(talker);
            tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
            assert_eq!(thread.connections(), 0);
            said
        })
    }
}

/// The two ends of a connection, and the address of the second.
pub(super) fn pair() -> (TcpStream, TcpStream, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let far = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (near, peer) = listener.accept().unwrap();
    near.set_nonblocking(true).unwrap();
    far.set_nonblocking(true).unwrap();
    (near, far, peer)
}

/// The far end of a connection.
pub(super) struct Client {
    pub(super) stream: tokio::net::TcpStream,
}

impl Client {
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Everything up to the connection's end; a reset ends it too.
    pub(super) async fn rest(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let _ = self.stream.read_to_end(&mut all).await;
        all
    }

    /// Reads until `end` has come.
    pub(super) async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        while !all.ends_with(end) {
            all.push(self.stream.read_u8().await.unwrap());
        }
        all
    }

    pub(super) async fn end_output(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Lets everything else on this thread run until nothing moves by itself.
    pub(super) async fn settle(&self) {
        for _ in 0..20 {
            let mut yielded = false;
            poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
    }
}
