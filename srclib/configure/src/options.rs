//! The command line: one table of options, from which the parser and `--help` are made.
//!
//! `--enable-NAME` for a module is not in the table: which modules there are is found out later.

use crate::layout::Lines;
use crate::select::{Asked, Form};
use anyhow::{Result, anyhow, bail};
use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind};
use std::collections::BTreeMap;
use std::path::Path;

/// An option that does not depend on the modules there are.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its long name.
    pub name: &'static str,
    /// Other spellings: one letter is a short option.
    pub also: &'static [&'static str],
    /// What its argument is called, if it has one; nothing for an `--enable` that is only yes or no.
    pub takes: Option<&'static str>,
    /// The part of `--help` it stands in.
    pub section: Section,
    /// What `--help` says. `@` stands for the default of a directory.
    pub help: &'static str,
}

/// A part of `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// About the run of configure.
    Configuration,
    /// The two prefixes.
    Prefixes,
    /// Every other directory.
    Directories,
    /// How the program is called.
    Names,
    /// For which machine.
    Hosts,
    /// `--enable`.
    Features,
    /// `--with`.
    Packages,
}

use Section::{Configuration, Directories, Features, Hosts, Names, Packages, Prefixes};

/// All options but those of modules, in the order of `--help`.
pub const ROWS: &[Row] = &[
    row(Configuration, "help", None, "print this and stop").also(&["h"]),
    row(Configuration, "version", None, "print the version and stop").also(&["V"]),
    row(Configuration, "quiet", None, "print warnings and errors only").also(&["q", "silent"]),
    row(Configuration, "no-create", None, "check and decide, but write nothing except config.log")
        .also(&["n"]),
    row(Configuration, "srcdir", Some("DIR"), "where the sources are [the folder of configure]"),
    row(Configuration, "cache-file", Some("FILE"), "keep there what rustc answers, for the next run [none]"),
    row(Configuration, "config-cache", None, "the same as --cache-file=config.cache").also(&["C"]),
    row(Prefixes, "prefix", Some("PREFIX"), "for what does not depend on the machine, and ServerRoot [@]"),
    row(Prefixes, "exec-prefix", Some("EPREFIX"), "for what does [@]"),
    row(Directories, "bindir", Some("DIR"), "programs of users [@]"),
    row(Directories, "sbindir", Some("DIR"), "httpd and apachectl [@]"),
    row(Directories, "libexecdir", Some("DIR"), "modules [@]"),
    row(Directories, "sysconfdir", Some("DIR"), "httpd.conf and its parts [@]"),
    row(Directories, "sharedstatedir", Some("DIR"), "changing data for several machines [@]"),
    row(Directories, "localstatedir", Some("DIR"), "changing data of this machine [@]"),
    row(Directories, "runstatedir", Some("DIR"), "data of running processes [@]"),
    row(Directories, "libdir", Some("DIR"), "libraries [@]"),
    row(Directories, "includedir", Some("DIR"), "C headers, of which there are none [@]"),
    row(Directories, "oldincludedir", Some("DIR"), "the same for other compilers [@]"),
    row(Directories, "datarootdir", Some("DIR"), "root of data that does not change [@]"),
    row(Directories, "datadir", Some("DIR"), "data that does not change [@]"),
    row(Directories, "infodir", Some("DIR"), "info documents [@]"),
    row(Directories, "localedir", Some("DIR"), "translations [@]"),
    row(Directories, "mandir", Some("DIR"), "manual pages [@]"),
    row(Directories, "docdir", Some("DIR"), "root of documents [@]"),
    row(Directories, "htmldir", Some("DIR"), "documents in HTML [@]"),
    row(Directories, "dvidir", Some("DIR"), "documents in DVI [@]"),
    row(Directories, "pdfdir", Some("DIR"), "documents in PDF [@]"),
    row(Directories, "psdir", Some("DIR"), "documents in PostScript [@]"),
    row(Directories, "htdocsdir", Some("DIR"), "DocumentRoot [@]"),
    row(Directories, "errordir", Some("DIR"), "error pages [@]"),
    row(Directories, "iconsdir", Some("DIR"), "icons of directory listings [@]"),
    row(Directories, "cgidir", Some("DIR"), "CGI programs [@]"),
    row(Directories, "manualdir", Some("DIR"), "the manual [@]"),
    row(Directories, "installbuilddir", Some("DIR"), "how this server was built [@]"),
    row(Directories, "runtimedir", Some("DIR"), "PidFile and scoreboard [@]"),
    row(Directories, "logfiledir", Some("DIR"), "logs [@]"),
    row(Directories, "proxycachedir", Some("DIR"), "the proxy's cache [@]"),
    row(Names, "program-prefix", Some("PREFIX"), "put before the program's name"),
    row(Names, "program-suffix", Some("SUFFIX"), "put after it"),
    row(Hosts, "build", Some("BUILD"), "the machine that compiles [found out]"),
    row(
        Hosts,
        "host",
        Some("HOST"),
        "the machine that serves: x86_64-pc-linux-gnu, or a Rust target [BUILD]",
    ),
    row(Features, "enable-layout", Some("LAYOUT"), "one of the layouts below [Apache]"),
    row(
        Features,
        "enable-modules",
        Some("LIST"),
        "modules to build, by comma or space: names, and none|few|most|all|reallyall [most]",
    ),
    row(Features, "enable-mods-static", Some("LIST"), "likewise, all of it linked in"),
    row(Features, "enable-mods-shared", Some("LIST"), "likewise, each in a file of its own for LoadModule"),
    row(Features, "enable-mpms-shared", Some("LIST"), "MPMs in files of their own, or all; one is loaded"),
    row(
        Features,
        "enable-load-all-modules",
        SWITCH,
        "httpd.conf loads every shared module [those of yes and most]",
    ),
    row(
        Features,
        "enable-option-checking",
        Some("HOW"),
        "what to do about unknown --enable and --with: yes (warn), no, fatal [yes]",
    ),
    row(Features, "enable-pie", SWITCH, "a program that can lie anywhere in memory [as the target has it]"),
    row(Features, "enable-static-musl", SWITCH, "a program that needs no library of a Linux host"),
    row(Features, "enable-maintainer-mode", SWITCH, "debug information, and checks that cost time"),
    row(Features, "enable-debugger-mode", SWITCH, "the same, and no optimisation"),
    row(Packages, "with-mpm", Some("MPM"), "the multi-processing module, one of those below"),
    row(
        Packages,
        "with-module",
        Some("PATH[:FORM]"),
        "a module from elsewhere, the folder of its crate; static or shared; may be given several times",
    ),
    row(
        Packages,
        "with-layout-file",
        Some("FILE"),
        "further layouts, in the syntax of templates/config.layout",
    ),
    row(Packages, "with-user", Some("NAME"), "as whom the shipped httpd.conf serves [found out]"),
    row(Packages, "with-group", Some("NAME"), "and with which group [found out]"),
    row(Packages, "with-port", Some("PORT"), "the port of the shipped httpd.conf [80]"),
    row(
        Packages,
        "with-program-name",
        Some("NAME"),
        "what the program and its configuration are called [httpd]",
    ),
];

