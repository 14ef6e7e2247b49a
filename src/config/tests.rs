//! Configurations as a whole: the texts of errors against `test/golden/conf-errors`, and what good ones make.
//! `UPDATE_GOLDEN=1 cargo test -p httpd --lib` writes the golden files anew, for `git diff` to show.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::directive::Kind;
use super::{Config, Directive, LoadOptions, Override, Place, load, report, warnings};
use crate::core_module::{CORE, Core, HTTP_CORE, HttpCore};
use crate::facts::{Build, Facts};
use crate::module::{Linked, Module, linked};
use crate::server::Generation;

/// Stands where the MPM would.
pub(crate) struct NoMpm;

impl Module for NoMpm {
    const NAME: &str = "mpm_none_module";
    type Config = ();
}

/// The core, http_core, an MPM that is none.
pub(crate) const MODULES: &[Linked] =
    &[linked(&CORE, Core::FILE), linked(&HTTP_CORE, HttpCore::FILE), linked(&NoMpm, "none.c")];

/// A module that shows what was merged, in which order: `Witness word ...`.
pub(crate) struct Witness;

#[derive(Default)]
pub(crate) struct Witnessed(pub(crate) Vec<String>);

impl Config for Witnessed {
    fn merge(&self, inner: &Self) -> Self {
        Self(self.0.iter().chain(&inner.0).cloned().collect())
    }
}

impl Module for Witness {
    const NAME: &str = "witness_module";
    type Config = Witnessed;
    const DIRECTIVES: &[Directive<Witnessed>] = &[
        Directive::each(
            "Witness",
            ANYWHERE,
            "word ...",
            "Words that show where they stand",
            |seen, word, _| {
                seen.0.push(word.to_owned());
                Ok(())
            },
        ),
        Directive::each(
            "WitnessAccess",
            Place::D.htaccess(Override::AUTH_CONFIG),
            "word ...",
            "Words that depend on the method, as access rules do",
            |seen, word, _| {
                seen.0.push(word.to_owned());
                Ok(())
            },
        ),
    ];
}

const ANYWHERE: Place = Place::SVD.htaccess(Override::FILE_INFO);

/// A program with no modules but the core's and a witness.
pub(crate) static BUILD: Build = Build {
    mpm: Some(linked(&NoMpm, "none.c")),
    modules: &[linked(&Witness, "mod_witness.c")],
    facts: Facts {
        program_name: "httpd",
        server_root: "/",
        bindir: "/bin",
        sbindir: "/sbin",
        libexecdir: "/modules",
        sysconfdir: "/conf",
        htdocsdir: "/htdocs",
        errordir: "/error",
        iconsdir: "/icons",
        cgidir: "/cgi-bin",
        localstatedir: "/var",
        runtimedir: "/logs",
        logfiledir: "/logs",
        config_file: "conf/httpd.conf",
        types_config: "conf/mime.types",
        pid_file: "logs/httpd.pid",
        error_log: "logs/error_log",
        scoreboard: "logs/status",
        mpm_name: "none",
        mpm_dir: "modules/mpm/none",
        target: "none",
        rustc: "none",
        built: "Jan  1 2026 00:00:00",
        default_port: "80",
        elsewhere: "mod_filter.c filter_module --enable-filter AddOutputFilterByType FilterChain\n\
            mod_rewrite.c rewrite_module - RewriteEngine RewriteRule\n",
    },
    core: None,
};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test/golden/conf-errors")
}

/// Loads lines on a ground of their own, with what the lines may rely on: a Listen.
pub(crate) fn loaded(lines: &str) -> Result<Generation, String> {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("httpd.conf"), lines).unwrap();
    let options = LoadOptions {
        server_root: root.path().to_owned(),
        config_file: "httpd.conf".into(),
        before: vec!["Listen 127.0.0.1:0".to_owned()],
        ..LoadOptions::new(&BUILD)
    };
    load(&options).map_err(|errors| report(&errors))
}

/// What is told of a file of `test/golden/conf-errors`, its folder called CONF.
fn told(file: &Path) -> String {
    let options =
        LoadOptions { server_root: golden(), config_file: file.to_owned(), ..LoadOptions::new(&BUILD) };
    let told = match load(&options) {
        Ok(generation) => format!("{}Syntax OK\n", warnings(&generation.warnings)),
        Err(errors) => report(&errors),
    };
    told.replace(&golden().display().to_string(), "CONF")
}

