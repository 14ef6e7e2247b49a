//! The host table: from a configuration name (`x86_64-pc-linux-gnu`) to the default MPM and the Rust target.

use std::fmt;

/// A family of operating systems: what `hosts` in a module's manifest names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Everything with `fork`, signals and users.
    Unix,
    /// Windows NT and its heirs.
    Windows,
    /// BeOS and its heir Haiku.
    Beos,
    /// Novell NetWare.
    Netware,
    /// OS/2.
    Os2,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unix => "Unix",
            Self::Windows => "Windows",
            Self::Beos => "BeOS",
            Self::Netware => "NetWare",
            Self::Os2 => "OS/2",
        })
    }
}

impl Family {
    /// The word that manifests use for this family in `hosts`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Windows => "windows",
            Self::Beos => "beos",
            Self::Netware => "netware",
            Self::Os2 => "os2",
        }
    }

    /// What the linker puts behind a program's name.
    pub fn program_suffix(self) -> &'static str {
        match self {
            Self::Windows | Self::Os2 => ".exe",
            _ => "",
        }
    }
}

/// The machine that the server will run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// As it was given: a GNU configuration name or a Rust target.
    pub name: String,
    /// Its family of operating systems.
    pub family: Family,
    /// The MPM that the manual gives to this family.
    pub mpm: &'static str,
    /// The Rust target, or one sentence that says why there is none.
    pub target: Result<String, String>,
}

/// Finds `name` in the table. `targets` is what `rustc --print target-list` knows.
pub fn host(name: &str, targets: &[String]) -> Host {
    let row = ROWS.iter().find(|row| name.contains(row.system)).unwrap_or(&ANY_OTHER);
    let target = if targets.iter().any(|target| target == name) {
        Ok(name.to_owned())
    } else {
        target(row, name, targets)
    };
    Host { name: name.to_owned(), family: row.family, mpm: row.mpm, target }
}

/// The target beside `target` whose programs need no library of the host.
pub fn musl(target: &str, targets: &[String]) -> Result<String, String> {
    let musl = target.replace("-linux-gnu", "-linux-musl");
    if target.contains("-linux-musl") || (musl != target && targets.contains(&musl)) {
        Ok(musl)
    } else {
        Err(format!("Rust has no musl target for {target}"))
    }
}

/// One kind of host, recognised by a piece of its name.
struct Row {
    system: &'static str,
    family: Family,
    mpm: &'static str,
    target: Target,
}

