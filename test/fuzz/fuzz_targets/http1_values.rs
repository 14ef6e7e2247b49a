//! Values of header fields.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u64, &[u8])| httpd_fuzzed::http1_values(input.0, input.1));
