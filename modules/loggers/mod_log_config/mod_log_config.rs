//! mod_log_config: access logs of any format: `LogFormat`, `CustomLog`, `TransferLog`.

mod format;
mod items;
mod text;
mod time;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use httpd::config::{Expr, Scope, inherit};
use httpd::prelude::*;
use httpd::server::Generation;
use httpd::server::log::LogFile;

use format::Format;

/// The module.
pub static MODULE: LogConfig = LogConfig;

/// mod_log_config.
pub struct LogConfig;

/// The Common Log Format: what `TransferLog` writes where no `LogFormat` says otherwise.
const COMMON: &str = r#"%h %l %u %t "%r" %>s %b"#;

/// Formats and logs of a server. A virtual host with logs of its own does not write to the main server's.
#[derive(Default, Clone)]
pub struct Logs {
    formats: BTreeMap<String, Arc<Format>>,
    default: Option<Arc<Format>>,
    own: Vec<Arc<Log>>,
    global: Vec<Arc<Log>>,
}

/// One log.
struct Log {
    file: Arc<LogFile>,
    condition: Option<Condition>,
    wanted: Wanted,
    /// Filled once all nicknames are known.
    format: OnceLock<Arc<Format>>,
}

/// The format that a log was given.
enum Wanted {
    /// That of the last LogFormat without a nickname.
    Default,
    /// That of a nickname; where nobody has it, a text that is the same for all requests.
    Named(String, Arc<Format>),
    /// Its own.
    Given(Arc<Format>),
}

/// Which requests are logged.
enum Condition {
    /// `env=name` (`true`), `env=!name` (`false`).
    Env(String, bool),
    /// `expr=expression`.
    Expr(Expr),
}

impl Config for Logs {
    fn merge(&self, inner: &Self) -> Self {
        let mut formats = self.formats.clone();
        formats.extend(inner.formats.clone());
        Self {
            formats,
            default: inherit(&self.default, &inner.default),
            own: if inner.own.is_empty() { self.own.clone() } else { inner.own.clone() },
            global: self.global.iter().chain(&inner.global).cloned().collect(),
        }
    }
}

const LOG_USAGE: &str = "file|\"|program\" format|nickname [env=[!]variable|expr=expression]";

impl Module for LogConfig {
    const NAME: &'static str = "log_config_module";
    type Config = Logs;

    const DIRECTIVES: &'static [Directive<Logs>] = &[
        Directive::words(
            "LogFormat",
            Place::SV,
            ("format [nickname]", 1..=2),
            "gives a format a name, or says what TransferLog writes",
            |logs, words, here| {
                let format = compile(words[0], here).map_err(|complaint| complaint.argument(0))?;
                match words.get(1) {
                    Some(name) => drop(logs.formats.insert((*name).to_owned(), format)),
                    None => logs.default = Some(format),
                }
                Ok(())
            },
        ),
        Directive::words(
            "CustomLog",
            Place::SV,
            (LOG_USAGE, 2..=3),
            "logs requests to a file or a program, in a format",
            |logs, words, here| {
                logs.own.push(Log::parse(words, here)?);
                Ok(())
            },
        ),
        Directive::words(
            "GlobalLog",
            Place::S,
            (LOG_USAGE, 2..=3),
            "logs the requests of every virtual host, whatever logs it has",
            |logs, words, here| {
                logs.global.push(Log::parse(words, here)?);
                Ok(())
            },
        ),
        Directive::one(
            "TransferLog",
            Place::SV,
            "file|\"|program\"",
            "logs requests in the format of the last LogFormat without a nickname",
            |logs, file, here| {
                logs.own.push(Log::new(file, Wanted::Default, None, here));
                Ok(())
            },
        ),
        Directive::flag(
            "BufferedLogs",
            Place::SV,
            "is accepted; each line is written at once, so that none is lost",
            |_, _| (),
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, Logs>) {
        hooks.post_config(choose_formats);
        hooks.log_transaction(Order::Middle, |r, logs| {
            for log in logs.own.iter().chain(&logs.global) {
                log.write(r);
            }
            Outcome::Declined
        });
        hooks.silent(|logs| logs.own.is_empty() && logs.global.is_empty());
        hooks.logs_alone(|_| true);
    }
}

