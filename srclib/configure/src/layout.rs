//! Where things go: a layout, what options put over it, and every `${name}` replaced.

use crate::select::did_you_mean;
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory's variable (`sysconfdir`) and its value.
pub type Lines = BTreeMap<String, String>;

/// The layout that is taken when none is asked for.
pub const DEFAULT: &str = "Apache";

/// What `+` at the end of a line appends.
const OWN_FOLDER: &str = "weir";

/// What a layout need not say: GNU names from the GNU Coding Standards, 7.2.5; installbuilddir and those below it are
/// Apache's.
const DEFAULTS: &[(&str, &str)] = &[
    ("prefix", "/usr/local"),
    ("exec_prefix", "${prefix}"),
    ("bindir", "${exec_prefix}/bin"),
    ("sbindir", "${exec_prefix}/sbin"),
    ("libexecdir", "${exec_prefix}/libexec"),
    ("sysconfdir", "${prefix}/etc"),
    ("sharedstatedir", "${prefix}/com"),
    ("localstatedir", "${prefix}/var"),
    ("runstatedir", "${localstatedir}/run"),
    ("libdir", "${exec_prefix}/lib"),
    ("includedir", "${prefix}/include"),
    ("oldincludedir", "/usr/include"),
    ("datarootdir", "${prefix}/share"),
    ("datadir", "${datarootdir}"),
    ("infodir", "${datarootdir}/info"),
    ("localedir", "${datarootdir}/locale"),
    ("mandir", "${datarootdir}/man"),
    ("docdir", "${datarootdir}/doc/weir"),
    ("htmldir", "${docdir}"),
    ("dvidir", "${docdir}"),
    ("pdfdir", "${docdir}"),
    ("psdir", "${docdir}"),
    ("installbuilddir", "${datadir}/build"),
    ("errordir", "${datadir}/error"),
    ("iconsdir", "${datadir}/icons"),
    ("htdocsdir", "${datadir}/htdocs"),
    ("manualdir", "${datadir}/manual"),
    ("cgidir", "${datadir}/cgi-bin"),
    ("runtimedir", "${runstatedir}+"),
    ("logfiledir", "${localstatedir}/log+"),
    ("proxycachedir", "${localstatedir}/cache+"),
];

/// The layouts of one or more files, in the order in which they stand there.
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    named: Vec<(String, Lines)>,
}

/// Every directory, absolute, by its variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs(Lines);

impl Layouts {
    /// Reads those of a file; one of a name that was there takes its place.
    pub fn read(&mut self, file: &Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        self.add(&text).with_context(|| format!("{}", file.display()))
    }

    /// Takes the text of a file of layouts.
    pub fn add(&mut self, text: &str) -> Result<()> {
        let mut open: Option<(String, Lines)> = None;
        for (number, line) in text.lines().enumerate() {
            let wrong = |what: &str| anyhow!("line {}: {what}: {}", number + 1, line.trim());
            match (Line::read(line).ok_or_else(|| wrong("not understood"))?, open.as_mut()) {
                (Line::Nothing, _) => {}
                (Line::Begin(name), None) => open = Some((name.to_owned(), Lines::new())),
                (Line::End, Some((name, _))) => {
                    self.named.retain(|(old, _)| old != name);
                    self.named.extend(open.take());
                }
                (Line::Value(key, value), Some((_, lines))) => {
                    if !DEFAULTS.iter().any(|(known, _)| *known == key) {
                        let guess = did_you_mean(key, DEFAULTS.iter().map(|(known, _)| *known));
                        return Err(wrong(&format!("no directory is called {key}{guess}")));
                    }
                    lines.insert(key.to_owned(), value.to_owned());
                }
                _ => return Err(wrong("this stands in the wrong place")),
            }
        }
        match open {
            Some((name, _)) => bail!("<Layout {name}> has no end"),
            None => Ok(()),
        }
    }

    /// The names of the layouts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(name, _)| name.as_str())
    }

    /// A line as the layout `name` writes it, with each `${name}` as the word that options use: `PREFIX/conf`.
    pub fn unexpanded(&self, name: &str, variable: &str) -> Result<String> {
        let lines = self.lines(name)?;
        let value = lines.get(variable).with_context(|| format!("no directory is called {variable}"))?;
        Ok(value
            .replace("${prefix}", "PREFIX")
            .replace("${exec_prefix}", "EPREFIX")
            .replace("${", "")
            .replace('}', "")
            .replace('+', "/weir"))
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
        let Some((_, layout)) = self.named.iter().find(|(known, _)| known == name) else {
            let known: Vec<_> = self.names().collect();
            let guess = did_you_mean(name, self.names());
            bail!("there is no layout named {name}{guess}\n  known layouts: {}", known.join(", "));
        };
        let mut lines: Lines =
            DEFAULTS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        lines.extend(layout.clone());
        Ok(lines)
    }
}

