//! `httpd --explain`: what would become of a request, told without starting the server.
//!
//! There is no second opinion here. The bytes of the request go through the code that serves clients: the same reading, the same
//! choice of a virtual host, the same phases, the same file handler. A [witness](Witness) on the connection hears what had a say. Only
//! where a module's handler would be called it ends, for that may cost, wait or change something.

mod question;
mod witness;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use conf::Position;

pub use question::{Asked, Question};
pub(crate) use witness::Witness;
pub use witness::{Answerer, Step, StepKind};

use crate::connection::Connection;
use crate::hooks::Phase;
use crate::mpm::Drain;
use crate::protocol::h1;
use crate::request::{Request, Response};
use crate::server::scoreboard::Slot;
use crate::server::{Generation, ServingThread};

/// The handler of files, as `SetHandler` calls it.
pub(crate) const DEFAULT_HANDLER: &str = "default-handler";

/// What would become of a request.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The address that it comes from.
    pub client: SocketAddr,
    /// The address that it comes to.
    pub local: SocketAddr,
    /// Some `Listen` line is about that address: otherwise nobody would answer at all.
    pub is_listened_to: bool,
    /// The virtual host that answers.
    pub vhost: Answering,
    /// What had a say, in the order in which it had.
    pub steps: Vec<Step>,
    /// The path that the URL leads to, and what the URL has beyond it; of the request that makes the answer.
    pub file: Option<(String, String)>,
    /// Whose handler makes the answer; `None` where it is made before any is asked.
    pub handler: Option<Answerer>,
    /// The output filters that the answer goes through, in order, with the files of their modules.
    pub filters: Vec<(&'static str, &'static str)>,
    /// The media type of the answer, as far as it is known.
    pub media_type: Option<String>,
    /// Whether the client may have what it asks for.
    pub access: Access,
    /// The status of the answer; `None` where only the handler knows it.
    pub status: Option<u16>,
    /// Where the answer sends the client.
    pub location: Option<String>,
}

/// A virtual host that answers, or the main server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// Its name.
    pub name: String,
    /// Where it stands; `None` for the main server.
    pub position: Option<Position>,
    /// The request asks for it by a name that it has; otherwise it answers because no other has the name.
    pub is_named: bool,
}

/// Whether a client may have what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing stands against it.
    Granted,
    /// It may not.
    Denied,
    /// Who the user is must be known first.
    NeedsUser,
    /// The answer was found before anybody asked.
    NotAsked,
}

impl Access {
    /// Its name, for people and for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::NeedsUser => "needs a user",
            Self::NotAsked => "not asked",
        }
    }
}

/// Sends a request through the server, up to its handler. What modules prepare when a child starts is not there.
///
/// # Errors
///
/// The system gives no runtime, or the question's text is no whole request.
pub fn explain(generation: &Arc<Generation>, question: &Question) -> io::Result<Explanation> {
    let thread = ServingThread::new(Arc::clone(generation), Slot::nowhere(), Drain::default());
    let connection = Connection::witnessed(&thread, question.local, question.client, &question.text);
    let answered = ServingThread::runtime()?.block_on(h1::answer_unsent(&connection));
    let (r, response) =
        answered.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is no whole request"))?;
    Ok(explained(&connection, &r, &response))
}

fn explained(connection: &Connection, r: &Request, response: &Response) -> Explanation {
    let generation = &connection.thread.generation;
    let Some(witness) = &connection.witness else { unreachable!("made with one") };
    let (steps, handler) = witness.take();
    let text = |name| response.headers.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let registry = &generation.registry;
    let filters = r.filters.places().iter().filter_map(|place| registry.filters.get(usize::from(*place)));
    Explanation {
        client: SocketAddr::new(r.client_ip, connection.client().port()),
        local: connection.local,
        is_listened_to: question::is_listened_to(generation, connection.local),
        vhost: answering(r),
        steps,
        file: r.map.file.clone().map(|file| (file, r.map.path_info.clone())),
        handler,
        filters: filters.map(|row| (row.name, generation.modules[row.module.get()].file())).collect(),
        media_type: text("Content-Type").or_else(|| r.content.media_type.as_deref().map(str::to_owned)),
        access: access(r.original(), witness.answered_in()),
        status: (!witness.has_stopped()).then_some(response.status),
        location: text("Location"),
    }
}

fn answering(r: &Request) -> Answering {
    let vhost = r.vhost();
    let (name, position) = (vhost.name.clone(), vhost.position.clone());
    Answering { name, position, is_named: r.header("Host").is_some_and(|host| vhost.has_name(host)) }
}

fn access(r: &Request, answered_in: Option<Phase>) -> Access {
    match answered_in {
        _ if r.passed => Access::Granted,
        Some(Phase::AccessChecker) => Access::Denied,
        Some(Phase::CheckUserId | Phase::AuthChecker) => Access::NeedsUser,
        _ => Access::NotAsked,
    }
}
