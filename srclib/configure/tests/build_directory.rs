//! configure run for real, in directories outside a source tree that nothing may write to.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use tempfile::TempDir;

#[test]
fn builds_lie_side_by_side_and_the_sources_stay_untouched() {
    let ground = Ground::new();
    let before = ground.listing("src");
    for mpm in ["reed", "rush"] {
        let told = ground.configure(mpm, &[&format!("--with-mpm={mpm}"), "--enable-modules=none"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let program = ground.read(&format!("{mpm}/build/program/Cargo.toml"));
        assert!(program.contains(&format!("mpm = {{ package = \"mpm_{mpm}\", path = ")), "{program}");
        let told = ground.read(&format!("{mpm}/build/Cargo.lock"));
        assert!(
            told.contains(&format!("name = \"mpm_{mpm}\"")) && !told.contains("name = \"tera\""),
            "{told}"
        );
    }
    assert_eq!(ground.listing("src"), before);
}

#[test]
fn a_second_run_writes_nothing_that_would_be_built_again() {
    let ground = Ground::new();
    assert!(ground.configure("build", &["--with-mpm=reed"]).status.success());
    let before = ground.listing("build");
    assert!(ground.configure("build", &["--with-mpm=reed"]).status.success());
    let after = ground.listing("build");
    let changed: Vec<_> = after
        .iter()
        .filter(|(name, date)| before.get(*name) != Some(date))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(changed, ["config.log", "config.status"]);
}

#[test]
fn a_quiet_run_does_not_silence_the_next() {
    let ground = Ground::new();
    for quiet in ["-q", "--quiet", "--silent"] {
        assert!(ground.configure("build", &["--with-mpm=reed", quiet]).status.success());
        let nice = ground.read("build/config.nice");
        assert!(nice.contains("--with-mpm=reed") && !nice.contains(quiet), "{nice}");
    }
}

#[test]
fn a_wrong_mpm_is_told_the_known_ones() {
    let ground = Ground::new();
    let told = ground.configure("build", &["--with-mpm=read"]);
    assert_eq!(told.status.code(), Some(1));
    let complaint = String::from_utf8(told.stderr).unwrap();
    assert!(
        complaint.starts_with("configure: error: there is no MPM named read; did you mean reed?\n"),
        "{complaint}"
    );
    assert!(complaint.contains("\n  rush         available"), "{complaint}");
    let log = ground.read("build/config.log");
    assert!(
        log.contains("checking host system type... ") && log.contains("there is no MPM named read"),
        "{log}"
    );
    assert!(!ground.at("build/config_vars.mk").exists());
}

#[test]
fn what_is_wrong_is_told_once_and_nothing_is_written() {
    let ground = Ground::new();
    for (name, manifest) in [("malformed", "[package\nname ="), ("bare", BARE)] {
        fs::create_dir_all(ground.at(name).join("src")).unwrap();
        fs::write(ground.at(name).join("src/lib.rs"), "").unwrap();
        fs::write(ground.at(name).join("Cargo.toml"), manifest).unwrap();
    }
    let at = |name: &str| format!("--with-module={}", ground.at(name).display());
    for (wrong, sentence) in [
        ("--with-mpm=rede".to_owned(), "there is no MPM named rede; did you mean reed?\n"),
        ("--enable-modules=foo".to_owned(), "there is no module named foo\n"),
        ("--with-module=/nowhere".to_owned(), "/nowhere: there is no such folder\n"),
        (at("bare"), "has no [package.metadata.httpd], which says what the module is\n"),
        (at("malformed"), "Cargo.toml: unclosed table, expected `]`\n"),
        ("--enable-mods-shared=so".to_owned(), "mod_so cannot be shared: it is what loads the others\n"),
        ("--with-mpm".to_owned(), "--with-mpm: MPM is missing: --with-mpm=MPM\n"),
        ("--without-port".to_owned(), "--without-port: PORT is missing: --with-port=PORT\n"),
        ("--prefix=here".to_owned(), "an absolute directory name is needed\n"),
    ] {
        let told = ground.configure("build", &["-q", &wrong]);
        let complaint = String::from_utf8(told.stderr).unwrap();
        assert_eq!((told.status.code(), told.stdout), (Some(1), Vec::new()), "{wrong}: {complaint}");
        assert!(
            complaint.starts_with("configure: error: ") && complaint.contains(sentence),
            "{wrong}: {complaint}"
        );
        assert_eq!(complaint.matches("error").count(), 1, "{complaint}");
        let left: Vec<_> = ground.listing("build").into_keys().collect();
        assert_eq!(left, ["config.log"], "{wrong}");
    }
}

#[test]
fn unknown_features_are_warned_of_and_no_create_writes_nothing() {
    let ground = Ground::new();
    let told =
        ground.configure("build", &["--with-mpm=reed", "--enable-nonsense", "--with-apr=/usr", "-q", "-n"]);
    assert!(told.status.success());
    assert_eq!(told.stdout, b"");
    let warning = "configure: WARNING: unrecognized options: --enable-nonsense, --with-apr\n";
    assert_eq!(String::from_utf8(told.stderr).unwrap(), warning);
    let names: Vec<_> =
        fs::read_dir(ground.at("build")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["config.log"]);
}

#[test]
fn make_asks_for_configure() {
    let ground = Ground::new();
    let told = Command::new("make")
        .arg("-f")
        .arg(ground.at("src/Makefile"))
        .current_dir(ground.at("build"))
        .output()
        .unwrap();
    assert!(!told.status.success());
    assert!(String::from_utf8_lossy(&told.stderr).contains("run ./configure first"));
}

#[test]
fn what_is_installed_is_uninstalled_but_for_what_was_changed() {
    let ground = Ground::new();
    assert!(ground.configure("build", &["--with-mpm=reed", "--prefix=/opt/a server"]).status.success());
    ground.compile();
    ground.install_sh("install");
    let server = ground.at("dest/opt/a server");
    assert_eq!(fs::read_to_string(server.join("bin/httpd")).unwrap(), "the program");
    for page in ["conf/httpd.conf", "htdocs/index.html"] {
        fs::write(server.join(page), "mine").unwrap();
    }
    fs::write(server.join("logs/error_log"), "some lines").unwrap();
    ground.install_sh("install");
    assert_eq!(fs::read_to_string(server.join("conf/httpd.conf")).unwrap(), "mine");
    assert!(
        fs::read_to_string(server.join("conf/original/httpd.conf"))
            .unwrap()
            .contains("ServerRoot \"/opt/a server\"")
    );
    ground.install_sh("uninstall");
    let left: Vec<_> = ground.listing("dest").into_keys().collect();
    assert_eq!(left, ["opt/a server/conf/httpd.conf", "opt/a server/htdocs/index.html"]);
}

#[test]
fn a_run_that_fails_half_way_changes_nothing() {
    let ground = Ground::new();
    assert!(ground.configure("build", &["--with-mpm=reed", "-q"]).status.success());
    let before = ground.listing("build");
    // Found out when the lock file is made, after the manifests.
    fs::create_dir_all(ground.at("lacking/src")).unwrap();
    fs::write(ground.at("lacking/src/lib.rs"), "").unwrap();
    fs::write(ground.at("lacking/Cargo.toml"), LACKING).unwrap();
    let wrong = format!("--with-module={}", ground.at("lacking").display());
    let told = ground.configure("build", &["--with-mpm=rush", "-q", &wrong]);
    let complaint = String::from_utf8_lossy(&told.stderr);
    assert_eq!(told.status.code(), Some(1));
    assert!(complaint.starts_with("configure: error: ") && complaint.contains("/nowhere"), "{complaint}");
    let but_log = |mut files: BTreeMap<_, _>| {
        files.remove("config.log");
        files
    };
    assert_eq!(but_log(ground.listing("build")), but_log(before));
    // With the reason mended, it works.
    let mended = LACKING.split("[dependencies]").next().unwrap();
    fs::write(ground.at("lacking/Cargo.toml"), mended).unwrap();
    assert!(ground.configure("build", &["--with-mpm=rush", "-q", &wrong]).status.success());
    assert!(ground.read("build/build/program/Cargo.toml").contains("mod_lacking"));
}

#[test]
fn a_disk_that_fills_up_leaves_what_was_there() {
    let ground = Ground::new();
    // A file system of its own, small and gone with the process that mounted it.
    let script = r#"mount -t tmpfs -o size=4m tmpfs build || exit 77
        sums() { find . -type f ! -name config.log ! -name ballast -exec cksum {} + | sort; }
        cd build && dd if=/dev/zero of=ballast bs=4k count=1014 2>../dd
        "$@" --with-mpm=reed; echo "$?" >../codes; ls >../first
        rm ballast && "$@" --with-mpm=reed; echo "$?" >>../codes; sums >../before
        dd if=/dev/zero of=ballast bs=4k 2>../dd; truncate -s -8k ballast
        "$@" --with-mpm=rush; echo "$?" >>../codes; sums >../after
        rm ballast && "$@" --with-mpm=rush; echo "$?" >>../codes"#;
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut unshare = Command::new("unshare");
    unshare.args(if root { &["-m"][..] } else { &["-U", "-r", "-m"] }).args(["sh", "-c", script, "sh"]);
    unshare.arg(env!("CARGO_BIN_EXE_configure")).arg(format!("--srcdir={}", ground.at("src").display()));
    let told = unshare.arg("-q").current_dir(ground.0.path()).output().unwrap();
    if !ground.at("codes").exists() {
        eprintln!("skipped: no file system can be mounted here");
        return;
    }
    let complaint = String::from_utf8_lossy(&told.stderr);
    assert_eq!(ground.read("codes"), "1\n0\n1\n0\n", "{complaint}");
    assert!(!ground.read("first").contains("config_vars.mk"), "{}", ground.read("first"));
    assert_eq!(ground.read("before"), ground.read("after"));
    let errors: Vec<_> = complaint.lines().collect();
    assert_eq!(errors.len(), 2, "{complaint}");
    for error in errors {
        assert!(error.starts_with("configure: error: ") && error.contains("No space left"), "{error}");
    }
}

#[test]
fn a_debian_package_has_what_is_installed() {
    let ground = Ground::new();
    assert!(ground.configure("build", &["--with-mpm=reed", "-q"]).status.success());
    let refused = ground.deb_sh();
    if refused.stderr == b"make deb: there is no dpkg-deb here\n" {
        eprintln!("skipped: there is no dpkg-deb here");
        return;
    }
    let sentence =
        "make deb: a package puts nothing below /usr/local: configure with --enable-layout=Debian\n";
    assert_eq!((refused.status.code(), &*String::from_utf8_lossy(&refused.stderr)), (Some(1), sentence));

    assert!(ground.configure("build", &["--with-mpm=reed", "-q", "--enable-layout=Debian"]).status.success());
    ground.compile();
    let told = ground.deb_sh();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let package = String::from_utf8(told.stdout).unwrap();
    let ask = |option: &str| {
        let mut dpkg = Command::new("dpkg-deb");
        let told = dpkg.arg(option).arg(package.trim()).current_dir(ground.at("build")).output().unwrap();
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let contents = ask("--contents");
    for path in [
        "-rwxr-xr-x root/root ./usr/sbin/httpd",
        "-rwxr-xr-x root/root ./usr/bin/htpasswd",
        "-rw-r--r-- root/root ./etc/weir/httpd.conf",
        "-rw-r--r-- root/root ./etc/logrotate.d/httpd",
        "-rw-r--r-- root/root ./usr/lib/systemd/system/httpd.service",
        "-rw-r--r-- root/root ./usr/share/doc/weir-httpd/copyright",
    ] {
        let (rights, name) = path.split_at(20);
        let there =
            contents.lines().any(|line| line.starts_with(rights) && line.ends_with(name.trim_start()));
        assert!(there, "{path} is not in\n{contents}");
    }
    assert!(!contents.contains("install_manifest"), "{contents}");
    let about = ask("--info");
    assert!(about.contains(" Package: weir-httpd\n") && about.contains(" Version: "), "{about}");
    let conffiles = ground.read("build/build/deb/root/DEBIAN/conffiles");
    assert!(conffiles.contains("/etc/weir/httpd.conf\n") && !conffiles.contains("/usr/"), "{conffiles}");
}

/// A copy of the source tree with two MPMs to choose from, and room for builds.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        fs::create_dir(ground.at("src")).unwrap();
        for part in [
            "CHANGES.md",
            "LICENSE",
            "Cargo.toml",
            "Cargo.lock",
            "Makefile",
            "configure",
            "src",
            "srclib",
            "modules",
            "templates",
            "test",
        ] {
            copy(&top.join(part), &ground.at("src").join(part));
        }
        for mpm in ["reed", "rush"] {
            let folder = ground.at("src/modules/mpm").join(mpm);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("lib.rs"), "").unwrap();
            fs::write(folder.join("Cargo.toml"), MPM.replace("NAME", mpm)).unwrap();
        }
        fs::create_dir(ground.at("build")).unwrap();
        ground
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn configure(&self, build: &str, arguments: &[&str]) -> Output {
        fs::create_dir_all(self.at(build)).unwrap();
        let srcdir = format!("--srcdir={}", self.at("src").display());
        let mut configure = Command::new(env!("CARGO_BIN_EXE_configure"));
        configure.arg(srcdir).args(arguments).current_dir(self.at(build));
        for variable in ["CARGO", "RUSTC", "RUSTFLAGS", "CC", "CFLAGS", "LDFLAGS", "CONFIG_SITE"] {
            configure.env_remove(variable);
        }
        configure.output().unwrap()
    }

    /// Puts something where programs and pages would be after compiling.
    fn compile(&self) {
        for line in self.read("build/build/install.list").lines() {
            let source = self.at("build").join(line.split('\t').nth(1).unwrap());
            let file = if line.starts_with("tree") { source.join("page") } else { source };
            if line.starts_with(['p', 't']) && !file.exists() {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "the program").unwrap();
            }
        }
    }

    fn install_sh(&self, action: &str) {
        let mut sh = Command::new("sh");
        sh.arg(self.at("src/srclib/configure/install.sh")).args([action, "build/install.list"]);
        sh.arg(self.at("dest")).arg("/opt/a server/build").current_dir(self.at("build"));
        let told = sh.output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }

    fn deb_sh(&self) -> Output {
        let mut sh = Command::new("sh");
        sh.arg(self.at("src/srclib/configure/deb.sh")).current_dir(self.at("build"));
        sh.output().unwrap()
    }

    /// Every file below `folder` with its date.
    fn listing(&self, folder: &str) -> BTreeMap<String, SystemTime> {
        let mut files = BTreeMap::new();
        list(&self.at(folder), "", &mut files);
        files
    }
}

const MPM: &str = r#"
[package]
name = "mpm_NAME"
version = "0.1.0"
edition = "2024"

[lib]
path = "lib.rs"

[package.metadata.httpd]
kind = "mpm"
symbol = "mpm_NAME_module"
file = "NAME.c"
help = "an MPM for this test"
hosts = ["unix"]
threaded = "no"
forked = "no"

[dependencies]
httpd.workspace = true
"#;

/// Needs a crate that is not there.
const LACKING: &str = r#"
[package]
name = "mod_lacking"
version = "0.1.0"
edition = "2024"

[package.metadata.httpd]
kind = "content"
symbol = "lacking_module"
file = "mod_lacking.c"
help = "a module for this test"

[dependencies]
nowhere = { path = "/nowhere" }
"#;

/// No module: it does not say what it is.
const BARE: &str = "[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

fn list(folder: &Path, below: &str, files: &mut BTreeMap<String, SystemTime>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().display());
        let about = entry.metadata().unwrap();
        if about.is_dir() {
            list(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, about.modified().unwrap());
        }
    }
}
