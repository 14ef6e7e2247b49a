//! Where things go: a layout, what options put over it, and every `${name}` replaced.

use crate::select::did_you_mean;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A directory's variable (`sysconfdir`) and its value.
pub type Lines = BTreeMap<String, String>;

/// The layout that is taken when none is asked for.
pub const DEFAULT: &str = "Apache";

/// All layouts of `templates/layouts.toml`.
#[derive(Clone, Debug)]
pub struct Layouts {
    defaults: Lines,
    named: BTreeMap<String, Lines>,
}

/// Every directory, absolute, by its variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs(Lines);

impl Layouts {
    /// Reads the text of `templates/layouts.toml`.
    pub fn parse(text: &str) -> Result<Self> {
        let mut named: BTreeMap<String, Lines> = toml::from_str(text).context("layouts.toml")?;
        let defaults = named.remove("defaults").context("layouts.toml has no [defaults]")?;
        Ok(Self { defaults, named })
    }

    /// The names of the layouts, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    /// A line as the layout `name` writes it, with each `${name}` as the word that options use: `PREFIX/conf`.
    pub fn unexpanded(&self, name: &str, variable: &str) -> Result<String> {
        let lines = self.lines(name)?;
        let value = lines.get(variable).with_context(|| format!("layouts.toml has no {variable}"))?;
        Ok(value
            .replace("${prefix}", "PREFIX")
            .replace("${exec_prefix}", "EPREFIX")
            .replace("${", "")
            .replace('}', ""))
    }

    /// Takes `given` over the layout `name` over the defaults.
    pub fn resolve(&self, name: &str, given: &Lines) -> Result<Dirs> {
        let mut lines = self.lines(name)?;
        for (key, value) in given {
            if !value.starts_with("${") {
                checked(key, value)?;
            }
            lines.insert(key.clone(), value.clone());
        }
        let expanded: Result<Lines> =
            lines.keys().map(|key| Ok((key.clone(), checked(key, &expand(key, &lines, 0)?)?))).collect();
        Ok(Dirs(expanded?))
    }

    fn lines(&self, name: &str) -> Result<Lines> {
        let Some(layout) = self.named.get(name) else {
            let known: Vec<_> = self.names().collect();
            let guess = did_you_mean(name, self.names());
            bail!("there is no layout named {name}{guess}\n  known layouts: {}", known.join(" "));
        };
        let mut lines = self.defaults.clone();
        lines.extend(layout.clone());
        Ok(lines)
    }
}

impl Dirs {
    /// The directory of a variable; every variable of `[defaults]` has one.
    pub fn get(&self, name: &str) -> &Path {
        Path::new(self.0.get(name).map_or("/", String::as_str))
    }

    /// All of them, sorted by variable.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `path` as a configuration would write it: relative to ServerRoot if it is below.
    pub fn from_server_root(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.get("prefix")).unwrap_or(path).to_owned()
    }
}

/// The value of `key` with all `${name}` in it replaced. No value is nested deeper than there are variables.
fn expand(key: &str, lines: &Lines, depth: usize) -> Result<String> {
    let value = lines.get(key).with_context(|| format!("no directory is called ${{{key}}}"))?;
    if depth > lines.len() {
        bail!("--{}: {value} is defined by itself", option(key));
    }
    let mut out = String::new();
    let mut rest = value.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').with_context(|| format!("{value}: ${{ without }}"))?;
        out += before;
        out += &expand(name, lines, depth + 1)?;
        rest = after;
    }
    Ok(out + rest)
}

/// Refuses what neither make nor a shell could carry safely, and what is not absolute.
fn checked(key: &str, value: &str) -> Result<String> {
    let option = option(key);
    if !value.starts_with('/') {
        bail!("--{option}={value}: an absolute directory name is needed");
    }
    if value.chars().any(|c| c.is_control() || "'\"\\$#`".contains(c)) {
        bail!(
            "--{option}={value}: a directory name with quotes, \\, $, # or control characters cannot be used"
        );
    }
    match value.trim_end_matches('/') {
        "" => Ok("/".to_owned()),
        trimmed => Ok(trimmed.to_owned()),
    }
}

