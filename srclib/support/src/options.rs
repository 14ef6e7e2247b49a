//! The command lines of the companion programs: a table a program, in getopt's manner (`-nbB`, `-C 5`, `-C5`; what
//! follows the first operand is an operand).

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// What a program accepts, and says of itself.
#[derive(Debug)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// What may stand behind its name, a line each.
    pub usage: &'static [&'static str],
    /// Its options, in the order of `--help`.
    pub options: &'static [Opt],
    /// How many operands there may be, from and to.
    pub operands: (usize, usize),
    /// What `--help` says below the options.
    pub notes: &'static str,
    /// The exit code after a wrong command line.
    pub misuse: u8,
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct Opt {
    /// Behind the `-`.
    pub letter: char,
    /// What its argument is called, if it has one.
    pub takes: Option<&'static str>,
    /// What `--help` says.
    pub help: &'static str,
}

/// An option without an argument.
pub const fn flag(letter: char, help: &'static str) -> Opt {
    Opt { letter, takes: None, help }
}

/// An option with an argument. The last one of several counts, unless [`Given::all`] asks for each.
pub const fn value(letter: char, takes: &'static str, help: &'static str) -> Opt {
    Opt { letter, takes: Some(takes), help }
}

/// A command line, understood.
#[derive(Debug)]
pub struct Given {
    program: &'static Program,
    matches: ArgMatches,
    /// The operands, as many as [`Program::operands`] allows.
    pub operands: Vec<OsString>,
}

/// How a program ends that has nothing to do: what to print, and the exit code; 0 for `--help` and `--version`.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop {
    /// For standard output if the code is 0, else for standard error.
    pub text: String,
    /// The exit code.
    pub code: u8,
}

/// Reads this process's arguments and does what they ask for.
pub fn run(program: &'static Program, work: impl FnOnce(&Given) -> Result<(), Stop>) -> ExitCode {
    let outcome = program.read(env::args_os().skip(1)).and_then(|given| work(&given));
    outcome.map_or_else(|stop| stop.tell(), |()| ExitCode::SUCCESS)
}

impl Stop {
    /// Prints the text; what is left to do is to leave.
    pub fn tell(&self) -> ExitCode {
        if self.code == 0 {
            print!("{}", self.text);
        } else {
            eprint!("{}", self.text);
        }
        self.code.into()
    }
}

impl Program {
    /// Reads the words behind the program's name.
    pub fn read(&'static self, words: impl IntoIterator<Item = OsString>) -> Result<Given, Stop> {
        let mut matches = self.command().try_get_matches_from(words).map_err(|error| self.stop(&error))?;
        let operands: Vec<OsString> = matches.remove_many(OPERANDS).into_iter().flatten().collect();
        let (least, most) = self.operands;
        if operands.len() < least {
            return Err(self.wrong("something is missing"));
        }
        if let Some(extra) = operands.get(most) {
            return Err(self.wrong(&format!("'{}' is too much", extra.display())));
        }
        Ok(Given { program: self, matches, operands })
    }

    /// A complaint about the command line, with the usage below.
    pub fn wrong(&self, complaint: &str) -> Stop {
        let usage = self.usage().replace('\n', "\n       ");
        let text =
            format!("{name}: {complaint}\nusage: {usage}\n{name} --help says more\n", name = self.name);
        Stop { text, code: self.misuse }
    }

    /// Something else that went wrong.
    pub fn failed(&self, code: u8, sentence: impl Display) -> Stop {
        Stop { text: format!("{}: {sentence}\n", self.name), code }
    }

    fn usage(&self) -> String {
        self.usage.iter().map(|line| format!("{} {line}", self.name)).collect::<Vec<_>>().join("\n")
    }

    fn command(&self) -> Command {
        let command = Command::new(self.name)
            .no_binary_name(true)
            .about(self.about)
            .version(env!("CARGO_PKG_VERSION"))
            .override_usage(self.usage().replace('\n', "\n       "))
            .after_help(self.notes)
            .args_override_self(true);
        let operands = Arg::new(OPERANDS)
            .action(ArgAction::Append)
            .num_args(0..)
            .trailing_var_arg(true)
            .value_parser(clap::value_parser!(OsString))
            .hide(true);
        command.args(self.options.iter().map(argument)).arg(operands)
    }

    fn stop(&self, error: &clap::Error) -> Stop {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop { text: error.to_string(), code: 0 },
            _ => {
                let text = error.to_string();
                let first = text.lines().next().unwrap_or_default();
                self.wrong(first.trim_start_matches("error: "))
            }
        }
    }
}

/// The operands' name in clap's table, which no letter has.
const OPERANDS: &str = "operands";

fn argument(option: &Opt) -> Arg {
    let argument = Arg::new(option.letter.to_string()).short(option.letter).help(option.help);
    match option.takes {
        None => argument.action(ArgAction::Count),
        Some(name) => argument
            .action(ArgAction::Append)
            .value_name(name)
            .allow_hyphen_values(true)
            .value_parser(clap::value_parser!(OsString)),
    }
}

impl Given {
    /// Whether the option stands there.
    pub fn has(&self, letter: char) -> bool {
        self.position(letter).is_some()
    }

    /// The argument of the last such option.
    pub fn value(&self, letter: char) -> Option<&OsStr> {
        self.all(letter).last()
    }

