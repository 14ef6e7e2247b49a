//! What Linux has. `portable/` has the same rooms with the same faces.

pub(crate) mod file;
