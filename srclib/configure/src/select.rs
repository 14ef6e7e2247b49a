//! Which modules are built, and how: a pure function of the modules there are, the host, and what was asked for.

use crate::discover::{Enable, Module};
use crate::hosts::Family;
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fmt;

/// What was asked for on the command line. Names may have `-` for `_`. Of the groups in a list the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `--enable-modules`: in the usual form.
    pub list: Vec<String>,
    /// `--enable-mods-static`.
    pub linked: Vec<String>,
    /// `--enable-mods-shared`. A group in it makes files of their own the usual form.
    pub shared: Vec<String>,
    /// `--enable-NAME[=FORM]` and `--disable-NAME`; these beat the lists.
    pub by_name: BTreeMap<String, Form>,
}

/// In which form a module was asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In the usual form.
    Yes,
    /// Linked into the program.
    Static,
    /// In a file of its own, for LoadModule.
    Shared,
    /// Left out.
    No,
}

/// A module, whether and how it is built, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The module.
    pub module: &'a Module,
    /// Why it is in or out.
    pub why: Why,
    /// It is built as a file of its own.
    pub shared: bool,
    /// The shared module that this one is built on, and so must follow.
    pub follows: Option<String>,
}

/// Why a module is in or out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// In: asked for by name.
    Asked,
    /// In: it belongs to the group that is built.
    Group(Group),
    /// In: this one is built on it, or must be loaded by it.
    NeededBy(String),
    /// Out: refused by name.
    Refused,
    /// Out: belongs to a larger group.
    NotInGroup,
    /// Out: not for this family of hosts.
    NotHere(Family),
    /// Out: the module that it is built on is out.
    Lacks(String),
}

/// A selection of modules by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Only what is asked for by name.
    None,
    /// The modules that nearly every server needs.
    Few,
    /// These and the generally useful ones: the default.
    Most,
    /// All but those for a special purpose.
    All,
    /// All.
    ReallyAll,
}

const GROUPS: &[(&str, Group)] = &[
    ("none", Group::None),
    ("no", Group::None),
    ("few", Group::Few),
    ("most", Group::Most),
    ("all", Group::All),
    ("yes", Group::All),
    ("reallyall", Group::ReallyAll),
];

/// Decides about every content module, in their order. `loads` says that something is to be loaded at run time, whatever
/// the modules are.
pub fn content<'a>(
    modules: &[&'a Module],
    asked: &Asked,
    loads: bool,
    host: Family,
) -> Result<Vec<Decision<'a>>> {
    let wishes = Wishes::read(modules, asked)?;
    let mut decisions = Vec::new();
    for module in modules.iter().copied() {
        let form = wishes.form(module);
        let why = first_reason(module, form, wishes.group, host);
        let shared = wishes.is_shared(module, form)?;
        decisions.push(Decision { module, why, shared, follows: None });
    }
    pull_in_what_is_needed(&mut decisions);
    drop_what_lacks_its_base(&mut decisions)?;
    follow_shared_bases(&mut decisions);
    if loads || decisions.iter().any(Decision::is_shared) {
        pull_in_the_loader(&mut decisions)?;
    }
    Ok(decisions)
}

impl Decision<'_> {
    /// Whether it is built.
    pub fn is_in(&self) -> bool {
        matches!(self.why, Why::Asked | Why::Group(_) | Why::NeededBy(_))
    }

    /// Whether it is built as a file of its own.
    pub fn is_shared(&self) -> bool {
        self.is_in() && self.shared
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = if self.shared { "shared" } else { "yes" };
        match &self.why {
            Why::Asked => f.write_str(yes),
            Why::Group(group) => write!(f, "{yes} ({})", group.word()),
            Why::NeededBy(other) => write!(f, "{yes} (needed by {other})"),
            Why::Refused => f.write_str("no"),
            Why::NotInGroup => write!(f, "no (default)"),
            Why::NotHere(family) => write!(f, "no (not on {family})"),
            Why::Lacks(other) => write!(f, "no (needs {other})"),
        }
    }
}

/// What was asked for, in terms of packages.
struct Wishes<'a> {
    by_name: &'a BTreeMap<String, Form>,
    named: Named<'a>,
    /// What is built of the modules that nobody named.
    group: Group,
    /// What is linked in of them.
    linked: Option<Group>,
    /// There is a group of shared modules.
    shared: bool,
}

