//! htpasswd

use super::{Ran, run, try_run, words};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const OURS: &str = env!("CARGO_BIN_EXE_htpasswd");
/// Apache's, by PATH.
const THEIRS: &str = "htpasswd";

fn ours(line: &str, folder: &TempDir) -> Ran {
    run(OURS, &words(line), folder.path(), b"")
}

fn scripted(line: &str, folder: &TempDir, password: &str) -> Ran {
    run(OURS, &words(line), folder.path(), password.as_bytes())
}

fn users(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("users")).unwrap()
}

#[test]
fn a_file_through_its_life() {
    let folder = tempfile::tempdir().unwrap();
    for (line, code, told) in [
        ("-cb users ann one", 0, "user ann was added\n"),
        ("-bB -C4 users joe two", 0, "user joe was added\n"),
        ("-vb users joe two", 0, "user joe has this password\n"),
        ("-vb users joe one", 3, "htpasswd: that is not the password\n"),
        ("-b2 users joe three", 0, "user joe has a new password\n"),
        ("-vb users joe two", 3, "htpasswd: that is not the password\n"),
        ("-vb users joe three", 0, "user joe has this password\n"),
        ("-vb users bob one", 6, "htpasswd: user bob is not in the file\n"),
        ("-D users ann", 0, "user ann was taken out\n"),
        ("-D users ann", 0, "user ann was not in the file\n"),
    ] {
        let ran = ours(line, &folder);
        assert_eq!((ran.code, ran.err.as_str(), ran.out.as_str()), (code, told, ""), "{line}");
    }
    assert!(users(&folder).starts_with("joe:$5$") && users(&folder).lines().count() == 1);
    assert_eq!(ours("-cb users eve four", &folder).code, 0);
    assert!(users(&folder).starts_with("eve:$apr1$") && users(&folder).lines().count() == 1);
}

#[test]
fn everything_that_is_refused_has_its_code() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users"), "# people\nann:x\n").unwrap();
    fs::write(folder.path().join("prose"), "ann:x\nsome words\n").unwrap();
    let long = "x".repeat(300);
    for (line, code, told) in [
        ("-b nowhere joe one", 1, "nowhere: No such file or directory (os error 2); -c makes a new file"),
        ("-cb no/where joe one", 1, "no/where: No such file or directory"),
        ("-b . joe one", 1, ".: Is a directory"),
        ("", 2, "something is missing"),
        ("-z users joe", 2, "unexpected argument '-z' found"),
        ("-b users joe", 2, "-b and a PASSWORD belong together"),
        ("users joe one", 2, "-b and a PASSWORD belong together"),
        ("-nb users joe one", 2, "-b and a PASSWORD belong together"),
        ("-b joe", 2, "FILE and USER are needed"),
        ("-cn users joe", 2, "-c, -n, -v and -D exclude each other"),
        ("-nbBC 3 joe one", 2, "-C 3: a number from 4 to 17 is needed"),
        ("-nb5 -r 999 joe one", 2, "-r 999: a number from 1000 to 999999999 is needed"),
        ("-nbd joe one", 2, "-d is not possible"),
        ("-nbp joe a:b", 2, "a password that is not hashed has no :"),
        (&format!("-b users {long} one"), 5, "a user's name has at most 255 bytes"),
        (&format!("-b users joe {long}"), 5, "a password has at most 256 bytes"),
        ("-b users a:b one", 6, "a user's name"),
        ("-b users #a one", 6, "a user's name"),
        ("-b users '' one", 6, "a user's name"),
        ("-b prose joe one", 7, "prose is no user file: see its line 2"),
    ] {
        let ran = ours(line, &folder);
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        assert!(ran.err.contains(told), "{line}: {}", ran.err);
    }
    assert_eq!(users(&folder), "# people\nann:x\n");
}

