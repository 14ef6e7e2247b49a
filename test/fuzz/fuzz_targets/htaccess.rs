//! `.htaccess` files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| httpd_fuzzed::htaccess(bytes));
