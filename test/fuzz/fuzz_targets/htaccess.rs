//! Any bytes at all as a `.htaccess` file: no panic, and every error has a place.
#![no_main]

use std::sync::LazyLock;

use httpd::config::{LoadOptions, htaccess, load};
use httpd::facts::{Build, Facts};
use httpd::module::{Module, linked};
use httpd::server::Generation;
use libfuzzer_sys::fuzz_target;

/// Stands where the MPM would.
struct NoMpm;

impl Module for NoMpm {
    const NAME: &str = "mpm_none_module";
    type Config = ();
}

/// The modules whose directives stand in such files most.
static BUILD: Build = Build {
    mpm: Some(linked(&NoMpm, "none.c")),
    modules: &[
        linked(&mod_authz_core::MODULE, "mod_authz_core.c"),
        linked(&mod_mime::MODULE, "mod_mime.c"),
        linked(&mod_alias::MODULE, "mod_alias.c"),
        linked(&mod_dir::MODULE, "mod_dir.c"),
        linked(&mod_headers::MODULE, "mod_headers.c"),
        linked(&mod_setenvif::MODULE, "mod_setenvif.c"),
    ],
    facts: Facts {
        program_name: "fuzz",
        server_root: "/",
        bindir: "bin",
        sbindir: "sbin",
        libexecdir: "modules",
        sysconfdir: "conf",
        htdocsdir: "/",
        errordir: "error",
        iconsdir: "icons",
        cgidir: "cgi-bin",
        localstatedir: "var",
        runtimedir: "run",
        logfiledir: "logs",
        config_file: "dev/null",
        types_config: "dev/null",
        pid_file: "run/pid",
        error_log: "dev/null",
        scoreboard: "run/status",
        mpm_name: "none",
        mpm_dir: "none",
        target: "none",
        rustc: "none",
        built: "",
        default_port: "80",
    },
    core: None,
};

static GENERATION: LazyLock<Generation> = LazyLock::new(|| {
    let before = ["Listen 127.0.0.1:0", "ServerName localhost", "TypesConfig /dev/null"].map(str::to_owned).to_vec();
    load(&LoadOptions { before, ..LoadOptions::new(&BUILD) }).unwrap_or_else(|errors| panic!("{errors:?}"))
});

fuzz_target!(|bytes: &[u8]| {
    for error in htaccess::check(&GENERATION, "/srv", bytes).err().into_iter().flatten() {
        assert!(error.position.is_some(), "{error}");
    }
});
