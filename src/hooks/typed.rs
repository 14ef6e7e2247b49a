//! A module's functions with the type of its configuration forgotten, and back again.

use std::io;

use super::{
    AsyncHandler, AsyncHook, CheckConfig, ChildInitHook, Handled, Handler, Hook, Outcome, PostConfig,
    ReadPaces, ReadProxied, RunConfig,
};
use crate::error::ConfError;
use crate::module::AnyConfig;
use crate::mpm::ChildInit;
use crate::request::{BoxFuture, Request};
use crate::server::Generation;
use crate::server::pace::Paces;
use crate::server::proxied::ProxyHeads;

/// A hook function together with the knowledge of its configuration's type.
pub(crate) struct Typed<F>(pub(crate) F);

/// A configuration is always found under the type that its module gave: the `()` of a module that was
/// looked up under a wrong index would be a mistake in this file.
fn typed<C: 'static>(config: &AnyConfig) -> Option<&C> {
    config.downcast_ref::<C>()
}

pub(crate) trait CallNow: Send + Sync {
    fn call(&self, r: &mut Request, config: &AnyConfig) -> Outcome;
}

impl<C: 'static> CallNow for Typed<Hook<C>> {
    fn call(&self, r: &mut Request, config: &AnyConfig) -> Outcome {
        typed(config).map_or(Outcome::Declined, |config| (self.0)(r, config))
    }
}

pub(crate) trait CallWait: Send + Sync {
    fn call<'a>(&self, r: &'a mut Request, config: &'a AnyConfig) -> Option<BoxFuture<'a, Outcome>>;
}

impl<C: 'static> CallWait for Typed<AsyncHook<C>> {
    fn call<'a>(&self, r: &'a mut Request, config: &'a AnyConfig) -> Option<BoxFuture<'a, Outcome>> {
        typed(config).map(|config| (self.0)(r, config))
    }
}

pub(crate) trait HandleNow: Send + Sync {
    fn call(&self, r: &mut Request, config: &AnyConfig) -> Handled;
}

impl<C: 'static> HandleNow for Typed<Handler<C>> {
    fn call(&self, r: &mut Request, config: &AnyConfig) -> Handled {
        typed(config).map_or(Handled::Declined, |config| (self.0)(r, config))
    }
}

pub(crate) trait HandleWait: Send + Sync {
    fn call<'a>(&self, r: &'a mut Request, config: &'a AnyConfig) -> Option<BoxFuture<'a, Handled>>;
}

impl<C: 'static> HandleWait for Typed<AsyncHandler<C>> {
    fn call<'a>(&self, r: &'a mut Request, config: &'a AnyConfig) -> Option<BoxFuture<'a, Handled>> {
        typed(config).map(|config| (self.0)(r, config))
    }
}

pub(crate) trait CallPostConfig: Send + Sync {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Result<(), ConfError>;
}

impl<C: 'static> CallPostConfig for Typed<PostConfig<C>> {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Result<(), ConfError> {
        typed(config).map_or(Ok(()), |config| (self.0)(generation, config))
    }
}

pub(crate) trait CallCheckConfig: Send + Sync {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Vec<String>;
}

impl<C: 'static> CallCheckConfig for Typed<CheckConfig<C>> {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Vec<String> {
        typed(config).map_or_else(Vec::new, |config| (self.0)(generation, config))
    }
}

pub(crate) trait CallRunConfig: Send + Sync {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Vec<(&'static str, String)>;
}

impl<C: 'static> CallRunConfig for Typed<RunConfig<C>> {
    fn call(&self, generation: &Generation, config: &AnyConfig) -> Vec<(&'static str, String)> {
        typed(config).map_or_else(Vec::new, |config| (self.0)(generation, config))
    }
}

pub(crate) trait CallReadPaces: Send + Sync {
    fn call(&self, config: &AnyConfig) -> Paces;
}

impl<C: 'static> CallReadPaces for Typed<ReadPaces<C>> {
    fn call(&self, config: &AnyConfig) -> Paces {
        typed(config).map_or_else(Paces::default, |config| (self.0)(config))
    }
}

pub(crate) trait CallReadProxied: Send + Sync {
    fn call(&self, config: &AnyConfig) -> Option<ProxyHeads>;
}

impl<C: 'static> CallReadProxied for Typed<ReadProxied<C>> {
    fn call(&self, config: &AnyConfig) -> Option<ProxyHeads> {
        typed(config).and_then(|config| (self.0)(config))
    }
}

pub(crate) trait CallChildInit: Send + Sync {
    fn call(&self, child: &ChildInit<'_>, config: &AnyConfig) -> io::Result<()>;
}

impl<C: 'static> CallChildInit for Typed<ChildInitHook<C>> {
    fn call(&self, child: &ChildInit<'_>, config: &AnyConfig) -> io::Result<()> {
        typed(config).map_or(Ok(()), |config| (self.0)(child, config))
    }
}

pub(crate) trait CallSteady: Send + Sync {
    fn call(&self, config: &AnyConfig) -> bool;
}

impl<C: 'static> CallSteady for Typed<fn(&C) -> bool> {
    fn call(&self, config: &AnyConfig) -> bool {
        typed(config).is_some_and(|config| (self.0)(config))
    }
}
