//! The heads of proxies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| httpd_fuzzed::http1_proxied(bytes));
