//! ab

use super::{Ran, run, words};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

const OURS: &str = env!("CARGO_BIN_EXE_ab");

/// A server that a test makes up; it lives as long as the test's process.
struct Server {
    url: String,
}

impl Server {
    /// `answer` gets the number of the connection, that of the request on it, and the request; `None` closes the
    /// connection.
    fn new(answer: fn(usize, usize, &str) -> Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                thread::spawn(move || serve(stream, |request, text| answer(number, request, text)));
            }
        });
        Self { url }
    }

    fn ab(&self, line: &str, folder: &Path) -> Ran {
        run(OURS, &[words(line), vec![&self.url]].concat(), folder, b"")
    }
}

fn serve(mut stream: TcpStream, mut answer: impl FnMut(usize, &str) -> Option<String>) {
    let mut input = BufReader::new(stream.try_clone().unwrap());
    for number in 0.. {
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            if input.read_line(&mut request).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = request.lines().find_map(|line| line.strip_prefix("Content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        input.read_exact(&mut body).unwrap();
        let text = request + &String::from_utf8(body).unwrap();
        match answer(number, &text) {
            Some(answer) => stream.write_all(answer.as_bytes()).unwrap(),
            None => return,
        }
    }
}

fn ok(body: &str) -> Option<String> {
    let length = body.len();
    Some(format!("HTTP/1.1 200 OK\r\nServer: test/1 (x)\r\nContent-Length: {length}\r\n\r\n{body}"))
}

fn holds(ran: &Ran, parts: &[&str]) {
    for part in parts {
        assert!(ran.out.contains(part), "{part} in {ran:?}");
    }
}

#[test]
fn each_request_has_its_connection() {
    let server = Server::new(|_, number, _| if number == 0 { ok("12345") } else { None });
    let folder = tempfile::tempdir().unwrap();
    let ran = server.ab("-n 200 -c 7", folder.path());
    assert_eq!(ran.code, 0, "{ran:?}");
    holds(
        &ran,
        &[
            "Server Software:        test/1\n",
            "Document Path:          /x\nDocument Length:        5 bytes\n",
            "Concurrency Level:      7\n",
            "Complete requests:      200\nFailed requests:        0\nTotal transferred:",
            "HTML transferred:       1000 bytes\nRequests per second:",
            " 100% ",
        ],
    );
    assert_eq!(ran.err, "Completed 100 requests\nCompleted 200 requests\nFinished 200 requests\n");
}

#[test]
fn connections_are_kept() {
    // Each connection takes three requests; the fourth it drops, as servers do.
    let server = Server::new(|_, number, text| {
        assert!(text.contains("\r\nConnection: Keep-Alive\r\n"));
        if number < 3 { ok("12345") } else { None }
    });
    let folder = tempfile::tempdir().unwrap();
    let ran = server.ab("-k -n 10 -c 2 -e percent -g each", folder.path());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    holds(&ran, &["Complete requests:      10\nFailed requests:        0\nKeep-Alive requests:    10\n"]);
    let lines = |file| fs::read_to_string(folder.path().join(file)).unwrap().lines().count();
    assert_eq!((lines("percent"), lines("each")), (102, 11));
}

#[test]
fn what_is_sent_arrives() {
    let server = Server::new(|_, _, text| {
        let good = text.starts_with("PUT /x HTTP/1.0\r\n")
            && text.contains("\r\nContent-type: a/b\r\n")
            && text.contains("\r\nX-Y: z\r\n")
            && text.ends_with("\r\n\r\nthe body");
        if good { ok("") } else { None }
    });
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body"), "the body").unwrap();
    let arguments = ["-u", "body", "-T", "a/b", "-H", "X-Y: z", "-n", "2", &server.url];
    let ran = run(OURS, &arguments, folder.path(), b"");
    assert_eq!(ran.code, 0, "{ran:?}");
    holds(&ran, &["Failed requests:        0\n", "Total body sent:        ", " kb/s total\n"]);
}

#[test]
fn faults_are_counted() {
    let server = Server::new(|connection, _, _| match connection {
        0 | 1 => ok("12345"),
        2 => ok("123456"),
        3 => Some("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n12345".to_owned()),
        4 => Some("what?\r\n\r\n".to_owned()),
        _ => None,
    });
    let folder = tempfile::tempdir().unwrap();
    let ran = server.ab("-n 6 -v 2", folder.path());
    assert_eq!(ran.code, 0, "{ran:?}");
    holds(
        &ran,
        &[
            "Complete requests:      6\nFailed requests:        3\n",
            "   (Connect: 0, Receive: 0, Length: 1, Exceptions: 2)\nNon-2xx responses:      1\n",
            "INFO: request ==\n---\nGET /x HTTP/1.0\r\n",
            "WARNING: Response code not 2xx (404)\n",
        ],
    );
}

#[test]
fn without_a_server_it_ends_unless_told_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("127.0.0.1:{port}/");
    let ran = run(OURS, &["-n", "5", &url], folder.path(), b"");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(&format!("ab: 127.0.0.1:{port}: Connection refused")), "{ran:?}");
    holds(&ran, &["Total of 1 requests completed\n"]);
    let ran = run(OURS, &["-r", "-n", "5", &url], folder.path(), b"");
    assert_eq!(ran.code, 0);
    holds(&ran, &["Failed requests:        5\n   (Connect: 5, Receive: 0, Length: 0, Exceptions: 0)\n"]);
}

#[test]
fn time_is_limited() {
    let server = Server::new(|_, _, _| ok("12345"));
    let folder = tempfile::tempdir().unwrap();
    let ran = server.ab("-k -q -t 1 -n 100000000", folder.path());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    holds(&ran, &["Failed requests:        0\n"]);
    // Whoever never answers is left when the time is up.
    let server = Server::new(|_, _, _| Some(String::new()));
    let ran = server.ab("-t 1", folder.path());
    holds(&ran, &["Complete requests:      0\n"]);
    let ran = server.ab("-s 1", folder.path());
    assert_eq!((ran.code, ran.err.contains("no answer within 1 seconds")), (1, true), "{ran:?}");
}

#[test]
fn a_proxy_is_asked_for_the_whole_url() {
    let server = Server::new(|_, _, text| {
        if text.starts_with("GET http://a.example:8080/x HTTP/1.0\r\nHost: a.example:8080\r\n") {
            ok("")
        } else {
            None
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let proxy = server.url.trim_start_matches("http://").trim_end_matches("/x").to_owned();
    let ran = run(OURS, &["-X", &proxy, "http://a.example:8080/x"], folder.path(), b"");
    assert_eq!(ran.code, 0, "{ran:?}");
    holds(
        &ran,
        &["Failed requests:        0\n", &format!("Benchmarking a.example [through {proxy}] (be patient)")],
    );
}

#[test]
fn control_c_ends_with_a_report() {
    let server = Server::new(|_, _, _| Some(String::new()));
    let child = std::process::Command::new(OURS)
        .args(["-v", "2", &server.url])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let pid = os::process::Pid::new(child.id().cast_signed()).unwrap();
    let mut child = child;
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("Accept: */*") {
        out.read_line(&mut text).unwrap();
    }
    os::process::kill(pid, os::signal::Signal::Int).unwrap();
    out.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(text.contains("Complete requests:      0\n"), "{text}");
}
