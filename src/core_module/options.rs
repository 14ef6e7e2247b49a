//! Options, AllowOverride and FileETag: sets of words with `All`, `None` and signs.

use std::sync::Arc;

use bitflags::bitflags;

use crate::config::values::one_of;
use crate::config::{Complaint, Config, Override};

bitflags! {
    /// What `Options` switches on in a directory.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Options: u8 {
        /// A listing where there is no index file.
        const INDEXES = 1;
        /// Server-side includes.
        const INCLUDES = 2;
        /// Symbolic links are followed.
        const FOLLOW_SYM_LINKS = 4;
        /// Scripts are run.
        const EXEC_CGI = 8;
        /// Symbolic links are followed where link and target have one owner.
        const SYM_LINKS_IF_OWNER_MATCH = 16;
        /// A name without extension is negotiated (mod_negotiation).
        const MULTI_VIEWS = 32;
        /// Server-side includes may run programs.
        const INCLUDES_EXEC = 64;
    }
}

/// The words of Options with what they switch on.
const OPTIONS: &[(&str, Options)] = &[
    ("Indexes", Options::INDEXES),
    ("Includes", Options::INCLUDES.union(Options::INCLUDES_EXEC)),
    ("IncludesNOEXEC", Options::INCLUDES),
    ("FollowSymLinks", Options::FOLLOW_SYM_LINKS),
    ("SymLinksIfOwnerMatch", Options::SYM_LINKS_IF_OWNER_MATCH),
    ("ExecCGI", Options::EXEC_CGI),
    ("MultiViews", Options::MULTI_VIEWS),
];

impl Options {
    /// What `All` stands for: everything but MultiViews and SymLinksIfOwnerMatch.
    pub const EVERY: Self =
        Self::all().difference(Self::MULTI_VIEWS).difference(Self::SYM_LINKS_IF_OWNER_MATCH);

    /// The words of Options that can stand for parts of a set.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            _ if word.eq_ignore_ascii_case("None") => Some(Self::empty()),
            _ if word.eq_ignore_ascii_case("All") => Some(Self::EVERY),
            _ => OPTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, option)| *option),
        }
    }
}

/// What one section says of a set: the whole of it, or what to add and to take out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<T> {
    whole: Option<T>,
    add: T,
    remove: T,
}

/// What a [`Change`] is made of.
pub trait Flags: Copy + Default + Send + Sync + 'static {
    /// Everything in either set.
    #[must_use]
    fn with(self, other: Self) -> Self;
    /// Everything in this set that is not in the other.
    #[must_use]
    fn without(self, other: Self) -> Self;
}

impl Flags for Options {
    fn with(self, other: Self) -> Self {
        self | other
    }

    fn without(self, other: Self) -> Self {
        self - other
    }
}

impl<T: Flags> Default for Change<T> {
    fn default() -> Self {
        Self { whole: None, add: T::default(), remove: T::default() }
    }
}

impl<T: Flags> Change<T> {
    /// Sets the whole.
    pub fn set(&mut self, set: T) {
        *self = Self { whole: Some(set), ..Self::default() };
    }

    /// `+`
    pub fn add(&mut self, set: T) {
        self.whole = self.whole.map(|whole| whole.with(set));
        self.add = self.add.with(set);
        self.remove = self.remove.without(set);
    }

    /// `-`
    pub fn remove(&mut self, set: T) {
        self.whole = self.whole.map(|whole| whole.without(set));
        self.remove = self.remove.with(set);
        self.add = self.add.without(set);
    }

    /// The set in force, where `default` is what holds when nobody says anything.
    pub fn over(&self, default: T) -> T {
        self.whole.unwrap_or_else(|| default.without(self.remove).with(self.add))
    }
}

impl<T: Flags> Config for Change<T> {
    fn merge(&self, inner: &Self) -> Self {
        if inner.whole.is_some() {
            return *inner;
        }
        let mut merged = *self;
        merged.remove(inner.remove);
        merged.add(inner.add);
        merged
    }
}

