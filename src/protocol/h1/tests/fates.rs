//! Answers byte by byte, and what becomes of connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{FILE, Server, logged, pair};
use crate::mpm::Leave;
use crate::server::ServingThread;
use crate::server::scoreboard::Slot;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a client sees who asks once and closes, without the fields that depend on time and version.
fn once(server: &Server, request: &str) -> String {
    let request = request.replace('\n', "\r\n") + "\r\nHost: x\r\nConnection: close\r\n\r\n";
    plain(&server.exchange(request.as_bytes()))
}

fn plain(said: &[u8]) -> String {
    let said = text(said).replace("\r\n", "\n");
    let varies = |line: &&str| !line.starts_with("Date: ") && !line.starts_with("Server: ");
    said.split('\n').filter(varies).collect::<Vec<_>>().join("\n")
}

const TYPE: &str = "Content-Type: text/plain; charset=utf-8\n";

#[test]
fn heads_begin_with_date_and_server() {
    let said = text(&Server::new().exchange(b"GET / HTTP/1.0\r\n\r\n"));
    let mut lines = said.split("\r\n");
    assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
    assert!(lines.next().is_some_and(|line| line.starts_with("Date: ") && line.ends_with(" GMT")), "{said}");
    assert_eq!(lines.next(), Some(concat!("Server: Weir/", env!("CARGO_PKG_VERSION"), " (Unix)")));
}

#[test]
fn bodies_of_every_kind() {
    let close = "Connection: close\n\n";
    let table = [
        ("GET /", format!("200 OK\n{TYPE}Content-Length: 5\n{close}hello")),
        ("HEAD /", format!("200 OK\n{TYPE}Content-Length: 5\n{close}")),
        ("GET /stream", format!("200 OK\n{TYPE}Transfer-Encoding: chunked\n{close}3\none\n3\ntwo\n0\n\n")),
        ("GET /slow", format!("200 OK\n{TYPE}Transfer-Encoding: chunked\n{close}3\none\n3\ntwo\n0\n\n")),
        ("HEAD /stream", format!("200 OK\n{TYPE}{close}")),
        ("GET /known", format!("200 OK\n{TYPE}Content-Length: 6\n{close}onetwo")),
        ("HEAD /known", format!("200 OK\n{TYPE}Content-Length: 6\n{close}")),
        ("GET /204", format!("204 No Content\n{close}")),
        ("GET /304", format!("304 Not Modified\n{close}")),
        ("GET /file", format!("200 OK\n{TYPE}Content-Length: 16\n{close}0123456789abcdef")),
        ("GET /own", format!("200 OK\n{TYPE}Content-Length: 1\n{close}x")),
        ("GET /query?a=%20b", format!("200 OK\n{TYPE}Content-Length: 6\n{close}a=%20b")),
    ];
    let server = Server::new();
    for (line, expected) in table {
        let said = once(&server, &format!("{line} HTTP/1.1"));
        assert_eq!(said, format!("HTTP/1.1 {expected}"), "{line}");
    }
}

#[test]
fn a_stream_to_an_old_client_ends_with_the_connection() {
    let said = plain(&Server::new().exchange(b"GET /stream HTTP/1.0\r\n\r\n"));
    assert_eq!(said, format!("HTTP/1.1 200 OK\n{TYPE}Connection: close\n\nonetwo"));
}

#[test]
fn large_answers_arrive_whole() {
    let server = Server::new();
    for (path, length) in [("/large", 1 << 20), ("/huge", 64 << 20)] {
        let said = server.exchange(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes());
        let body = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        assert_eq!(said.len() - body, length);
        assert!(said[body..].iter().all(|byte| *byte == b'x'));
    }
}

#[test]
fn files_go_out_without_the_kernels_help_too() {
    let server = Server::with("EnableSendfile Off");
    assert!(server.exchange(b"GET /file HTTP/1.0\r\n\r\n").ends_with(FILE));
}

#[test]
fn answers_that_break_are_cut() {
    let table = [
        ("/broken", "3\none\n", "AH20402"),
        ("/panicking", "3\none\n", "AH20401"),
        ("/short", "one", "AH20402"),
        ("/long", "one", "AH20402"),
    ];
    for (path, body, number) in table {
        let server = Server::new();
        logged();
        let said = once(&server, &format!("GET {path} HTTP/1.1"));
        let sent = said.split_once("\n\n").map_or("", |(_, body)| body);
        assert!(body.starts_with(sent), "{path}: {said}");
        assert!(server.errors().contains(number), "{path}: {}", server.errors());
        assert!(logged().iter().all(|(_, sent)| sent.connection == 'X'), "{path}");
    }
}

