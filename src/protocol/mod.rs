//! The protocols that a connection can speak.
