//! The habits of the house as tests: each rule reads the tree and tells every place that breaks it.
//!
//! What the compiler and clippy see is not repeated here. Rules about directives' rows need the modules at hand:
//! they are in `test/src/rows.rs`.

#![expect(clippy::unwrap_used, reason = "all of this is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use httpd_test::case::find::{files, find};
use httpd_test::case::parse::parse;
use regex::Regex;

/// Files that may be longer than [`LONG`], each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];
const LONG: usize = 600;

/// Numbers of the error log that several places use on purpose, each with its reason.
const SHARED_NUMBERS: &[(&str, &str)] = &[(
    "AH00451",
    "a configuration without Listen is refused by its reader, and by the owner of the sockets",
)];

/// Where texts are: everything that is written by hand.
const ROOMS: [&str; 6] = ["srclib", "src", "modules", "templates", "test", ".ci"];
const AT_TOP: [&str; 2] = ["configure", "Makefile"];

/// A file of the tree.
struct Source {
    /// From the top of the tree.
    path: String,
    text: String,
}

impl Source {
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| own == extension)
    }

    fn is_rust(&self) -> bool {
        self.is("rs")
    }

    /// Made for tests alone, all of it.
    fn is_test(&self) -> bool {
        self.path.starts_with("test/") || self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Numbered lines of code without comments, up to the unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]").unwrap_or(self.text.len());
        let end = if self.is_test() { self.text.len() } else { end };
        numbered(&self.text[..end]).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Numbered lines of unit tests; all lines of files that are tests.
    fn tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let start = if self.is_test() { Some(0) } else { self.text.find("#[cfg(test)]") };
        let before = self.text[..start.unwrap_or(0)].lines().count();
        let text = start.map_or("", |start| &self.text[start..]);
        numbered(text).map(move |(number, line)| (number + before, line))
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(number, line)| (number + 1, line))
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The texts of the tree: of its rooms, and what lies at its top.
fn sources() -> Vec<Source> {
    let at_top = fs::read_dir(top()).unwrap().map(|entry| entry.unwrap().path());
    let at_top: Vec<PathBuf> = at_top.filter(|path| path.is_file()).collect();
    let rooms = ROOMS.iter().flat_map(|room| files(&top().join(room)).unwrap());
    let mut sources: Vec<Source> = rooms.chain(at_top).filter_map(|path| source(&path)).collect();
    sources.retain(|source| {
        source.path.contains('/') || source.is("md") || source.is("toml") || AT_TOP.contains(&&*source.path)
    });
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Nothing for what is no text.
fn source(path: &Path) -> Option<Source> {
    let text = String::from_utf8(fs::read(path).unwrap()).ok()?;
    Some(Source { path: path.strip_prefix(top()).unwrap().to_str()?.to_owned(), text })
}

/// Fails with all that was found.
fn none(rule: &str, found: impl IntoIterator<Item = String>) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{rule}:\n  {}\n", found.join("\n  "));
}

