//! Each site by its own user, and nothing of one site within reach of another.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod server;

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use httpd::facts::Build;
use httpd::module::{linked, linked_mpm};

use server::{A, B, FACTS, LISTENER, MAIN, Server, Shows, signal, status, wait_until};

static BUILD: Build = Build {
    mpm: Some(linked_mpm(&mpm_perchild::MODULE, "perchild.c")),
    modules: &[
        linked(&mod_unixd::MODULE, "mod_unixd.c"),
        linked(&mod_remoteip::MODULE, "mod_remoteip.c"),
        linked(&Shows, "mod_shows.c"),
    ],
    facts: FACTS,
    core: None,
};

const TESTS: &[(&str, fn())] = &[
    ("each_site_is_its_own_user", each_site_is_its_own_user),
    ("what_is_one_sites_is_not_anothers", what_is_one_sites_is_not_anothers),
    ("one_connection_goes_from_user_to_user", one_connection_goes_from_user_to_user),
    ("bodies_and_pipelines_arrive_whole", bodies_and_pipelines_arrive_whole),
    ("half_a_head_waits_without_work", half_a_head_waits_without_work),
    ("nobody_has_what_he_does_not_need", nobody_has_what_he_does_not_need),
    ("the_listener_has_no_rights", the_listener_has_no_rights),
    ("shared_logs_say_whose_a_line_is", shared_logs_say_whose_a_line_is),
    ("a_dead_pool_hurts_nobody_else", a_dead_pool_hurts_nobody_else),
    ("a_dead_listener_is_replaced", a_dead_listener_is_replaced),
    ("a_dead_scribe_is_replaced", a_dead_scribe_is_replaced),
    ("a_full_pool_is_told_by_the_listener", a_full_pool_is_told_by_the_listener),
    ("restarts_lose_no_kept_connection", restarts_lose_no_kept_connection),
    ("worn_pools_lose_nothing", worn_pools_lose_nothing),
    ("whom_a_proxy_names_goes_from_user_to_user", whom_a_proxy_names),
    ("who_was_let_in_is_served_after_a_restart", || let_in_before("USR1", "AH00163")),
    ("who_was_let_in_is_served_after_a_stop", || let_in_before("WINCH", "AH00170")),
];

fn main() -> ExitCode {
    server::main(|| httpd::program::main(&BUILD), TESTS)
}

const SITES: [(&str, &str, u32); 3] =
    [("a.test", "site a\n", A), ("b.test", "site b\n", B), ("main.test", "site main\n", MAIN)];

fn each_site_is_its_own_user() {
    let server = Server::start("");
    for (host, page, user) in SITES {
        assert_eq!(server.get(host, "/page").body, page);
        let id = server.run(host, "id -u; id -g; id -G");
        assert_eq!(id, format!("{user}\n{user}\n{user}\n"), "{host}");
    }
    assert_eq!(server.get("nobody.test", "/page").body, "site main\n");
}

fn what_is_one_sites_is_not_anothers() {
    let server = Server::start("");
    let (b, listener) = (server.of_user(B)[0], server.of_user(LISTENER)[0]);
    let root = server.root.path().display();
    let refused = |command: &str| {
        let said = server.run("a.test", &format!("{command} && echo DONE"));
        let is_refused = ["Permission denied", "not permitted", "No such device", "cannot open"]
            .iter()
            .any(|no| said.contains(no));
        assert!(is_refused && !said.contains("DONE"), "{command}: {said}");
    };
    refused(&format!("cat {root}/b/page"));
    refused(&format!("cat {root}/main/page"));
    refused(&format!("echo x >> {root}/error_log"));
    for victim in [b, listener, server.of_user(MAIN)[0], server.process.id()] {
        refused(&format!("kill -0 {victim}"));
        refused(&format!("kill -9 {victim}"));
        refused(&format!("ls /proc/{victim}/fd/"));
        refused(&format!("cat /proc/{victim}/environ"));
        refused(&format!("cat /proc/{victim}/maps"));
        for socket in sockets(victim) {
            refused(&format!("cat /proc/{victim}/fd/{socket}"));
        }
    }
    // Not even its own pool, which is no process of the site's, but serves for it.
    let own = server.of_user(A)[0];
    refused(&format!("ls /proc/{own}/fd/"));
    assert_eq!(server.run("b.test", "id -u"), format!("{B}\n"));
}

