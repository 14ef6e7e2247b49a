//! The configuration that Debian's package apache2 brings is accepted as it lies there: what is told of it is about modules that this
//! server does not have yet, of each once, and of no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use httpd::config::{self, LoadOptions};
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
    let generation = config::load(&options).map_err(|errors| config::report(&errors))?;
    let missing = missing(build)?;
    let told: Vec<&str> = generation.warnings.iter().filter_map(|(_, warning)| not_loaded(warning)).collect();
    let twice = told.len() > told.iter().collect::<BTreeSet<_>>().len();
    if !twice && told.iter().copied().collect::<BTreeSet<_>>() == missing.iter().map(String::as_str).collect()
    {
        return Ok(Completion::Completed);
    }
    let warnings = config::warnings(&generation.warnings);
    Err(format!("these are not there: {missing:?}, each to be told of once; told is\n{warnings}").into())
}

/// What the package loads and this server does not have.
fn missing(build: &'static Build) -> Result<BTreeSet<String>, Failed> {
    let mut missing = BTreeSet::new();
    for file in fs::read_dir(Path::new(FOLDER).join("mods-enabled"))? {
        let path = file?.path();
        if path.extension().is_some_and(|end| end == "load") {
            let text = fs::read_to_string(&path)?;
            let symbols = text.lines().filter_map(|line| line.strip_prefix("LoadModule ")?.split(' ').next());
            missing.extend(symbols.map(str::to_owned));
        }
    }
    for linked in config::modules(build) {
        missing.remove(linked.symbol());
    }
    Ok(missing)
}

/// The module that a warning says is not loaded.
fn not_loaded(warning: &str) -> Option<&str> {
    let words = warning.split(" is not loaded").next().filter(|words| words.len() < warning.len())?;
    words.rsplit(' ').next()
}
