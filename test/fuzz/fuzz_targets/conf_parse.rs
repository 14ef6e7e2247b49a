//! httpd.conf as text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| httpd_fuzzed::conf_parse(bytes));
