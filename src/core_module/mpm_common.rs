//! What all Multi-Processing Modules share: where to listen, how children live and end. Main server only.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::CoreConfig;
use super::settings::settings;
use crate::config::{Complaint, Config, Directive, Place};
use crate::server::listen::ListenAddress;

settings! {
    /// What the directives that all MPMs share set.
    pub struct MpmCommon
    values {
        /// ListenBacklog: how many connections may wait for accept.
        listen_backlog: i32 = 511,
        /// SendBufferSize: of the sockets' buffers, in bytes; 0 leaves it to the system.
        send_buffer_size: usize = 0,
        /// ReceiveBufferSize: of the sockets' buffers, in bytes; 0 leaves it to the system.
        receive_buffer_size: usize = 0,
        /// GracefulShutdownTimeout: how long a graceful stop waits for its last connections; zero is no limit.
        graceful_shutdown_timeout: Duration = Duration::ZERO,
        /// MaxConnectionsPerChild: after so many connections a child ends; 0 is never.
        max_connections_per_child: u64 = 0,
    }
    kept {
        extended_status: bool,
        pid_file: PathBuf,
        score_board_file: PathBuf,
        core_dump_directory: PathBuf,
    }
    parts {
        listens: Listens,
        accept_filters: AcceptFilters,
    }
}

impl MpmCommon {
    /// PidFile: where the parent's process number is written.
    pub fn pid_file(&self) -> &Path {
        self.pid_file.as_deref().unwrap_or(Path::new("httpd.pid"))
    }

    /// ScoreBoardFile: where the scoreboard can be read by others; `None` keeps it in memory alone.
    pub fn score_board_file(&self) -> Option<&Path> {
        self.score_board_file.as_deref()
    }

    /// CoreDumpDirectory: where a child that crashes leaves its core.
    pub fn core_dump_directory(&self) -> Option<&Path> {
        self.core_dump_directory.as_deref()
    }

    /// AcceptFilter: the protocols whose connections are accepted when their first bytes are there; `http` where nothing
    /// else is said.
    pub fn client_speaks_first(&self) -> Vec<String> {
        let mut protocols = vec!["http".to_owned()];
        for (protocol, waits) in self.accept_filters.0.iter() {
            protocols.retain(|known| known != protocol);
            protocols.extend(waits.then(|| protocol.clone()));
        }
        protocols
    }

    /// Listen, in the order of the lines, each address once.
    pub fn listens(&self) -> &[ListenAddress] {
        &self.listens.0
    }
}

/// Lines of the main server alone: sections never add to them, so a merge copies nothing.
#[derive(Debug, Default, Clone)]
pub(crate) struct Listens(Arc<Vec<ListenAddress>>);

impl Config for Listens {
    fn merge(&self, inner: &Self) -> Self {
        if inner.0.is_empty() { self.clone() } else { inner.clone() }
    }
}

/// Protocols, and whether their first bytes are waited for. Lines of the main server alone.
#[derive(Debug, Default, Clone)]
pub(crate) struct AcceptFilters(Arc<Vec<(String, bool)>>);

impl Config for AcceptFilters {
    fn merge(&self, inner: &Self) -> Self {
        if inner.0.is_empty() { self.clone() } else { inner.clone() }
    }
}

impl Listens {
    fn add(&mut self, listen: ListenAddress) -> Result<(), Complaint> {
        let known = self.0.iter().find(|other| other.address == listen.address && listen.address.port() != 0);
        if let Some(first) = known.and_then(|known| known.position.as_ref()) {
            let sentence = format!("Cannot define multiple Listeners on the same IP:port {}", listen.address);
            let place = format!("line {} of {} has it already", first.line, first.source.name());
            return Err(Complaint::new(sentence).argument(0).hint(place));
        }
        Arc::make_mut(&mut self.0).push(listen);
        Ok(())
    }
}

