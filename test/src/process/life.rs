//! A server's life in the foreground: it starts, serves, writes its logs, renews its children, and ends.

use std::cell::Cell;
use std::collections::HashSet;
use std::fs;
use std::net::{Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;

use libtest_mimic::{Completion, Failed};
use os::process::Pid;
use os::signal::Signal;

use super::killed::gone;
use super::{Test, pools};
use crate::client::Client;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program, start_on};
use crate::wait::{wait_for, wait_until};

pub(super) const TESTS: &[Test] = &[
    ("serves-and-ends-without-a-trace", ends_without_a_trace),
    ("every-mean-signal-ends-it", signals),
    ("port-taken", port_taken),
    ("bad-configuration", bad_configuration),
    ("logs-tell-its-life", logs),
    ("a-piped-log-outlives-its-program", piped_log),
    ("children-are-renewed", children_are_renewed),
    ("many-addresses", many_addresses),
    ("one-process", one_process),
];

fn ends_without_a_trace(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let pid = wait_for("the pid file", || {
        fs::read_to_string(ground.pid_file()).ok().filter(|pid| pid.ends_with('\n'))
    })?;
    if httpd.pid().map(|own| own.to_string()).as_deref() != Some(pid.trim()) {
        return Err(format!("the pid file says {pid}").into());
    }
    let answer = httpd.connect()?.get("/index.html")?;
    if answer.body != b"it works\n" {
        return Err(format!("{:?}", answer.head).into());
    }
    let (address, children) = (httpd.address(), httpd.children());
    httpd.stop()?;
    // One process that gave up root may not remove it from root's folder: it empties it.
    if fs::read(ground.pid_file()).is_ok_and(|left| !left.is_empty() || !ground.is_roots()) {
        return Err("the pid file is left".into());
    }
    if TcpStream::connect(address).is_ok() {
        return Err("somebody still listens".into());
    }
    wait_until("the children's end", || children.iter().all(|pid| gone(*pid)))?;
    Ok(Completion::Completed)
}

fn signals(program: &Program) -> Result<Completion, Failed> {
    for signal in [Signal::Term, Signal::Int, Signal::Winch] {
        let ground = Ground::new()?;
        ground.configure(0, "")?;
        let mut httpd = Httpd::start(program, &ground, &[])?;
        httpd.signal(signal)?;
        let status = httpd.ended()?;
        if !status.success() {
            return Err(format!("{}: {status}: {}", signal.name(), httpd.errors()).into());
        }
    }
    Ok(Completion::Completed)
}

fn port_taken(program: &Program) -> Result<Completion, Failed> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?;
    let ground = Ground::new()?;
    ground.configure(address.port(), "")?;
    let output = program.run_with(&ground, &["-D", "FOREGROUND"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    let told = said.contains("Address already in use") && said.contains(&address.to_string());
    if output.status.code() != Some(1) || !told || ground.pid_file().exists() {
        return Err(format!("{}: {said}", output.status).into());
    }
    Ok(Completion::Completed)
}

fn bad_configuration(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, "Nonsense on\n")?;
    let output = program.run_with(&ground, &["-D", "FOREGROUND"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(1) || !said.contains("Nonsense") {
        return Err(format!("{}: {said}", output.status).into());
    }
    Ok(Completion::Completed)
}

fn logs(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, "LogLevel info\n")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the first line of the log", || {
        ground.log("error_log").contains("resuming normal operations")
    })?;
    httpd.stop()?;
    let log = ground.log("error_log");
    let line = regex::Regex::new(
        r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\.\d{6} \d{4}\] \[[a-z_]+:[a-z0-9]+\] \[pid \d+(:tid \d+)?\] (\[client [^\]]+\] )?AH\d{5}: .",
    )?;
    if let Some(wrong) = log.lines().find(|text| !line.is_match(text)) {
        return Err(format!("this is no line of an error log: {wrong}").into());
    }
    if !log.contains("SIGTERM") {
        return Err(format!("the log does not tell of its end:\n{log}").into());
    }
    Ok(Completion::Completed)
}

/// The program that reads a log is started anew when it dies, and misses no line.
fn piped_log(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    let [script, piped] = ["reader.sh", "logs/piped"].map(|name| ground.root().join(name));
    fs::write(&script, format!("while read -r line; do echo $$ \"$line\" >> {}; done\n", piped.display()))?;
    // A server of one process starts the second one with fewer rights than the first.
    fs::write(&piped, "")?;
    fs::set_permissions(&piped, fs::Permissions::from_mode(0o666))?;
    ground.configure(0, &format!("LogLevel info\nErrorLog \"|/bin/sh {}\"\n", script.display()))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("the first line", || ground.log("piped").contains("resuming normal operations"))?;
    let first = ground.log("piped").split(' ').next().and_then(|pid| pid.parse().ok()).and_then(Pid::new);
    os::process::kill(first.ok_or("no number of a process")?, Signal::Kill)?;
    httpd.signal(Signal::Usr1)?;
    wait_until("a line by another program", || {
        let log = ground.log("piped");
        let readers: HashSet<&str> = log.lines().filter_map(|line| line.split(' ').next()).collect();
        readers.len() > 1 && log.matches("resuming normal operations").count() > 1
    })?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn children_are_renewed(program: &Program) -> Result<Completion, Failed> {
    if pools::of(program)?.is_alone() {
        return Ok(Completion::ignored_with("one process, which nobody could replace"));
    }
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "MaxConnectionsPerChild 2\n")?;
    let httpd = Httpd::start(program, &ground, &[])?;
    wait_until("a child", || !httpd.children().is_empty())?;
    let (first, helpers) = (httpd.children(), pools::of(program)?.helpers);
    wait_until("other children", || {
        let served = httpd.connect().and_then(|mut client| client.get("/index.html"));
        let left = httpd.children().iter().filter(|pid| first.contains(pid)).count();
        served.is_ok_and(|answer| answer.status() == 200) && left <= helpers
    })?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn many_addresses(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    let ipv6 = TcpListener::bind("[::1]:0").is_ok();
    let second = Cell::new(0);
    let httpd = start_on(program, &ground, &[], |port| {
        second.set(port);
        let more = if ipv6 { format!("Listen [::1]:{port}\n") } else { String::new() };
        ground.configure(0, &format!("Listen 127.0.0.1:{port}\n{more}"))
    })?;
    let second = second.get();
    let mut addresses = vec![httpd.address(), ([127, 0, 0, 1], second).into()];
    addresses.extend(ipv6.then(|| SocketAddr::from((Ipv6Addr::LOCALHOST, second))));
    for address in addresses {
        let answer = Client::connect(address)?.get("/index.html")?;
        if answer.status() != 200 {
            return Err(format!("{address}: {:?}", answer.head).into());
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn one_process(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, "")?;
    let httpd = Httpd::start(program, &ground, &["-X"])?;
    let answer = httpd.connect()?.get("/index.html")?;
    if answer.status() != 200 || !httpd.children().is_empty() {
        return Err(format!("{:?}, children {:?}", answer.head, httpd.children()).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}