/// A line of a file of layouts.
enum Line<'a> {
    Nothing,
    Begin(&'a str),
    Value(&'a str, &'a str),
    End,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            Some(Self::Nothing)
        } else if let Some(tag) = line.strip_prefix('<') {
            let words = tag.strip_suffix('>')?.trim();
            match words.split_once(' ') {
                None => words.eq_ignore_ascii_case("/Layout").then_some(Self::End),
                Some((word, name)) => word.eq_ignore_ascii_case("Layout").then_some(Self::Begin(name.trim())),
            }
        } else {
            let (key, value) = line.split_once(':')?;
            Some(Self::Value(key.trim(), value.trim()))
        }
    }
}

impl Dirs {
    /// The directory of a variable; every variable that a layout can have has one.
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
    out += rest;
    let Some(folder) = out.strip_suffix('+') else { return Ok(out) };
    let own = folder.contains(OWN_FOLDER);
    Ok(if own { folder.to_owned() } else { format!("{}/{OWN_FOLDER}", folder.trim_end_matches('/')) })
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
        let mut layouts = Layouts::default();
        layouts.add(include_str!("../../../templates/config.layout")).unwrap();
        layouts
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
            ("Mac OS X Server", "htdocsdir", "/Local/Library/WebServer/Documents"),
            ("Darwin", "sysconfdir", "/etc/weir"),
            ("Darwin", "htdocsdir", "/Library/WebServer/Documents"),
            ("RedHat", "sysconfdir", "/etc/weir/conf"),
            ("RedHat", "htdocsdir", "/var/www/html"),
            ("opt", "sysconfdir", "/etc/opt/weir"),
            ("opt", "logfiledir", "/var/opt/weir/logs"),
            ("beos", "libexecdir", "/boot/home/weir/libexec"),
            ("SuSE", "htdocsdir", "/usr/local/weir/htdocs"),
            ("BSDI", "sbindir", "/usr/contrib/bin"),
            ("Solaris", "htdocsdir", "/var/weir/htdocs"),
            ("OpenBSD", "sbindir", "/usr/sbin"),
            ("OpenBSD", "htdocsdir", "/var/www/htdocs"),
            ("FreeBSD", "htdocsdir", "/usr/local/www/weir/data"),
            ("Debian", "sysconfdir", "/etc/weir"),
            ("Debian", "runtimedir", "/run/weir"),
            ("Fedora", "libexecdir", "/usr/lib/weir/modules"),
            ("RPM", "proxycachedir", "/var/cache/weir/cache-root"),
            ("AIX", "libexecdir", "/usr/lpp/weir/modules"),
            ("Slackware-FHS", "htdocsdir", "/srv/weir/htdocs"),
            ("OpenWrt", "logfiledir", "/var/log/weir"),
        ] {
            let dirs = layouts().resolve(name, &Lines::new()).unwrap();
            assert_eq!(dirs.get(key), Path::new(expected), "{name} {key}");
        }
    }

    #[test]
    fn every_layout_names_what_apaches_do() {
        let layouts = layouts();
        assert_eq!(layouts.names().count(), 18);
        for (name, lines) in &layouts.named {
            let missing =
                ["prefix", "exec_prefix", "sbindir", "libexecdir", "sysconfdir", "htdocsdir", "logfiledir"]
                    .into_iter()
                    .find(|key| !lines.contains_key(*key));
            assert_eq!(missing, None, "{name}");
            layouts.resolve(name, &Lines::new()).unwrap();
        }
    }

    #[test]
    fn a_file_of_ones_own_adds_and_replaces() {
        let mut layouts = layouts();
        let own = "# mine\n<layout GNU>\nprefix:/srv\n  sysconfdir:   ${prefix}/etc/weirdo+\n  datadir: /data+\n</layout>\n";
        layouts.add(own).unwrap();
        let dirs = layouts.resolve("GNU", &Lines::new()).unwrap();
        assert_eq!(dirs.get("sysconfdir"), Path::new("/srv/etc/weirdo"));
        assert_eq!(dirs.get("datadir"), Path::new("/data/weir"));
        assert_eq!(dirs.get("sbindir"), Path::new("/srv/sbin"));
        assert_eq!(layouts.names().count(), 18);
    }

    #[test]
    fn a_file_that_is_none_is_told_where() {
        for (text, message) in [
            ("<Layout A>\nprefix: /a\n", "<Layout A> has no end"),
            ("prefix: /a\n", "line 1: this stands in the wrong place: prefix: /a"),
            ("<Layout A>\n<Layout B>\n", "line 2: this stands in the wrong place: <Layout B>"),
            ("<Layout A>\n\nwhat\n", "line 3: not understood: what"),
            (
                "<Layout A>\nsysconfdri: /etc\n",
                "line 2: no directory is called sysconfdri; did you mean sysconfdir?: sysconfdri: /etc",
            ),
        ] {
            assert_eq!(Layouts::default().add(text).unwrap_err().to_string(), message);
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
