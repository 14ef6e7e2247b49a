//! Written by configure: {{ stub.name }} as modules see it that are built with apxs.

extern crate httpd_core;

pub use httpd_core::{{ "*" if stub.name == "httpd" else stub.name ~ "::*" }};
