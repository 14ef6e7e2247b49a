//! What differs from MPM to MPM: how to ask for a pool of a known size, and how much goes down with a child.

use libtest_mimic::Failed;

use crate::httpd::Program;

/// A pool that can hold [`CONNECTIONS`] at once, and more while generations overlap.
#[derive(Debug)]
pub(super) struct Pool {
    /// The MPM, as `httpd -V` prints it.
    mpm: &'static str,
    /// Its directives.
    pub(super) conf: &'static str,
    /// Processes that are there while all clients are connected, or more; none where the server is one process.
    pub(super) children: usize,
    /// Connections that one process holds at most.
    pub(super) held: usize,
    /// Children that serve nobody, and live as long as their generation.
    pub(super) helpers: usize,
}

/// For servers whose clients must not be sent away because the machine is busy.
pub(super) const PATIENT: &str = "Timeout 600\nKeepAliveTimeout 600\n\
    <IfModule mod_reqtimeout.c>\n    RequestReadTimeout header=600 body=600\n</IfModule>\n";

/// How many clients the tests have at once.
pub(super) const CONNECTIONS: usize = 8;

/// A row for each MPM.
const POOLS: [Pool; 10] = [
    Pool {
        mpm: "prefork",
        conf: "StartServers 12\nMinSpareServers 4\nMaxSpareServers 16\nServerLimit 32\nMaxRequestWorkers 32\n",
        children: 12,
        held: 1,
        helpers: 0,
    },
    Pool {
        mpm: "perchild",
        conf: "NumServers 3\nStartThreads 4\nMinSpareThreads 2\nMaxSpareThreads 8\nMaxThreadsPerChild 8\n",
        children: 3,
        held: 8,
        helpers: 2,
    },
    threaded("worker", 4),
    threaded("leader", 4),
    threaded("threadpool", 4),
    Pool {
        mpm: "event",
        conf: "StartServers 3\nThreadsPerChild 4\nMinSpareThreads 4\nMaxSpareThreads 32\nMaxRequestWorkers 40\n\
               AsyncRequestWorkerFactor 2\n",
        children: 3,
        held: 12,
        helpers: 0,
    },
    Pool { mpm: "mpm_winnt", conf: "ThreadsPerChild 12\n", children: 1, held: 13, helpers: 0 },
    Pool {
        mpm: "mpmt_os2",
        conf: "StartServers 3\nMinSpareThreads 4\nMaxSpareThreads 32\n",
        children: 3,
        held: CONNECTIONS,
        helpers: 0,
    },
    alone("beos"),
    alone("mpm_netware"),
];

/// One process, twelve threads to begin with.
const fn alone(mpm: &'static str) -> Pool {
    Pool {
        mpm,
        conf: "StartThreads 12\nMinSpareThreads 4\nMaxSpareThreads 32\n",
        children: 0,
        held: CONNECTIONS,
        helpers: 0,
    }
}

/// Three processes of four threads, that hold so many connections each.
const fn threaded(mpm: &'static str, held: usize) -> Pool {
    let conf =
        "StartServers 3\nThreadsPerChild 4\nMinSpareThreads 4\nMaxSpareThreads 32\nMaxRequestWorkers 40\n";
    Pool { mpm, conf, children: 3, held, helpers: 0 }
}

impl Pool {
    /// The server is one process, with no child.
    pub(super) fn is_alone(&self) -> bool {
        self.children == 0
    }
}

/// The row of the program's MPM.
pub(super) fn of(program: &Program) -> Result<&'static Pool, Failed> {
    let row = POOLS.iter().find(|pool| pool.mpm == program.mpm);
    row.ok_or_else(|| format!("test/src/process/pools.rs has no row for the MPM {}", program.mpm).into())
}