#[test]
fn an_answer_that_fails_before_it_is_begun_is_another() {
    let server = Server::new();
    let said = once(&server, "GET /failing HTTP/1.1");
    assert_eq!(said, "HTTP/1.1 500 Internal Server Error\nConnection: close\nContent-Length: 0\n\n");
    let (_, sent) = logged().pop().unwrap();
    assert_eq!((sent.status, sent.body_bytes, sent.connection), (500, 0, '-'));
}

#[test]
fn only_a_reset_tells_an_old_client_that_something_is_missing() {
    let server = Server::new();
    server.talk(async |client| {
        client.send(b"GET /broken HTTP/1.0\r\n\r\n").await;
        let end = client.stream.read_to_end(&mut Vec::new()).await;
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    });
}

#[test]
fn a_panic_costs_one_connection() {
    let server = Server::new();
    let said = once(&server, "GET /panic HTTP/1.1");
    assert!(said.starts_with("HTTP/1.1 500 Internal Server Error\n"), "{said}");
    assert!(server.errors().contains("a module panicked on /panic: on request"), "{}", server.errors());
    assert_eq!(logged().last().unwrap().0, "GET /panic HTTP/1.1");
    assert!(once(&server, "GET / HTTP/1.1").ends_with("hello"));
}

#[test]
fn old_clients_are_told_how_long_the_connection_stays() {
    let said = plain(
        &Server::new().exchange(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
    );
    let first = format!(
        "HTTP/1.1 200 OK\n{TYPE}Content-Length: 5\nKeep-Alive: timeout=5, max=99\nConnection: Keep-Alive\n\nhello"
    );
    assert!(said.starts_with(&first), "{said}");
    assert!(said.ends_with("Connection: close\n\nhello"), "{said}");
}

#[test]
fn a_connection_carries_as_many_requests_as_it_may() {
    let three = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3);
    for (lines, answers) in [("MaxKeepAliveRequests 2", 2), ("KeepAlive Off", 1)] {
        let said = text(&Server::with(lines).exchange(&three));
        assert_eq!(said.matches("HTTP/1.1 200 OK").count(), answers, "{lines}");
        assert_eq!(said.matches("Connection: close").count(), 1, "{lines}");
    }
}

