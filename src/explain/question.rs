//! What is asked: a request as a client would send it, and the addresses at both ends.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::request::url;
use crate::server::{Generation, Vhost};

/// A request that nobody sends.
#[derive(Debug, Clone)]
pub struct Question {
    /// The address that it comes to.
    pub local: SocketAddr,
    /// The address that it comes from.
    pub client: SocketAddr,
    /// Its bytes, head and body.
    pub text: Vec<u8>,
}

/// What the command line says of a request; all but the URL has a default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The method; `GET`.
    pub method: Option<String>,
    /// `http://host:port/path?query`, or a path of the server that answers where no name is asked for.
    pub url: String,
    /// The client's address; this machine's own.
    pub from: Option<IpAddr>,
    /// The server's address; see [`Question::new`].
    pub to: Option<IpAddr>,
    /// Header fields, each `Name: value`.
    pub fields: Vec<String>,
}

/// The port of a client, which decides nothing.
const CLIENT_PORT: u16 = 50_000;

impl Question {
    /// The request that a client sends for a URL.
    ///
    /// Where nobody says which of the server's addresses it comes to, it is the one that the URL names, else the one for which the URL's
    /// name is a virtual host's, else that of the `Listen` line for the URL's port. An error is a sentence.
    pub fn new(generation: &Generation, asked: &Asked) -> Result<Self, String> {
        let url = Url::parse(&asked.url)?;
        let port = url.port.unwrap_or_else(|| first_port(generation));
        let ip = asked.to.unwrap_or_else(|| address(generation, url.host, port));
        let local = SocketAddr::new(ip, port);
        let host = match url.authority {
            Some(authority) => authority.to_owned(),
            None => own_authority(generation, local),
        };
        let mut text =
            format!("{} {} HTTP/1.1\r\n", asked.method.as_deref().unwrap_or("GET"), escaped(url.path));
        if !asked.fields.iter().any(|field| is_host(field)) {
            text += &format!("Host: {host}\r\n");
        }
        for field in &asked.fields {
            text += &format!("{field}\r\n");
        }
        text += "\r\n";
        let client = asked.from.unwrap_or(if ip.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
        Ok(Self { local, client: SocketAddr::new(client, CLIENT_PORT), text: text.into_bytes() })
    }
}

/// Some `Listen` line is about an address. Port 0 stands for any.
pub(super) fn is_listened_to(generation: &Generation, local: SocketAddr) -> bool {
    generation.listens.iter().any(|listen| {
        let (ip, port) = (listen.address.ip(), listen.address.port());
        (port == 0 || port == local.port())
            && (ip.is_unspecified() || ip.to_canonical() == local.ip().to_canonical())
    })
}

/// A URL in its parts.
struct Url<'a> {
    /// `host:port`; `None` where the URL is a path only.
    authority: Option<&'a str>,
    host: Option<&'a str>,
    /// The one that it says or implies.
    port: Option<u16>,
    /// Path and query.
    path: &'a str,
}

impl<'a> Url<'a> {
    fn parse(url: &'a str) -> Result<Self, String> {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        if url.starts_with('/') || url == "*" {
            return Ok(Self { authority: None, host: None, port: None, path: url });
        }
        let wrong = || format!("'{url}' is no URL: write http://host/path, or /path");
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let implied = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(format!("a {scheme} URL is not for this server: write http:// or https://")),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let read = http1::Authority::parse(authority.as_bytes()).ok_or_else(wrong)?;
        Ok(Self {
            authority: Some(authority),
            host: Some(read.host),
            port: Some(read.port.unwrap_or(implied)),
            path,
        })
    }
}

/// A target as it may stand in a request line: what a person writes plainly, a client escapes.
fn escaped(path: &str) -> String {
    let mut target = String::with_capacity(path.len() + 1);
    if !path.starts_with(['/', '*']) {
        target.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~' => target.push(char::from(byte)),
            other => target.push_str(&format!("%{other:02X}")),
        }
    }
    target
}

/// The name and the port of the server that answers on an address where no name is asked for.
fn own_authority(generation: &Generation, local: SocketAddr) -> String {
    let vhost = &generation.vhosts[generation.vhost_for(local, None)];
    if local.port() == url::default_port(&vhost.scheme) {
        return vhost.name.clone();
    }
    format!("{}:{}", vhost.name, local.port())
}

fn is_host(field: &str) -> bool {
    field.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("Host"))
}

fn first_port(generation: &Generation) -> u16 {
    generation.listens.first().map_or(80, |listen| listen.address.port())
}

/// The address of this server that a client reaches by a name and a port.
fn address(generation: &Generation, host: Option<&str>, port: u16) -> IpAddr {
    let literal = host.and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
    let named = || host.and_then(|host| address_of_name(generation, host, port));
    let listened = || {
        let mut listens = generation.listens.iter().map(|listen| listen.address);
        listens.find(|address| address.port() == port && !address.ip().is_unspecified()).map(|own| own.ip())
    };
    literal.or_else(named).or_else(listened).unwrap_or(Ipv4Addr::LOCALHOST.into())
}

/// The address that a virtual host of that name is said to have, if it has one of its own.
fn address_of_name(generation: &Generation, host: &str, port: u16) -> Option<IpAddr> {
    let has_name = |vhost: &&Vhost| vhost.has_name(host);
    let addresses = generation.vhosts.iter().skip(1).filter(has_name).flat_map(|vhost| &vhost.addresses);
    addresses.filter(|address| address.port.is_none_or(|own| own == port)).find_map(|address| address.ip)
}
