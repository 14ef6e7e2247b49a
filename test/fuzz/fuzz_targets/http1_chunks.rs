//! Any bytes at all as a chunked body: no panic, every step makes progress, and cutting it changes nothing.
#![no_main]

use http1::{ChunkError, ChunkLimits, ChunkedBody, Step};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(decoded(bytes, bytes.len().max(1)), decoded(bytes, 1));
});

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
