//! Written by configure: the core as one library, for the program and for modules in files of their own.

pub use httpd::*;

use httpd::loadable::Anchor;

/// What every module's file refers to: none that was built for another core can be opened.
// SAFETY: the name holds a hash of all that this library is made of, so nothing else has it.
#[unsafe(export_name = concat!("httpd_core_", env!("CORE_SYMBOL")))]
pub static CORE: Anchor = Anchor { build: env!("CORE_BUILD") };
