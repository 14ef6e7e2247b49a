//! The httpd.conf that is installed, rendered by configure for every layout: the built server reads it as it is, without a warning.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed};

use super::Test;
use crate::ground::Ground;
use crate::httpd::Program;
use crate::options::compiled_from;

pub(super) const TESTS: &[Test] = &[("their-configurations-are-good", are_good)];

/// Where `./configure` leaves the program behind it, from the build directory.
const CONFIGURE: &str = "build/configure/debug/configure";

fn are_good(program: &Program) -> Result<Completion, Failed> {
    let configure = env::current_dir()?.join(CONFIGURE);
    if !configure.exists() {
        return Ok(Completion::ignored_with(format!("there is no {CONFIGURE} below this directory")));
    }
    let source = compiled_from();
    let layouts = fs::read_to_string(source.join("templates/config.layout"))?;
    let names = layouts.lines().filter_map(|line| line.strip_prefix("<Layout ")?.strip_suffix('>'));
    // One build directory for all: what configure found out of the machine it finds there again.
    let ground = Ground::new()?;
    let mut wrong = Vec::new();
    for name in names {
        if let Err(failed) = is_good(program, &ground, &configure, &source, name) {
            wrong.push(format!("{name}: {}", failed.message().unwrap_or_default()));
        }
    }
    if wrong.is_empty() { Ok(Completion::Completed) } else { Err(wrong.join("\n").into()) }
}

fn is_good(
    program: &Program,
    ground: &Ground,
    configure: &Path,
    source: &Path,
    layout: &str,
) -> Result<(), Failed> {
    let mut command = Command::new(configure);
    command.arg(format!("--srcdir={}", source.display())).arg(format!("--with-mpm={}", program.mpm));
    command.args(["--quiet", "--with-user=#65534", "--with-group=#65534"]);
    command.arg(format!("--enable-layout={layout}"));
    let rendered = command.current_dir(ground.root()).stdin(Stdio::null()).output()?;
    if !rendered.status.success() {
        return Err(String::from_utf8_lossy(&rendered.stderr).into());
    }
    fs::copy(ground.root().join("build/conf/httpd.conf"), ground.conf_file())?;
    // Nothing is installed: what the server would read is where the sources have it, and folders are not looked for.
    let types = format!(
        "<IfModule mime_module>\nTypesConfig \"{}\"\n</IfModule>",
        source.join("templates/mime.types").display()
    );
    let output = program.run_with(ground, &["-t", "-T", "-c", &types])?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said == "Syntax OK\n" { Ok(()) } else { Err(said.into()) }
}
