//! Pages for man(1), in the macros of man(7).

use super::Page;
use super::entry::{Choice, Entry};
use super::httpd::Directive;
use std::fmt::Write;
use std::path::PathBuf;

/// `man/man8/httpd.8`
pub(super) fn page(entry: &Entry) -> Page {
    let Entry { name, section, .. } = entry;
    let mut out = head(name, *section, &entry.about);
    out += ".SH SYNOPSIS\n";
    let usage = entry.usage.iter().map(|usage| format!(".B {}\n{}\n", escaped(name), escaped(usage)));
    out += &usage.collect::<Vec<_>>().join(".br\n");
    if !entry.options.is_empty() {
        out += ".SH OPTIONS\n";
        for option in &entry.options {
            out += &choice(option);
        }
    }
    for (title, paragraphs) in &entry.parts {
        let _ = writeln!(out, ".SH {title}");
        for text in paragraphs {
            out += &paragraph(text);
        }
    }
    out += &see_also(&entry.see);
    (path(name, *section), out)
}

/// `man/man5/httpd.conf.5`
pub(super) fn directives(server: &str, directives: &[Directive]) -> Page {
    let name = format!("{server}.conf");
    let mut out = head(&name, 5, "The directives of the server, as it was built.");
    out += ".SH DIRECTIVES\n";
    for directive in directives {
        let usage = directive.usage.strip_prefix(directive.name.trim_start_matches('<')).unwrap_or_default();
        let (open, close) = if directive.name.starts_with('<') { ("<", ">") } else { ("", "") };
        let bare = directive.name.trim_start_matches('<');
        let _ = writeln!(out, ".TP\n\\fB{open}{}\\fR{}{close}", escaped(bare), escaped(usage));
        for line in &directive.lines {
            let _ = write!(out, "{}\n.br\n", escaped(line));
        }
        let _ = writeln!(out, "({})", escaped(&directive.module));
    }
    out += &see_also(&[format!("{server}(8)")]);
    (path(&name, 5), out)
}

fn path(name: &str, section: u8) -> PathBuf {
    format!("man/man{section}/{name}.{section}").into()
}

fn head(name: &str, section: u8, about: &str) -> String {
    let (upper, name) = (escaped(&name.to_uppercase()), escaped(name));
    let about = about.trim_end_matches('.');
    let mut letters = about.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    format!(
        ".\\\" Written by the build, from the program's own tables.\n\
         .TH {upper} {section} \"\" \"Weir httpd {version}\" \"Weir httpd\"\n\
         .SH NAME\n{name} \\- {}\n",
        escaped(&(first + letters.as_str())),
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn choice(option: &Choice) -> String {
    let takes =
        option.takes.as_ref().map(|(name, _)| format!(" \\fI{}\\fR", escaped(name))).unwrap_or_default();
    format!(".TP\n\\fB{}\\fR{takes}\n{}\n", escaped(&option.flag), escaped(&option.help))
}

/// `words: sentence` hangs the sentence under the words.
fn paragraph(text: &str) -> String {
    match text.split_once(": ") {
        Some((words, rest)) if words.len() < 50 && !words.contains('.') => {
            format!(".TP\n\\fB{}\\fR\n{}\n", escaped(words), escaped(rest))
        }
        _ => format!(".PP\n{}\n", escaped(text)),
    }
}

fn see_also(pages: &[String]) -> String {
    let pages: Vec<String> = pages
        .iter()
        .map(|page| page.replacen('(', " (", 1))
        .map(|page| format!(".BR {}", escaped(&page)))
        .collect();
    format!(".SH SEE ALSO\n{}\n", pages.join(" ,\n"))
}

/// Nothing in it is a request or an escape of roff.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    if text.starts_with(['.', '\'']) {
        out += "\\&";
    }
    for letter in text.chars() {
        match letter {
            '\\' => out += "\\e",
            '-' => out += "\\-",
            '\n' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::entry::Kind;

    #[test]
    fn a_page_has_its_parts() {
        let entry = Entry {
            name: "it".into(),
            section: 1,
            about: "Does it.".into(),
            usage: vec!["[-n NUMBER] FILE".into()],
            options: vec![Choice {
                flag: "-n".into(),
                takes: Some(("NUMBER".into(), Kind::Free)),
                help: ".5 is -x".into(),
            }],
            parts: vec![("NOTES", vec!["HUP: again".into(), "A sentence.".into()])],
            see: vec!["a(1)".into(), "b(8)".into()],
            ..Entry::default()
        };
        let (path, text) = page(&entry);
        assert_eq!(path.to_str(), Some("man/man1/it.1"));
        for part in [
            ".SH NAME\nit \\- does it\n",
            ".B it\n[\\-n NUMBER] FILE\n",
            ".TP\n\\fB\\-n\\fR \\fINUMBER\\fR\n\\&.5 is \\-x\n",
            ".TP\n\\fBHUP\\fR\nagain\n.PP\nA sentence.\n",
            ".BR a (1) ,\n.BR b (8)\n",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn a_directive_has_a_paragraph() {
        let one = Directive {
            name: "<Files".into(),
            module: "core.c".into(),
            usage: "Files name".into(),
            lines: vec!["A file".into(), "Allowed".into()],
        };
        let (_, text) = directives("httpd", &[one]);
        assert!(text.contains(".TP\n\\fB<Files\\fR name>\nA file\n.br\nAllowed\n.br\n(core.c)\n"), "{text}");
    }
}
