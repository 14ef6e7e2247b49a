//! Answers byte by byte, and the fate of connections.

use super::server::{Server, logged};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn one_request_and_its_answer() {
    let server = Server::new();
    let said = text(&server.exchange(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert!(said.starts_with("HTTP/1.1 200 OK\r\nDate: "), "{said}");
    assert!(said.ends_with("Connection: close\r\n\r\nhello"), "{said}");
    let logged = logged();
    assert_eq!(logged.len(), 1);
}
