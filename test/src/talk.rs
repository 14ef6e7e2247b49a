//! The conversation of a case: its steps, one after the other, and what to say when one fails.

use std::net::SocketAddr;

use crate::case::requests::{Fate, Row};
use crate::case::{Act, Case, Words};
use crate::client::{Answer, Client};
use crate::expect;

/// How much of an answer is shown when a case fails.
const SHOWN: usize = 3000;

/// What a connection that stays is asked in the end, and how the case's file `probe` answers.
const PROBE: &[u8] = b"GET /probe HTTP/1.1\r\nHost: localhost\r\n\r\n";
const PROBED: &[u8] = b"probed\n";

/// Does the steps of a case. The error shows what was sent, what came, and what was missing.
pub fn talk(case: &Case, server: SocketAddr, words: &Words<'_>) -> Result<(), String> {
    let mut talk = Talk { server, client: None, last: Answer::default(), transcript: String::new() };
    for step in &case.steps {
        let missing = talk.step(&step.act, words).unwrap_or_else(|wrong| vec![wrong]);
        if !missing.is_empty() {
            return Err(format!(
                "{}line {}: expected\n  {}\n",
                talk.transcript,
                step.line,
                missing.join("\n  ")
            ));
        }
    }
    Ok(())
}

struct Talk {
    server: SocketAddr,
    client: Option<Client>,
    last: Answer,
    transcript: String,
}

impl Talk {
    /// Does one step; gives back what was expected and did not come.
    fn step(&mut self, act: &Act, words: &Words<'_>) -> Result<Vec<String>, String> {
        match act {
            Act::Connect => {
                self.client = None;
                self.client().map(|_| Vec::new())
            }
            Act::In(text) => self.send(&text.sent(words)),
            Act::Out(text) => {
                self.hear()?;
                Ok(expect::answer(&text.lines(words), &self.last.head, &self.last.body))
            }
            Act::OutExact(text) => {
                self.hear()?;
                Ok(expect::exactly(&text.answered(words), &self.last.raw))
            }
            Act::Body(text) => Ok(expect::exactly(&text.written(words), &self.last.body)),
            Act::Shut => {
                self.client()?.shut().map(|()| Vec::new()).map_err(|wrong| format!("to shut: {wrong}"))
            }
            Act::Closed => self.closed(),
            Act::Requests(rows) => Ok(rows.iter().filter_map(|row| self.row(row, words).err()).collect()),
        }
    }

    /// A connection of its own for a row of a table. The transcript is only of those that fail.
    fn row(&mut self, row: &Row, words: &Words<'_>) -> Result<(), String> {
        let before = self.transcript.len();
        self.client = None;
        let outcome = self.converse(row, words);
        if outcome.is_ok() {
            self.transcript.truncate(before);
        }
        outcome.map_err(|wrong| format!("line {} ({}): {wrong}", row.line, row.rule))
    }

    fn converse(&mut self, row: &Row, words: &Words<'_>) -> Result<(), String> {
        let bytes = row.bytes(words);
        self.note(">", &bytes);
        // An interim answer does not take the place of the final one.
        let finals = row.answers.iter().filter(|answer| answer.status >= 200);
        self.client()?.send_raw(&bytes, finals.map(|answer| answer.to_head));
        if row.fate == Fate::Ends {
            self.client()?.shut().map_err(|wrong| format!("to shut: {wrong}"))?;
        }
        for expected in &row.answers {
            self.hear()?;
            let status = self.last.status();
            if status != expected.status {
                return Err(format!("{} (came: {status})", expected.status));
            }
        }
        if row.fate == Fate::Stays {
            return self.probe();
        }
        let missing = self.closed()?;
        if missing.is_empty() { Ok(()) } else { Err(missing.concat()) }
    }

    /// What is answered next is what is asked next: nothing of what came before was taken for a request.
    fn probe(&mut self) -> Result<(), String> {
        self.send(PROBE)?;
        self.hear()?;
        let is_probe = self.last.status() == 200 && self.last.body == PROBED;
        if is_probe {
            Ok(())
        } else {
            Err("that the connection stays, and only the probe is answered".to_owned())
        }
    }

    fn client(&mut self) -> Result<&mut Client, String> {
        let server = self.server;
        match &mut self.client {
            Some(client) => Ok(client),
            none => Client::connect(server)
                .map(|client| none.insert(client))
                .map_err(|wrong| format!("a connection to {server}: {wrong}")),
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<Vec<String>, String> {
        self.note(">", bytes);
        self.client()?.send(bytes);
        Ok(Vec::new())
    }

    fn hear(&mut self) -> Result<(), String> {
        self.last = self.client()?.answer().map_err(|wrong| format!("an answer: {wrong}"))?;
        let raw = std::mem::take(&mut self.last.raw);
        self.note("<", &raw);
        self.last.raw = raw;
        Ok(())
    }

    fn closed(&mut self) -> Result<Vec<String>, String> {
        let rest = self.client()?.rest().map_err(|wrong| format!("the end of the connection: {wrong}"))?;
        self.note("<", &rest);
        Ok(if rest.is_empty() { Vec::new() } else { vec!["the end of the connection".to_owned()] })
    }

    fn note(&mut self, mark: &str, bytes: &[u8]) {
        for line in bytes[..bytes.len().min(SHOWN)].split_inclusive(|byte| *byte == b'\n') {
            self.transcript.push_str(&format!("{mark} {}\n", line.escape_ascii()));
        }
        if bytes.len() > SHOWN {
            self.transcript.push_str(&format!("{mark} ... {} bytes in all\n", bytes.len()));
        }
    }
}
