//! The conversation of a case: its steps, one after the other, and what to say when one fails.

use std::net::SocketAddr;

use crate::case::{Act, Case, Words};
use crate::client::{Answer, Client};
use crate::expect;

/// How much of an answer is shown when a case fails.
const SHOWN: usize = 3000;

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
