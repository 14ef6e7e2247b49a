//! The shell's part of configure: what is missing is told in one sentence before anything is compiled.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Runs ./configure in a new directory, and returns what it said; it must fail and write nothing.
fn refused(arguments: &[&str]) -> String {
    let build = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configure");
    let told = Command::new(script).args(arguments).current_dir(build.path()).output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert_eq!(fs::read_dir(build.path()).unwrap().count(), 0);
    String::from_utf8(told.stderr).unwrap()
}

fn tool(folder: &Path, name: &str, says: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn no_rust_no_linker() {
    let told = refused(&["CARGO=/nonexistent/cargo"]);
    assert!(
        told.starts_with("configure: error: no Rust here: install it") && told.lines().count() == 1,
        "{told}"
    );
    let told = refused(&["CC=/nonexistent/cc -m64"]);
    assert!(
        told.starts_with("configure: error: no linker here: install") && told.lines().count() == 1,
        "{told}"
    );
}

#[test]
fn too_old_a_rust() {
    let tools = tempfile::tempdir().unwrap();
    let old = tool(tools.path(), "old", "rustc 1.60.0 (7737e0b5c 2022-04-04)");
    let told = refused(&[&format!("RUSTC={old}")]);
    assert!(told.contains("or later is needed, this is 1.60: `rustup update stable'"), "{told}");
    let told = refused(&[&format!("RUSTC={}", tool(tools.path(), "broken", "no default toolchain"))]);
    assert!(told.contains("this is none that works"), "{told}");
}

#[test]
fn a_source_directory_that_is_not_there() {
    let told = refused(&["--srcdir=/nonexistent"]);
    assert!(
        told.ends_with("configure: error: --srcdir=/nonexistent: there is no such directory\n"),
        "{told}"
    );
}