/// `Options word ...`: all words have a sign, or none has; after `All` or `None` signs may follow. `allowed` is what AllowOverride
/// permits here.
pub(crate) fn options(
    change: &mut Change<Options>,
    words: &[&str],
    allowed: Options,
) -> Result<(), Complaint> {
    check_signs(words)?;
    if words.first().is_some_and(|word| !has_sign(word)) {
        change.set(Options::empty());
    }
    for (place, word) in words.iter().enumerate() {
        let name = word.trim_start_matches(['+', '-']);
        let option = Options::named(name).ok_or_else(|| unknown_option(name).argument(place))?;
        if !(option - Options::INCLUDES_EXEC).difference(allowed).is_empty() {
            return Err(Complaint::new(format!("Option {name} not allowed here")).argument(place));
        }
        apply(change, word, option);
    }
    Ok(())
}

fn has_sign(word: &str) -> bool {
    word.starts_with(['+', '-'])
}

fn is_whole(word: &str) -> bool {
    word.eq_ignore_ascii_case("All") || word.eq_ignore_ascii_case("None")
}

fn check_signs(words: &[&str]) -> Result<(), Complaint> {
    let whole = words.first().is_some_and(|word| is_whole(word));
    let mut changes = words.first().is_some_and(|word| has_sign(word));
    for (place, word) in words.iter().enumerate() {
        let name = word.trim_start_matches(['+', '-']);
        if is_whole(name) && has_sign(word) {
            return Err(Complaint::new(format!("You may not use 'Options {word}'"))
                .argument(place)
                .hint(format!("write: Options {name}")));
        }
        if is_whole(name) && place > 0 {
            return Err(Complaint::new(format!("'Options {name}' must be the first Option given"))
                .argument(place)
                .hint(format!("write {name} first: it replaces what stands before it")));
        }
        let mixed = if changes { !has_sign(word) } else { has_sign(word) && !whole };
        if mixed {
            let bare = words.iter().position(|word| !has_sign(word)).unwrap_or(0);
            return Err(Complaint::new("either all Options must start with + or -, or no Option may")
                .argument(if whole { place } else { bare })
                .hint("without signs the words replace what was set outside; with signs they change it"));
        }
        changes |= has_sign(word);
    }
    Ok(())
}

fn apply(change: &mut Change<Options>, word: &str, option: Options) {
    // IncludesNOEXEC is Includes without a part of it.
    let no_exec = word.trim_start_matches(['+', '-']).eq_ignore_ascii_case("IncludesNOEXEC");
    match word.as_bytes().first() {
        Some(b'-') if no_exec => change.remove(Options::INCLUDES | Options::INCLUDES_EXEC),
        Some(b'-') => change.remove(option),
        _ => {
            if no_exec {
                change.remove(Options::INCLUDES_EXEC);
            }
            change.add(option);
        }
    }
}

fn unknown_option(name: &str) -> Complaint {
    let words: Vec<&str> = OPTIONS.iter().map(|(word, _)| *word).chain(["All", "None"]).collect();
    Complaint::new(format!("Illegal option {name}")).hint(format!("an option is {}", one_of(&words)))
}

/// What AllowOverride permits `.htaccess` files to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowOverride {
    /// The classes of directives.
    pub classes: Override,
    /// The options that `Options` may name: `Options=Indexes,MultiViews`.
    pub options: Options,
    /// Directives of other classes are passed over: `Nonfatal=Override`.
    pub pass_over_forbidden: bool,
    /// Unknown directives are passed over: `Nonfatal=Unknown`.
    pub pass_over_unknown: bool,
}

impl AllowOverride {
    /// `AllowOverride None`: the default.
    pub const NONE: Self = Self {
        classes: Override::NONE,
        options: Options::all(),
        pass_over_forbidden: false,
        pass_over_unknown: false,
    };

    /// `AllowOverride word ...`
    pub(crate) fn read(words: &[&str]) -> Result<Self, Complaint> {
        let mut allow = Self::NONE;
        for (place, word) in words.iter().enumerate() {
            allow.add(word).map_err(|complaint| complaint.argument(place))?;
        }
        Ok(allow)
    }

