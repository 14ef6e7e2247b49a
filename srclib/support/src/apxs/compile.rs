//! `-c`: from sources to a file that LoadModule takes. One file is compiled by rustc, a crate by cargo; around either stand the
//! few lines that export the module under the name that the server looks for.

use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::variables::Variables;
use super::{Outcome, stem, told};
use crate::options::Given;

/// The core's library, in the folder of modules.
const CORE: &str = "libhttpd_core.so";
/// The core, and the crates in it that a module may name: each has a folder beside this program.
const INSIDE: [&str; 3] = ["httpd", "tokio", "bytes"];

/// What the command line says of compiling.
pub(super) struct Wishes {
    name: Option<String>,
    output: Option<PathBuf>,
    /// For rustc, whatever is compiled.
    flags: Vec<String>,
    /// For what is linked.
    linking: Vec<String>,
}

impl Wishes {
    pub(super) fn read(given: &Given) -> Outcome<Self> {
        let all = |letter| given.all(letter).map(|text| text.to_string_lossy().into_owned());
        let mut wishes = Self {
            name: given.value('n').map(|name| stem(&name.to_string_lossy())).transpose()?,
            output: given.value('o').map(PathBuf::from),
            flags: all('D').flat_map(|name| ["--cfg".to_owned(), condition(&name)]).collect(),
            linking: Vec::new(),
        };
        wishes.linking.extend(all('L').map(|folder| format!("-Lnative={folder}")));
        wishes.linking.extend(all('l').map(|library| format!("-l{library}")));
        for flag in all('W') {
            match flag.split_once(',') {
                Some(("c", flag)) => wishes.flags.push(flag.to_owned()),
                Some(("l", flag)) => wishes.linking.push(format!("-Clink-arg={flag}")),
                _ => return Err(format!("-W{flag}: write -Wc,FLAG for rustc or -Wl,FLAG for the linker")),
            }
        }
        Ok(wishes)
    }
}

/// `NAME` and `NAME=VALUE` as rustc has them.
fn condition(define: &str) -> String {
    define.split_once('=').map_or_else(|| define.to_owned(), |(name, value)| format!("{name}={value:?}"))
}

/// Compiles the one module that the operands are, and says where its file is.
pub(super) fn module(operands: &[PathBuf], wishes: &Wishes, variables: &Variables) -> Outcome<PathBuf> {
    let [source] = operands else {
        return Err("-c takes one file in Rust, or the folder of one crate".to_owned());
    };
    let source = source.canonicalize().map_err(|error| told(source, &error))?;
    let tools = Tools::find(variables)?;
    if source.is_dir() || source.file_name().is_some_and(|name| name == "Cargo.toml") {
        let folder =
            if source.is_dir() { source } else { source.parent().unwrap_or(Path::new("/")).to_owned() };
        return krate(&folder, wishes, &tools);
    }
    if source.extension().is_none_or(|extension| extension != "rs") {
        return Err(format!("{}: a module is a file in Rust, or a crate", source.display()));
    }
    file(&source, wishes, &tools)
}

/// What compiles, and where the core is.
struct Tools {
    cargo: String,
    rustc: String,
    target: String,
    libraries: PathBuf,
    /// Where this program lies.
    folder: PathBuf,
}

impl Tools {
    fn find(variables: &Variables) -> Outcome<Self> {
        let tool = |name: &str, variable: &str, usual: &str| {
            let given = std::env::var(name).ok().filter(|given| !given.is_empty());
            let recorded = Some(variables.get(variable)).filter(|path| Path::new(path).exists());
            given.or(recorded).unwrap_or_else(|| usual.to_owned())
        };
        let tools = Self {
            cargo: tool("CARGO", "CARGO", "cargo"),
            rustc: tool("RUSTC", "RUSTC_PROGRAM", "rustc"),
            target: variables.get("TARGET"),
            libraries: variables.path("libexecdir"),
            folder: variables.folder.clone(),
        };
        tools.check(&variables.get("RUSTC_VERSION"))?;
        Ok(tools)
    }

    /// Libraries in Rust are understood by the very rustc that made them.
    fn check(&self, wanted: &str) -> Outcome<()> {
        let output = Command::new(&self.rustc).arg("-V").output();
        let output = output
            .map_err(|error| format!("rustc is needed, of version {wanted}: {}: {error}", self.rustc))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(1).unwrap_or("none that works");
        if version != wanted {
            return Err(format!(
                "this server was compiled by rustc {wanted}, and {} is {version}: RUSTC=/path/to/rustc names another",
                self.rustc
            ));
        }
        let core = self.core();
        fs::metadata(&core).map(drop).map_err(|error| told(&core, &error))
    }

    fn core(&self) -> PathBuf {
        self.libraries.join(CORE)
    }

