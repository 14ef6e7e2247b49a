//! The command line, in getopt's manner: `-Dname`, `-D name`, `-tS`.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::explain::Asked;
use crate::mpm::control::Action;
use crate::server::log::Level;

/// What the command line says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Args {
    /// `-d`: ServerRoot before the configuration says otherwise.
    pub server_root: Option<PathBuf>,
    /// `-f`: the configuration file.
    pub config_file: Option<PathBuf>,
    /// `-D`, and what `-S`, `-M` and `-X` define.
    pub defines: Vec<String>,
    /// `-C`: directives read before the file.
    pub before: Vec<String>,
    /// `-c`: directives read after it.
    pub after: Vec<String>,
    /// `-e`: the level of messages until the logs are open.
    pub level: Option<Level>,
    /// `-E`: where they go.
    pub startup_log: Option<PathBuf>,
    /// `-k`.
    pub action: Option<Action>,
    /// `-t` and what implies it: read the configuration and say whether it is good.
    pub test: bool,
    /// `-T`: leave out the look for document roots.
    pub skip_document_roots: bool,
    /// `-l`, `-L`, `-v`, `-V`, `-h`: what to print instead of anything else.
    pub print: Option<Print>,
    /// `--json`: dumps are for programs.
    pub json: bool,
    /// `--explain`: what would become of a request.
    pub explain: Option<Asked>,
}

/// What can be printed without a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// `-l`
    Modules,
    /// `-L`
    Directives,
    /// `-v`
    Version,
    /// `-V`
    Settings,
    /// `-h`
    Usage,
}

impl Args {
    /// A name is defined that means something to the server itself.
    pub fn defines(&self, name: &str) -> bool {
        self.defines.iter().any(|defined| defined == name)
    }

    /// Reads the words after the program's name. An error is a sentence.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        let mut about = Asked::default();
        while let Some(word) = words.next() {
            if let Some(name) = word.strip_prefix("--") {
                args.long(name, &mut about, &mut words)?;
                continue;
            }
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                return Err(format!("'{word}' is no option"));
            };
            args.letters(letters, &mut words)?;
        }
        if !about.url.is_empty() {
            args.explain = Some(about);
        } else if about != Asked::default() {
            return Err("--explain-from, --explain-to and --explain-header go with --explain".to_owned());
        }
        Ok(args)
    }

    /// An option with a name, and its arguments.
    fn long(
        &mut self,
        name: &str,
        about: &mut Asked,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), String> {
        let mut argument = |what| words.next().ok_or_else(|| format!("--{name} needs an argument: {what}"));
        match name {
            "json" => self.json = true,
            "explain" => {
                let first = argument("[method] URL")?;
                let is_method = !first.is_empty() && first.bytes().all(|b| b.is_ascii_uppercase());
                (about.method, about.url) =
                    if is_method { (Some(first), argument("URL")?) } else { (None, first) };
            }
            "explain-from" => about.from = Some(address(&argument("the client's address")?)?),
            "explain-to" => about.to = Some(address(&argument("an address of the server")?)?),
            "explain-header" => about.fields.push(argument("\"Name: value\"")?),
            _ => return Err(format!("--{name} is no option")),
        }
        Ok(())
    }

    /// One word of options: letters without an argument may share it.
    fn letters(&mut self, letters: &str, words: &mut impl Iterator<Item = String>) -> Result<(), String> {
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            let option = OPTIONS
                .iter()
                .find(|option| option.letter == letter)
                .ok_or_else(|| format!("-{letter} is no option"))?;
            match option.take {
                Take::Nothing(set) => set(self),
                Take::Argument(what, set) => {
                    let own = rest.as_str();
                    let argument = if own.is_empty() { words.next() } else { Some(own.to_owned()) };
                    let argument = argument.ok_or_else(|| format!("-{letter} needs an argument: {what}"))?;
                    return set(self, &argument);
                }
            }
        }
        Ok(())
    }
}

fn address(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| format!("'{text}' is no address: write 192.0.2.1 or 2001:db8::1"))
}

struct Opt {
    letter: char,
    take: Take,
    doc: &'static str,
}

