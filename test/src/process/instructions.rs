//! How many instructions a kept-alive request for a small file takes. Unlike times they are the same on a busy machine, so a
//! hot path that has become longer is noticed. `UPDATE_GOLDEN=1 make check-program ARGS=instructions` writes the number anew.

use std::env;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed};

use super::Test;
use super::repeats::settle;
use crate::ground::Ground;
use crate::httpd::{Httpd, Program};

pub(super) const TESTS: &[Test] = &[("of-a-small-file", small_file)];

/// One run asks so often, the other twice as often: what starting and stopping takes is not in the difference.
const REQUESTS: u64 = 1000;

/// What a request may take more or less than the golden number, in percent: compilers and C libraries differ.
const TOLERANCE: u64 = 10;

/// `MPM INSTRUCTIONS` for the MPMs that this is watched for.
const GOLDEN: &str = include_str!("../../golden/instructions.txt");

fn small_file(program: &Program) -> Result<Completion, Failed> {
    let (golden, accepts) = (golden(&program.mpm), env::var_os("UPDATE_GOLDEN").is_some());
    if golden.is_none() && !accepts {
        return Ok(Completion::ignored_with(format!("nobody has counted for {}", program.mpm)));
    }
    if program.has_debug_checks {
        return Ok(Completion::ignored_with("this is no release build"));
    }
    if program.loads {
        return Ok(Completion::ignored_with("it was counted without loaded modules"));
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(Completion::ignored_with("there is no valgrind"));
    }
    let counted = count(program, 2 * REQUESTS)?.saturating_sub(count(program, REQUESTS)?) / REQUESTS;
    if accepts {
        accept(&program.mpm, counted)?;
        return Ok(Completion::Completed);
    }
    let golden = golden.unwrap_or_default();
    if counted.abs_diff(golden) * 100 > golden * TOLERANCE {
        return Err(format!(
            "a request takes {counted} instructions, test/golden/instructions.txt says {golden}: is it worth it? \
             UPDATE_GOLDEN=1 accepts it"
        )
        .into());
    }
    Ok(Completion::Completed)
}

/// Writes an MPM's number in place of what was there.
fn accept(mpm: &str, counted: u64) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/instructions.txt");
    let own = |line: &&str| line.split(' ').next().is_some_and(|name| name.eq_ignore_ascii_case(mpm));
    let written = fs::read_to_string(&path)?;
    let mut lines: Vec<String> = written.lines().filter(|line| !own(line)).map(str::to_owned).collect();
    lines.push(format!("{} {counted}", mpm.to_lowercase()));
    lines.sort();
    fs::write(path, lines.join("\n") + "\n")
}

fn golden(mpm: &str) -> Option<u64> {
    let rows = GOLDEN.lines().filter_map(|line| line.split_once(' '));
    rows.filter(|(name, _)| name.eq_ignore_ascii_case(mpm)).find_map(|(_, count)| count.trim().parse().ok())
}

/// The instructions of a server in one process that answers so many requests on one connection.
fn count(program: &Program, requests: u64) -> Result<u64, Failed> {
    let ground = Ground::new()?;
    ground.document("1k.html", [b'x'; 1024])?;
    // Until its times are past, a file is read anew for each request.
    settle(&ground, "1k.html")?;
    ground.configure(0, "MaxKeepAliveRequests 0\n")?;
    let counts = counts(&ground)?;
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", counts.display())])
        .arg(program.path())
        .arg("-X")
        .arg("-d")
        .arg(ground.root())
        .arg("-f")
        .arg(ground.conf_file());
    let httpd = Httpd::start_by(command.stdin(Stdio::null()))?;
    let mut client = httpd.connect()?;
    for _ in 0..requests {
        let answer = client.get("/1k.html")?;
        if answer.status() != 200 {
            return Err(format!("{:?}", answer.head).into());
        }
    }
    httpd.stop()?;
    total(&counts)
}

/// Where valgrind writes at the end, when a server that root started is somebody else: it would make the file at the start.
fn counts(ground: &Ground) -> io::Result<PathBuf> {
    let file = ground.root().join("counts");
    fs::write(&file, "")?;
    fs::set_permissions(&file, Permissions::from_mode(0o666))?;
    Ok(file)
}

/// callgrind's `totals: 123456`.
fn total(counts: &Path) -> Result<u64, Failed> {
    let text = fs::read_to_string(counts)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals:"));
    Ok(line.and_then(|count| count.trim().parse().ok()).ok_or("valgrind counted nothing")?)
}
