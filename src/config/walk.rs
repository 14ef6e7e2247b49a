//! Merging, for one request, the sections that match it, in Apache's order: Directory from the root down, each level's
//! `.htaccess` after it, DirectoryMatch, Files, Location, and at last those If sections of all of them that hold; within
//! each the main server's sections before the virtual host's.
//!
//! What comes out is kept by the serving thread as a tree: a node is a merged configuration, an edge the next section
//! that matched. A request that matches what others matched before follows edges, and merges and allocates nothing.

mod conditions;
mod look;
mod told;

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use os::file::{Info, Kind};
use rustc_hash::FxHashMap;

use super::Configs;
use super::context::Permitted;
use super::htaccess::{self, Answer, Now, Read, Stamp};
use super::sections::{Layer, Section, Sections, applies_to_file};
use crate::core_module::{CoreConfig, Options};
use crate::error::System;
use crate::explain::StepKind;
use crate::hooks::Outcome;
use crate::log;
use crate::module::Linked;
use crate::request::Request;
use crate::server::watch::Epoch;
use crate::server::{Generation, ServingThread};
use conditions::Conditions;
pub(crate) use look::Look;
use told::Merged;

/// How many merged configurations a thread keeps. Only `.htaccess` files that change and thousands of virtual hosts ever make so many.
const NODES_MAX: usize = 10_000;

/// Gives the request the configuration of its virtual host and of the Location sections of its path.
pub fn location_walk(r: &mut Request) {
    let thread = Rc::clone(&r.connection.thread);
    let mut cache = thread.walk.borrow_mut();
    let mut walk = Walk::new(&thread, &mut cache, r);
    // A new request has its virtual host's configuration already.
    if walk.conditions.is_empty() && walk.servers().all(|server| server.locations.is_empty()) {
        return;
    }
    walk.locations(&r.path);
    let walked = walk.end();
    drop(cache);
    walked.give(r, &thread);
    if let Some(witness) = &r.connection.witness {
        // Sections of URLs are merged again behind those of the file: told twice, they would confuse.
        witness.hold_sections(r);
    }
}

/// The core's `map_to_storage`: looks for the file that the path was mapped to, and gives the request the
/// configuration of all sections that match it. What the path has beyond the file becomes its path information.
pub fn map_to_storage(r: &mut Request) -> Outcome {
    let Some(file) = r.map.file.take() else { return Outcome::Ok };
    if let Some(witness) = &r.connection.witness {
        witness.forget_held();
    }
    let thread = Rc::clone(&r.connection.thread);
    let mut cache = thread.walk.borrow_mut();
    let path = if file.contains("//") { Cow::Owned(merge_slashes(&file)) } else { Cow::Borrowed(&*file) };
    let mut walk = Walk::new(&thread, &mut cache, r);
    match walk.storage(r, &path) {
        Ok(found) => {
            let walked = walk.end();
            drop(cache);
            r.map.info = found.info;
            r.map.path_info.insert_str(0, &path[found.end..]);
            r.note_step(StepKind::File, None, || told::found(&path, &found));
            let unchanged = matches!(path, Cow::Borrowed(_)) && found.end == path.len();
            r.map.file = Some(if unchanged { file } else { path[..found.end].to_owned() });
            walked.give(r, &thread);
            Outcome::Ok
        }
        Err(refused) => {
            // Whoever is told of it may see what is known so far.
            let walked = walk.end();
            drop(cache);
            r.map.file = Some(file);
            walked.give(r, &thread);
            Outcome::status(refused.0)
        }
    }
}

/// The configurations that a thread has merged.
#[derive(Default)]
pub struct Cache {
    nodes: Vec<Rc<Configs>>,
    /// The nodes of virtual hosts without any section, by their places.
    roots: Vec<Option<usize>>,
    /// From a node, with a layer's number, to a node.
    edges: FxHashMap<(usize, u64), usize>,
    /// How often nodes were thrown away: places of nodes are good until then.
    epoch: u64,
    htaccess: htaccess::Cache,
    /// Places of sections that match, while they are looked for.
    found: Vec<usize>,
}