impl<'a> Wishes<'a> {
    fn read(modules: &[&'a Module], asked: &'a Asked) -> Result<Self> {
        let (any, yes) = read_list(modules, &asked.list, Form::Yes)?;
        let (linked, fixed) = read_list(modules, &asked.linked, Form::Static)?;
        let (shared, loose) = read_list(modules, &asked.shared, Form::Shared)?;
        Ok(Self {
            by_name: &asked.by_name,
            // Whoever names a module in two lists says in one of them how it is to be built.
            named: [fixed, loose, yes].concat(),
            group: [any, linked, shared].into_iter().flatten().max().unwrap_or(Group::Most),
            linked,
            shared: shared.is_some_and(|group| group > Group::None),
        })
    }

    fn form(&self, module: &Module) -> Option<Form> {
        let by_name = self.by_name.iter().find(|(name, _)| module.answers_to(name)).map(|(_, form)| *form);
        let named =
            || self.named.iter().find(|(package, _)| *package == module.package).map(|(_, form)| *form);
        by_name.or_else(named).or_else(|| module.outside.map(|form| form.unwrap_or(Form::Yes)))
    }

    fn is_shared(&self, module: &Module, form: Option<Form>) -> Result<bool> {
        let by_group = || self.shared && !self.linked.is_some_and(|group| group.holds(module.about.enable));
        match form {
            Some(Form::Shared) if module.about.always_static => {
                bail!("{} cannot be shared: it is what loads the others", module.package)
            }
            Some(Form::Shared) => Ok(true),
            Some(Form::Static | Form::No) => Ok(false),
            Some(Form::Yes) | None => Ok(by_group() && !module.about.always_static),
        }
    }
}

impl Group {
    fn word(self) -> &'static str {
        GROUPS.iter().find(|(_, group)| *group == self).map_or("", |(word, _)| *word)
    }

    fn holds(self, enable: Enable) -> bool {
        match self {
            Self::None => false,
            Self::Few => enable <= Enable::Yes,
            Self::Most => enable <= Enable::Most,
            Self::All => enable <= Enable::All,
            Self::ReallyAll => true,
        }
    }
}

/// The nearest of `known` to a mistyped `name`, if any is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `; did you mean X?` or nothing.
pub fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// Packages that were named, and in which form.
type Named<'a> = Vec<(&'a str, Form)>;

/// The group of a list, if it has one, and the packages it names.
fn read_list<'a>(modules: &[&'a Module], list: &[String], form: Form) -> Result<(Option<Group>, Named<'a>)> {
    let mut group = None;
    let mut packages = Vec::new();
    for word in list {
        if let Some((_, named)) = GROUPS.iter().find(|(name, _)| name == word) {
            group = Some(*named);
        } else {
            let module = modules.iter().find(|module| module.answers_to(word));
            let module = module.ok_or_else(|| unknown_module(modules, word))?;
            packages.push((module.package.as_str(), form));
        }
    }
    Ok((group, packages))
}

fn first_reason(module: &Module, asked: Option<Form>, group: Group, host: Family) -> Why {
    match asked {
        Some(Form::No) => Why::Refused,
        _ if !module.runs_on(host) => Why::NotHere(host),
        Some(_) => Why::Asked,
        None if group.holds(module.about.enable) => Why::Group(group),
        None => Why::NotInGroup,
    }
}

