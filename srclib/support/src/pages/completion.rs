//! What shells fill in: for bash, zsh and fish.

use super::Page;
use super::entry::{Choice, Entry, Kind};
use std::fmt::Write;

/// `bash/httpd`, for a folder that bash-completion reads.
pub(super) fn bash(entry: &Entry) -> Page {
    let name = &entry.name;
    let function = format!("_weir_{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
    let flags: Vec<&str> = entry.options.iter().map(|option| option.flag.as_str()).collect();
    let mut cases = String::new();
    for option in &entry.options {
        let Some((_, kind)) = &option.takes else { continue };
        let _ = writeln!(cases, "    {}) {}return ;;", pattern(&option.flag), bash_fill(kind));
    }
    let text = format!(
        "# Completion of {name} for bash. Written by the build.\n{function}() {{\n  \
           local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n  \
           COMPREPLY=()\n  case $prev in\n{cases}  esac\n  case $cur in\n    \
           -*) COMPREPLY=($(compgen -W {flags} -- \"$cur\")) ;;\n    *) {operand}: ;;\n  esac\n}}\n\
         complete -F {function} {name}\n",
        flags = quoted(&flags.join(" ")),
        operand = bash_fill(&entry.operand),
    );
    (format!("bash/{name}").into(), text)
}

/// An option in a `case`.
fn pattern(flag: &str) -> String {
    flag.replace('?', "\\?")
}

fn bash_fill(kind: &Kind) -> String {
    match kind {
        Kind::Free => String::new(),
        Kind::File => "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); ".to_owned(),
        Kind::Folder => {
            "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\")); ".to_owned()
        }
        Kind::Words(words) => {
            format!("COMPREPLY=($(compgen -W {} -- \"$cur\")); ", quoted(&words.join(" ")))
        }
    }
}

/// `zsh/_httpd`, for a folder in fpath.
pub(super) fn zsh(entry: &Entry) -> Page {
    let name = &entry.name;
    let mut lines: Vec<String> = entry.options.iter().map(zsh_option).collect();
    lines.push(quoted(&format!("*:{}", zsh_action("operand", &entry.operand))));
    let text = format!(
        "#compdef {name}\n# Completion for zsh. Written by the build.\n_arguments -s \\\n  {}\n",
        lines.join(" \\\n  ")
    );
    (format!("zsh/_{name}").into(), text)
}

fn zsh_option(option: &Choice) -> String {
    let help = option.help.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:");
    let takes = option.takes.as_ref().map(|(name, kind)| format!(":{}", zsh_action(name, kind)));
    quoted(&format!("*{}[{help}]{}", option.flag, takes.unwrap_or_default()))
}

fn zsh_action(name: &str, kind: &Kind) -> String {
    let name = name.replace([':', '|', '"'], " ");
    match kind {
        Kind::Free => format!("{name}: "),
        Kind::File => format!("{name}:_files"),
        Kind::Folder => format!("{name}:_files -/"),
        Kind::Words(words) => format!("{name}:({})", words.join(" ")),
    }
}

/// `fish/httpd.fish`, for a folder of vendors' completions.
pub(super) fn fish(entry: &Entry) -> Page {
    let name = &entry.name;
    let mut text = format!("# Completion of {name} for fish. Written by the build.\n");
    match &entry.operand {
        Kind::File => {}
        Kind::Words(words) => {
            let _ = writeln!(text, "complete -c {name} -f -a {}", quoted(&words.join(" ")));
        }
        Kind::Free | Kind::Folder => {
            let _ = writeln!(text, "complete -c {name} -f");
        }
    }
    for option in &entry.options {
        let takes = match option.takes.as_ref().map(|(_, kind)| kind) {
            None => String::new(),
            Some(Kind::Free) => " -x".to_owned(),
            Some(Kind::File) => " -r -F".to_owned(),
            Some(Kind::Folder) => " -x -a '(__fish_complete_directories)'".to_owned(),
            Some(Kind::Words(words)) => format!(" -x -a {}", quoted(&words.join(" "))),
        };
        let help = option.help.replace('\\', "\\\\").replace('\'', "\\'");
        let flag = match option.flag.strip_prefix("--") {
            Some(long) => format!("-l '{long}'"),
            None => format!("-s '{}'", option.flag.trim_start_matches('-')),
        };
        let _ = writeln!(text, "complete -c {name} {flag}{takes} -d '{help}'");
    }
    (format!("fish/{name}.fish").into(), text)
}

/// For bash and zsh.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{entry::companions, httpd};
    use std::process::Command;

    fn server() -> Entry {
        httpd::entry(
            "httpd",
            "  -k start|stop|graceful|graceful-stop\n      it's [done]\n  -d directory  root\n  -?  help\n  \
             --json  for programs\n",
        )
    }

    /// What bash would offer for the last of `words`.
    fn offered(entry: &Entry, words: &[&str]) -> String {
        let (_, script) = bash(entry);
        let ask = format!(
            "{script}\nCOMP_WORDS=({} {}); COMP_CWORD={}; _weir_{}; echo \"${{COMPREPLY[@]}}\"",
            entry.name,
            words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
            words.len(),
            entry.name
        );
        let told = Command::new("bash").args(["-c", &ask]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stderr), "", "{script}");
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn bash_fills_in() {
        for (words, expected) in [
            (&["-k", "gr"][..], "graceful graceful-stop"),
            (&["-"], "-k -d -? --json"),
            (&["--j"], "--json"),
            (&["-d", "/us"], "/usr"),
            (&[""], ""),
        ] {
            assert_eq!(offered(&server(), words), expected, "{words:?}");
        }
        let companions = companions("httpd");
        let apachectl = companions.iter().find(|entry| entry.name == "apachectl").unwrap();
        assert_eq!(offered(apachectl, &["conf"]), "configtest");
    }

    #[test]
    fn every_shell_can_read_its_own() {
        let folder = tempfile::tempdir().unwrap();
        for entry in companions("httpd").into_iter().chain([server()]) {
            for (shell, (path, text)) in
                [("bash", bash(&entry)), ("zsh", zsh(&entry)), ("fish", fish(&entry))]
            {
                let file = folder.path().join(path.file_name().unwrap());
                std::fs::write(&file, &text).unwrap();
                let Ok(told) = Command::new(shell).arg("-n").arg(&file).output() else {
                    eprintln!("skipped: there is no {shell} here");
                    continue;
                };
                assert!(told.status.success(), "{shell}: {}\n{text}", String::from_utf8_lossy(&told.stderr));
            }
        }
    }

    #[test]
    fn zsh_and_fish_are_told_the_kinds() {
        let (_, text) = zsh(&server());
        assert!(
            text.contains(r"'*-k[it'\''s \[done\]]:start stop graceful graceful-stop:(start stop graceful"),
            "{text}"
        );
        assert!(text.contains("'*-d[root]:directory:_files -/'"), "{text}");
        assert!(text.contains("'*--json[for programs]'"), "{text}");
        let (_, text) = fish(&server());
        assert!(text.contains("complete -c httpd -l 'json' -d 'for programs'"), "{text}");
        assert!(
            text.contains(
                r"complete -c httpd -s 'k' -x -a 'start stop graceful graceful-stop' -d 'it\'s [done]'"
            ),
            "{text}"
        );
    }
}
