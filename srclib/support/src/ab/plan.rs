//! What is asked, how often, and by how many.

use std::fs;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{FAILURE, PROGRAM};
use crate::options::{Given, Stop};

/// What the command line says.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) url: Url,
    /// In place of the server, host and port.
    pub(super) proxy: Option<(String, u16)>,
    /// At least 1.
    pub(super) requests: usize,
    /// From 1 to `requests`.
    pub(super) concurrency: usize,
    pub(super) limit: Option<Duration>,
    pub(super) patience: Duration,
    pub(super) from: Option<IpAddr>,
    pub(super) buffer: Option<u32>,
    /// The request, to the byte.
    pub(super) request: Vec<u8>,
    /// Of the request, what is its body.
    pub(super) has_body: bool,
    /// Whether answers have no body, as those to HEAD.
    pub(super) bodiless: bool,
    pub(super) keeps_alive: bool,
    pub(super) lengths_differ: bool,
    pub(super) goes_on: bool,
    pub(super) verbosity: u64,
    /// After how many requests the progress is told, if it is.
    pub(super) heartbeat: Option<usize>,
    pub(super) percentages: bool,
    pub(super) deviations: bool,
}

/// More connections than this are more than a client has ports for.
const MOST_AT_A_TIME: u64 = 20_000;
/// How many requests there may be when only the time is given.
const WITH_LIMIT: u64 = 50_000;

impl Plan {
    pub(super) fn of(given: &Given) -> Result<Self, Stop> {
        let url = given.operands.first().and_then(|word| word.to_str()).ok_or("a URL is UTF-8".to_owned());
        let url = url.and_then(Url::parse).map_err(|why| given.wrong(&why))?;
        let limit = given.number('t', 1, u64::from(u32::MAX))?.map(Duration::from_secs);
        let usual = if limit.is_some() { WITH_LIMIT } else { 1 };
        let requests = given.number('n', 1, u64::from(u32::MAX))?.unwrap_or(usual) as usize;
        let concurrency = given.number('c', 1, MOST_AT_A_TIME)?.unwrap_or(1) as usize;
        if concurrency > requests {
            return Err(given.wrong("-c is more than -n"));
        }
        let proxy = match option(given, 'X')? {
            None => None,
            Some(text) => {
                Some(authority(text, 80).ok_or_else(|| given.wrong(&format!("-X {text}: not HOST:PORT")))?)
            }
        };
        let from = match option(given, 'B')? {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| given.wrong(&format!("-B {text}: not an address")))?),
        };
        let body = body(given)?;
        Ok(Self {
            request: request(given, &url, proxy.is_some(), body.as_deref())?,
            has_body: body.is_some(),
            bodiless: given.has('i') || option(given, 'm')? == Some("HEAD"),
            url,
            proxy,
            requests,
            concurrency,
            limit,
            patience: Duration::from_secs(given.number('s', 1, u64::from(u32::MAX))?.unwrap_or(30)),
            from,
            buffer: given.number('b', 1, 1 << 30)?.map(|bytes| bytes as u32),
            keeps_alive: given.has('k'),
            lengths_differ: given.has('l'),
            goes_on: given.has('r'),
            verbosity: given.number('v', 0, u64::MAX)?.unwrap_or(0),
            heartbeat: (requests > 150 && !given.has('q')).then(|| (requests / 10).max(100)),
            percentages: !given.has('d'),
            deviations: !given.has('S'),
        })
    }

    /// The addresses to connect to, best first. An error is a sentence.
    pub(super) fn resolve(&self) -> Result<Vec<SocketAddr>, String> {
        let (host, port) =
            self.proxy.as_ref().map_or((self.url.host.as_str(), self.url.port), |(host, port)| (host, *port));
        let found = (host, port).to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
        let found: Vec<_> =
            found.filter(|found| self.from.is_none_or(|from| from.is_ipv4() == found.is_ipv4())).collect();
        if found.is_empty() { Err(format!("{host} has no address")) } else { Ok(found) }
    }
}

/// Whom to ask for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    /// With the query.
    pub(super) path: String,
    /// As the Host line has it.
    pub(super) authority: String,
}