    /// The arguments of all such options, in order.
    pub fn all(&self, letter: char) -> impl Iterator<Item = &OsStr> {
        let values = self.matches.get_many::<OsString>(letter.encode_utf8(&mut [0; 4]));
        values.into_iter().flatten().map(OsString::as_os_str)
    }

    /// A whole number, which must be in the range; `None` without the option.
    pub fn number(&self, letter: char, least: u64, most: u64) -> Result<Option<u64>, Stop> {
        let Some(text) = self.value(letter) else { return Ok(None) };
        let number = text.to_str().and_then(|text| text.parse().ok());
        number.filter(|number| (least..=most).contains(number)).map(Some).ok_or_else(|| {
            let range =
                if most == u64::MAX { format!("from {least}") } else { format!("from {least} to {most}") };
            self.wrong(&format!("-{letter} {}: a number {range} is needed", text.display()))
        })
    }

    /// Which of these options stands last on the line.
    pub fn last_of(&self, letters: &str) -> Option<char> {
        letters.chars().filter_map(|letter| Some((self.position(letter)?, letter))).max().map(|last| last.1)
    }

    /// As [`Program::wrong`].
    pub fn wrong(&self, complaint: &str) -> Stop {
        self.program.wrong(complaint)
    }

    fn position(&self, letter: char) -> Option<usize> {
        let name = letter.to_string();
        // Counted options have a value even where they were not given.
        let given = self.matches.value_source(&name)? == clap::parser::ValueSource::CommandLine;
        self.matches.indices_of(&name).filter(|_| given)?.next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SAMPLE: Program = Program {
        name: "sample",
        about: "is an example",
        usage: &["[-ab] [-n NUMBER] file [word]", "-x"],
        options: &[flag('a', "one"), flag('2', "two"), flag('b', "three"), value('n', "NUMBER", "how many")],
        operands: (1, 2),
        notes: "",
        misuse: 22,
    };

    fn read(line: &str) -> Result<Given, Stop> {
        SAMPLE.read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_tables_of_all_programs_are_sound() {
        let programs = [
            &crate::ab::PROGRAM,
            &crate::apxs::PROGRAM,
            &crate::htdigest::PROGRAM,
            &crate::htpasswd::PROGRAM,
            &crate::logresolve::PROGRAM,
            &crate::pages::PROGRAM,
            &crate::rotatelogs::PROGRAM,
        ];
        for program in programs {
            program.command().debug_assert();
            assert!(program.options.iter().all(|option| !option.help.is_empty()), "{}", program.name);
        }
    }

    #[test]
    fn letters_share_a_word() {
        for line in
            ["-a2n5 file", "-a -2 -n 5 file", "-2an 5 file", "-n4 -2 -a -n5 file", "-n4 -22 -aa -n5 -- file"]
        {
            let given = read(line).unwrap();
            assert!(given.has('a') && given.has('2') && !given.has('b'), "{line}");
            assert_eq!(given.number('n', 1, 9).unwrap(), Some(5), "{line}");
            assert_eq!(given.operands, ["file"], "{line}");
        }
    }

    #[test]
    fn options_end_at_the_first_operand() {
        for line in ["file -a", "-- file -a", "-b file -a"] {
            let given = read(line).unwrap();
            assert!(!given.has('a'), "{line}");
            assert_eq!(given.operands, ["file", "-a"], "{line}");
        }
        assert_eq!(read("-n -5 -").unwrap().value('n').unwrap(), "-5");
    }

    #[test]
    fn the_last_of_rivals_is_known() {
        for (line, last) in [("-a2 f", Some('2')), ("-2a f", Some('a')), ("-2a -2 f", Some('2')), ("f", None)]
        {
            assert_eq!(read(line).unwrap().last_of("a2b"), last, "{line}");
        }
    }

    #[test]
    fn every_value_of_one_option() {
        let given = read("-n 1 -a -n2 file").unwrap();
        assert_eq!(given.all('n').collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn wrong_lines_are_told_with_the_usage() {
        for (line, complaint) in [
            ("-z file", "unexpected argument '-z' found"),
            ("-n", "a value is required for '-n <NUMBER>' but none was supplied"),
            ("", "something is missing"),
            ("a b c", "'c' is too much"),
        ] {
            let stop = read(line).unwrap_err();
            let usage = "usage: sample [-ab] [-n NUMBER] file [word]\n       sample -x\n";
            assert_eq!(stop.text, format!("sample: {complaint}\n{usage}sample --help says more\n"));
            assert_eq!(stop.code, 22);
        }
    }

    #[test]
    fn numbers_have_a_range() {
        for line in ["-n 0 f", "-n 10 f", "-n x f", "-n -1 f"] {
            let stop = read(line).unwrap().number('n', 1, 9).unwrap_err();
            assert!(stop.text.contains("a number from 1 to 9 is needed"), "{}", stop.text);
        }
        assert_eq!(read("f").unwrap().number('n', 1, 9).unwrap(), None);
    }

    #[test]
    fn help_is_no_failure() {
        let stop = read("--help").unwrap_err();
        assert_eq!(stop.code, 0);
        for part in ["is an example", "Usage: sample [-ab]", "-n <NUMBER>", "how many"] {
            assert!(stop.text.contains(part), "{part} in {}", stop.text);
        }
    }
}