fn sockets(pid: u32) -> Vec<String> {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().map(|entry| entry.unwrap().path());
    let is_socket = |path: &std::path::PathBuf| {
        fs::read_link(path).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
    };
    links.filter(is_socket).map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

fn one_connection_goes_from_user_to_user() {
    let server = Server::start("");
    let mut client = server.connect();
    for number in 0..10_000 {
        let (host, page, _) = SITES[number % SITES.len()];
        let answer = client.get(host, "/page");
        assert_eq!((&*answer.status, &*answer.body), ("HTTP/1.1 200 OK", page), "{number}");
        if number % 1000 < 3 {
            let (host, _, user) = SITES[(number + 1) % SITES.len()];
            assert_eq!(client.get(host, "/run?id+-u").body, format!("{user}\n"));
        }
    }
    assert!(!server.log("error_log").contains("AH20602"), "{}", server.log("error_log"));
}

fn bodies_and_pipelines_arrive_whole() {
    let server = Server::start("");
    let mut client = server.connect();
    for round in 0..50 {
        let mut pipeline = String::new();
        for (number, (host, ..)) in SITES.iter().cycle().take(7).enumerate() {
            let body = "x".repeat((round * 977 + number * 131) % 20_000);
            let length = body.len();
            pipeline += &format!(
                "POST /run?id+-u HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }
        client.send(&pipeline);
        for (_, _, user) in SITES.iter().cycle().take(7) {
            assert_eq!(client.answer().body, format!("{user}\n"), "{round}");
        }
    }
    // A file on a connection that somebody has had before goes out without the kernel's help, and whole.
    assert_eq!(client.get("a.test", "/large").body.len(), 256 * 1024);
}

fn half_a_head_waits_without_work() {
    let server = Server::start("");
    let mut clients: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.send("GET /page HTTP/1.1\r\nHo");
    }
    assert_eq!(server.get("a.test", "/page").body, "site a\n");
    listener_sleeps(&server);
    for client in &mut clients {
        client.send("st: ");
    }
    listener_sleeps(&server);
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(["a.test\r\n", "b.test\r\n"][number % 2]);
    }
    // A connection that is kept would hold its thread, and there are more clients than threads.
    for client in &mut clients {
        client.send("Connection: close\r\n\r\n");
    }
    for (number, client) in clients.iter_mut().enumerate() {
        assert_eq!(client.answer().body, ["site a\n", "site b\n"][number % 2]);
    }
}

/// Whoever is woken again and again for bytes that he leaves where they are never sleeps; who looks at the time now and
/// then does so nearly always.
fn listener_sleeps(server: &Server) {
    let mut calm = 0;
    wait_until("the listener to sleep", || {
        calm = if threads_sleep(listener(server)) { calm + 1 } else { 0 };
        calm > 20
    });
}

/// All threads of a process wait for something: proc(5) `stat`, the third field.
fn threads_sleep(pid: u32) -> bool {
    let sleeps = |task: fs::DirEntry| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, fields)| fields.trim_start().starts_with('S'))
    };
    fs::read_dir(format!("/proc/{pid}/task")).unwrap().all(|task| sleeps(task.unwrap()))
}

/// What a child has open: only its own, each thing of a kind that it needs.
fn nobody_has_what_he_does_not_need() {
    let server = Server::start("NumServers 1\nStartThreads 1\nMinSpareThreads 1\nMaxSpareThreads 1\n");
    server.get("a.test", "/page");
    let root = server.root.path().display().to_string();
    for (pid, user) in server.children() {
        let open: BTreeSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
            .unwrap()
            .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
            .map(|to| to.to_string_lossy().split(':').next().unwrap().replace(&root, ""))
            .collect();
        let is_scribe = user == LISTENER && sockets(pid).len() == 1;
        let mut expected: BTreeSet<&str> = ["anon_inode", "pipe", "socket", "/dev/null"].into();
        if is_scribe {
            expected.insert("/error_log");
        }
        if user == A {
            expected.insert("/a_log");
        }
        let open: BTreeSet<&str> = open.iter().map(|name| &**name).collect();
        assert!(open.is_subset(&expected), "process of {user}: {open:?}");
        // The parent and, for those that serve, the listener; it has a listening socket and one for each of three pools.
        let count = if is_scribe {
            1
        } else if user == LISTENER {
            5
        } else {
            2
        };
        wait_until("its sockets", || sockets(pid).len() == count);
    }
}