impl Url {
    fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("https://") {
            return Err("https is not possible yet".to_owned());
        }
        let bare = text.strip_prefix("http://").unwrap_or(text);
        let bad = || format!("'{text}' is not a URL such as http://localhost:80/path");
        let slash = bare.find('/').ok_or_else(bad)?;
        let (at, path) = bare.split_at(slash);
        let (host, port) = authority(at, 80).ok_or_else(bad)?;
        if !path.bytes().all(|byte| byte.is_ascii_graphic() || !byte.is_ascii()) {
            return Err(bad());
        }
        Ok(Self { host, port, path: path.to_owned(), authority: at.to_owned() })
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn authority(text: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'@' || !byte.is_ascii();
    let port = if port.is_empty() { usual } else { port.strip_prefix(':')?.parse().ok()? };
    (!host.is_empty() && host.bytes().all(good)).then(|| (host.to_owned(), port))
}

fn option(given: &Given, letter: char) -> Result<Option<&str>, Stop> {
    let text = |value: &'_ std::ffi::OsStr| given.wrong(&format!("-{letter} {}: not UTF-8", value.display()));
    given.value(letter).map(|value| value.to_str().ok_or_else(|| text(value))).transpose()
}

/// What is sent with `-p` or `-u`.
fn body(given: &Given) -> Result<Option<Vec<u8>>, Stop> {
    let Some(letter) = given.last_of("pu") else { return Ok(None) };
    let Some(file) = given.value(letter) else { return Ok(None) };
    let read = fs::read(file);
    read.map(Some).map_err(|error| PROGRAM.failed(FAILURE, format_args!("{}: {error}", file.display())))
}

/// The lines in the order that Apache's ab has them: HTTP/1.0, so that answers are not chunked.
fn request(given: &Given, url: &Url, by_proxy: bool, body: Option<&[u8]>) -> Result<Vec<u8>, Stop> {
    let target = if by_proxy { format!("http://{}{}", url.authority, url.path) } else { url.path.clone() };
    let mut lines = vec![format!("{} {target} HTTP/1.0", method(given)?)];
    if given.has('k') {
        lines.push("Connection: Keep-Alive".to_owned());
    }
    let own = own_lines(given)?;
    let cookies = all(given, 'C')?;
    if !cookies.is_empty() {
        lines.push(format!("Cookie: {}", cookies.join("; ")));
    }
    for (letter, name) in [('A', "Authorization"), ('P', "Proxy-Authorization")] {
        if let Some(pair) = option(given, letter)? {
            lines.push(format!("{name}: Basic {}", STANDARD.encode(pair)));
        }
    }
    let agent = concat!("ab/", env!("CARGO_PKG_VERSION"));
    for (name, value) in [("Host", url.authority.as_str()), ("User-Agent", agent), ("Accept", "*/*")] {
        if !own.iter().any(|line| named(line, name)) {
            lines.push(format!("{name}: {value}"));
        }
    }
    if let Some(body) = body {
        lines.push(format!("Content-length: {}", body.len()));
        lines.push(format!("Content-type: {}", option(given, 'T')?.unwrap_or("text/plain")));
    }
    lines.extend(own.iter().map(|line| (*line).to_owned()));
    if let Some(line) = lines.iter().find(|line| line.contains(['\r', '\n', '\0'])) {
        return Err(given.wrong(&format!("{line:?} is not one line of a request")));
    }
    Ok([(lines.join("\r\n") + "\r\n\r\n").as_bytes(), body.unwrap_or_default()].concat())
}

fn method(given: &Given) -> Result<&str, Stop> {
    if let Some(method) = option(given, 'm')? {
        let good = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_graphic());
        return if good { Ok(method) } else { Err(given.wrong(&format!("-m {method}: not a method"))) };
    }
    Ok(match given.last_of("ipu") {
        Some('i') => "HEAD",
        Some('p') => "POST",
        Some('u') => "PUT",
        _ => "GET",
    })
}

fn own_lines(given: &Given) -> Result<Vec<&str>, Stop> {
    let lines = all(given, 'H')?;
    match lines.iter().find(|line| !line.contains(':')) {
        Some(line) => Err(given.wrong(&format!("-H '{line}': a header line has a colon"))),
        None => Ok(lines),
    }
}

fn all(given: &Given, letter: char) -> Result<Vec<&str>, Stop> {
    let text = |value: &std::ffi::OsStr| given.wrong(&format!("-{letter} {}: not UTF-8", value.display()));
    given.all(letter).map(|value| value.to_str().ok_or_else(|| text(value))).collect()
}

