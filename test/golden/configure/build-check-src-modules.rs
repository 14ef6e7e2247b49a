//! Written by configure: what is linked in, in this order, and where things are.

use httpd::facts::{Build, Facts};
use httpd::module::linked;
use httpd::module::linked_mpm;

pub static BUILD: Build = Build {
    mpm: Some(linked_mpm(&mpm::MODULE, "single.c")),
    modules: &[
        linked(&mod_hello::MODULE, "mod_hello.c"),
        linked(&mod_alias::MODULE, "mod_alias.c"),
        linked(&mod_setenvif::MODULE, "mod_setenvif.c"),
    ],
    facts: Facts {
        program_name: "httpd",
        mpm_name: "single",
        mpm_dir: "modules/mpm/single",
        server_root: "/usr/local/weir",
        bindir: "bin",
        sbindir: "bin",
        libexecdir: "modules",
        sysconfdir: "conf",
        htdocsdir: "htdocs",
        errordir: "error",
        iconsdir: "icons",
        cgidir: "cgi-bin",
        localstatedir: "",
        runtimedir: "logs",
        logfiledir: "logs",
        config_file: "conf/httpd.conf",
        types_config: "conf/mime.types",
        pid_file: "logs/httpd.pid",
        error_log: "logs/error_log",
        scoreboard: "logs/httpd_runtime_status",
        default_port: "80",
        elsewhere: include_str!("elsewhere.txt"),
        target: env!("BUILT_FOR"),
        rustc: env!("BUILT_BY"),
        built: env!("BUILT"),
    },
    core: None,
};