    fn rustc(&self, kind: &str, name: &str) -> Command {
        let mut rustc = Command::new(&self.rustc);
        rustc.args(["--edition", "2024", "--crate-type", kind, "--crate-name", name, "-Copt-level=3"]);
        rustc.args(["--target", &self.target]).arg("-Cprefer-dynamic");
        rustc.arg("-L").arg(joined("dependency=", &self.folder.join("deps")));
        rustc
    }
}

fn joined(begin: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(begin);
    joined.push(path);
    joined
}

/// One file: compiled as a library of its own, so that what stands around it cannot be seen in it.
fn file(source: &Path, wishes: &Wishes, tools: &Tools) -> Outcome<PathBuf> {
    let base = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = wishes.name.clone().map_or_else(|| stem(&base), Ok)?;
    let output = wishes.output.clone().unwrap_or_else(|| format!("mod_{name}.so").into());
    let scratch = tempfile::tempdir().map_err(|error| format!("no folder for temporary files: {error}"))?;
    let text = fs::read(source).map_err(|error| told(source, &error))?;
    let library = scratch.path().join("libmodule.rlib");
    let mut rustc = tools.rustc("rlib", "module");
    // Types of two versions of one module are two types.
    rustc
        .arg(format!("-Cmetadata={:016x}", hash(&text)))
        .arg("--extern")
        .arg(joined("httpd=", &tools.core()));
    run(rustc.args(&wishes.flags).arg("-o").arg(&library).arg(source))?;

    let export = Export {
        name: "httpd_core",
        symbol: format!("{name}_module"),
        file: format!("mod_{name}.c"),
        is_mpm: false,
    };
    let around = scratch.path().join("export.rs");
    fs::write(&around, export.text()).map_err(|error| told(&around, &error))?;
    let mut rustc = tools.rustc("cdylib", &format!("so_mod_{name}"));
    rustc.arg("--extern").arg(joined("httpd_core=", &tools.core()));
    rustc.arg("--extern").arg(joined("module=", &library));
    run(rustc.args(&wishes.linking).arg("-o").arg(&output).arg(&around))?;
    Ok(output)
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// A crate, by cargo: below its target folder lies a workspace with a crate that exports it.
fn krate(folder: &Path, wishes: &Wishes, tools: &Tools) -> Outcome<PathBuf> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| told(&manifest, &error))?;
    let about = About::read(&text).map_err(|why| format!("{}: {why}", manifest.display()))?;
    let output = wishes.output.clone().unwrap_or_else(|| about.so().into());
    let workspace = folder.join("target/apxs");
    let write = |name: &str, text: &str| {
        let path = workspace.join(name);
        fs::write(&path, text).map_err(|error| told(&path, &error))
    };
    fs::create_dir_all(&workspace).map_err(|error| told(&workspace, &error))?;
    write("export.rs", &about.export().text())?;
    // The module's own versions, where it has settled on some.
    if let Ok(lock) = fs::read_to_string(folder.join("Cargo.lock")) {
        write("Cargo.lock", &lock)?;
    }
    write("Cargo.toml", &manifest_around(&about.package, &INSIDE, tools))?;
    settle(&workspace, tools)?;
    let lock = fs::read_to_string(workspace.join("Cargo.lock")).unwrap_or_default();
    // cargo warns of crates that stand for others where nobody asks for them.
    let used: Vec<&str> =
        INSIDE.into_iter().filter(|name| !unused(&lock).any(|other| other == *name)).collect();
    write("Cargo.toml", &manifest_around(&about.package, &used, tools))?;
    settle(&workspace, tools)?;

    let mut cargo = tools.cargo("build", &workspace);
    cargo.args(["--release", "--target", &tools.target, "--target-dir"]).arg(workspace.join("target"));
    let flags: Vec<&str> = wishes.flags.iter().chain(&wishes.linking).map(String::as_str).collect();
    run(cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")))?;
    let built = workspace.join("target").join(&tools.target).join("release/libexport.so");
    fs::copy(&built, &output).map_err(|error| told(&output, &error))?;
    Ok(output)
}

impl Tools {
    fn cargo(&self, action: &str, workspace: &Path) -> Command {
        let mut cargo = Command::new(&self.cargo);
        cargo.arg(action).arg("--manifest-path").arg(workspace.join("Cargo.toml"));
        cargo.env("RUSTC", &self.rustc).env("APXS_LIBEXECDIR", &self.libraries);
        cargo.env("APXS_DEPS", self.folder.join("deps"));
        cargo
    }
}