/// Places in code where a pattern is found.
fn places(sources: &[Source], wanted: impl Fn(&Source) -> bool, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let wanted = sources.iter().filter(|source| source.is_rust() && wanted(source));
    let lines = wanted.flat_map(|source| source.code().map(move |(number, line)| (source, number, line)));
    let hits = lines.filter(|(_, _, line)| pattern.is_match(line));
    hits.map(|(source, number, line)| format!("{}:{number}: {}", source.path, line.trim())).collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(top().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// Its folder, from the top of the tree.
fn folder(package: &Package) -> String {
    let folder = package.manifest_path.parent().unwrap().strip_prefix(top()).unwrap();
    folder.to_string()
}

/// What it is built with, tests aside.
fn needs(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| &*dependency.name)
}

#[test]
fn arrows_point_down() {
    let metadata = metadata();
    let floors: BTreeMap<&str, String> =
        metadata.packages.iter().map(|package| (&**package.name, folder(package))).collect();
    let mut found = Vec::new();
    for package in &metadata.packages {
        let own = folder(package);
        for needed in needs(package) {
            let Some(other) = floors.get(needed) else { continue };
            if !may_need(&own, &package.name, other, needed) {
                found.push(format!("{own}/Cargo.toml: {} may not depend on {needed}", package.name));
            }
        }
    }
    none("a floor knows only the floors below it", found);
}

/// Whether a package in `own` may depend on one in `other`.
fn may_need(own: &str, name: &str, other: &str, needed: &str) -> bool {
    match own.split('/').next() {
        Some("srclib") => other.starts_with("srclib/") && own != "srclib/configure",
        Some("modules") => {
            other.is_empty() || (same_family(own, other) && name.starts_with(&format!("{needed}_")))
        }
        // Cases find modules by name; only measuring and fuzzing link some.
        Some("test") => !other.starts_with("modules/") || matches!(own, "test/bench" | "test/fuzzed"),
        _ => other.starts_with("srclib/") && !matches!(needed, "httpd-configure" | "httpd-support"),
    }
}

/// `modules/proxy/mod_proxy_http` and its base, `modules/proxy/mod_proxy`.
fn same_family(own: &str, other: &str) -> bool {
    own.rsplit_once('/').map(|(family, _)| family) == other.rsplit_once('/').map(|(family, _)| family)
}

#[test]
fn the_core_names_no_module() {
    let sources = sources();
    let mut names: BTreeSet<String> =
        metadata().packages.iter().map(|package| package.name.to_string()).collect();
    names.retain(|name| name.starts_with("mod_") || name.starts_with("mpm_"));
    let pattern = format!(r"\b({})\b", names.into_iter().collect::<Vec<_>>().join("|"));
    none("src/ names no module", places(&sources, |source| source.path.starts_with("src/"), &pattern));
}

#[test]
fn readers_of_text_do_no_io() {
    let readers = |source: &Source| {
        source.path.starts_with("srclib/conf/src") || source.path.starts_with("srclib/http1/src")
    };
    let io = r"\b(tokio|std::(fs|process|thread|env)|TcpStream|TcpListener|UdpSocket|ToSocketAddrs)\b|\bio::(Read|Write)\b";
    none("conf and http1 do no I/O and know no runtime", places(&sources(), readers, io));
}

/// Where modules' files are opened.
const LOADER: &str = "modules/mappers/mod_so/loader.rs";

#[test]
fn unsafe_code_has_one_room() {
    // What is called by a name in a file is exported by generated lines, and taken at its word by one reader.
    let rooms = ["srclib/os/", LOADER, "templates/core/", "templates/shared/", "test/tests/"];
    let elsewhere = |source: &Source| !rooms.iter().any(|room| source.path.starts_with(room));
    let mut found =
        places(&sources(), elsewhere, r"\bunsafe\s*(\{|fn|impl|extern|trait)|\(unsafe\b|\(unsafe_code");
    let may = |package: &&Package| {
        let own = folder(package);
        own == "srclib/os" || LOADER.starts_with(&*own)
    };
    for package in metadata().packages.iter().filter(|package| !may(package)) {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        if !manifest.contains("[lints]\nworkspace = true") {
            found.push(format!(
                "{}/Cargo.toml: has not the lints of the workspace, which forbid it",
                folder(package)
            ));
        }
    }
    none("unsafe code is in srclib/os and in the loader of modules", found);
}

#[test]
fn a_parent_has_no_runtime() {
    let parents =
        |source: &Source| source.path.ends_with("/parent.rs") || source.path == "src/mpm/supervise.rs";
    none("a parent never mentions tokio", places(&sources(), parents, r"\b(tokio|async|await)\b"));
}

#[test]
fn hosts_are_told_apart_in_one_room() {
    // configure builds for the host it runs on and depends on no floor.
    let exempt = ["srclib/os/", "srclib/configure/", "test/tests/tidy.rs"];
    let elsewhere = |source: &Source| !exempt.iter().any(|room| source.path.starts_with(room));
    let found = places(&sources(), elsewhere, r"\bcfg(_attr)?!?\(");
    none("cfg stands in srclib/os", found.into_iter().filter(|place| !place.contains("cfg(test)")));
}

#[test]
fn log_numbers_are_used_once() {
    let sources = sources();
    let pattern = Regex::new(r"\bAH[0-9]{5}\b").unwrap();
    let mut uses = BTreeMap::<&str, Vec<String>>::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        for (number, line) in source.code() {
            for hit in pattern.find_iter(line) {
                uses.entry(hit.as_str()).or_default().push(format!("{}:{number}", source.path));
            }
        }
    }
    uses.retain(|number, places| {
        places.len() > 1 && !SHARED_NUMBERS.iter().any(|(shared, _)| shared == number)
    });
    none(
        "a number of the log belongs to one message",
        uses.into_iter().map(|(number, places)| format!("{number}: {}", places.join(", "))),
    );
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let lines = source.text.lines().count();
        if lines > LONG && !LONG_FILES.iter().any(|(path, _)| *path == source.path) {
            found.push(format!("{}: {lines} lines", source.path));
        }
        if !source.text.starts_with("//! ") {
            found.push(format!("{}:1: the first line says what this room is: //! ...", source.path));
        }
    }
    none("a file is short and begins with what it is for", found);
}

