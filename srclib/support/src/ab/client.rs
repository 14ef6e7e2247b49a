//! Asking: one task for each of the requests that are under way at the same time, all in one thread.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use os::poller::{Interest, Poller};
use os::signal::{Signal, SignalQueue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::timeout;

use super::answer::Head;
use super::plan::Plan;
use super::tally::{Answered, Fault, Sample, Tally};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All was asked, or the time was up.
    Done,
    /// Somebody pressed Control-C.
    Interrupted,
    /// A connection failed, for this reason, and that was to be the end.
    Failed(String),
}

/// Asks everything. An error is one of this process, not of the server.
pub(super) fn run(plan: &Plan, addresses: Vec<SocketAddr>) -> io::Result<(Tally, End)> {
    let signals = SignalQueue::new(&[Signal::Int, Signal::Term])?;
    // As many as there may be; whoever asks for more connections is told by the first that fails.
    let _ = os::limits::raise_open_files();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let run = Rc::new(Run {
        plan: plan.clone(),
        addresses,
        address: Cell::new(0),
        begun: Cell::new(0),
        tally: RefCell::default(),
    });
    if plan.verbosity >= 2 {
        println!("INFO: request ==\n---\n{}\n---", String::from_utf8_lossy(&plan.request));
    }
    let begun = Instant::now();
    let end = LocalSet::new().block_on(&runtime, drive(Rc::clone(&run), wait_for(signals)?));
    let tally = Tally { elapsed: begun.elapsed(), ..run.tally.take() };
    Ok((tally, end))
}

/// What all tasks share.
struct Run {
    plan: Plan,
    addresses: Vec<SocketAddr>,
    /// Which of them is used.
    address: Cell<usize>,
    /// Requests that were begun.
    begun: Cell<usize>,
    tally: RefCell<Tally>,
}

/// What ends a task: `None` when there is nothing left to ask.
type TaskEnd = Option<End>;

async fn drive(run: Rc<Run>, signal: oneshot::Receiver<()>) -> End {
    let mut tasks = JoinSet::new();
    tasks.spawn_local(interrupted(signal));
    for _ in 0..run.plan.concurrency {
        tasks.spawn_local(ask_all(Rc::clone(&run)));
    }
    let all = async {
        // The one that waits for a signal stays.
        while tasks.len() > 1 {
            match tasks.join_next().await {
                Some(Ok(Some(end))) => return end,
                Some(Err(error)) => return End::Failed(error.to_string()),
                Some(Ok(None)) | None => {}
            }
        }
        End::Done
    };
    match run.plan.limit {
        Some(limit) => timeout(limit, all).await.unwrap_or(End::Done),
        None => all.await,
    }
}

async fn interrupted(signal: oneshot::Receiver<()>) -> TaskEnd {
    match signal.await {
        Ok(()) => Some(End::Interrupted),
        // Without the thread that waits there will be no signal.
        Err(_) => pending().await,
    }
}

/// Waits for a signal in a thread that does nothing else, until this process ends.
fn wait_for(signals: SignalQueue) -> io::Result<oneshot::Receiver<()>> {
    let (sender, receiver) = oneshot::channel();
    let poller = Poller::new()?;
    poller.add(&signals, 0, Interest::Readable)?;
    thread::Builder::new().spawn(move || {
        let come = poller.wait(None);
        drop(signals);
        come.map(|_| sender.send(()))
    })?;
    Ok(receiver)
}

async fn ask_all(run: Rc<Run>) -> TaskEnd {
    let mut kept = None;
    let mut buffer = vec![0; 32 * 1024];
    while run.begin() {
        let answer = timeout(run.plan.patience, run.ask(&mut kept, &mut buffer)).await;
        let answer = answer.unwrap_or_else(|_| Err(run.nothing_came()));
        if let Some(end) = run.count(answer) {
            return Some(end);
        }
    }
    None
}

/// Why there is no answer.
#[derive(Debug)]
struct Failure {
    fault: Fault,
    why: String,
    /// Nothing came back at all, as when a server closes a connection that it kept alive.
    unanswered: bool,
}

impl Failure {
    fn new(fault: Fault, why: impl ToString) -> Self {
        Self { fault, why: why.to_string(), unanswered: false }
    }
}

/// When a request began, and how long its connection took.
#[derive(Clone, Copy)]
struct Beginning {
    date: SystemTime,
    moment: Instant,
    connect: Duration,
}

impl Run {
    /// Whether there is one more request to be made.
    fn begin(&self) -> bool {
        let begun = self.begun.get();
        self.begun.set(begun + 1);
        begun < self.plan.requests
    }

    async fn ask(&self, kept: &mut Option<TcpStream>, buffer: &mut [u8]) -> Result<Answered, Failure> {
        let mut beginning =
            Beginning { date: SystemTime::now(), moment: Instant::now(), connect: Duration::ZERO };
        if let Some(stream) = kept.take() {
            match self.talk(stream, kept, buffer, beginning).await {
                // Servers close what they kept alive whenever they like; that is no failure.
                Err(failure) if failure.unanswered => {}
                outcome => return outcome,
            }
        }
        let stream = self.connect().await.map_err(|why| Failure::new(Fault::Connect, why))?;
        beginning.connect = beginning.moment.elapsed();
        self.talk(stream, kept, buffer, beginning).await
    }

