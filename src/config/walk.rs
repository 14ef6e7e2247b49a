//! Merging, for one request, the sections that match it.
