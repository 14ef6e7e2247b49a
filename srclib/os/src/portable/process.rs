//! What cannot be asked or set everywhere.

use std::io;

/// Unknown: the caller's word must do.
pub(crate) fn threads() -> Option<u64> {
    None
}

pub(crate) fn set_dumpable(_on: bool) -> io::Result<()> {
    Ok(())
}
