//! The facts of a program that is only tested.

use httpd::facts::Facts;

pub(crate) const FACTS: Facts = Facts {
    program_name: "httpd",
    server_root: "/",
    bindir: "",
    sbindir: "",
    libexecdir: "",
    sysconfdir: "",
    htdocsdir: "",
    errordir: "",
    iconsdir: "",
    cgidir: "",
    localstatedir: "",
    runtimedir: "",
    logfiledir: "",
    config_file: "httpd.conf",
    types_config: "mime.types",
    pid_file: "httpd.pid",
    error_log: "error_log",
    scoreboard: "status",
    mpm_name: "perchild",
    mpm_dir: "modules/mpm/perchild",
    target: "",
    rustc: "",
    built: "",
    default_port: "80",
    elsewhere: "",
};
