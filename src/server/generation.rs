//! A generation: everything that one reading of the configuration made. It does not change after it is
//! built; a restart builds a new one beside it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use super::listen::ListenAddress;
use super::log::LogFiles;
use super::vhost::{AddressMap, Vhost};
use crate::config::{Defines, Forgone, Included, Rows, Written};
use crate::facts::{Build, Facts};
use crate::hooks::Registry;
use crate::log;
use crate::module::{Linked, Module, ModuleIndex};
use crate::provider::ShowsStatus;

/// One reading of the configuration, complete.
pub struct Generation {
    /// 0 for the first, one more for each restart.
    pub number: u64,
    /// When it was built.
    pub built: SystemTime,
    /// The program that reads it.
    pub build: &'static Build,
    /// What the build knows: paths, names, versions.
    pub facts: &'static Facts,
    /// The base of relative file names.
    pub server_root: PathBuf,
    /// The configuration file that was read.
    pub config_file: PathBuf,
    /// The modules, core first; a module's place here is its index everywhere.
    pub modules: Vec<Linked>,
    /// Their hooks.
    pub registry: Registry,
    /// The main server, and after it the virtual hosts in the order of the file.
    pub vhosts: Vec<Vhost>,
    /// Which of them answers on which address.
    pub addresses: AddressMap,
    /// What to listen on.
    pub listens: Vec<ListenAddress>,
    /// The logs that were named.
    pub logs: LogFiles,
    /// The names that were defined with `-D` and `Define`, with their texts.
    pub defines: Defines,
    /// What works, but perhaps not as meant, and the line that says it, if it is one.
    pub warnings: Vec<(Option<conf::Position>, String)>,
    /// Modules that are asked for and not there: `.htaccess` files are read without them, too.
    pub(crate) forgone: Vec<Forgone>,
    /// What is accepted and has no effect here, each sentence once.
    pub remarks: Vec<(Option<conf::Position>, String)>,
    /// The files that were read, in order.
    pub included: Vec<Included>,
    /// The lines that count, where they were to be kept.
    pub written: Option<Vec<Written>>,
    /// The modules' directives by name: `.htaccess` files are read while requests are served.
    pub rows: Rows,
}

impl Generation {
    /// A module's place, by its type.
    pub fn index_of<M: Module>(&self) -> Option<ModuleIndex> {
        self.modules
            .iter()
            .position(|linked| linked.symbol() == M::NAME)
            .map(|place| ModuleIndex(place as u16))
    }

    /// A module's configuration in a virtual host; 0 is the main server.
    pub fn config<M: Module>(&self, vhost: usize) -> Option<&M::Config> {
        self.vhosts.get(vhost)?.configs.get(self.index_of::<M>()?).downcast_ref()
    }

    /// The virtual host that answers on a local address to a Host field: the first of the address where none is given
    /// or none has the name, the main server where the address has no virtual hosts.
    pub fn vhost_for(&self, local: SocketAddr, host: Option<&str>) -> usize {
        let Some(names) = self.addresses.on(local) else { return 0 };
        host.map_or_else(|| names.first(), |host| names.named(host)).unwrap_or(0)
    }

    /// The virtual host that a client which sends no Host means by the path it asks for: ServerPath.
    pub fn vhost_by_path(&self, local: SocketAddr, path: &[u8]) -> Option<usize> {
        let below = |own: &str| {
            let rest = path.strip_prefix(own.trim_end_matches('/').as_bytes());
            rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/')))
        };
        let mut vhosts = self.addresses.on(local)?.vhosts.iter().copied();
        vhosts.find(|vhost| self.vhosts[*vhost].path.as_deref().is_some_and(below))
    }

    /// The name of the MPM that serves: `prefork`.
    pub fn mpm_name(&self) -> &'static str {
        let file = self.mpm().map(|mpm| mpm.file());
        file.map_or(self.facts.mpm_name, |file| file.strip_suffix(".c").unwrap_or(file))
    }

    /// The Multi-Processing Module, linked in or loaded.
    pub fn mpm(&self) -> Option<Linked> {
        self.modules.iter().find(|linked| linked.is_mpm()).copied()
    }

    /// ExtendedStatus: what is set, else whether a module would show what it is for.
    pub fn extended_status(&self) -> bool {
        let shown = || self.registry.providers().names::<ShowsStatus>().next().is_some();
        self.main().configs.core().mpm().extended_status.unwrap_or_else(shown)
    }

    /// Writes to the log what is accepted and has no effect, and that rights are kept.
    pub(crate) fn tell_remarks(&self) {
        for (_, remark) in &self.remarks {
            log!(*self, Info, AH20890, "{remark}");
        }
        if os::user::is_root() && self.registry.drop_privileges.is_empty() {
            log!(
                *self,
                Warn,
                AH21040,
                "started by root, this server serves as root: no module is there that gives up the rights"
            );
        }
    }

    /// The main server.
    pub fn main(&self) -> &Vhost {
        &self.vhosts[0]
    }
}