fn the_listener_has_no_rights() {
    let server = Server::start("");
    let unprivileged = server.of_user(LISTENER);
    assert_eq!(unprivileged.len(), 2, "the listener and the scribe");
    for pid in server.children().into_keys() {
        for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
            assert_eq!(status(pid, set).unwrap(), "0000000000000000", "{pid} {set}");
        }
        let ids = status(pid, "Uid:").unwrap();
        let ids: BTreeSet<&str> = ids.split_whitespace().collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
    }
    for pid in unprivileged {
        assert_eq!(status(pid, "NoNewPrivs:").unwrap(), "1");
        assert_eq!(status(pid, "Groups:").unwrap(), LISTENER.to_string());
    }
}

fn shared_logs_say_whose_a_line_is() {
    let server = Server::start("LogLevel info\n");
    for (host, ..) in SITES {
        server.run(host, "echo from a program >&2; kill -0 1");
        server.connect().send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nBad header: x\r\n\r\n"));
    }
    wait_until("the lines of all", || {
        let (shared, own) = (server.log("error_log"), server.log("a_log"));
        shared.contains(&format!("[#{B}] ["))
            && shared.contains(&format!("[#{MAIN}] ["))
            && own.contains("AH00566")
    });
    assert!(!server.log("error_log").contains(&format!("[#{A}] [")), "its own log has these");
    let fd = server.run("b.test", "ls -l /proc/self/fd/");
    assert!(!fd.contains("error_log") && !fd.contains("a_log"), "{fd}");
}

fn a_dead_pool_hurts_nobody_else() {
    let server = Server::start("");
    let mut kept = server.connect();
    assert_eq!(kept.get("b.test", "/page").body, "site b\n");
    let dead = server.of_user(A)[0];
    signal(dead, "KILL");
    assert_eq!(kept.get("b.test", "/page").body, "site b\n");
    // Who comes meanwhile waits, or is told by the listener.
    let answer = server.get("a.test", "/page");
    assert!(
        ["HTTP/1.1 200 OK", "HTTP/1.1 503 Service Unavailable", ""].contains(&&*answer.status),
        "{answer:?}"
    );
    wait_until("another pool", || server.of_user(A).iter().any(|pid| *pid != dead));
    wait_until("its page", || server.get("a.test", "/page").body == "site a\n");
    assert_eq!(kept.get("a.test", "/page").body, "site a\n");
}

fn a_dead_listener_is_replaced() {
    let server = Server::start("");
    let mut kept = server.connect();
    assert_eq!(kept.get("b.test", "/page").body, "site b\n");
    let listener = listener(&server);
    signal(listener, "KILL");
    wait_until("another listener", || {
        server.of_user(LISTENER).len() == 2 && !server.of_user(LISTENER).contains(&listener)
    });
    wait_until("all pages", || SITES.iter().all(|(host, page, _)| server.get(host, "/page").body == *page));
    assert_eq!(kept.get("b.test", "/page").body, "site b\n");
    let answer = kept.get("a.test", "/page");
    assert_eq!(answer.status, "HTTP/1.1 421 Misdirected Request", "nobody knows the connection any more");
}

fn listener(server: &Server) -> u32 {
    server.of_user(LISTENER).into_iter().find(|pid| sockets(*pid).len() > 1).unwrap()
}

fn a_dead_scribe_is_replaced() {
    let server = Server::start("LogLevel info\n");
    let scribe = server.of_user(LISTENER).into_iter().find(|pid| sockets(*pid).len() == 1).unwrap();
    signal(scribe, "KILL");
    wait_until("another", || {
        server.of_user(LISTENER).len() == 2 && !server.of_user(LISTENER).contains(&scribe)
    });
    wait_until("a line of it", || {
        let mut client = server.connect();
        client.send("GET / HTTP/1.1\r\nHost: b.test\r\nBad header: x\r\n\r\n");
        assert_eq!(client.answer().status, "HTTP/1.1 400 Bad Request");
        server.log("error_log").contains(&format!("[#{B}] ["))
    });
}