enum Take {
    Nothing(fn(&mut Args)),
    Argument(&'static str, fn(&mut Args, &str) -> Result<(), String>),
}

const fn plain(letter: char, doc: &'static str, set: fn(&mut Args)) -> Opt {
    Opt { letter, take: Take::Nothing(set), doc }
}

const fn with(
    letter: char,
    what: &'static str,
    doc: &'static str,
    set: fn(&mut Args, &str) -> Result<(), String>,
) -> Opt {
    Opt { letter, take: Take::Argument(what, set), doc }
}

const OPTIONS: &[Opt] = &[
    with('D', "name", "define a name for <IfDefine name>", |args, name| {
        args.defines.push(name.to_owned());
        Ok(())
    }),
    with('d', "directory", "begin with another ServerRoot", |args, path| {
        args.server_root = Some(path.into());
        Ok(())
    }),
    with('f', "file", "read another configuration file", |args, path| {
        args.config_file = Some(path.into());
        Ok(())
    }),
    with('C', "\"directive\"", "read a directive before the configuration file", |args, text| {
        args.before.push(text.to_owned());
        Ok(())
    }),
    with('c', "\"directive\"", "read a directive after the configuration file", |args, text| {
        args.after.push(text.to_owned());
        Ok(())
    }),
    with('e', "level", "show messages of that level while the server starts", |args, name| {
        args.level = Some(Level::named(name).ok_or_else(|| format!("'{name}' is no log level"))?);
        Ok(())
    }),
    with('E', "file", "write messages to a file while the server starts", |args, path| {
        args.startup_log = Some(path.into());
        Ok(())
    }),
    with(
        'k',
        "start|stop|restart|graceful|graceful-stop",
        "start the server, or tell a running one what to do",
        |args, name| {
            let known = || Action::names().collect::<Vec<_>>().join(", ");
            args.action = Some(
                Action::named(name).ok_or_else(|| format!("-k takes one of {}, not '{name}'", known()))?,
            );
            Ok(())
        },
    ),
    plain('v', "print the version", |args| args.print = Some(Print::Version)),
    plain('V', "print the version and what the build chose", |args| args.print = Some(Print::Settings)),
    plain('h', "print this list", |args| args.print = Some(Print::Usage)),
    plain('?', "the same", |args| args.print = Some(Print::Usage)),
    plain('l', "list the modules that are compiled in", |args| args.print = Some(Print::Modules)),
    plain('L', "list the directives and where they may stand", |args| args.print = Some(Print::Directives)),
    plain('t', "read the configuration and say whether it is good", |args| args.test = true),
    plain('T', "do not look whether document roots are there", |args| args.skip_document_roots = true),
    plain('S', "print the virtual hosts and other settings: -t -D DUMP_VHOSTS -D DUMP_RUN_CFG", |args| {
        args.define_and_test(&["DUMP_VHOSTS", "DUMP_RUN_CFG"]);
    }),
    plain('M', "print the modules: -t -D DUMP_MODULES", |args| args.define_and_test(&["DUMP_MODULES"])),
    plain('X', "serve in one process, in the foreground", |args| args.defines.push("DEBUG".to_owned())),
];

/// The options with names, for `-h`.
const LONG: &[(&str, &str)] = &[
    ("--explain [method] URL", "tell what would become of a request, without starting the server"),
    ("--explain-from address", "the client's address in it, this machine's own if it is not given"),
    ("--explain-to address", "the server's address in it, if the URL does not say it"),
    ("--explain-header \"name: value\"", "a header field in it"),
    ("--json", "print what --explain, -S, -M and -t -D DUMP_... say as JSON"),
];

impl Args {
    fn define_and_test(&mut self, names: &[&str]) {
        self.defines.extend(names.iter().map(|name| (*name).to_owned()));
        self.test = true;
    }
}

/// What `-h` prints.
pub fn usage(program: &str) -> String {
    let mut text = format!("Usage: {program} [options]\n");
    for option in OPTIONS {
        let left = match option.take {
            Take::Nothing(_) => format!("-{}", option.letter),
            Take::Argument(what, _) => format!("-{} {what}", option.letter),
        };
        let gap = if left.len() > 17 { format!("\n{:20}", "") } else { String::new() };
        text += &format!("  {left:18}{gap}{}\n", option.doc);
    }
    for (left, doc) in LONG {
        text += &format!("  {left}\n{:20}{doc}\n", "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(line.split_ascii_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_may_share_a_word() {
        let args = parse("-DFOREGROUND -D A -tT -f/etc/x.conf -k graceful -e debug").unwrap();
        assert_eq!(args.defines, ["FOREGROUND", "A"]);
        assert!(args.test && args.skip_document_roots);
        assert_eq!(args.config_file, Some("/etc/x.conf".into()));
        assert_eq!((args.action, args.level), (Some(Action::Graceful), Some(Level::Debug)));
    }

    #[test]
    fn dumps_imply_a_test() {
        let args = parse("-S").unwrap();
        assert!(args.test && args.defines("DUMP_VHOSTS") && args.defines("DUMP_RUN_CFG"));
    }

    #[test]
    fn json_goes_with_dumps() {
        let args = parse("-M --json").unwrap();
        assert!(args.json && args.test && args.defines("DUMP_MODULES"));
    }

    #[test]
    fn a_request_is_asked_about_by_its_url() {
        let args = parse("--explain-from ::1 --explain HEAD http://x/ --explain-header A:b").unwrap();
        let asked = args.explain.unwrap();
        assert_eq!((asked.method.as_deref(), asked.url.as_str()), (Some("HEAD"), "http://x/"));
        assert_eq!((asked.from, asked.fields), (Some("::1".parse().unwrap()), vec!["A:b".to_owned()]));
        assert_eq!(parse("--explain /x").unwrap().explain.unwrap().method, None);
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "-z",
            "--help",
            "start",
            "-",
            "-k",
            "-k begin",
            "-e loud",
            "-D",
            "--explain",
            "--explain GET",
            "--explain-to x",
            "--explain-to ::1",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn every_option_is_in_the_usage() {
        let text = usage("httpd");
        assert!(OPTIONS.iter().all(|option| text.contains(&format!("\n  -{}", option.letter))));
    }
}
