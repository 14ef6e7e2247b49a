//! Which names a table of fields may hold.

/// One bit for each kind of name that may be there, so that asking for an absent field costs next to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds(u64);

impl Kinds {
    /// A field of this name is there from now on.
    pub(crate) fn add(&mut self, name: &[u8]) {
        self.0 |= kind(name);
    }

    /// All that may be in another table may be here too.
    pub(crate) fn add_all(&mut self, other: Kinds) {
        self.0 |= other.0;
    }

    /// `false`: there is no field of this name.
    #[inline]
    pub(crate) fn may_have(self, name: &[u8]) -> bool {
        self.0 & kind(name) != 0
    }
}

/// The bit that stands for names of this length and first letter.
#[inline]
fn kind(name: &[u8]) -> u64 {
    let first = name.first().map_or(0, u8::to_ascii_lowercase);
    1 << ((name.len() as u32 * 5 + u32::from(first)) % 64)
}
