//! Which MPM serves, and which are built as files of their own.

use crate::discover::Module;
use crate::hosts::Host;
use crate::select::did_you_mean;
use anyhow::{Result, bail};

/// The MPMs that are built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mpms<'a> {
    /// The one that the shipped httpd.conf has.
    pub default: &'a Module,
    /// Those that are built as files of their own, the default among them. None: it is linked in.
    pub shared: Vec<&'a Module>,
}

/// Chooses the MPM: `asked`, else the one that the manual gives to the host.
pub fn mpm<'a>(modules: &[&'a Module], asked: Option<&str>, host: &Host) -> Result<&'a Module> {
    let wanted = asked.unwrap_or(host.mpm);
    let Some(found) = modules.iter().find(|module| module.answers_to(wanted)) else {
        bail!("there is no MPM named {wanted}{}", known_mpms(modules, wanted, host));
    };
    if found.is_choice() && !found.runs_on(host.family) {
        bail!("MPM {}: {}{}", found.name, absent(found, host), known_mpms(modules, "", host));
    }
    Ok(found)
}

/// Chooses the MPMs that become files of their own: `list` is that of `--enable-mpms-shared`, `all`, or `yes` for the
/// default alone.
pub fn mpms<'a>(
    modules: &[&'a Module],
    default: &'a Module,
    list: &[String],
    host: &Host,
) -> Result<Mpms<'a>> {
    let mut shared = Vec::new();
    for word in list {
        match word.as_str() {
            "all" => shared.extend(modules.iter().copied().filter(|mpm| can_be_loaded(mpm, host).is_ok())),
            "yes" => shared.push(default),
            name => {
                let found = mpm(modules, Some(name), host)?;
                can_be_loaded(found, host)?;
                shared.push(found);
            }
        }
    }
    if !shared.is_empty() && !shared.contains(&default) {
        bail!(
            "--enable-mpms-shared must name the default MPM too, which is {}; --with-mpm chooses another",
            default.name
        );
    }
    // In the order of discovery, each once.
    let shared = modules.iter().copied().filter(|mpm| shared.contains(mpm)).collect();
    Ok(Mpms { default, shared })
}

fn can_be_loaded(mpm: &Module, host: &Host) -> Result<()> {
    if mpm.about.always_static {
        bail!("MPM {} does not support dynamic loading", mpm.name);
    }
    if !mpm.is_choice() || !mpm.runs_on(host.family) {
        bail!("MPM {} is not supported on this platform", mpm.name);
    }
    Ok(())
}

/// The nearest name to a wrong one, and a line for each MPM with its availability.
fn known_mpms(modules: &[&Module], wrong: &str, host: &Host) -> String {
    let choices = || modules.iter().filter(|module| module.is_choice());
    let mut text = did_you_mean(wrong, choices().map(|module| module.name.as_str()));
    for module in choices() {
        let state = if module.runs_on(host.family) { "available".to_owned() } else { absent(module, host) };
        text += &format!("\n  {:<12} {state}", module.name);
    }
    text
}

fn absent(module: &Module, host: &Host) -> String {
    format!("not here: it is for {}, and {} is {}", module.about.hosts.join(", "), host.name, host.family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::{About, Kind};

    fn some_mpms() -> Vec<Module> {
        let mpm = |name: &str, alias: &str, hosts: &[&str]| Module {
            name: name.into(),
            package: format!("mpm_{}", name.trim_start_matches("mpm_")),
            about: About {
                kind: Kind::Mpm,
                hosts: hosts.iter().map(ToString::to_string).collect(),
                aliases: vec![alias.into()],
                ..About::default()
            },
            ..Module::default()
        };
        vec![
            mpm("prefork", "prefork", &["unix"]),
            mpm("single", "single", &["test"]),
            mpm("mpm_winnt", "winnt", &["windows"]),
        ]
    }

    fn choose(asked: Option<&str>, host: &str) -> Result<String> {
        let mpms = some_mpms();
        let host = crate::hosts::host(host, &[]);
        mpm(&mpms.iter().collect::<Vec<_>>(), asked, &host).map(|module| module.package.clone())
    }

    #[test]
    fn the_mpm_is_the_one_asked_for_or_the_hosts_own() {
        for (asked, host, expected) in [
            (None, "x86_64-pc-linux-gnu", "mpm_prefork"),
            (None, "x86_64-w64-mingw32", "mpm_winnt"),
            (Some("prefork"), "x86_64-pc-linux-gnu", "mpm_prefork"),
            (Some("single"), "x86_64-pc-linux-gnu", "mpm_single"),
            (Some("winnt"), "x86_64-w64-mingw32", "mpm_winnt"),
        ] {
            assert_eq!(choose(asked, host).unwrap(), expected, "{asked:?} on {host}");
        }
    }

    fn shared(list: &str, default: Option<&str>) -> Result<String> {
        let mut mpms = some_mpms();
        mpms[2].about.always_static = true;
        mpms.push(Module { name: "worker".into(), about: mpms[0].about.clone(), ..mpms[0].clone() });
        let host = crate::hosts::host("x86_64-pc-linux-gnu", &[]);
        let modules: Vec<_> = mpms.iter().collect();
        let list: Vec<String> = list.split_whitespace().map(ToOwned::to_owned).collect();
        let chosen = super::mpms(&modules, mpm(&modules, default, &host)?, &list, &host)?;
        Ok(chosen.shared.iter().map(|mpm| mpm.name.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn mpms_of_their_own_files() {
        for (list, default, expected) in [
            ("", None, ""),
            ("all", None, "prefork worker"),
            ("yes", None, "prefork"),
            ("worker prefork", None, "prefork worker"),
            ("worker", Some("worker"), "worker"),
        ] {
            assert_eq!(shared(list, default).unwrap(), expected, "{list} {default:?}");
        }
        for (list, message) in [
            ("worker", "--enable-mpms-shared must name the default MPM too, which is prefork"),
            ("prefrok", "there is no MPM named prefrok; did you mean prefork?"),
            ("single", "MPM single is not supported on this platform"),
        ] {
            let refused = shared(list, None).unwrap_err().to_string();
            assert!(refused.starts_with(message), "{refused}");
        }
    }

    #[test]
    fn another_mpm_is_refused_with_the_known_ones() {
        let mistyped = choose(Some("perfork"), "x86_64-pc-linux-gnu").unwrap_err().to_string();
        assert_eq!(
            mistyped,
            "there is no MPM named perfork; did you mean prefork?\n  prefork      available\n  \
             mpm_winnt    not here: it is for windows, and x86_64-pc-linux-gnu is Unix"
        );
        let elsewhere = choose(Some("winnt"), "x86_64-pc-linux-gnu").unwrap_err().to_string();
        assert!(elsewhere.starts_with("MPM mpm_winnt: not here: it is for windows"), "{elsewhere}");
    }
}
