//! From files to a [`Generation`], or every error found on the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use conf::{Position, Source};

use super::apply::{Applier, Scope, VhostDraft};
use super::defines::Defines;
use super::here::{Ground, Notes};
use super::parts::{Own, Parts};
use super::read::{Item, Reader, Written};
use super::sections::Sections;
use super::{Config as _, Configs, Settings};
use crate::core_module::{CORE, Core, CoreConfig, HTTP_CORE, HttpCore};
use crate::error::ConfError;
use crate::facts::{Build, Facts};
use crate::module::{Linked, ModuleIndex, linked};
use crate::server::log::{Level, LogFile};
use crate::server::pace::Paces;
use crate::server::vhost::{AddressError, AddressMap, VhostAddress};
use crate::server::{Generation, Vhost};

/// What lines of `-C` and `-c` are called in messages.
const COMMAND_LINE: &str = "-C/-c directive";

/// What a configuration is made from: the build and the command line.
#[derive(Clone)]
pub struct LoadOptions {
    /// The program's modules and facts.
    pub build: &'static Build,
    /// `-d`: ServerRoot until the configuration says otherwise.
    pub server_root: PathBuf,
    /// `-f`, relative to `server_root`.
    pub config_file: PathBuf,
    /// `-C`: lines before the file.
    pub before: Vec<String>,
    /// `-c`: lines after it.
    pub after: Vec<String>,
    /// `-D`: defined names.
    pub defines: Vec<String>,
    /// The generation's number: 0 at the start, one more for each restart.
    pub number: u64,
    /// DocumentRoot must be there; `-T` does not look.
    pub check_directories: bool,
    /// `-e`: LogLevel until the configuration says otherwise.
    pub level: Option<Level>,
    /// The lines that count are kept, for `-D DUMP_CONFIG`.
    pub keep_text: bool,
}

impl LoadOptions {
    /// What a program loads that is called without arguments.
    pub fn new(build: &'static Build) -> Self {
        Self {
            build,
            server_root: build.facts.server_root.into(),
            config_file: build.facts.config_file.into(),
            before: Vec::new(),
            after: Vec::new(),
            defines: Vec::new(),
            number: 0,
            check_directories: true,
            level: None,
            keep_text: false,
        }
    }
}

/// Every module that is linked into a program: the core's own, the MPM if it is one of them, and the others.
pub fn modules(build: &Build) -> Vec<Linked> {
    let core = [linked(&CORE, Core::FILE), linked(&HTTP_CORE, HttpCore::FILE)];
    core.into_iter().chain(build.mpm).chain(build.modules.iter().copied()).collect()
}

/// Reads the configuration. All errors of a run are told, in the order of the lines.
pub fn load(options: &LoadOptions) -> Result<Generation, Vec<ConfError>> {
    let mut generation = assemble(options)?;
    post_config(&generation)?;
    let corrected = generation.registry.check_config(&generation);
    generation.warnings.extend(corrected.into_iter().map(|sentence| (None, sentence)));
    Ok(generation)
}

