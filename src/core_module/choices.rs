//! The core's settings that are one word of a few.

use crate::config::values::Keyword;

/// Declares such a setting: its meanings, each with the word that means it.
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $meaning:ident = $($word:literal)|+,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name { $($(#[$doc])* $meaning,)* }

            impl Keyword for $name {
                const WORDS: &'static [(&'static str, Self)] = &[$($(($word, Self::$meaning),)+)*];
            }
        )*
    };
}

choices! {
    /// AcceptPathInfo: whether a path may go on after a file's name.
    AcceptPathInfo {
        /// Yes, whatever the handler.
        On = "On",
        /// No: such a path is not found.
        Off = "Off",
        /// As the handler says: files refuse it, scripts take it.
        Default = "Default",
    }

    /// AllowEncodedSlashes: what `%2F` in a path means.
    AllowEncodedSlashes {
        /// It is decoded.
        On = "On",
        /// Such a path is not found.
        Off = "Off",
        /// It is left as it is.
        NoDecode = "NoDecode",
    }

    /// HostnameLookups: whether names of clients are asked for.
    HostnameLookups {
        /// Never.
        Off = "Off",
        /// For the log and for scripts.
        On = "On",
        /// And the name must lead back to the address.
        Double = "Double",
    }

    /// ServerSignature: the line under pages that the server makes.
    ServerSignature {
        /// None.
        Off = "Off",
        /// Version and name of the virtual host.
        On = "On",
        /// With a `mailto:` of ServerAdmin.
        EMail = "EMail",
    }

    /// ServerTokens: what the `Server` field tells, for a server 1.2.3.
    ServerTokens {
        /// `Weir/1.2.3 (Unix)` and what modules add.
        Full = "Full",
        /// `Weir/1.2.3 (Unix)`.
        Os = "OS",
        /// `Weir/1.2.3`.
        Minimal = "Minimal" | "Min",
        /// `Weir/1.2`.
        Minor = "Minor",
        /// `Weir/1`.
        Major = "Major",
        /// `Weir`.
        Prod = "Prod" | "ProductOnly",
    }

    /// TraceEnable: what becomes of `TRACE`.
    TraceEnable {
        /// Answered where it has no body (RFC 9110, 9.3.8).
        On = "On",
        /// Refused with 405.
        Off = "Off",
        /// Answered with a body too: for tests.
        Extended = "Extended",
    }

    /// UseCanonicalName: where the name in the server's own URLs comes from.
    UseCanonicalName {
        /// From the request, else from ServerName.
        Off = "Off",
        /// From ServerName.
        On = "On",
        /// From a look-up of the local address.
        Dns = "DNS",
    }
}
