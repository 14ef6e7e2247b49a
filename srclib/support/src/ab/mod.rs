//! ab: asks a server for the same thing many times over and says how fast the answers came.
//!
//! [`plan`] says what is asked, how often and by how many; [`client`] does it; [`answer`] reads what comes back;
//! [`tally`] counts; [`report`] says it, in the form that programs which call ab are used to.

mod answer;
mod client;
mod plan;
mod report;
mod tally;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use self::client::End;
use self::plan::Plan;
use crate::options::{self, Given, Program, Stop, flag, value};

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "ab",
    about: "Asks an HTTP server for the same thing many times over and says how fast the answers came.",
    usage: &["[-n NUMBER] [-c NUMBER] [-t SECONDS] [-k] [OPTION]... [http://]HOST[:PORT]/PATH"],
    options: &[
        value('n', "NUMBER", "how many requests [1; 50000 with -t]"),
        value('c', "NUMBER", "how many of them at the same time [1]"),
        value('t', "SECONDS", "stop after that time"),
        value('s', "SECONDS", "how long to wait for an answer [30]"),
        flag('k', "keep connections alive"),
        flag('i', "ask with HEAD"),
        value('m', "METHOD", "ask with another method"),
        value('p', "FILE", "POST the file"),
        value('u', "FILE", "PUT the file"),
        value('T', "TYPE", "the media type of the file [text/plain]"),
        value('H', "LINE", "one more header line; Host, User-Agent and Accept replace the usual one"),
        value('C', "NAME=VALUE", "a cookie; may stand several times, as -H may"),
        value('A', "USER:PASSWORD", "for the server, by Basic authentication"),
        value('P', "USER:PASSWORD", "for the proxy, likewise"),
        value('X', "HOST:PORT", "ask this proxy"),
        value('B', "ADDRESS", "connect from this address"),
        value('b', "BYTES", "the size of a connection's buffers"),
        flag('l', "answers may differ in length"),
        flag('r', "go on when a connection fails"),
        flag('q', "do not tell the progress of more than 150 requests"),
        flag('d', "leave out the table of percentages"),
        flag('S', "leave out median and standard deviation"),
        value('e', "FILE", "write there, by commas, how long each percentage took"),
        value('g', "FILE", "write there each measured value, for gnuplot"),
        value('v', "LEVEL", "tell more: 2 warnings, 3 statuses, 4 heads"),
    ],
    operands: (1, 1),
    notes: "https is not possible yet.",
    misuse: 22,
};

const FAILURE: u8 = 1;

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let plan = Plan::of(given)?;
    let addresses = plan.resolve().map_err(|why| PROGRAM.failed(FAILURE, why))?;
    say(&report::head(&plan))?;
    let (tally, end) = client::run(&plan, addresses).map_err(|error| PROGRAM.failed(FAILURE, error))?;
    if let End::Failed(why) = end {
        say(&format!("\n\nTotal of {} requests completed\n", tally.done()))?;
        return Err(PROGRAM.failed(FAILURE, why));
    }
    finished(&plan, tally.done());
    say(&report::text(&plan, &tally))?;
    write(given.value('e'), || report::by_commas(&tally))?;
    write(given.value('g'), || report::for_gnuplot(&tally))?;
    if end == End::Interrupted { Err(PROGRAM.failed(FAILURE, "interrupted")) } else { Ok(()) }
}

fn finished(plan: &Plan, done: usize) {
    if plan.heartbeat.is_some() {
        eprintln!("Finished {done} requests");
    }
}

fn say(text: &str) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    let said = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    said.map_err(|error| PROGRAM.failed(FAILURE, error))
}

fn write(file: Option<impl AsRef<Path>>, text: impl FnOnce() -> String) -> Result<(), Stop> {
    let Some(file) = file else { return Ok(()) };
    let file = file.as_ref();
    fs::write(file, text())
        .map_err(|error| PROGRAM.failed(FAILURE, format_args!("{}: {error}", file.display())))
}
