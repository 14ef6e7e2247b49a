//! What was asked for.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use jiff::Zoned;
use jiff::fmt::strtime;
use jiff::tz::{Offset, TimeZone};

use crate::options::{Given, Stop};

/// What the command line says.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// The name, or the pattern of one.
    pub(super) file: String,
    /// Seconds, at least 1.
    pub(super) interval: Option<i64>,
    /// Bytes, at least 1.
    pub(super) size: Option<u64>,
    /// Whose midnight it is.
    pub(super) zone: TimeZone,
    /// How many logs there are, at least 1.
    pub(super) number: Option<u64>,
    pub(super) link: Option<PathBuf>,
    pub(super) program: Option<PathBuf>,
    pub(super) verbose: bool,
    pub(super) opens_at_once: bool,
    pub(super) makes_empty: bool,
    pub(super) makes_directories: bool,
    pub(super) truncates: bool,
    pub(super) truncates_later: bool,
    pub(super) echoes: bool,
}

impl Rules {
    pub(super) fn of(given: &Given) -> Result<Self, Stop> {
        let mut words = given.operands.iter().map(|word| text(given, word));
        let file = words.next().transpose()?.unwrap_or_default().to_owned();
        let limits = Limits::read(words.collect::<Result<_, _>>()?).map_err(|why| given.wrong(&why))?;
        let rules = Self {
            file,
            interval: limits.interval,
            size: limits.size,
            zone: if given.has('l') { TimeZone::system() } else { limits.zone },
            number: given.number('n', 1, u64::MAX)?,
            link: given.value('L').map(PathBuf::from),
            program: given.value('p').map(PathBuf::from),
            verbose: given.has('v'),
            opens_at_once: given.has('f'),
            makes_empty: given.has('c'),
            makes_directories: given.has('D'),
            truncates: given.has('t'),
            truncates_later: given.has('T'),
            echoes: given.has('e'),
        };
        rules.check().map_err(|why| given.wrong(&why))?;
        Ok(rules)
    }

    fn check(&self) -> Result<(), String> {
        if !self.is_pattern() {
            return Ok(());
        }
        if self.number.is_some() {
            return Err(format!("-n and the % in {} exclude each other", self.file));
        }
        strtime::format(&self.file, &Zoned::now())
            .map(drop)
            .map_err(|error| format!("{}: {error}", self.file))
    }

    /// Whether the name holds conversions of strftime(3).
    pub(super) fn is_pattern(&self) -> bool {
        self.file.contains('%')
    }

    /// How to run `-p PROGRAM`. What there is to read is for the log alone.
    pub(super) fn after_opening(&self) -> Option<Command> {
        let mut command = Command::new(self.program.as_ref()?);
        command.stdin(std::process::Stdio::null());
        os::process::with_default_signals(&mut command);
        Some(command)
    }

    /// For `-v`.
    pub(super) fn description(&self) -> String {
        let number = |value: Option<u64>| value.map_or("none".to_owned(), |value| value.to_string());
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
        };
        let word = |on| if on { "yes" } else { "no" }.to_owned();
        [
            ("Log", self.file.clone()),
            ("Rotation interval in seconds", number(self.interval.map(i64::unsigned_abs))),
            ("Rotation size in bytes", number(self.size)),
            (
                "Time zone",
                strtime::format("%Q", &Zoned::now().with_time_zone(self.zone.clone())).unwrap_or_default(),
            ),
            ("Number of logs", number(self.number)),
            ("Link", path(&self.link)),
            ("Program after opening", path(&self.program)),
            ("Opened at once", word(self.opens_at_once)),
            ("Empty logs", word(self.makes_empty)),
            ("Directories are made", word(self.makes_directories)),
            ("Truncated", word(self.truncates)),
            ("All but the first truncated", word(self.truncates_later)),
            ("Echo", word(self.echoes)),
        ]
        .map(|(what, value)| format!("{what:<30}{value}\n"))
        .concat()
    }
}

fn text<'a>(given: &Given, word: &'a OsStr) -> Result<&'a str, Stop> {
    word.to_str().ok_or_else(|| given.wrong(&format!("'{}' is not UTF-8", word.display())))
}

/// What stands behind the file's name.
#[derive(Debug, PartialEq, Eq)]
struct Limits {
    interval: Option<i64>,
    size: Option<u64>,
    zone: TimeZone,
}

