//! The readers of httpd.conf, of `.htaccess` files and of expressions.

use std::sync::LazyLock;

use conf::{Node, Source};
use httpd::config::{self, Expr, LoadOptions, Template, load};
use httpd::facts::{Build, Facts};
use httpd::module::{Module, linked};
use httpd::server::Generation;

/// Any bytes at all as httpd.conf: every place that is told lies in the text.
pub fn conf_parse(bytes: &[u8]) {
    let Ok(source) = Source::from_bytes("fuzz.conf", bytes) else { return };
    let parsed = conf::parse(&source);
    for error in &parsed.errors {
        assert!(error.position.line as usize <= source.text().lines().count() + 1);
        let _ = error.position.excerpt();
    }
    parsed.nodes.iter().for_each(visit);
}

fn visit(node: &Node) {
    let arguments = node.args().interpolate(&mut |name| Some(format!("<{name}>")));
    for (number, _) in arguments.words().iter().enumerate() {
        let _ = arguments.word_position(number).excerpt();
    }
    if let Node::Section(section) = node {
        section.children.iter().for_each(visit);
    }
}

/// Any text at all as an expression: every complaint is about a place in the text.
pub fn expr_parse(text: &str) {
    let complaints = [Expr::new(text).err(), Template::new(text).err()];
    for complaint in complaints.into_iter().flatten() {
        assert!(complaint.offset.is_some_and(|offset| text.is_char_boundary(offset)));
    }
}

/// Any bytes at all as a `.htaccess` file: every error has a place.
pub fn htaccess(bytes: &[u8]) {
    for error in config::htaccess::check(&GENERATION, "/srv", bytes).err().into_iter().flatten() {
        assert!(error.position.is_some(), "{error}");
    }
}

static GENERATION: LazyLock<Generation> = LazyLock::new(|| {
    let before = ["Listen 127.0.0.1:0", "ServerName localhost", "TypesConfig /dev/null"];
    let before = before.map(str::to_owned).to_vec();
    let loaded = load(&LoadOptions { before, ..LoadOptions::new(&BUILD) });
    loaded.unwrap_or_else(|errors| unreachable!("{errors:?}"))
});

/// Stands where the MPM would.
struct NoMpm;

impl Module for NoMpm {
    const NAME: &str = "mpm_none_module";
    type Config = ();
}

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
        elsewhere: "",
    },
    core: None,
};
