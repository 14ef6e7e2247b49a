//! The logs: files and programs that lines are written to, levels, and the form of an error line.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Zoned;
use os::process::Standard;

use super::log_format::Entry;
use super::syslog::Syslog;
use super::{Generation, Vhost};
use crate::connection::Connection;
use crate::error::ConfError;
use crate::request::Request;

/// How grave a line of the error log is, as `LogLevel` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are those of LogLevel and of syslog(3)")]
pub enum Level {
    Emerg,
    Alert,
    Crit,
    Error,
    Warn,
    Notice,
    Info,
    Debug,
    Trace1,
    Trace2,
    Trace3,
    Trace4,
    Trace5,
    Trace6,
    Trace7,
    Trace8,
}

impl Level {
    const NAMES: [(&'static str, Self); 16] = [
        ("emerg", Self::Emerg),
        ("alert", Self::Alert),
        ("crit", Self::Crit),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("notice", Self::Notice),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace1", Self::Trace1),
        ("trace2", Self::Trace2),
        ("trace3", Self::Trace3),
        ("trace4", Self::Trace4),
        ("trace5", Self::Trace5),
        ("trace6", Self::Trace6),
        ("trace7", Self::Trace7),
        ("trace8", Self::Trace8),
    ];

    /// Every level, the gravest first.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::NAMES.iter().map(|(_, level)| *level)
    }

    /// The name that `LogLevel` and the log's lines use.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The level of that name, in any case; `warning` is understood too.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("warning") {
            return Some(Self::Warn);
        }
        Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level)
    }
}

/// What `LogLevel` sets: a level for all, and others for single modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// For every module that is not named.
    pub all: Level,
    /// By the module's short name: `alias`, `core`.
    pub modules: Vec<(String, Level)>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { all: Level::Warn, modules: Vec::new() }
    }
}

/// What [`crate::explain`] is told: reasons of refusals are there at `info`, whatever `LogLevel` says.
static EXPLAINED: Levels = Levels { all: Level::Info, modules: Vec::new() };

impl Levels {
    /// The level for a module, by its short name.
    pub fn of(&self, module: &str) -> Level {
        self.modules.iter().find(|(name, _)| name == module).map_or(self.all, |(_, level)| *level)
    }
}

/// Writes a line to the error log: `log!(r, Error, AH00128, "File does not exist: {path}")`.
///
/// The target is a request, a connection, a virtual host's or the whole generation. The number is
/// Apache's where the message is; messages of our own have numbers from AH20000 on. No number is used
/// for two messages (a test looks).
#[macro_export]
macro_rules! log {
    ($to:expr, $level:ident, $number:ident, $($text:tt)+) => {{
        use $crate::server::log::LogTarget as _;
        let (to, level) = (&$to, $crate::server::log::Level::$level);
        let module = $crate::server::log::module_name(module_path!());
        // What the administrator must see, the server's starts and ends, no LogLevel hides: as in Apache.
        if level <= $crate::server::log::Level::Notice || level <= to.log_levels().of(module) {
            let place = (file!(), line!());
            let origin = $crate::server::log::Origin { level, module, number: stringify!($number), place };
            to.write_log(origin, format_args!($($text)+));
        }
    }};
}

/// Where a line comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// How grave it is.
    pub level: Level,
    /// The module's short name.
    pub module: &'a str,
    /// The message's number.
    pub number: &'a str,
    /// The file of the source, and the line in it.
    pub place: (&'a str, u32),
}

