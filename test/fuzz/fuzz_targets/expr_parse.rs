//! Expressions.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| httpd_fuzzed::expr_parse(text));
