//! Modules that this program does not have: configure wrote them down, for whoever asks for one of their directives.

use super::Complaint;
use crate::facts::Facts;

/// A module that is not linked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// What `<IfModule>` calls it.
    pub file: &'static str,
    /// What `LoadModule` calls it.
    pub symbol: &'static str,
    /// The option of configure that links it in; `None` where this server has no such module yet.
    pub option: Option<&'static str>,
    directives: &'static str,
}

impl Elsewhere {
    /// The module with that directive.
    pub(crate) fn with_directive(facts: &Facts, name: &str) -> Option<Self> {
        let has = |module: &Self| module.directives.split(' ').any(|own| own.eq_ignore_ascii_case(name));
        all(facts).find(has)
    }

    /// The module that `LoadModule` calls so.
    pub(crate) fn called(facts: &Facts, symbol: &str) -> Option<Self> {
        all(facts).find(|module| module.symbol == symbol)
    }

    /// `mod_filter`, `prefork`.
    pub fn name(&self) -> &'static str {
        self.file.strip_suffix(".c").unwrap_or(self.file)
    }

    /// Adds where a directive comes from.
    pub(crate) fn explain(&self, directive: &str, complaint: Complaint) -> Complaint {
        let name = self.name();
        complaint.hint(match self.option {
            Some(option) if option.starts_with("--with-mpm") => {
                format!("{directive} is provided by the MPM {name}: configure with {option}")
            }
            Some(option) => format!("{directive} is provided by {name}: configure with {option} or load it"),
            None => format!(
                "{directive} is provided by {name}, which this server does not have yet: put the line into <IfModule {}>",
                self.file
            ),
        })
    }
}

fn all(facts: &Facts) -> impl Iterator<Item = Elsewhere> {
    facts.elsewhere.lines().filter_map(|line| {
        let mut words = line.splitn(4, ' ');
        let (file, symbol, option) = (words.next()?, words.next()?, words.next()?);
        let option = Some(option).filter(|option| *option != "-");
        Some(Elsewhere { file, symbol, option, directives: words.next().unwrap_or_default() })
    })
}
