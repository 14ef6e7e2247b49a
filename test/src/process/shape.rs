//! The processes and threads that each MPM's model says, as /proc shows them: at rest, and while connections are held.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use libtest_mimic::{Completion, Failed};
use os::process::Pid;

use super::Test;
use super::pools::{self, PATIENT};
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] =
    &[("at-rest-and-under-load", shape), ("as-the-version-says", version), ("in-batches", batches)];

/// What an MPM is made of.
struct Model {
    mpm: &'static str,
    /// What `httpd -V` says of threads and of processes.
    says: [&'static str; 2],
    conf: &'static str,
    rest: Shape,
    /// While [`pools::CONNECTIONS`] connections are held.
    load: Shape,
}

/// How many children there are, and how many threads each of them has, whatever they do; without children, those of the
/// server itself, which has one otherwise.
struct Shape {
    children: RangeInclusive<usize>,
    threads: RangeInclusive<usize>,
    /// So many the one has that has most, or more.
    most: usize,
}

const NO: &str = "no";
const FIXED_THREADS: &str = "yes (fixed thread count)";
const VARIABLE_THREADS: &str = "yes (variable thread count)";
const FIXED_PROCESSES: &str = "yes (fixed process count)";
const VARIABLE_PROCESSES: &str = "yes (variable process count)";

const MODELS: &[Model] = &[
    Model {
        mpm: "prefork",
        says: [NO, VARIABLE_PROCESSES],
        conf: "StartServers 3\nMinSpareServers 2\nMaxSpareServers 4\nMaxRequestWorkers 20\n",
        rest: Shape { children: 3..=3, threads: 1..=1, most: 1 },
        load: Shape { children: 10..=14, threads: 1..=1, most: 1 },
    },
    // The process of the logs has one thread, the listener three; the main thread of a pool hears the parent.
    Model {
        mpm: "perchild",
        says: [VARIABLE_THREADS, FIXED_PROCESSES],
        conf: "NumServers 1\nStartThreads 2\nMinSpareThreads 2\nMaxSpareThreads 4\nMaxThreadsPerChild 16\n",
        rest: Shape { children: 3..=3, threads: 1..=5, most: 3 },
        load: Shape { children: 3..=3, threads: 1..=13, most: 11 },
    },
    // The main thread, and the listener.
    threaded("worker", 4 + 2, 3..=4),
    threaded("threadpool", 4 + 2, 3..=4),
    // The main thread; who accepts serves.
    threaded("leader", 4 + 1, 3..=4),
    // The main thread accepts; what is kept costs no thread, but a process takes no more than 12 connections.
    threaded("event", 4 + 1, 1..=3),
    // The main thread, and the one that accepts.
    Model {
        mpm: "mpm_winnt",
        says: [FIXED_THREADS, NO],
        conf: "ThreadsPerChild 12\n",
        rest: Shape { children: 1..=1, threads: 14..=14, most: 14 },
        load: Shape { children: 1..=1, threads: 14..=14, most: 14 },
    },
    Model {
        mpm: "mpmt_os2",
        says: [VARIABLE_THREADS, NO],
        conf: "StartServers 1\nMinSpareThreads 2\nMaxSpareThreads 4\n",
        rest: Shape { children: 1..=1, threads: 4..=6, most: 4 },
        load: Shape { children: 1..=1, threads: 12..=14, most: 12 },
    },
    alone("beos"),
    alone("mpm_netware"),
];

/// Processes of four threads and some more, one at rest.
const fn threaded(mpm: &'static str, threads: usize, children: RangeInclusive<usize>) -> Model {
    Model {
        mpm,
        says: [FIXED_THREADS, VARIABLE_PROCESSES],
        conf: "StartServers 1\nThreadsPerChild 4\nMinSpareThreads 2\nMaxSpareThreads 8\nMaxRequestWorkers 24\n\
               <IfModule mpm_event_module>\n    AsyncRequestWorkerFactor 2\n</IfModule>\n",
        rest: Shape { children: 1..=1, threads: threads..=threads, most: threads },
        load: Shape { children, threads: threads..=threads, most: threads },
    }
}

/// No children: the main thread, that of the generation, and those that serve.
const fn alone(mpm: &'static str) -> Model {
    Model {
        mpm,
        says: [VARIABLE_THREADS, NO],
        conf: "StartThreads 2\nMinSpareThreads 2\nMaxSpareThreads 4\n",
        rest: Shape { children: 0..=0, threads: 4..=6, most: 4 },
        load: Shape { children: 0..=0, threads: 12..=14, most: 12 },
    }
}

fn model(program: &Program) -> Result<&'static Model, Failed> {
    let row = MODELS.iter().find(|model| model.mpm == program.mpm);
    row.ok_or_else(|| format!("test/src/process/shape.rs has no row for the MPM {}", program.mpm).into())
}

