//! The modules that a program does not have, for whoever brings a configuration that asks for them: those of the tree that
//! are left out or files of their own, and Apache's that the tree does not have.

use crate::discover::{Kind, Module};
use crate::render::so;
use serde::Serialize;

/// A module that is not linked in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// What `<IfModule>` calls it.
    pub file: String,
    /// What `LoadModule` calls it.
    pub symbol: String,
    /// The file that it is built as, or the option that links it in; `-` where the tree has none.
    pub way: String,
    /// Its directives, as far as they are known: Apache's.
    pub directives: Vec<String>,
}

/// All of them; `apache` is the text of templates/apache-modules.txt, `tree` are the modules there are, `linked` the files of those
/// that are linked in, `shared` are those that are built as files.
pub fn elsewhere(apache: &str, tree: &[Module], linked: &[&str], shared: &[&Module]) -> Vec<Elsewhere> {
    let known = apache.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        Some((words.next()?, words.next()?, words.collect::<Vec<_>>()))
    });
    let known: Vec<_> = known.collect();
    let way = |file: &str| {
        let built = shared.iter().find(|module| module.about.file == file).map(|module| so(&module.package));
        let option = || tree.iter().find(|module| module.about.file == file).map(option);
        built.or_else(option).unwrap_or("-".to_owned())
    };
    let own = tree.iter().filter(|module| !known.iter().any(|(file, ..)| *file == module.about.file));
    let own: Vec<_> =
        own.map(|module| (module.about.file.clone(), module.about.symbol.clone(), Vec::new())).collect();
    let all = known.into_iter().chain(own).filter(|(file, ..)| !linked.contains(&file.as_str()));
    all.map(|(file, symbol, directives)| Elsewhere { way: way(&file), file, symbol, directives }).collect()
}

fn option(module: &Module) -> String {
    match module.about.kind {
        Kind::Mpm => format!("--with-mpm={}", module.name),
        Kind::Content => format!("--enable-{}", module.name.replace('_', "-")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::About;

    fn module(name: &str, file: &str, kind: Kind) -> Module {
        let about = About { file: file.into(), symbol: format!("{name}_module"), kind, ..About::default() };
        Module { name: name.into(), package: format!("mod_{name}"), about, ..Module::default() }
    }

    #[test]
    fn what_is_not_linked_is_elsewhere() {
        let apache = "# a comment\nmod_a.c a_module A1 A2\nmod_b.c b_module B1\nmod_c.c c_module C1\nm.c m_module M1\n";
        let tree = [
            module("a", "mod_a.c", Kind::Content),
            module("b_b", "mod_b.c", Kind::Content),
            module("m", "m.c", Kind::Mpm),
            module("own", "mod_own.c", Kind::Content),
            module("file", "mod_file.c", Kind::Content),
        ];
        let found = elsewhere(apache, &tree, &["mod_a.c"], &[&tree[4]]);
        let shown: Vec<String> =
            found.iter().map(|e| format!("{} {} {}", e.file, e.way, e.directives.join("+"))).collect();
        let expected = [
            "mod_b.c --enable-b-b B1",
            "mod_c.c - C1",
            "m.c --with-mpm=m M1",
            "mod_own.c --enable-own ",
            "mod_file.c mod_file.so ",
        ];
        assert_eq!(shown, expected);
    }
}
