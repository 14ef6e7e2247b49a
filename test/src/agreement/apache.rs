//! Debian's apache2, as far as it says whether a configuration is good.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use httpd::config;
use httpd::facts::Build;
use libtest_mimic::Failed;

use crate::ground::Ground;

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// apache2 with the modules that this program has too.
pub(super) struct Apache {
    root: PathBuf,
}

impl Apache {
    /// The inner error says why it cannot be asked here.
    pub(super) fn new(build: &Build, ground: &Ground) -> Result<Result<Self, String>, Failed> {
        if !Path::new(PROGRAM).exists() {
            return Ok(Err(format!("there is no {PROGRAM}")));
        }
        let mut lines = String::from("DefaultRuntimeDir logs\n");
        let known = config::modules(build);
        let ours = known.iter().map(|linked| (linked.symbol(), linked.file().trim_end_matches(".c")));
        for (symbol, file) in ours.chain([("mpm_prefork_module", "mod_mpm_prefork")]) {
            let shared = format!("{MODULES}/{file}.so");
            if Path::new(&shared).exists() {
                lines.push_str(&format!("LoadModule {symbol} {shared}\n"));
            }
        }
        fs::write(ground.root().join("conf/apache2.conf"), lines)?;
        Ok(Ok(Self { root: ground.root().to_owned() }))
    }

    /// Whether it accepts a file, and what it says of it.
    pub(super) fn says(&self, file: &Path) -> Result<(bool, String), Failed> {
        let output = Command::new(PROGRAM)
            .arg("-t")
            .arg("-d")
            .arg(&self.root)
            .args(["-C", "Include conf/apache2.conf"])
            .arg("-f")
            .arg(file)
            .stdin(Stdio::null())
            .output()?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}
