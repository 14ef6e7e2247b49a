//! mod_so: `LoadModule` and `LoadFile`. What was opened stays mapped for as long as the process lives; a restart reads the
//! lines anew, and takes a file that has changed beside the old one.

mod file;
mod loader;

use std::path::Path;

use httpd::config::Way;
use httpd::prelude::*;

/// The module.
pub static MODULE: So = So;

/// mod_so.
pub struct So;

impl Module for So {
    const NAME: &'static str = "so_module";
    type Config = ();

    const DIRECTIVES: &'static [Directive<()>] = &[
        Directive::early(
            "LoadModule",
            Place::S,
            ("name_module file", 2..=2),
            "makes the directives of a module known that is in a file of its own",
            |words, here| load_module(words[0], words[1], here),
        ),
        Directive::early(
            "LoadFile",
            Place::S,
            ("file ...", 1..=usize::MAX),
            "opens libraries that modules need, before the modules",
            |files, here| {
                let load = |(place, file): (usize, &&str)| {
                    load_file(file, here).map_err(|complaint| complaint.argument(place))
                };
                files.iter().enumerate().try_for_each(load)
            },
        ),
    ];
}

/// A module that is there already is no error: configurations are written for servers of either kind.
fn load_module(symbol: &str, file: &str, here: &mut Here<'_>) -> Result<(), Complaint> {
    match here.module(symbol).map(|linked| linked.is_shared()) {
        Some(true) => {
            here.warn(format!("AH01574: module {symbol} is already loaded, skipping"));
            return Ok(());
        }
        Some(false) => {
            here.warn(format!("{symbol} is compiled in: LoadModule is not needed"));
            return Ok(());
        }
        None => {}
    }
    let loaded = match here.build().core {
        None => Err(all_is_linked_in(symbol, file, here)),
        Some(core) => loader::module(symbol, &here.server_path(file), core)
            .map_err(|refusal| refusal.complaint(symbol, file, core)),
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(complaint) => return do_without(symbol, here).ok_or(complaint),
    };
    if loaded.is_old {
        here.warn(format!("AH20801: {file} has changed, but an MPM serves until the server is stopped: {symbol} goes on as it was"));
    }
    here.add_module(loaded.linked)
}

/// What the configuration can be read without: a module that this server does not have yet, and an MPM other than its own. Nothing
/// is lost by that: a line that needs the module is an error of its own, unless answers are right without.
fn do_without(symbol: &str, here: &mut Here<'_>) -> Option<()> {
    let missing = here.elsewhere(symbol)?;
    let name = missing.name();
    match missing.way {
        Way::None => {
            let sentence = format!("AH20892: there is no {name} for this server yet: {symbol} is not loaded");
            here.forgo(missing, sentence);
        }
        Way::Option(option) if option.starts_with("--with-mpm") && here.build().mpm.is_some() => {
            let own = here.build().facts.mpm_name;
            here.forgo(missing, format!("AH20893: {symbol} is not loaded: the MPM of this server is {own}"));
        }
        Way::Option(_) | Way::File(_) => return None,
    }
    Some(())
}

fn load_file(file: &str, here: &mut Here<'_>) -> Result<(), Complaint> {
    if here.build().core.is_none() {
        let sentence = format!("{file} cannot be loaded: this server has no shared modules");
        return Err(Complaint::new(sentence).hint("configure it with --enable-so"));
    }
    let below = here.server_path(file);
    // As Apache does it: a bare name is also looked for where the system keeps its libraries.
    let path = if below.exists() || file.contains('/') { &*below } else { Path::new(file) };
    loader::library(path).map_err(|error| Complaint::new(format!("Cannot load {file} into server: {error}")))
}

fn all_is_linked_in(symbol: &str, file: &str, here: &Here<'_>) -> Complaint {
    let complaint = Complaint::new(format!(
        "{symbol} is not compiled in, and {file} cannot be loaded: this server has no shared modules"
    ));
    complaint.argument(0).hint(match here.elsewhere(symbol).map(|module| module.way) {
        Some(Way::Option(option)) => {
            format!("configure it with {option}, or put the line into <IfModule {symbol}>")
        }
        _ => format!("put the line into <IfModule {symbol}>"),
    })
}
