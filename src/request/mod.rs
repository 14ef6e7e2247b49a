//! One request: what it is ([`Request`]), what answers it ([`Response`], [`Body`]), the phases it goes
//! through ([`phases`]) and how errors are told to the client ([`errors`]).

mod answer;
mod body;
pub mod client;
pub mod conditional;
pub mod errors;
pub mod files;
mod methods;
pub mod phases;
mod ranges;
pub mod redirect;
mod response;
pub(crate) mod route;
mod table;
#[cfg(test)]
mod tests;
pub mod url;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

pub use body::{Body, BodyError, BodyStream, FileBody};
pub use http1::{Headers, Method, Value};
use os::file::Kind;
pub use phases::{log, process, refuse};
pub use response::Response;
pub use table::Table;

use crate::config::Configs;
use crate::config::htaccess::Stamp;
use crate::connection::Connection;
use crate::filters::Chosen;
use crate::server::Vhost;
use crate::server::watch::Epoch;

/// A future of the serving thread: it never leaves it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A request on its way through the phases. Its fields are grouped by who fills them.
pub struct Request {
    /// What the client sent: method, target, version, header fields. Modules may edit the fields.
    pub head: http1::Head,
    /// The path of the target, percent-decoded, `.` and `..` resolved: always begins with `/`.
    pub path: String,
    /// What follows `?` in the target, as it was sent.
    pub query: Option<String>,
    /// The body that the client sends with it; empty for most.
    pub body: Body,
    /// The connection that it came on.
    pub connection: Rc<Connection>,
    /// The client's address: the connection's peer, unless a trusted proxy said otherwise.
    pub client_ip: IpAddr,
    /// When the request line had been read.
    pub time: SystemTime,

    /// What the URL was mapped to: filled by `translate_name` and `map_to_storage`.
    pub map: Mapping,
    /// Who sent it: filled by `check_user_id`.
    pub identity: Identity,
    /// What the file is: filled by `type_checker`, changed by `fixups`.
    pub content: Content,

    /// Header fields for the answer that the handler makes.
    pub headers_out: Headers,
    /// Header fields for any answer, errors too.
    pub always_out: Headers,
    /// The environment of scripts and of log formats (`SetEnv`, `SetEnvIf`).
    pub env: Table,
    /// What modules tell each other.
    pub notes: Table,

    /// What went out, for the log: filled when the answer is made.
    pub sent: Sent,
    /// The request that this one replaces (internal redirect) or serves (sub-request).
    pub parent: Option<(Relation, Box<Request>)>,

    pub(crate) configs: Rc<Configs>,
    pub(crate) vhost: usize,
    pub(crate) filters: Chosen,
    /// The status of the error whose ErrorDocument this request makes.
    pub(crate) error: Option<u16>,
    /// All access checks have let it through.
    pub(crate) passed: bool,
    /// What is known of it so far follows from its path alone; see [`route`].
    pub(crate) is_steady: bool,
    /// And from which `.htaccess` files there were while this epoch of the thread's watch lasted,
    pub(crate) epoch: Option<Epoch>,
    /// and from what stood in them.
    pub(crate) stamps: Vec<Rc<Stamp>>,
    /// See [`log_id`](Request::log_id).
    pub(crate) log_id: OnceCell<Box<str>>,
    /// The phases have come to what is at its path, or not there, and to nothing else, `.htaccess` files least of all; see [`route`].
    pub(crate) follows_from_path: bool,
}

/// Why one request points to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The other was redirected to this one inside the server.
    Redirected,
    /// The other asked this one for information.
    SubRequest,
}

/// What the URL was mapped to.
#[derive(Debug, Default)]
pub struct Mapping {
    /// The path of the file or directory, `None` before `translate_name`, or where no file is meant.
    pub file: Option<String>,
    /// What the file system says of it; `None` where it is not there.
    pub info: Option<os::file::Info>,
    /// What follows the file's name in the path: `/extra/path`, or empty.
    pub path_info: String,
}

impl Mapping {
    /// It is a directory.
    pub fn is_directory(&self) -> bool {
        self.info.is_some_and(|info| info.kind == Kind::Directory)
    }

    /// It is a file with contents.
    pub fn is_file(&self) -> bool {
        self.info.is_some_and(|info| info.kind == Kind::Regular)
    }
}

