//! Connections from the outside: bytes in, bytes out, and what becomes of the connection.

mod fates;
mod server;
mod table;
