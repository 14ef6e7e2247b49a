//! make install: what cannot be put down whole is not put down at all, and the reason is told in one line.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

#[test]
fn a_folder_that_may_not_be_written() {
    let ground = Ground::new();
    ground.write("root/etc", None);
    ground.read_only("root");
    let mut install = ground.install("root");
    if fs::metadata(ground.at("root")).unwrap().uid() == 0 {
        install.uid(65534).gid(65534);
    }
    let told = install.output().unwrap();
    let complaint = format!(
        "make install: cannot make {}: Permission denied (root may; or choose another --prefix, or DESTDIR=); \
         nothing was changed\n",
        ground.at("root/opt").display()
    );
    assert_eq!((told.status.code(), text(&told.stderr)), (Some(1), complaint));
    assert_eq!(ground.listing("root"), ["root/etc"]);
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let ground = Ground::new();
    ground.write("root/opt/bin", None);
    ground.write("root/opt/bin/small", Some(3));
    let told = ground.install("root").output().unwrap();
    let complaint = format!(
        "make install: these were put there by a package or by hand: {}; choose another --prefix or layout, or say FORCE=yes; nothing was changed\n",
        ground.at("root/opt/bin/small").display()
    );
    assert_eq!((told.status.code(), text(&told.stderr)), (Some(1), complaint));
    assert_eq!(ground.listing("root"), ["root/opt/bin/small"]);
    assert_eq!(fs::metadata(ground.at("root/opt/bin/small")).unwrap().size(), 3);
    assert!(ground.install("root").env("FORCE", "yes").output().unwrap().status.success());
    assert_eq!(fs::metadata(ground.at("root/opt/bin/small")).unwrap().size(), 10);
    // From then on it is ours.
    assert!(ground.install("root").output().unwrap().status.success());
}

#[test]
fn something_that_was_not_compiled() {
    let ground = Ground::new();
    fs::remove_file(ground.at("big")).unwrap();
    let told = ground.install("root").output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    let sentence = "make install: big is not there: the owner of this folder must run `make all support pages' first; \
        nothing was changed\n";
    assert_eq!(text(&told.stderr), sentence);
    assert_eq!(ground.listing("root"), Vec::<String>::new());
}

#[test]
fn a_disk_that_fills_up_keeps_what_was_there() {
    let ground = Ground::new();
    fs::create_dir(ground.at("root")).unwrap();
    // A file system of its own, small and gone with the process that mounted it.
    let script = r"mount -t tmpfs -o size=64k tmpfs root || exit 77
        mkdir -p root/opt/bin root/opt/build && echo old >root/opt/bin/small
        printf 'file\t-\t/opt/bin/small\n' >root/opt/build/install_manifest
        sh install.sh install list root /opt/build; code=$?
        find root -type f ! -name install_manifest | sort >found; cat root/opt/bin/small >>found; exit $code";
    let user: &[&str] = if fs::metadata("/proc/self").unwrap().uid() == 0 { &[] } else { &["-U", "-r"] };
    let mut unshare = Command::new("unshare");
    unshare.args(user).args(["-m", "sh", "-c", script]).current_dir(ground.0.path());
    let told = unshare.output().unwrap();
    let Ok(found) = fs::read_to_string(ground.at("found")) else {
        eprintln!("skipped: no file system can be mounted here");
        return;
    };
    let complaint =
        "make install: cannot write root/opt/bin/big: No space left on device; nothing was changed\n";
    assert_eq!((told.status.code(), text(&told.stderr)), (Some(1), complaint.to_owned()));
    assert_eq!(found, "root/opt/bin/small\nold\n");
}

#[test]
fn all_is_put_down_and_taken_away() {
    let ground = Ground::new();
    for _ in 0..2 {
        let told = ground.install("root").output().unwrap();
        assert!(told.status.success(), "{}", text(&told.stderr));
    }
    let down = [
        "root/opt/bin/big",
        "root/opt/bin/small",
        "root/opt/build/install_manifest",
        "root/opt/man/man 1/a page",
    ];
    assert_eq!(ground.listing("root"), down);
    assert_eq!(fs::metadata(ground.at("root/opt/bin/big")).unwrap().permissions().mode() & 0o777, 0o755);
    let manifest = fs::read_to_string(ground.at("root/opt/build/install_manifest")).unwrap();
    assert_eq!(manifest.lines().count(), 8, "a second time adds no line: {manifest}");
    let told = ground.run("uninstall", "root").output().unwrap();
    assert_eq!(text(&told.stdout), "uninstalled\n");
    assert_eq!(ground.listing("root"), Vec::<String>::new());
}

/// Two programs to install, the second one larger than a small disk.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        fs::set_permissions(ground.0.path(), fs::Permissions::from_mode(0o755)).unwrap();
        // A copy, for the source tree may be private.
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh"), ground.at("install.sh")).unwrap();
        ground.write("small", Some(10));
        ground.write("big", Some(200_000));
        ground.write("pages/man 1", None);
        ground.write("pages/man 1/a page", Some(10));
        fs::write(
            ground.at("list"),
            "program\tsmall\t/opt/bin/small\nprogram\tbig\t/opt/bin/big\ntree\tpages\t/opt/man\n",
        )
        .unwrap();
        ground
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// A file of so many bytes, or a folder.
    fn write(&self, path: &str, size: Option<usize>) {
        match size {
            Some(size) => fs::write(self.at(path), vec![b'x'; size]).unwrap(),
            None => fs::create_dir_all(self.at(path)).unwrap(),
        }
    }

    fn read_only(&self, path: &str) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(0o555)).unwrap();
    }

    fn install(&self, root: &str) -> Command {
        self.run("install", root)
    }

    fn run(&self, action: &str, root: &str) -> Command {
        let mut sh = Command::new("sh");
        sh.args(["install.sh", action, "list"]).arg(self.at(root)).arg("/opt/build");
        sh.current_dir(self.0.path());
        sh
    }

    /// Every file and every empty folder below `folder`.
    fn listing(&self, folder: &str) -> Vec<String> {
        let find = Command::new("find")
            .args([folder, "!", "-name", folder, "(", "-type", "f", "-o", "-empty", ")"])
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let mut found: Vec<String> = text(&find.stdout).lines().map(ToOwned::to_owned).collect();
        found.sort();
        found
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
