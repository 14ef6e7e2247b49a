//! rotatelogs

use super::{run, words};
use os::process::Pid;
use os::signal::Signal;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const OURS: &str = env!("CARGO_BIN_EXE_rotatelogs");

#[test]
fn a_pipe_is_written_to_logs() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = "a line of some length\n".repeat(2000);
    let ran = run(OURS, &words("-n 100 log 1K"), folder.path(), lines.as_bytes());
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let name = |place| if place == 0 { "log".to_owned() } else { format!("log.{place}") };
    let logs: Vec<_> =
        (0..100).map_while(|place| fs::read_to_string(folder.path().join(name(place))).ok()).collect();
    assert_eq!(logs.concat(), lines);
    assert!(logs.iter().all(|log| log.ends_with('\n') && log.len() < 1024 + 22), "{:?}", logs.last());
}

#[test]
fn a_file_is_read_as_well() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines"), "one\ntwo\n").unwrap();
    let lines = fs::File::open(folder.path().join("lines")).unwrap();
    let ended = Command::new(OURS).args(words("-t log 5M")).current_dir(folder.path()).stdin(lines).status();
    assert!(ended.unwrap().success());
    assert_eq!(fs::read_to_string(folder.path().join("log")).unwrap(), "one\ntwo\n");
}

#[test]
fn everything_is_done_around_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let line = "-v -f -D -e -L now -p /bin/echo logs/%Y 86400";
    let ran = run(OURS, &words(line), folder.path(), b"one\ntwo\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("one\ntwo\n"), "{}", ran.out);
    let opened = ran.err.lines().find_map(|line| line.strip_prefix("rotatelogs: opening ")).unwrap();
    assert!(ran.out.contains(&format!("{opened}\n")), "the program was given its name: {}", ran.out);
    for name in [opened, "now"] {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "one\ntwo\n", "{name}");
    }
    assert!(ran.err.contains("Rotation interval in seconds  86400\n"), "{}", ran.err);
}

#[test]
fn what_is_in_the_pipe_is_written_before_it_obeys() {
    let folder = tempfile::tempdir().unwrap();
    for signal in [Signal::Term, Signal::Int, Signal::Hup] {
        let mut child = Command::new(OURS)
            .args(words("-t -e log 5M"))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut input, mut echo) =
            (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        input.write_all(b"one\n").unwrap();
        echo.read_line(&mut String::new()).unwrap();
        input.write_all(b"two\n").unwrap();
        os::process::kill(Pid::new(child.id().cast_signed()).unwrap(), signal).unwrap();
        assert!(child.wait().unwrap().success(), "{signal:?}");
        assert_eq!(fs::read_to_string(folder.path().join("log")).unwrap(), "one\ntwo\n", "{signal:?}");
    }
}

#[test]
fn failures_have_a_code() {
    let folder = tempfile::tempdir().unwrap();
    for (line, code, told) in [
        ("log", 1, "something is missing"),
        ("log 0", 1, "'0' is neither a number of seconds"),
        ("log 5X", 1, "'5X' is neither a number of seconds"),
        ("log 5 5M 60 7", 1, "'7' is too much"),
        ("-n 0 log 5", 1, "-n 0: a number from 1 is needed"),
        ("-n 3 log.%d 5", 1, "exclude each other"),
        ("log.%! 5", 1, "log.%!"),
        ("no/where/log 5", 2, "rotatelogs: cannot open no/where/log."),
        ("-f no/where/log 5", 2, "rotatelogs: cannot open no/where/log."),
    ] {
        let ran = run(OURS, &words(line), folder.path(), b"a line\n");
        assert_eq!((ran.code, ran.err.contains(told)), (code, true), "{line}: {}", ran.err);
    }
}
