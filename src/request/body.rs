//! A body is pulled: nobody writes to a socket but the core.

use std::fs::File;
use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};

use super::BoxFuture;
use crate::server::disk;

/// How much of a file is read at a time where it cannot be sent by the kernel alone.
const FILE_CHUNK: u64 = 64 * 1024;

/// The bytes after a head, of a request or of an answer.
#[derive(Default)]
pub enum Body {
    /// Nothing was said: an error answer gets its ErrorDocument or the standard text.
    #[default]
    Default,
    /// No bytes.
    Empty,
    /// All bytes, here.
    Bytes(Bytes),
    /// A part of a file: sent by `sendfile` where no filter stands in the way.
    File(FileBody),
    /// Bytes that come piece by piece.
    Stream(Box<dyn BodyStream>),
}

/// A part of an open file.
pub struct FileBody {
    /// The file; reads do not move its position.
    pub file: Rc<File>,
    /// The bytes meant, by offset.
    pub range: Range<u64>,
    /// The next of them, if the disk must be waited for.
    reading: Option<BoxFuture<'static, io::Result<Bytes>>>,
}

/// A body that comes piece by piece: a filter, a script's output, another server's answer.
pub trait BodyStream {
    /// The next piece; `None` at the end. Pieces may be empty.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>>;

    /// How many bytes are still to come, where that is known.
    fn remaining(&self) -> Option<u64> {
        None
    }
}

/// Why the body of a request could not be read; [`Body::chunk`] gives it inside its [`io::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyError {
    /// The status that a handler answers with.
    pub status: u16,
    /// What is wrong, for the log.
    pub reason: &'static str,
}

impl BodyError {
    /// The client was too slow.
    pub const TIMEOUT: Self = Self { status: 408, reason: "the client was too slow with the request's body" };
    /// It is longer than LimitRequestBody.
    pub const TOO_LARGE: Self = Self { status: 413, reason: "the request's body exceeds LimitRequestBody" };
    /// The client closed in the middle of it.
    pub const CUT: Self = Self { status: 400, reason: "the request's body ended too early" };

    /// What an error of [`Body::chunk`] or [`Body::collect`] means.
    pub fn of(error: &io::Error) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        match (inner, error.kind()) {
            (Some(inner), _) => *inner,
            (None, io::ErrorKind::FileTooLarge) => Self { status: 413, reason: "the body is too large" },
            (None, _) => Self { status: 400, reason: "the request's body could not be read" },
        }
    }
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for BodyError {}

impl From<BodyError> for io::Error {
    fn from(error: BodyError) -> Self {
        let kind = match error.status {
            408 => io::ErrorKind::TimedOut,
            413 => io::ErrorKind::FileTooLarge,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

impl Body {
    /// How many bytes are still to come, where that is known.
    pub fn remaining(&self) -> Option<u64> {
        match self {
            Self::Default | Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(part) => Some(part.range.end.saturating_sub(part.range.start)),
            Self::Stream(stream) => stream.remaining(),
        }
    }

    /// The next piece; `None` at the end.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::Default | Self::Empty => Poll::Ready(None),
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::File(part) => part.poll_read(cx).map(Result::transpose),
            Self::Stream(stream) => stream.poll_chunk(cx),
        }
    }

    /// The next piece; `None` at the end.
    pub async fn chunk(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// All of it, if it is no longer than `limit` bytes; otherwise an error of the kind
    /// [`FileTooLarge`](io::ErrorKind::FileTooLarge).
    pub async fn collect(&mut self, limit: usize) -> io::Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            let chunk = chunk?;
            if all.len() + chunk.len() > limit {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            if all.is_empty() && self.remaining() == Some(0) {
                return Ok(chunk);
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}

impl FileBody {
    /// These bytes of the file, by offset.
    pub fn new(file: Rc<File>, range: Range<u64>) -> Self {
        Self { file, range, reading: None }
    }

    /// The next piece, at most [`FILE_CHUNK`] bytes. A file that has become shorter is an error: its
    /// length was promised.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        let left = self.range.end.saturating_sub(self.range.start);
        if left == 0 {
            return Poll::Ready(Ok(None));
        }
        let piece = match &mut self.reading {
            Some(reading) => ready!(reading.as_mut().poll(cx)),
            None => match self.at_hand(left.min(FILE_CHUNK) as usize).transpose() {
                Some(piece) => piece,
                None => return self.poll_read(cx),
            },
        };
        self.reading = None;
        let piece = piece?;
        if piece.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        self.range.start += piece.len() as u64;
        Poll::Ready(Ok(Some(piece)))
    }

    /// What is in memory of the next bytes; else it begins to have them read.
    fn at_hand(&mut self, count: usize) -> io::Result<Option<Bytes>> {
        let mut piece = BytesMut::zeroed(count);
        let Some(count) = os::file::read_at_hand(&self.file, &mut piece, self.range.start)? else {
            self.reading = Some(Box::pin(disk::read(Rc::clone(&self.file), self.range.start, count)));
            return Ok(None);
        };
        piece.truncate(count);
        Ok(Some(piece.freeze()))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Bytes(Bytes::from_static(text.as_bytes()))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("Default"),
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::File(part) => write!(f, "File({:?})", part.range),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}
