//! A real site: the toolchain's own HTML documentation, every byte and every type.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::{self, PATIENT};
use crate::case::find::files;
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};

pub(super) const TESTS: &[Test] = &[("documentation", documentation)];

/// How many files are fetched, over how many connections.
const FILES: usize = 2000;
const CLIENTS: usize = 4;

fn documentation(program: &Program) -> Result<Completion, Failed> {
    let Some(source) = html_documentation() else {
        return Ok(Completion::ignored_with("the toolchain has no HTML documentation here"));
    };
    let ground = Ground::new()?;
    let mut names = Vec::new();
    for path in files(&source)?.into_iter().take(FILES) {
        let name = path.strip_prefix(&source)?.to_str().ok_or("a name that is not UTF-8")?.to_owned();
        ground.document(&name, fs::read(&path)?)?;
        names.push(name);
    }
    // Whatever limit on requests of a connection there is, none of the connections reaches it.
    ground.configure(0, &format!("{}{PATIENT}MaxKeepAliveRequests 0\n", pools::of(program)?.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let shares = names.chunks(names.len().div_ceil(CLIENTS));
    let docroot = ground.docroot();
    let connect = || httpd.connect().map_err(|wrong| wrong.to_string());
    let wrong: Vec<String> = thread::scope(|scope| {
        let clients: Vec<_> =
            shares.map(|share| scope.spawn(move || fetch_all(connect()?, docroot, share))).collect();
        let ended = clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| Err("a client panicked".to_owned())));
        ended.filter_map(Result::err).collect()
    });
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Fetches all over one connection, which must last.
fn fetch_all(mut client: Client, docroot: &Path, names: &[String]) -> Result<(), String> {
    for name in names {
        let answer =
            client.get(&format!("/{}", encoded(name))).map_err(|wrong| format!("{name}: {wrong}"))?;
        let expected = fs::read(docroot.join(name)).map_err(|wrong| wrong.to_string())?;
        if answer.status() != 200 || answer.body != expected || answer.closes() {
            return Err(format!(
                "{name}: {:?}, {} bytes instead of {}",
                answer.head,
                answer.body.len(),
                expected.len()
            ));
        }
        let came = answer.header("Content-Type");
        if came != media_type(name) {
            return Err(format!("{name} is {came:?}"));
        }
    }
    Ok(())
}

/// What the server's `conf/mime.types` says of a name; nothing for names it does not know.
fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit('/').next()?.rsplit_once('.')?;
    let types = crate::ground::MIME_TYPES.lines().map(str::split_whitespace);
    types
        .filter_map(|mut words| Some((words.next()?, words)))
        .find(|(_, words)| words.clone().any(|word| word == extension))
        .map(|(kind, _)| kind)
}

fn html_documentation() -> Option<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let folder = Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("share/doc/rust/html");
    folder.is_dir().then_some(folder)
}

/// A path as a URL writes it: everything but letters, digits and a few signs as %XX.
fn encoded(path: &str) -> String {
    let mut url = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}