/// A module that was asked for brings the ones it is built on, unless they were refused.
fn pull_in_what_is_needed(decisions: &mut [Decision<'_>]) {
    loop {
        let wanted = decisions.iter().enumerate().find_map(|(position, decision)| {
            if decision.why != Why::NotInGroup {
                return None;
            }
            let by = decisions
                .iter()
                .find(|other| other.is_in() && other.module.needs.contains(&decision.module.package))?;
            Some((position, by.module.package.clone()))
        });
        let Some((position, by)) = wanted else { return };
        decisions[position].why = Why::NeededBy(by);
    }
}

/// What is built on a refused module goes too, unless it was asked for by name: then the two wishes disagree.
fn drop_what_lacks_its_base(decisions: &mut [Decision<'_>]) -> Result<()> {
    loop {
        let lacking = decisions.iter().enumerate().find_map(|(position, decision)| {
            let base = decisions
                .iter()
                .find(|other| !other.is_in() && decision.module.needs.contains(&other.module.package))?;
            decision.is_in().then(|| (position, base.module.package.clone()))
        });
        let Some((position, base)) = lacking else { return Ok(()) };
        if decisions[position].why == Why::Asked {
            bail!(
                "{} was asked for, but it needs {base}, which is left out",
                decisions[position].module.package
            );
        }
        decisions[position].why = Why::Lacks(base);
    }
}

/// A static module cannot be built on one that is loaded later: it is shared too, whatever was asked for.
fn follow_shared_bases(decisions: &mut [Decision<'_>]) {
    loop {
        let follower = decisions.iter().enumerate().find_map(|(position, decision)| {
            let needs = |other: &&Decision<'_>| decision.module.needs.contains(&other.module.package);
            let base = decisions.iter().filter(|other| other.is_shared()).find(needs)?;
            (decision.is_in() && !decision.shared).then(|| (position, base.module.package.clone()))
        });
        let Some((position, base)) = follower else { return };
        decisions[position].shared = true;
        decisions[position].follows = Some(base);
    }
}

/// Where something is loaded at run time there must be who loads it.
fn pull_in_the_loader(decisions: &mut [Decision<'_>]) -> Result<()> {
    let Some(loader) = decisions.iter_mut().find(|decision| decision.module.package == LOADER) else {
        return Ok(());
    };
    match &loader.why {
        Why::Refused => {
            bail!("modules cannot be shared without {LOADER}, which loads them: it was refused by name")
        }
        Why::NotInGroup => loader.why = Why::NeededBy("shared modules".to_owned()),
        _ => {}
    }
    Ok(())
}

/// The module that has LoadModule.
const LOADER: &str = "mod_so";

fn unknown_module(modules: &[&Module], word: &str) -> anyhow::Error {
    let names = || modules.iter().map(|module| module.name.as_str());
    let known: Vec<_> = names().collect();
    anyhow!(
        "there is no module named {word}{}\n  known modules: {}\n  groups of modules: none few most all reallyall",
        did_you_mean(word, names()),
        known.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::About;

    fn module(name: &str, enable: Enable, needs: &[&str], hosts: &[&str]) -> Module {
        Module {
            name: name.into(),
            package: format!("mod_{name}"),
            needs: needs.iter().map(|need| format!("mod_{need}")).collect(),
            about: About {
                enable,
                hosts: hosts.iter().map(ToString::to_string).collect(),
                ..About::default()
            },
            ..Module::default()
        }
    }

    fn some_modules() -> Vec<Module> {
        vec![
            module("alias", Enable::Yes, &[], &[]),
            module("auth_basic", Enable::Yes, &[], &[]),
            module("expires", Enable::Most, &[], &[]),
            module("usertrack", Enable::All, &[], &[]),
            module("hello", Enable::No, &[], &[]),
            module("proxy", Enable::No, &[], &[]),
            module("proxy_http", Enable::No, &["proxy"], &[]),
            module("unixd", Enable::Yes, &[], &["unix"]),
        ]
    }

    /// With mod_so, and lists in the order modules, static, shared; shared ones come out with a `+`.
    fn forms(lists: [&str; 3], by_name: &[(&str, Form)]) -> Result<String> {
        let mut modules = some_modules();
        let mut so = module("so", Enable::Yes, &[], &[]);
        so.about.always_static = true;
        modules.push(so);
        let words = |list: &str| list.split_whitespace().map(ToOwned::to_owned).collect();
        let [list, linked, shared] = lists.map(words);
        let asked = Asked { list, linked, shared, ..asked("", by_name) };
        let decisions = content(&modules.iter().collect::<Vec<_>>(), &asked, false, Family::Unix)?;
        let names = decisions.iter().filter(|one| one.is_in());
        let names = names.map(|one| one.module.name.clone() + if one.shared { "+" } else { "" });
        Ok(names.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn forms_come_from_names_then_from_groups() {
        use Form::{No, Shared, Static, Yes};
        for (lists, by_name, expected) in [
            (["", "", "most"], &[][..], "alias+ auth_basic+ expires+ unixd+ so"),
            (["", "", "few"], &[], "alias+ auth_basic+ unixd+ so"),
            (["", "most", ""], &[], "alias auth_basic expires unixd so"),
            (["", "few", "all"], &[], "alias auth_basic expires+ usertrack+ unixd so"),
            (["all", "", "few"], &[], "alias+ auth_basic+ expires+ usertrack+ unixd+ so"),
            (["", "", "alias usertrack"], &[], "alias+ auth_basic expires usertrack+ unixd so"),
            (["none", "", "alias"], &[], "alias+ so"),
            (["", "alias", "most"], &[], "alias auth_basic+ expires+ unixd+ so"),
            (["hello", "", "most"], &[], "alias+ auth_basic+ expires+ hello+ unixd+ so"),
            (["", "", "most"], &[("alias", Static), ("expires", No)], "alias auth_basic+ unixd+ so"),
            (["none", "", ""], &[("alias", Shared), ("expires", Yes)], "alias+ expires so"),
            (["none", "", ""], &[("proxy-http", Static), ("proxy", Shared)], "proxy+ proxy_http+ so"),
            (["none", "", ""], &[("proxy-http", Shared)], "proxy proxy_http+ so"),
            (["none", "", ""], &[("so", Yes)], "so"),
        ] {
            assert_eq!(forms(lists, by_name).unwrap(), expected, "{lists:?} {by_name:?}");
        }
    }

    #[test]
    fn the_loader_is_linked_in() {
        let refused = forms(["", "", ""], &[("so", Form::Shared)]).unwrap_err().to_string();
        assert_eq!(refused, "mod_so cannot be shared: it is what loads the others");
        let refused = forms(["", "", "most"], &[("so", Form::No)]).unwrap_err().to_string();
        assert_eq!(
            refused,
            "modules cannot be shared without mod_so, which loads them: it was refused by name"
        );
    }

    fn asked(list: &str, by_name: &[(&str, Form)]) -> Asked {
        Asked {
            list: list.split_whitespace().map(ToOwned::to_owned).collect(),
            by_name: by_name.iter().map(|(name, form)| ((*name).to_owned(), *form)).collect(),
            ..Asked::default()
        }
    }

    fn chosen(asked: &Asked, host: Family) -> Result<String> {
        let modules = some_modules();
        let decisions = content(&modules.iter().collect::<Vec<_>>(), asked, false, host)?;
        let names = decisions.iter().filter(|one| one.is_in()).map(|one| one.module.name.as_str());
        Ok(names.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn groups_lists_and_names() {
        use Form::{No, Static};
        for (list, by_name, expected) in [
            ("", &[][..], "alias auth_basic expires unixd"),
            ("none", &[], ""),
            ("few", &[], "alias auth_basic unixd"),
            ("most", &[], "alias auth_basic expires unixd"),
            ("all", &[], "alias auth_basic expires usertrack unixd"),
            ("reallyall", &[], "alias auth_basic expires usertrack hello proxy proxy_http unixd"),
            ("hello", &[], "alias auth_basic expires hello unixd"),
            ("none auth-basic", &[], "auth_basic"),
            ("none mod_hello", &[], "hello"),
            ("none", &[("alias", Static)], "alias"),
            ("all", &[("usertrack", No), ("auth-basic", No)], "alias expires unixd"),
            ("hello", &[("hello", No)], "alias auth_basic expires unixd"),
            ("none", &[("proxy-http", Static)], "proxy proxy_http"),
            ("reallyall", &[("proxy", No)], "alias auth_basic expires usertrack hello unixd"),
        ] {
            assert_eq!(chosen(&asked(list, by_name), Family::Unix).unwrap(), expected, "{list} {by_name:?}");
        }
    }

    #[test]
    fn a_module_for_other_hosts_stays_out() {
        assert_eq!(chosen(&asked("few", &[]), Family::Windows).unwrap(), "alias auth_basic");
    }

    #[test]
    fn wishes_that_cannot_be_met_are_errors() {
        let unknown = chosen(&asked("aliass", &[]), Family::Unix).unwrap_err().to_string();
        assert!(unknown.starts_with("there is no module named aliass; did you mean alias?\n"), "{unknown}");
        assert!(unknown.contains("auth_basic expires usertrack"), "{unknown}");
        let both = [("proxy-http", Form::Static), ("proxy", Form::No)];
        let split = chosen(&asked("none", &both), Family::Unix).unwrap_err().to_string();
        assert_eq!(split, "mod_proxy_http was asked for, but it needs mod_proxy, which is left out");
    }
}
