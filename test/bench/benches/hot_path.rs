//! The hot path in pieces: what a request for a small file goes through. `make bench` runs them.
#![expect(clippy::expect_used, clippy::panic, reason = "it serves nobody")]

use std::fs;
use std::hint::black_box;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http1::{Head, Limits, Version};
use httpd::config::{LoadOptions, load, report, walk};
use httpd::connection::Connection;
use httpd::facts::{Build, Facts};
use httpd::http1;
use httpd::module::linked;
use httpd::mpm::Drain;
use httpd::request::{self, Body, Request};
use httpd::server::ServingThread;
use httpd::server::scoreboard::Slot;
use tempfile::TempDir;

/// What a browser sends.
const HEAD: &[u8] = b"GET /docs/manual/index.html?page=2 HTTP/1.1\r\nHost: site42.example\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n\
    Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\nCookie: session=0123456789abcdef\r\n\r\n";

/// How many virtual hosts and sections there are, of which one matters.
const MANY: usize = 100;

static BUILD: Build = Build {
    mpm: None,
    modules: &[linked(&mod_log_config::MODULE, "mod_log_config.c")],
    facts: Facts::NOWHERE,
    core: None,
};

/// A server without a socket, for requests that are made by hand.
struct Site {
    folder: TempDir,
    connection: Rc<Connection>,
}

impl Site {
    fn new(lines: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("docs/manual")).expect("folders");
        fs::write(root.join("docs/manual/index.html"), [b'x'; 1024]).expect("a file");
        let (www, mut sections) = (root.display(), String::new());
        for number in 0..MANY {
            sections.push_str(&format!("<Location /part{number}>\nLimitRequestBody {number}\n</Location>\n"));
            sections.push_str(&format!(
                "<Directory {www}/part{number}>\nLimitRequestBody {number}\n</Directory>\n"
            ));
        }
        let host = |number| format!("<VirtualHost *:80>\nServerName site{number}.example\n</VirtualHost>\n");
        let hosts = (0..MANY).map(host).collect::<Vec<_>>().concat();
        let conf = format!(
            "Listen 127.0.0.1:80\nServerName localhost\nDocumentRoot {www}\nErrorLog {www}/error_log\n\
             <Directory />\nOptions FollowSymLinks\nAllowOverride None\n</Directory>\n{lines}{sections}{hosts}"
        );
        fs::write(root.join("httpd.conf"), conf).expect("a configuration");
        let options = LoadOptions { server_root: root.to_owned(), ..LoadOptions::new(&BUILD) };
        let generation = load(&options).unwrap_or_else(|errors| panic!("{}", report(&errors)));
        // What is not open goes to standard error: a million lines.
        generation.logs.open().expect("logs");
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        let connection = Connection::unconnected(&thread, local(), local());
        Self { folder, connection }
    }

    fn request(&self) -> Box<Request> {
        let path = "/docs/manual/index.html";
        let mut head = Head::new("GET", path.as_bytes(), Version::Http11);
        head.append("Host", b"site42.example");
        Request::new(Rc::clone(&self.connection), 0, head, path.to_owned(), None, Body::Empty)
    }
}

fn local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 80))
}

fn heads(criterion: &mut Criterion) {
    let (limits, mut head) = (Limits::default(), Head::default());
    criterion.bench_function("head parse", |bencher| {
        bencher.iter(|| {
            head.clear();
            http1::parse(black_box(HEAD), &limits, &mut head)
        });
    });
}

fn vhosts(criterion: &mut Criterion) {
    let site = Site::new("");
    let generation = &site.connection.thread.generation;
    criterion.bench_function("vhost lookup, 100 hosts", |bencher| {
        bencher.iter(|| generation.vhost_for(local(), black_box(Some("Site42.example:80"))));
    });
}

/// With the look at the file that each walk takes.
fn sections(criterion: &mut Criterion) {
    let site = Site::new("");
    let file = format!("{}/docs/manual/index.html", site.folder.path().display());
    criterion.bench_function("section walk, 200 sections", |bencher| {
        let mapped = || {
            let mut r = site.request();
            r.map.file = Some(file.clone());
            r
        };
        bencher.iter_batched_ref(
            mapped,
            |r| {
                walk::location_walk(r);
                walk::map_to_storage(r)
            },
            BatchSize::SmallInput,
        );
    });
}

fn log_lines(criterion: &mut Criterion) {
    const COMBINED: &str =
        "CustomLog /dev/null \"%h %l %u %t \\\"%r\\\" %>s %b \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\"\n";
    let site = Site::new(COMBINED);
    let mut r = site.request();
    criterion.bench_function("log line, combined", |bencher| bencher.iter(|| request::log(&mut r)));
}

/// From a request to its response, the file remembered from the time before.
fn files(criterion: &mut Criterion) {
    let site = Site::new("");
    let runtime = ServingThread::runtime().expect("a runtime");
    criterion.bench_function("small file", |bencher| {
        bencher.iter_batched(
            || site.request(),
            |r| runtime.block_on(request::process(r)).1,
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(hot_path, heads, vhosts, sections, log_lines, files);
criterion_main!(hot_path);