impl Cache {
    fn root(&mut self, vhost: usize, thread: &ServingThread) -> usize {
        if self.nodes.len() > NODES_MAX {
            self.nodes.clear();
            self.roots.clear();
            self.edges.clear();
            self.epoch += 1;
        }
        if self.roots.len() <= vhost {
            self.roots.resize(vhost + 1, None);
        }
        let nodes = &mut self.nodes;
        *self.roots[vhost].get_or_insert_with(|| {
            nodes.push(thread.configs(vhost));
            nodes.len() - 1
        })
    }

    /// A configuration, which was at that node, with layers on top.
    fn add<'l>(
        &mut self,
        configs: &Rc<Configs>,
        (mut node, epoch): (usize, u64),
        layers: impl Iterator<Item = &'l Layer>,
        modules: &[Linked],
    ) -> Rc<Configs> {
        if epoch != self.epoch {
            self.nodes.push(Rc::clone(configs));
            node = self.nodes.len() - 1;
        }
        for layer in layers {
            node = self.step(node, layer, modules);
        }
        Rc::clone(&self.nodes[node])
    }

    fn step(&mut self, from: usize, layer: &Layer, modules: &[Linked]) -> usize {
        if layer.settings.is_empty() {
            return from;
        }
        let nodes = &mut self.nodes;
        *self.edges.entry((from, layer.id)).or_insert_with(|| {
            nodes.push(Rc::new(nodes[from].with(modules, &layer.settings)));
            nodes.len() - 1
        })
    }
}

/// A walk under way.
struct Walk<'g, 'w> {
    generation: &'g Generation,
    /// The main server's sections, and the virtual host's own.
    servers: [Option<&'g Sections>; 2],
    vhost: usize,
    method: &'w str,
    cache: &'w mut Cache,
    node: usize,
    /// The `<Files>` of directories that matched.
    inner: Vec<Inner<'g>>,
    /// The `<If>`s of everything that matched.
    conditions: Vec<Conditions<'g>>,
    /// What was found follows from the path, the method, one look at the whole path, the epoch and the stamps: no `.htaccess` had to be
    /// looked for that could come unheard, and no link was looked at. (`<If>` sections are known at the end.)
    is_steady: bool,
    /// The epoch of the thread's watch, once a `.htaccess` was asked for. As long as it lasts, there are those that were found,
    /// and no others.
    epoch: Option<Epoch>,
    /// The `.htaccess` files that were found.
    stamps: Vec<Rc<Stamp>>,
    /// `MATCH_NAME` with what the named groups of Match sections captured.
    captured: Vec<(String, String)>,
    merged: Merged,
}

/// `<Files>` sections that stand in another section.
enum Inner<'a> {
    OfDirectory(&'a [Section]),
    OfHtaccess(Rc<Section>),
}

/// What a walk ended with.
struct Walked<'a> {
    configs: Rc<Configs>,
    /// Where the configuration is in the cache, and since when.
    node: (usize, u64),
    is_steady: bool,
    epoch: Option<Epoch>,
    stamps: Vec<Rc<Stamp>>,
    captured: Vec<(String, String)>,
    conditions: Vec<Conditions<'a>>,
    merged: Merged,
}

/// How much of a path is a file or directory, in bytes, and what the system says of it.
struct Found {
    end: usize,
    info: Option<Info>,
}

/// The request is answered with this status; the log has been told why.
struct Refused(u16);

impl Walked<'_> {
    /// Gives the request what was merged, and on top of it those `<If>`s that hold for it.
    fn give(self, r: &mut Request, thread: &ServingThread) {
        self.merged.tell(r);
        r.configs = self.configs;
        r.is_steady &= self.is_steady;
        r.epoch = r.epoch.or(self.epoch);
        r.stamps.extend(self.stamps);
        for (name, text) in self.captured {
            r.env.set(name, text);
        }
        if self.conditions.is_empty() {
            return;
        }
        let (chosen, looked_at) = conditions::chosen(&self.conditions, r);
        for section in &chosen {
            r.note_step(StepKind::Section, Some(&section.position), String::new);
        }
        if !chosen.is_empty() {
            let layers = chosen.iter().map(|section| section.layer(r.head.method()));
            let configs =
                thread.walk.borrow_mut().add(&r.configs, self.node, layers, &thread.generation.modules);
            r.configs = configs;
        }
        for name in looked_at {
            r.headers_out.merge("Vary", name);
        }
    }
}

