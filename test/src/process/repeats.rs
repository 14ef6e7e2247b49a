//! Requests that repeat one byte by byte: the server may remember what it answered, and nobody may notice.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::PATIENT;
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] = &[
    ("follow-what-is-there", follow),
    ("follow-htaccess-files", below_htaccess),
    ("follow-what-was-looked-for-first", looked_for),
    ("follow-htaccess-files-of-an-index-elsewhere", index_elsewhere),
    ("are-read-to-the-end-of-their-bodies", with_bodies),
    ("send-larger-files-whole", large),
    ("send-files-of-each-size-in-parts", in_parts),
    ("are-logged-each", logged),
    ("are-told-to-the-error-log-each", refused),
    ("end-with-max-keep-alive-requests", bounded),
];

/// Often enough that an answer is remembered and given again.
const OFTEN: usize = 5;

fn follow(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    // A client that waits for a document's times says nothing for almost as long as connections usually are kept.
    ground.configure(0, &format!("{PATIENT}MaxKeepAliveRequests 0\n"))?;
    ground.document("there.html", "one\n")?;
    settle(&ground, "there.html")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    expect(&mut client, "/there.html", (200, "one\n"))?;
    expect(&mut client, "/gone.html", (404, ""))?;
    ground.document("there.html", "two\n")?;
    ground.document("gone.html", "come\n")?;
    expect(&mut client, "/there.html", (200, "two\n"))?;
    expect(&mut client, "/gone.html", (200, "come\n"))?;
    settle(&ground, "there.html")?;
    expect(&mut client, "/there.html", (200, "two\n"))?;
    fs::remove_file(ground.docroot().join("there.html"))?;
    expect(&mut client, "/there.html", (404, ""))?;
    fs::create_dir(ground.docroot().join("there.html"))?;
    let answer = client.get("/there.html")?;
    if answer.status() != 301 {
        return Err(format!("a directory took the file's place, and the answer is {:?}", answer.head).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn below_htaccess(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    let folder = ground.docroot();
    let section = format!("<Directory \"{}\">\n    AllowOverride All\n</Directory>\n", folder.display());
    ground.configure(0, &format!("MaxKeepAliveRequests 0\n{section}"))?;
    ground.document("a.html", "a\n")?;
    ground.document(".htaccess", "ForceType text/a\n")?;
    settle(&ground, ".htaccess")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    for kind in ["text/a", "text/b"] {
        ground.document(".htaccess", format!("ForceType {kind}\n"))?;
        for path in ["/a.html", "/a.html", "/a.html", "/a.html"] {
            let answer = client.get(path)?;
            if answer.header("Content-Type") != Some(kind) {
                return Err(format!("{kind} was said in .htaccess: {:?}", answer.head).into());
            }
        }
        settle(&ground, ".htaccess")?;
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// What is not there makes the answer as much as what is.
fn looked_for(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(
        0,
        &format!(
            "{PATIENT}MaxKeepAliveRequests 0\nDirectoryIndex first.html second.html\n\
             <Location /gone.html>\n    FallbackResource /fallback.html\n</Location>\n"
        ),
    )?;
    for name in ["folder/second.html", "fallback.html"] {
        ground.document(name, name)?;
    }
    settle(&ground, "fallback.html")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    expect(&mut client, "/folder/", (200, "folder/second.html"))?;
    expect(&mut client, "/gone.html", (200, "fallback.html"))?;
    for name in ["folder/first.html", "gone.html"] {
        ground.document(name, name)?;
    }
    expect(&mut client, "/folder/", (200, "folder/first.html"))?;
    expect(&mut client, "/gone.html", (200, "gone.html"))?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn index_elsewhere(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    let folder = ground.docroot().join("other");
    let section = format!("<Directory \"{}\">\n    AllowOverride All\n</Directory>\n", folder.display());
    ground.configure(
        0,
        &format!("{PATIENT}MaxKeepAliveRequests 0\nDirectoryIndex /other/page.html\n{section}"),
    )?;
    ground.document("folder/a.html", "a\n")?;
    ground.document("other/page.html", "page\n")?;
    settle(&ground, "other/page.html")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    expect(&mut client, "/folder/", (200, "page\n"))?;
    ground.document("other/.htaccess", "Require all denied\n")?;
    expect(&mut client, "/folder/", (403, ""))?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// What follows a head is never taken for the next request, nor a head that looks like a repeated one answered before its body
/// is there.
fn with_bodies(program: &Program) -> Result<Completion, Failed> {
    let ground = with_a_page(&format!("{PATIENT}MaxKeepAliveRequests 0\n"))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    for (fields, body) in [
        ("Content-Length: 16\r\n", "GET /none HTTP/1"),
        ("Content-Length: 4\r\n", "\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("Expect: 100-continue\r\nContent-Length: 4\r\n", "\r\n\r\n"),
    ] {
        let head = format!("GET /a.html HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
        let mut client = httpd.connect()?;
        for number in 1..=OFTEN {
            // At once, and in two pieces.
            if number % 2 == 0 {
                client.send((head.clone() + body).as_bytes());
            } else {
                client.send(head.as_bytes());
                client.send(body.as_bytes());
            }
            let mut answer = client.answer()?;
            if answer.status() == 100 {
                answer = client.answer()?;
            }
            if answer.status() != 200 || answer.body != b"a\n" {
                return Err(format!("{fields}, request {number}: {:?}", answer.head).into());
            }
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Larger than a socket takes at once, and still kept open.
fn large(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, "MaxKeepAliveRequests 0\n")?;
    let (old, new) = ("old\n".repeat(250_000), "new\n".repeat(250_000));
    ground.document("large.bin", &old)?;
    settle(&ground, "large.bin")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    expect(&mut client, "/large.bin", (200, &old))?;
    ground.document("large.bin", &new)?;
    expect(&mut client, "/large.bin", (200, &new))?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Kept with their bytes or open, and never taken by the socket at once.
fn in_parts(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, &format!("{PATIENT}MaxKeepAliveRequests 0\nSendBufferSize 16384\n"))?;
    let files = [("a.bin", 2_000), ("b.bin", 5_000), ("c.bin", 25_000), ("d.bin", 50_000)];
    let of = |word: &str, lines: usize| word.repeat(lines);
    for (name, lines) in files {
        ground.document(name, of("old\n", lines))?;
    }
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    for word in ["old\n", "new\n"] {
        settle(&ground, "d.bin")?;
        for (name, lines) in files {
            expect(&mut client, &format!("/{name}"), (200, &of(word, lines)))?;
            let part = client
                .ask(&format!("GET /{name} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=4-6\r\n\r\n"))?;
            if (part.status(), &*part.body) != (206, &word.as_bytes()[..3]) {
                return Err(format!("a part of {name}: {:?}", part.head).into());
            }
            ground.document(name, of("new\n", lines))?;
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Each line is that of its own request, whoever was answered first.
fn logged(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    let format = "%{remote}p %k %s %b %X %U %{Content-Type}o";
    ground
        .configure(0, &format!("CustomLog logs/access_log \"{format}\"\nMaxKeepAliveRequests {OFTEN}\n"))?;
    ground.document("a.html", "a\n")?;
    settle(&ground, "a.html")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut expected = Vec::new();
    for _ in 0..3 {
        let mut client = httpd.connect()?;
        expect(&mut client, "/a.html", (200, "a\n"))?;
        let port = client.local_port()?;
        for before in 0..OFTEN {
            let fate = if before + 1 < OFTEN { '+' } else { '-' };
            expected.push(format!("{port} {before} 200 2 {fate} /a.html text/html"));
        }
        // The next connection's requests may be answered by another process.
        wait_until("a line for each request", || ground.log("access_log").lines().count() == expected.len())?;
    }
    httpd.stop()?;
    let (log, expected) = (ground.log("access_log"), expected.join("\n") + "\n");
    if log != expected {
        return Err(format!("the log is\n{log}instead of\n{expected}").into());
    }
    Ok(Completion::Completed)
}

/// Whoever watches the error log for what is refused sees all of it.
fn refused(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, &format!("{PATIENT}MaxKeepAliveRequests 0\n"))?;
    ground.document("secret.html", "secret\n")?;
    fs::set_permissions(ground.docroot().join("secret.html"), fs::Permissions::from_mode(0o000))?;
    settle(&ground, "secret.html")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut client = httpd.connect()?;
    if client.get("/secret.html")?.status() == 200 {
        httpd.stop()?;
        return Ok(Completion::ignored_with(
            "this server reads every file: mod_unixd is not there to give rights up",
        ));
    }
    expect(&mut client, "/secret.html", (403, ""))?;
    httpd.stop()?;
    let lines = ground.log("error_log").matches("AH00132").count();
    if lines != OFTEN + 1 {
        return Err(format!("{lines} lines for {} requests", OFTEN + 1).into());
    }
    Ok(Completion::Completed)
}

fn bounded(program: &Program) -> Result<Completion, Failed> {
    let ground = with_a_page(&format!("MaxKeepAliveRequests {OFTEN}\n"))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    for _ in 0..3 {
        let mut client = httpd.connect()?;
        for number in 1..=OFTEN {
            let answer = client.get("/a.html")?;
            if answer.status() != 200 || answer.closes() != (number == OFTEN) {
                return Err(format!("request {number} of a connection: {:?}", answer.head).into());
            }
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A site with one document, of which something may be remembered.
fn with_a_page(lines: &str) -> Result<Ground, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, lines)?;
    ground.document("a.html", "a\n")?;
    settle(&ground, "a.html")?;
    Ok(ground)
}

/// Asks often for the same; the body matters where there is one to expect.
fn expect(client: &mut Client, path: &str, (status, body): (u16, &str)) -> Result<(), Failed> {
    for number in 1..=OFTEN {
        let answer = client.get(path)?;
        if answer.status() != status || !(body.is_empty() || answer.body == body.as_bytes()) {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(format!("{path}, request {number}: {:?} {said}", answer.head).into());
        }
    }
    Ok(())
}

/// Waits until the next change of a document must show in its times: before that, nothing is remembered of it.
pub(super) fn settle(ground: &Ground, name: &str) -> Result<(), Failed> {
    let path = ground.docroot().join(name);
    let changed = UNIX_EPOCH + Duration::from_secs(fs::metadata(&path)?.ctime().cast_unsigned());
    wait_until("a document's times to be past", || {
        SystemTime::now().duration_since(changed).is_ok_and(|age| age > Duration::from_secs(3))
    })
}
