//! What a build knows of itself: rendered by `./configure` into the program's `modules.rs`.

use crate::loadable::Anchor;
use crate::module::Linked;

/// A program: its MPM, its modules and its facts.
pub struct Build {
    /// The Multi-Processing Module, as a module among others; none where `LoadModule` brings it.
    pub mpm: Option<Linked>,
    /// The other modules in order.
    pub modules: &'static [Linked],
    /// Names, paths and versions.
    pub facts: Facts,
    /// The core that modules of their own files are built for; none where all is linked in.
    pub core: Option<&'static Anchor>,
}

/// Names, paths and versions that were chosen when the program was configured. Paths are relative to `server_root` if they
/// are below it, else absolute: an installed tree can be moved as a whole.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names are those of configure's options and of httpd -V")]
pub struct Facts {
    pub program_name: &'static str,
    /// HTTPD_ROOT: the prefix, absolute.
    pub server_root: &'static str,
    pub bindir: &'static str,
    pub sbindir: &'static str,
    pub libexecdir: &'static str,
    pub sysconfdir: &'static str,
    pub htdocsdir: &'static str,
    pub errordir: &'static str,
    pub iconsdir: &'static str,
    pub cgidir: &'static str,
    pub localstatedir: &'static str,
    pub runtimedir: &'static str,
    pub logfiledir: &'static str,
    /// SERVER_CONFIG_FILE.
    pub config_file: &'static str,
    /// AP_TYPES_CONFIG_FILE.
    pub types_config: &'static str,
    /// DEFAULT_PIDLOG.
    pub pid_file: &'static str,
    /// DEFAULT_ERRORLOG.
    pub error_log: &'static str,
    /// DEFAULT_SCOREBOARD.
    pub scoreboard: &'static str,
    pub mpm_name: &'static str,
    pub mpm_dir: &'static str,
    /// The target triple.
    pub target: &'static str,
    /// `rustc --version`.
    pub rustc: &'static str,
    /// When: `Nov 23 2026 02:49:00`.
    pub built: &'static str,
    /// The port of the shipped configuration.
    pub default_port: &'static str,
    /// The modules that this program does not have linked in, a line each: file, symbol, the file that it was built as or
    /// the option of configure that links it in (`-` where the tree has none), directives.
    pub elsewhere: &'static str,
}

impl Facts {
    /// Those of a program that is not installed anywhere: of a test, or of a benchmark.
    pub const NOWHERE: Self = Self {
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
        mpm_name: "none",
        mpm_dir: "modules/mpm/none",
        target: "",
        rustc: "",
        built: "",
        default_port: "80",
        elsewhere: "",
    };
}
