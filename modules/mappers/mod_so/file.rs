//! What can be known of a module's file before any of its code runs: the core that it was built for, and the modules that
//! it holds. Both are names of symbols, which the linker keeps in every file.

use std::collections::BTreeSet;

use httpd::loadable::{Anchor, CORE_PREFIX, MODULE_PREFIX, build_of};
use httpd::prelude::*;

/// What a file says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The cores that it refers to, one where all is well.
    builds: BTreeSet<String>,
    /// The modules in it.
    symbols: BTreeSet<String>,
}

/// Why a file is not loaded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It cannot be read; the dynamic linker cannot take it.
    Unusable(String),
    /// It has no module, or one that no build of this server knows.
    NoModule,
    /// It was built for these.
    OtherCore(Vec<String>),
    /// It has other modules than the one that was asked for.
    NoSuchSymbol(Vec<String>),
    /// It was linked with a core of its own.
    OwnCore,
    /// What is mapped of it was overwritten.
    ChangedInPlace,
}

impl Contents {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        // The prefixes alone stand in the server's own files, too.
        let builds = names(bytes, CORE_PREFIX).filter(|name| name.contains("__rustc"));
        let symbols = names(bytes, MODULE_PREFIX).filter(|name| name.ends_with("_module"));
        Self { builds: builds.map(build_of).collect(), symbols: symbols.map(str::to_owned).collect() }
    }

    /// Whether a file with these contents may be opened for this module and core.
    pub(crate) fn check(&self, symbol: &str, core: &Anchor) -> Result<(), Refusal> {
        if self.builds.is_empty() || self.symbols.is_empty() {
            return Err(Refusal::NoModule);
        }
        if !self.builds.iter().all(|build| build == core.build) {
            return Err(Refusal::OtherCore(self.builds.iter().cloned().collect()));
        }
        if !self.symbols.contains(symbol) {
            return Err(Refusal::NoSuchSymbol(self.symbols.iter().cloned().collect()));
        }
        Ok(())
    }
}

impl Refusal {
    /// The sentence for the administrator; the file is the line's second argument, but for a wrong name.
    pub(crate) fn complaint(self, symbol: &str, file: &str, core: &Anchor) -> Complaint {
        let again = "build it with this server's apxs";
        match self {
            Self::Unusable(why) => {
                Complaint::new(format!("Cannot load {file} into server: {why}")).argument(1)
            }
            Self::NoModule => Complaint::new(format!("{file} is no module of this server")).argument(1).hint(again),
            Self::OtherCore(builds) => {
                let sentence = format!("{file} was built for {}, and this server is {}", builds.join(" and "), core.build);
                Complaint::new(sentence).argument(1).hint(again)
            }
            Self::NoSuchSymbol(symbols) => {
                let sentence = format!("Can't locate API module structure `{symbol}' in file {file}");
                Complaint::new(sentence).argument(0).hint(format!("the file has {}", symbols.join(" and ")))
            }
            Self::OwnCore => {
                let sentence = format!("{file} carries a server core of its own");
                Complaint::new(sentence).argument(1).hint(again)
            }
            Self::ChangedInPlace => Complaint::new(format!("{file} was overwritten while this server has it open"))
                .argument(1)
                .hint("stop the server, and start it again; apxs -i and make install put a new file in place of the old"),
        }
    }
}

/// What stands behind each occurrence of a prefix, to the end of the name.
fn names<'a>(bytes: &'a [u8], prefix: &'static str) -> impl Iterator<Item = &'a str> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    // The first byte is asked for by itself: files are large, and comparing words everywhere would be most of a start.
    let first = prefix.as_bytes()[0];
    let starts = bytes.iter().enumerate().filter(move |(_, byte)| **byte == first);
    starts.filter(move |(at, _)| bytes[*at..].starts_with(prefix.as_bytes())).filter_map(move |(at, _)| {
        let rest = &bytes[at + prefix.len()..];
        let end = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).ok().filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORE: Anchor = Anchor { build: "0.1.0-rustc1.95.0-aaaa" };

    fn told(bytes: &[u8], symbol: &str) -> String {
        let refusal = Contents::of(bytes).check(symbol, &CORE).unwrap_err();
        let complaint = refusal.complaint(symbol, "modules/mod_foo.so", &CORE);
        format!("{}; {}", complaint.sentence, complaint.hint.unwrap_or_default())
    }

    #[test]
    fn a_file_for_this_core_is_taken() {
        let file =
            b"\x7fELF\0httpd_core_0_1_0__rustc1_95_0__aaaa\0malloc\0httpd_module_foo_module\0httpd_core_\0";
        assert_eq!(Contents::of(file).check("foo_module", &CORE), Ok(()));
    }

    #[test]
    fn the_server_itself_is_no_module() {
        let file =
            b"\x7fELF\0httpd_core_0_1_0__rustc1_95_0__aaaa\0httpd_core_module_assertion\0httpd_module_Stext";
        assert_eq!(Contents::of(file).check("foo_module", &CORE), Err(Refusal::NoModule));
    }

    #[test]
    fn each_refusal_has_its_sentence() {
        for (file, symbol, expected) in [
            (
                &b"\x7fELF malloc"[..],
                "foo_module",
                "modules/mod_foo.so is no module of this server; build it with this server's apxs",
            ),
            (
                b"httpd_module_foo_module",
                "foo_module",
                "modules/mod_foo.so is no module of this server; build it with this server's apxs",
            ),
            (
                b"httpd_core_0_1_0__rustc1_94_0__bbbb\0httpd_module_foo_module\0",
                "foo_module",
                "modules/mod_foo.so was built for 0.1.0-rustc1.94.0-bbbb, and this server is 0.1.0-rustc1.95.0-aaaa; \
                 build it with this server's apxs",
            ),
            (
                b"httpd_core_0_1_0__rustc1_95_0__aaaa\0httpd_module_foo_module\0",
                "bar_module",
                "Can't locate API module structure `bar_module' in file modules/mod_foo.so; the file has foo_module",
            ),
        ] {
            assert_eq!(told(file, symbol), expected);
        }
        for (refusal, expected) in [
            (Refusal::OwnCore, "modules/mod_foo.so carries a server core of its own"),
            (Refusal::ChangedInPlace, "modules/mod_foo.so was overwritten while this server has it open"),
            (
                Refusal::Unusable("No such file or directory".into()),
                "Cannot load modules/mod_foo.so into server: No such file or directory",
            ),
        ] {
            assert_eq!(refusal.complaint("foo_module", "modules/mod_foo.so", &CORE).sentence, expected);
        }
    }
}