#[test]
fn records_can_be_shown_instead() {
    let folder = tempfile::tempdir().unwrap();
    for (line, start) in [
        ("-nb ann one", "ann:$apr1$"),
        ("-nbm ann one", "ann:$apr1$"),
        ("-nbB ann one", "ann:$2y$05$"),
        ("-nbBC 06 ann one", "ann:$2y$06$"),
        ("-nb2 ann one", "ann:$5$"),
        ("-nb5 -r1000 ann one", "ann:$6$rounds=1000$"),
        ("-nbs ann one", "ann:{SHA}/gW83NxJKAEngaXxoqd8u1OY4QY="),
        ("-nbp ann one", "ann:one\n\n"),
        ("-nbBm ann one", "ann:$apr1$"),
        ("-nbmB ann one", "ann:$2y$05$"),
        ("-nb ann ''", "ann:$apr1$"),
    ] {
        let ran = ours(line, &folder);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        assert!(ran.out.starts_with(start) && ran.out.ends_with("\n\n"), "{line}: {}", ran.out);
    }
}

#[test]
fn what_has_no_effect_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (line, told) in [
        ("-nbC 6 ann one", "htpasswd: -C has no effect with -m\n"),
        ("-nbB -r 6000 ann one", "htpasswd: -r has no effect with -B\n"),
        (&format!("-nbBC4 ann {}", "x".repeat(80)), "htpasswd: bcrypt looks at the first 72 bytes only\n"),
    ] {
        let ran = ours(line, &folder);
        assert_eq!((ran.code, ran.err.as_str()), (0, told), "{line}");
    }
}

#[test]
fn scripts_write_the_password() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(scripted("-ci users ann", &folder, "one\n").code, 0);
    assert_eq!(scripted("-vi users ann", &folder, "one").code, 0);
    assert_eq!(scripted("-vi users ann", &folder, "two\n").code, 3);
    assert_eq!(scripted("-i users ann", &folder, &"x".repeat(1000)).code, 5);
}

#[test]
fn where_there_is_no_terminal_the_input_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    for (line, typed, code, told) in [
        ("-c users ann", "one\none\n", 0, "New password: Re-type new password: user ann was added\n"),
        (
            "users ann",
            "one\ntwo\n",
            3,
            "New password: Re-type new password: htpasswd: the two passwords differ\n",
        ),
        ("users ann", "one\n", 1, "New password: Re-type new password: htpasswd: no password was given\n"),
        ("-v users ann", "one\n", 0, "Enter password: user ann has this password\n"),
    ] {
        let words = [vec!["--wait", OURS], words(line)].concat();
        let Some(ran) = try_run("setsid", &words, folder.path(), typed.as_bytes()) else { return };
        assert_eq!((ran.code, ran.err.as_str()), (code, told), "{line}");
    }
}

#[test]
fn each_program_knows_the_passwords_of_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let made = |program: &str, file: &str, scheme: &str, user: &str| {
        let line = format!("-b{scheme} {file} {user} s3cret");
        try_run(program, &words(&line), folder.path(), b"")
            .map(|ran| assert_eq!(ran.code, 0, "{line}: {}", ran.err))
    };
    fs::write(folder.path().join("ours"), "").unwrap();
    fs::write(folder.path().join("theirs"), "").unwrap();
    for scheme in ["m", "B", "2", "5", "s"] {
        if made(THEIRS, "theirs", scheme, scheme).is_none() {
            return;
        }
        made(OURS, "ours", scheme, scheme);
        made(OURS, "theirs", scheme, &format!("{scheme}{scheme}"));
        made(THEIRS, "ours", scheme, &format!("{scheme}{scheme}"));
    }
    for file in ["ours", "theirs"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert_eq!(text.lines().count(), 10, "{text}");
        for program in [OURS, THEIRS] {
            text.lines().for_each(|line| know(program, folder.path(), file, line.split(':').next().unwrap()));
        }
    }
}

fn know(program: &str, folder: &Path, file: &str, user: &str) {
    for (password, code) in [("s3cret", 0), ("secret", 3)] {
        let ran = run(program, &["-vb", file, user, password], folder, b"");
        assert_eq!(ran.code, code, "{program} {file} {user} {password}: {}", ran.err);
    }
}
