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
    /// How this server can come to have it.
    pub way: Way,
    directives: &'static str,
}

/// How a server can come to have a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Not at all: there is no such module yet.
    None,
    /// By this option of configure.
    Option(&'static str),
    /// By `LoadModule`: it was built, as a file of this name.
    File(&'static str),
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

    /// Adds where a directive comes from; `folder` is that of the modules' files.
    pub(crate) fn explain(&self, directive: &str, folder: &str, complaint: Complaint) -> Complaint {
        let (name, symbol) = (self.name(), self.symbol);
        complaint.hint(match self.way {
            Way::Option(option) if option.starts_with("--with-mpm") => {
                format!("{directive} is provided by the MPM {name}: configure with {option}")
            }
            Way::Option(option) => {
                format!("{directive} is provided by {name}: configure with {option} or load it")
            }
            Way::File(file) => format!(
                "{directive} is provided by {name}, which is not loaded: LoadModule {symbol} {folder}/{file}"
            ),
            Way::None => format!(
                "{directive} is provided by {name}, which this server does not have yet: put the line into <IfModule {}>",
                self.file
            ),
        })
    }
}

fn all(facts: &Facts) -> impl Iterator<Item = Elsewhere> {
    facts.elsewhere.lines().filter_map(|line| {
        let mut words = line.splitn(4, ' ');
        let (file, symbol, way) = (words.next()?, words.next()?, words.next()?);
        let way = match way {
            "-" => Way::None,
            option if option.starts_with("--") => Way::Option(option),
            file => Way::File(file),
        };
        Some(Elsewhere { file, symbol, way, directives: words.next().unwrap_or_default() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_has_its_hint() {
        let facts = Facts {
            elsewhere: "mod_a.c a_module --enable-a A\nb.c b_module --with-mpm=b B\nmod_c.c c_module mod_c.so C\nmod_d.c d_module - D E\n",
            ..crate::config::tests::BUILD.facts
        };
        let hint = |directive: &str| {
            let module = Elsewhere::with_directive(&facts, directive).unwrap();
            module.explain(directive, "modules", Complaint::new("")).hint.unwrap()
        };
        assert_eq!(hint("A"), "A is provided by mod_a: configure with --enable-a or load it");
        assert_eq!(hint("B"), "B is provided by the MPM b: configure with --with-mpm=b");
        assert_eq!(
            hint("C"),
            "C is provided by mod_c, which is not loaded: LoadModule c_module modules/mod_c.so"
        );
        assert!(hint("e").starts_with("e is provided by mod_d, which this server does not have yet"));
    }
}