fn option(key: &str) -> String {
    key.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layouts() -> Layouts {
        Layouts::parse(include_str!("../../../templates/layouts.toml")).unwrap()
    }

    fn given(pairs: &[(&str, &str)]) -> Lines {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_layout_puts_things_where_its_system_does() {
        for (name, key, expected) in [
            ("Apache", "sbindir", "/usr/local/weir/bin"),
            ("Apache", "sysconfdir", "/usr/local/weir/conf"),
            ("Apache", "htdocsdir", "/usr/local/weir/htdocs"),
            ("Apache", "logfiledir", "/usr/local/weir/logs"),
            ("Apache", "libexecdir", "/usr/local/weir/modules"),
            ("GNU", "sbindir", "/usr/local/sbin"),
            ("GNU", "sysconfdir", "/usr/local/etc/weir"),
            ("GNU", "runtimedir", "/usr/local/var/run/weir"),
            ("Debian", "sysconfdir", "/etc/weir"),
            ("Debian", "htdocsdir", "/var/www/html"),
            ("Debian", "runtimedir", "/run/weir"),
            ("RedHat", "sysconfdir", "/etc/weir/conf"),
            ("FreeBSD", "htdocsdir", "/usr/local/www/weir/data"),
            ("OpenBSD", "sbindir", "/usr/sbin"),
            ("OpenBSD", "htdocsdir", "/var/www/htdocs"),
            ("Darwin", "htdocsdir", "/Library/WebServer/Documents"),
            ("opt", "sysconfdir", "/etc/opt/weir"),
            ("opt", "logfiledir", "/var/opt/weir/logs"),
        ] {
            let dirs = layouts().resolve(name, &Lines::new()).unwrap();
            assert_eq!(dirs.get(key), Path::new(expected), "{name} {key}");
        }
    }

    #[test]
    fn every_line_of_a_layout_is_a_known_variable() {
        let layouts = layouts();
        for (name, lines) in &layouts.named {
            assert!(lines.keys().all(|key| layouts.defaults.contains_key(key)), "{name}");
        }
    }

    #[test]
    fn options_go_over_the_layout_and_what_is_derived_follows() {
        let dirs = layouts()
            .resolve(
                "Apache",
                &given(&[("prefix", "/srv/web/"), ("datadir", "${prefix}/share"), ("mandir", "/man")]),
            )
            .unwrap();
        assert_eq!(dirs.get("sysconfdir"), Path::new("/srv/web/conf"));
        assert_eq!(dirs.get("htdocsdir"), Path::new("/srv/web/share/htdocs"));
        assert_eq!(dirs.get("mandir"), Path::new("/man"));
    }

    #[test]
    fn paths_below_the_server_root_are_written_relative() {
        let dirs = layouts().resolve("Debian", &Lines::new()).unwrap();
        assert_eq!(
            dirs.from_server_root(Path::new("/etc/weir/httpd.conf")),
            Path::new("/etc/weir/httpd.conf")
        );
        assert_eq!(dirs.from_server_root(Path::new("/usr/share/weir")), Path::new("share/weir"));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for (name, pairs, message) in [
            ("Apatche", &[][..], "there is no layout named Apatche; did you mean Apache?"),
            ("GNU", &[("prefix", "usr")], "--prefix=usr: an absolute directory name"),
            ("GNU", &[("prefix", "${exec_prefix}")], "is defined by itself"),
            ("GNU", &[("prefix", "${nothing}")], "no directory is called ${nothing}"),
            ("GNU", &[("prefix", "/a'b")], "quotes"),
        ] {
            let error = layouts().resolve(name, &given(pairs)).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
