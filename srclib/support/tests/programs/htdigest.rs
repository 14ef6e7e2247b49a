//! htdigest

use super::{Ran, try_run};
use std::fs;
use tempfile::TempDir;

const OURS: &str = env!("CARGO_BIN_EXE_htdigest");
/// Apache's, by PATH.
const THEIRS: &str = "htdigest";

/// Runs a program where there is no terminal; `None` where that cannot be.
fn typed(program: &str, arguments: &[&str], folder: &TempDir, input: &str) -> Option<Ran> {
    try_run(program, &["--version"], folder.path(), b"")?;
    try_run("setsid", &[&["--wait", program], arguments].concat(), folder.path(), input.as_bytes())
}

#[test]
fn a_file_through_its_life() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, input, code, told) in [
        (&["-c", "users", "a realm", "joe"][..], "one\none\n", 0, "user joe of realm a realm was added\n"),
        (&["users", "b", "joe"], "two\ntwo\n", 0, "user joe of realm b was added\n"),
        (&["users", "b", "joe"], "three\nthree\n", 0, "user joe of realm b has a new password\n"),
        (&["users", "b", "joe"], "one\ntwo\n", 1, "htdigest: the two passwords differ\n"),
    ] {
        let Some(ran) = typed(OURS, arguments, &folder, input) else { return };
        let told = format!("New password: Re-type new password: {told}");
        assert_eq!((ran.code, ran.err), (code, told), "{arguments:?}");
    }
    let text = fs::read_to_string(folder.path().join("users")).unwrap();
    assert_eq!(
        text,
        "joe:a realm:c7343d3385be834dcbdc186a5871d1e4\njoe:b:b5f47f6c6247f038b6d3d554c10c9a16\n"
    );
}

#[test]
fn what_is_refused_is_refused_before_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, told) in [
        (&["nowhere", "a", "joe"][..], "-c makes a new file"),
        (&["-c", "nowhere", "a:b", "joe"], "a realm has no :"),
        (&["-c", "nowhere", "a", "jo:e"], "a user's name has no :"),
        (&["-c", "nowhere", "joe"], "something is missing"),
        (&["-x", "nowhere", "a", "joe"], "unexpected argument '-x'"),
    ] {
        let ran = try_run(OURS, arguments, folder.path(), b"").unwrap();
        assert_eq!((ran.code, ran.err.contains(told)), (1, true), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn both_programs_write_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (program, file) in [(OURS, "ours"), (THEIRS, "theirs")] {
        for (create, realm, user) in
            [(&["-c"][..], "a realm", "joe"), (&[], "b", "ann"), (&[], "a realm", "joe")]
        {
            let arguments = [create, &[file, realm, user]].concat();
            let Some(ran) = typed(program, &arguments, &folder, "s3cret\ns3cret\n") else { return };
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
    }
    let text = |file| fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(text("ours"), text("theirs"));
}
