//! The readers of requests.

use http1::{
    Authority, ChunkError, ChunkLimits, ChunkedBody, Head, HeadError, Limits, PROXIED_MOST, PathOptions,
    Progress, Proxied, RangeLimits, Ranges, SNIFF_MOST, Sniff, Step, Target, decode_path, entity_tags,
    framing, has_token, if_range, list, parse, parse_lenient, parse_simple, proxied, ranges, sniff,
};
use httpd::request::conditional::{format_date, parse_date};

const LIMITS: Limits = Limits { line: 200, fields: 10, field_size: 200 };

/// Any bytes at all as a request's head: the same answer whether they come at once or one by one.
pub fn http1_head(bytes: &[u8]) {
    let mut whole = Head::default();
    let at_once = parse(bytes, &LIMITS, &mut whole);
    let mut pieces = Head::default();
    let in_pieces = piece_by_piece(bytes, &mut pieces);
    assert_eq!(at_once, in_pieces);
    let mut forgiven = Head::default();
    let leniently = parse_lenient(bytes, &LIMITS, &mut forgiven);
    let _ = parse_simple(bytes, &LIMITS, &mut Head::default());
    if let Ok(Progress::Complete { consumed }) = leniently {
        assert!(consumed <= bytes.len());
    }
    if let Ok(Progress::Complete { consumed }) = at_once {
        // Nothing that is strict needs forgiving.
        assert_eq!(leniently, at_once);
        assert!(forgiven.fields().eq(whole.fields()));
        assert!(consumed <= bytes.len());
        assert!(whole.fields().eq(pieces.fields()));
        let _ = framing(&whole);
        if let Ok(target) = Target::parse(whole.method_kind(), whole.target()) {
            let mut path = Vec::new();
            if decode_path(target.path, PathOptions::default(), &mut path).is_ok() {
                assert!(path.starts_with(b"/") && !path.contains(&0));
                assert!(!path.split(|byte| *byte == b'/').any(|part| part == b".."));
            }
        }
    }
}

/// The first answer that is not "go on".
fn piece_by_piece(bytes: &[u8], head: &mut Head) -> Result<Progress, HeadError> {
    for end in 0..bytes.len() {
        match parse(&bytes[..end], &LIMITS, head) {
            Ok(Progress::Partial) => {}
            answer => return answer,
        }
    }
    parse(bytes, &LIMITS, head)
}

/// Any bytes at all as a chunked body: every step makes progress, and cutting it changes nothing.
pub fn http1_chunks(bytes: &[u8]) {
    assert_eq!(decoded(bytes, bytes.len().max(1)), decoded(bytes, 1));
}

/// The data, fed in pieces of this size, and how it ended: at its end, with an error, or not at all.
fn decoded(bytes: &[u8], piece: usize) -> (Vec<u8>, Result<bool, ChunkError>) {
    let mut body = ChunkedBody::new(ChunkLimits { extensions: 100, trailers: 100 });
    let mut data = Vec::new();
    for mut input in bytes.chunks(piece) {
        loop {
            match body.decode(input) {
                Ok(Step::Data { consumed, start, len }) => {
                    assert!(len > 0 && start + len == consumed);
                    data.extend_from_slice(&input[start..consumed]);
                    input = &input[consumed..];
                }
                Ok(Step::NeedMore { consumed }) => {
                    assert_eq!(consumed, input.len());
                    break;
                }
                Ok(Step::End { .. }) => return (data, Ok(true)),
                Err(error) => return (data, Err(error)),
            }
        }
    }
    (data, Ok(false))
}

/// Any bytes at all at the start of a connection: a prefix says nothing or the same as the whole.
pub fn http1_sniff(bytes: &[u8]) {
    let whole = sniff(bytes);
    for end in 0..bytes.len().min(400) {
        match sniff(&bytes[..end]) {
            Sniff::Need(need) => assert!(need > end && need <= SNIFF_MOST),
            answer => assert_eq!(answer, whole),
        }
    }
}

/// Any bytes at all as the values of fields: ranges stay within the representation.
pub fn http1_values(length: u64, bytes: &[u8]) {
    if let Ranges::Satisfiable(found) = ranges(bytes, length, &RangeLimits::default()) {
        assert!(
            !found.is_empty() && found.iter().all(|range| range.start < range.end && range.end <= length)
        );
    }
    let _ = (entity_tags(bytes).count(), list(bytes).count(), has_token(bytes, "close"));
    let _ = (if_range(bytes, Some(b"\"tag\"")), Authority::parse(bytes));
}

/// Any bytes at all from somebody who may be a proxy: a prefix says nothing or the same as the whole, and the head is no longer
/// than what has come.
pub fn http1_proxied(bytes: &[u8]) {
    let whole = proxied(bytes);
    if let Proxied::Head(length, _) = whole {
        assert!(length > 0 && length <= bytes.len().min(PROXIED_MOST));
    }
    for end in 0..bytes.len() {
        match proxied(&bytes[..end]) {
            Proxied::Need(need) => assert!(need > end && need <= PROXIED_MOST),
            answer => assert_eq!(answer, whole),
        }
    }
}

/// Any bytes at all as a date: what is one is the same date when it is written the one way that is still in use.
pub fn http1_dates(bytes: &[u8]) {
    if let Some(date) = parse_date(bytes) {
        assert_eq!(parse_date(format_date(date).as_bytes()), Some(date));
    }
}
