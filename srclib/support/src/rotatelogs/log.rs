//! The log that is written, and the step from one to the next.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use jiff::Timestamp;

use super::period::Period;
use super::rules::Rules;

/// The logs of one run, one of them open.
pub(super) struct Log {
    rules: Rules,
    current: Option<Current>,
    /// How many were opened.
    count: u64,
    /// Whether the next byte begins a line.
    between_lines: bool,
    /// Whether the last write failed: that is told once.
    losing: bool,
    children: Vec<Child>,
}

struct Current {
    file: File,
    path: PathBuf,
    size: u64,
    period: Period,
}

/// Why a log cannot be opened.
#[derive(Debug)]
pub(super) struct CannotOpen {
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open {}: {}", self.path.display(), self.error)
    }
}

impl Log {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, current: None, count: 0, between_lines: true, losing: false, children: Vec::new() }
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How long nothing need be done if nothing comes; `None` for ever.
    pub(super) fn patience(&self, now: Timestamp) -> Option<Duration> {
        let current = self.current.as_ref().filter(|_| self.rules.makes_empty)?;
        current.period.left(now, &self.rules.zone).map(Duration::from_secs)
    }

    /// Writes these bytes, lines or parts of them, to the logs that they belong to. Fails only when there is no log at
    /// all; later failures are told, and what could not be written is lost: a server must never wait for its log.
    pub(super) fn write(&mut self, mut bytes: &[u8], now: Timestamp) -> Result<(), CannotOpen> {
        while !bytes.is_empty() {
            if self.between_lines {
                self.turn(now)?;
            }
            let (these, rest) = bytes.split_at(self.portion(bytes));
            self.append(these);
            self.between_lines = these.ends_with(b"\n");
            bytes = rest;
        }
        Ok(())
    }

    /// Begins the next log if it is time for it.
    pub(super) fn turn(&mut self, now: Timestamp) -> Result<(), CannotOpen> {
        if !self.is_due(now) {
            return Ok(());
        }
        let period = Period::at(now, &self.rules);
        let path = PathBuf::from(period.name(&self.rules, self.count));
        if let Some(current) = self.current.as_mut().filter(|current| current.path == path)
            && !self.rules.uses_again()
        {
            // Two logs within what the name tells apart: a second, a day. The lines of both are wanted.
            current.period = period;
            return Ok(());
        }
        match self.open(path, period) {
            Ok(opened) => self.change_to(opened),
            Err(error) if self.current.is_none() => return Err(error),
            Err(error) => self.stay(&error, period),
        }
        Ok(())
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let Some(current) = &self.current else { return true };
        current.period.is_over(now, &self.rules.zone)
            || self.rules.size.is_some_and(|size| current.size >= size)
    }

    /// How much of `bytes` is written before the next look at the clock and the size: to the end of a line.
    fn portion(&self, bytes: &[u8]) -> usize {
        let room = match (&self.current, self.rules.size) {
            _ if !self.between_lines => 1,
            (Some(current), Some(size)) => size.saturating_sub(current.size).max(1),
            _ => return bytes.len(),
        };
        let skip = usize::try_from(room - 1).unwrap_or(usize::MAX).min(bytes.len());
        let end = bytes[skip..].iter().position(|byte| *byte == b'\n');
        end.map_or(bytes.len(), |end| skip + end + 1)
    }

    fn append(&mut self, bytes: &[u8]) {
        let Some(current) = &mut self.current else { return };
        match current.file.write_all(bytes) {
            Ok(()) => {
                current.size += bytes.len() as u64;
                self.losing = false;
            }
            Err(error) if !self.losing => {
                complain(format_args!("{}: {error}; lines are being lost", current.path.display()));
                self.losing = true;
            }
            Err(_) => {}
        }
    }

    fn open(&mut self, path: PathBuf, period: Period) -> Result<Current, CannotOpen> {
        self.tell(format_args!("opening {}", path.display()));
        let opened = self.open_file(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        match opened {
            Ok((size, file)) => Ok(Current { file, path, size, period }),
            Err(error) => Err(CannotOpen { path, error }),
        }
    }

    fn open_file(&self, path: &Path) -> io::Result<File> {
        if let Some(folder) = path.parent().filter(|_| self.rules.makes_directories) {
            fs::create_dir_all(folder)?;
        }
        let file = os::file::append(path)?;
        if self.rules.cuts(self.count) {
            file.set_len(0)?;
        }
        Ok(file)
    }

    fn change_to(&mut self, opened: Current) {
        let before = self.current.replace(opened);
        self.count += 1;
        self.losing = false;
        if let Some(before) = &before {
            self.tell(format_args!("closing {}", before.path.display()));
        }
        let Some(current) = &self.current else { return };
        if let Err(error) = self.link_to(&current.path) {
            complain(format_args!("the link cannot be made: {error}"));
        }
        if let Err(error) = self.run_program(before.as_ref()) {
            complain(format_args!("the program cannot be run: {error}"));
        }
    }

    /// Goes on with the old log for another period, or another portion of lines.
    fn stay(&mut self, error: &CannotOpen, period: Period) {
        let Some(current) = &mut self.current else { return };
        complain(format_args!("{error}; going on with {}", current.path.display()));
        current.period = period;
        current.size = 0;
    }

    fn link_to(&self, path: &Path) -> io::Result<()> {
        let Some(link) = &self.rules.link else { return Ok(()) };
        self.tell(format_args!("linking {} to {}", link.display(), path.display()));
        match fs::remove_file(link) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::hard_link(path, link),
        }
    }

    fn run_program(&mut self, before: Option<&Current>) -> io::Result<()> {
        self.children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        let (Some(mut command), Some(current)) = (self.rules.after_opening(), &self.current) else {
            return Ok(());
        };
        self.tell(format_args!("running {}", command.get_program().display()));
        command.arg(&current.path).args(before.map(|before| &before.path));
        self.children.push(command.spawn()?);
        Ok(())
    }

    fn tell(&self, what: impl fmt::Display) {
        if self.rules.verbose {
            complain(what);
        }
    }
}

