//! What the program tells of itself and of its configuration: `-l`, `-L`, `-M`, `-S` and the `DUMP_` names.

use std::fmt::Write;
use std::net::IpAddr;

use super::listed;
use crate::args::Args;
use crate::config::{Override, Place, RowInfo, Written, modules};
use crate::facts::Build;
use crate::module::Linked;
use crate::server::vhost::VhostAddress;
use crate::server::{Generation, Vhost};

/// `-l`
pub(super) fn compiled_in(build: &Build) -> String {
    modules(build)
        .iter()
        .fold("Compiled in modules:\n".to_owned(), |text, linked| text + "  " + linked.file() + "\n")
}

/// `-L`
pub(super) fn directives(build: &Build) -> String {
    let mut text = String::new();
    for linked in modules(build) {
        for row in linked.rows() {
            text += &directive(&row, linked.file());
        }
    }
    text
}

fn directive(row: &RowInfo, file: &str) -> String {
    let name = if row.is_section() { format!("<{}", row.name) } else { row.name.to_owned() };
    let mut text = format!("{name} ({file})\n\t{} {}\n\t{}\n", row.name, row.usage, row.doc);
    let _ = writeln!(text, "\t{}", allowed(row.place));
    if row.place.htaccess != Override::NONE {
        let classes: Vec<_> = row.place.htaccess.names().collect();
        let _ =
            writeln!(text, "\t\tand in .htaccess\n\t\twhen AllowOverride includes {}", classes.join(" or "));
    }
    text
}

fn allowed(place: Place) -> &'static str {
    match (place.server, place.vhost, place.directory) {
        (true, true, true) => "Allowed in *.conf anywhere",
        (true, false, false) => {
            "Allowed in *.conf only outside <VirtualHost>, <Directory>, <Files> or <Location>"
        }
        (_, true, false) => "Allowed in *.conf only outside <Directory>, <Files> or <Location>",
        (false, false, true) => "Allowed in *.conf only inside <Directory>, <Files> or <Location>",
        _ => "Allowed in *.conf",
    }
}

/// All that was asked for with `-D DUMP_...`.
pub(super) fn wanted(generation: &Generation, args: &Args) -> String {
    type Dump = fn(&Generation) -> String;
    const DUMPS: [(&str, Dump); 5] = [
        ("DUMP_VHOSTS", virtual_hosts),
        ("DUMP_RUN_CFG", run_configuration),
        ("DUMP_MODULES", loaded),
        ("DUMP_INCLUDES", includes),
        ("DUMP_CONFIG", configuration),
    ];
    if args.json {
        return listed::all(generation, args);
    }
    let dumps = DUMPS.iter().filter(|(name, _)| is_wanted(args, name));
    dumps.map(|(_, dump)| dump(generation)).collect()
}

/// By its own name, or by that of all of them.
pub(super) fn is_wanted(args: &Args, name: &str) -> bool {
    args.defines(name) || args.defines("DUMP_ANY")
}

fn loaded(generation: &Generation) -> String {
    let line = |text: String, linked: &Linked| {
        let form = if linked.is_shared() { "shared" } else { "static" };
        format!("{text} {} ({form})\n", linked.symbol())
    };
    generation.modules.iter().fold("Loaded Modules:\n".to_owned(), line)
}

fn includes(generation: &Generation) -> String {
    let mut text = "Included configuration files:\n".to_owned();
    for file in &generation.included {
        let line = file.line.map_or_else(|| "*".to_owned(), |line| line.to_string());
        let _ = writeln!(text, "{:indent$}({line}) {}", "", file.path.display(), indent = 2 + 2 * file.depth);
    }
    text
}

/// With the places that the lines come from.
fn configuration(generation: &Generation) -> String {
    let mut text = String::new();
    lines(generation.written.as_deref().unwrap_or_default(), 0, &mut String::new(), &mut text);
    text
}