/// The short name of a module from the path of its code: `mod_alias::redirect` is `alias`.
pub fn module_name(path: &'static str) -> &'static str {
    let name = path.split("::").next().unwrap_or(path);
    if name == "httpd" { "core" } else { name.strip_prefix("mod_").unwrap_or(name) }
}

/// Something whose errors go to a log.
pub trait LogTarget {
    /// What is written and what is not.
    fn log_levels(&self) -> &Levels;
    /// Writes a line, whatever its level.
    fn write_log(&self, origin: Origin<'_>, text: fmt::Arguments<'_>);
}

impl LogTarget for Generation {
    fn log_levels(&self) -> &Levels {
        self.main().log_levels()
    }

    fn write_log(&self, origin: Origin<'_>, text: fmt::Arguments<'_>) {
        self.main().write_log(origin, text);
    }
}

impl LogTarget for Vhost {
    fn log_levels(&self) -> &Levels {
        self.configs.core().log_levels()
    }

    fn write_log(&self, origin: Origin<'_>, text: fmt::Arguments<'_>) {
        self.write_of(About::default(), origin, text);
    }
}

impl LogTarget for Connection {
    fn log_levels(&self) -> &Levels {
        if self.witness.is_some() {
            return &EXPLAINED;
        }
        self.thread.generation.main().log_levels()
    }

    fn write_log(&self, origin: Origin<'_>, text: fmt::Arguments<'_>) {
        if let Some(witness) = &self.witness {
            return witness.log(None, origin.level, origin.number, text.to_string());
        }
        let about = About {
            client: Some(self.client()),
            local: Some(self.local),
            connection: Some(self),
            request: None,
        };
        self.thread.generation.main().write_of(about, origin, text);
    }
}

impl LogTarget for Request {
    fn log_levels(&self) -> &Levels {
        if self.connection.witness.is_some() {
            return &EXPLAINED;
        }
        self.core().log_levels()
    }

    fn write_log(&self, origin: Origin<'_>, text: fmt::Arguments<'_>) {
        if let Some(witness) = &self.connection.witness {
            return witness.log(Some(self), origin.level, origin.number, text.to_string());
        }
        let client = SocketAddr::new(self.client_ip, self.connection.client().port());
        self.log_id.get_or_init(new_id);
        let about = About {
            client: Some(client),
            local: Some(self.connection.local),
            connection: Some(&self.connection),
            request: Some(self),
        };
        self.vhost().write_of(about, origin, text);
    }
}

/// What nothing else is called that was logged: a few letters and digits.
pub(crate) fn new_id() -> Box<str> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&std::process::id().to_be_bytes());
    bytes[4..8].copy_from_slice(&(since.as_secs() as u32).to_be_bytes());
    bytes[8..].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes).into()
}

/// What a line is about, as far as it is known.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) client: Option<SocketAddr>,
    pub(super) local: Option<SocketAddr>,
    pub(super) connection: Option<&'a Connection>,
    pub(super) request: Option<&'a Request>,
}

impl Vhost {
    /// Writes a line to the virtual host's log, in the form of ErrorLogFormat if there is one.
    fn write_of(&self, about: About<'_>, origin: Origin<'_>, text: fmt::Arguments<'_>) {
        let Origin { level, number, .. } = origin;
        let Some(format) = self.configs.core().error_log_format() else {
            self.error_log.write_error(level, &error_text(origin, about.client.as_ref(), text));
            return;
        };
        let mut message = format!("{number}: ");
        append_escaped(&mut message, &text.to_string());
        if let Some(line) = format.line(&Entry { origin, about, message: &message, server_name: &self.name })
        {
            self.error_log.write(level, line);
        }
    }
}

/// A line in the form of Apache's error log, but for the time and the newline:
/// `[core:error] [pid 4711] [client 192.0.2.1:4242] AH00128: text`.
fn error_text(origin: Origin<'_>, client: Option<&SocketAddr>, text: fmt::Arguments<'_>) -> String {
    let Origin { level, module, number, .. } = origin;
    let mut line = format!("[{module}:{}] [pid {}] ", level.name(), std::process::id());
    let written = match client {
        Some(client) => write!(line, "[client {client}] {number}: "),
        None => write!(line, "{number}: "),
    };
    debug_assert!(written.is_ok(), "a String takes all text");
    append_escaped(&mut line, &text.to_string());
    line
}

/// What controls how a line is shown never reaches a log as it is: no client can forge a line, nor turn one around.
pub(crate) fn append_escaped(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            c if c.is_control() || is_unseen(c) => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
}

/// Unicode's breaks of lines, marks of direction and characters without width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A log that lines are appended to: a file, or a program that reads them on its standard input.
pub struct LogFile {
    to: Destination,
    file: OnceLock<File>,
    program: Mutex<Option<Arc<Mutex<Piped>>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    StandardError,
    File(PathBuf),
    Program(String),
    System(Arc<Syslog>),
}

/// A program that reads a log, and the reading end of its pipe: kept, so that no line is lost while a
/// dead one is replaced.
struct Piped {
    child: Child,
    input: File,
}

impl LogFile {
    /// Appends a line, its newline included, in one write: lines of several processes do not mix.
    /// A log that is not open yet writes to the standard error. A line that cannot be written is lost:
    /// there is nowhere to say so.
    pub fn write_line(&self, line: &[u8]) {
        let written = match (self.file.get(), &self.to) {
            (Some(mut file), _) => file.write_all(line),
            (None, Destination::System(syslog)) => {
                syslog.write(Level::Notice, String::from_utf8_lossy(line).trim_end());
                Ok(())
            }
            (None, _) => io::stderr().write_all(line),
        };
        drop(written);
    }

    /// Appends a line without its newline, of that level.
    fn write(&self, level: Level, mut line: String) {
        if let Destination::System(syslog) = &self.to {
            return syslog.write(level, &line);
        }
        line.push('\n');
        self.write_line(line.as_bytes());
    }