/// Who sent the request.
#[derive(Debug, Default)]
pub struct Identity {
    /// The authenticated user.
    pub user: Option<String>,
    /// How it was authenticated: `Basic`, `Digest`.
    pub auth_type: Option<Cow<'static, str>>,
    /// Set by an `access_checker` hook: who the client is must be known before it may pass. Otherwise
    /// `check_user_id` and `auth_checker` are not run.
    pub required: bool,
    /// Set by an `access_checker` hook: the client may pass for what it is, no user is asked for
    /// (`Satisfy Any`).
    pub satisfied: bool,
}

/// What the file is, as its name or the configuration says.
#[derive(Debug, Default)]
pub struct Content {
    /// The media type with its parameters: `text/html; charset=utf-8`.
    pub media_type: Option<Arc<str>>,
    /// Encodings in the order in which they were applied: `gzip`.
    pub encoding: Option<String>,
    /// Languages: `en`, `pt-BR`.
    pub languages: Vec<String>,
    /// The handler that shall make the answer; `None` leaves it to the media type, then to files.
    pub handler: Option<Arc<str>>,
}

/// What went out.
#[derive(Debug, Default)]
pub struct Sent {
    /// The status of the last answer; 0 before there is one.
    pub status: u16,
    /// Bytes of body sent, without heads and chunk sizes.
    pub body_bytes: u64,
    /// Bytes of heads and framing sent.
    pub head_bytes: u64,
    /// Bytes read of this request, head and body.
    pub received_bytes: u64,
    /// The answer's header fields as they went out, but for `Date` and `Server`.
    pub headers: Headers,
    /// The handler that made the answer.
    pub handler: Option<Arc<str>>,
    /// The connection was kept alive after it (`+`), closed after it (`-`) or broken in it (`X`).
    pub connection: char,
    /// From the request line to the last byte.
    pub duration: std::time::Duration,
}

impl Request {
    /// A request as it stands when its head has been read: `path` is decoded, nothing is mapped yet.
    pub fn new(
        connection: Rc<Connection>,
        vhost: usize,
        head: http1::Head,
        path: String,
        query: Option<String>,
        body: Body,
    ) -> Box<Self> {
        let client_ip = connection.client().ip();
        let (configs, time) = (connection.thread.configs(vhost), connection.thread.clock.last());
        Box::new(Self {
            head,
            path,
            query,
            body,
            connection,
            client_ip,
            time,
            map: Mapping::default(),
            identity: Identity::default(),
            content: Content::default(),
            headers_out: Headers::default(),
            always_out: Headers::default(),
            env: Table::default(),
            notes: Table::default(),
            sent: Sent::default(),
            parent: None,
            configs,
            vhost,
            filters: Chosen::default(),
            error: None,
            passed: false,
            is_steady: true,
            follows_from_path: false,
            epoch: None,
            stamps: Vec::new(),
            log_id: OnceCell::new(),
        })
    }

    /// The virtual host that answers.
    pub fn vhost(&self) -> &Vhost {
        &self.connection.thread.generation.vhosts[self.vhost]
    }

    /// The core's merged configuration: what most of the server asks.
    pub fn core(&self) -> &crate::core_module::CoreConfig {
        self.configs.core()
    }

    /// What it is called in the error log, if anything was written of it there.
    pub fn log_id(&self) -> Option<&str> {
        self.log_id.get().map(|id| &**id)
    }

    /// Takes back for this request what its module has promised with [`Hooks::steady`](crate::hooks::Hooks::steady): the answer
    /// depends on more than what is at its path, such as on something else that is not there.
    pub fn depends_on_more(&mut self) {
        self.is_steady = false;
    }

    /// The method, as a value to match on.
    pub fn method(&self) -> Method {
        self.head.method_kind()
    }

    /// `HEAD`: the answer's head goes out as for `GET`, its body does not.
    pub fn is_head(&self) -> bool {
        self.method() == Method::Head
    }

    /// A header field of the request as text; `None` where it is absent or not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Adds an output filter by name, once.
    pub fn add_output_filter(&mut self, name: &str) {
        let generation = Arc::clone(&self.connection.thread.generation);
        self.filters.add(&generation.registry.filters, name);
    }

    /// The first request of a chain of internal redirects, whose request line the log shows.
    pub fn original(&self) -> &Request {
        let mut r = self;
        while let Some((Relation::Redirected, parent)) = &r.parent {
            r = parent;
        }
        r
    }

    /// It was made by the server for another request's sake.
    pub fn is_sub_request(&self) -> bool {
        matches!(self.parent, Some((Relation::SubRequest, _)))
    }
}
