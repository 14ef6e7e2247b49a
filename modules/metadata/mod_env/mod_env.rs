//! mod_env: the environment that scripts and server-side includes see: `PassEnv`, `SetEnv`, `UnsetEnv`.

use std::sync::Arc;

use httpd::prelude::*;

/// The module.
pub static MODULE: Env = Env;

/// mod_env.
pub struct Env;

/// What is passed, and what a section takes away from what the sections around it pass.
#[derive(Default, Clone)]
pub struct EnvConfig {
    vars: Vec<(Arc<str>, Arc<str>)>,
    unset: Vec<Arc<str>>,
}

impl Config for EnvConfig {
    fn merge(&self, inner: &Self) -> Self {
        let mut merged = self.clone();
        inner.unset.iter().for_each(|name| merged.unset(name));
        inner.vars.iter().for_each(|(name, value)| merged.set(name, value));
        merged
    }
}

impl EnvConfig {
    fn set(&mut self, name: &str, value: &str) {
        match self.vars.iter_mut().find(|(known, _)| **known == *name) {
            Some(var) => var.1 = value.into(),
            None => self.vars.push((name.into(), value.into())),
        }
    }

    fn unset(&mut self, name: &str) {
        self.vars.retain(|(known, _)| **known != *name);
        self.unset.push(name.into());
    }
}

const ANYWHERE: Place = Place::SVD.htaccess(Override::FILE_INFO);

impl Module for Env {
    const NAME: &'static str = "env_module";
    type Config = EnvConfig;

    const DIRECTIVES: &'static [Directive<EnvConfig>] = &[
        Directive::each(
            "PassEnv",
            ANYWHERE,
            "variable ...",
            "passes variables of the server's own environment on",
            |config, name, here| {
                match std::env::var(name) {
                    Ok(value) => config.set(name, &value),
                    Err(_) => here.warn(format!("PassEnv: the variable {name} is not set")),
                }
                Ok(())
            },
        ),
        Directive::words(
            "SetEnv",
            ANYWHERE,
            ("variable [value]", 1..=2),
            "sets a variable",
            |config, words, _| {
                config.set(words[0], words.get(1).copied().unwrap_or_default());
                Ok(())
            },
        ),
        Directive::each("UnsetEnv", ANYWHERE, "variable ...", "takes variables away", |config, name, _| {
            config.unset(name);
            Ok(())
        }),
    ];

    /// What other modules have set counts more: `SetEnvIf` knows the request, `SetEnv` does not.
    fn hooks(&self, hooks: &mut Hooks<'_, EnvConfig>) {
        hooks.fixups(Order::Middle, |r, config| {
            for (name, value) in &config.vars {
                if !r.env.contains(name) {
                    r.env.set(name.to_string(), value.to_string());
                }
            }
            Outcome::Declined
        });
        hooks.steady(|config| config.vars.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inner_section_takes_away_and_adds() {
        let (mut outer, mut inner) = (EnvConfig::default(), EnvConfig::default());
        for (name, value) in [("A", "1"), ("B", "2"), ("A", "3"), ("C", "4"), ("D", "5")] {
            outer.set(name, value);
        }
        outer.unset("D");
        inner.unset("B");
        inner.set("C", "6");
        inner.unset("A");
        inner.set("A", "7");
        let merged = outer.merge(&inner);
        let vars: Vec<String> = merged.vars.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(vars, ["C=6", "A=7"]);
    }
}
