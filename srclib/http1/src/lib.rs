//! HTTP/1 as bytes: heads in, heads out, body framing. No I/O, no runtime