    /// Appends a line of the usual form: `[Mon Nov 23 10:00:00.123456 2026] ` and the text. The system's log knows the time.
    fn write_error(&self, level: Level, text: &str) {
        if let Destination::System(syslog) = &self.to {
            return syslog.write(level, text);
        }
        let now = Zoned::now().strftime("%a %b %d %H:%M:%S%.6f %Y");
        self.write_line(format!("[{now}] {text}\n").as_bytes());
    }

    fn open(&self) -> io::Result<()> {
        if self.file.get().is_some() {
            return Ok(());
        }
        let file = match &self.to {
            Destination::StandardError | Destination::System(_) => return Ok(()),
            Destination::File(path) => os::file::append(path)?,
            Destination::Program(command) => {
                let (input, output) = io::pipe()?;
                let input = File::from(std::os::fd::OwnedFd::from(input));
                let child = spawn(command, &input)?;
                self.set_program(Some(Arc::new(Mutex::new(Piped { child, input }))));
                File::from(std::os::fd::OwnedFd::from(output))
            }
        };
        // A second opener would have returned above: the parent has one thread.
        drop(self.file.set(file));
        Ok(())
    }

    /// The file or program that lines go to has an open descriptor here.
    pub fn is_open(&self) -> bool {
        self.file.get().is_some()
    }

    /// In this process its lines go where `to` leads, from now on; what it had open is closed.
    pub fn lead_to(&self, to: impl AsFd) -> io::Result<()> {
        self.file.get().map_or(Ok(()), |file| os::file::point(file, to))
    }

    /// Both write to one place.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.to == other.to
    }

    /// Sends this process's standard error here as well: what programs and panics write is not lost.
    pub(crate) fn take_standard_error(&self) -> io::Result<()> {
        self.file.get().map_or(Ok(()), |file| os::process::redirect(Standard::Error, file))
    }

    /// If `pid` is the program of this log: starts it anew on the same pipe.
    fn replace_program(&self, pid: u32) -> Option<io::Result<()>> {
        let Destination::Program(command) = &self.to else { return None };
        let program = self.program()?;
        let mut piped = program.lock().unwrap_or_else(PoisonError::into_inner);
        (piped.child.id() == pid).then(|| spawn(command, &piped.input).map(|child| piped.child = child))
    }

    /// The number of its program, if that has ended since it was asked for the last time.
    fn ended_program(&self) -> Option<u32> {
        let program = self.program()?;
        let mut piped = program.lock().unwrap_or_else(PoisonError::into_inner);
        piped.child.try_wait().ok().flatten().map(|_| piped.child.id())
    }

    /// Goes on with what another generation has open under the same name.
    fn share(&self, held: &Self) -> io::Result<()> {
        if let Some(file) = held.file.get() {
            drop(self.file.set(file.try_clone()?));
            self.set_program(held.program());
        }
        Ok(())
    }

    fn program(&self) -> Option<Arc<Mutex<Piped>>> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_program(&self, program: Option<Arc<Mutex<Piped>>>) {
        *self.program.lock().unwrap_or_else(PoisonError::into_inner) = program;
    }
}

/// Starts the program of a piped log: `||program` without, `|program` and `|$program` with a shell, as
/// Apache does.
fn spawn(command: &str, input: &File) -> io::Result<Child> {
    let mut program = if let Some(words) = command.strip_prefix('|') {
        let mut words = words.split_ascii_whitespace();
        let mut program = Command::new(words.next().unwrap_or_default());
        program.args(words);
        program
    } else {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(format!("exec {}", command.trim_start_matches('$')));
        shell
    };
    os::process::with_default_signals(&mut program).stdin(Stdio::from(input.try_clone()?)).spawn()
}

/// The name as `ErrorLog` takes it.
impl fmt::Display for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            Destination::StandardError => f.write_str("/dev/stderr"),
            Destination::File(path) => write!(f, "{}", path.display()),
            Destination::Program(command) => write!(f, "|{command}"),
            Destination::System(syslog) => f.write_str(syslog.name()),
        }
    }
}

impl fmt::Debug for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogFile({:?})", self.to)
    }
}

/// The logs of a generation. Equal names share one descriptor.
#[derive(Debug, Default)]
pub struct LogFiles {
    files: Vec<Arc<LogFile>>,
    /// For each the virtual hosts that named it.
    owners: Vec<BTreeSet<usize>>,
    by_name: HashMap<String, usize>,
}

impl LogFiles {
    /// The log of that name, for a virtual host (0 is the main server): a file relative to `root`, or `|program`.
    pub fn get(&mut self, name: &str, root: &Path, vhost: usize) -> Arc<LogFile> {
        let to = match name.strip_prefix('|') {
            Some(command) => Destination::Program(command.to_owned()),
            None if name == "/dev/stderr" => Destination::StandardError,
            None => Destination::File(root.join(name)),
        };
        self.add(name, to, vhost)
    }