fn compile(text: &str, here: &Here<'_>) -> Result<Arc<Format>, Complaint> {
    let format = Format::parse(text, &|name| here.provider(name));
    format.map(Arc::new).map_err(Complaint::new)
}

impl Log {
    /// `file format|nickname [condition]`
    fn parse(words: &[&str], here: &mut Here<'_>) -> Result<Arc<Self>, Complaint> {
        let format = compile(words[1], here).map_err(|complaint| complaint.argument(1))?;
        let wanted = if format.has_items() {
            Wanted::Given(format)
        } else {
            Wanted::Named(words[1].to_owned(), format)
        };
        let condition = words.get(2).map(|word| Condition::parse(word)).transpose();
        Ok(Self::new(words[0], wanted, condition.map_err(|complaint| complaint.argument(2))?, here))
    }

    fn new(file: &str, wanted: Wanted, condition: Option<Condition>, here: &mut Here<'_>) -> Arc<Self> {
        Arc::new(Self { file: here.log_file(file), condition, wanted, format: OnceLock::new() })
    }

    /// The format among those of the server that the log belongs to.
    fn choose(&self, logs: &Logs, generation: &Generation) -> Result<Arc<Format>, ConfError> {
        Ok(match &self.wanted {
            Wanted::Given(format) => Arc::clone(format),
            Wanted::Named(name, text) => logs.formats.get(name).map_or_else(
                || {
                    httpd::log!(
                        generation,
                        Warn,
                        AH20002,
                        "'{name}' is no LogFormat's nickname, and as a format it says nothing of a request"
                    );
                    Arc::clone(text)
                },
                Arc::clone,
            ),
            Wanted::Default => match &logs.default {
                Some(format) => Arc::clone(format),
                None => Arc::new(Format::parse(COMMON, &|_| None).map_err(ConfError::new)?),
            },
        })
    }

    fn write(&self, r: &Request) {
        let Some(format) = self.format.get() else { return };
        if self.condition.as_ref().is_none_or(|condition| condition.holds(r)) {
            LINE.with_borrow_mut(|line| {
                line.clear();
                format.write(r, line);
                line.push(b'\n');
                self.file.write_line(line);
            });
        }
    }
}

thread_local! {
    /// The line that is being written: its memory is kept.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Condition {
    fn parse(word: &str) -> Result<Self, Complaint> {
        if let Some(expr) = Expr::marked(word) {
            return expr.map(Self::Expr);
        }
        let Some(name) = word.strip_prefix("env=") else {
            return Err(Complaint::new(format!("'{word}' is no condition"))
                .hint("write env=variable, env=!variable or expr=expression"));
        };
        let (variable, set) = name.strip_prefix('!').map_or((name, true), |name| (name, false));
        Ok(Self::Env(variable.to_owned(), set))
    }

    /// What counts is the request as the client made it, and the answer that went out.
    fn holds(&self, r: &Request) -> bool {
        let original = r.original();
        match self {
            Self::Env(variable, set) => original.env.contains(variable) == *set,
            Self::Expr(expr) => expr.holds_in(&Scope::of(original).answer(r.sent.status, &r.sent.headers)),
        }
    }
}

/// A log that several virtual hosts inherit is the main server's, which comes first.
fn choose_formats(generation: &Generation, _main: &Logs) -> Result<(), ConfError> {
    for vhost in 0..generation.vhosts.len() {
        let Some(logs) = generation.config::<LogConfig>(vhost) else { continue };
        for log in logs.own.iter().chain(&logs.global).filter(|log| log.format.get().is_none()) {
            // It was empty, and there is one thread.
            drop(log.format.set(log.choose(logs, generation)?));
        }
    }
    Ok(())
}
