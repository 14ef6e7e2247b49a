//! `http_core.c`: what belongs to HTTP itself, kept-alive connections above all.

use std::time::Duration;

use super::settings::settings;
use crate::config::values::duration;
use crate::config::{Directive, Place};
use crate::module::Module;

/// The module `http_module`.
pub static HTTP_CORE: HttpCore = HttpCore;

/// See [`HTTP_CORE`].
pub struct HttpCore;

impl HttpCore {
    /// The file name that `httpd -l` prints.
    pub const FILE: &str = "http_core.c";
}

settings! {
    /// What the directives of `http_core.c` set.
    pub struct HttpConfig
    values {
        /// KeepAlive: a connection may carry several requests.
        keep_alive: bool = true,
        /// KeepAliveTimeout: how long the server waits for the next request.
        keep_alive_timeout: Duration = Duration::from_secs(5),
        /// MaxKeepAliveRequests: how many requests one connection may carry; 0 is no limit.
        max_keep_alive_requests: u64 = 100,
        /// MergeTrailers: the fields after a chunked body join those of the head.
        merge_trailers: bool = false,
    }
    kept {}
    parts {}
}

impl Module for HttpCore {
    const NAME: &str = "http_module";
    type Config = HttpConfig;
    const DIRECTIVES: &[Directive<HttpConfig>] = ROWS;
}

const ROWS: &[Directive<HttpConfig>] = &[
    Directive::flag("KeepAlive", Place::SV, "Whether a connection may carry several requests", |http, on| {
        http.keep_alive = Some(on);
    }),
    Directive::one(
        "KeepAliveTimeout",
        Place::SV,
        "seconds|number ms",
        "How long the server waits for the next request of a connection",
        |http, word, _| {
            http.keep_alive_timeout = Some(duration("KeepAliveTimeout", word)?);
            Ok(())
        },
    ),
    Directive::number(
        "MaxKeepAliveRequests",
        Place::SV,
        (0..=i64::MAX, 100, "requests"),
        "How many requests one connection may carry; 0 is no limit",
        |http, n| http.max_keep_alive_requests = Some(n as u64),
    ),
    Directive::flag(
        "MergeTrailers",
        Place::SV,
        "Whether the fields after a chunked body join those of the head",
        |http, on| http.merge_trailers = Some(on),
    ),
];
