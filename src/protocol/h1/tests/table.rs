//! Raw requests: which statuses come back, and whether the connection takes another request afterwards.
//!
//! Behind each row a probe is sent at once. Where the connection stays it is answered; where not, no byte of
//! it may be taken for a request, whatever went before.

use tokio::io::AsyncWriteExt as _;

use super::server::Server;

const PROBE: &[u8] = b"GET /query?probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// What happens after the row's own answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Closes,
}
use Fate::{Closes, Stays};

type Row = (&'static str, Vec<u8>, &'static [u16], Fate);

fn row(why: &'static str, sent: impl Into<Vec<u8>>, statuses: &'static [u16], fate: Fate) -> Row {
    (why, sent.into(), statuses, fate)
}

/// A GET with these lines after the request line.
fn get(lines: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n").into_bytes()
}

/// A POST to the echo with these lines and this body.
fn post(lines: &str, body: &str) -> Vec<u8> {
    format!("POST /echo HTTP/1.1\r\nHost: x\r\n{lines}\r\n{body}").into_bytes()
}

/// The same, to a handler that does not read it.
fn unread(lines: &str, body: &str) -> Vec<u8> {
    format!("POST /ignore HTTP/1.1\r\nHost: x\r\n{lines}\r\n{body}").into_bytes()
}