enum Target {
    /// A pattern with `{cpu}`, `{vendor}`, and `{rest}`: what follows `system` in the name (`eabihf`).
    Is(&'static str),
    /// Rust does not compile for it.
    None(&'static str),
}

/// Where two rows could fit, the first one counts.
const ROWS: &[Row] = &[
    unix("-linux-gnu", "{cpu}-unknown-linux-gnu{rest}"),
    unix("-linux-musl", "{cpu}-unknown-linux-musl{rest}"),
    unix("-linux-uclibc", "{cpu}-unknown-linux-uclibc{rest}"),
    unix("-linux-android", "{cpu}-linux-android{rest}"),
    unix("-linux", "{cpu}-unknown-linux-gnu"),
    unix("-darwin", "{cpu}-apple-darwin"),
    unix("-freebsd", "{cpu}-unknown-freebsd"),
    unix("-netbsd", "{cpu}-unknown-netbsd"),
    unix("-openbsd", "{cpu}-unknown-openbsd"),
    unix("-dragonfly", "{cpu}-unknown-dragonfly"),
    unix("-illumos", "{cpu}-unknown-illumos"),
    unix("-solaris", "{cpu}-{vendor}-solaris"),
    unix("-cygwin", "{cpu}-pc-cygwin"),
    unix("-aix", "powerpc64-ibm-aix"),
    none("-aux3", Family::Unix, "prefork", "Rust has no target for A/UX."),
    none("-hpux", Family::Unix, "prefork", "Rust has no target for HP-UX."),
    none("-irix", Family::Unix, "prefork", "Rust has no target for IRIX."),
    none("-osf", Family::Unix, "prefork", "Rust has no target for Tru64 (OSF/1)."),
    none("-openedition", Family::Unix, "prefork", "Rust has no target for OS/390."),
    Row { system: "-haiku", family: Family::Beos, mpm: "beos", target: Target::Is("{cpu}-unknown-haiku") },
    none(
        "-beos",
        Family::Beos,
        "beos",
        "Rust has no target for BeOS; for its heir Haiku there is --host=x86_64-unknown-haiku.",
    ),
    none("-netware", Family::Netware, "mpm_netware", "Rust has no target for NetWare."),
    none("os2", Family::Os2, "mpmt_os2", "Rust has no target for OS/2."),
    windows("-mingw", "{cpu}-pc-windows-gnu"),
    windows("-windows", "{cpu}-pc-windows{rest}"),
];

/// A host that no row knows: the manual calls all of them Unix.
const ANY_OTHER: Row = Row {
    system: "",
    family: Family::Unix,
    mpm: "prefork",
    target: Target::None(
        "The host table has no Rust target for it; --host also takes one of `rustc --print target-list`.",
    ),
};

const fn unix(system: &'static str, target: &'static str) -> Row {
    Row { system, family: Family::Unix, mpm: "prefork", target: Target::Is(target) }
}

const fn windows(system: &'static str, target: &'static str) -> Row {
    Row { system, family: Family::Windows, mpm: "mpm_winnt", target: Target::Is(target) }
}

const fn none(system: &'static str, family: Family, mpm: &'static str, why: &'static str) -> Row {
    Row { system, family, mpm, target: Target::None(why) }
}

fn target(row: &Row, name: &str, targets: &[String]) -> Result<String, String> {
    let pattern = match row.target {
        Target::Is(pattern) => pattern,
        Target::None(why) => return Err(why.to_owned()),
    };
    let mut parts = name.split('-');
    let (processor, vendor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let rest = name.split_once(row.system).map_or("", |(_, rest)| rest);
    let target = pattern.replace("{cpu}", cpu(processor)).replace("{vendor}", vendor).replace("{rest}", rest);
    if targets.contains(&target) {
        Ok(target)
    } else {
        Err(format!("This rustc has no target for it: {target} is not in `rustc --print target-list`."))
    }
}

/// Rust's word for a processor where it differs from the GNU one.
fn cpu(gnu: &str) -> &str {
    match gnu {
        "amd64" => "x86_64",
        "i386" | "i486" | "i586" => "i686",
        "arm64" => "aarch64",
        "armv7l" => "armv7",
        "ppc64le" => "powerpc64le",
        "riscv64" => "riscv64gc",
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGETS: &[&str] = &[
        "x86_64-unknown-linux-gnu",
        "i686-unknown-linux-gnu",
        "arm-unknown-linux-gnueabihf",
        "aarch64-unknown-linux-musl",
        "aarch64-apple-darwin",
        "x86_64-unknown-freebsd",
        "x86_64-unknown-openbsd",
        "x86_64-pc-solaris",
        "sparcv9-sun-solaris",
        "powerpc64-ibm-aix",
        "x86_64-unknown-haiku",
        "x86_64-pc-windows-gnu",
        "x86_64-pc-windows-msvc",
        "x86_64-pc-cygwin",
    ];

    fn look_up(name: &str) -> Host {
        host(name, &TARGETS.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn names_lead_to_an_mpm_and_a_target() {
        for (name, family, mpm, target) in [
            ("x86_64-pc-linux-gnu", Family::Unix, "prefork", "x86_64-unknown-linux-gnu"),
            ("x86_64-unknown-linux-gnu", Family::Unix, "prefork", "x86_64-unknown-linux-gnu"),
            ("i386-linux-gnu", Family::Unix, "prefork", "i686-unknown-linux-gnu"),
            ("arm-linux-gnueabihf", Family::Unix, "prefork", "arm-unknown-linux-gnueabihf"),
            ("aarch64-alpine-linux-musl", Family::Unix, "prefork", "aarch64-unknown-linux-musl"),
            ("arm64-apple-darwin23.1.0", Family::Unix, "prefork", "aarch64-apple-darwin"),
            ("amd64-portbld-freebsd14.1", Family::Unix, "prefork", "x86_64-unknown-freebsd"),
            ("amd64-unknown-openbsd7.5", Family::Unix, "prefork", "x86_64-unknown-openbsd"),
            ("x86_64-pc-solaris2.11", Family::Unix, "prefork", "x86_64-pc-solaris"),
            ("sparcv9-sun-solaris2.10", Family::Unix, "prefork", "sparcv9-sun-solaris"),
            ("powerpc-ibm-aix7.2.0.0", Family::Unix, "prefork", "powerpc64-ibm-aix"),
            ("x86_64-pc-cygwin", Family::Unix, "prefork", "x86_64-pc-cygwin"),
            ("x86_64-unknown-haiku", Family::Beos, "beos", "x86_64-unknown-haiku"),
            ("x86_64-w64-mingw32", Family::Windows, "mpm_winnt", "x86_64-pc-windows-gnu"),
            ("x86_64-pc-windows-msvc", Family::Windows, "mpm_winnt", "x86_64-pc-windows-msvc"),
        ] {
            let found = look_up(name);
            assert_eq!((found.family, found.mpm, found.target), (family, mpm, Ok(target.into())), "{name}");
        }
    }

    #[test]
    fn a_musl_target_is_that_of_the_same_machine() {
        let targets = ["aarch64-unknown-linux-musl".to_owned()];
        let musl = |target: &str| musl(target, &targets);
        assert_eq!(musl("aarch64-unknown-linux-gnu"), Ok(targets[0].clone()));
        assert_eq!(musl("aarch64-unknown-linux-musl"), Ok(targets[0].clone()));
        assert!(musl("s390x-unknown-linux-gnu").unwrap_err().ends_with("for s390x-unknown-linux-gnu"));
        assert!(musl("aarch64-apple-darwin").is_err());
    }

    #[test]
    fn a_host_without_a_target_is_told_so_in_one_sentence() {
        for (name, mpm, sentence) in [
            ("i586-pc-beos", "beos", "Rust has no target for BeOS"),
            ("i386-pc-netware", "mpm_netware", "Rust has no target for NetWare."),
            ("i386-pc-os2-emx", "mpmt_os2", "Rust has no target for OS/2."),
            ("i386-pc-os2_emx", "mpmt_os2", "Rust has no target for OS/2."),
            ("m68k-apple-aux3", "prefork", "Rust has no target for A/UX."),
            ("vax-dec-linux-gnu", "prefork", "vax-unknown-linux-gnu is not in"),
            ("z80-unknown-cpm", "prefork", "--host also takes"),
        ] {
            let found = look_up(name);
            assert_eq!(found.mpm, mpm, "{name}");
            assert!(found.target.as_ref().is_err_and(|why| why.contains(sentence)), "{name}: {found:?}");
        }
    }
}
