//! logresolve: names for the addresses that lines of a log begin with.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;
use std::process::ExitCode;

use crate::options::{self, Given, Program, Stop, flag, value};

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "logresolve",
    about: "Copies a log from standard input to standard output, with names in place of addresses.",
    usage: &["[-c] [-s FILE] <access_log >access_log.named"],
    options: &[
        flag('c', "believe a name only if it leads back to the address"),
        value('s', "FILE", "write there, at the end, how much was found"),
    ],
    operands: (0, 0),
    notes: "An address is what stands before the first space of a line. Each is looked up once.",
    misuse: 1,
};

const FAILURE: u8 = 1;

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let checked = given.has('c');
    // Before hours of work, not after them.
    let statistics = given.value('s').map(Path::new).map(create).transpose()?;
    let mut names = Names::new(if checked { look_up_and_back } else { look_up });
    copy(io::stdin(), io::stdout(), &mut names).map_err(|error| PROGRAM.failed(FAILURE, error))?;
    statistics
        .map_or(Ok(()), |mut file| file.write_all(names.statistics(checked).as_bytes()))
        .map_err(|error| PROGRAM.failed(FAILURE, error))
}

fn create(path: &Path) -> Result<File, Stop> {
    File::create(path).map_err(|error| PROGRAM.failed(FAILURE, format_args!("{}: {error}", path.display())))
}

/// What looking up an address came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Name(String),
    Nothing,
    /// A name, which does not lead back.
    Stranger,
}

/// Names that were asked for, and how often what happened.
struct Names<F> {
    look_up: F,
    known: HashMap<IpAddr, Found>,
    lines: u64,
    named: u64,
    repeated: u64,
}

impl<F: FnMut(IpAddr) -> Found> Names<F> {
    fn new(look_up: F) -> Self {
        Self { look_up, known: HashMap::new(), lines: 0, named: 0, repeated: 0 }
    }

    /// The name that stands for the first word of a line, if there is one.
    fn name(&mut self, word: &[u8]) -> Option<&str> {
        self.lines += 1;
        let Some(address) = address(word) else {
            self.named += 1;
            return None;
        };
        if self.known.contains_key(&address) {
            self.repeated += 1;
        }
        match self.known.entry(address).or_insert_with(|| (self.look_up)(address)) {
            Found::Name(name) => Some(name),
            Found::Nothing | Found::Stranger => None,
        }
    }

    fn statistics(&self, checked: bool) -> String {
        let count = |kind: &Found| self.known.values().filter(|found| *found == kind).count();
        let mut text = format!(
            "logresolve Statistics:\nEntries: {}\n    With name   : {}\n    Resolves    : {}\n",
            self.lines,
            self.named,
            self.known.len()
        );
        text += &format!("    - No reverse : {}\n", count(&Found::Nothing));
        if checked {
            text += &format!("    - Double lookup failed : {}\n", count(&Found::Stranger));
        }
        text + &format!("Cache hits      : {}\nCache size      : {}\n", self.repeated, self.known.len())
    }
}

fn address(word: &[u8]) -> Option<IpAddr> {
    str::from_utf8(word).ok()?.parse().ok()
}

/// Copies all lines. What was read is written before more is waited for, so that this can stand in a pipe.
fn copy<F: FnMut(IpAddr) -> Found>(from: impl Read, to: impl Write, names: &mut Names<F>) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        let end = line.iter().position(|byte| b" \r\n".contains(byte)).unwrap_or(line.len());
        let (word, rest) = line.split_at(end);
        to.write_all(names.name(word).map_or(word, str::as_bytes))?;
        to.write_all(rest)?;
        line.clear();
        if from.buffer().is_empty() {
            to.flush()?;
        }
    }
    to.flush()
}

fn look_up(address: IpAddr) -> Found {
    match os::net::name_of(address) {
        Ok(name) if fits_a_log(&name) => Found::Name(name),
        _ => Found::Nothing,
    }
}

fn look_up_and_back(address: IpAddr) -> Found {
    match look_up(address) {
        Found::Name(name) if !leads_to(&name, address) => Found::Stranger,
        found => found,
    }
}

fn leads_to(name: &str, address: IpAddr) -> bool {
    (name, 0).to_socket_addrs().is_ok_and(|mut found| found.any(|found| found.ip() == address))
}

/// Whoever owns an address chooses its name: nothing in it may look like another part of the line.
fn fits_a_log(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "192.0.2.1 - - a\nnamed.example - - b\n192.0.2.1 - - c\n\n2001:db8::1 d\n192.0.2.9\n\
        192.0.2.256 e\n 192.0.2.1 f\n192.0.2.7 g\r\n192.0.2.9 - no end";

    fn sample(address: IpAddr) -> Found {
        match address.to_string().as_str() {
            "192.0.2.1" => Found::Name("one.example".to_owned()),
            "2001:db8::1" => Found::Name("six.example".to_owned()),
            "192.0.2.7" => Found::Stranger,
            _ => Found::Nothing,
        }
    }

    #[test]
    fn addresses_become_names_and_nothing_else_changes() {
        let mut names = Names::new(sample);
        let mut out = Vec::new();
        copy(LOG.as_bytes(), &mut out, &mut names).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "one.example - - a\nnamed.example - - b\none.example - - c\n\nsix.example d\n192.0.2.9\n\
             192.0.2.256 e\n 192.0.2.1 f\n192.0.2.7 g\r\n192.0.2.9 - no end"
        );
        let text = "logresolve Statistics:\nEntries: 10\n    With name   : 4\n    Resolves    : 4\n    \
            - No reverse : 1\n    - Double lookup failed : 1\nCache hits      : 2\nCache size      : 4\n";
        assert_eq!(names.statistics(true), text);
        assert_eq!(names.statistics(false).lines().count(), text.lines().count() - 1);
    }

    #[test]
    fn an_address_is_looked_up_once() {
        let mut asked = 0;
        let mut names = Names::new(|_| {
            asked += 1;
            Found::Nothing
        });
        for _ in 0..3 {
            assert_eq!(names.name(b"192.0.2.9"), None);
        }
        assert_eq!(asked, 1);
    }

    #[test]
    fn bytes_that_are_no_text_pass() {
        let mut out = Vec::new();
        copy(b"\xff\xfe x\n\0\n".as_slice(), &mut out, &mut Names::new(sample)).unwrap();
        assert_eq!(out, b"\xff\xfe x\n\0\n");
    }

    #[test]
    fn names_that_would_lie_in_a_log_are_none() {
        for (name, fits) in
            [("a-b.example", true), ("_x.example", true), ("", false), ("a b", false), ("a\nb", false)]
        {
            assert_eq!(fits_a_log(name), fits, "{name}");
        }
    }
}
