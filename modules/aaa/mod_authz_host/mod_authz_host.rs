//! mod_authz_host: requirements by where the client is: `Require ip`, `host`, `forward-dns`, `local`.

use httpd::config::Network;
use httpd::prelude::*;
use httpd::provider::{Authz, AuthzCheck, AuthzProvider};
use httpd::request::client::{self, Proof};

/// The module.
pub static MODULE: AuthzHost = AuthzHost;

/// mod_authz_host.
pub struct AuthzHost;

impl Module for AuthzHost {
    const NAME: &'static str = "authz_host_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.provide("ip", AuthzProvider { parse: ip });
        hooks.provide("host", AuthzProvider { parse: host });
        hooks.provide("forward-dns", AuthzProvider { parse: forward_dns });
        hooks.provide("local", AuthzProvider { parse: local });
    }
}

fn ip(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let networks: Vec<Network> =
        words(arguments, "Require ip")?.map(Network::parse).collect::<Result<_, _>>()?;
    Ok(Box::new(move |r| granted(networks.iter().any(|network| network.contains(r.client_ip)))))
}

fn host(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let domains: Vec<String> = words(arguments, "Require host")?.map(str::to_owned).collect();
    Ok(Box::new(move |r| {
        let name = client::name_of(r.client_ip, Proof::LeadsBack);
        granted(name.is_some_and(|name| domains.iter().any(|domain| client::is_within(&name, domain))))
    }))
}

fn forward_dns(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    let names: Vec<String> = words(arguments, "Require forward-dns")?.map(str::to_owned).collect();
    Ok(Box::new(move |r| {
        let ip = r.client_ip.to_canonical();
        granted(names.iter().any(|name| client::addresses_of(name).any(|address| address == ip)))
    }))
}

/// The client is on this machine: a loopback address, or the same address at both ends.
fn local(arguments: &str, _here: &Here<'_>) -> Result<AuthzCheck, Complaint> {
    if !arguments.is_empty() {
        return Err(Complaint::new("Require local takes no arguments"));
    }
    Ok(Box::new(|r| {
        let client = r.client_ip.to_canonical();
        granted(client.is_loopback() || client == r.connection.local.ip().to_canonical())
    }))
}

fn words<'a>(arguments: &'a str, what: &str) -> Result<impl Iterator<Item = &'a str>, Complaint> {
    let words = arguments.split_ascii_whitespace();
    if arguments.trim().is_empty() {
        Err(Complaint::new(format!("{what} needs at least one argument")))
    } else {
        Ok(words)
    }
}

fn granted(holds: bool) -> Authz {
    if holds { Authz::Granted } else { Authz::Denied }
}