/// Variables that `--help` explains; those set in the environment of configure are recorded as if given to it.
pub const VARIABLES: &[(&str, &str)] = &[
    ("CARGO", "Rust's package manager [cargo]"),
    ("RUSTC", "the Rust compiler [rustc]"),
    ("RUSTFLAGS", "flags for it, e.g. -C target-cpu=native"),
    ("CC", "the C compiler, which links Rust programs [cc]"),
    ("CFLAGS", "flags for it, where a library has parts in C"),
    ("LDFLAGS", "more arguments for the linker"),
    (
        "SOURCE_DATE_EPOCH",
        "the build's date in seconds since 1970, for builds that can be repeated to the byte",
    ),
    ("CONFIG_SITE", "a script of the shell that sets defaults, as for every configure"),
];

/// The command line, understood.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Arguments as they were given, for config.nice.
    pub given: Vec<String>,
    /// `--help`.
    pub help: bool,
    /// `--version`.
    pub version: bool,
    /// `--quiet`.
    pub quiet: bool,
    /// `--no-create`.
    pub no_create: bool,
    /// `--config-cache`.
    pub config_cache: bool,
    /// Directories by their variable: `exec_prefix`.
    pub dirs: Lines,
    /// All other options of the table that were given, by name.
    pub values: BTreeMap<&'static str, String>,
    /// `--enable-NAME[=FORM]`, `--disable-NAME`, `--with-NAME`, `--without-NAME` that are not in the table.
    pub features: Vec<Feature>,
    /// `--with-module`, each of them.
    pub outside: Vec<String>,
    /// `NAME=VALUE`.
    pub variables: BTreeMap<String, String>,
}

