//! `httpd -v` and `httpd -V`.

use crate::facts::Build;
use crate::mpm::{Count, Traits};

/// Product and version, as in the `Server` field.
pub const SERVER_VERSION: &str = concat!("Weir/", env!("CARGO_PKG_VERSION"));

/// The Apache version whose configuration is understood: what `<IfVersion>` compares with.
pub const APACHE_VERSION: &str = "2.4.59";

/// What `-v` prints.
pub(super) fn version(build: &Build) -> String {
    format!("Server version: {SERVER_VERSION} (Unix)\nServer built:   {}\n", build.facts.built)
}

/// What `-V` prints: lines that scripts read, in Apache's shapes.
pub(super) fn settings(build: &Build, mpm: Option<Traits>) -> String {
    let facts = &build.facts;
    let defined = [
        ("HTTPD_ROOT", facts.server_root),
        ("SERVER_CONFIG_FILE", facts.config_file),
        ("AP_TYPES_CONFIG_FILE", facts.types_config),
        ("DEFAULT_PIDLOG", facts.pid_file),
        ("DEFAULT_ERRORLOG", facts.error_log),
        ("DEFAULT_SCOREBOARD", facts.scoreboard),
        ("MPM_DIR", facts.mpm_dir),
    ];
    let mut text = version(build);
    text += &format!("Configuration:  as of Apache/{APACHE_VERSION}\n");
    text += &format!("Compiled using: {} for {}\n", facts.rustc, facts.target);
    text += &format!("Architecture:   {}-bit\n", usize::BITS);
    match mpm {
        Some(mpm) => {
            text += &format!("Server MPM:     {}\n", mpm.name);
            text += &format!("  threaded:     {}\n", count(mpm.threaded, "thread"));
            text += &format!("    forked:     {}\n", count(mpm.forked, "process"));
        }
        None => text += "Server MPM:     none: the configuration says which one is loaded\n",
    }
    if let Some(core) = build.core {
        text += &format!("Core:           {}\n", core.build);
    }
    text +=
        "Server compiled with....\n -D APR_HAS_SENDFILE\n -D APR_HAVE_IPV6 (IPv4-mapped addresses enabled)\n";
    if os::has_debug_checks() {
        // As Apache's --enable-maintainer-mode names it.
        text += " -D AP_DEBUG\n";
    }
    for (name, value) in defined {
        text += &format!(" -D {name}=\"{value}\"\n");
    }
    text
}

fn count(count: Count, what: &str) -> String {
    match count {
        Count::No => "no".to_owned(),
        Count::Static => format!("yes (fixed {what} count)"),
        Count::Dynamic => format!("yes (variable {what} count)"),
    }
}
