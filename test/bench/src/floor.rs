//! The kernel's floor: wait, receive, and send the same 1 KB answer. What any server pays beyond this is its own.

use std::collections::HashMap;
use std::io::{ErrorKind, IoSlice, Read};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;

use os::poller::{Interest, Poller};
use os::socket::{self, ListenOptions};

use crate::Failure;

const LISTENER: u64 = 0;

const HEAD: &str = "HTTP/1.1 200 OK\r\nServer: floor\r\nDate: Mon, 23 Nov 2026 00:00:00 GMT\r\nContent-Type: text/html\r\n\
    Last-Modified: Mon, 23 Nov 2026 00:00:00 GMT\r\nETag: \"400-0123456789abc\"\r\nAccept-Ranges: bytes\r\n\
    Content-Length: 1024\r\n\r\n";

/// Serves for ever.
pub(crate) fn serve(port: u16) -> Result<(), Failure> {
    let answer = [HEAD.as_bytes(), &[b'x'; 1024]].concat();
    let listener = socket::listen(SocketAddr::from(([127, 0, 0, 1], port)), &ListenOptions::default())?;
    let poller = Poller::new()?;
    poller.add(listener.as_fd(), LISTENER, Interest::Readable)?;
    let mut connections = HashMap::new();
    let mut next = LISTENER;
    loop {
        for &key in &*poller.wait(None)? {
            if key == LISTENER {
                while let Some((stream, _)) = listener.accept()? {
                    next += 1;
                    poller.add(&stream, next, Interest::Readable)?;
                    connections.insert(next, stream);
                }
            } else if connections.get_mut(&key).is_none_or(|stream| !answered(stream, &answer)) {
                connections.remove(&key);
            }
        }
    }
}

/// Takes a request for read, whatever it is. `false`: the client has left.
fn answered(stream: &mut TcpStream, answer: &[u8]) -> bool {
    let mut request = [0; 8192];
    match stream.read(&mut request) {
        Ok(0) => false,
        Ok(_) => socket::send(stream.as_fd(), &[IoSlice::new(answer)], false).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}
