//! Parts of an answer: 206, 416 and multipart/byteranges (RFC 9110, 14 and 15.3.7).

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::ops::Range;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http1::{RangeLimits, Ranges};

use super::conditional::{parse_date, seconds};
use super::{Body, BodyStream, FileBody, Method, Request, Response};
use crate::core_module::MaxRanges;

/// The part of a whole answer that the client asked for, as far as it can be had: bytes or a file, all of
/// it known.
pub(crate) fn apply(r: &Request, response: Response) -> Response {
    if response.status != 200 || r.method() != Method::Get {
        return response;
    }
    let Some(asked) = r.head.combined("Range") else { return response };
    let Some((limits, length)) = limits(r).zip(sliceable(&response.body)) else { return response };
    if !if_range_holds(r, &response) {
        return response;
    }
    match http1::ranges(&asked, length, &limits) {
        Ranges::Ignore => response,
        Ranges::Unsatisfiable => {
            Response::status(416).header("Content-Range", http1::unsatisfied_range(length))
        }
        Ranges::Satisfiable(ranges) => match ranges.as_slice() {
            [range] => single(response, range, length),
            ranges => multipart(response, ranges, length),
        },
    }
}

fn limits(r: &Request) -> Option<RangeLimits> {
    let core = r.core();
    (core.max_ranges() != MaxRanges::None).then(|| RangeLimits {
        ranges: core.max_ranges().most(),
        overlaps: core.max_range_overlaps().most(),
        reversals: core.max_range_reversals().most(),
    })
}

/// The length of a body of which parts can be had.
fn sliceable(body: &Body) -> Option<u64> {
    match body {
        Body::Bytes(_) | Body::File(_) => body.remaining(),
        Body::Default | Body::Empty | Body::Stream(_) => None,
    }
}

/// If-Range: the parts that the client has are of this very representation (RFC 9110, 13.1.5). A date must be that of
/// Last-Modified, and so long past that nothing can have changed within the second that it names. Two of them are a list, and
/// no list is any of these.
fn if_range_holds(r: &Request, response: &Response) -> bool {
    let Some(value) = r.head.combined("If-Range") else { return true };
    http1::if_range(&value, response.headers.get("ETag")).unwrap_or_else(|| {
        let asked = parse_date(&value);
        let modified = response.headers.get("Last-Modified").and_then(parse_date);
        asked.is_some() && asked == modified && asked < Some(seconds(r.time) - 1)
    })
}

fn single(mut response: Response, range: &Range<u64>, length: u64) -> Response {
    response.status = 206;
    response.headers.set("Content-Range", http1::content_range(range, length));
    response.body = slice(&response.body, range);
    response
}

fn multipart(mut response: Response, ranges: &[Range<u64>], length: u64) -> Response {
    let boundary = boundary();
    let media_type = response.headers.get("Content-Type").map(<[u8]>::to_vec);
    let mut pieces = VecDeque::with_capacity(ranges.len() * 2 + 1);
    for range in ranges {
        let mut head = format!("\r\n--{boundary}\r\n").into_bytes();
        if let Some(media_type) = &media_type {
            head.extend_from_slice(b"Content-Type: ");
            head.extend_from_slice(media_type);
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"Content-Range: ");
        head.extend_from_slice(http1::content_range(range, length).as_bytes());
        head.extend_from_slice(b"\r\n\r\n");
        pieces.push_back(Body::Bytes(head.into()));
        pieces.push_back(slice(&response.body, range));
    }
    pieces.push_back(format!("\r\n--{boundary}--\r\n").into());
    response.status = 206;
    response.headers.set("Content-Type", format!("multipart/byteranges; boundary={boundary}"));
    response.body = Body::Stream(Box::new(Pieces(pieces)));
    response
}

/// Eight random bytes in hexadecimal: nothing that is served can be made to hold them.
fn boundary() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

fn slice(body: &Body, range: &Range<u64>) -> Body {
    match body {
        Body::Bytes(bytes) => Body::Bytes(bytes.slice(range.start as usize..range.end as usize)),
        Body::File(part) => {
            let start = part.range.start;
            let range = start + range.start..start + range.end;
            Body::File(FileBody::new(Rc::clone(&part.file), range))
        }
        Body::Default | Body::Empty | Body::Stream(_) => Body::Empty,
    }
}

/// Bodies one after the other.
struct Pieces(VecDeque<Body>);

impl BodyStream for Pieces {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        while let Some(piece) = self.0.front_mut() {
            match piece.poll_chunk(cx) {
                Poll::Ready(None) => drop(self.0.pop_front()),
                polled => return polled,
            }
        }
        Poll::Ready(None)
    }

    fn remaining(&self) -> Option<u64> {
        self.0.iter().map(Body::remaining).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn whole() -> Response {
        Response::text("0123456789")
    }

    fn read(body: Body) -> String {
        let mut body = body;
        let mut text = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(Ok(chunk))) = body.poll_chunk(&mut cx) {
            text.extend_from_slice(&chunk);
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_single_range_is_a_slice() {
        let part = single(whole(), &(2..5), 10);
        assert_eq!((part.status, part.headers.get("Content-Range")), (206, Some(&b"bytes 2-4/10"[..])));
        assert_eq!(read(part.body), "234");
    }

    #[test]
    fn several_ranges_are_parts_between_boundaries() {
        let parts = multipart(whole(), &[0..2, 8..10], 10);
        let media_type = String::from_utf8_lossy(parts.headers.get("Content-Type").unwrap()).into_owned();
        let boundary = media_type.strip_prefix("multipart/byteranges; boundary=").unwrap();
        let length = parts.body.remaining();
        let part = |range: &str, text: &str| {
            let fields =
                format!("Content-Type: text/plain; charset=utf-8\r\nContent-Range: bytes {range}/10");
            format!("\r\n--{boundary}\r\n{fields}\r\n\r\n{text}")
        };
        let expected = format!("{}{}\r\n--{boundary}--\r\n", part("0-1", "01"), part("8-9", "89"));
        assert_eq!(length, Some(expected.len() as u64));
        assert_eq!(read(parts.body), expected);
    }

    #[test]
    fn a_part_of_a_file_starts_where_the_file_part_does() {
        let file = Rc::new(tempfile::tempfile().unwrap());
        let body = Body::File(FileBody::new(file, 100..200));
        assert!(matches!(slice(&body, &(10..20)), Body::File(part) if part.range == (110..120)));
    }
}
