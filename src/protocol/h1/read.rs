//! Reads heads and makes requests of them.

use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::time::Instant;

use http1::{EncodedSlashes, Form, Head, Limits, Method, PathOptions, Progress, Target, Version};

use super::body::{self, Announced};
use crate::connection::Connection;
use crate::core_module::{AllowEncodedSlashes, CoreConfig, ProtocolOptions};
use crate::log;
use crate::protocol::deadlines::Wait;
use crate::request::Request;
use crate::server::scoreboard::State;
use crate::server::territory::{Territory, UNREAD_MOST};

/// What is there to answer.
pub(super) enum Got {
    /// A request, good or bad.
    Request(Taken),
    /// Nothing, not even a part of a request.
    Nothing,
    /// There is nobody to answer: the client has closed, or has never sent a byte.
    Gone,
    /// A request for somebody else, which is still in the input.
    Foreign,
}

/// A request as it was taken from the connection.
pub(super) struct Taken {
    pub(super) request: Box<Request>,
    /// The status that it is refused with.
    pub(super) refused: Option<u16>,
    /// When its head was complete.
    pub(super) begun: Instant,
}

/// The memory of a request that was answered.
#[derive(Default)]
pub(crate) struct Spare {
    head: Head,
    path: String,
}

impl Spare {
    pub(super) fn of(r: &mut Request) -> Self {
        Self { head: std::mem::take(&mut r.head), path: std::mem::take(&mut r.path) }
    }
}

/// Why a request is refused.
struct Refusal {
    status: u16,
    reason: String,
}

/// Why a head did not come to its end.
enum Stopped {
    Gone,
    Foreign,
    Refused(Refusal),
}

/// Reads the next head and makes a request of it.
pub(super) async fn next(connection: &Rc<Connection>) -> Got {
    if !has_begun(connection) {
        return Got::Nothing;
    }
    let thread = &connection.thread;
    connection.set_state(State::Reading);
    let Spare { mut head, mut path } = thread.heads.take().unwrap_or_default();
    head.clear();
    path.clear();
    let (parts, refusal, received) = match complete(connection, &mut head).await {
        Ok(received) => {
            let mut parts = Parts { vhost: connection.default_vhost, path, query: None, announced: None };
            let refusal = parts.fill(connection, &mut head).err();
            (parts, refusal, received)
        }
        Err(Stopped::Refused(refusal)) => {
            let parts = Parts { vhost: connection.default_vhost, path, query: None, announced: None };
            (parts, Some(refusal), connection.wire.borrow().input.len())
        }
        Err(Stopped::Gone) => return Got::Gone,
        Err(Stopped::Foreign) => return Got::Foreign,
    };
    Got::Request(parts.into_request(connection, head, refusal, received))
}

/// More than the empty lines that may be overlooked before a request (RFC 9112, 2.2).
fn has_begun(connection: &Connection) -> bool {
    let input = &mut connection.wire.borrow_mut().input;
    while input.bytes().starts_with(b"\r\n") {
        input.consume(2);
    }
    !input.is_empty()
}

/// Reads until the head is complete, and takes it out of the input; how many bytes it had.
async fn complete(connection: &Connection, head: &mut Head) -> Result<usize, Stopped> {
    let configs = connection.thread.configs(connection.default_vhost);
    let limits = limits(configs.core());
    let mut begun = (connection.answered() == 0).then_some(connection.opened);
    let options = configs.core().protocol_options();
    loop {
        if let Some(consumed) = parse(connection, &limits, options, head)? {
            connection.timer.clear();
            return Ok(consumed);
        }
        // For the whole head: sending it byte by byte gains a client no more than its bytes are worth.
        let received = connection.wire.borrow().input.len() as u64;
        allow(connection, *begun.get_or_insert_with(Instant::now), received);
        connection.set_waited_for(false);
        let filled = poll_fn(|cx| connection.wire.borrow_mut().poll_fill(cx)).await;
        if !matches!(filled, Ok(1..)) {
            http1::give_up(connection.wire.borrow().input.bytes(), head);
            return Err(ended(connection, &filled));
        }
    }
}

/// Bounds how long the client may take with a head that was begun then, and of which so much has come.
pub(super) fn allow(connection: &Connection, begun: Instant, received: u64) {
    let timeout = connection.thread.configs(connection.default_vhost).core().timeout();
    let allowed = match connection.paces().head {
        Some(pace) => pace.allowed(received).min(begun.elapsed().saturating_add(timeout)),
        None => timeout,
    };
    connection.thread.deadlines.set(connection, Wait::Read, begun, allowed);
}

