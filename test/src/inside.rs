//! Runs a case inside this program: connections to 127.0.0.1, served by this very thread.

use std::future::poll_fn;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::{io, thread};

use httpd::config::{self, LoadOptions};
use httpd::facts::Build;
use httpd::mpm::Drain;
use httpd::server::scoreboard::Scoreboard;
use httpd::server::{Generation, ServingThread};
use libtest_mimic::Failed;
use tokio::sync::oneshot;

use crate::case::Case;
use crate::explained;
use crate::ground::Ground;
use crate::run::{logs, verdict};
use crate::talk::talk;
use crate::wait::DEADLINE;

/// Loads the configuration, serves the conversation of the case, and compares.
pub fn run(build: &'static Build, case: &Case, ground: &Ground) -> Result<(), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    ground.lay(case, port)?;
    let loaded = load(build, case, ground);
    let told = |generation: &Generation| {
        config::warnings(&generation.warnings) + &config::remarks(&generation.remarks)
    };
    let report = loaded.as_ref().map_or_else(Clone::clone, told);
    verdict(case, ground, loaded.is_ok(), &report)?;
    if case.steps.is_empty() {
        return Ok(());
    }
    let generation = Arc::new(loaded.map_err(Failed::from)?);
    explained::agrees(case, &generation, listener.local_addr()?, &ground.words(Some(port)))?;
    generation.logs.open()?;
    let words = ground.words(Some(port));
    served(generation, listener, |address| Ok(talk(case, address, &words)?))?;
    logs(case, ground)
}

fn load(build: &'static Build, case: &Case, ground: &Ground) -> Result<Generation, String> {
    let options = LoadOptions {
        server_root: ground.root().to_owned(),
        config_file: ground.conf_file(),
        defines: case.defines.clone(),
        ..LoadOptions::new(build)
    };
    config::load(&options).map_err(|errors| config::report(&errors))
}

/// The client on a thread of its own, the server on this one.
pub fn served(
    generation: Arc<Generation>,
    listener: TcpListener,
    client: impl FnOnce(SocketAddr) -> Result<(), Failed> + Send,
) -> Result<(), Failed> {
    let address = listener.local_addr()?;
    thread::scope(|scope| {
        let (talking, silence) = oneshot::channel::<()>();
        let client = scope.spawn(move || {
            let outcome = client(address);
            drop(talking);
            outcome
        });
        let served = serve(generation, listener, silence);
        client.join().map_err(|_| "the client panicked")??;
        served.map_err(Failed::from)
    })
}

/// Serves what connects until the client falls silent, and then what is still under way.
fn serve(
    generation: Arc<Generation>,
    listener: TcpListener,
    mut silence: oneshot::Receiver<()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let slot = Scoreboard::new(1)?.slot(0, generation.extended_status());
    slot.claim(std::process::id(), generation.number);
    let thread = ServingThread::new(generation, slot, Drain::default());
    ServingThread::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut connections = Vec::new();
        let mut next = async || {
            poll_fn(|cx| match Pin::new(&mut silence).poll(cx) {
                Poll::Ready(_) => Poll::Ready(None),
                Poll::Pending => listener.poll_accept(cx).map(Some),
            })
            .await
        };
        while let Some(accepted) = next().await {
            let (stream, peer) = accepted?;
            connections.push(tokio::task::spawn_local(thread.serve(stream.into_std()?, peer)));
        }
        for connection in connections {
            tokio::time::timeout(DEADLINE, connection).await??;
        }
        Ok(())
    })
}
