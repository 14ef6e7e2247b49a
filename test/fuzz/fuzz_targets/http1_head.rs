//! Any bytes at all as a request's head: no panic, and the same answer whether they come at once or one by one.
#![no_main]

use http1::{
    Head, HeadError, Limits, Progress, Target, decode_path, framing, parse, parse_lenient, parse_simple,
};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { line: 200, fields: 10, field_size: 200 };

fuzz_target!(|bytes: &[u8]| {
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
            if decode_path(target.path, Default::default(), &mut path).is_ok() {
                assert!(path.starts_with(b"/") && !path.contains(&0));
                assert!(!path.split(|byte| *byte == b'/').any(|part| part == b".."));
            }
        }
    }
});

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
