//! Requests made by hand over a small tree of files: which sections they meet, in which order. What is expected is
//! what Apache 2.4 answers to the same lines, with `Header add` as its witness.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::rc::Rc;
use std::sync::Arc;

use super::*;
use crate::config::tests::{Witness, loaded};
use crate::connection::Connection;
use crate::mpm::Drain;
use crate::request::Body;
use crate::server::scoreboard::Slot;

const FILES: [&str; 6] =
    ["a/b/c/x.html", "a/b/c/y.txt", "a/index.html", "a/b/.htaccess", "a/b/c/.htaccess", "other/z.html"];

/// A document root and a thread that serves it.
struct Site {
    thread: Rc<ServingThread>,
    root: tempfile::TempDir,
}

/// What a walk came to.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    witnesses: String,
    file: String,
    path_info: String,
}

impl Site {
    /// `WWW` in the lines stands for the document root.
    fn new(lines: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        for file in FILES {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let name = file.rsplit_once('/').map_or(file, |(folder, _)| folder);
            fs::write(
                path,
                if file.ends_with(".htaccess") { format!("Witness ht:{name}\n") } else { String::new() },
            )
            .unwrap();
        }
        symlink("a", root.path().join("link")).unwrap();
        symlink("nowhere", root.path().join("dangling")).unwrap();
        let www = root.path().to_str().unwrap();
        let lines = format!(
            "DocumentRoot {www}\nServerName localhost\nErrorLog {www}/error_log\n{}",
            lines.replace("WWW", www)
        );
        let generation = loaded(&lines).unwrap();
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        Self { thread, root }
    }

    fn request(&self, method: &str, path: &str) -> Box<Request> {
        let local: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let connection = Connection::unconnected(&self.thread, local, local);
        let head = http1::Head::new(method, path.as_bytes(), http1::Version::Http11);
        let vhost = self.thread.generation.vhost_for(local, None);
        let mut r = Request::new(connection, vhost, head, path.to_owned(), None, Body::Empty);
        location_walk(&mut r);
        r.map.file = Some(format!("{}{path}", self.root.path().display()));
        r
    }

    fn see(&self, method: &str, path: &str) -> Seen {
        let mut r = self.request(method, path);
        let status = match map_to_storage(&mut r) {
            Outcome::Respond(response) => response.status,
            Outcome::Ok | Outcome::Declined => r.map.info.map_or(404, |_| 200),
        };
        let file = Path::new(r.map.file.as_ref().unwrap()).strip_prefix(self.root.path()).unwrap();
        let index = self.thread.generation.index_of::<Witness>().unwrap();
        let witnessed = r.configs.get(index).downcast_ref::<crate::config::tests::Witnessed>().unwrap();
        Seen {
            status,
            witnesses: witnessed.0.join(" "),
            file: file.to_str().unwrap().to_owned(),
            path_info: r.map.path_info.clone(),
        }
    }

    fn witnesses(&self, path: &str) -> String {
        self.see("GET", path).witnesses
    }
}

#[test]
fn sections_come_in_apaches_order() {
    let site = Site::new(
        "Witness top\n\
         <Location /a>\nWitness L\n</Location>\n\
         <LocationMatch \"//\">\nWitness L//\n</LocationMatch>\n\
         <Files \"*.html\">\nWitness F\n</Files>\n\
         <DirectoryMatch \"^WWW/a/b/c$\">\nWitness m-c$\n</DirectoryMatch>\n\
         <DirectoryMatch \"^WWW/a/b/c/$\">\nWitness m-c/$\n</DirectoryMatch>\n\
         <DirectoryMatch \"^WWW/a/b/c/x.html$\">\nWitness m-file\n</DirectoryMatch>\n\
         <DirectoryMatch \"^WWW/a/b/(?<leaf>[^/]+)\">\nWitness m-any\n</DirectoryMatch>\n\
         <Directory \"WWW/*/b\">\nWitness wild\n</Directory>\n\
         <Directory \"WWW/a/b\">\nWitness exact-b\n</Directory>\n\
         <Directory \"WWW/a/b/c/x.html\">\nWitness dir-is-file\n</Directory>\n\
         <Directory \"WWW\">\nWitness dwww\n<Files \"*.html\">\nWitness F-in-d\n\
         <Files \"x.html\">\nWitness F-in-F\n</Files>\n</Files>\n</Directory>\n",
    );
    for (path, expected) in [
        ("/a/b/c/x.html", "top dwww wild exact-b dir-is-file m-file m-any F F-in-d L"),
        ("/a/b/c/", "top dwww wild exact-b m-c/$ m-any L"),
        ("/a/b/c", "top dwww wild exact-b m-c$ m-any L"),
        ("/a/b/c/y.txt", "top dwww wild exact-b m-any L"),
        ("/a/b/c/none/x", "top dwww wild exact-b m-any L"),
        ("/a/b/c/x.html/info", "top dwww wild exact-b m-file m-any F F-in-d L"),
        ("/", "top dwww"),
    ] {
        assert_eq!(site.witnesses(path), expected, "{path}");
    }
    assert_eq!(site.witnesses("/a//b/c/y.txt"), "top dwww wild exact-b m-any L L//");
}