/// `--enable-NAME[=VALUE]`, or one of its three relatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// `--enable-NAME`, as it was written.
    pub option: String,
    /// `enable` or `with`.
    pub kind: &'static str,
    /// With `-`, never `_`.
    pub name: String,
    /// `no` for `--disable` and `--without`, `yes` if there is none.
    pub value: String,
}

impl Row {
    /// Whether it names a directory.
    pub fn is_directory(&self) -> bool {
        matches!(self.section, Prefixes | Directories)
    }

    /// The variable of a directory, as layouts and configuration sites have it.
    pub fn variable(&self) -> String {
        self.name.replace('-', "_")
    }

    const fn also(mut self, spellings: &'static [&'static str]) -> Self {
        self.also = spellings;
        self
    }
}

impl Options {
    /// Reads the arguments behind the program's name.
    pub fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self { given: args.to_vec(), ..Self::default() };
        let mut plain = Vec::new();
        for arg in args {
            match feature(arg) {
                Some(feature) => match row_of(&feature) {
                    Some(row) if row.name == OUTSIDE => options.outside.push(feature.folder()?),
                    Some(row) => plain.push(format!("--{}={}", row.name, feature.value_of(row)?)),
                    None => options.features.push(feature),
                },
                // autoconf's --help=short and --help=recursive; there is but one help here.
                None if arg.starts_with("--help=") => plain.push("--help".to_owned()),
                None => plain.push(arg.clone()),
            }
        }
        options.take(&command().try_get_matches_from(plain).map_err(|error| in_a_sentence(&error))?)?;
        Ok(options)
    }

    /// The value of an option of the table.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether an `--enable` of the table was given as yes or as no.
    pub fn switch(&self, name: &str) -> Result<Option<bool>> {
        match self.value(name) {
            None => Ok(None),
            Some("yes") => Ok(Some(true)),
            Some("no") => Ok(Some(false)),
            Some(other) => bail!("--{name}={other}: it is yes or no"),
        }
    }

    /// Which modules were asked for. `known` says whether a name is a module's; other features are left to
    /// [`Self::unrecognized`].
    pub fn asked(&self, known: impl Fn(&str) -> bool) -> Result<Asked> {
        let mut asked = Asked {
            list: self.words("enable-modules"),
            linked: self.words("enable-mods-static"),
            shared: self.words("enable-mods-shared"),
            ..Asked::default()
        };
        for feature in self.features.iter().filter(|feature| feature.kind == "enable" && known(&feature.name))
        {
            asked.by_name.insert(feature.name.clone(), feature.form()?);
        }
        Ok(asked)
    }

    /// The words of a list, by comma or space; none for `no`, which `--disable` says.
    pub fn words(&self, name: &str) -> Vec<String> {
        let list = self.value(name).unwrap_or_default();
        let words = list.split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(ToOwned::to_owned).collect();
        if words == ["no"] && name != "enable-modules" { Vec::new() } else { words }
    }

    /// The `--enable` and `--with` that nothing here knows.
    pub fn unrecognized(&self, known: impl Fn(&str) -> bool) -> Vec<&str> {
        let unknown = self.features.iter().filter(|feature| feature.kind == "with" || !known(&feature.name));
        unknown.map(|feature| feature.option.as_str()).collect()
    }

    fn take(&mut self, matches: &ArgMatches) -> Result<()> {
        self.help = matches.get_flag("help");
        self.version = matches.get_flag("version");
        self.quiet = matches.get_flag("quiet");
        self.no_create = matches.get_flag("no-create");
        self.config_cache = matches.get_flag("config-cache");
        for row in ROWS.iter().filter(|row| row.takes.is_some()) {
            let Some(value) = matches.get_one::<String>(row.name) else { continue };
            if row.is_directory() {
                self.dirs.insert(row.variable(), value.clone());
            } else {
                self.values.insert(row.name, value.clone());
            }
        }
        for word in matches.get_many::<String>(OPERANDS).into_iter().flatten() {
            let (name, value) = assignment(word)?;
            self.variables.insert(name.to_owned(), value.to_owned());
        }
        Ok(())
    }
}