    fn add(&mut self, word: &str) -> Result<(), Complaint> {
        let (name, list) = word.split_once('=').map_or((word, None), |(name, list)| (name, Some(list)));
        match (name.to_ascii_lowercase().as_str(), list) {
            ("options", Some(list)) => self.options = only_options(list)?,
            ("nonfatal", Some(list)) => return self.nonfatal(list),
            ("none", None) => {
                self.classes = Override::NONE;
                return Ok(());
            }
            _ => {}
        }
        let class = Override::named(name).ok_or_else(|| {
            Complaint::new(format!("Illegal override option {word}")).hint(
                "a class is AuthConfig, FileInfo, Indexes, Limit, Options, All or None; \
                 Options=Name,... and Nonfatal=Override|Unknown|All go with them",
            )
        })?;
        self.classes = self.classes.or(class);
        Ok(())
    }

    fn nonfatal(&mut self, word: &str) -> Result<(), Complaint> {
        let (forbidden, unknown) = match word.to_ascii_lowercase().as_str() {
            "override" => (true, false),
            "unknown" => (false, true),
            "all" => (true, true),
            _ => {
                return Err(Complaint::new(format!(
                    "Nonfatal must be Override, Unknown or All, not '{word}'"
                )));
            }
        };
        self.pass_over_forbidden |= forbidden;
        self.pass_over_unknown |= unknown;
        Ok(())
    }
}

/// The options of `Options=Indexes,MultiViews`.
fn only_options(list: &str) -> Result<Options, Complaint> {
    list.split(',').filter(|name| !name.is_empty()).try_fold(Options::empty(), |all, name| {
        Options::named(name).map(|option| all | option).ok_or_else(|| unknown_option(name))
    })
}

/// `AllowOverrideList None|directive ...`, in lower case.
pub(crate) fn override_list(words: &[&str]) -> Result<Arc<[String]>, Complaint> {
    let none = words.iter().position(|word| word.eq_ignore_ascii_case("none"));
    match none {
        Some(place) if words.len() > 1 => {
            Err(Complaint::new("'None' not allowed with other directives in AllowOverrideList")
                .argument(place))
        }
        Some(_) => Ok(Arc::default()),
        None => Ok(words.iter().map(|word| word.to_ascii_lowercase()).collect()),
    }
}

bitflags! {
    /// FileETag: what the entity tag of a file is made of.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct ETagParts: u8 {
        /// The time of the last change.
        const MTIME = 1;
        /// The length.
        const SIZE = 2;
        /// The number of the inode: differs between servers.
        const INODE = 4;
        /// The bytes themselves; of large files time and length.
        const DIGEST = 8;
    }
}

impl Flags for ETagParts {
    fn with(self, other: Self) -> Self {
        self | other
    }

    fn without(self, other: Self) -> Self {
        self - other
    }
}