pub(crate) const ROWS: &[Directive<CoreConfig>] = &[
    Directive::words(
        "Listen",
        Place::S,
        ("[address:]port [protocol]", 1..=2),
        "A port, or an address and a port, that the server listens on",
        |core, words, here| {
            for address in addresses(words[0])? {
                let protocol = words.get(1).map_or("http", |word| word).to_ascii_lowercase();
                let position = Some(here.position().clone());
                core.mpm.listens.add(ListenAddress { address, protocol, position })?;
            }
            Ok(())
        },
    ),
    Directive::number(
        "ListenBacklog",
        Place::S,
        (1..=i32::MAX as i64, 511, "connections"),
        "How many connections may wait to be accepted",
        |core, n| core.mpm.listen_backlog = Some(n as i32),
    ),
    Directive::one(
        "SendBufferSize",
        Place::S,
        "bytes",
        "The size of the sockets' send buffers; 0 leaves it to the system",
        |core, word, _| {
            core.mpm.send_buffer_size = Some(buffer_size("SendBufferSize", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "ReceiveBufferSize",
        Place::S,
        "bytes",
        "The size of the sockets' receive buffers; 0 leaves it to the system",
        |core, word, _| {
            core.mpm.receive_buffer_size = Some(buffer_size("ReceiveBufferSize", word)?);
            Ok(())
        },
    ),
    Directive::one(
        "PidFile",
        Place::S,
        "file",
        "The file that the parent process writes its number to",
        |core, word, here| {
            core.mpm.pid_file = Some(here.server_path(word));
            Ok(())
        },
    ),
    Directive::one(
        "ScoreBoardFile",
        Place::S,
        "file",
        "The file that the scoreboard is kept in; without it, memory alone",
        |core, word, here| {
            core.mpm.score_board_file = Some(here.server_path(word));
            Ok(())
        },
    ),
    Directive::one(
        "CoreDumpDirectory",
        Place::S,
        "directory",
        "The directory that a crashing child leaves its core in",
        |core, word, here| {
            let path = here.server_path(word);
            here.expect_directory("CoreDumpDirectory", &path)?;
            core.mpm.core_dump_directory = Some(path);
            Ok(())
        },
    ),
    Directive::number(
        "MaxConnectionsPerChild",
        Place::S,
        (i64::MIN..=i64::MAX, 0, "connections"),
        "After how many connections a child ends and is replaced; 0 is never",
        |core, n| core.mpm.max_connections_per_child = Some(n.max(0) as u64),
    ),
    Directive::number(
        "MaxRequestsPerChild",
        Place::S,
        (i64::MIN..=i64::MAX, 0, "connections"),
        "The old name of MaxConnectionsPerChild",
        |core, n| core.mpm.max_connections_per_child = Some(n.max(0) as u64),
    ),
    Directive::number(
        "GracefulShutdownTimeout",
        Place::S,
        (0..=1 << 32, 0, "seconds"),
        "How long a graceful stop waits for its last connections; 0 is no limit",
        |core, n| core.mpm.graceful_shutdown_timeout = Some(Duration::from_secs(n as u64)),
    ),
    Directive::flag("ExtendedStatus", Place::S, "The scoreboard says what each request is", |core, on| {
        core.mpm.extended_status = Some(on);
    }),
    Directive::two(
        "AcceptFilter",
        Place::S,
        "protocol none|data|httpready",
        "Whether connections of a protocol are accepted when their first bytes are there",
        |core, protocol, filter, _| {
            let waits = !filter.eq_ignore_ascii_case("none");
            Arc::make_mut(&mut core.mpm.accept_filters.0).push((protocol.to_ascii_lowercase(), waits));
            Ok(())
        },
    ),
];

fn buffer_size(name: &str, word: &str) -> Result<usize, Complaint> {
    let size = word.parse::<usize>().ok().filter(|size| *size == 0 || *size >= 512);
    size.ok_or_else(|| {
        Complaint::new(format!("{name} must be >= 512 bytes, or 0 for system default, not '{word}'"))
            .argument(0)
    })
}

/// `port`, `*:port`, `address:port`, `[address]:port` or `name:port`. Without an address: all, as `[::]`. A name may have
/// several addresses.
fn addresses(text: &str) -> Result<Vec<SocketAddr>, Complaint> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None if text.bytes().all(|b| b.is_ascii_digit()) => ("*", text),
        None => return Err(Complaint::new("Port must be specified").argument(0).hint("write address:port")),
    };
    let port = port.parse::<u16>().map_err(|_| invalid(text))?;
    let bare = host.strip_prefix('[').map_or(Some(host), |host| host.strip_suffix(']'));
    match bare {
        None | Some("") => Err(invalid(text)),
        Some("*") => Ok(vec![(Ipv6Addr::UNSPECIFIED, port).into()]),
        Some(bare) => match bare.parse::<IpAddr>() {
            Ok(ip) => Ok(vec![SocketAddr::new(ip, port)]),
            // A scope (`%eth0`) is known to the resolver alone.
            Err(_) if !bare.contains('%') && (bare.len() != host.len() || bare.contains(':')) => {
                Err(invalid(text))
            }
            Err(_) => (bare, port).to_socket_addrs().map(Iterator::collect).map_err(|cause| {
                Complaint::new(format!("no address is known for '{bare}': {cause}")).argument(0)
            }),
        },
    }
}

fn invalid(text: &str) -> Complaint {
    Complaint::new(format!("Invalid address or port '{text}'"))
        .argument(0)
        .hint("write a port, an IPv4 address and a port (192.0.2.1:80), or an IPv6 one ([2001:db8::1]:80)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listen_takes_ports_and_addresses() {
        for (text, expected) in [
            ("80", "[::]:80"),
            ("*:8080", "[::]:8080"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("192.0.2.1:443", "192.0.2.1:443"),
            ("[2001:db8::1]:80", "[2001:db8::1]:80"),
            ("127.0.0.1:0", "127.0.0.1:0"),
        ] {
            assert_eq!(addresses(text).unwrap()[0].to_string(), expected);
        }
        for text in
            ["", "www", "192.0.2.1", "192.0.2.1:", "80:x", "70000", "[::1]", "[fe80::1%no-such]:80", ":80"]
        {
            assert!(addresses(text).is_err(), "{text}");
        }
    }

    #[test]
    fn accept_filters_are_by_protocol() {
        let mut common = MpmCommon::default();
        assert_eq!(common.client_speaks_first(), ["http"]);
        common.accept_filters = AcceptFilters(Arc::new(vec![("http".into(), false), ("https".into(), true)]));
        assert_eq!(common.client_speaks_first(), ["https"]);
    }

    #[test]
    fn buffers_are_not_tiny() {
        assert_eq!(buffer_size("SendBufferSize", "0").unwrap(), 0);
        assert_eq!(buffer_size("SendBufferSize", "512").unwrap(), 512);
        assert!(buffer_size("SendBufferSize", "511").is_err());
    }
}