fn assemble(options: &LoadOptions) -> Result<Generation, Vec<ConfError>> {
    let config_file = options.server_root.join(&options.config_file);
    let mut reader = Reader {
        build: options.build,
        parts: Parts::new(modules(options.build)),
        server_root: options.server_root.clone(),
        defines: Defines::named(&options.defines),
        notes: Notes { check_directories: options.check_directories, ..Notes::default() },
        errors: Vec::new(),
        included: Vec::new(),
        htaccess: None,
        misshapen: false,
        incomplete: false,
        chain: None,
    };
    let items = read(&mut reader, options, &config_file);
    let Reader {
        parts, server_root, defines, mut notes, mut errors, included, misshapen, incomplete, ..
    } = reader;
    let Own { modules, registry, rows } = parts.into_own();
    let ground = Ground {
        modules: &modules,
        rows: &rows,
        registry: &registry,
        server_root: &server_root,
        defines: &defines,
        build: options.build,
    };
    let mut applier = Applier::new(ground, &mut notes, misshapen, incomplete);
    let main = applier.server(&items);
    let drafts = std::mem::take(&mut applier.vhosts);
    errors.append(&mut applier.errors);
    for forgone in &notes.forgone {
        forgone.tell(&mut notes.warnings);
    }
    let written = options.keep_text.then(|| written(&items));
    drop(items);
    let main = main_server(main, &modules, options, &server_root, &mut notes);
    if errors.is_empty() && main.configs.core().mpm().listens().is_empty() {
        errors.push(no_listen());
    }
    let (mut vhosts, addresses) = virtual_hosts(main, drafts, &modules, &mut notes, &mut errors);
    for vhost in &mut vhosts {
        vhost.paces = registry.paces(&vhost.configs);
        vhost.proxied = registry.proxied(&vhost.configs);
    }
    if !errors.is_empty() {
        let files = included.iter().map(|file| file.path.display().to_string()).collect::<Vec<_>>();
        errors.sort_by_key(|error| place(error, &files));
        return Err(errors);
    }
    Ok(Generation {
        number: options.number,
        built: SystemTime::now(),
        build: options.build,
        facts: &options.build.facts,
        server_root,
        config_file,
        listens: vhosts[0].configs.core().mpm().listens().to_vec(),
        modules,
        registry,
        rows,
        vhosts,
        addresses,
        logs: notes.logs,
        forgone: notes.forgone,
        defines,
        warnings: notes.warnings.into_iter().map(placed).collect(),
        remarks: notes.remarks.into_iter().map(placed).collect(),
        included,
        written,
    })
}

fn placed((position, sentence): (Position, String)) -> (Option<Position>, String) {
    (Some(position), sentence)
}

/// First pass: what stands before the file, the file, what stands after it.
fn read(reader: &mut Reader<'_>, options: &LoadOptions, config_file: &Path) -> Vec<Item> {
    let mut items = Vec::new();
    let lines = |lines: &[String]| Source::new(COMMAND_LINE, lines.join("\n"));
    reader.text(&lines(&options.before), &mut items);
    if let Err(complaint) = reader.file(config_file, None, &mut items) {
        reader.fail(ConfError { hint: complaint.hint, ..ConfError::new(complaint.sentence) });
    }
    reader.text(&lines(&options.after), &mut items);
    items
}

/// Files in the order in which they were read, then line and column; what stands in no file is where a file asks for it. What has
/// no place comes last.
fn place(error: &ConfError, files: &[String]) -> (usize, u32, u32) {
    let Some(own) = &error.position else { return (usize::MAX, 0, 0) };
    let number = |position: &Position| files.iter().position(|file| file == position.source.name());
    let mut positions = std::iter::once(own).chain(error.included_from.iter().rev());
    let found = positions.find_map(|position| Some((number(position)? + 1, position.line, position.column)));
    found.unwrap_or((0, own.line, own.column))
}

/// The lines that count, conditions decided, variables filled in.
fn written(items: &[Item]) -> Vec<Written> {
    let counting = items.iter().filter(|item| !item.is_spent());
    let line = |item: &Item| Written {
        name: item.name.clone(),
        arguments: item.args.text.clone(),
        position: item.position.clone(),
        inside: item.children.as_deref().map(written),
    };
    counting.map(line).collect()
}

fn no_listen() -> ConfError {
    ConfError::new("AH00451: no listening sockets available, shutting down")
        .hint("no Listen line says where clients come: write Listen 80, or Listen 127.0.0.1:8080")
}

fn main_server(
    mut scope: Scope,
    modules: &[Linked],
    options: &LoadOptions,
    server_root: &Path,
    notes: &mut Notes,
) -> Vhost {
    let facts = &options.build.facts;
    let settings = scope.settings();
    let configs = Configs::unset(modules).with(modules, &settings);
    let core = configs.core().with_defaults(facts, server_root, options.level);
    let error_log = core.error_log().cloned();
    let error_log = error_log.unwrap_or_else(|| notes.logs.get(facts.error_log, server_root, 0));
    let configs = configs.with_core_config(core);
    let mut main = Vhost {
        name: String::new(),
        port: None,
        scheme: "http".to_owned(),
        aliases: Vec::new(),
        wild_aliases: Vec::new(),
        path: None,
        addresses: Vec::new(),
        position: None,
        sections: Sections::new(scope.sections),
        configs,
        paces: Paces::default(),
        proxied: None,
        error_log,
    };
    name(&mut main, &settings);
    if main.name.is_empty() {
        main.name = os::net::host_name().unwrap_or_else(|_| "localhost".to_owned());
    }
    main
}

