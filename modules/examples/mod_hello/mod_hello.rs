//! mod_hello
