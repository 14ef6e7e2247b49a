//! What a module looks like in a file of its own: made by the few lines that `./configure` and apxs put around a module's
//! crate, and read by the module that loads it.
//!
//! A file is bound to one core, to the byte: rustc promises nothing about the layout of types from one compilation to the
//! next. So the core's library exports a symbol whose name holds what the core was [built](Anchor::build) from, every
//! module's file refers to it, and no file is opened that refers to another.

use crate::module::{Linked, Module, linked, linked_mpm};
use crate::mpm::Mpm;

/// In front of the name that the core's library exports: `httpd_core_0_1_0__rustc1_95_0__5e58c1d2e3f4a5b6`.
pub const CORE_PREFIX: &str = "httpd_core_";

/// In front of the name that a module's file exports: `httpd_module_alias_module`.
pub const MODULE_PREFIX: &str = "httpd_module_";

/// The core's library, as modules refer to it. There is one in a process; a second one would be another core's.
#[derive(Debug, PartialEq, Eq)]
pub struct Anchor {
    /// What the core was built from: version, compiler, and a hash of sources, compiler, flags and dependencies.
    pub build: &'static str,
}

/// What a module's file exports.
#[repr(C)]
pub struct Loadable {
    /// The core that it was linked with.
    pub core: &'static Anchor,
    /// The module.
    pub linked: Linked,
}

/// A module for its own file. It does not compile if `symbol`, of the manifest, is not what the module calls itself.
pub const fn loadable<M: Module>(
    core: &'static Anchor,
    module: &'static M,
    symbol: &str,
    file: &'static str,
) -> Loadable {
    assert!(same(M::NAME, symbol), "the module's NAME is not the symbol that its manifest gives");
    Loadable { core, linked: linked(module, file).as_shared() }
}

/// As [`loadable`], for an MPM.
pub const fn loadable_mpm<M: Mpm>(
    core: &'static Anchor,
    module: &'static M,
    symbol: &str,
    file: &'static str,
) -> Loadable {
    assert!(same(M::NAME, symbol), "the module's NAME is not the symbol that its manifest gives");
    Loadable { core, linked: linked_mpm(module, file).as_shared() }
}

/// The build that a symbol of a core's library names, without its prefix: `_` stands for `.` and `__` for `-`.
pub fn build_of(symbol: &str) -> String {
    symbol.replace("__", "-").replace('_', ".")
}

/// `==`, which is not for constants yet.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_builds_are_read_back() {
        assert_eq!(build_of("0_1_0__rustc1_95_0__5e58c1d2"), "0.1.0-rustc1.95.0-5e58c1d2");
    }

    #[test]
    fn texts_are_compared_whole() {
        assert!(same("", "") && same("ab", "ab"));
        assert!(!same("ab", "a") && !same("a", "ab") && !same("ab", "ac"));
    }
}
