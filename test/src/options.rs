//! The command line: our own options, and those that all Rust tests have.

use std::path::{Path, PathBuf};

use libtest_mimic::Arguments;

const USAGE: &str = "\
Runs the cases (*.t) of the source tree inside this program or, with --httpd, against a built httpd, and then
the process tests too.

      --source DIR        the source tree [where this program was compiled from]
      --httpd PATH        a built httpd
      --mpm NAME          the MPM that it must have
      --load FILE         LoadModule lines that every configuration of it begins with

The rest is what every Rust test understands:
";

/// What to run, and how.
#[derive(Debug)]
pub struct Options {
    /// The source tree.
    pub source: PathBuf,
    /// A built httpd; `None` runs the cases inside this program.
    pub httpd: Option<PathBuf>,
    /// The MPM that it must have.
    pub mpm: Option<String>,
    /// Lines that its configurations begin with.
    pub load: Option<PathBuf>,
    /// Filters, formats, threads.
    pub test: Arguments,
}

impl Options {
    /// Reads the arguments behind the program's name. Those of the tests that are wrong end the program with
    /// a sentence.
    pub fn read(program: &str, arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let (mut source, mut httpd, mut mpm, mut load) = (compiled_from(), None, None, None);
        let mut rest = vec![program.to_owned()];
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (&*argument, None),
            };
            let mut value =
                || value.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
            match name {
                "--source" => source = value()?.into(),
                "--httpd" => httpd = Some(value()?.into()),
                "--mpm" => mpm = Some(value()?),
                "--load" => load = Some(value()?.into()),
                _ => rest.push(argument),
            }
        }
        if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
            print!("{USAGE}");
        }
        let mut test = Arguments::from_iter(rest);
        // A case waits more than it works: four share two processors well.
        test.test_threads.get_or_insert(4);
        Ok(Self { source, httpd, mpm, load, test })
    }
}

/// The tree that this crate lies in.
pub fn compiled_from() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_options_are_taken_out() {
        let arguments = ["--httpd=./httpd", "mod_alias", "--source", "/src", "--exact"].map(str::to_owned);
        let options = Options::read("check", arguments).unwrap();
        assert_eq!(options.httpd.as_deref(), Some("./httpd".as_ref()));
        assert_eq!(options.source, PathBuf::from("/src"));
        assert_eq!(options.test.filter.as_deref(), Some("mod_alias"));
        assert!(options.test.exact);
        assert_eq!(Options::read("check", ["--mpm".to_owned()]).unwrap_err(), "--mpm needs a value");
    }
}
