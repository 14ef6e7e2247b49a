//! What is rendered for a small tree of modules, compared with `test/golden/configure`.
//! `UPDATE_GOLDEN=1 cargo test -p httpd-configure` writes that anew, for `git diff` to show.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use configure::discover::{About, Enable, Kind, Module, Tree};
use configure::flags::Mode;
use configure::layout::{Layouts, Lines};
use configure::render::{Plan, outputs};
use configure::{help, summary};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn everything_that_is_rendered() {
    let tree = some_tree();
    let dirs = layouts().resolve("Apache", &Lines::new()).unwrap();
    let plan = plan(&tree, &dirs);
    for output in outputs(&plan).unwrap() {
        compare(&output.path.display().to_string().replace('/', "-"), &output.text);
    }
    compare("summary.txt", &summary::text(&plan));
}

#[test]
fn help_lists_what_was_discovered() {
    compare("help.txt", &help::text(&some_tree(), &layouts(), "prefork").unwrap());
}

#[test]
fn a_directory_with_a_blank_in_its_name_stands_in_quotes() {
    let tree = some_tree();
    let lines = [("prefix", "/opt/a server"), ("libexecdir", "/opt/a module")];
    let lines = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let dirs = layouts().resolve("Apache", &Lines::from(lines)).unwrap();
    let content: Vec<_> = tree.content().collect();
    let plan = Plan { shared: content[1..].to_vec(), modules: Vec::new(), ..plan(&tree, &dirs) };
    // A name to a line, and prose.
    let unquoted = ["config_vars.mk", "build/install.list", "build/conf/debian/control"];
    for output in outputs(&plan).unwrap() {
        if unquoted.iter().any(|name| output.path == Path::new(name)) {
            continue;
        }
        for line in output.text.lines().filter(|line| !line.starts_with('#')) {
            for (at, _) in line.match_indices("/opt/a") {
                assert!(line[..at].ends_with(['"', '\'']), "{}: {line}", output.path.display());
            }
        }
    }
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn layouts() -> Layouts {
    let mut layouts = Layouts::default();
    layouts.read(&top().join("templates/config.layout")).unwrap();
    layouts
}

fn some_tree() -> Tree {
    Tree {
        version: "1.2.3".into(),
        rust_version: "1.88.0".parse().unwrap(),
        modules: vec![
            content("examples/mod_hello", Enable::No, "greets the visitor"),
            content(
                "mappers/mod_alias",
                Enable::Yes,
                "maps parts of the URL space to other places, and redirects others",
            ),
            content("metadata/mod_setenvif", Enable::Most, "sets variables by what a request looks like"),
            mpm("prefork", "unix", "one process for each connection"),
            mpm("single", "test", "one connection after another, for the test runner"),
            mpm("mpm_winnt", "windows", "one child with many threads"),
        ],
    }
}

fn content(place: &str, enable: Enable, help: &str) -> Module {
    let (family, package) = place.split_once('/').unwrap();
    module(
        package.trim_start_matches("mod_"),
        package,
        family,
        &format!("modules/{place}"),
        About {
            kind: Kind::Content,
            file: format!("{package}.c"),
            enable,
            help: help.into(),
            ..About::default()
        },
    )
}

fn mpm(name: &str, host: &str, help: &str) -> Module {
    let package = format!("mpm_{}", name.trim_start_matches("mpm_"));
    module(
        name,
        &package,
        "mpm",
        &format!("modules/mpm/{name}"),
        About {
            kind: Kind::Mpm,
            file: format!("{name}.c"),
            help: help.into(),
            suits: Some(format!("whom {name} suits")),
            hosts: vec![host.into()],
            ..About::default()
        },
    )
}

fn module(name: &str, package: &str, family: &str, folder: &str, about: About) -> Module {
    Module {
        name: name.into(),
        package: package.into(),
        folder: folder.into(),
        family: family.into(),
        needs: Vec::new(),
        outside: None,
        about,
    }
}

fn plan<'a>(tree: &'a Tree, dirs: &'a configure::layout::Dirs) -> Plan<'a> {
    let content: Vec<_> = tree.content().collect();
    let mpms: Vec<_> = tree.mpms().collect();
    Plan {
        version: &tree.version,
        srcdir: Box::leak(top().into_boxed_path()),
        builddir: Path::new("/BUILD"),
        arguments: ARGUMENTS.get_or_init(|| vec!["--with-mpm=prefork".into(), "CC=gcc -pipe".into()]),
        program_name: "httpd",
        program_suffix: "",
        port: 80,
        mpm: mpms[0],
        modules: content[1..].to_vec(),
        shared: Vec::new(),
        loads: false,
        load_all: false,
        runner: Some((mpms[1], content)),
        tree: &tree.modules,
        dirs,
        layout_file: "",
        identity: ("daemon", "daemon"),
        target: "x86_64-unknown-linux-gnu",
        build: "x86_64-unknown-linux-gnu",
        cargo: Path::new("/usr/bin/cargo"),
        rustc: Path::new("/usr/bin/rustc"),
        rustc_version: "1.95.0",
        mode: Mode::Usual,
        variables: BTreeMap::from([("CC".into(), "gcc -pipe".into())]),
    }
}

static ARGUMENTS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();

/// Compares with a golden file, in which the source directory is called SRC.
fn compare(name: &str, text: &str) {
    let golden = top().join("test/golden/configure").join(name);
    let text = text.replace(top().to_str().unwrap(), "/SRC");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        fs::write(&golden, &text).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(&expected, &text).unified_diff().to_string();
    assert!(difference.is_empty(), "{} differs; UPDATE_GOLDEN=1 accepts it:\n{difference}", golden.display());
}
