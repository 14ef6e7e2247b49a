//! Written by configure: names what the core is built from. rustc says nothing of it in the names of functions, and a module
//! that was built for another core must not be mistaken for one of this.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TREE: &str = "../{{ tree }}";
/// Of the source tree: all that goes into the core.
const SOURCES: [&str; 5] = ["src", "srclib/conf", "srclib/http1", "srclib/os", "Cargo.toml"];

fn main() {
    let mut hash = Hash::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={TREE}/{source}");
        let source = Path::new(TREE).join(source);
        sources(&source).iter().for_each(|file| hash.add(&fs::read(file).unwrap_or_default()));
    }
    println!("cargo::rerun-if-changed=../Cargo.lock");
    hash.add(&crates(&fs::read_to_string("../Cargo.lock").unwrap_or_default()));
    let compiler = compiler();
    hash.add(compiler.as_bytes());
    for variable in ["TARGET", "OPT_LEVEL", "DEBUG"] {
        hash.add(env::var(variable).unwrap_or_default().as_bytes());
    }
    flags().iter().for_each(|flag| hash.add(flag.as_bytes()));
    let release = compiler.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
    let build = format!("{{ version }}-rustc{release}-{:016x}", hash.0);
    println!("cargo::rustc-env=CORE_BUILD={build}");
    println!("cargo::rustc-env=CORE_SYMBOL={}", build.replace('-', "__").replace('.', "_"));
}

/// Rust and manifests, in an order that does not depend on the file system; nothing that an editor leaves behind.
fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut entries: Vec<PathBuf> = entries.collect();
    entries.sort();
    let counts = |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|end| end == "rs" || end == "toml");
    entries.iter().filter(|path| counts(path)).flat_map(|path| sources(path)).collect()
}

/// The crates from a registry. Our own, of which the lock file tells nothing but the names, are hashed by their sources.
fn crates(lock: &str) -> Vec<u8> {
    let registry = lock.split("[[package]]").filter(|package| package.contains("checksum = "));
    registry.flat_map(str::bytes).collect()
}

/// Flags but for those that only say where the sources lay.
fn flags() -> Vec<String> {
    let all = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut kept = Vec::new();
    let mut words = all.split('\x1f');
    while let Some(word) = words.next() {
        match word {
            "--remap-path-prefix" => drop(words.next()),
            word if word.starts_with("--remap-path-prefix=") => {}
            word => kept.push(word.to_owned()),
        }
    }
    kept
}

fn compiler() -> String {
    let version = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("-vV").output();
    version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// FNV-1a of 64 bits: nobody attacks this, and it is the same everywhere.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
