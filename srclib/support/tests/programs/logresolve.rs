//! logresolve

use super::{run, words};
use std::fs;

const OURS: &str = env!("CARGO_BIN_EXE_logresolve");

#[test]
fn this_machine_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    if !hosts.lines().any(|line| line.split_whitespace().take(2).eq(["127.0.0.1", "localhost"])) {
        return eprintln!("skipped: /etc/hosts does not name 127.0.0.1");
    }
    for line in ["-s found", "-c -s found"] {
        let ran = run(OURS, &words(line), folder.path(), b"127.0.0.1 - - a\nx.example b\n127.0.0.1 c\n");
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (0, "localhost - - a\nx.example b\nlocalhost c\n", "")
        );
        let found = fs::read_to_string(folder.path().join("found")).unwrap();
        assert!(found.contains("Entries: 3\n") && found.contains("Cache hits      : 1\n"), "{found}");
    }
}

#[test]
fn failures_have_a_code() {
    let folder = tempfile::tempdir().unwrap();
    for (line, told) in
        [("-s no/where", "no/where: No such file"), ("-x", "'-x'"), ("file", "'file' is too much")]
    {
        let ran = run(OURS, &words(line), folder.path(), b"");
        assert_eq!((ran.code, ran.err.contains(told)), (1, true), "{line}: {}", ran.err);
    }
}