impl<'g, 'w> Walk<'g, 'w> {
    fn new(thread: &'g ServingThread, cache: &'w mut Cache, r: &'w Request) -> Self {
        let generation = &*thread.generation;
        let own = (r.vhost != 0).then(|| &generation.vhosts[r.vhost].sections);
        let servers = [Some(&generation.main().sections), own];
        let with_conditions = servers.iter().flatten().filter(|server| !server.conditions.is_empty());
        let conditions = with_conditions.map(|server| Conditions::OfGeneration(&server.conditions)).collect();
        Self {
            generation,
            servers,
            conditions,
            vhost: r.vhost,
            method: r.head.method(),
            node: cache.root(r.vhost, thread),
            cache,
            inner: Vec::new(),
            is_steady: true,
            epoch: None,
            stamps: Vec::new(),
            captured: Vec::new(),
            merged: Merged::nothing(r),
        }
    }

    fn end(self) -> Walked<'g> {
        Walked {
            configs: Rc::clone(&self.cache.nodes[self.node]),
            node: (self.node, self.cache.epoch),
            is_steady: self.is_steady && self.conditions.is_empty(),
            epoch: self.epoch,
            stamps: self.stamps,
            captured: self.captured,
            conditions: self.conditions,
            merged: self.merged,
        }
    }

    /// All sections of a mapped path.
    fn storage(&mut self, r: &Request, path: &str) -> Result<Found, Refused> {
        let found = self.directories(r, path)?;
        let file = &path[..found.end];
        let matches =
            |section: &&Section| section.kind.pattern().is_some_and(|pattern| pattern.is_match(file));
        let by_regex = self.generation.main().sections.directory_matches(self.servers[1]);
        for section in by_regex.filter(matches) {
            self.apply(section);
            self.capture(section, file);
        }
        let name = file.bytes().rposition(|byte| byte == b'/').map_or(file, |slash| &file[slash + 1..]);
        self.files(name);
        self.locations(&r.path);
        Ok(found)
    }

    fn servers(&self) -> impl Iterator<Item = &'g Sections> + use<'g> {
        self.servers.into_iter().flatten()
    }

    fn apply(&mut self, section: &'g Section) {
        self.merge(StepKind::Section, section);
        if !section.inner.is_empty() {
            self.inner.push(Inner::OfDirectory(&section.inner));
        }
        if !section.conditions.is_empty() {
            self.conditions.push(Conditions::OfGeneration(&section.conditions));
        }
    }

    fn merge(&mut self, kind: StepKind, section: &Section) {
        self.node = self.cache.step(self.node, section.layer(self.method), &self.generation.modules);
        self.merged.add(kind, section);
    }

    /// Notes what the named groups of a Match section captured.
    fn capture(&mut self, section: &Section, text: &str) {
        let Some(pattern) = section.kind.pattern().filter(|pattern| pattern.has_names()) else { return };
        let Some(captures) = pattern.captures(text) else { return };
        for (group, name) in pattern.group_names() {
            if let Some(text) = captures.get(group) {
                self.captured.push((format!("MATCH_{}", name.to_ascii_uppercase()), text.to_owned()));
            }
        }
    }

    fn locations(&mut self, path: &str) {
        for server in self.servers() {
            if server.locations.is_empty() {
                continue;
            }
            // Location takes several slashes for one, LocationMatch does not.
            let merged =
                if path.contains("//") { Cow::Owned(merge_slashes(path)) } else { Cow::Borrowed(path) };
            let mut found = std::mem::take(&mut self.cache.found);
            server.locations.matching(&merged, path, &mut found);
            for place in found.drain(..) {
                let section = server.locations.get(place);
                self.apply(section);
                self.capture(section, path);
            }
            self.cache.found = found;
        }
    }

    fn files(&mut self, name: &str) {
        let inner = std::mem::take(&mut self.inner);
        let servers = self.servers().flat_map(|server| &server.files);
        // Sections in a `<Files>` are never looked at, in Apache neither.
        for section in servers.filter(|section| applies_to_file(section, name)) {
            self.file(section, name);
        }
        for sections in &inner {
            match sections {
                Inner::OfDirectory(sections) => {
                    for section in sections.iter().filter(|section| applies_to_file(section, name)) {
                        self.file(section, name);
                    }
                }
                Inner::OfHtaccess(file) => {
                    for section in file.inner.iter().filter(|section| applies_to_file(section, name)) {
                        self.merge(StepKind::Section, section);
                        self.capture(section, name);
                        self.conditions_of_htaccess(section);
                    }
                }
            }
        }
        self.inner.clear();
    }

    fn conditions_of_htaccess(&mut self, section: &Section) {
        if !section.conditions.is_empty() {
            self.conditions.push(Conditions::OfHtaccess(Arc::clone(&section.conditions)));
        }
    }

    fn file(&mut self, section: &'g Section, name: &str) {
        self.merge(StepKind::Section, section);
        self.capture(section, name);
        if !section.conditions.is_empty() {
            self.conditions.push(Conditions::OfGeneration(&section.conditions));
        }
    }

    /// Goes down from the root: each directory's sections, its `.htaccess`, and a look at symbolic links where not all
    /// are followed.
    fn directories(&mut self, r: &Request, path: &str) -> Result<Found, Refused> {
        // One look at the whole spares one at each part, in most cases.
        let whole = r.connection.thread.turn.look(&r.connection, path, Look::at);
        let known = whole.info();
        let is_spared = whole != Look::Unclear;
        let mut last = known;
        let (mut end, mut depth) = (0, 0);
        loop {
            self.level(r, directory(&path[..end]), depth)?;
            if is_spared && self.is_settled(depth) {
                return Ok(Found { end: path.len(), info: known });
            }
            let Some(next) = next_name(path, end) else {
                return Ok(Found { end: path.len(), info: last });
            };
            (end, depth) = (next, depth + 1);
            let options = self.links();
            if is_spared && options == Options::FOLLOW_SYM_LINKS {
                if end == path.len() && known.is_none_or(|info| info.kind != Kind::Directory) {
                    if known.is_some() {
                        self.sections_of(path, depth);
                    }
                    return Ok(Found { end, info: known });
                }
                continue;
            }
            self.is_steady = false;
            let Some(info) = look(r, &path[..end], options)? else {
                return Ok(Found { end, info: None });
            };
            match info.kind {
                Kind::Directory => last = Some(info),
                Kind::Regular => return Ok(Found { end, info: Some(info) }),
                Kind::Link | Kind::Other => {
                    log!(
                        *r,
                        Error,
                        AH00038,
                        "Forbidden: {} doesn't point to a file or directory",
                        &path[..end]
                    );
                    return Err(Refused(403));
                }
            }
        }
    }

    /// One directory: its sections, then its `.htaccess`.
    fn level(&mut self, r: &Request, directory: &str, depth: usize) -> Result<(), Refused> {
        self.sections_of(directory, depth);
        if permitted(self.core()).is_nothing() {
            return Ok(());
        }
        let configs = Rc::clone(&self.cache.nodes[self.node]);
        let permitted = permitted(configs.core());
        let names = self.generation.vhosts[self.vhost].configs.core().access_file_names();
        let thread = &r.connection.thread;
        let shared = thread.turn.shared(&r.connection);
        let epoch = *self.epoch.get_or_insert_with(|| thread.watch.epoch(shared));
        let now = Now { watch: &thread.watch, epoch, shared };
        match self.cache.htaccess.get(directory, names, permitted, self.generation, now) {
            Ok(Answer { read: None, is_watched }) => self.is_steady &= is_watched,
            Ok(Answer { read: Some(Read { section: file, stamp }), is_watched }) => {
                self.is_steady &= is_watched;
                self.stamps.push(stamp);
                self.merge(StepKind::Htaccess, &file);
                self.conditions_of_htaccess(&file);
                if !file.inner.is_empty() {
                    self.inner.push(Inner::OfHtaccess(file));
                }
            }
            Err(htaccess::Trouble::Unreadable(cause)) => {
                log!(
                    *r,
                    Crit,
                    AH00529,
                    "{}unable to check htaccess file, ensure it is readable and that '{directory}' is executable",
                    because(&cause)
                );
                return Err(Refused(403));
            }
            Err(htaccess::Trouble::Wrong(sentence)) => {
                log!(*r, Alert, AH20200, "{sentence}");
                return Err(Refused(500));
            }
        }
        Ok(())
    }

    fn sections_of(&mut self, directory: &str, depth: usize) {
        for server in self.servers() {
            let mut found = std::mem::take(&mut self.cache.found);
            server.directories.at(directory, depth, &mut found);
            for place in found.drain(..) {
                self.apply(server.directories.get(place));
            }
            self.cache.found = found;
        }
    }

    /// No part of a path below this level can change what was merged, nor whether the file may be had.
    fn is_settled(&self, depth: usize) -> bool {
        self.servers().all(|server| server.directories.end_at(depth))
            && self.links() == Options::FOLLOW_SYM_LINKS
            && permitted(self.core()).is_nothing()
    }

    /// Which symbolic links are followed.
    fn links(&self) -> Options {
        self.core().options() & (Options::FOLLOW_SYM_LINKS | Options::SYM_LINKS_IF_OWNER_MATCH)
    }

    fn core(&self) -> &CoreConfig {
        self.cache.nodes[self.node].core()
    }
}