    /// Tries the addresses in turn until one has a server; from then on that one is used.
    async fn connect(&self) -> Result<TcpStream, String> {
        loop {
            let index = self.address.get();
            let Some(address) = self.addresses.get(index) else {
                return Err("there is no address".to_owned());
            };
            match self.connect_to(*address).await {
                Ok(stream) => return Ok(stream),
                Err(_) if index + 1 < self.addresses.len() && self.tally.borrow().samples.is_empty() => {
                    self.address.set(index + 1);
                }
                Err(error) => return Err(format!("{address}: {error}")),
            }
        }
    }

    async fn connect_to(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if let Some(size) = self.plan.buffer {
            socket.set_send_buffer_size(size)?;
            socket.set_recv_buffer_size(size)?;
        }
        if let Some(from) = self.plan.from {
            socket.bind(SocketAddr::new(from, 0))?;
        }
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// One request and its answer; `kept` gets the connection if it can be used again.
    async fn talk(
        &self,
        mut stream: TcpStream,
        kept: &mut Option<TcpStream>,
        buffer: &mut [u8],
        beginning: Beginning,
    ) -> Result<Answered, Failure> {
        let sent = stream.write_all(&self.plan.request).await;
        sent.map_err(|error| Failure { unanswered: true, ..Failure::new(Fault::Write, error) })?;
        self.tally.borrow_mut().sent += self.plan.request.len() as u64;
        let asked = Instant::now();
        let (head, filled, came) = self.head(&mut stream, buffer).await?;
        let body = rest(&mut stream, buffer, &head, filled).await?;
        let kept_alive = self.plan.keeps_alive && head.keeps_alive;
        *kept = kept_alive.then_some(stream);
        Ok(Answered {
            status: head.status,
            head: head.size as u64,
            body,
            kept_alive,
            server: head.server,
            sample: Sample {
                begun: beginning.date,
                connect: beginning.connect,
                wait: came.duration_since(asked),
                total: beginning.moment.elapsed(),
            },
        })
    }

    /// The head, how much was read with it, and when its first byte came.
    async fn head(
        &self,
        stream: &mut TcpStream,
        buffer: &mut [u8],
    ) -> Result<(Head, usize, Instant), Failure> {
        let mut filled = 0;
        let mut came = None;
        loop {
            let read = stream.read(&mut buffer[filled..]).await;
            let unanswered = filled == 0;
            match read {
                Err(error) => return Err(Failure { unanswered, ..Failure::new(Fault::Receive, error) }),
                Ok(0) => {
                    let why = "the answer ended within its head";
                    return Err(Failure { unanswered, ..Failure::new(Fault::Exception, why) });
                }
                Ok(count) => filled += count,
            }
            let came = *came.get_or_insert_with(Instant::now);
            let head = Head::parse(&buffer[..filled], self.plan.bodiless);
            if let Some(head) = head.map_err(|error| Failure::new(Fault::Exception, error))? {
                self.tell_head(&head, buffer);
                return Ok((head, filled, came));
            }
        }
    }

    fn tell_head(&self, head: &Head, buffer: &[u8]) {
        if self.plan.verbosity >= 4 {
            println!("LOG: header received:\n{}", String::from_utf8_lossy(&buffer[..head.size]));
        }
        if self.plan.verbosity >= 3 {
            println!("LOG: Response code = {}", head.status);
        }
        if self.plan.verbosity >= 2 && !matches!(head.status, 200..300) {
            println!("WARNING: Response code not 2xx ({})", head.status);
        }
    }

    fn nothing_came(&self) -> Failure {
        Failure::new(
            Fault::Receive,
            format_args!("no answer within {} seconds", self.plan.patience.as_secs()),
        )
    }

    /// Counts one outcome, and says whether it is the end of everything.
    fn count(&self, outcome: Result<Answered, Failure>) -> TaskEnd {
        let mut tally = self.tally.borrow_mut();
        match outcome {
            Ok(answered) => tally.answer(answered, self.plan.lengths_differ),
            Err(failure) => {
                tally.fault(failure.fault);
                if !self.plan.goes_on && matches!(failure.fault, Fault::Connect | Fault::Receive) {
                    return Some(End::Failed(failure.why));
                }
                if self.plan.verbosity >= 2 {
                    println!("WARNING: {}", failure.why);
                }
            }
        }
        if self.plan.heartbeat.is_some_and(|heartbeat| tally.done().is_multiple_of(heartbeat)) {
            eprintln!("Completed {} requests", tally.done());
        }
        None
    }
}

/// Reads the body, of which `filled` bytes of the buffer hold the beginning behind the head; its length.
async fn rest(stream: &mut TcpStream, buffer: &mut [u8], head: &Head, filled: usize) -> Result<u64, Failure> {
    let mut size = (filled - head.size) as u64;
    while head.length.is_none_or(|length| size < length) {
        match stream.read(buffer).await {
            Err(error) => return Err(Failure::new(Fault::Receive, error)),
            Ok(0) if head.length.is_some() => {
                return Err(Failure::new(Fault::Exception, "the answer ended within its body"));
            }
            Ok(0) => break,
            Ok(count) => size += count as u64,
        }
    }
    if head.length.is_some_and(|length| size > length) {
        return Err(Failure::new(Fault::Exception, "the answer is longer than it says"));
    }
    Ok(size)
}
