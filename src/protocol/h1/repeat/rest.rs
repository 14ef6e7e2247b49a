//! An answer that is given again, on its way to the client.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http1::Version;

use super::{Answer, Content, Repeated};
use crate::connection::Connection;
use crate::log;
use crate::protocol::clock::Moment;
use crate::protocol::deadlines::Wait;
use crate::protocol::h1::{End, give_back, stay};
use crate::protocol::slowness::Slowness;
use crate::protocol::wire::{More, Wire};
use crate::request::files::Whole;
use crate::server::scoreboard::State;

/// What of an answer the client has not taken yet.
pub(in crate::protocol::h1) struct Rest {
    answer: Rc<Answer>,
    /// The head, and a small body.
    bytes: Vec<u8>,
    /// So many of them have gone.
    at: usize,
    /// What follows them, and how much of it has gone.
    file: Option<Whole>,
    file_at: u64,
    begun: Moment,
}

/// What became of an answer.
pub(super) struct Done {
    /// So much of the body has gone.
    pub(super) body_bytes: u64,
    pub(super) took: Duration,
    /// As [`Sent`](crate::request::Sent) has it.
    pub(super) fate: char,
}

/// Sends an answer, and the file that follows it, as far as that goes without waiting.
pub(super) fn give(answer: Rc<Answer>, file: Option<Whole>, connection: &Rc<Connection>) -> Repeated {
    let thread = &connection.thread;
    let begun = thread.clock.now();
    connection.timer.clear();
    connection.set_state(State::Writing);
    answer.describe(connection, begun);
    let input = std::mem::take(&mut connection.wire.borrow_mut().input);
    give_back(connection, input);
    let mut bytes = thread.outputs.take().unwrap_or_default();
    http1::write_status_line(&mut bytes, Version::Http11, answer.status);
    thread.clock.append_date(begun.wall, &mut bytes);
    bytes.extend_from_slice(&answer.rest_of_head);
    if let Content::Bytes(body) = &answer.content {
        bytes.extend_from_slice(body);
    }
    let mut rest = Rest { answer, bytes, at: 0, file, file_at: 0, begun };
    match rest.try_send(connection) {
        Ok(true) => rest.end(connection).map_or(Repeated::Stays, Repeated::Ends),
        Ok(false) => Repeated::InPart(Box::new(rest)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Repeated::InPart(Box::new(rest)),
        Err(error) => Repeated::Ends(rest.break_off(connection, &error)),
    }
}

impl Rest {
    /// Sends what can be sent now; whether that was all.
    fn try_send(&mut self, connection: &Connection) -> io::Result<bool> {
        let wire = connection.wire.borrow();
        let head = IoSlice::new(&self.bytes);
        match &self.file {
            Some(Whole::Bytes(body)) => {
                let count = wire.try_write(&[head, IoSlice::new(body)], More::No)?;
                self.count(count);
            }
            Some(Whole::File(file)) => {
                let count = wire.try_write(&[head], More::Follows)?;
                self.at = count;
                if !self.head_is_gone() {
                    return Ok(false);
                }
                self.file_at = wire.try_send_file(file, 0, self.answer.file_size() as usize)? as u64;
            }
            None => self.at = wire.try_write(&[head], More::No)?,
        }
        Ok(self.is_gone())
    }

    fn head_is_gone(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn is_gone(&self) -> bool {
        self.head_is_gone() && self.file_at == self.answer.file_size()
    }

    /// So many more bytes have gone.
    fn count(&mut self, count: usize) {
        let of_head = count.min(self.bytes.len() - self.at);
        self.at += of_head;
        self.file_at += (count - of_head) as u64;
    }

    /// Sends what is left; how the connection ends if it does not stay.
    pub(in crate::protocol::h1) async fn send(
        mut self: Box<Self>,
        connection: &Rc<Connection>,
    ) -> Option<End> {
        let mut slowness = Slowness::new(self.answer.vhost(connection).paces.response);
        while !self.is_gone() {
            if let Err(error) = self.send_some(connection, &mut slowness).await {
                return Some(self.break_off(connection, &error));
            }
        }
        self.end(connection)
    }

    async fn send_some(&mut self, connection: &Connection, slowness: &mut Slowness) -> io::Result<()> {
        let patience = self.answer.vhost(connection).configs.core().timeout();
        let gone = self.at as u64 + self.file_at;
        let sent = poll_fn(|cx| {
            let poll = self.poll_send(cx, &mut connection.wire.borrow_mut());
            let poll = connection.patient(Wait::Write, patience, poll);
            slowness.count(&connection.timer, gone, &poll);
            poll
        });
        match sent.await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            count => self.count(count),
        }
        Ok(())
    }

    fn poll_send(&self, cx: &mut Context<'_>, wire: &mut Wire) -> Poll<io::Result<usize>> {
        let head = IoSlice::new(&self.bytes[self.at..]);
        match &self.file {
            Some(Whole::Bytes(body)) => {
                let body = IoSlice::new(&body[self.file_at as usize..]);
                wire.poll_write(cx, &[head, body], More::No)
            }
            Some(Whole::File(file)) if self.head_is_gone() => {
                let left = self.answer.file_size() - self.file_at;
                wire.poll_send_file(cx, file, self.file_at, left as usize)
            }
            Some(Whole::File(_)) => wire.poll_write(cx, &[head], More::Follows),
            None => wire.poll_write(cx, &[head], More::No),
        }
    }

    /// All of it has gone. `None` if the connection stays.
    fn end(self, connection: &Rc<Connection>) -> Option<End> {
        let (answer, now) = (Rc::clone(&self.answer), Instant::now());
        self.settle(connection, now, if answer.keep { '+' } else { '-' });
        if !answer.keep {
            return Some(End::Plain);
        }
        stay(connection, now, answer.vhost(connection).configs.http().keep_alive_timeout())
    }

    fn break_off(self, connection: &Rc<Connection>, error: &io::Error) -> End {
        log!(**connection, Info, AH21080, "an answer that was given before could not be sent: {error}");
        self.settle(connection, Instant::now(), 'X');
        End::Abort
    }

    /// Counts and logs it, and gives its buffer back.
    fn settle(mut self, connection: &Rc<Connection>, now: Instant, fate: char) {
        let (thread, took) = (&connection.thread, now.saturating_duration_since(self.begun.steady));
        let head = self.bytes.len() - self.answer.bytes_of_body();
        let body_bytes = self.at.saturating_sub(head) as u64 + self.file_at;
        self.answer.log(connection, self.begun, &Done { body_bytes, took, fate });
        thread.slot.request_done(self.at as u64 + self.file_at, took);
        self.bytes.clear();
        thread.outputs.give(self.bytes);
        connection.count_answer();
        connection.set_waited_for(false);
    }
}