fn a_full_pool_is_told_by_the_listener() {
    let server =
        Server::start("StartThreads 1\nMinSpareThreads 1\nMaxSpareThreads 1\nMaxThreadsPerChild 1\n");
    let mut held = server.connect();
    assert_eq!(held.get("a.test", "/page").body, "site a\n");
    // The pool's only thread is held by a kept connection: as many as its channel holds wait there, the others for a while.
    let mut more: Vec<_> = (0..600).map(|_| server.connect()).collect();
    for client in &mut more {
        client.send("GET /page HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
    }
    let most_waiting = 300;
    wait_until("all but those in the channel to be told", || {
        more.iter().filter(|client| client.has_answer()).count() >= 600 - most_waiting
    });
    let (told, waiting): (Vec<_>, Vec<_>) = more.into_iter().partition(server::Client::has_answer);
    for mut client in told {
        assert_eq!(client.answer().status, "HTTP/1.1 503 Service Unavailable");
    }
    assert_eq!(server.get("b.test", "/page").body, "site b\n");
    assert!(waiting.len() > 7, "at least so many wait: {}", waiting.len());
    drop(held);
    let served = waiting.into_iter().map(|mut client| client.answer().body == "site a\n");
    assert!(served.filter(|served| *served).count() > 7);
}

fn restarts_lose_no_kept_connection() {
    let server = Server::start("");
    let mut clients: Vec<_> = SITES.iter().map(|_| server.connect()).collect();
    for round in 0..20 {
        for (number, client) in clients.iter_mut().enumerate() {
            let (host, page, _) = SITES[(number + round) % SITES.len()];
            let mut answer = client.get(host, "/page");
            if answer.status.is_empty() {
                // It was told before that it is the last.
                *client = server.connect();
                answer = client.get(host, "/page");
            }
            assert_eq!(answer.body, page, "{round}");
            if answer.closes {
                *client = server.connect();
            }
        }
        let before = server.log("error_log").matches("AH00163").count();
        server.signal("USR1");
        wait_until("a new generation", || server.log("error_log").matches("AH00163").count() > before);
    }
    drop(clients);
    wait_until("the end of the old", || server.children().len() == 6);
}

fn worn_pools_lose_nothing() {
    let server = Server::start("MaxConnectionsPerChild 5\n");
    let first = server.of_user(A)[0];
    for _ in 0..30 {
        for (host, page, _) in SITES {
            assert_eq!(server.get(host, "/page").body, page);
        }
    }
    wait_until("the end of the first", || !server.of_user(A).contains(&first));
}

/// Each of those who have said half of what they want takes the last connection of a pool's process, when the listener that
/// has let them in leaves already.
fn let_in_before(signal: &str, sign: &str) {
    let server = Server::start("MaxConnectionsPerChild 1\n");
    let said = || server.log("error_log").matches(sign).count();
    let before = said();
    let mut clients: Vec<_> = (0..6).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.send("GET /page HTTP/1.1\r\nHo");
    }
    // Who comes after them is served: they were let in.
    assert_eq!(server.get("b.test", "/page").body, "site b\n");
    server.signal(signal);
    wait_until("the order to leave", || said() > before);
    // All at once would be taken by one process: what is on its way when it has had enough.
    for client in &mut clients {
        client.send("st: a.test\r\n\r\n");
        let answer = client.answer();
        assert_eq!((&*answer.status, &*answer.body), ("HTTP/1.1 200 OK", "site a\n"));
    }
}

/// The head of a proxy is looked past, taken by the first pool, and known to the next.
fn whom_a_proxy_names() {
    let server = Server::start("RemoteIPProxyProtocol On\nLogLevel info\n");
    let mut client = server.connect();
    client.send("PROXY TCP4 192.0.2.1 ");
    listener_sleeps(&server);
    client.send("192.0.2.2 4242 80\r\n");
    listener_sleeps(&server);
    for (host, page, _) in SITES.iter().chain(&SITES) {
        assert_eq!(client.get(host, "/page").body, *page);
    }
    assert_eq!(client.get("b.test", "/missing").status, "HTTP/1.1 404 Not Found");
    wait_until("the client in the log", || {
        server.log("error_log").contains("[client 192.0.2.1:4242] AH00128")
    });
    assert_eq!(server.get("a.test", "/page").status, "", "no head, no answer");
}
