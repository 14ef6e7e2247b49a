//! Where a directive may stand: sections, and the classes of AllowOverride.

/// The classes of `AllowOverride` that let a directive stand in a `.htaccess` file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Override(u8);

impl Override {
    /// No class: not allowed in `.htaccess`.
    pub const NONE: Self = Self(0);
    /// Authorization.
    pub const AUTH_CONFIG: Self = Self(1);
    /// Document types, headers, rewriting.
    pub const FILE_INFO: Self = Self(2);
    /// Directory indexing.
    pub const INDEXES: Self = Self(4);
    /// Host access.
    pub const LIMIT: Self = Self(8);
    /// Directory features.
    pub const OPTIONS: Self = Self(16);
    /// Every class.
    pub const ALL: Self = Self(31);

    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Something of `other` is in this set.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the classes, as `AllowOverride` spells them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        const NAMES: [&str; 5] = ["AuthConfig", "FileInfo", "Indexes", "Limit", "Options"];
        NAMES.into_iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0).map(|(_, name)| name)
    }

    /// The class of that name, in any case: one of [`names`](Self::names), `All` or `None`.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "all" => Some(Self::ALL),
            "none" => Some(Self::NONE),
            name => (0..5)
                .map(|bit| Self(1 << bit))
                .find(|class| class.names().any(|n| n.eq_ignore_ascii_case(name))),
        }
    }
}

/// Where a directive may stand. The letters are those of Apache's manual: Server config, Virtual host,
/// Directory (any of the sections Directory, Location, Files and their Match forms).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the main server.
    pub server: bool,
    /// In a virtual host.
    pub vhost: bool,
    /// In a section of files or URLs.
    pub directory: bool,
    /// In a `.htaccess` file, where `AllowOverride` has one of these classes.
    pub htaccess: Override,
}

impl Place {
    /// Main server only.
    pub const S: Self = Self { server: true, vhost: false, directory: false, htaccess: Override::NONE };
    /// Main server and virtual hosts.
    pub const SV: Self = Self { vhost: true, ..Self::S };
    /// Anywhere but in `.htaccess`.
    pub const SVD: Self = Self { directory: true, ..Self::SV };
    /// Virtual hosts only.
    pub const V: Self = Self { server: false, ..Self::SV };
    /// Directory sections only.
    pub const D: Self = Self { server: false, vhost: false, ..Self::SVD };

    /// And in `.htaccess` where `AllowOverride` has that class.
    #[must_use]
    pub const fn htaccess(self, class: Override) -> Self {
        Self { htaccess: class, ..self }
    }
}
