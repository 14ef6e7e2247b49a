//! What the server says of itself, read back: `-h` and `-L`.

use super::entry::{Choice, Entry, Kind};

/// One directive, as `-L` prints it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Directive {
    /// `Listen`, `<VirtualHost`.
    pub(super) name: String,
    /// The file of its module: `core.c`.
    pub(super) module: String,
    /// How it is written: `Listen [address:]port`.
    pub(super) usage: String,
    /// What it is for, and where it may stand: a line each.
    pub(super) lines: Vec<String>,
}

/// The server's entry, from what `-h` prints.
pub(super) fn entry(name: &str, usage: &str) -> Entry {
    let options: Vec<Choice> = options(usage);
    Entry {
        name: name.to_owned(),
        section: 8,
        about: "Serves web pages as Apache httpd does, from the same configuration.".to_owned(),
        usage: vec!["[OPTION]...".to_owned()],
        options,
        operand: Kind::Free,
        parts: PARTS
            .iter()
            .map(|(title, text)| {
                let paragraphs = text.split("\n\n").map(|part| part.replace("NAME", name).replace('\n', " "));
                (*title, paragraphs.collect())
            })
            .collect(),
        see: vec![format!("{name}.conf(5)"), "apachectl(8)".to_owned(), "rotatelogs(8)".to_owned()],
    }
}

const PARTS: &[(&str, &str)] = &[
    (
        "EXPLAINING A REQUEST",
        "NAME --explain http://host/path sends a request through the server's own code up to its handler and prints what had a say: \
         virtual host, aliases and redirects, sections and .htaccess files in order, requirements, each with file and line; then \
         file, type, handler, filters, whether it is let in, and the status as far as it is known without a handler. Nothing is \
         started, listened on or logged; files are looked at with the rights of the caller.",
    ),
    (
        "SIGNALS",
        "The pid file names the process to signal; NAME -k does it by name.\n\n\
         TERM, INT: stop at once (-k stop).\n\n\
         HUP: read the configuration again and serve by it; requests under way are cut off (-k restart).\n\n\
         USR1: the same, but what is under way is finished first (-k graceful).\n\n\
         WINCH: stop once what is under way is finished (-k graceful-stop).\n\n\
         A configuration with an error changes nothing: the server goes on with the one it has and says why in its log.",
    ),
    (
        "SERVICE MANAGER",
        "Under systemd the server says when it is ready and when it reloads (NOTIFY_SOCKET), and takes over sockets that were \
         opened for it (LISTEN_FDS) where a Listen line names the same address.",
    ),
    (
        "ENVIRONMENT",
        "NOTIFY_SOCKET, LISTEN_FDS, LISTEN_PID: see above. Variables of the environment reach programs that the server starts \
         only where PassEnv says so; ${NAME} in the configuration stands for one.",
    ),
    (
        "EXIT STATUS",
        "0 after a stop that was asked for and for what was only printed; 1 for everything else.",
    ),
];

fn options(usage: &str) -> Vec<Choice> {
    let mut options: Vec<Choice> = Vec::new();
    for line in usage.lines() {
        let words = line.trim_start();
        let is_option = line.starts_with("  -");
        let (left, help) =
            if is_option { words.split_once("  ").unwrap_or((words, "")) } else { ("", words) };
        if is_option {
            let (flag, takes) = left.split_once(' ').unzip();
            let (flag, takes) =
                (flag.unwrap_or(left).to_owned(), takes.map(|name| (name.to_owned(), Kind::named(name))));
            options.push(Choice { flag, takes, help: help.trim().to_owned() });
        } else if let Some(last) = options.last_mut().filter(|last| last.help.is_empty()) {
            words.clone_into(&mut last.help);
        }
    }
    options
}

/// Every directive that `-L` prints, by name.
pub(super) fn directives(text: &str) -> Vec<Directive> {
    let mut directives: Vec<Directive> = Vec::new();
    for line in text.lines() {
        if let Some(detail) = line.strip_prefix('\t') {
            let Some(last) = directives.last_mut() else { continue };
            if last.usage.is_empty() {
                detail.clone_into(&mut last.usage);
            } else if let (Some(more), Some(sentence)) = (detail.strip_prefix('\t'), last.lines.last_mut()) {
                *sentence += &format!(" {more}");
            } else {
                last.lines.push(detail.to_owned());
            }
        } else if let Some((name, file)) = line.rsplit_once(" (") {
            let module = file.trim_end_matches(')').to_owned();
            directives.push(Directive { name: name.to_owned(), module, ..Directive::default() });
        }
    }
    directives.sort_by_key(|directive| directive.name.trim_start_matches('<').to_lowercase());
    directives
}

#[cfg(test)]
mod tests {
    use super::*;

    const USAGE: &str = "Usage: httpd [options]\n  -D name           define a name\n  -k start|stop\n                    \
        start the server\n  -t                check\n  --explain [method] URL\n                    tell\n";

    #[test]
    fn options_are_read_back() {
        let entry = entry("weird", USAGE);
        let told: Vec<_> = entry
            .options
            .iter()
            .map(|option| {
                let takes = option.takes.as_ref().map(|(name, _)| name.as_str());
                (option.flag.as_str(), takes, option.help.as_str())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("-D", Some("name"), "define a name"),
                ("-k", Some("start|stop"), "start the server"),
                ("-t", None, "check"),
                ("--explain", Some("[method] URL"), "tell")
            ]
        );
        assert_eq!(entry.options[1].takes.as_ref().unwrap().1, Kind::named("start|stop"));
        assert!(entry.parts.iter().any(|(_, text)| text[0].contains("weird -k")));
    }

    #[test]
    fn directives_are_read_back() {
        let text = "<Files (core.c)\n\tFiles name\n\tA file\n\tAllowed in *.conf anywhere\n\t\tand in .htaccess\n\
            Alias (mod_alias.c)\n\tAlias from to\n\tA place\n\tAllowed in *.conf\n";
        let found = directives(text);
        assert_eq!(found[0].name, "Alias");
        assert_eq!(found[0].module, "mod_alias.c");
        assert_eq!(found[1].usage, "Files name");
        assert_eq!(found[1].lines, ["A file", "Allowed in *.conf anywhere and in .htaccess"]);
    }
}
