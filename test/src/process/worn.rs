//! Children that are worn out (MaxConnectionsPerChild) or too many: they finish what they have, and others take over.

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::{self, PATIENT};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};
use crate::load::{Connections, Load};
use crate::wait::wait_until;

pub(super) const TESTS: &[Test] = &[
    ("another-comes-before-it-has-left", another_comes),
    ("restarts-of-children-that-last-for-one-connection", short_lives),
];

/// A client that holds on to a worn-out child does not keep others waiting for its successor.
fn another_comes(program: &Program) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.document("index.html", "it works\n")?;
    ground.configure(0, &format!("{PATIENT}MaxConnectionsPerChild 1\n"))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let Some(first) = httpd.children().first().copied() else {
        return Ok(Completion::ignored_with("this MPM has no children"));
    };
    let mut clients = Vec::new();
    // More than there may be idle ones: each connection wears one out.
    for _ in 0..6 {
        let mut client = httpd.connect()?;
        client.send(b"GET /index.html HTTP/1.1\r\nHost: local");
        clients.push(client);
        let answer = httpd.connect()?.get("/index.html")?;
        if answer.status() != 200 {
            return Err(format!("{:?}", answer.head).into());
        }
    }
    wait_until("a successor", || httpd.children().iter().any(|pid| *pid != first))?;
    for mut client in clients {
        let answer = client.ask("host\r\n\r\n")?;
        if answer.status() != 200 {
            return Err(format!("a worn-out child: {:?}", answer.head).into());
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// A new generation's children may be worn out before the last of them has come; that is no failure.
fn short_lives(program: &Program) -> Result<Completion, Failed> {
    let (pool, ground) = (pools::of(program)?, Ground::new()?);
    ground.document("index.html", "it works\n")?;
    ground.configure(
        0,
        &format!("{}{PATIENT}DirectoryIndex index.html\nMaxConnectionsPerChild 1\n", pool.conf),
    )?;
    let httpd = Httpd::start(program, &ground, &[])?;
    let load = Load::start(httpd.address(), pools::CONNECTIONS, Connections::Closed, "it works\n");
    for number in 1..=3 {
        load.goes_on(50)?;
        super::graceful::restart(&httpd, &ground, number)?;
    }
    load.goes_on(50)?;
    let failures = load.finish();
    if !failures.is_empty() || ground.log("error_log").contains("AH20107") {
        return Err(format!("{failures:#?}\n{}", ground.log("error_log")).into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}
