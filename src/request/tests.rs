//! Requests made by hand, on a site in a folder that goes away.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http1::{Head, Version};
use tempfile::TempDir;

use super::{Body, Request, Response, process};
use crate::config::tests::BUILD;
use crate::config::{LoadOptions, load, report};
use crate::connection::Connection;
use crate::mpm::Drain;
use crate::server::ServingThread;
use crate::server::scoreboard::Slot;

/// How far behind the present files were changed, as requests see it.
const LATER: Duration = Duration::from_secs(10);

/// A server of files, without a socket.
struct Site {
    folder: TempDir,
    connection: Rc<Connection>,
}

impl Site {
    fn new(lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("httpd.conf"), lines).unwrap();
        let options = LoadOptions {
            server_root: folder.path().to_owned(),
            config_file: "httpd.conf".into(),
            before: vec![
                "Listen 127.0.0.1:0".to_owned(),
                format!("DocumentRoot {}", folder.path().display()),
            ],
            ..LoadOptions::new(&BUILD)
        };
        let generation = load(&options).map_err(|errors| report(&errors)).unwrap();
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let connection = Connection::unconnected(&thread, address, address);
        Self { folder, connection }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    fn ask(&self, method: &str, target: &str) -> (Box<Request>, Response) {
        let mut head = Head::new(method, target.as_bytes(), Version::Http11);
        head.append("Host", b"localhost");
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let connection = Rc::clone(&self.connection);
        let query = query.map(str::to_owned);
        let mut r = Request::new(connection, 0, head, path.to_owned(), query, Body::Empty);
        r.time += LATER;
        ServingThread::runtime().unwrap().block_on(process(r))
    }

    fn get(&self, target: &str) -> Response {
        self.ask("GET", target).1
    }
}

fn bytes(response: Response) -> bytes::Bytes {
    match response.body {
        Body::Bytes(bytes) => bytes,
        other => panic!("no bytes: {other:?}"),
    }
}

#[test]
fn a_small_file_is_read_once_and_a_changed_one_anew() {
    let site = Site::new("");
    site.file("a", "first");
    let (one, two) = (bytes(site.get("/a")), bytes(site.get("/a")));
    assert_eq!((&*one, one.as_ptr()), (&b"first"[..], two.as_ptr()));
    site.file("a", "other");
    assert_eq!(bytes(site.get("/a")), "other");
    fs::rename(site.path("a"), site.path("b")).unwrap();
    site.file("a", "third");
    assert_eq!(bytes(site.get("/a")), "third");
    fs::remove_file(site.path("a")).unwrap();
    assert_eq!(site.get("/a").status, 404);
}

#[test]
fn a_larger_file_stays_open_and_a_replaced_one_is_opened_anew() {
    let site = Site::new("");
    let open = || match site.get("/a").body {
        Body::File(part) => part.file,
        other => panic!("no file: {other:?}"),
    };
    site.file("a", vec![b'x'; 100_000]);
    let first = open();
    assert!(Rc::ptr_eq(&first, &open()));
    site.file("b", vec![b'y'; 100_000]);
    fs::rename(site.path("b"), site.path("a")).unwrap();
    assert!(!Rc::ptr_eq(&first, &open()));
}

#[test]
fn what_enable_mmap_forbids_is_not_kept() {
    let site = Site::new("EnableMMAP Off");
    site.file("a", "x");
    assert!(matches!(site.get("/a").body, Body::File(_)));
}

#[test]
fn the_document_of_an_error_knows_what_failed() {
    let site = Site::new("ErrorDocument 404 /error.txt?from=404");
    site.file("error.txt", "sorry");
    let (r, response) = site.ask("POST", "/none?q=1");
    assert_eq!(response.status, 404);
    let table = [
        ("REDIRECT_STATUS", Some("404")),
        ("REDIRECT_URL", Some("/none")),
        ("REDIRECT_QUERY_STRING", Some("q=1")),
        ("REDIRECT_REQUEST_METHOD", Some("POST")),
        ("REDIRECT_ERROR_NOTES", None),
    ];
    for (name, expected) in table {
        assert_eq!(r.env.get(name), expected, "{name}");
    }
    assert_eq!((r.path.as_str(), r.query.as_deref()), ("/error.txt", Some("from=404")));
    assert_eq!((r.head.method(), r.original().head.method()), ("GET", "POST"));
    assert_eq!(bytes(response), "sorry");
}