#[test]
fn a_virtual_host_comes_after_the_main_server() {
    let site = Site::new(
        "Witness main\n<Location />\nWitness L-main\n</Location>\n<Files *>\nWitness F-main\n</Files>\n\
         <Directory WWW/a>\nWitness d-main\n</Directory>\n<Directory WWW>\nWitness www-main\n</Directory>\n\
         <VirtualHost *>\nWitness vhost\n<Directory WWW>\nWitness www-vhost\n</Directory>\n\
         <Location /a>\nWitness L-vhost\n</Location>\n<Files index.html>\nWitness F-vhost\n</Files>\n</VirtualHost>\n",
    );
    let expected = "main vhost www-main www-vhost d-main F-main F-vhost L-main L-vhost";
    assert_eq!(site.witnesses("/a/index.html"), expected);
}

#[test]
fn htaccess_is_read_at_each_level_that_permits_it() {
    let site = Site::new(
        "<Directory WWW>\nAllowOverride FileInfo\n</Directory>\n<Directory WWW/a/b>\nWitness b\n</Directory>\n\
         <Directory WWW/a/b/c>\nAllowOverride None\nWitness c\n</Directory>\n<Files *>\nWitness F\n</Files>\n",
    );
    assert_eq!(site.witnesses("/a/b/"), "b ht:a/b F");
    assert_eq!(site.witnesses("/a/b/c/y.txt"), "b ht:a/b c F");
    assert_eq!(site.witnesses("/other/z.html"), "F");
}

#[test]
fn a_wrong_htaccess_is_an_error_of_its_requests_alone() {
    let site = Site::new("<Directory WWW>\nAllowOverride FileInfo\n</Directory>\n");
    fs::write(site.root.path().join("a/.htaccess"), "Options None\n").unwrap();
    assert_eq!(site.see("GET", "/a/index.html").status, 500);
    assert_eq!(site.see("GET", "/other/z.html").status, 200);
    fs::write(site.root.path().join("a/.htaccess"), "Witness good again\n").unwrap();
    assert_eq!(site.see("GET", "/a/index.html").witnesses, "good again");
}

#[test]
fn what_is_beyond_a_file_is_path_information() {
    let site = Site::new("");
    for (path, status, file, path_info) in [
        ("/a/index.html", 200, "a/index.html", ""),
        ("/a/index.html/", 200, "a/index.html", "/"),
        ("/a/index.html/x/y", 200, "a/index.html", "/x/y"),
        ("/a", 200, "a", ""),
        ("/a/", 200, "a/", ""),
        ("/none", 404, "none", ""),
        ("/none/x", 404, "none", "/x"),
        ("/a/none/", 404, "a/none", "/"),
        ("/dangling", 403, "dangling", ""),
        ("/dangling/x", 403, "dangling/x", ""),
    ] {
        let seen = site.see("GET", path);
        let mapped = (seen.status, seen.file.as_str(), seen.path_info.as_str());
        assert_eq!(mapped, (status, file.trim_end_matches('/'), path_info), "{path}");
    }
}

#[test]
fn links_are_followed_as_options_say() {
    for (options, expected) in [
        ("FollowSymLinks", 200),
        ("None", 403),
        ("-FollowSymLinks", 403),
        ("SymLinksIfOwnerMatch", 200),
        ("FollowSymLinks SymLinksIfOwnerMatch", 200),
    ] {
        let site = Site::new(&format!("<Directory WWW>\nOptions {options}\n</Directory>\n"));
        assert_eq!(site.see("GET", "/link/index.html").status, expected, "{options}");
        assert_eq!(
            site.see("GET", "/link/none").status,
            if expected == 200 { 404 } else { 403 },
            "{options}"
        );
        assert_eq!(site.see("GET", "/a/index.html").status, 200, "{options}");
    }
}

#[test]
fn limits_are_about_access_rules_of_their_methods() {
    let site = Site::new(
        "<Location />\nWitnessAccess one\n<Limit GET POST>\nWitness any\nWitnessAccess two\n</Limit>\n\
         <LimitExcept GET>\nWitnessAccess three\n</LimitExcept>\nWitness end\n</Location>\n",
    );
    for (method, expected) in [
        ("GET", "one any two end"),
        ("HEAD", "one any two end"),
        ("POST", "one any two three end"),
        ("PUT", "one any three end"),
    ] {
        assert_eq!(site.see(method, "/").witnesses, expected, "{method}");
    }
}

