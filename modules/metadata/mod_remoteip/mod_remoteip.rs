//! mod_remoteip: whose a connection is that comes by way of a proxy, where that speaks the PROXY protocol. The core reads what the
//! proxy says; what is here are the directives.

use std::collections::BTreeMap;

use httpd::config::{Network, inherit};
use httpd::prelude::*;
use httpd::server::proxied::ProxyHeads;
use httpd::server::{Generation, Vhost};

/// The module.
pub static MODULE: RemoteIp = RemoteIp;

/// mod_remoteip.
pub struct RemoteIp;

/// What its directives say.
#[derive(Debug, Default, Clone)]
pub struct RemoteIpConfig {
    proxy_protocol: Option<bool>,
    exceptions: Option<Vec<Network>>,
}

impl Config for RemoteIpConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            proxy_protocol: inherit(&self.proxy_protocol, &inner.proxy_protocol),
            exceptions: inherit(&self.exceptions, &inner.exceptions),
        }
    }
}

impl RemoteIpConfig {
    fn heads(&self) -> Option<ProxyHeads> {
        let exceptions = || self.exceptions.clone().unwrap_or_default();
        self.proxy_protocol.unwrap_or(false).then(|| ProxyHeads { exceptions: exceptions() })
    }
}

impl Module for RemoteIp {
    const NAME: &'static str = "remoteip_module";
    type Config = RemoteIpConfig;

    const DIRECTIVES: &'static [Directive<RemoteIpConfig>] = &[
        Directive::flag(
            "RemoteIPProxyProtocol",
            Place::SV,
            "Whether connections begin with a proxy's head that says whose they are; those without one are closed",
            |config, on| config.proxy_protocol = Some(on),
        ),
        Directive::each(
            "RemoteIPProxyProtocolExceptions",
            Place::SV,
            "address|network ...",
            "Who connects directly, and sends no such head",
            |config, network, _| {
                let network = Network::parse(network)?;
                config.exceptions.get_or_insert_default().push(network);
                Ok(())
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, RemoteIpConfig>) {
        hooks.read_proxied(RemoteIpConfig::heads);
        hooks.check_config(|generation, _| what_has_no_effect(generation));
    }
}

/// When a connection comes nobody has been named yet: the first virtual host of its address decides for all of them.
fn what_has_no_effect(generation: &Generation) -> Vec<String> {
    let mut first_of = BTreeMap::new();
    let mut sentences = Vec::new();
    for vhost in &generation.vhosts {
        for address in &vhost.addresses {
            let first: &Vhost = first_of.entry(*address).or_insert(vhost);
            if first.proxied != vhost.proxied {
                sentences.push(format!(
                    "AH21000: {}: what it says of RemoteIPProxyProtocol has no effect: the first virtual host of its address, {}, \
                     says for all of them whether connections begin with a proxy's head",
                    vhost.name, first.name
                ));
            }
        }
    }
    sentences
}