impl Feature {
    /// What is asked of the module of this name.
    fn form(&self) -> Result<Form> {
        match self.value.as_str() {
            "yes" => Ok(Form::Yes),
            "static" => Ok(Form::Static),
            "shared" => Ok(Form::Shared),
            "no" => Ok(Form::No),
            other => bail!("{}={other}: known forms are static, shared, yes and no", self.option),
        }
    }

    /// For a row of the table. What a `--with` takes is neither yes nor no.
    fn value_of(&self, row: &Row) -> Result<&str> {
        match (row.section, row.takes, self.value.as_str()) {
            (Packages, Some(what), "yes" | "no" | "") => {
                bail!("{}: {what} is missing: --{}={what}", self.option, row.name)
            }
            (.., value) => Ok(value),
        }
    }

    /// Of a module from elsewhere. Apache's TYPE:FILE names a file in C.
    fn folder(&self) -> Result<String> {
        match self.value.as_str() {
            "yes" | "no" | "" => bail!("{}: the folder of a crate is missing", self.option),
            c if Path::new(c).extension().is_some_and(|extension| extension == "c") => {
                bail!(
                    "{}={c}: modules are crates in Rust; docs/modules.md shows how they are made",
                    self.option
                )
            }
            folder => Ok(folder.to_owned()),
        }
    }
}

/// The option that may be given several times.
const OUTSIDE: &str = "with-module";

/// An `--enable` that is yes or no.
const SWITCH: Option<&str> = Some("");

/// The name under which clap keeps `NAME=VALUE`.
const OPERANDS: &str = "VAR=VALUE";

const fn row(section: Section, name: &'static str, takes: Option<&'static str>, help: &'static str) -> Row {
    Row { name, also: &[], takes, section, help }
}

/// The parser for [`ROWS`].
fn command() -> Command {
    let args = ROWS.iter().map(|row| {
        let arg = row.also.iter().fold(Arg::new(row.name).long(row.name), |arg, spelling| {
            match spelling.chars().next() {
                Some(letter) if spelling.len() == 1 => arg.short(letter),
                _ => arg.alias(*spelling),
            }
        });
        match row.takes {
            Some(what) => arg.value_name(what).action(ArgAction::Set).overrides_with(row.name),
            None => arg.action(ArgAction::SetTrue).overrides_with(row.name),
        }
    });
    Command::new("configure")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .infer_long_args(true)
        .args(args)
        .arg(Arg::new(OPERANDS).action(ArgAction::Append).num_args(0..))
}

/// Recognises `--enable-NAME[=VALUE]` and its relatives.
fn feature(arg: &str) -> Option<Feature> {
    let (option, value) = match arg.split_once('=') {
        Some((option, value)) => (option, Some(value)),
        None => (arg, None),
    };
    let spelled = option.replace('_', "-");
    let prefixes = [
        ("--enable-", "enable", "yes"),
        ("--disable-", "enable", "no"),
        ("--without-", "with", "no"),
        ("--with-", "with", "yes"),
    ];
    let (name, kind, implied) = prefixes
        .iter()
        .find_map(|(prefix, kind, implied)| Some((spelled.strip_prefix(prefix)?, *kind, *implied)))?;
    let value = if implied == "no" { "no" } else { value.unwrap_or(implied) };
    Some(Feature { option: option.to_owned(), kind, name: name.to_owned(), value: value.to_owned() })
}

fn row_of(feature: &Feature) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name.split_once('-') == Some((feature.kind, &feature.name)))
}