#[test]
fn a_status_without_a_page_gets_one() {
    let table = [(200, false), (204, false), (304, false), (301, true), (404, true), (0, true), (999, true)];
    for (status, expected) in table {
        assert_eq!(super::errors::is_left_to_us(&Response::status(status)), expected, "{status}");
        assert!(!super::errors::is_left_to_us(&Response::new(status, "own")), "{status}");
    }
}

#[test]
fn a_route_is_taken_again_as_long_as_it_leads_to_a_file() {
    let site = Site::new("");
    site.file("a", "first");
    let known = || site.connection.thread.routes.borrow().len();
    for (method, routes) in [("HEAD", 0), ("GET", 1), ("GET", 1)] {
        assert_eq!((site.ask(method, "/a").1.status, known()), (200, routes));
    }
    site.file("a", "changed");
    let (r, response) = site.ask("GET", "/a?query");
    assert_eq!(bytes(response), "changed");
    assert_eq!(r.map.file.as_deref(), site.path("a").to_str());
    fs::remove_file(site.path("a")).unwrap();
    assert_eq!(site.get("/a").status, 404);
    fs::create_dir(site.path("a")).unwrap();
    assert_eq!(site.get("/a").status, 404, "nobody lists it");
    assert_eq!((site.get("/a/none").status, known()), (404, 1));
}

#[test]
fn a_route_that_an_htaccess_file_changes_is_another() {
    let site = Site::new("<Directory />\nAllowOverride FileInfo\n</Directory>\n");
    fs::create_dir(site.path("d")).unwrap();
    site.file("d/a", "text");
    for name in ["d/.htaccess", ".htaccess"] {
        assert_eq!(site.get("/d/a").status, 200);
        assert_eq!(site.get("/d/a").status, 200, "by its route, where the folder can be watched");
        site.file(name, "wrong\n");
        assert_eq!(site.get("/d/a").status, 500, "{name} counts at once");
        fs::remove_file(site.path(name)).unwrap();
    }
    fs::create_dir(site.path("e")).unwrap();
    site.file("e/a", "other text");
    site.file("e/.htaccess", "wrong\n");
    assert_eq!(site.get("/d/a").status, 200);
    fs::rename(site.path("d"), site.path("f")).unwrap();
    fs::rename(site.path("e"), site.path("d")).unwrap();
    assert_eq!(site.get("/d/a").status, 500, "another folder");
}

#[test]
fn a_route_below_an_htaccess_file_is_good_until_that_changes() {
    let site = Site::new("<Directory />\nAllowOverride FileInfo\n</Directory>\n");
    site.file("a", "text");
    let tag = |site: &Site| site.get("/a").headers.get("ETag").map(<[u8]>::to_vec);
    site.file(".htaccess", "FileETag None\n");
    assert_eq!([tag(&site), tag(&site)], [None, None]);
    site.file(".htaccess", "FileETag Size\n# longer\n");
    assert_eq!(tag(&site).as_deref(), Some(&b"\"4\""[..]), "written over");
    site.file("new", "FileETag None\n");
    fs::rename(site.path("new"), site.path(".htaccess")).unwrap();
    assert_eq!(tag(&site), None, "replaced");
    fs::remove_file(site.path(".htaccess")).unwrap();
    assert!(tag(&site).is_some(), "gone");
}

#[test]
fn so_many_routes_and_no_more_are_remembered() {
    let site = Site::new("");
    for number in 0..super::route::MOST + 3 {
        let name = number.to_string();
        site.file(&name, "");
        assert_eq!(site.get(&format!("/{name}")).status, 200);
    }
    assert_eq!(site.connection.thread.routes.borrow().len(), 3);
}