/// `FileETag word ...`: words with a sign change what was set outside, others replace it.
pub(crate) fn file_etag(change: &mut Change<ETagParts>, words: &[&str]) -> Result<(), Complaint> {
    let mut whole = None;
    for (place, word) in words.iter().enumerate() {
        let name = word.trim_start_matches(['+', '-']);
        let part = match name.to_ascii_lowercase().as_str() {
            "none" => ETagParts::empty(),
            "all" => ETagParts::MTIME | ETagParts::SIZE | ETagParts::INODE,
            "mtime" => ETagParts::MTIME,
            "size" => ETagParts::SIZE,
            "inode" => ETagParts::INODE,
            "digest" => ETagParts::DIGEST,
            _ => {
                return Err(Complaint::new(format!("FileETag does not know '{word}'")).argument(place).hint(
                    "write INode, MTime, Size, Digest, All or None; + and - change what is inherited",
                ));
            }
        };
        if name.len() != word.len() && ["none", "all"].iter().any(|whole| name.eq_ignore_ascii_case(whole)) {
            return Err(Complaint::new(format!("FileETag keyword '{name}' cannot be used with '+' or '-'"))
                .argument(place)
                .hint(format!("write: FileETag {name}")));
        }
        match word.as_bytes().first() {
            Some(b'+') => change.add(part),
            Some(b'-') => change.remove(part),
            _ => whole = Some(whole.unwrap_or_default() | part),
        }
    }
    if let Some(whole) = whole {
        change.set(whole);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Change<Options>, Complaint> {
        let mut change = Change::default();
        for line in lines {
            options(&mut change, &line.split(' ').collect::<Vec<_>>(), Options::all())?;
        }
        Ok(change)
    }

    #[test]
    fn options_add_up_over_sections() {
        let table: &[(&[&str], &[&str], &str)] = &[
            (&[], &[], "FollowSymLinks"),
            (&["Indexes"], &[], "Indexes"),
            (&["Indexes"], &["+MultiViews"], "Indexes MultiViews"),
            (&["Indexes MultiViews"], &["-Indexes"], "MultiViews"),
            (&["+Indexes"], &["-FollowSymLinks"], "Indexes"),
            (&["Indexes"], &["None"], ""),
            (&["Indexes", "+ExecCGI"], &["None", "+MultiViews"], "MultiViews"),
            (&["Includes"], &["+IncludesNOEXEC"], "IncludesNOEXEC"),
            (&["+Includes"], &["-IncludesNOEXEC"], "FollowSymLinks"),
        ];
        for (outer, inner, expected) in table {
            let merged = read(outer).unwrap().merge(&read(inner).unwrap());
            let expected = expected.split(' ').filter(|word| !word.is_empty());
            let expected = expected.fold(Options::empty(), |all, word| all | Options::named(word).unwrap());
            assert_eq!(merged.over(Options::FOLLOW_SYM_LINKS), expected, "{outer:?} {inner:?}");
        }
    }

    #[test]
    fn signs_are_not_mixed_and_words_are_known() {
        assert_eq!(read(&["Indexes +MultiViews"]).unwrap_err().argument, Some(0));
        assert_eq!(read(&["+Indexes Foo"]).unwrap_err().argument, Some(1));
        assert_eq!(read(&["Indexes None"]).unwrap_err().argument, Some(1));
        assert_eq!(read(&["All -Indexes MultiViews"]).unwrap_err().argument, Some(2));
        assert!(!read(&["All -Indexes"]).unwrap().over(Options::empty()).contains(Options::INDEXES));
        assert!(read(&["-Foo"]).unwrap_err().sentence.contains("Illegal option Foo"));
    }

    #[test]
    fn what_allow_override_leaves_out_may_not_be_named() {
        let allowed = AllowOverride::read(&["Options=Indexes,MultiViews"]).unwrap();
        let mut change = Change::default();
        assert!(options(&mut change, &["+Indexes"], allowed.options).is_ok());
        assert!(options(&mut change, &["Indexes", "ExecCGI"], allowed.options).is_err());
    }

    #[test]
    fn allow_override_reads_its_words() {
        let allow = AllowOverride::read(&["AuthConfig", "Indexes", "Nonfatal=Unknown"]).unwrap();
        assert_eq!(allow.classes, Override::AUTH_CONFIG.or(Override::INDEXES));
        assert!(allow.pass_over_unknown && !allow.pass_over_forbidden);
        assert_eq!(AllowOverride::read(&["All"]).unwrap().classes, Override::ALL);
        assert!(AllowOverride::read(&["Everything"]).is_err());
    }

    #[test]
    fn etag_parts_replace_or_change() {
        let mut change = Change::default();
        file_etag(&mut change, &["+INode"]).unwrap();
        assert_eq!(change.over(ETagParts::MTIME | ETagParts::SIZE), ETagParts::all() - ETagParts::DIGEST);
        file_etag(&mut change, &["Size"]).unwrap();
        assert_eq!(change.over(ETagParts::MTIME), ETagParts::SIZE);
        assert!(file_etag(&mut change, &["Colour"]).is_err());
    }
}