#[test]
fn named_groups_are_told_to_the_environment() {
    let site = Site::new("<LocationMatch \"^/(?<site>[^/]+)/b/(?<rest>z)?\">\nWitness x\n</LocationMatch>\n");
    let mut r = site.request("GET", "/a/b/c/y.txt");
    map_to_storage(&mut r);
    assert_eq!(r.env.get("MATCH_SITE"), Some("a"));
    assert_eq!(r.env.get("MATCH_REST"), None);
}

#[test]
fn the_same_sections_are_the_same_configuration() {
    let site = Site::new("<Directory WWW/a>\nWitness a\n</Directory>\n<Files *.html>\nWitness f\n</Files>\n");
    let configs = |path: &str| {
        let mut r = site.request("GET", path);
        map_to_storage(&mut r);
        Rc::clone(&r.configs)
    };
    assert!(Rc::ptr_eq(&configs("/a/index.html"), &configs("/a/b/c/x.html")));
    assert!(!Rc::ptr_eq(&configs("/a/index.html"), &configs("/other/z.html")));
    assert!(Rc::ptr_eq(&configs("/"), &site.thread.configs(0)));
}

#[test]
fn names_of_a_path_end_where_they_should() {
    let ends = |path: &str| {
        let mut ends = vec![];
        while let Some(end) = next_name(path, ends.last().copied().unwrap_or(0)) {
            ends.push(end);
        }
        ends
    };
    assert_eq!(ends("/srv/www/x"), [4, 8, 10]);
    assert_eq!(ends("/srv/"), [4]);
    assert_eq!(ends("/"), [0; 0]);
    assert_eq!(merge_slashes("//a///b/"), "/a/b/");
}

#[test]
fn conditions_come_last_in_the_order_of_their_sections() {
    let site = Site::new(
        "<If true>\nWitness if-main\n<If true>\nWitness if-if\n</If>\n<Else>\nWitness no\n</Else>\n</If>\n\
         <Else>\nWitness no\n</Else>\nWitness main\n\
         <Location />\nWitness L\n<If \"%{REQUEST_URI} =~ /x.html/\">\nWitness if-L\n</If>\n\
         <ElseIf \"%{REQUEST_URI} =~ /y/\">\nWitness elseif-L\n</ElseIf>\n<Else>\nWitness else-L\n</Else>\n</Location>\n\
         <Files *.html>\nWitness F\n<If true>\nWitness if-F\n</If>\n</Files>\n\
         <Directory WWW>\nAllowOverride All\nWitness D\n<If \"-f '%{REQUEST_FILENAME}'\">\nWitness if-D\n</If>\n\
         <Files x.html>\nWitness F-D\n<If true>\nWitness if-F-D\n</If>\n</Files>\n</Directory>\n",
    );
    fs::write(
        site.root.path().join("a/b/c/.htaccess"),
        "<If true>\nWitness if-ht\n</If>\n<Files x.html>\nWitness F-ht\n<If true>\nWitness if-F-ht\n</If>\n</Files>\n",
    )
    .unwrap();
    for (path, expected) in [
        ("/a/b/c/x.html", "main D ht:a/b F F-D F-ht L if-main if-if if-D if-ht if-F if-F-D if-F-ht if-L"),
        ("/a/b/c/y.txt", "main D ht:a/b L if-main if-if if-D if-ht elseif-L"),
        ("/a/b/", "main D ht:a/b L if-main if-if else-L"),
    ] {
        assert_eq!(site.witnesses(path), expected, "{path}");
    }
}

#[test]
fn conditions_share_configurations_and_say_what_they_looked_at() {
    let site = Site::new("<If \"-n req('User-Agent') || -n req('Host')\">\nWitness ua\n</If>\n");
    let walked = |agent: &[u8]| {
        let mut r = site.request("GET", "/a/index.html");
        r.head.set("User-Agent", agent);
        map_to_storage(&mut r);
        r
    };
    let (first, second, without) = (walked(b"x"), walked(b"y"), walked(b""));
    assert!(Rc::ptr_eq(&first.configs, &second.configs) && !Rc::ptr_eq(&first.configs, &without.configs));
    assert_eq!(first.headers_out.get("Vary"), Some(&b"User-Agent"[..]));
    assert_eq!(without.headers_out.get("Vary"), Some(&b"User-Agent"[..]));
}

#[test]
fn a_condition_that_asks_for_itself_comes_to_an_end() {
    let site = Site::new("<If \"-U '/a/index.html'\">\nWitness yes\n</If>\n<Else>\nWitness no\n</Else>\n");
    let witnesses = site.witnesses("/a/index.html");
    assert!(["yes", "no"].contains(&&*witnesses), "{witnesses}");
}
