//! LogLevel: a level for all, and others for single modules.

use crate::config::values::one_of;
use crate::config::{Complaint, Config, Here};
use crate::server::log::{Level, Levels};

/// What one section says, and what is in force with all around it.
#[derive(Debug, Default, Clone)]
pub(crate) struct LogLevels {
    all: Option<Level>,
    modules: Vec<(String, Level)>,
    effective: Levels,
}

impl LogLevels {
    pub(crate) fn levels(&self) -> &Levels {
        &self.effective
    }

    /// `LogLevel [module:]level ...`: a level without a module forgets what was said of modules before.
    pub(crate) fn read(&mut self, words: &[&str], here: &mut Here<'_>) -> Result<(), Complaint> {
        for (place, word) in words.iter().enumerate() {
            let (module, level) = word.split_once(':').map_or((None, *word), |(m, level)| (Some(m), level));
            let level = Level::named(level).ok_or_else(|| unknown(level).argument(place))?;
            match module {
                None => (self.all, self.modules) = (Some(level), Vec::new()),
                Some(module) => {
                    let name = short_name(module, here).ok_or_else(|| {
                        Complaint::new(format!("Cannot find module {module}")).argument(place)
                    })?;
                    put(&mut self.modules, name, level);
                }
            }
        }
        self.settle();
        Ok(())
    }

    /// The start-up log level of `-e`.
    pub(crate) fn set_all(&mut self, level: Level) {
        (self.all, self.modules) = (Some(level), Vec::new());
        self.settle();
    }

    fn settle(&mut self) {
        self.effective =
            Levels { all: self.all.unwrap_or(Levels::default().all), modules: self.modules.clone() };
    }
}

impl Config for LogLevels {
    fn merge(&self, inner: &Self) -> Self {
        if inner.all.is_some() {
            return inner.clone();
        }
        let mut merged = self.clone();
        for (module, level) in &inner.modules {
            put(&mut merged.modules, module.clone(), *level);
        }
        merged.settle();
        merged
    }
}

fn put(modules: &mut Vec<(String, Level)>, name: String, level: Level) {
    match modules.iter_mut().find(|(known, _)| *known == name) {
        Some(slot) => slot.1 = level,
        None => modules.push((name, level)),
    }
}

/// `alias` for `alias`, `alias_module` and `mod_alias.c`.
fn short_name(module: &str, here: &Here<'_>) -> Option<String> {
    let stem = module.strip_suffix(".c").unwrap_or(module);
    let stem = stem.strip_prefix("mod_").unwrap_or(stem);
    let stem = stem.strip_suffix("_module").unwrap_or(stem);
    let known = [module.to_owned(), format!("{stem}_module"), format!("mod_{stem}.c"), format!("{stem}.c")];
    known.iter().any(|name| here.has_module(name)).then(|| stem.to_owned())
}

fn unknown(level: &str) -> Complaint {
    let names: Vec<&str> = Level::all().map(Level::name).collect();
    Complaint::new(format!("LogLevel must be {}, not '{level}'", one_of(&names)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(all: Option<Level>, modules: &[(&str, Level)]) -> LogLevels {
        let modules = modules.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
        let mut levels = LogLevels { all, modules, effective: Levels::default() };
        levels.settle();
        levels
    }

    #[test]
    fn a_level_for_all_hides_what_is_outside() {
        let outer = said(Some(Level::Info), &[("alias", Level::Debug)]);
        let one_more = outer.merge(&said(None, &[("ssl", Level::Trace1)]));
        assert_eq!(one_more.levels().of("alias"), Level::Debug);
        assert_eq!(one_more.levels().of("ssl"), Level::Trace1);
        assert_eq!(one_more.levels().of("core"), Level::Info);
        let reset = one_more.merge(&said(Some(Level::Error), &[]));
        assert_eq!(reset.levels().of("alias"), Level::Error);
    }
}
