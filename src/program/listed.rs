//! The dumps for programs: `--json` beside `-S`, `-M` and the `DUMP_` names. One object, a member for each dump that was asked for.

use super::dumps::{is_wanted, name, shown};
use super::json::Json;
use crate::args::Args;
use crate::config::Written;
use crate::server::vhost::VhostAddress;
use crate::server::{Generation, Vhost};

/// All that was asked for; nothing where nothing was.
pub(super) fn all(generation: &Generation, args: &Args) -> String {
    type Dump = fn(&Generation) -> Json;
    const DUMPS: [(&str, &str, Dump); 5] = [
        ("DUMP_VHOSTS", "vhosts", virtual_hosts),
        ("DUMP_RUN_CFG", "run_cfg", run_configuration),
        ("DUMP_MODULES", "modules", modules),
        ("DUMP_INCLUDES", "includes", includes),
        ("DUMP_CONFIG", "config", |generation| lines(generation.written.as_deref().unwrap_or_default())),
    ];
    let dumps = DUMPS.iter().filter(|(name, ..)| is_wanted(args, name));
    let members: Vec<_> = dumps.map(|(_, name, dump)| (*name, dump(generation))).collect();
    if members.is_empty() { String::new() } else { format!("{}\n", Json::Object(members)) }
}

fn modules(generation: &Generation) -> Json {
    let module = |linked: &crate::module::Linked| {
        Json::Object(vec![
            ("symbol", Json::text(linked.symbol())),
            ("file", Json::text(linked.file())),
            ("form", Json::text(if linked.is_shared() { "shared" } else { "static" })),
        ])
    };
    Json::List(generation.modules.iter().map(module).collect())
}

fn includes(generation: &Generation) -> Json {
    let file = |file: &crate::config::Included| {
        Json::Object(vec![
            ("file", Json::text(file.path.display().to_string())),
            ("depth", Json::Number(file.depth as u64)),
            ("line", file.line.map_or(Json::Null, |line| Json::Number(line.into()))),
        ])
    };
    Json::List(generation.included.iter().map(file).collect())
}

fn lines(written: &[Written]) -> Json {
    let line = |line: &Written| {
        Json::Object(vec![
            ("directive", Json::text(&line.name)),
            ("arguments", Json::text(&line.arguments)),
            ("file", Json::text(line.position.source.name())),
            ("line", Json::Number(line.position.line.into())),
            ("inside", line.inside.as_deref().map_or(Json::Null, lines)),
        ])
    };
    Json::List(written.iter().map(line).collect())
}

fn run_configuration(generation: &Generation) -> Json {
    let core = generation.main().configs.core();
    let define = |(name, text): (&str, &str)| {
        Json::Object(vec![("name", Json::text(name)), ("text", Json::text(text))])
    };
    let mut members = vec![
        ("server_root", Json::text(generation.server_root.display().to_string())),
        ("document_root", Json::text(core.document_root())),
        ("error_log", Json::text(generation.main().error_log.to_string())),
        ("pid_file", Json::text(core.mpm().pid_file().display().to_string())),
        ("defines", Json::List(generation.defines.iter().map(define).collect())),
    ];
    let more = generation.registry.run_config(generation);
    let more = more
        .into_iter()
        .map(|(name, value)| Json::Object(vec![("name", Json::text(name)), ("value", Json::text(value))]));
    members.push(("more", Json::List(more.collect())));
    Json::Object(members)
}

fn virtual_hosts(generation: &Generation) -> Json {
    let mut addresses: Vec<_> = generation.addresses.iter().collect();
    addresses.sort_by_key(|(address, names)| (names.vhosts.first().copied(), shown(address)));
    let address = |(address, vhosts): (&VhostAddress, &[usize])| {
        let hosts = vhosts.iter().filter_map(|place| generation.vhosts.get(*place)).map(host);
        Json::Object(vec![("address", Json::text(shown(address))), ("hosts", Json::List(hosts.collect()))])
    };
    Json::List(addresses.iter().map(|(at, names)| address((at, &names.vhosts))).collect())
}

fn host(host: &Vhost) -> Json {
    let (file, line) = host.position.as_ref().map_or((Json::Null, Json::Null), |position| {
        (Json::text(position.source.name()), Json::Number(position.line.into()))
    });
    Json::Object(vec![
        ("name", Json::text(name(host))),
        ("port", host.port.map_or(Json::Null, |port| Json::Number(port.into()))),
        ("aliases", Json::texts(host.aliases.iter().chain(&host.wild_aliases))),
        ("file", file),
        ("line", line),
    ])
}