#[test]
fn errors_are_told_as_in_the_golden_files() {
    let mut files: Vec<PathBuf> =
        fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "conf"));
    assert!(files.len() >= 10, "the golden files are missing");
    for file in files {
        let (told, expected) = (told(&file), file.with_extension("txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&expected, &told).unwrap();
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        assert_eq!(told, expected, "{}: UPDATE_GOLDEN=1 accepts it", file.display());
    }
}

#[test]
fn every_row_is_documented_and_none_is_there_twice() {
    let mut seen = std::collections::HashSet::new();
    for row in MODULES.iter().flat_map(Linked::rows) {
        let name = row.name;
        assert!(seen.insert(name.to_ascii_lowercase()), "{name} is there twice");
        assert!(
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.is_ascii(),
            "{name} is spelled oddly"
        );
        assert!(row.doc.starts_with(|c: char| c.is_uppercase()), "{name}: its sentence begins small");
        assert!(
            row.doc.len() > 15 && !row.doc.ends_with('.'),
            "{name}: its sentence is none, or has a full stop"
        );
        let silent = matches!(row.kind, Kind::Plain) && row.usage.is_empty();
        assert!(!silent, "{name} does not say what it takes");
        if let Some(number) = row.number {
            assert!(number.range.contains(&number.default), "{name}: the default is out of range");
            assert!(!number.unit.is_empty(), "{name} has no unit");
        }
    }
}

#[test]
fn a_root_that_is_named_late_counts_for_lines_before() {
    let root = tempfile::tempdir().unwrap();
    let generation = loaded(&format!("PidFile run/pid\nServerRoot {}\n", root.path().display())).unwrap();
    assert_eq!(generation.main().configs.core().mpm().pid_file(), root.path().join("run/pid"));
}

#[test]
fn variables_and_conditions_follow_the_lines() {
    let lines = "Define WHO admin@example.org\n<IfDefine WHO>\nServerAdmin ${WHO}\n</IfDefine>\n\
        <IfDefine !WHO>\nNonsense ${WHO}\n</IfDefine>\nUnDefine WHO\n<IfDefine WHO>\nNonsense\n</IfDefine>\n\
        <IfModule http_core.c>\n<IfModule !none_such>\nKeepAlive Off\n</IfModule>\n</IfModule>\n\
        <IfFile httpd.conf>\nTimeout 7\n</IfFile>\n";
    let generation = loaded(lines).unwrap();
    let configs = &generation.main().configs;
    assert_eq!(configs.core().server_admin(), Some("admin@example.org"));
    assert_eq!(configs.core().timeout().as_secs(), 7);
    assert!(!configs.http().keep_alive());
}

#[test]
fn virtual_hosts_inherit_and_are_found_by_address_and_name() {
    let lines = "ServerName main.test\nTimeout 20\nServerAdmin main@example.org\n\
        <VirtualHost *:80>\nServerName one.test:8080\nServerAlias uno.test *.one.test\nTimeout 5\n</VirtualHost>\n\
        <VirtualHost *:80 192.0.2.1>\nServerName two.test\nServerAdmin two@example.org\n</VirtualHost>\n";
    let generation = loaded(lines).unwrap();
    let find = |local: &str, host| generation.vhost_for(local.parse::<SocketAddr>().unwrap(), host);
    assert_eq!(find("198.51.100.1:80", Some("one.test")), 1);
    assert_eq!(find("198.51.100.1:80", Some("UNO.test:80")), 1);
    assert_eq!(find("198.51.100.1:80", Some("a.one.test")), 1);
    assert_eq!(find("198.51.100.1:80", Some("two.test")), 2);
    assert_eq!(find("198.51.100.1:80", Some("three.test")), 1);
    assert_eq!(find("192.0.2.1:443", Some("one.test")), 2);
    assert_eq!(find("198.51.100.1:81", Some("one.test")), 0);
    let [main, one, two] = &generation.vhosts[..] else { panic!("three servers") };
    assert_eq!((one.name.as_str(), one.port), ("one.test", Some(8080)));
    assert_eq!(one.configs.core().server_admin(), Some("main@example.org"));
    assert_eq!(one.configs.core().timeout().as_secs(), 5);
    assert_eq!(two.configs.core().timeout(), main.configs.core().timeout());
}
