//! What Haiku has not.

/// No error says so: a full channel is an ordinary EWOULDBLOCK.
pub(crate) const TOO_MANY_ON_THEIR_WAY: Option<i32> = None;

pub(crate) fn load_average() -> Option<[f64; 3]> {
    None
}