fn shape(program: &Program) -> Result<Completion, Failed> {
    let (model, ground) = (model(program)?, Ground::new()?);
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{}{PATIENT}", model.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    if threads_of(httpd.pid()).is_none() {
        return Ok(Completion::ignored_with("the system does not tell of threads"));
    }
    comes_to(&httpd, &model.rest, "at rest")?;
    let mut held = Vec::new();
    for _ in 0..pools::CONNECTIONS {
        let mut client: Client = httpd.connect()?;
        client.get("/index.html")?;
        held.push(client);
    }
    comes_to(&httpd, &model.load, "under load")?;
    drop(held);
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn comes_to(httpd: &Httpd, shape: &Shape, when: &str) -> Result<(), Failed> {
    let look = || {
        let children = httpd.children();
        let serving = if children.is_empty() { httpd.pid().into_iter().collect() } else { children.clone() };
        let threads: Vec<usize> = serving.iter().filter_map(|pid| threads_of(Some(*pid))).collect();
        (children.len(), threads, threads_of(httpd.pid()))
    };
    let fits = |(children, threads, parent): &(usize, Vec<usize>, Option<usize>)| {
        shape.children.contains(children)
            && threads.iter().all(|count| shape.threads.contains(count))
            && threads.iter().any(|count| *count >= shape.most)
            && (*children == 0 || *parent == Some(1))
    };
    wait_until("the processes and threads of the model", || fits(&look())).map_err(|_| {
        let (children, threads, parent) = look();
        Failed::from(format!(
            "{when}: {children} children of {threads:?} threads, the parent has {parent:?}; expected {:?} of {:?}",
            shape.children, shape.threads
        ))
    })
}

fn threads_of(pid: Option<Pid>) -> Option<usize> {
    fs::read_dir(format!("/proc/{}/task", pid?)).ok().map(Iterator::count)
}

/// Who serves does not stop others when it wakes up: SCHED_BATCH, which /proc calls 3. Another policy than the usual one stays.
fn batches(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let Some(ours) = policy(Path::new("/proc/self")) else {
        return Ok(Completion::ignored_with("the system does not tell of policies"));
    };
    let expected = if ours == "0" { "3" } else { &*ours };
    wait_until("the policy of who serves", || {
        let serving = serving(&httpd);
        !serving.is_empty() && serving.iter().all(|thread| policy(thread).as_deref() == Some(expected))
    })?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// The threads of the children; without children all but the first of the server itself, which does what a parent does.
fn serving(httpd: &Httpd) -> Vec<PathBuf> {
    let (children, own) = (httpd.children(), httpd.pid());
    let parent = own.filter(|_| children.is_empty());
    let tasks = children.into_iter().chain(parent).map(|pid| format!("/proc/{pid}/task"));
    let all = tasks.filter_map(|tasks| fs::read_dir(tasks).ok()).flatten();
    let all = all.filter_map(|task| Some(task.ok()?.path()));
    all.filter(|task| own.is_none_or(|own| !task.ends_with(own.to_string()))).collect()
}

/// The 41st field of a process's or a thread's line, which has its own name in brackets second.
fn policy(of: &Path) -> Option<String> {
    let line = fs::read_to_string(of.join("stat")).ok()?;
    line.rsplit_once(')')?.1.split_ascii_whitespace().nth(41 - 3).map(str::to_owned)
}

fn version(program: &Program) -> Result<Completion, Failed> {
    if program.loads_mpm {
        return Ok(Completion::ignored_with("the version does not name an MPM that is loaded"));
    }
    let model = model(program)?;
    let output = program.run(["-V"])?;
    let said = String::from_utf8_lossy(&output.stdout);
    let told = |name: &str| {
        said.lines().find_map(|line| Some(line.split_once(':')?).filter(|(key, _)| key.trim() == name))
    };
    for (name, expected) in ["threaded", "forked"].into_iter().zip(model.says) {
        let value = told(name).map(|(_, value)| value.trim());
        if value != Some(expected) {
            return Err(format!("{name}: {value:?}, expected {expected}").into());
        }
    }
    Ok(Completion::Completed)
}
