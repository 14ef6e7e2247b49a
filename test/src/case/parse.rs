//! Reads a case file.

use jiff::Timestamp;

use super::{Act, Case, Need, Step, Text, Thing, ThingKind, Verdict, requests};

/// Reads the text of a case file. The error names the line.
pub fn parse(text: &str) -> Result<Case, String> {
    let mut case = Case::default();
    for section in sections(text) {
        let line = section.line;
        case.add(section).map_err(|wrong| format!("line {line}: {wrong}"))?;
    }
    case.check()?;
    Ok(case)
}

/// A `---` line and the lines up to the next.
struct Section<'a> {
    line: usize,
    title: Vec<&'a str>,
    lines: Vec<String>,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections = Vec::<Section<'_>>::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("--- ") {
            let title = title.split_whitespace().collect();
            sections.push(Section { line: number + 1, title, lines: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line.to_owned());
        }
    }
    sections
}

impl Case {
    fn add(&mut self, section: Section<'_>) -> Result<(), String> {
        let Section { line, mut title, lines } = section;
        if title == ["requests"] {
            self.steps.push(Step { line, act: Act::Requests(requests::rows(&lines, line)?) });
            return Ok(());
        }
        let raw = title.len() > 1 && title.contains(&"raw");
        title.retain(|word| *word != "raw");
        let text = Text::new(lines, raw)?;
        match title[..] {
            ["conf"] => self.conf = text,
            ["conf", "whole"] => (self.conf, self.whole) = (text, true),
            ["conf", "error"] => self.verdict = Verdict::Refused(text),
            ["conf", "warning"] => self.verdict = Verdict::Warned(text),
            ["file", name, ref words @ ..] => self.thing(name, file(text, words)?),
            ["dir", name] => self.thing(name, ThingKind::Directory),
            ["link", name, target] => self.thing(name, ThingKind::Link(target.to_owned())),
            ["define", ref names @ ..] => self.defines.extend(names.iter().map(ToString::to_string)),
            ["needs", ref words @ ..] => self.needs.extend(words.iter().map(|word| need(word))),
            ["mpm", ref names @ ..] => self.mpms.extend(names.iter().map(ToString::to_string)),
            ["log"] => self.logs.push(("error_log".to_owned(), text)),
            ["access", "log"] => self.logs.push(("access_log".to_owned(), text)),
            ["log", name] => self.logs.push((name.to_owned(), text)),
            _ => self.steps.push(Step { line, act: act(&title, text)? }),
        }
        Ok(())
    }

    fn thing(&mut self, name: &str, kind: ThingKind) {
        self.things.push(Thing { name: name.to_owned(), kind });
    }

    /// A case that could not fail is a mistake.
    fn check(&self) -> Result<(), String> {
        let expects =
            |act: &Act| matches!(act, Act::Out(_) | Act::OutExact(_) | Act::Closed | Act::Requests(_));
        match self.verdict {
            Verdict::Refused(_) if !self.steps.is_empty() => {
                Err("a refused configuration answers nothing".to_owned())
            }
            Verdict::Good if !self.steps.iter().any(|step| expects(&step.act)) && self.logs.is_empty() => {
                Err("nothing is expected of the server".to_owned())
            }
            _ => Ok(()),
        }
    }
}

fn act(title: &[&str], text: Text) -> Result<Act, String> {
    Ok(match title {
        ["connect"] => Act::Connect,
        ["in"] => Act::In(text),
        ["out"] => Act::Out(text),
        ["out", "exact"] => Act::OutExact(text),
        ["body"] => Act::Body(text),
        ["shut"] => Act::Shut,
        ["closed"] => Act::Closed,
        _ => return Err(format!("no such section: --- {}", title.join(" "))),
    })
}

fn file(text: Text, words: &[&str]) -> Result<ThingKind, String> {
    let (mut mode, mut time) = (None, None);
    for word in words {
        match word.split_once('=') {
            Some(("mode", digits)) => mode = Some(u32::from_str_radix(digits, 8).map_err(|e| e.to_string())?),
            Some(("time", stamp)) => time = Some(seconds(stamp)?),
            _ => return Err(format!("a file has no {word}")),
        }
    }
    Ok(ThingKind::File(text, mode, time))
}

fn seconds(stamp: &str) -> Result<u64, String> {
    let stamp: Timestamp = stamp.parse().map_err(|wrong: jiff::Error| wrong.to_string())?;
    u64::try_from(stamp.as_second()).map_err(|_| "before the epoch".to_owned())
}

fn need(word: &str) -> Need {
    match word {
        "root" => Need::Root,
        "unprivileged" => Need::Unprivileged,
        "dso" => Need::Dso(true),
        "no-dso" => Need::Dso(false),
        name => Need::Module(format!("{}.c", name.trim_end_matches(".c"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[&str]) -> Text {
        Text::new(lines.iter().map(ToString::to_string).collect(), false).unwrap()
    }

    #[test]
    fn a_case_is_read_section_by_section() {
        let case = parse(
            "What it shows.\n--- conf\nAlias /a /b\n--- needs mod_env root\n--- file x.txt mode=600 time=1970-01-02T00:00:00Z\nhi\n\
             --- in\nGET / HTTP/1.0\n\n--- out\nHTTP/1.1 200 OK\n--- closed\n",
        )
        .unwrap();
        assert_eq!(case.conf, text(&["Alias /a /b"]));
        assert_eq!(case.needs, [Need::Module("mod_env.c".into()), Need::Root]);
        let file = ThingKind::File(text(&["hi"]), Some(0o600), Some(86400));
        assert_eq!(case.things, [Thing { name: "x.txt".into(), kind: file }]);
        let acts: Vec<Act> = case.steps.into_iter().map(|step| step.act).collect();
        let [sent, got] = [text(&["GET / HTTP/1.0", ""]), text(&["HTTP/1.1 200 OK"])];
        assert_eq!(acts, [Act::In(sent), Act::Out(got), Act::Closed]);
    }

    #[test]
    fn mistakes_name_their_line() {
        assert_eq!(parse("--- in\nx\n--- ouch\n").unwrap_err(), "line 3: no such section: --- ouch");
        assert!(parse("--- in raw\n\\z\n").unwrap_err().starts_with("line 1: what is this escape"));
        assert!(parse("--- conf\nx\n").unwrap_err().contains("nothing is expected"));
        assert!(parse("--- file x mode=9\n").unwrap_err().starts_with("line 1:"));
    }
}