fn limits(core: &CoreConfig) -> Limits {
    Limits {
        line: core.limit_request_line(),
        fields: core.limit_request_fields(),
        field_size: core.limit_request_field_size(),
    }
}

fn parse(
    connection: &Connection,
    limits: &Limits,
    options: ProtocolOptions,
    head: &mut Head,
) -> Result<Option<usize>, Stopped> {
    let input = &mut connection.wire.borrow_mut().input;
    let read = if options.strict { http1::parse } else { http1::parse_lenient };
    let parsed = read(input.bytes(), limits, head);
    let simple = |head| options.allow_0_9.then(|| http1::parse_simple(input.bytes(), limits, head)).flatten();
    let parsed = match parsed {
        Ok(Progress::Complete { .. }) => parsed,
        other => simple(head).map_or(other, |consumed| Ok(Progress::Complete { consumed })),
    };
    match parsed {
        Ok(Progress::Partial) => Ok(None),
        Ok(Progress::Complete { .. }) if connection.is_foreign(input.bytes()) => {
            Err(misdirected(connection, input.len()))
        }
        Ok(Progress::Complete { consumed }) => {
            input.consume(consumed);
            Ok(Some(consumed))
        }
        Err(error) => Err(Stopped::Refused(Refusal { status: error.status, reason: error.to_string() })),
    }
}

/// A request for a virtual host that is not served here (RFC 9110, 15.5.20).
fn misdirected(connection: &Connection, read: usize) -> Stopped {
    let gives_back = connection.thread.territory.as_ref().is_some_and(Territory::gives_back);
    if gives_back && read <= UNREAD_MOST {
        return Stopped::Foreign;
    }
    Stopped::Refused(Refusal { status: 421, reason: "this process does not serve the host".to_owned() })
}

/// No more bytes come, and the head is not complete.
fn ended(connection: &Connection, filled: &io::Result<usize>) -> Stopped {
    if connection.timer.has_expired() {
        connection.too_slow("header");
        let reason = "the client was too slow with the head".to_owned();
        return Stopped::Refused(Refusal { status: 408, reason });
    }
    if let Err(error) = filled {
        log!(*connection, Info, AH20404, "the connection broke in the middle of a head: {error}");
    } else {
        log!(*connection, Info, AH20405, "the client closed in the middle of a head");
    }
    Stopped::Gone
}

/// What is known of a request beside its head; filled as far as the head is good.
struct Parts {
    vhost: usize,
    path: String,
    query: Option<String>,
    /// `None`: nobody knows where the next request would start.
    announced: Option<Announced>,
}

impl Parts {
    fn fill(&mut self, connection: &Connection, head: &mut Head) -> Result<(), Refusal> {
        let target = Target::parse(head.method_kind(), head.target())
            .map_err(|error| Refusal { status: error.status, reason: error.to_string() })?;
        if target.form == Form::Authority {
            // What follows may be meant for the other end already.
            return Err(Refusal { status: 405, reason: "no module takes CONNECT".to_owned() });
        }
        self.query = target.query.map(query_text);
        // The target's host takes the place of the field's (RFC 9112, 3.2.2).
        let host = target.authority.map(|authority| match authority.port {
            Some(port) => format!("{}:{port}", authority.host),
            None => authority.host.to_owned(),
        });
        let named = host.as_deref().or_else(|| std::str::from_utf8(head.get("Host")?).ok());
        let generation = &connection.thread.generation;
        self.vhost = if named.is_some() {
            generation.vhost_for(connection.local, named)
        } else {
            generation.vhost_by_path(connection.local, target.path).unwrap_or(connection.default_vhost)
        };
        if connection.thread.territory.as_ref().is_some_and(|territory| !territory.holds(self.vhost)) {
            // What was looked at before says otherwise: then nobody is to answer but the one who is here.
            self.vhost = connection.default_vhost;
            return Err(Refusal { status: 421, reason: "this process does not serve the host".to_owned() });
        }
        let configs = connection.thread.configs(self.vhost);
        let core = configs.core();
        let is_strange = |host: &str| !generation.vhosts[self.vhost].has_name(host);
        if core.strict_host_check() && named.is_some_and(is_strange) {
            let reason = "the Host field names no virtual host of this address".to_owned();
            return Err(Refusal { status: 400, reason });
        }
        let framing = http1::framing(head)
            .map_err(|error| Refusal { status: error.status, reason: error.to_string() })?;
        let expectation = expectation(head);
        self.announced = Some(Announced {
            framing,
            expects: expectation != Expectation::None,
            patience: core.timeout(),
            pace: generation.vhosts[self.vhost].paces.body,
        });
        let decoded = self.decode(target.form, target.path, core);
        let is_ours = is_served(target.scheme, &generation.vhosts[self.vhost].scheme);
        if let Some(host) = host {
            head.set("Host", host.as_bytes());
        }
        decoded?;
        if !is_ours {
            let reason = "the target's scheme is not the one that is served here".to_owned();
            return Err(Refusal { status: 421, reason });
        }
        refuse_unknown(head, core, &expectation)
    }

