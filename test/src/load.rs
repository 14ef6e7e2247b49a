//! A small load of its own: connections that ask again and again, and count what fails.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use libtest_mimic::Failed;

use crate::client::Client;
use crate::wait::wait_until;

/// So many failures of one client tell everything.
const ENOUGH: usize = 100;

/// Clients at work, each on a thread of its own.
pub struct Load {
    ends: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    clients: Vec<JoinHandle<Vec<String>>>,
}

/// How the clients' connections end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    /// After an answer that says so.
    Kept,
    /// After each answer, because the client says so.
    Closed,
}

impl Load {
    /// Starts `count` clients that ask for `/` and expect `body`.
    pub fn start(server: SocketAddr, count: usize, connections: Connections, body: &'static str) -> Self {
        let (ends, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let clients = (0..count).map(|_| {
            let (ends, answered) = (Arc::clone(&ends), Arc::clone(&answered));
            thread::spawn(move || {
                let mut failures = Vec::new();
                while failures.len() < ENOUGH && !ends.load(Ordering::Relaxed) {
                    failures.extend(connection(server, connections, body, &ends, &answered).err());
                }
                failures
            })
        });
        let clients = clients.collect();
        Self { ends, answered, clients }
    }

    /// Waits until `more` further requests are answered.
    pub fn goes_on(&self, more: u64) -> Result<(), Failed> {
        let goal = self.answered.load(Ordering::Relaxed) + more;
        wait_until("more answers", || self.answered.load(Ordering::Relaxed) >= goal)
    }

    /// Ends the clients; gives back what failed.
    pub fn finish(self) -> Vec<String> {
        self.ends.store(true, Ordering::Relaxed);
        let failures = self
            .clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| vec!["a client panicked".to_owned()]));
        failures.flatten().collect()
    }
}

/// Asks over one connection until an answer closes it. A request that was sent must be answered: a server
/// that wants to close says so in the answer before.
fn connection(
    server: SocketAddr,
    connections: Connections,
    body: &str,
    ends: &AtomicBool,
    answered: &AtomicU64,
) -> Result<(), String> {
    let close = if connections == Connections::Closed { "Connection: close\r\n" } else { "" };
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{close}\r\n");
    let mut client = Client::connect(server).map_err(|wrong| format!("connect: {wrong}"))?;
    for number in 0.. {
        let answer =
            client.ask(&request).map_err(|wrong| format!("request {number} of a connection: {wrong}"))?;
        if answer.status() != 200 || answer.body != body.as_bytes() {
            return Err(format!("request {number} of a connection: {:?}", answer.head));
        }
        answered.fetch_add(1, Ordering::Relaxed);
        if answer.closes() || ends.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}