impl Limits {
    /// `SECONDS [SIZE] [OFFSET]` or `SIZE [OFFSET]`.
    fn read(words: Vec<&str>) -> Result<Self, String> {
        let mut limits = Self { interval: None, size: None, zone: TimeZone::UTC };
        let mut words = words.into_iter().peekable();
        if let Some(word) = words.next_if(|word| !has_unit(word)) {
            limits.interval = Some(seconds(word)?);
        }
        if let Some(word) = words.next_if(|word| has_unit(word)) {
            limits.size = Some(bytes(word)?);
        }
        if let Some(word) = words.next() {
            limits.zone = zone(word)?;
        }
        words.next().map_or(Ok(limits), |word| Err(format!("'{word}' is too much")))
    }
}

const UNITS: [(char, u64); 4] = [('B', 1), ('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)];

fn has_unit(word: &str) -> bool {
    word.ends_with(UNITS.map(|unit| unit.0))
}

/// A day more than a century is no interval.
fn seconds(word: &str) -> Result<i64, String> {
    let number = word.parse().ok().filter(|number| (1..=3_155_846_400).contains(number));
    number
        .ok_or_else(|| format!("'{word}' is neither a number of seconds, at least 1, nor a size such as 5M"))
}

fn bytes(word: &str) -> Result<u64, String> {
    let unit = UNITS.iter().find(|unit| word.ends_with(unit.0)).map_or(1, |unit| unit.1);
    let number = word.get(..word.len() - 1).and_then(|digits| digits.parse::<u64>().ok());
    let bytes = number.and_then(|number| number.checked_mul(unit)).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| format!("'{word}' is not a size: a number, at least 1, and one of B, K, M, G"))
}

fn zone(word: &str) -> Result<TimeZone, String> {
    let minutes = word.parse::<i32>().ok();
    let offset = minutes.and_then(|minutes| Offset::from_seconds(minutes.checked_mul(60)?).ok());
    offset
        .map(TimeZone::fixed)
        .ok_or_else(|| format!("'{word}' is not an offset in minutes of at most a day"))
}

#[cfg(test)]
impl Rules {
    /// As little as possible, for tests.
    pub(super) fn sample(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            interval: None,
            size: None,
            zone: TimeZone::UTC,
            number: None,
            link: None,
            program: None,
            verbose: false,
            opens_at_once: false,
            makes_empty: false,
            makes_directories: false,
            truncates: false,
            truncates_later: false,
            echoes: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(line: &str) -> Result<Limits, String> {
        Limits::read(line.split_whitespace().collect())
    }

    #[test]
    fn limits_in_their_order() {
        let hour_west = TimeZone::fixed(Offset::from_seconds(-3600).unwrap());
        for (line, interval, size, zone) in [
            ("86400", Some(86_400), None, TimeZone::UTC),
            ("3600 -60", Some(3600), None, hour_west.clone()),
            ("3600 5M", Some(3600), Some(5 << 20), TimeZone::UTC),
            ("3600 5K -60", Some(3600), Some(5 << 10), hour_west.clone()),
            ("1G", None, Some(1 << 30), TimeZone::UTC),
            ("100B -60", None, Some(100), hour_west),
        ] {
            assert_eq!(limits(line).unwrap(), Limits { interval, size, zone }, "{line}");
        }
    }

    #[test]
    fn what_is_no_limit_is_told() {
        for line in ["0", "-5", "x", "5X", "0M", "M", "-1M", "99999999999999999999G", "18446744073709551615K"]
        {
            assert!(limits(line).is_err(), "{line}");
        }
        for (line, word) in
            [("5M 10M", "'10M'"), ("10 10 10", "'10' is too much"), ("10 2000000", "'2000000'")]
        {
            assert!(limits(line).unwrap_err().contains(word), "{line}");
        }
    }

    #[test]
    fn patterns_are_checked_at_once() {
        let check = |file: &str, number| Rules { number, ..Rules::sample(file) }.check();
        assert_eq!(check("log.%Y", None), Ok(()));
        assert_eq!(check("log", Some(3)), Ok(()));
        assert!(check("log.%Y", Some(3)).is_err());
        assert!(check("log.%", None).is_err());
        assert!(check("log.%!", None).is_err());
    }
}
