//! Any bytes at all as the values of fields: ranges stay within the representation, tags and lists never panic.
#![no_main]

use http1::{Authority, RangeLimits, Ranges, entity_tags, has_token, if_range, list, ranges};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, &[u8])| {
    let (length, bytes) = input;
    if let Ranges::Satisfiable(found) = ranges(bytes, length, &RangeLimits::default()) {
        assert!(!found.is_empty() && found.iter().all(|range| range.start < range.end && range.end <= length));
    }
    let _ = (entity_tags(bytes).count(), list(bytes).count(), has_token(bytes, "close"));
    let _ = (if_range(bytes, Some(b"\"tag\"")), Authority::parse(bytes));
});