/// What `.htaccess` files may hold.
fn permitted(core: &CoreConfig) -> Permitted<'_> {
    Permitted { allow: core.allow_override(), list: core.allow_override_list() }
}

/// Looks at one part of a path; `None` if it is not there. Links are followed as the options say.
fn look(r: &Request, path: &str, options: Options) -> Result<Option<Info>, Refused> {
    let info = match Info::of_link(Path::new(path)) {
        Ok(info) => info,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) if cause.kind() == ErrorKind::PermissionDenied => {
            log!(
                *r,
                Error,
                AH00035,
                "{}access to {} denied because search permissions are missing on a component of the path",
                because(&cause),
                r.path
            );
            return Err(Refused(403));
        }
        Err(cause) => {
            log!(*r, Error, AH00036, "{}access to {} failed", because(&cause), r.path);
            return Err(Refused(403));
        }
    };
    if info.kind != Kind::Link {
        return Ok(Some(info));
    }
    let target = Info::of(Path::new(path)).ok();
    let followed = target.filter(|target| follows(options, &info, target));
    if followed.is_none() {
        log!(*r, Error, AH00037, "Symbolic link not allowed or link target not accessible: {path}");
        return Err(Refused(403));
    }
    Ok(followed)
}

fn follows(options: Options, link: &Info, target: &Info) -> bool {
    let same_owner = options.contains(Options::SYM_LINKS_IF_OWNER_MATCH) && link.uid == target.uid;
    options.contains(Options::FOLLOW_SYM_LINKS) || same_owner
}

/// `(13)Permission denied: `
fn because(cause: &io::Error) -> String {
    format!("{}: ", System(cause))
}

fn directory(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

/// Where the name after `from` ends; `None` if nothing but slashes follows.
fn next_name(path: &str, from: usize) -> Option<usize> {
    let bytes = path.as_bytes();
    let start = from + bytes[from..].iter().position(|byte| *byte != b'/')?;
    Some(bytes[start..].iter().position(|byte| *byte == b'/').map_or(path.len(), |slash| start + slash))
}

fn merge_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if !(c == '/' && merged.ends_with('/')) {
            merged.push(c);
        }
    }
    merged
}

#[cfg(test)]
mod tests;
