//! A child: its threads take turns. One leads: it waits for a connection, makes the next idle thread the leader, and
//! serves what it accepted on the stack where it accepted it. Nothing is handed over but the lead.

use std::io;
use std::sync::Arc;

use httpd::mpm::threaded::{Crew, Idle, Limits, Station, Waker, stay};
use httpd::mpm::{Accepted, Acceptor, Child};

/// Whoever has the acceptor leads. While all threads serve it lies there, for the first that is done.
type Followers = Idle<Acceptor<Arc<Waker>>>;

pub(crate) fn serve(child: &Child, limits: &Limits) -> io::Result<()> {
    child.init()?;
    let (bell, ear) = (Arc::new(Waker::new()?), Arc::new(Waker::new()?));
    let followers = Arc::new(Followers::new(limits.threads));
    let taking_turns = Arc::clone(&followers);
    let crew =
        Crew::start(child, limits.strength(), &bell, move |station| take_turns(station, &taking_turns))?;
    followers.pass_on(Acceptor::with_ear(child, Arc::clone(&ear))?);
    child.ready()?;
    stay(child, &bell, &ear)?;
    // No leader has been woken in vain if there is none, so nobody needs to look a last time.
    match followers.take_back() {
        Some(acceptor) if acceptor.has_successors() => followers.close(),
        Some(acceptor) => followers.pass_on(acceptor),
        None => {}
    }
    crew.join(child, &bell)
}

fn take_turns(station: &Station, followers: &Followers) -> io::Result<()> {
    while let Some(acceptor) = followers.wait(station.number) {
        let mut lead = Lead { acceptor: Some(acceptor), followers };
        let Some(connection) = lead.accept()? else { break };
        lead.pass_on();
        station.serve(connection);
    }
    Ok(())
}

/// The lead, to be passed on. Dropped, it is the last: there is nothing more to follow for.
struct Lead<'a> {
    acceptor: Option<Acceptor<Arc<Waker>>>,
    followers: &'a Followers,
}

impl Lead<'_> {
    fn accept(&mut self) -> io::Result<Option<Accepted>> {
        self.acceptor.as_mut().map_or(Ok(None), Acceptor::accept)
    }

    fn pass_on(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            self.followers.pass_on(acceptor);
        }
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        if self.acceptor.is_some() {
            self.followers.close();
        }
    }
}
