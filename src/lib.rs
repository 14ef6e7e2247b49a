//! Weir httpd, the core: everything that modules and Multi-Processing Modules are built on.
//!
//! In the order a reader needs it: how the program starts ([`program`], [`args`]), what a module is
//! ([`module`], [`hooks`], [`filters`], [`provider`]), how text becomes a [`server::Generation`]
//! ([`config`]), what an MPM may do ([`mpm`]), and the life of a connection ([`connection`],
//! [`protocol`]) and of a request ([`request`]), which [`explain`] tells without a client.

pub mod args;
pub mod facts;
pub mod program;

pub mod filters;
pub mod hooks;
pub mod loadable;
pub mod module;
pub mod provider;

pub mod config;
pub mod server;

pub mod mpm;

pub mod connection;
pub mod explain;
pub mod protocol;
pub mod request;

pub mod core_module;
pub mod error;

// The floor below, and the crates whose types stand in these interfaces: modules depend on this crate alone.
pub use {bytes, conf, http1, os, tokio};

/// What nearly every module needs.
pub mod prelude {
    pub use crate::config::{Complaint, Config, Directive, Here, Override, Place};
    pub use crate::error::ConfError;
    pub use crate::filters::FilterKind;
    pub use crate::hooks::{Handled, Hooks, Order, Outcome};
    pub use crate::log;
    pub use crate::module::Module;
    pub use crate::request::{Body, BoxFuture, Request, Response};
    pub use crate::server::log::Level;
    pub use http1::{Headers, Value};
}
