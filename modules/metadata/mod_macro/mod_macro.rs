//! mod_macro: `<Macro name $argument ...>` keeps lines of the configuration, `Use name text ...` puts them where it stands, with
//! texts in place of arguments.

mod body;

use std::collections::HashMap;

use httpd::prelude::*;

use body::Body;

/// The module.
pub static MODULE: Macro = Macro;

/// mod_macro.
pub struct Macro;

impl Module for Macro {
    const NAME: &'static str = "macro_module";
    type Config = ();

    const DIRECTIVES: &'static [Directive<()>] = &[
        Directive::definition(
            "Macro",
            Place::SVD,
            "name [argument ...]",
            "keeps the lines inside for Use",
            define,
        ),
        Directive::insertion(
            "Use",
            Place::SVD,
            "name [text ...]",
            "puts the lines of a macro in its place, texts in place of the macro's arguments",
            insert,
        ),
        Directive::early("UndefMacro", Place::SVD, ("name", 1..=1), "forgets a macro", |words, here| {
            match macros(here).remove(&words[0].to_ascii_lowercase()) {
                Some(_) => Ok(()),
                None => Err(undefined(words[0], here)),
            }
        }),
        Directive::early(
            "MacroIgnoreEmptyArgs",
            Place::S,
            ("", 0..=usize::MAX),
            "leaves out the warnings of empty texts that Use gives to arguments",
            |_, here| {
                here.memory::<Known>().forgives_empty = true;
                Ok(())
            },
        ),
        Directive::early(
            "MacroIgnoreBadNesting",
            Place::S,
            ("", 0..=usize::MAX),
            "is accepted: sections in a macro are closed in it",
            |_, _| Ok(()),
        ),
    ];
}

/// What is known while one configuration is read.
#[derive(Default)]
struct Known {
    /// By name in lower case.
    macros: HashMap<String, Kept>,
    forgives_empty: bool,
}

struct Kept {
    /// `macro 'm' (defined on line 3 of /etc/httpd.conf)`
    title: String,
    body: Body,
}

fn macros<'h>(here: &'h mut Here<'_>) -> &'h mut HashMap<String, Kept> {
    &mut here.memory::<Known>().macros
}

fn define(words: &[&str], text: &str, here: &mut Here<'_>) -> Result<(), Complaint> {
    let Some((name, arguments)) = words.split_first().filter(|(name, _)| !name.is_empty()) else {
        return Err(Complaint::new("a macro has a name").hint("write <Macro name $argument ...>"));
    };
    let position = here.position();
    let title = format!("macro '{name}' (defined on line {} of {})", position.line, position.source.name());
    let body = Body::new(arguments, text)?;
    for remark in body.remarks() {
        here.warn(format!("{title}: {remark}"));
    }
    if let Some(other) = macros(here).insert(name.to_ascii_lowercase(), Kept { title, body }) {
        here.warn(format!("{} is defined again", other.title));
    }
    Ok(())
}

fn insert(words: &[&str], here: &mut Here<'_>) -> Result<(), Complaint> {
    let Some((name, texts)) = words.split_first() else {
        return Err(Complaint::new("Use takes the name of a macro").hint("write: Use name [text ...]"));
    };
    let known = here.memory::<Known>();
    let silent = known.forgives_empty;
    let Some(kept) = known.macros.get(&name.to_ascii_lowercase()) else { return Err(undefined(name, here)) };
    let title = kept.title.clone();
    let lines = kept.body.filled(texts).map_err(|complaint| {
        let sentence = format!("{title} {}", complaint.sentence);
        Complaint { sentence, ..complaint }
    })?;
    if texts.contains(&"") && !silent {
        here.warn(format!("{title} is used with an empty text"));
    }
    here.read(title, lines);
    Ok(())
}

fn undefined(name: &str, here: &mut Here<'_>) -> Complaint {
    let mut known: Vec<&str> = macros(here).keys().map(String::as_str).collect();
    known.sort_unstable();
    let hint = match known.as_slice() {
        [] => "no <Macro> stands before this line".to_owned(),
        known => format!("macros that stand before this line: {}", known.join(", ")),
    };
    Complaint::new(format!("macro '{name}' undefined")).argument(0).hint(hint)
}