    /// The same for errors, which can also go to the system's log: `syslog[:facility[:tag]]`.
    pub(crate) fn get_for_errors(&mut self, name: &str, root: &Path, vhost: usize) -> Arc<LogFile> {
        if Syslog::is_meant(name) {
            self.add(name, Destination::System(Arc::new(Syslog::named(name))), vhost)
        } else {
            self.get(name, root, vhost)
        }
    }

    /// The standard error, for a server that has no log yet.
    pub fn standard_error(&mut self) -> Arc<LogFile> {
        self.add("/dev/stderr", Destination::StandardError, 0)
    }

    fn add(&mut self, name: &str, to: Destination, vhost: usize) -> Arc<LogFile> {
        let (files, owners) = (&mut self.files, &mut self.owners);
        let place = *self.by_name.entry(name.to_owned()).or_insert_with(|| {
            files.push(Arc::new(LogFile { to, file: OnceLock::new(), program: Mutex::new(None) }));
            owners.push(BTreeSet::new());
            files.len() - 1
        });
        owners[place].insert(vhost);
        Arc::clone(&files[place])
    }

    /// Every log, and the virtual hosts whose lines name it; 0 is the main server, whose logs are everybody's. Two names
    /// for one file are two logs.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<LogFile>, &BTreeSet<usize>)> {
        self.files.iter().zip(&self.owners)
    }

    /// Opens every log and starts every program; the first that fails is told.
    pub fn open(&self) -> Result<(), ConfError> {
        self.files.iter().try_for_each(|log| log.open().map_err(|cause| cannot_open(log, &cause)))
    }

    /// As [`open`](Self::open), for a server that has given up the rights that it opened `before` with: a program, and a
    /// file that it may not open again, are shared with `before`. Returns the names of such files: if they were moved
    /// away, they are still written to where they are now.
    pub(crate) fn open_or_share(&self, before: &Self) -> Result<Vec<String>, ConfError> {
        let mut shared = Vec::new();
        for log in &self.files {
            let held = before.files.iter().find(|held| held.to == log.to && held.file.get().is_some());
            let opened = match (&log.to, held) {
                (Destination::Program(_), Some(held)) => log.share(held),
                (_, held) => match (log.open(), held) {
                    (Err(error), Some(held)) if error.kind() == io::ErrorKind::PermissionDenied => {
                        shared.push(log.to_string());
                        log.share(held)
                    }
                    (opened, _) => opened,
                },
            };
            opened.map_err(|cause| cannot_open(log, &cause))?;
        }
        Ok(shared)
    }

    /// In a child: lets go of the programs. Only the parent can replace them, and a child that kept a pipe's
    /// reading end would never notice that nobody reads.
    pub(crate) fn leave_programs_to_parent(&self) {
        for log in &self.files {
            log.set_program(None);
        }
    }

    /// The programs that have ended, for a process that must not wait for all its children: some of them are others'.
    pub(crate) fn ended_programs(&self) -> impl Iterator<Item = u32> {
        self.files.iter().filter_map(|log| log.ended_program())
    }

    /// If `pid` was the program of a log: starts it anew.
    pub fn replace_program(&self, pid: u32) -> Option<io::Result<()>> {
        self.files.iter().find_map(|log| log.replace_program(pid))
    }
}

fn cannot_open(log: &LogFile, cause: &io::Error) -> ConfError {
    let what = match &log.to {
        Destination::Program(_) => "start the log's program",
        _ => "open the log",
    };
    ConfError::new(format!("could not {what} {log}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_apaches_form_and_nothing_that_controls_how_it_is_shown() {
        let client = "192.0.2.1:4242".parse().ok();
        let origin = Origin { level: Level::Error, module: "core", number: "AH00128", place: ("", 0) };
        let line = error_text(origin, client.as_ref(), format_args!("a\nb\x1b\u{202e}\u{9b}\u{e4}"));
        let pid = std::process::id();
        let text = r"a\nb\u{1b}\u{202e}\u{9b}ä";
        assert_eq!(line, format!("[core:error] [pid {pid}] [client 192.0.2.1:4242] AH00128: {text}"));
    }

    #[test]
    fn levels_are_found_by_name() {
        assert_eq!(Level::named("WARNING"), Some(Level::Warn));
        assert_eq!(Level::named("trace8").map(Level::name), Some("trace8"));
        assert_eq!(Level::named("loud"), None);
    }

    #[test]
    fn equal_names_share_a_log() {
        let mut logs = LogFiles::default();
        let root = Path::new("/srv");
        assert!(Arc::ptr_eq(&logs.get("a", root, 0), &logs.get("a", root, 0)));
        assert!(!Arc::ptr_eq(&logs.get("a", root, 1), &logs.get("b", root, 2)));
        let owners: Vec<Vec<usize>> =
            logs.iter().map(|(_, owners)| owners.iter().copied().collect()).collect();
        assert_eq!(owners, [vec![0, 1], vec![2]]);
    }
}
