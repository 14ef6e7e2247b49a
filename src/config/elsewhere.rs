//! Modules that this program does not have: configure wrote them down, for whoever asks for one of their directives.

use conf::Position;

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
    /// Its directives, and [`SPARE`] before them where it can be done without.
    directives: &'static str,
}

/// Marks a module without which answers are right, if plainer or slower, and nothing is open that was not: `mod_autoindex`, and an MPM where
/// there is another.
const SPARE: &str = "~";

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
        all(facts).find(|module| module.has(name))
    }

    fn has(&self, directive: &str) -> bool {
        self.directives.split(' ').any(|own| own.eq_ignore_ascii_case(directive))
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

/// A module that a configuration asks for and is read without.
#[derive(Debug, Clone)]
pub(crate) struct Forgone {
    module: Elsewhere,
    /// The place of the warning that says so, among the warnings.
    warning: usize,
    /// The first line that is passed over for it, and how many more there are.
    lines: Option<(String, usize)>,
}

impl Forgone {
    pub(crate) fn new(module: Elsewhere, warning: usize) -> Self {
        Self { module, warning, lines: None }
    }

    /// A line with that directive can be passed over: the administrator has been told, and nothing is lost but comfort.
    pub(crate) fn spares(&self, directive: &str) -> bool {
        self.module.directives.starts_with(SPARE) && self.module.has(directive)
    }

    /// One more line is passed over.
    pub(crate) fn pass_over(&mut self, directive: &str, position: &Position) {
        match &mut self.lines {
            None => {
                let first = format!("{directive} ({}:{})", position.source.name(), position.line);
                self.lines = Some((first, 0));
            }
            Some((_, more)) => *more += 1,
        }
    }

    /// Adds to the warning what is passed over.
    pub(crate) fn tell(&self, warnings: &mut [(Position, String)]) {
        let (Some((first, more)), Some((_, warning))) = (&self.lines, warnings.get_mut(self.warning)) else {
            return;
        };
        let more = match more {
            0 => String::new(),
            1 => " and 1 more line".to_owned(),
            more => format!(" and {more} more lines"),
        };
        warning.push_str(&format!("; without effect for that: {first}{more}"));
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