fn lines(written: &[Written], depth: usize, file: &mut String, text: &mut String) {
    let indent = "  ".repeat(depth);
    for Written { name, arguments, position, inside } in written {
        if position.source.name() != file {
            position.source.name().clone_into(file);
            let _ = writeln!(text, "# In file: {file}");
        }
        let (open, close) = if inside.is_some() { ("<", ">") } else { ("", "") };
        let gap = if arguments.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{indent}# line {}:", position.line);
        let _ = writeln!(text, "{indent}{open}{name}{gap}{arguments}{close}");
        if let Some(inside) = inside {
            lines(inside, depth + 1, file, text);
            let _ = writeln!(text, "{indent}</{name}>");
        }
    }
}

/// What the configuration's numbers come to, behind the facts of `-V`.
pub(super) fn effective(generation: &Generation) -> String {
    let config_file = generation.server_root.join(&generation.config_file);
    let mut text = format!("In effect by {}:\n", config_file.display());
    for (name, value) in generation.registry.run_config(generation) {
        let _ = writeln!(text, " {name}: {value}");
    }
    text
}

fn run_configuration(generation: &Generation) -> String {
    let core = generation.main().configs.core();
    let mut text = format!("ServerRoot: \"{}\"\n", generation.server_root.display());
    let _ = writeln!(text, "Main DocumentRoot: \"{}\"", core.document_root());
    let _ = writeln!(text, "Main ErrorLog: \"{}\"", generation.main().error_log);
    let _ = writeln!(text, "PidFile: \"{}\"", core.mpm().pid_file().display());
    for (name, value) in generation.defines.iter() {
        let _ = match value {
            "" => writeln!(text, "Define: {name}"),
            value => writeln!(text, "Define: {name}={value}"),
        };
    }
    for (name, value) in generation.registry.run_config(generation) {
        let _ = writeln!(text, "{name}: {value}");
    }
    text
}

fn virtual_hosts(generation: &Generation) -> String {
    let mut text = "VirtualHost configuration:\n".to_owned();
    let mut addresses: Vec<_> = generation.addresses.iter().collect();
    addresses.sort_by_key(|(address, names)| (names.vhosts.first().copied(), shown(address)));
    for (address, names) in addresses {
        let hosts: Vec<&Vhost> =
            names.vhosts.iter().filter_map(|place| generation.vhosts.get(*place)).collect();
        match hosts.as_slice() {
            [only] => {
                let _ = writeln!(text, "{:22} {} {}", shown(address), name(only), place(only));
                aliases(&mut text, only);
            }
            hosts => {
                let _ = writeln!(text, "{:22} is a NameVirtualHost", shown(address));
                for (rank, host) in hosts.iter().enumerate() {
                    if rank == 0 {
                        let _ = writeln!(text, "{:8} default server {} {}", "", name(host), place(host));
                    }
                    let port = address.port.map_or_else(|| "*".to_owned(), |port| port.to_string());
                    let _ = writeln!(text, "{:8} port {port} namevhost {} {}", "", name(host), place(host));
                    aliases(&mut text, host);
                }
            }
        }
    }
    text
}

fn aliases(text: &mut String, host: &Vhost) {
    for alias in &host.aliases {
        let _ = writeln!(text, "{:16} alias {alias}", "");
    }
    for alias in &host.wild_aliases {
        let _ = writeln!(text, "{:16} wild alias {alias}", "");
    }
}

pub(super) fn name(host: &Vhost) -> &str {
    if host.name.is_empty() { "*" } else { &host.name }
}

fn place(host: &Vhost) -> String {
    host.position.as_ref().map_or_else(String::new, |at| format!("({}:{})", at.source.name(), at.line))
}

/// An address as `<VirtualHost>` writes it.
pub(super) fn shown(address: &VhostAddress) -> String {
    let ip = match address.ip {
        None => "*".to_owned(),
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => format!("[{ip}]"),
    };
    let port = address.port.map_or_else(|| "*".to_owned(), |port| port.to_string());
    format!("{ip}:{port}")
}
