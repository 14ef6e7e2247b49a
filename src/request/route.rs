//! Routes: what the phases found out about a URL that leads to a plain file, remembered for the next request that asks for it.
//!
//! It is remembered only where it follows from the URL's path, the file and the configuration: every module has
//! [promised](crate::hooks::Hooks::steady) so, no link was looked at on the way, and which `.htaccess` files there are is known to the
//! thread's [watch](crate::server::watch). Then neither phases nor sections are gone through again; the file itself and those `.htaccess`
//! files are looked at each time. A third of what the server did for a small file was this.

use std::rc::Rc;
use std::sync::Arc;

use os::file::Kind;
use rustc_hash::FxHashMap;

use super::{Body, Method, Request};
use crate::config::Configs;
use crate::config::htaccess::Stamp;
use crate::config::walk::Look;
use crate::core_module::SetHandler;
use crate::hooks::Registry;
use crate::server::watch::Epoch;

/// How many routes a thread remembers; then it begins anew.
pub(super) const MOST: usize = 1024;

/// The routes that one thread knows, by virtual host and path.
#[derive(Default)]
pub(crate) struct Routes {
    of_vhosts: FxHashMap<usize, FxHashMap<Box<str>, Rc<Route>>>,
    count: usize,
}

/// Where a path leads.
struct Route {
    file: String,
    configs: Rc<Configs>,
    /// It is good as long as this lasts,
    epoch: Option<Epoch>,
    /// and these files are as they were.
    stamps: Vec<Rc<Stamp>>,
    media_type: Option<Arc<str>>,
    encoding: Option<String>,
    languages: Vec<String>,
}

impl Routes {
    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.count
    }

    fn get(&self, vhost: usize, path: &str) -> Option<Rc<Route>> {
        self.of_vhosts.get(&vhost)?.get(path).map(Rc::clone)
    }

    fn put(&mut self, vhost: usize, path: &str, route: Route) {
        if self.count >= MOST {
            *self = Self::default();
        }
        let old = self.of_vhosts.entry(vhost).or_default().insert(path.into(), Rc::new(route));
        self.count += usize::from(old.is_none());
    }
}

/// Gives a request what the phases up to the handler would, if its route is known and leads to a file still.
pub(crate) fn take(r: &mut Request) -> bool {
    if !is_plain(r) {
        return false;
    }
    let thread = &r.connection.thread;
    let Some(route) = thread.routes.borrow().get(r.vhost, &r.path) else { return false };
    let info = match thread.turn.look(&r.connection, &route.file, Look::at) {
        Look::There(info) if info.kind == Kind::Regular => info,
        _ => return false,
    };
    // Asked after the look, which begins the turn.
    let shared = thread.turn.shared(&r.connection);
    if route.epoch.is_some_and(|epoch| thread.watch.epoch(shared) != epoch) {
        return false;
    }
    let is_same =
        |stamp: &Rc<Stamp>| thread.turn.look(&r.connection, &stamp.path, Look::at) == Look::There(stamp.info);
    if !route.stamps.iter().all(is_same) {
        return false;
    }
    r.map.file = Some(route.file.clone());
    r.map.info = Some(info);
    r.content.media_type.clone_from(&route.media_type);
    r.content.encoding.clone_from(&route.encoding);
    r.content.languages.clone_from(&route.languages);
    r.configs = Rc::clone(&route.configs);
    r.epoch = route.epoch;
    r.passed = true;
    r.follows_from_path = route.stamps.is_empty();
    true
}

/// Remembers how a request came to the file that is about to be served, if it is there.
pub(crate) fn remember(r: &mut Request, registry: &Registry) {
    let leads_on = is_plain(r) && r.is_steady && has_only_a_place(r) && !registry.has_media_handlers();
    r.follows_from_path = leads_on && r.stamps.is_empty() && (r.map.is_file() || r.map.info.is_none());
    let (Some(file), true) = (&r.map.file, leads_on && r.map.is_file()) else { return };
    let route = Route {
        file: file.clone(),
        configs: Rc::clone(&r.configs),
        epoch: r.epoch,
        stamps: r.stamps.clone(),
        media_type: r.content.media_type.clone(),
        encoding: r.content.encoding.clone(),
        languages: r.content.languages.clone(),
    };
    r.connection.thread.routes.borrow_mut().put(r.vhost, &r.path, route);
}

/// Asks for nothing but what is at its path.
fn is_plain(r: &Request) -> bool {
    r.method() == Method::Get && matches!(r.body, Body::Empty) && r.parent.is_none() && r.error.is_none()
}

/// The phases have left nothing behind but what a [`Route`] holds.
fn has_only_a_place(r: &Request) -> bool {
    !matches!(r.core().set_handler(), Some(SetHandler::Computed(_)))
        && r.map.path_info.is_empty()
        && r.content.handler.is_none()
        && r.identity.user.is_none()
        && !(r.identity.required || r.identity.satisfied)
        && r.headers_out.is_empty()
        && r.always_out.is_empty()
        && r.env.is_empty()
        && r.notes.is_empty()
        && r.filters.places().is_empty()
}
