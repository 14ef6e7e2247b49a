//! More clients than there is room for: who only waits makes room, or soon must, and the log says which limit was met.

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::PATIENT;
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] = &[
    ("idle-and-slow-clients-make-room-in-time", make_room),
    ("the-limit-is-told-once", told),
    ("many-idle-clients-keep-nobody-waiting", many_idle),
];

/// A pool that can be filled.
struct Small {
    mpm: &'static str,
    conf: &'static str,
    /// How many connections it holds.
    connections: usize,
    /// The number of the line in the log that says that it is full.
    told: &'static str,
}

const SMALL: [Small; 10] = [
    Small {
        mpm: "prefork",
        conf: "StartServers 8\nMinSpareServers 4\nMaxRequestWorkers 8\n",
        connections: 8,
        told: "AH00161",
    },
    threaded("worker", 8, "AH00286"),
    threaded("leader", 8, "AH00286"),
    threaded("threadpool", 8, "AH00286"),
    Small {
        mpm: "event",
        conf: "StartServers 2\nThreadsPerChild 4\nMinSpareThreads 4\nMaxRequestWorkers 8\nAsyncRequestWorkerFactor 2\n",
        connections: 24,
        told: "AH00484",
    },
    Small { mpm: "mpm_winnt", conf: "ThreadsPerChild 8\n", connections: 8, told: "AH00326" },
    Small { mpm: "beos", conf: "StartThreads 8\nMaxClients 8\n", connections: 8, told: "AH20701" },
    Small { mpm: "mpm_netware", conf: "StartThreads 8\nMaxThreads 8\n", connections: 8, told: "AH20701" },
    // No directive says how many threads a process has at most.
    Small { mpm: "mpmt_os2", conf: "StartServers 1\n", connections: 256, told: "AH20701" },
    // Slow clients wait at the listener and hold no thread: the other half of them fills the pool.
    Small { mpm: "perchild", conf: "NumServers 1\nMaxThreadsPerChild 8\n", connections: 16, told: "AH20701" },
];

/// Two processes of four threads.
const fn threaded(mpm: &'static str, connections: usize, told: &'static str) -> Small {
    let conf = "StartServers 2\nThreadsPerChild 4\nMinSpareThreads 4\nMaxRequestWorkers 8\n";
    Small { mpm, conf, connections, told }
}

/// A head that is not at its end.
const HALF: &[u8] = b"GET /index.html HTTP/1.1\r\nHost: local";
const OTHER_HALF: &str = "host\r\n\r\n";

/// All places are taken by clients that do nothing. Whoever comes now is answered when the time of one of them is up.
fn make_room(program: &Program) -> Result<Completion, Failed> {
    let Some(small) = small(program) else {
        return Ok(Completion::ignored_with("this MPM has no such limit"));
    };
    let (_ground, httpd) = small.site(program, "KeepAliveTimeout 2\nRequestReadTimeout header=2\n")?;
    let crowd = small.fill(&httpd)?;
    let answer = httpd.connect()?.get("/index.html")?;
    if answer.status() != 200 {
        return Err(format!("{:?}", answer.head).into());
    }
    for mut client in crowd.slow {
        let answer = client.answer()?;
        if answer.status() != 408 || !answer.closes() {
            return Err(format!("a slow client: {:?}", answer.head).into());
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Nobody's time is up while the parent, which looks once a second, has not seen that all places are taken.
fn told(program: &Program) -> Result<Completion, Failed> {
    let Some(small) = small(program) else {
        return Ok(Completion::ignored_with("this MPM has no such limit"));
    };
    let (ground, httpd) = small.site(program, PATIENT)?;
    let _crowd = small.fill(&httpd)?;
    let mut late = httpd.connect()?;
    late.send(HALF);
    let told = || ground.log("error_log").matches(small.told).count();
    wait_until("the limit in the log", || told() > 0)?;
    httpd.stop()?;
    if told() > 1 {
        return Err(format!("the limit is told {} times", told()).into());
    }
    Ok(Completion::Completed)
}

fn small(program: &Program) -> Option<&'static Small> {
    SMALL.iter().find(|small| small.mpm == program.mpm)
}

/// As many clients as there is room for, and none of them does anything more.
struct Crowd {
    kept: Vec<Client>,
    slow: Vec<Client>,
}

impl Small {
    fn site(&self, program: &Program, lines: &str) -> Result<(Ground, Httpd), Failed> {
        let ground = Ground::new()?;
        ground.document("index.html", "it works\n")?;
        ground.configure(0, &format!("{}{lines}", self.conf))?;
        let httpd = Httpd::start(program, &ground, &[])?;
        Ok((ground, httpd))
    }

    fn fill(&self, httpd: &Httpd) -> Result<Crowd, Failed> {
        let mut crowd = Crowd { kept: Vec::new(), slow: Vec::new() };
        for number in 0..self.connections {
            let mut client = httpd.connect()?;
            if number % 2 == 0 {
                client.get("/index.html")?;
                crowd.kept.push(client);
            } else {
                client.send(HALF);
                crowd.slow.push(client);
            }
        }
        Ok(crowd)
    }
}

const IDLE: usize = 2000;
const SLOW: usize = 200;
/// How many requests come when all is full.
const FRESH: usize = 41;

/// With the ceiling that nobody has raised, 400 threads of two connections more each: there are more clients than that.
const USUAL: &str = "StartServers 3\nThreadsPerChild 25\nMinSpareThreads 75\nMaxSpareThreads 250\n\
    MaxRequestWorkers 400\nAsyncRequestWorkerFactor 2\nKeepAliveTimeout 600\nRequestReadTimeout header=600\n";

fn many_idle(program: &Program) -> Result<Completion, Failed> {
    if program.mpm != "event" {
        return Ok(Completion::ignored_with("is for event"));
    }
    if os::limits::raise_open_files()?.soft < 2 * (IDLE + SLOW) as u64 {
        return Ok(Completion::ignored_with("too few descriptors (ulimit -n)"));
    }
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, USUAL)?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let mut kept = Vec::new();
    for _ in 0..IDLE {
        let mut client = httpd.connect()?;
        client.get("/index.html")?;
        kept.push(client);
    }
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut client = httpd.connect()?;
        client.send(HALF);
        slow.push(client);
    }
    // The time of those who are there is up long after the test.
    for _ in 0..FRESH {
        let answer = httpd.connect()?.get("/index.html")?;
        if answer.status() != 200 {
            return Err(format!("a fresh client: {:?}", answer.head).into());
        }
    }
    // Nobody made room who was doing something, and of the others the oldest first.
    if let Some(wrong) = slow.iter_mut().find_map(|client| not_answered(client, OTHER_HALF)) {
        return Err(format!("a slow client was not answered: {wrong}").into());
    }
    let ask = "GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let gone: Vec<bool> = kept.iter_mut().map(|client| not_answered(client, ask).is_some()).collect();
    // Each process sends its own oldest away, and who came to which is chance.
    let gone_of = |clients: &[bool]| clients.iter().filter(|gone| **gone).count();
    let (oldest, newest) = (gone_of(&gone[..IDLE / 4]), gone_of(&gone[IDLE * 3 / 4..]));
    if oldest <= newest {
        return Err(format!("of the oldest clients {oldest} are gone, of the newest {newest}").into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn not_answered(client: &mut Client, bytes: &str) -> Option<String> {
    match client.ask(bytes) {
        Ok(answer) if answer.status() == 200 => None,
        Ok(answer) => Some(format!("{:?}", answer.head)),
        Err(wrong) => Some(wrong.to_string()),
    }
}