fn assignment(word: &str) -> Result<(&str, &str)> {
    let is_name = |name: &str| {
        let body = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        body && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    word.split_once('=').filter(|(name, _)| is_name(name)).ok_or_else(|| {
        anyhow!("{word} is neither an option nor VAR=VALUE; ./configure --help lists the options")
    })
}

/// clap's error in one line, as configure scripts say it.
fn in_a_sentence(error: &clap::Error) -> anyhow::Error {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    match error.kind() {
        ErrorKind::UnknownArgument => anyhow!("{first}; ./configure --help lists the options"),
        _ => anyhow!("{first}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(
            &line.split('|').filter(|arg| !arg.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn the_table_is_well_formed() {
        command().debug_assert();
        for row in ROWS {
            assert!(!row.help.is_empty() && !row.help.ends_with('.'), "--{}", row.name);
            assert_eq!(ROWS.iter().filter(|other| other.name == row.name).count(), 1, "--{}", row.name);
        }
    }

    #[test]
    fn directories_and_values_in_every_spelling() {
        let options =
            parse("--prefix=/a|--sysconfdir|/etc|--exec-p=/e|--with-mpm=event|--with_port=81|-q|-n").unwrap();
        assert_eq!(options.dirs["prefix"], "/a");
        assert_eq!(options.dirs["sysconfdir"], "/etc");
        assert_eq!(options.dirs["exec_prefix"], "/e");
        assert_eq!(options.value("with-mpm"), Some("event"));
        assert_eq!(options.value("with-port"), Some("81"));
        assert!(options.quiet && options.no_create && !options.help);
    }

    #[test]
    fn the_last_of_an_option_counts() {
        let options = parse("--prefix=/a|--prefix=/b|--enable-alias|--disable-alias").unwrap();
        assert_eq!(options.dirs["prefix"], "/b");
        assert_eq!(options.asked(|_| true).unwrap().by_name["alias"], Form::No);
    }

    #[test]
    fn features_are_modules_or_unrecognized() {
        let options =
            parse("--enable-auth_basic=static|--disable-alias|--enable-nonsense|--with-apr=/usr").unwrap();
        let known = |name: &str| ["auth-basic", "alias"].contains(&name);
        let asked = options.asked(known).unwrap();
        assert_eq!(
            asked.by_name,
            BTreeMap::from([("auth-basic".into(), Form::Static), ("alias".into(), Form::No)])
        );
        assert_eq!(options.unrecognized(known), ["--enable-nonsense", "--with-apr"]);
    }

    #[test]
    fn lists_by_comma_and_space() {
        let options = parse("--enable-modules=alias, mime  dir,none|--enable-mods-static=env").unwrap();
        let asked = options.asked(|_| true).unwrap();
        assert_eq!(
            (asked.list.join(" "), asked.linked.join(" ")),
            ("alias mime dir none".into(), "env".into())
        );
        let options = parse("--disable-mods-shared|--enable-modules=no|--enable-mpms-shared").unwrap();
        let asked = options.asked(|_| true).unwrap();
        assert_eq!((asked.list.join(" "), asked.shared.len()), ("no".into(), 0));
        assert_eq!(options.words("enable-mpms-shared"), ["yes"]);
    }

    #[test]
    fn modules_from_elsewhere_are_all_kept() {
        let options = parse("--with-module=/a|--with-module=/b:shared").unwrap();
        assert_eq!(options.outside, ["/a", "/b:shared"]);
    }

    #[test]
    fn variables() {
        let options = parse("RUSTFLAGS=-C target-cpu=native|CC=").unwrap();
        assert_eq!(options.variables["RUSTFLAGS"], "-C target-cpu=native");
        assert_eq!(options.variables["CC"], "");
    }

    #[test]
    fn errors_are_one_sentence() {
        for (line, message) in [
            ("--prefxi=/a", "unexpected argument '--prefxi' found; ./configure --help lists the options"),
            ("--prefix", "a value is required for '--prefix <PREFIX>' but none was supplied"),
            ("9a=b", "9a=b is neither an option nor VAR=VALUE; ./configure --help lists the options"),
            (
                "i686-pc-linux-gnu",
                "i686-pc-linux-gnu is neither an option nor VAR=VALUE; ./configure --help lists the options",
            ),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), message);
        }
        for (line, message) in [
            ("--with-module", "--with-module: the folder of a crate is missing"),
            (
                "--with-module=mappers:/a/mod_x.c",
                "--with-module=mappers:/a/mod_x.c: modules are crates in Rust; docs/modules.md shows how they are made",
            ),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), message);
        }
        let error = parse("--enable-alias=maybe").unwrap().asked(|_| true).unwrap_err().to_string();
        assert_eq!(error, "--enable-alias=maybe: known forms are static, shared, yes and no");
    }
}
