//! Any bytes at all at the start of a connection: no panic, and a prefix says nothing or the same as the whole.
#![no_main]

use http1::{SNIFF_MOST, Sniff, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = sniff(bytes);
    for end in 0..bytes.len().min(400) {
        match sniff(&bytes[..end]) {
            Sniff::Need(need) => assert!(need > end && need <= SNIFF_MOST),
            answer => assert_eq!(answer, whole),
        }
    }
});
