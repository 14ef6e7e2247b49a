//! HTTP/1 as bytes: heads in, heads out, body framing. No I/O, no runtime.
//!
//! Strict by default where RFC 9110 and 9112 let a recipient choose: what two parsers could read in two ways is refused.
//! Nothing here panics on any input, and nothing allocates on the way of an ordinary request once its [`Head`] is warm.

mod bytes;
mod chunked;
mod conditional;
mod connection;
mod framing;
mod head;
mod headers;
mod host;
mod kinds;
mod lenient;
mod method;
mod numbers;
mod path;
mod proxied;
mod quick;
mod ranges;
mod response;
mod scan;
mod sniff;
mod target;

pub use bytes::{is_token, trim};
pub use chunked::{CHUNK_END, ChunkError, ChunkLimits, ChunkedBody, LAST_CHUNK, Step, chunk_head};
pub use conditional::{Conditions, EntityTag, Validators, Verdict, entity_tags, if_range};
pub use connection::{Connection, has_token, list};
pub use framing::{Framing, FramingError, framing};
pub use head::{Head, HeadError, Limits, Progress, Version, give_up, parse};
pub use headers::{Headers, Value};
pub use host::Authority;
pub use lenient::{parse_lenient, parse_simple};
pub use method::Method;
pub use path::{EncodedSlashes, PathOptions, decode_path};
pub use proxied::{PROXIED_MOST, Proxied, proxied};
pub use ranges::{RangeLimits, Ranges, content_range, ranges, unsatisfied_range};
pub use response::{reason, write_fields, write_head, write_status_line};
pub use sniff::{SNIFF_MOST, Sniff, sniff};
pub use target::{Form, Target, TargetError};