#[test]
fn the_targets_host_takes_the_place_of_the_fields() {
    let said = once(&Server::new(), "GET http://y:8080/host HTTP/1.1");
    assert!(said.ends_with("\n\ny:8080"), "{said}");
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let request = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
    let said = Server::new().talk(async |client| {
        for byte in request {
            client.send(&[*byte]).await;
            client.settle().await;
        }
        client.until(b"abcde").await
    });
    assert!(text(&said).starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn a_client_that_waits_is_told_to_go_on() {
    let head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    Server::new().talk(async |client| {
        for _ in 0..2 {
            client.send(head).await;
            assert_eq!(client.until(b"\r\n\r\n").await, b"HTTP/1.1 100 Continue\r\n\r\n");
            client.send(b"ab").await;
            assert!(client.until(b"ab").await.starts_with(b"HTTP/1.1 200 OK"));
        }
    });
}

#[test]
fn a_client_whose_body_nobody_wants_is_not_told_to_send_it() {
    let head = b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    let said = text(&Server::new().exchange(head));
    assert!(said.starts_with("HTTP/1.1 200 OK") && said.contains("Connection: close"), "{said}");
}

#[test]
fn a_large_body_that_nobody_wants_does_not_cost_the_answer() {
    let request = b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n".to_vec();
    let said = text(&Server::new().exchange(&[request, vec![b'x'; 8_000_000]].concat()));
    assert!(said.ends_with("ignored"), "{said}");
}

#[test]
fn an_empty_line_behind_a_body_does_not_cost_the_answer() {
    let server = Server::new();
    let said = server.talk(async |client| {
        client.send(b"POST /huge HTTP/1.0\r\nContent-Length: 3\r\n\r\na=b").await;
        client.until(b"\r\n\r\n").await;
        client.send(b"\r\n").await;
        client.rest().await
    });
    assert_eq!(said.len(), 64 << 20);
}

#[test]
fn who_closes_in_the_middle_of_a_head_is_not_answered() {
    let server = Server::new();
    let said = server.talk(async |client| {
        client.send(b"GET / HTTP/1.1\r\nHo").await;
        client.end_output().await;
        client.rest().await
    });
    assert!(said.is_empty());
    assert!(server.errors().contains("[core:info]") && server.errors().contains("AH20405"));
}

#[test]
fn who_closes_in_the_middle_of_a_body_is_told_so() {
    let said = Server::new().talk(async |client| {
        client.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab").await;
        client.end_output().await;
        client.rest().await
    });
    assert!(text(&said).starts_with("HTTP/1.1 400 Bad Request"));
}

#[test]
fn who_is_too_slow() {
    let table = [
        ("Timeout 1", "", ""),
        ("Timeout 1", "\r\n", ""),
        ("Timeout 1", "GET / HTTP/1.1\r\n", "HTTP/1.1 408 Request Timeout"),
        (
            "Timeout 1",
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na",
            "HTTP/1.1 408 Request Timeout",
        ),
        ("KeepAliveTimeout 50ms", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK"),
    ];
    // Each waits for its time-out, so all wait together.
    std::thread::scope(|scope| {
        for (lines, sent, status) in table {
            scope.spawn(move || {
                let said = text(&Server::with(lines).exchange(sent.as_bytes()));
                assert_eq!(said.lines().next().unwrap_or_default(), status, "{lines} {sent}");
                assert!(said.matches("HTTP/1.1").count() <= 1, "{said}");
            });
        }
    });
}

/// Bytes that never make a whole, without an end.
fn trickle(server: &Server, begun: &[u8]) -> String {
    let said = server.talk(async |client| {
        client.send(begun).await;
        while server.errors().is_empty() && client.stream.write_all(b"1").await.is_ok() {
            client.settle().await;
        }
        client.rest().await
    });
    text(&said)
}

#[test]
fn sending_byte_by_byte_does_not_stretch_the_time() {
    for (begun, part) in [
        (&b"GET /"[..], "header"),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "body"),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", "body"),
    ] {
        let server = Server::hasty(Duration::from_millis(100));
        let said = trickle(&server, begun);
        assert!(said.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{part}: {said}");
        assert!(server.errors().contains(&format!("AH01382: Request {part} read timeout")), "{part}");
    }
}

#[test]
fn a_body_that_nobody_wants_is_not_waited_for_without_end() {
    let server = Server::new();
    let said = server.talk(async |client| {
        client.send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\n").await;
        let answer = client.until(b"ignored").await;
        let mut paces = tokio::time::interval(Duration::from_millis(100));
        for _ in 0..300 {
            paces.tick().await;
            if client.stream.write_all(b"1").await.is_err() {
                break;
            }
        }
        let _ = client.stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        [answer, client.rest().await].concat()
    });
    assert!(text(&said).ends_with("ignored"), "{}", text(&said));
}

#[test]
fn who_does_not_take_his_answer_is_cut() {
    let server = Server::with("Timeout 1");
    logged();
    let said = server.talk(async |client| {
        client.send(b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n").await;
        while server.errors().is_empty() {
            client.settle().await;
        }
        client.rest().await
    });
    assert!(!said.is_empty() && said.len() < 64 << 20);
    let (_, sent) = logged().pop().unwrap();
    assert_eq!((sent.status, sent.connection), (200, 'X'));
    assert!(sent.body_bytes < 64 << 20);
}

#[test]
fn taking_it_by_the_drop_does_not_stretch_the_time() {
    let server = Server::hasty(Duration::from_millis(100));
    logged();
    server.talk(async |client| {
        client.send(b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut drop = [0; 64];
        while server.errors().is_empty() && matches!(client.stream.read(&mut drop).await, Ok(1..)) {
            client.settle().await;
        }
        client.rest().await
    });
    assert!(server.errors().contains("AH20403"), "{}", server.errors());
    let (_, sent) = logged().pop().unwrap();
    assert_eq!((sent.status, sent.connection), (200, 'X'));
}

#[test]
fn a_draining_server_closes_after_the_last_request_it_has_read() {
    let server = Server::draining();
    let said = text(&server.exchange(&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3)));
    let answers: Vec<&str> = said.split("HTTP/1.1 200 OK").skip(1).collect();
    let closes: Vec<bool> = answers.iter().map(|answer| answer.contains("Connection: close")).collect();
    assert_eq!(closes, [false, false, true]);
}

#[test]
fn an_idle_connection_is_told_of_a_drain_with_its_next_answer() {
    let server = Server::new();
    server.talk(async |client| {
        client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(!text(&client.until(b"hello").await).contains("close"));
        server.drain.begin(Leave::Drain);
        client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(text(&client.rest().await).contains("Connection: close"));
    });
}

#[test]
fn what_was_sent_is_told_to_the_log() {
    let server = Server::new();
    logged();
    let request = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcdeGET / HTTP/1.1\r\n\r\n";
    let said = server.exchange(request);
    let logged = logged();
    let lines: Vec<&str> = logged.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(lines, ["POST /echo HTTP/1.1", "GET / HTTP/1.1"]);
    let [(_, echo), (_, bad)] = &logged[..] else { panic!() };
    assert_eq!((echo.status, echo.body_bytes, echo.connection), (200, 5, '+'));
    assert_eq!((echo.received_bytes, bad.received_bytes), (request.len() as u64 - 18, 18));
    assert_eq!(echo.headers.get("Content-Length"), Some(&b"5"[..]));
    assert_eq!((bad.status, bad.connection), (400, '-'));
    let all = logged.iter().map(|(_, sent)| sent.head_bytes + sent.body_bytes).sum::<u64>();
    assert_eq!(all, said.len() as u64);
}

#[test]
fn a_dropped_connection_no_longer_counts() {
    let server = Server::new();
    ServingThread::runtime().unwrap().block_on(async {
        let thread = server.thread(Slot::nowhere());
        let (near, mut far, peer) = pair();
        let serving = thread.serve(near, peer);
        assert_eq!(thread.connections(), 1);
        drop(serving);
        assert_eq!(thread.connections(), 0);
        far.set_nonblocking(false).unwrap();
        assert_eq!(std::io::Read::read(&mut far, &mut [0]).unwrap(), 0);
    });
}

#[test]
fn an_idle_connection_is_small() {
    let server = Server::new();
    let thread = server.thread(Slot::nowhere());
    let (near, _far, peer) = pair();
    let serving = thread.serve(near, peer);
    assert!(size_of_val(&serving) <= 512, "{}", size_of_val(&serving));
    assert!(size_of::<crate::connection::Connection>() <= 512);
}

#[test]
fn requests_that_keep_coming_are_answered_in_order() {
    let server = Server::new();
    server.talk(async |client| {
        for round in 0..99 {
            client.send(format!("GET /query?{round} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await;
        }
        for round in 0..99 {
            client.until(b"\r\n\r\n").await;
            let mut body = vec![0; format!("{round}").len()];
            client.stream.read_exact(&mut body).await.unwrap();
            assert_eq!(text(&body), format!("{round}"));
        }
    });
}

#[test]
fn another_protocol_takes_over_behind_its_101() {
    const ASK: &str =
        "GET /shout HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: other, shout\r\n\r\n";
    let server = Server::new();
    let said = server.talk(async |client| {
        client.send(format!("GET / HTTP/1.1\r\nHost: x\r\n\r\n{ASK}hello, ").as_bytes()).await;
        let before = client.until(b"HELLO, ").await;
        client.send(b"world").await;
        client.end_output().await;
        [before, client.rest().await].concat()
    });
    let said = plain(&said);
    let (_, upgraded) = said.split_once("\n\nhello").unwrap();
    assert_eq!(
        upgraded,
        "HTTP/1.1 101 Switching Protocols\nUpgrade: shout\nConnection: Upgrade\n\nHELLO, WORLD"
    );
    for declined in [
        ASK.replace("shout\r\n\r\n", "x\r\n\r\n"),
        ASK.replace("Connection: upgrade\r\n", ""),
        ASK.replace("1.1", "1.0"),
        ASK.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"),
    ] {
        assert!(once_raw(&server, &declined).starts_with("HTTP/1.1 404 "), "{declined}");
    }
}

fn once_raw(server: &Server, request: &str) -> String {
    server.talk(async |client| {
        client.send(request.as_bytes()).await;
        client.end_output().await;
        text(&client.rest().await)
    })
}
