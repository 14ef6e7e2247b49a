//! mod_env: the environment that scripts and server-side includes see: `PassEnv`, `SetEnv`, `UnsetEnv`.

use std::sync::Arc;

use httpd::prelude::*;

/// The module.
pub static MODULE: Env = Env;

/// mod_env.
pub struct Env;

/// What is set and unset, in the order of the configuration, outer sections first.
#[derive(Default, Clone)]
pub struct EnvConfig(Vec<Change>);

#[derive(Clone)]
enum Change {
    Set(Arc<str>, Arc<str>),
    Unset(Arc<str>),
}

impl Config for EnvConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self(self.0.iter().chain(&inner.0).cloned().collect())
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
                    Ok(value) => config.0.push(Change::Set(name.into(), value.into())),
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
                let value = words.get(1).copied().unwrap_or_default();
                config.0.push(Change::Set(words[0].into(), value.into()));
                Ok(())
            },
        ),
        Directive::each("UnsetEnv", ANYWHERE, "variable ...", "takes variables away", |config, name, _| {
            config.0.push(Change::Unset(name.into()));
            Ok(())
        }),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, EnvConfig>) {
        hooks.fixups(Order::Middle, |r, config| {
            for change in &config.0 {
                match change {
                    Change::Set(name, value) => r.env.set(name.to_string(), value.to_string()),
                    Change::Unset(name) => r.env.unset(name),
                }
            }
            Outcome::Declined
        });
    }
}