fn named(line: &str, name: &str) -> bool {
    line.split_once(':').is_some_and(|(first, _)| first.trim().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(words: &[&str]) -> Result<Plan, Stop> {
        Plan::of(&PROGRAM.read(words.iter().map(Into::into))?)
    }

    fn text(words: &[&str]) -> String {
        String::from_utf8(plan(words).unwrap().request).unwrap()
    }

    #[test]
    fn urls() {
        for (text, host, port, path) in [
            ("http://a.example/", "a.example", 80, "/"),
            ("a.example:8080/b?c=d", "a.example", 8080, "/b?c=d"),
            ("http://[::1]:81/x", "::1", 81, "/x"),
            ("[::1]/", "::1", 80, "/"),
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!((url.host.as_str(), url.port, url.path.as_str()), (host, port, path), "{text}");
        }
        for text in [
            "",
            "/",
            "a.example",
            "http:///x",
            "a:b/",
            "a:99999/",
            "ftp://a/",
            "https://a/",
            "u@a/",
            "a/ b",
            "[::1/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_plain_request() {
        let agent = concat!("User-Agent: ab/", env!("CARGO_PKG_VERSION"), "\r\nAccept: */*\r\n");
        assert_eq!(
            text(&["a.example:81/b?c"]),
            format!("GET /b?c HTTP/1.0\r\nHost: a.example:81\r\n{agent}\r\n")
        );
        assert_eq!(
            text(&["-k", "-i", "a.example/"]),
            format!("HEAD / HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: a.example\r\n{agent}\r\n")
        );
    }

    #[test]
    fn a_request_with_everything() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "a=b").unwrap();
        let words = [
            "-p",
            file.path().to_str().unwrap(),
            "-T",
            "x/y",
            "-C",
            "a=1",
            "-C",
            "b=2",
            "-A",
            "joe:secret",
            "-P",
            "ann:x",
            "-H",
            "host: other",
            "-H",
            "User-agent: me",
            "-H",
            "Accept:text/*",
            "-X",
            "proxy.example:3128",
            "a.example/b",
        ];
        assert_eq!(
            text(&words),
            "POST http://a.example/b HTTP/1.0\r\nCookie: a=1; b=2\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n\
             Proxy-Authorization: Basic YW5uOng=\r\nContent-length: 3\r\nContent-type: x/y\r\nhost: other\r\n\
             User-agent: me\r\nAccept:text/*\r\n\r\na=b"
        );
        let plan = plan(&words).unwrap();
        assert!(plan.has_body);
        assert_eq!(plan.proxy, Some(("proxy.example".to_owned(), 3128)));
    }

    #[test]
    fn how_often_and_by_how_many() {
        for (words, requests, concurrency, heartbeat) in [
            (&["a/"][..], 1, 1, None),
            (&["-n150", "-c", "3", "a/"], 150, 3, None),
            (&["-n151", "a/"], 151, 1, Some(100)),
            (&["-n5000", "a/"], 5000, 1, Some(500)),
            (&["-n5000", "-q", "a/"], 5000, 1, None),
            (&["-t2", "a/"], 50_000, 1, Some(5000)),
            (&["-t2", "-n", "3", "a/"], 3, 1, None),
        ] {
            let plan = plan(words).unwrap();
            assert_eq!(
                (plan.requests, plan.concurrency, plan.heartbeat),
                (requests, concurrency, heartbeat),
                "{words:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_asked() {
        for words in [
            &[][..],
            &["a.example"],
            &["-n0", "a/"],
            &["-c2", "a/"],
            &["-c20001", "-n", "30000", "a/"],
            &["-H", "no colon", "a/"],
            &["-H", "a: b\r\nc: d", "a/"],
            &["-C", "a=b\n", "a/"],
            &["-m", "GET /x", "a/"],
            &["-X", "a:b", "a/"],
            &["-B", "here", "a/"],
            &["-t", "-1", "a/"],
        ] {
            assert_eq!(plan(words).unwrap_err().code, 22, "{words:?}");
        }
        assert_eq!(plan(&["-p", "/no/such/file", "a/"]).unwrap_err().code, 1);
    }
}
