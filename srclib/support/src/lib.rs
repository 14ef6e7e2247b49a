//! The companion programs
