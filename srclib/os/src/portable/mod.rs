//! Plain POSIX, for systems without what `linux/` uses; the same rooms with the same faces.

pub(crate) mod file;
