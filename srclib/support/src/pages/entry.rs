//! A program, as its page and its completions show it.

use crate::options::Program;

/// A program.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Of the manual: 1 for everybody, 8 for the administrator.
    pub(super) section: u8,
    /// One sentence, without the program's name.
    pub(super) about: String,
    /// What may stand behind its name, a line each.
    pub(super) usage: Vec<String>,
    pub(super) options: Vec<Choice>,
    /// What an operand may be.
    pub(super) operand: Kind,
    /// Further parts of the page: a title and its paragraphs.
    pub(super) parts: Vec<(&'static str, Vec<String>)>,
    /// Other pages.
    pub(super) see: Vec<String>,
}

/// An option.
#[derive(Debug)]
pub(super) struct Choice {
    /// As it is written: `-k`, `--json`.
    pub(super) flag: String,
    /// What its argument is called, and what it may be.
    pub(super) takes: Option<(String, Kind)>,
    pub(super) help: String,
}

/// What can be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing that a shell would know.
    #[default]
    Free,
    File,
    Folder,
    Words(Vec<String>),
}

impl Kind {
    /// By the name of the argument: `FILE`, `directory`, `start|stop`.
    pub(super) fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "file" | "link" | "program" => Self::File,
            "directory" | "folder" => Self::Folder,
            words if words.contains('|') => Self::Words(words.split('|').map(ToOwned::to_owned).collect()),
            _ => Self::Free,
        }
    }
}

impl Entry {
    fn of(program: &Program, section: u8, operand: Kind, see: &[&str]) -> Self {
        let options = program.options.iter().map(|option| Choice {
            flag: format!("-{}", option.letter),
            takes: option.takes.map(|name| (name.to_owned(), Kind::named(name))),
            help: option.help.to_owned(),
        });
        let notes = (!program.notes.is_empty()).then(|| ("NOTES", vec![program.notes.to_owned()]));
        Self {
            name: program.name.to_owned(),
            section,
            about: program.about.to_owned(),
            usage: program.usage.iter().map(ToString::to_string).collect(),
            options: options.collect(),
            operand,
            parts: notes.into_iter().collect(),
            see: see.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The programs beside the server, which is called `server`.
pub(super) fn companions(server: &str) -> Vec<Entry> {
    let page = format!("{server}(8)");
    vec![
        Entry::of(&crate::ab::PROGRAM, 1, Kind::Free, &[&page]),
        Entry::of(&crate::htdigest::PROGRAM, 1, Kind::File, &["htpasswd(1)", &page]),
        Entry::of(&crate::htpasswd::PROGRAM, 1, Kind::File, &["htdigest(1)", &page]),
        Entry::of(&crate::logresolve::PROGRAM, 1, Kind::File, &["rotatelogs(8)", &page]),
        Entry::of(&crate::rotatelogs::PROGRAM, 8, Kind::File, &["logresolve(1)", &page]),
        apachectl(server),
    ]
}

fn apachectl(server: &str) -> Entry {
    let actions = [
        ("start, stop, restart, graceful, graceful-stop", format!("As {server} -k does.")),
        ("configtest", format!("Reads the configuration and says whether it is good, as {server} -t does.")),
        ("status", "Asks the running server how it does, in lines that programs can read: it needs mod_status, and curl. \
            STATUSURL in the environment says where to ask.".to_owned()),
        ("fullstatus", "The same page as a browser would get it.".to_owned()),
    ];
    Entry {
        name: "apachectl".to_owned(),
        section: 8,
        about: format!("Starts and stops {server}, under the name that scripts everywhere use."),
        usage: vec![
            "start|stop|restart|graceful|graceful-stop|configtest|status|fullstatus".to_owned(),
            "...".to_owned(),
        ],
        operand: Kind::named("start|stop|restart|graceful|graceful-stop|configtest|status|fullstatus"),
        parts: vec![
            ("ACTIONS", actions.into_iter().map(|(words, text)| format!("{words}: {text}")).collect()),
            (
                "NOTES",
                vec![
                    format!(
                        "Anything else is handed to {server}. The file envvars is read first; it sets the environment of the server, and lies beside apachectl, or beside {server}.conf where the prefix is /usr."
                    ),
                    "As many descriptors may be open as the system allows.".to_owned(),
                    format!("The exit status is that of {server}."),
                ],
            ),
        ],
        see: vec![format!("{server}(8)")],
        ..Entry::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_say_by_their_name_what_they_are() {
        for (name, kind) in [
            ("FILE", Kind::File),
            ("directory", Kind::Folder),
            ("NUMBER", Kind::Free),
            ("start|stop", Kind::Words(vec!["start".to_owned(), "stop".to_owned()])),
        ] {
            assert_eq!(Kind::named(name), kind, "{name}");
        }
    }

    #[test]
    fn every_companion_has_an_entry() {
        let names: Vec<String> = companions("httpd").into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["ab", "htdigest", "htpasswd", "logresolve", "rotatelogs", "apachectl"]);
    }
}
