//! Clients that everybody has, where they are installed: they fetch, resume, and ask for ranges.

use std::fs;
use std::process::{Command, Output};

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::pools::{self, PATIENT};
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};

pub(super) const TESTS: &[Test] = &[
    ("curl-fetches", |program| with(program, "curl", |url| vec![format!("-sSf {url}/big.bin -o got")])),
    ("curl-resumes", |program| {
        with(program, "curl", |url| {
            vec![format!("-sSf -r 0-9999 {url}/big.bin -o got"), format!("-sSf -C - {url}/big.bin -o got")]
        })
    }),
    ("curl-uses-one-connection", |program| {
        with(program, "curl", |url| vec![format!("-sSf {url}/big.bin -o other {url}/big.bin -o got")])
    }),
    ("wget-fetches", |program| with(program, "wget", |url| vec![format!("-q {url}/big.bin -O got")])),
    ("wget-resumes", |program| {
        with(program, "wget", |url| {
            vec![format!("-q {url}/half.bin -O got"), format!("-q -c {url}/big.bin -O got")]
        })
    }),
    ("curl-posts", |program| {
        with(program, "curl", |url| {
            vec![
                format!("-sSf --data-binary @got.form {url}/big.bin -o got"),
                format!("-sSf -H Transfer-Encoding:chunked --data-binary @got.form {url}/big.bin -o got"),
                format!("-sSf -H Expect:100-continue --data-binary @got.form {url}/big.bin -o got"),
            ]
        })
    }),
    ("wget-posts", |program| {
        with(program, "wget", |url| vec![format!("-q --post-file=got.form {url}/big.bin -O got")])
    }),
    ("python-fetches-and-posts", python),
    ("wrk-pipelines", wrk),
    ("h2load-speaks-http1", h2load),
    ("ab-counts-no-failure", ab),
];

/// More than one packet, no two parts alike.
fn big() -> Vec<u8> {
    (0..100_000_u32).flat_map(u32::to_be_bytes).collect()
}

/// Runs a client with each line of arguments in turn; afterwards the file `got` must be the big one.
fn with(program: &Program, client: &str, lines: fn(&str) -> Vec<String>) -> Result<Completion, Failed> {
    if !installed(client) {
        return Ok(Completion::ignored_with(format!("there is no {client}")));
    }
    let (ground, httpd) = site(program)?;
    for line in lines(&format!("http://{}", httpd.address())) {
        let output = Command::new(client).args(line.split(' ')).current_dir(ground.root()).output()?;
        succeeded(client, &output)?;
    }
    if fs::read(ground.root().join("got"))? != big() {
        return Err(format!("{client} got something else").into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn python(program: &Program) -> Result<Completion, Failed> {
    const SCRIPT: &str = "\
import http.client, sys
c = http.client.HTTPConnection(sys.argv[1])
for headers, expected in (({}, 400000), ({'Range': 'bytes=5-14'}, 10), ({'Range': 'bytes=-7'}, 7)):
    c.request('GET', '/big.bin', headers=headers)
    r = c.getresponse()
    body = r.read()
    assert r.status == (206 if headers else 200) and len(body) == expected, (r.status, len(body))
for body in (b'a=b', iter((b'a=', b'b'))):
    c.request('POST', '/big.bin', body=body)
    r = c.getresponse()
    assert r.status == 200 and len(r.read()) == 400000, r.status
c.request('HEAD', '/big.bin')
r = c.getresponse()
assert r.read() == b'' and r.getheader('Content-Length') == '400000'
";
    if !installed("python3") {
        return Ok(Completion::ignored_with("there is no python3"));
    }
    let (_ground, httpd) = site(program)?;
    let output = Command::new("python3").args(["-c", SCRIPT, &httpd.address().to_string()]).output()?;
    succeeded("python3", &output)?;
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn ab(program: &Program) -> Result<Completion, Failed> {
    if !installed("ab") {
        return Ok(Completion::ignored_with("there is no ab"));
    }
    let (_ground, httpd) = site(program)?;
    let url = format!("http://{}/half.bin", httpd.address());
    for kept in [&["-k"][..], &[]] {
        let output = Command::new("ab").args(kept).args(["-q", "-n", "400", "-c", "4", &url]).output()?;
        succeeded("ab", &output)?;
        let report = String::from_utf8_lossy(&output.stdout);
        let told = |line: &str| report.lines().any(|own| own.split_whitespace().eq(line.split(' ')));
        if !told("Complete requests: 400") || !told("Failed requests: 0") || report.contains("Non-2xx") {
            return Err(report.into_owned().into());
        }
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

/// Eight requests in one write, again and again.
fn wrk(program: &Program) -> Result<Completion, Failed> {
    const SCRIPT: &str = "\
init = function(args)
    local requests = {}
    for i = 1, 8 do requests[i] = wrk.format('GET', '/small.bin') end
    whole = table.concat(requests)
end
request = function() return whole end
";
    if !installed("wrk") {
        return Ok(Completion::ignored_with("there is no wrk"));
    }
    let (ground, httpd) = site(program)?;
    fs::write(ground.root().join("pipeline.lua"), SCRIPT)?;
    let url = format!("http://{}/", httpd.address());
    let arguments = ["-t", "1", "-c", "4", "-d", "2", "--timeout", "90", "-s", "pipeline.lua", &url];
    let output = Command::new("wrk").args(arguments).current_dir(ground.root()).output()?;
    let report = String::from_utf8_lossy(&output.stdout);
    let is_good = report.contains(" requests in ") && !report.contains(" 0 requests in ");
    if !is_good || report.contains("Non-2xx") || report.contains("Socket errors") {
        return Err(report.into_owned().into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn h2load(program: &Program) -> Result<Completion, Failed> {
    if !installed("h2load") {
        return Ok(Completion::ignored_with("there is no h2load"));
    }
    let (_ground, httpd) = site(program)?;
    let url = format!("http://{}/small.bin", httpd.address());
    let output = Command::new("h2load").args(["--h1", "-n", "400", "-c", "4", "-m", "4", &url]).output()?;
    succeeded("h2load", &output)?;
    let report = String::from_utf8_lossy(&output.stdout);
    if !report.contains("400 succeeded, 0 failed, 0 errored, 0 timeout") {
        return Err(report.into_owned().into());
    }
    httpd.stop()?;
    Ok(Completion::Completed)
}

fn site(program: &Program) -> Result<(Ground, Httpd), Failed> {
    let ground = Ground::new()?;
    let big = big();
    ground.document("small.bin", &big[..1024])?;
    fs::write(ground.root().join("got.form"), "a=b&c=d")?;
    ground.document("half.bin", &big[..big.len() / 2])?;
    ground.document("big.bin", big)?;
    ground.configure(0, &format!("{}{PATIENT}", pools::of(program)?.conf))?;
    let httpd = Httpd::start(program, &ground, &[])?;
    Ok((ground, httpd))
}

fn installed(program: &str) -> bool {
    let version = if program == "ab" { "-V" } else { "--version" };
    // wrk says its version and that it failed.
    let said = Command::new(program).arg(version).output();
    said.is_ok_and(|output| output.status.success() || program == "wrk")
}

fn succeeded(client: &str, output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        return Ok(());
    }
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    Err(format!("{client} ended with {}: {out}{err}", output.status).into())
}
