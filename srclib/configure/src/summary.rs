//! The last thing that configure says: what will be built, where it goes, and what to type next.

use crate::render::Plan;
use std::path::Path;

/// The whole text, in two columns.
pub fn text(plan: &Plan) -> String {
    let program = format!("{}{}", plan.program_name, plan.program_suffix);
    let dir = |name: &str| plan.dirs.get(name).display().to_string();
    let modules: Vec<_> = plan.modules.iter().map(|module| module.package.as_str()).collect();
    let mut out = format!("\nWeir httpd {} is configured.\n\n", plan.version);
    for (what, value) in [
        ("program", format!("{program}, for {}", plan.target)),
        ("MPM", plan.mpm.name.clone()),
        (
            &format!("{} modules", modules.len()),
            if modules.is_empty() { "none".to_owned() } else { modules.join(" ") },
        ),
        ("ServerRoot", dir("prefix")),
        ("installed as", Path::new(&dir("sbindir")).join(&program).display().to_string()),
        ("configuration", format!("{}/{}.conf", dir("sysconfdir"), plan.program_name)),
        ("documents", dir("htdocsdir")),
        ("logs", dir("logfiledir")),
    ] {
        out += &wrapped(what, &value);
    }
    out += &format!(
        "\nType\n  make            to build {program} in this directory\n  \
           make run        to build it and look at it in a browser\n  \
           make check      to test it\n  \
           make install    to put it under {}\n",
        dir("prefix")
    );
    out
}

/// `  WHAT          VALUE`, with more lines below the value where it is long.
fn wrapped(what: &str, value: &str) -> String {
    let mut out = String::new();
    let mut line = format!("  {what:<15}");
    for word in value.split(' ') {
        if line.len() + 1 + word.len() > 100 && line.len() > 18 {
            out += &(line + "\n");
            line = " ".repeat(17);
        }
        line = line + " " + word;
    }
    out + &line + "\n"
}