#[test]
fn tests_wait_for_states_on_ports_that_are_free() {
    let sleeping = Regex::new(r"\bsleep(_until)?\(|\bsleep [0-9]|park_timeout").unwrap();
    let fixed = Regex::new(r#"\b(bind|connect)\(&?"[^"]*:[1-9][0-9]*""#).unwrap();
    // Where configurations are more than read: there a server is started with them.
    let listen = Regex::new(r#"Listen ([^"\s]*:)?[1-9][0-9]*(\\n|")"#).unwrap();
    let serves = |source: &Source| {
        source.path.starts_with("test/src/process/") || source.path.starts_with("modules/mpm/")
    };
    // Modules that show timers at work.
    let sleeps = |source: &Source| source.path.starts_with("test/elsewhere/");
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust() && source.path != "test/tests/tidy.rs") {
        for (number, line) in source.tests().filter(|_| !sleeps(source)) {
            if sleeping.is_match(line) || fixed.is_match(line) || (serves(source) && listen.is_match(line)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none("a test waits for a state, not for a time, and asks for port 0", found);
}

#[test]
fn cases_can_be_read_and_fix_no_port() {
    let mut found = Vec::new();
    let listen = Regex::new(r"^\s*Listen\s+(\S*:)?[1-9][0-9]*\b").unwrap();
    for case in find(top()).unwrap() {
        let text = fs::read_to_string(&case.path).unwrap();
        let path = case.path.strip_prefix(top()).unwrap().display().to_string();
        found.extend(parse(&text).err().map(|wrong| format!("{path}: {wrong}")));
        let served = text.contains("\n--- in");
        let fixed = numbered(&text).filter(|(_, line)| served && listen.is_match(line));
        found.extend(fixed.map(|(number, line)| format!("{path}:{number}: {line}")));
    }
    none("a case can be read, and leaves the port to the system", found);
}

#[test]
fn a_module_is_a_whole_room() {
    let packages = metadata().packages;
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| folder(package).starts_with("modules/")) {
        let folder = folder(package);
        let table = package.metadata.get("httpd");
        for key in ["kind", "symbol", "file", "help"] {
            if table.and_then(|table| table.get(key)).is_none() {
                found.push(format!("{folder}/Cargo.toml: [package.metadata.httpd] has no {key}"));
            }
        }
        let cases = files(&top().join(&folder).join("cases")).unwrap_or_default();
        if !cases.iter().any(|path| path.extension().is_some_and(|extension| extension == "t"))
            && !folder.ends_with("/single")
        {
            found.push(format!("{folder}: has no case"));
        }
    }
    none("a module says what it is and shows what it does", found);
}

#[test]
fn no_machine_and_no_registry_is_named() {
    // Put together here, so that this file does not find itself.
    let words = [["/wo", "rk/"], ["/ro", "ot/."], ["/.car", "go/"], ["crates", ".io"], ["/tmp/", "brief"]];
    let words = words.map(|parts| parts.concat());
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.path.ends_with("Cargo.lock")) {
        for (number, line) in numbered(&source.text) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none("no text names one machine's folders or a registry's host", found);
}

#[test]
fn dependencies_have_reasons() {
    let manifest = fs::read_to_string(top().join("Cargo.toml")).unwrap();
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let table = table.split("\n[").next().unwrap_or_default();
    let bare = table
        .lines()
        .filter(|line| line.contains(" = ") && !line.contains("path = ") && !line.starts_with('#'));
    let bare = bare.filter(|line| line.split_once("# ").is_none_or(|(_, reason)| reason.len() < 5));
    none("each outside crate has its reason beside it in Cargo.toml", bare.map(str::to_owned));
}

#[test]
fn links_of_the_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").unwrap();
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is("md")) {
        let folder = top().join(&source.path);
        let folder = folder.parent().unwrap();
        for (number, line) in numbered(&source.text) {
            let lost = link.captures_iter(line).filter(|link| !folder.join(&link[1]).exists());
            found.extend(lost.map(|link| format!("{}:{number}: {}", source.path, &link[1])));
        }
    }
    none("a page links to what is there", found);
}

#[test]
fn contributing_quotes_what_is_compiled() {
    let read = |path: &str| fs::read_to_string(top().join(path)).unwrap();
    let page = read("CONTRIBUTING.md");
    let example = read("test/tests/contributing.rs");
    let (_, example) = example.split_once("// quoted from here\n").unwrap();
    let hello = "modules/examples/mod_hello";
    let files = ["Cargo.toml", "mod_hello.rs", "cases/greets.t"].map(|name| format!("{hello}/{name}"));
    let mut found = Vec::new();
    for (path, text) in files.iter().map(|path| (&**path, read(path))) {
        if !page.contains(&quoted(&text)) {
            found.push(format!("{path} is quoted otherwise"));
        }
    }
    if !page.contains(&quoted(example.split("// to here").next().unwrap())) {
        found.push("test/tests/contributing.rs is quoted otherwise".to_owned());
    }
    none("CONTRIBUTING quotes what is compiled and tested", found);
}

/// As a page shows it: every line that is not empty is indented.
fn quoted(text: &str) -> String {
    let lines = text
        .trim_end()
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("    {line}") });
    lines.collect::<Vec<_>>().join("\n")
}
