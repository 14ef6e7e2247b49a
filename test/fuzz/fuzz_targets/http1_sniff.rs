//! The first bytes of connections.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| httpd_fuzzed::http1_sniff(bytes));