/// Decides on versions, with those that were decided on before; the network is asked only if it must be.
fn settle(workspace: &Path, tools: &Tools) -> Outcome<()> {
    let mut offline = tools.cargo("update", workspace);
    offline.args(["--workspace", "--offline", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
    if offline.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    run(tools.cargo("update", workspace).args(["--workspace", "--quiet"]))
}

/// The crates of `[[patch.unused]]`.
fn unused(lock: &str) -> impl Iterator<Item = &str> {
    let tables = lock.split("[[patch.unused]]").skip(1);
    tables.filter_map(|table| {
        table.lines().find_map(|line| line.strip_prefix("name = ")).map(|name| name.trim_matches('"'))
    })
}

fn manifest_around(package: &str, inside: &[&str], tools: &Tools) -> String {
    let path = |name: &str| format!("{{ path = {} }}", quoted(&tools.folder.join(name)));
    let mut text = format!(
        "# Written by apxs: {package} as a file that LoadModule takes.\n\n[workspace]\n\n[package]\nname = \"export\"\nversion = \"0.0.0\"\n\
         edition = \"2024\"\n\n[lib]\npath = \"export.rs\"\ncrate-type = [\"cdylib\"]\n\n[dependencies]\nhttpd = {}\n\
         module = {{ package = \"{package}\", path = \"../..\" }}\n\n[patch.crates-io]\n",
        path("httpd")
    );
    for name in inside {
        let _ = writeln!(text, "{name} = {}", path(name));
    }
    text
}

/// A path as TOML writes a text.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

/// What a crate's manifest says of its module.
struct About {
    package: String,
    symbol: String,
    file: String,
    is_mpm: bool,
}

impl About {
    fn read(manifest: &str) -> Outcome<Self> {
        let table: toml::Table =
            manifest.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let text = |path: &[&str]| {
            let found = path.iter().try_fold(None, |at: Option<&toml::Value>, key| {
                at.map_or_else(|| table.get(*key), |value| value.get(key)).map(Some)
            });
            found.flatten().and_then(toml::Value::as_str).map(ToOwned::to_owned)
        };
        let package = text(&["package", "name"]).ok_or("it has no [package]")?;
        let about = |key: &str| {
            let value = text(&["package", "metadata", "httpd", key]);
            value.ok_or_else(|| {
                format!("[package.metadata.httpd] has no {key}: apxs -g shows what it is like")
            })
        };
        Ok(Self { package, symbol: about("symbol")?, file: about("file")?, is_mpm: about("kind")? == "mpm" })
    }

    /// `mod_foo.so`, `mod_mpm_foo.so`.
    fn so(&self) -> String {
        let stem = self.symbol.strip_suffix("_module").unwrap_or(&self.symbol);
        format!("mod_{stem}.so")
    }

    fn export(&self) -> Export {
        Export { name: "httpd", symbol: self.symbol.clone(), file: self.file.clone(), is_mpm: self.is_mpm }
    }
}

/// The lines around a module.
struct Export {
    /// What the core is called here.
    name: &'static str,
    symbol: String,
    file: String,
    is_mpm: bool,
}

impl Export {
    fn text(&self) -> String {
        let Self { name, symbol, file, is_mpm } = self;
        let made = if *is_mpm { "loadable_mpm" } else { "loadable" };
        format!(
            "//! Written by apxs: a module as a file that LoadModule takes.\n\nuse {name}::loadable::{{Loadable, {made}}};\n\n\
             // SAFETY: only modules have such names, and one module each.\n#[unsafe(export_name = \"httpd_module_{symbol}\")]\n\
             pub static MODULE: Loadable = {made}(&{name}::CORE, &module::MODULE, {symbol:?}, {file:?});\n"
        )
    }
}

/// Runs to the end; what goes wrong has been told by the program itself.
fn run(command: &mut Command) -> Outcome<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} could not compile it: {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_say_what_a_module_is() {
        let about = "[package]\nname = 'mod-foo'\n[package.metadata.httpd]\nkind = 'content'\nsymbol = 'foo_module'\nfile = 'mod_foo.c'\n";
        let read = About::read(about).unwrap();
        assert_eq!(
            (read.package.as_str(), read.so().as_str(), read.is_mpm),
            ("mod-foo", "mod_foo.so", false)
        );
        let text = read.export().text();
        assert!(text.contains("export_name = \"httpd_module_foo_module\""), "{text}");
        assert!(
            text.contains("loadable(&httpd::CORE, &module::MODULE, \"foo_module\", \"mod_foo.c\")"),
            "{text}"
        );
        for (text, why) in [
            (
                "[package]\nname = 'x'",
                "[package.metadata.httpd] has no symbol: apxs -g shows what it is like",
            ),
            ("[workspace]", "it has no [package]"),
            ("name =", "string values must be quoted, expected literal string"),
        ] {
            let refused = About::read(text).err().unwrap();
            assert!(refused == why || text == "name =", "{refused}");
        }
    }

    #[test]
    fn what_a_lock_file_calls_unused() {
        let lock = "[[package]]\nname = \"a\"\n\n[[patch.unused]]\nname = \"tokio\"\nversion = \"1\"\n\n[[patch.unused]]\nname = \"bytes\"\n";
        assert_eq!(unused(lock).collect::<Vec<_>>(), ["tokio", "bytes"]);
    }

    #[test]
    fn conditions_as_rustc_has_them() {
        assert_eq!(condition("fast"), "fast");
        assert_eq!(condition("mode=quick one"), "mode=\"quick one\"");
    }
}