/// The names of a server, from what it says itself.
fn name(vhost: &mut Vhost, settings: &Settings) {
    let core = settings.get(ModuleIndex::CORE).and_then(|core| core.downcast_ref::<CoreConfig>());
    let Some(names) = core.map(|core| &core.names) else { return };
    if let Some(server) = &names.server {
        vhost.name.clone_from(&server.host);
        vhost.port = server.port;
        vhost.scheme = server.scheme.clone().unwrap_or_else(|| "http".to_owned());
    }
    let is_wild = |alias: &&String| alias.contains(['*', '?']);
    vhost.wild_aliases = names.aliases.iter().filter(is_wild).cloned().collect();
    vhost.aliases = names.aliases.iter().filter(|alias| !is_wild(alias)).cloned().collect();
    vhost.path.clone_from(&names.path);
}

/// All servers, the main one first, and who answers where.
fn virtual_hosts(
    main: Vhost,
    drafts: Vec<VhostDraft>,
    modules: &[Linked],
    notes: &mut Notes,
    errors: &mut Vec<ConfError>,
) -> (Vec<Vhost>, AddressMap) {
    let mut vhosts = vec![main];
    let mut map = AddressMap::default();
    for draft in drafts {
        let vhost = virtual_host(&vhosts[0], draft, modules, notes, errors);
        for address in &vhost.addresses {
            map.add(*address, vhosts.len(), &vhost);
        }
        vhosts.push(vhost);
    }
    (vhosts, map)
}

fn virtual_host(
    main: &Vhost,
    draft: VhostDraft,
    modules: &[Linked],
    notes: &mut Notes,
    errors: &mut Vec<ConfError>,
) -> Vhost {
    let VhostDraft { addresses, position, mut scope } = draft;
    let settings = scope.settings();
    let configs = main.configs.with(modules, &settings);
    let error_log: Arc<LogFile> =
        configs.core().error_log().cloned().unwrap_or_else(|| Arc::clone(&main.error_log));
    let mut vhost = Vhost {
        name: main.name.clone(),
        port: main.port,
        scheme: main.scheme.clone(),
        aliases: Vec::new(),
        wild_aliases: Vec::new(),
        path: None,
        addresses: Vec::new(),
        position: Some(position),
        sections: Sections::new(scope.sections),
        configs,
        paces: Paces::default(),
        proxied: None,
        error_log,
    };
    name(&mut vhost, &settings);
    for (text, position) in addresses {
        match VhostAddress::read(&text) {
            Ok(found) => vhost.addresses.extend(found),
            Err(AddressError::Unresolved(host)) => {
                let sentence = format!("AH00547: Could not resolve host name {host} -- ignoring!");
                notes.warnings.push((position, sentence));
            }
            Err(AddressError::Invalid) => {
                let error = ConfError {
                    width: text.chars().count(),
                    directive: Some("<VirtualHost>".to_owned()),
                    ..ConfError::new(format!("The address or port '{text}' is invalid")).at(&position)
                };
                errors.push(
                    error.hint("write *:80, 192.0.2.1:80, [2001:db8::1]:80 or a host name; * stands for any"),
                );
            }
        }
    }
    vhost
}

/// Every module sees the whole, and may refuse it.
fn post_config(generation: &Generation) -> Result<(), Vec<ConfError>> {
    let main = &generation.main().configs;
    let hooks = &generation.registry.post_config;
    let refused = hooks.iter().filter_map(|(module, hook)| hook.call(generation, main.get(*module)).err());
    let errors: Vec<ConfError> = refused.collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl CoreConfig {
    /// What the build and the command line say where the configuration is silent.
    fn with_defaults(&self, facts: &Facts, server_root: &Path, level: Option<Level>) -> Self {
        let documents = server_root.join(facts.htdocsdir);
        let mut defaults =
            Self { document_root: Some(documents.to_string_lossy().into()), ..Self::default() };
        defaults.mpm.pid_file = Some(server_root.join(facts.pid_file));
        if let Some(level) = level {
            defaults.levels.set_all(level);
        }
        let mut core = defaults.merge(self);
        core.names = self.names.clone();
        core
    }
}