    fn decode(&mut self, form: Form, raw: &[u8], core: &CoreConfig) -> Result<(), Refusal> {
        if form == Form::Asterisk {
            self.path.push('*');
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.path).into_bytes();
        http1::decode_path(raw, path_options(core), &mut bytes)
            .map_err(|error| Refusal { status: error.status, reason: error.to_string() })?;
        self.path = String::from_utf8(bytes)
            .map_err(|_| Refusal { status: 404, reason: "the path is not UTF-8".to_owned() })?;
        Ok(())
    }

    fn into_request(
        mut self,
        connection: &Rc<Connection>,
        head: Head,
        refusal: Option<Refusal>,
        received: usize,
    ) -> Taken {
        let now = connection.thread.clock.now();
        if self.path.is_empty() {
            self.path.push('/');
        }
        if self.announced.is_none() {
            connection.close_after_answer();
        }
        let body = body::begin(connection, &self.announced.unwrap_or_default());
        let connection = Rc::clone(connection);
        let mut request = Request::new(connection, self.vhost, head, self.path, self.query, body);
        request.sent.received_bytes = received as u64;
        if let Some(refusal) = &refusal {
            log!(*request, Info, AH00566, "request failed: {}", refusal.reason);
        }
        Taken { request, refused: refusal.map(|refusal| refusal.status), begun: now.steady }
    }
}

/// A query as text: bytes that make none are escaped, which means the same (RFC 3986, 2.1).
fn query_text(query: &[u8]) -> String {
    let mut text = String::with_capacity(query.len());
    for chunk in query.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("%{byte:02x}")));
    }
    text
}

/// Whether a target with this scheme, if any, may be asked for here (RFC 9110, 7.4): what is for `https` needs a secured
/// connection, which only ServerName can tell of where somebody else secures it.
fn is_served(scheme: &[u8], own: &str) -> bool {
    scheme.is_empty()
        || [&b"http"[..], own.as_bytes()].iter().any(|served| scheme.eq_ignore_ascii_case(served))
}

fn path_options(core: &CoreConfig) -> PathOptions {
    let encoded_slashes = match core.allow_encoded_slashes() {
        AllowEncodedSlashes::Off => EncodedSlashes::Refuse,
        AllowEncodedSlashes::On => EncodedSlashes::Decode,
        AllowEncodedSlashes::NoDecode => EncodedSlashes::Keep,
    };
    PathOptions { encoded_slashes, merge_slashes: core.merge_slashes() }
}

/// What the client expects, all members of its list together (RFC 9110, 10.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expectation {
    None,
    Continue,
    Unknown,
}

fn expectation(head: &Head) -> Expectation {
    // An HTTP/1.0 client does not know of it; a proxy may have passed it on.
    if head.version() < Version::Http11 {
        return Expectation::None;
    }
    let mut found = Expectation::None;
    for member in head.get_all("Expect").flat_map(http1::list) {
        if !member.eq_ignore_ascii_case(b"100-continue") {
            return Expectation::Unknown;
        }
        found = Expectation::Continue;
    }
    found
}

fn refuse_unknown(head: &Head, core: &CoreConfig, expectation: &Expectation) -> Result<(), Refusal> {
    if *expectation == Expectation::Unknown {
        return Err(Refusal { status: 417, reason: "an expectation that is not known".to_owned() });
    }
    let is_registered = || core.registered_methods().iter().any(|method| **method == *head.method());
    if head.method_kind() == Method::Other && core.protocol_options().registered_methods && !is_registered() {
        return Err(Refusal { status: 501, reason: "the method is not registered".to_owned() });
    }
    Ok(())
}
