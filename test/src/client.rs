//! A client that sends bytes as they are and reads answers one by one: it shares no code with the server.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::wait::DEADLINE;

/// A connection to the server.
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
    /// The methods of requests that are not answered yet.
    asked: VecDeque<String>,
}

/// An answer, read to its end.
#[derive(Debug, Default)]
pub struct Answer {
    /// Status line and header lines.
    pub head: Vec<String>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
    /// All of it as it came.
    pub raw: Vec<u8>,
}

impl Answer {
    /// The status; 0 if there is none.
    pub fn status(&self) -> u16 {
        let status = self.head.first().and_then(|line| line.split(' ').nth(1));
        status.and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// The value of the first header line of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.iter().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The server closes the connection after it, or says that it does.
    pub fn closes(&self) -> bool {
        self.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

impl Client {
    /// Connects. Whatever takes longer than [`DEADLINE`] later is an error.
    pub fn connect(server: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(server)?)
    }

    /// Speaks over a connection that there is already.
    pub fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: Vec::new(), asked: VecDeque::new() })
    }

    /// The port of this end.
    pub fn local_port(&self) -> io::Result<u16> {
        Ok(self.stream.local_addr()?.port())
    }

    /// Sends the bytes. A server that answers without reading everything may close before the last byte
    /// is sent: then the answer counts, and only if none comes the error of the reading.
    pub fn send(&mut self, bytes: &[u8]) {
        self.asked.extend(methods(bytes));
        drop(self.stream.write_all(bytes));
    }

    /// As [`send`](Self::send), for bytes in which no request can be told: `to_head` says of each answer that will come
    /// whether it answers HEAD.
    pub fn send_raw(&mut self, bytes: &[u8], to_head: impl Iterator<Item = bool>) {
        self.asked.extend(to_head.map(|to_head| if to_head { "HEAD" } else { "GET" }.to_owned()));
        drop(self.stream.write_all(bytes));
    }

    /// Sends a whole request and reads its answer.
    pub fn ask(&mut self, request: &str) -> io::Result<Answer> {
        self.send(request.as_bytes());
        self.answer()
    }

    /// `GET` over a connection that stays open.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    /// Ends the sending half.
    pub fn shut(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Reads one answer.
    pub fn answer(&mut self) -> io::Result<Answer> {
        let start = self.head_end()?;
        let text = String::from_utf8_lossy(&self.unread[..start]).into_owned();
        let mut answer = Answer { head: text.lines().map(str::to_owned).collect(), ..Answer::default() };
        answer.head.retain(|line| !line.is_empty());
        let interim = (100..200).contains(&answer.status());
        let method = if interim { None } else { self.asked.pop_front() };
        let bodiless = interim || matches!(answer.status(), 204 | 304) || method.as_deref() == Some("HEAD");
        let end = if bodiless {
            start
        } else if answer.header("Transfer-Encoding").is_some() {
            self.chunks(start, &mut answer.body)?
        } else if let Some(length) =
            answer.header("Content-Length").and_then(|length| length.parse::<usize>().ok())
        {
            self.fill(start + length)?;
            start + length
        } else {
            self.fill_all()?;
            self.unread.len()
        };
        if answer.body.is_empty() {
            self.unread[start..end].clone_into(&mut answer.body);
        }
        answer.raw = self.unread.drain(..end).collect();
        Ok(answer)
    }

    /// Reads until the server has closed; gives back what came before.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        match self.fill_all() {
            Err(e) if e.kind() != io::ErrorKind::ConnectionReset => Err(e),
            _ => Ok(std::mem::take(&mut self.unread)),
        }
    }

    /// Where the body begins; an answer without a head is all body.
    fn head_end(&mut self) -> io::Result<usize> {
        loop {
            if let Some(at) = find(&self.unread, b"\r\n\r\n") {
                return Ok(at + 4);
            }
            if self.unread.len() >= 5 && !self.unread.starts_with(b"HTTP/") {
                return Ok(0);
            }
            if self.read()? == 0 {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    format!(
                        "the server closed the connection after {} of a head",
                        crate::expect::show(&self.unread)
                    ),
                ));
            }
        }
    }

    /// Reads chunks from `at` on; says where the last one's trailer ends.
    fn chunks(&mut self, mut at: usize, body: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            let line = self.line_end(at)?;
            let size = String::from_utf8_lossy(&self.unread[at..line]).into_owned();
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("chunk size {size:?}")))?;
            at = line + 2;
            if size == 0 {
                return self.trailer_end(at);
            }
            self.fill(at + size + 2)?;
            body.extend_from_slice(&self.unread[at..at + size]);
            at += size + 2;
        }
    }

    fn trailer_end(&mut self, mut at: usize) -> io::Result<usize> {
        loop {
            let line = self.line_end(at)?;
            if line == at {
                return Ok(at + 2);
            }
            at = line + 2;
        }
    }

    fn line_end(&mut self, at: usize) -> io::Result<usize> {
        loop {
            if let Some(length) = find(&self.unread[at..], b"\r\n") {
                return Ok(at + length);
            }
            let have = self.unread.len();
            self.fill(have + 1)?;
        }
    }

    fn fill(&mut self, length: usize) -> io::Result<()> {
        while self.unread.len() < length {
            if self.read()? == 0 {
                let text =
                    format!("the server closed the connection {} bytes early", length - self.unread.len());
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
            }
        }
        Ok(())
    }

    fn fill_all(&mut self) -> io::Result<()> {
        while self.read()? > 0 {}
        Ok(())
    }

    fn read(&mut self) -> io::Result<usize> {
        let mut piece = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut piece) {
                // A signal ends a read that has a time-out, whatever SA_RESTART says: signal(7).
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => {
                    let count = outcome?;
                    self.unread.extend_from_slice(&piece[..count]);
                    return Ok(count);
                }
            }
        }
    }
}

/// The methods of the request lines in some text.
fn methods(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let requests = text.split("\r\n").filter(|line| line.contains(" HTTP/1."));
    requests.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    /// What a client reads from a server that says `text` and closes.
    fn client(text: &'static [u8]) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || listener.accept().unwrap().0.write_all(text).unwrap());
        Client::connect(address).unwrap()
    }

    #[test]
    fn answers_are_told_apart() {
        let mut client = client(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\
              HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x\r\nd\r\n0\r\nT: 1\r\n\r\n\
              HTTP/1.0 404 Not Found\r\n\r\ngone",
        );
        client.asked = ["GET", "HEAD", "POST", "GET"].map(str::to_owned).into();
        let bodies: Vec<_> = (0..5).map(|_| client.answer().unwrap().body).collect();
        assert_eq!(bodies, [&b"hi"[..], b"", b"", b"abcd", b"gone"]);
        assert_eq!(client.rest().unwrap(), b"");
    }

    #[test]
    fn a_broken_answer_is_an_error() {
        assert!(client(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi").answer().is_err());
        assert!(client(b"HTTP/1.1 200 OK\r\nConte").answer().is_err());
    }
}