impl Rules {
    /// Whether one file is meant to hold one log after another.
    fn uses_again(&self) -> bool {
        self.truncates || self.number.is_some()
    }

    /// Whether the contents of a log are taken away when it is opened after `count` others.
    fn cuts(&self, count: u64) -> bool {
        self.truncates || (count > 0 && (self.truncates_later || self.number.is_some()))
    }
}

fn complain(what: impl fmt::Display) {
    // Who started this may have closed standard error.
    let _ = writeln!(io::stderr(), "rotatelogs: {what}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::os::unix::fs::MetadataExt;
    use tempfile::TempDir;

    /// Logs in a folder of their own.
    struct Ground {
        folder: TempDir,
        log: Log,
    }

    impl Ground {
        fn new(file: &str, rules: impl FnOnce(Rules) -> Rules) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(file);
            let log = Log::new(rules(Rules::sample(file.to_str().unwrap())));
            Self { folder, log }
        }

        fn write(&mut self, second: i64, text: &str) {
            self.log.write(text.as_bytes(), Timestamp::from_second(second).unwrap()).unwrap();
        }

        fn turn(&mut self, second: i64) {
            self.log.turn(Timestamp::from_second(second).unwrap()).unwrap();
        }

        fn files(&self) -> BTreeMap<String, String> {
            let entries = fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
            let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
            entries.map(|entry| (name(&entry), fs::read_to_string(entry.path()).unwrap())).collect()
        }

        fn hold(&self, expected: &[(&str, &str)]) {
            let expected =
                expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            assert_eq!(self.files(), expected);
        }
    }

    #[test]
    fn each_interval_has_its_log() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), ..rules });
        for (second, text) in [(1000, "a\n"), (1009, "b\n"), (1010, "c\n"), (1055, "d\n")] {
            ground.write(second, text);
        }
        ground.hold(&[("log.0000001000", "a\nb\n"), ("log.0000001010", "c\n"), ("log.0000001050", "d\n")]);
    }

    #[test]
    fn no_line_is_torn() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), ..rules });
        for (second, text) in [(1009, "a\nhal"), (1010, "f a "), (1011, "line\nc\nd"), (1030, "\ne\n")] {
            ground.write(second, text);
        }
        ground.hold(&[
            ("log.0000001000", "a\nhalf a line\n"),
            ("log.0000001010", "c\nd\n"),
            ("log.0000001030", "e\n"),
        ]);
    }

    #[test]
    fn a_log_ends_with_the_line_that_fills_it() {
        let mut ground = Ground::new("log", |rules| Rules { size: Some(6), number: Some(9), ..rules });
        ground.write(1, "12\n456\n12345\n1\n3\n5\n");
        ground.write(1, "a long line\n12");
        ground.write(1, "3456\nend\n");
        ground.hold(&[
            ("log", "12\n456\n"),
            ("log.1", "12345\n"),
            ("log.2", "1\n3\n5\n"),
            ("log.3", "a long line\n"),
            ("log.4", "123456\n"),
            ("log.5", "end\n"),
        ]);
    }

    #[test]
    fn what_was_there_counts() {
        let mut ground =
            Ground::new("log.%Y", |rules| Rules { size: Some(6), truncates_later: true, ..rules });
        fs::write(ground.folder.path().join("log.1970"), "before\n").unwrap();
        ground.write(1, "a\nb\n");
        ground.write(60 * 60 * 24 * 365, "c\n");
        ground.hold(&[("log.1970", "before\na\nb\n"), ("log.1971", "c\n")]);
    }

    #[test]
    fn one_log_is_truncated_again_and_again() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), truncates: true, ..rules });
        fs::write(ground.folder.path().join("log"), "before\n").unwrap();
        ground.write(1000, "a\n");
        ground.hold(&[("log", "a\n")]);
        ground.write(1010, "b\n");
        ground.write(1011, "c\n");
        ground.hold(&[("log", "b\nc\n")]);
    }

    #[test]
    fn a_ring_begins_again() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), number: Some(2), ..rules });
        fs::write(ground.folder.path().join("log"), "before\n").unwrap();
        fs::write(ground.folder.path().join("log.1"), "before\n").unwrap();
        ground.write(1000, "a\n");
        ground.hold(&[("log", "before\na\n"), ("log.1", "before\n")]);
        ground.write(1010, "b\n");
        ground.write(1020, "c\n");
        ground.hold(&[("log", "c\n"), ("log.1", "b\n")]);
    }

    #[test]
    fn all_but_the_first_are_truncated() {
        let rules = |rules| Rules { interval: Some(10), truncates_later: true, ..rules };
        let mut ground = Ground::new("log.%S", rules);
        for name in ["log.00", "log.10"] {
            fs::write(ground.folder.path().join(name), "before\n").unwrap();
        }
        ground.write(0, "a\n");
        ground.write(10, "b\n");
        ground.hold(&[("log.00", "before\na\n"), ("log.10", "b\n")]);
    }

    #[test]
    fn empty_logs_are_made_when_their_time_comes() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), makes_empty: true, ..rules });
        ground.turn(1000);
        assert_eq!(ground.log.patience(Timestamp::from_second(1003).unwrap()), Some(Duration::from_secs(7)));
        ground.turn(1009);
        ground.turn(1010);
        ground.hold(&[("log.0000001000", ""), ("log.0000001010", "")]);
    }

    #[test]
    fn the_link_follows() {
        let mut ground = Ground::new("log", |rules| Rules { interval: Some(10), ..rules });
        let link = ground.folder.path().join("now");
        ground.log.rules.link = Some(link.clone());
        for second in [1000, 1010] {
            ground.write(second, "a\n");
            let log = ground.folder.path().join(format!("log.{second:010}"));
            assert_eq!(fs::metadata(&link).unwrap().ino(), fs::metadata(log).unwrap().ino());
        }
    }

    #[test]
    fn directories_are_made_only_if_asked_for() {
        let mut ground = Ground::new("%Y/log", |rules| Rules { interval: Some(10), ..rules });
        assert!(ground.log.write(b"a\n", Timestamp::UNIX_EPOCH).is_err());
        ground.log.rules.makes_directories = true;
        ground.write(0, "a\n");
        assert_eq!(fs::read_to_string(ground.folder.path().join("1970/log")).unwrap(), "a\n");
    }

    #[test]
    fn a_log_that_cannot_be_opened_leaves_the_old_one() {
        let mut ground = Ground::new("log.%S", |rules| Rules { interval: Some(10), ..rules });
        fs::create_dir(ground.folder.path().join("log.10")).unwrap();
        ground.write(0, "a\n");
        ground.write(10, "b\n");
        ground.write(20, "c\n");
        fs::remove_dir(ground.folder.path().join("log.10")).unwrap();
        ground.hold(&[("log.00", "a\nb\n"), ("log.20", "c\n")]);
    }
}
