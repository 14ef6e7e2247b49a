//! mod_so: `LoadModule` and `LoadFile`, as far as a program can go whose modules are all linked in: a module
//! that is there is accepted, so that configurations need no change; any other is an error.

use httpd::prelude::*;

/// The module.
pub static MODULE: So = So;

/// mod_so.
pub struct So;

impl Module for So {
    const NAME: &'static str = "so_module";
    type Config = ();

    const DIRECTIVES: &'static [Directive<()>] = &[
        Directive::two(
            "LoadModule",
            Place::S,
            "name_module file",
            "makes a module's directives known; modules that are compiled in need no loading",
            |(), symbol, file, here| {
                if here.has_module(symbol) {
                    here.warn(format!("{symbol} is compiled in: LoadModule is not needed"));
                    return Ok(());
                }
                let name = symbol.strip_suffix("_module").unwrap_or(symbol);
                Err(Complaint::new(format!("{symbol} is not compiled in, and {file} cannot be loaded: this server has no shared modules"))
                    .argument(0)
                    .hint(format!("configure it with --enable-{}, or put the line into <IfModule {symbol}>", name.replace('_', "-"))))
            },
        ),
        Directive::each(
            "LoadFile",
            Place::S,
            "file ...",
            "loads libraries that modules need",
            |(), file, _| {
                Err(Complaint::new(format!("{file} cannot be loaded: this server has no shared modules"))
                    .argument(0))
            },
        ),
    ];
}
