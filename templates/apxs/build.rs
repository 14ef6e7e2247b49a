//! Written by configure: where the core's library is, and what its crates are like. apxs says where.

fn main() {
    for (variable, kind) in [("APXS_LIBEXECDIR", "all"), ("APXS_DEPS", "dependency")] {
        println!("cargo::rerun-if-env-changed={variable}");
        let folder = std::env::var(variable).unwrap_or_default();
        println!("cargo::rustc-link-search={kind}={folder}");
    }
}
