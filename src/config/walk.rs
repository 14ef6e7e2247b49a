//! Merging, for one request, the sections that match it.

use crate::hooks::Outcome;
use crate::request::Request;

/// The sections of the URL, before it is mapped to a file.
pub fn location_walk(_r: &mut Request) {}

/// The sections of the file, and what the file system says of it.
pub fn map_to_storage(_r: &mut Request) -> Outcome {
    Outcome::Declined
}
