//! The configuration that Debian's package apache2 brings is read as it lies there: what is told of it is about modules that this
//! server does not have yet, and of each once.

use std::collections::HashSet;
use std::path::Path;

use httpd::config::{self, LoadOptions};
use httpd::error::ConfError;
use httpd::facts::Build;
use libtest_mimic::{Completion, Failed, Trial};

const FOLDER: &str = "/etc/apache2";

/// What the package's envvars export; the folders are such as are there.
const VARIABLES: [(&str, &str); 6] = [
    ("APACHE_RUN_USER", "#65534"),
    ("APACHE_RUN_GROUP", "#65534"),
    ("APACHE_PID_FILE", "/tmp/apache2.pid"),
    ("APACHE_RUN_DIR", "/tmp"),
    ("APACHE_LOCK_DIR", "/tmp"),
    ("APACHE_LOG_DIR", "/tmp"),
];

/// The test.
pub fn trial(build: &'static Build) -> Trial {
    Trial::ignorable_test("debian/the-configuration-of-apache2-is-read-as-it-is", move || read(build))
        .with_kind(build.facts.mpm_name)
}

fn read(build: &'static Build) -> Result<Completion, Failed> {
    if !Path::new(FOLDER).join("apache2.conf").exists() {
        return Ok(Completion::ignored_with(format!("there is no {FOLDER}/apache2.conf")));
    }
    let options = LoadOptions {
        server_root: FOLDER.into(),
        config_file: "apache2.conf".into(),
        before: VARIABLES.iter().map(|(name, text)| format!("Define {name} {text}")).collect(),
        check_directories: false,
        ..LoadOptions::new(build)
    };
    let errors = config::load(&options).err().unwrap_or_default();
    let wrong: Vec<ConfError> = errors.iter().filter(|error| provider(error).is_none()).cloned().collect();
    if !wrong.is_empty() {
        return Err(config::report(&wrong).into());
    }
    let modules: HashSet<&str> = errors.iter().filter_map(provider).collect();
    if modules.len() < errors.len() {
        return Err(format!("a module is told of twice:\n{}", config::report(&errors)).into());
    }
    Ok(Completion::Completed)
}

/// The module that an error says is missing.
fn provider(error: &ConfError) -> Option<&str> {
    let (_, provider) = error.hint.as_deref()?.split_once(" is provided by ")?;
    provider.split([',', ':']).next()
}
