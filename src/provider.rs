//! Where modules meet without knowing each other: things offered under a type and a name.
//!
//! A module offers with [`Hooks::provide`](crate::hooks::Hooks::provide); another looks it up with
//! [`Here::provider`](crate::config::Here::provider) while directives are read, or
//! [`Providers::get`] later. The types offered are the core's, so that neither side depends on the other.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{Complaint, Here};
use crate::mpm::Identity;
use crate::request::Request;
use crate::server::Generation;

/// What a check of `Require` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authz {
    /// The request may pass.
    Granted,
    /// The request may not pass.
    Denied,
    /// Denied for now: it would be asked again once the user is known.
    DeniedNoUser,
}

/// A compiled check: `Require ip 10.0.0.0/8` after its arguments were read.
pub type AuthzCheck = Box<dyn Fn(&Request) -> Authz + Send + Sync>;

/// A kind of `Require`: reads its arguments once, when the configuration is read.
pub struct AuthzProvider {
    /// Compiles the text after the provider's name.
    pub parse: fn(arguments: &str, here: &Here<'_>) -> Result<AuthzCheck, Complaint>,
}

/// A `%` directive of an access log format.
pub struct LogItem {
    /// Appends the item to the line; `argument` is the text in braces (`%{Referer}i`).
    /// Nothing appended means absent, written as `-`.
    pub write: fn(r: &Request, argument: &str, line: &mut Vec<u8>),
}

/// Whom serving processes become, as the main server's configuration says.
pub struct ServesAs {
    /// `None` where nothing is said.
    pub identity: fn(&Generation) -> Option<Identity>,
}

/// Offered by a module that shows what threads are doing: ExtendedStatus is on then, unless it is set.
pub struct ShowsStatus;

/// All that modules offer, by type and name.
#[derive(Default)]
pub struct Providers {
    offered: BTreeMap<(TypeId, &'static str), Arc<dyn Any + Send + Sync>>,
}

impl Providers {
    /// What is offered under a type and a name. Names are compared as they are written.
    pub fn get<P: Send + Sync + 'static>(&self, name: &str) -> Option<Arc<P>> {
        let key = self
            .offered
            .range((TypeId::of::<P>(), "")..)
            .find(|(key, _)| key.1 == name && key.0 == TypeId::of::<P>());
        key.and_then(|(_, offer)| Arc::clone(offer).downcast::<P>().ok())
    }

    /// The names offered under a type, in order.
    pub fn names<P: 'static>(&self) -> impl Iterator<Item = &'static str> {
        self.offered.keys().filter(|key| key.0 == TypeId::of::<P>()).map(|key| key.1)
    }

    pub(crate) fn offer<P: Send + Sync + 'static>(&mut self, name: &'static str, offer: P) {
        self.offered.insert((TypeId::of::<P>(), name), Arc::new(offer));
    }
}