fn request_lines() -> Vec<Row> {
    vec![
        row("RFC 9112, 3: plain", get(""), &[200], Stays),
        row("RFC 9112, 2.2: an empty line before it", [b"\r\n".to_vec(), get("")].concat(), &[200], Stays),
        row("RFC 9112, 2.2: bare LF", "GET / HTTP/1.1\nHost: x\n\n", &[400], Closes),
        row("RFC 9112, 2.2: bare CR", "GET / HTTP/1.1\rHost: x\r\r", &[400], Closes),
        row("RFC 9112, 3: no version", "GET /\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: two blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: a blank in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: a blank first", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: a tab", "GET\t/\tHTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: NUL in the target", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3: NUL in the method", "G\0T / HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("NULs alone", vec![0; 100], &[400], Closes),
        row("RFC 8446: a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00".to_vec(), &[400], Closes),
        row("RFC 9113, 3.4: the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[505], Closes),
        row("RFC 9110, 2.5: version 3", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", &[505], Closes),
        row("RFC 9110, 2.5: 1.2 is taken for 1.1", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", &[200], Stays),
        row("RFC 9112, 2.3: lower case", "GET / http/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("LimitRequestLine", format!("GET /{} HTTP/1.1\r\n", "a".repeat(8200)), &[414], Closes),
        row("LimitRequestLine: a line of 1 MB", vec![b'a'; 1 << 20], &[414], Closes),
        row("RFC 9110, 9.1: a method of nobody", "MAKE / HTTP/1.1\r\nHost: x\r\n\r\n", &[200], Stays),
        row("RFC 9110, 9.3.6: CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", &[405], Closes),
        row("RFC 9112, 3.2.4: OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", &[200], Stays),
        row("RFC 9112, 3.2.4: GET *", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3.2: a relative target", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3.2: a fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3.2.2: absolute", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", &[200], Stays),
        row("RFC 9112, 3.2.2: no Host", "GET http://y/ HTTP/1.1\r\n\r\n", &[400], Closes),
        row("RFC 9110, 4.2.4: a user", "GET http://u@y/ HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 3986, 2.1: a bad escape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("RFC 3986, 5.2.4: above the root", "GET /../a HTTP/1.1\r\nHost: x\r\n\r\n", &[400], Closes),
        row("AllowEncodedSlashes", "GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n", &[404], Stays),
        row("an escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", &[404], Stays),
        row("no UTF-8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", &[404], Stays),
    ]
}

fn fields() -> Vec<Row> {
    let many = |count: usize| "A: b\r\n".repeat(count);
    let long = |count: usize| format!("A: {}\r\n", "b".repeat(count));
    vec![
        row("RFC 9112, 3.2: no Host", "GET / HTTP/1.1\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3.2: two Hosts", get("Host: x\r\n"), &[400], Closes),
        row("RFC 9112, 3.2: a bad Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", &[400], Closes),
        row("RFC 9112, 3.2: an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", &[400], Closes),
        row("RFC 9112, 5: no colon", get("Accept\r\n"), &[400], Closes),
        row("RFC 9112, 5: no name", get(": a\r\n"), &[400], Closes),
        row("RFC 9112, 5.1: a blank before the colon", get("Accept : a\r\n"), &[400], Closes),
        row("RFC 9112, 5.2: obs-fold", get("Accept: a\r\n b\r\n"), &[400], Closes),
        row(
            "RFC 9112, 2.2: a blank before the first field",
            "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
            &[400],
            Closes,
        ),
        row("RFC 9110, 5.5: NUL in a value", get("A: b\0c\r\n"), &[400], Closes),
        row("RFC 9110, 5.6.2: NUL in a name", get("A\0: b\r\n"), &[400], Closes),
        row("RFC 9110, 5.5: a control character", get("A: b\x01\r\n"), &[400], Closes),
        row(
            "RFC 9110, 5.5: obs-text",
            [b"GET / HTTP/1.0\r\nA: \xe4\r\n\r\n".to_vec()].concat(),
            &[200],
            Closes,
        ),
        row("LimitRequestFields: just", get(&many(99)), &[200], Stays),
        row("LimitRequestFields", get(&many(100)), &[431], Closes),
        row("LimitRequestFieldSize: just", get(&long(8187)), &[200], Stays),
        row("LimitRequestFieldSize", get(&long(8188)), &[431], Closes),
        row("LimitRequestFieldSize: no end", get(&long(1 << 20)), &[431], Closes),
        row("many large fields", get(&long(8000).repeat(50)), &[200], Stays),
        row("RFC 9110, 10.1.1: Expect", get("Expect: a\r\n"), &[417], Stays),
        row("RFC 9110, 10.1.1: 100-continue, no body", get("Expect: 100-Continue\r\n"), &[200], Stays),
        row("RFC 9110, 10.1.1: under 1.0", "GET / HTTP/1.0\r\nExpect: a\r\n\r\n", &[200], Closes),
    ]
}

fn bodies() -> Vec<Row> {
    let chunked = "Transfer-Encoding: chunked\r\n";
    let big = "z".repeat(100_000);
    vec![
        row("RFC 9112, 6.2: a length", post("Content-Length: 5\r\n", "12345"), &[200], Stays),
        row("RFC 9112, 6.2: none", post("Content-Length: 0\r\n", ""), &[200], Stays),
        row("RFC 9112, 6.3: a POST without", post("", ""), &[200], Stays),
        row(
            "RFC 9112, 6.3: two lengths",
            post("Content-Length: 1\r\nContent-Length: 2\r\n", "a"),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.3: twice the same",
            post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"),
            &[400],
            Closes,
        ),
        row("RFC 9112, 6.3: a list", post("Content-Length: 1, 1\r\n", "a"), &[400], Closes),
        row("RFC 9110, 8.6: a sign", post("Content-Length: +1\r\n", "a"), &[400], Closes),
        row("RFC 9110, 8.6: negative", post("Content-Length: -1\r\n", "a"), &[400], Closes),
        row("RFC 9110, 8.6: hexadecimal", post("Content-Length: 0x1\r\n", "a"), &[400], Closes),
        row("RFC 9110, 8.6: nothing", post("Content-Length:\r\n", ""), &[400], Closes),
        row(
            "RFC 9110, 8.6: too large",
            post("Content-Length: 18446744073709551617\r\n", "a"),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: CL with TE",
            post(&format!("Content-Length: 1\r\n{chunked}"), "0\r\n\r\n"),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: TE with CL",
            post(&format!("{chunked}Content-Length: 1\r\n"), "0\r\n\r\n"),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: TE under 1.0",
            "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: unknown",
            post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            &[501],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: chunked is not last",
            post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 6.1: twice",
            post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
            &[400],
            Closes,
        ),
        row("RFC 9112, 6.1: nearly", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), &[400], Closes),
        row(
            "RFC 9112, 7.1: chunks",
            post(chunked, "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"),
            &[200],
            Stays,
        ),
        row("RFC 9112, 7.1.2: a trailer", post(chunked, "1\r\na\r\n0\r\nA: b\r\n\r\n"), &[200], Stays),
        row("RFC 9112, 7.1: no size", post(chunked, "\r\n\r\n"), &[400], Closes),
        row("RFC 9112, 7.1: a bad size", post(chunked, "g\r\na\r\n0\r\n\r\n"), &[400], Closes),
        row("RFC 9112, 7.1: a signed size", post(chunked, "+1\r\na\r\n0\r\n\r\n"), &[400], Closes),
        row("RFC 9112, 7.1: 0x", post(chunked, "0x1\r\na\r\n0\r\n\r\n"), &[400], Closes),
        row("RFC 9112, 7.1: too large a size", post(chunked, "fffffffffffffffff\r\na"), &[400], Closes),
        row("RFC 9112, 7.1: LF alone", post(chunked, "1\na\n0\n\n"), &[400], Closes),
        row("RFC 9112, 7.1: a longer chunk", post(chunked, "1\r\nab\r\n0\r\n\r\n"), &[400], Closes),
        row(
            "RFC 9112, 7.1.1: long extensions",
            post(chunked, &format!("1;{}\r\na\r\n", "x".repeat(20_000))),
            &[400],
            Closes,
        ),
        row("RFC 9112, 9.3: an unread body", unread("Content-Length: 5\r\n", "12345"), &[200], Stays),
        row("RFC 9112, 9.3: unread chunks", unread(chunked, "3\r\nabc\r\n0\r\n\r\n"), &[200], Stays),
        row("RFC 9112, 9.3: unread bad chunks", unread(chunked, "3\r\nabcd\r\n0\r\n\r\n"), &[200], Closes),
        row("RFC 9112, 9.3: a large unread body", unread("Content-Length: 100000\r\n", &big), &[200], Closes),
        row(
            "RFC 9112, 9.3: one of many chunks",
            unread(chunked, &format!("186a0\r\n{big}\r\n0\r\n\r\n")),
            &[200],
            Closes,
        ),
        row(
            "RFC 9112, 9.3: a body of 404",
            "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab",
            &[404],
            Stays,
        ),
        row(
            "RFC 9112, 9.3: a request in a body",
            unread("Content-Length: 27\r\n", "GET /204 HTTP/1.1\r\nHost:x\r\n"),
            &[200],
            Stays,
        ),
        row(
            "RFC 9110, 9.3.1: GET with a body",
            get("Content-Length: 3\r\n").into_iter().chain(*b"abc").collect::<Vec<_>>(),
            &[200],
            Stays,
        ),
        row(
            "RFC 9110, 10.1.1: 100-continue",
            post("Expect: 100-continue\r\nContent-Length: 2\r\n", "ab"),
            &[200],
            Stays,
        ),
        row(
            "LimitRequestBody",
            "POST /limited HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890",
            &[413],
            Closes,
        ),
        row(
            "LimitRequestBody: just",
            "POST /limited HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789",
            &[200],
            Stays,
        ),
    ]
}

fn connections() -> Vec<Row> {
    vec![
        row("RFC 9112, 9.3: 1.0 closes", "GET / HTTP/1.0\r\n\r\n", &[200], Closes),
        row("RFC 9112, 9.3: 1.0 keeps", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &[200], Stays),
        row(
            "RFC 9112, 9.3: 1.0, a stream",
            "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            &[200],
            Closes,
        ),
        row("RFC 9112, 9.6: close", get("Connection: close\r\n"), &[200], Closes),
        row("RFC 9112, 9.6: close in a list", get("Connection: foo, CLOSE\r\n"), &[200], Closes),
        row("RFC 9112, 9.6: the handler closes", "GET /close HTTP/1.1\r\nHost: x\r\n\r\n", &[200], Closes),
        row("RFC 9112, 9.3.2: pipelined", [get(""), get(""), get("")].concat(), &[200, 200, 200], Stays),
        row(
            "RFC 9112, 9.3.2: after bodies",
            [post("Content-Length: 1\r\n", "a"), get("")].concat(),
            &[200, 200],
            Stays,
        ),
        row("RFC 9112, 9.6: after close", [get("Connection: close\r\n"), get("")].concat(), &[200], Closes),
        row(
            "RFC 9112, 9.3.2: a bad one after a good one",
            [get(""), b"GET /\r\n\r\n".to_vec()].concat(),
            &[200, 400],
            Closes,
        ),
        row(
            "RFC 9112, 9.3.2: a bad one before",
            [b"GET /\r\n\r\n".to_vec(), get("")].concat(),
            &[400],
            Closes,
        ),
        row(
            "RFC 9112, 2.2: an empty line after a body",
            [post("Content-Length: 1\r\n", "a\r\n"), get("")].concat(),
            &[200, 200],
            Stays,
        ),
        row("RFC 9110, 15.3.5: 204", "GET /204 HTTP/1.1\r\nHost: x\r\n\r\n", &[204], Stays),
        row("RFC 9110, 15.4.5: 304", "GET /304 HTTP/1.1\r\nHost: x\r\n\r\n", &[304], Stays),
        row("RFC 9112, 7.1: a stream", "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", &[200], Stays),
        row("a panic", "GET /panic HTTP/1.1\r\nHost: x\r\n\r\n", &[500], Closes),
    ]
}

fn rows() -> Vec<Row> {
    [request_lines(), fields(), bodies(), connections()].concat()
}

#[test]
fn each_row_gets_its_statuses_and_its_fate() {
    let rows = rows();
    assert!(rows.len() >= 100, "{}", rows.len());
    check(rows, |server, sent| server.exchange(&[sent, PROBE].concat()));
}

#[test]
fn it_does_not_matter_how_the_bytes_arrive() {
    let short = rows().into_iter().filter(|row| row.1.len() < 300).collect();
    check(short, |server, sent| {
        server.talk(async |client| {
            for piece in [sent, PROBE].concat().chunks(7) {
                // After an error the server has stopped to listen.
                let _ = client.stream.write_all(piece).await;
                client.settle().await;
            }
            client.rest().await
        })
    });
}

fn check(rows: Vec<Row>, exchange: impl Fn(&Server, &[u8]) -> Vec<u8>) {
    let server = Server::new();
    let mut wrong = Vec::new();
    for (why, sent, statuses, fate) in rows {
        let got = read(&exchange(&server, &sent));
        let expected = (statuses.to_vec(), fate == Stays);
        if got != expected {
            wrong.push(format!("{why}: {got:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The statuses of the row's own answers, and whether the probe was answered behind them.
fn read(mut said: &[u8]) -> (Vec<u16>, bool) {
    let mut answers = Vec::new();
    while let Some((status, body, rest)) = answer(said) {
        answers.push((status, body));
        said = rest;
    }
    let probed = answers.last().is_some_and(|(_, body)| body == b"probe");
    if probed {
        answers.pop();
    }
    let trailing = if said.is_empty() { None } else { Some(0) };
    (answers.into_iter().map(|(status, _)| status).chain(trailing).collect(), probed)
}

/// The first answer: its status, its body, and what follows.
fn answer(said: &[u8]) -> Option<(u16, Vec<u8>, &[u8])> {
    let end = said.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let (head, rest) = said.split_at(end);
    let head = std::str::from_utf8(head).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    if matches!(status, 100..200 | 204 | 304) {
        return Some((status, Vec::new(), rest));
    }
    if field("Transfer-Encoding").is_some() {
        let end = rest.windows(5).position(|five| five == b"0\r\n\r\n")? + 5;
        return Some((status, rest[..end].to_vec(), &rest[end..]));
    }
    let length = field("Content-Length").map_or(rest.len(), |text| text.parse().unwrap());
    let body = rest.get(..length)?.to_vec();
    Some((status, body, &rest[length..]))
}
