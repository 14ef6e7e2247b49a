//! Dates of HTTP.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| httpd_fuzzed::http1_dates(bytes));
