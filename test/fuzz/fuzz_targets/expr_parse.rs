//! Any text at all as an expression: no panic, and every complaint is about a place in the text.
#![no_main]

use httpd::config::{Expr, Template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let complaints = [Expr::new(text).err(), Template::new(text).err()];
    for complaint in complaints.into_iter().flatten() {
        assert!(complaint.offset.is_some_and(|offset| text.is_char_boundary(offset)));
    }
});
