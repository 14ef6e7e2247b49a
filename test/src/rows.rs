//! What every directive's row promises: a sentence that says what it is for, and a case that uses it. And what all
//! of them are: `test/golden/tables.txt` shows every change of directives and phases.

use std::path::Path;
use std::{env, fs};

use httpd::config::Place;
use httpd::config::directive::Number;
use httpd::facts::Build;
use httpd::hooks::PHASES;
use libtest_mimic::{Failed, Trial};
use regex::Regex;
use similar::TextDiff;

use crate::case::Found;
use crate::case::find::files;
use crate::run::Subject;

/// A directive.
struct Row {
    /// The module that has it, by the name of its file.
    module: String,
    name: String,
    doc: String,
}

/// The test of all rows of a program.
pub fn trial(subject: &Subject, source: &Path, found: &[Found]) -> Trial {
    let (subject, source, found) = (subject.clone(), source.to_owned(), found.to_owned());
    let kind = subject.mpm().to_owned();
    Trial::test("habits/every-directive-has-a-sentence-and-a-case", move || {
        let texts = Texts::read(&source, &found)?;
        let wrong: Vec<String> = rows(&subject)?.iter().filter_map(|row| wrong(row, &texts)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
    })
    .with_kind(kind)
}

/// The test of the golden copy, of all modules. `UPDATE_GOLDEN=1` writes it anew, for `git diff` to show.
pub fn golden(build: &'static Build, source: &Path) -> Trial {
    let path = source.join("test/golden/tables.txt");
    Trial::test("habits/tables-are-those-of-the-golden-copy", move || {
        let now = tables(build);
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &now)?;
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        let differs = TextDiff::from_lines(&then, &now).unified_diff().context_radius(0).to_string();
        if differs.is_empty() {
            return Ok(());
        }
        Err(format!("{} differs; UPDATE_GOLDEN=1 accepts it:\n{differs}", path.display()).into())
    })
    .with_kind(build.facts.mpm_name)
}

/// Every directive that content modules and the core have, and every phase.
fn tables(build: &Build) -> String {
    let mut text =
        String::from("Directives: where allowed (s server, v virtual host, d directory, h .htaccess)\n");
    for linked in httpd::config::modules(build).iter().filter(|linked| !linked.is_mpm()) {
        text.push_str(&format!("\n{} {}\n", linked.file(), linked.symbol()));
        for row in linked.rows() {
            text.push_str(&format!("  {} {}\n    {}: {}\n", row.name, row.usage, place(row.place), row.doc));
            if let Some(Number { range, default, unit, .. }) = row.number {
                text.push_str(&format!(
                    "    {} to {} {unit}, {default} by default\n",
                    range.start(),
                    range.end()
                ));
            }
        }
    }
    text.push_str("\nPhases\n\n");
    for row in PHASES {
        text.push_str(&format!("  {} {:?}\n    {}\n", row.name, row.run, row.called));
    }
    text
}

fn place(place: Place) -> String {
    let letters = [(place.server, 's'), (place.vhost, 'v'), (place.directory, 'd')];
    let letters: String = letters.iter().filter(|(allowed, _)| *allowed).map(|(_, letter)| letter).collect();
    let classes: Vec<&str> = place.htaccess.names().collect();
    if classes.is_empty() { letters } else { format!("{letters}h ({})", classes.join(" ")) }
}

fn wrong(row: &Row, texts: &Texts) -> Option<String> {
    let place = format!("{} of {}", row.name, row.module);
    if row.doc.is_empty() || row.doc.ends_with('.') {
        return Some(format!(
            "{place}: its row says {:?}, which is no sentence without a full stop",
            row.doc
        ));
    }
    (!texts.use_it(row)).then(|| format!("{place}: no case uses it"))
}

/// Inside this program the rows themselves; of a built one what `httpd -L` prints.
fn rows(subject: &Subject) -> Result<Vec<Row>, Failed> {
    match subject {
        Subject::Inside(build) => Ok(httpd::config::modules(build)
            .iter()
            .flat_map(|linked| {
                let module = linked.file();
                linked.rows().into_iter().map(move |row| Row {
                    module: module.to_owned(),
                    name: row.name.to_owned(),
                    doc: row.doc.to_owned(),
                })
            })
            .collect()),
        Subject::Built(program) => {
            let output = program.run(["-L"])?;
            listed(&String::from_utf8_lossy(&output.stdout))
        }
    }
}

/// `Name (file.c)` or `<Name (file.c)`; behind a tab its arguments, and in the next line what it is for.
fn listed(text: &str) -> Result<Vec<Row>, Failed> {
    let head = Regex::new(r"^<?([A-Za-z0-9]+) \((.+)\)$")?;
    let lines: Vec<&str> = text.lines().collect();
    let rows = lines.windows(3).filter_map(|entry| {
        let found = head.captures(entry[0])?;
        let [name, module] = [1, 2].map(|part| found[part].to_owned());
        Some(Row { module, name, doc: entry[2].trim().to_owned() })
    });
    Ok(rows.collect())
}

/// What cases and process tests configure.
struct Texts {
    /// Of a module's folder, or of none: its cases.
    cases: Vec<(Option<String>, String)>,
    /// Of the process tests.
    processes: String,
}

impl Texts {
    fn read(source: &Path, found: &[Found]) -> Result<Self, Failed> {
        let case = |case: &Found| Ok((case.module.clone(), fs::read_to_string(&case.path)?));
        let cases = found.iter().map(case).collect::<Result<_, Failed>>()?;
        let own = files(&source.join("test/src"))?;
        let processes = own.iter().map(fs::read_to_string).collect::<Result<String, _>>()?;
        Ok(Self { cases, processes })
    }

    /// A module's directive is used in its own folder; the core's and an MPM's may be used anywhere.
    fn use_it(&self, row: &Row) -> bool {
        let own = |module: &Option<String>| module.as_deref().is_none_or(|module| module == row.module);
        let is_module = row.module.starts_with("mod_");
        let Ok(line) = Regex::new(&format!(r"(?mi)^\s*<?{}\b", regex::escape(&row.name))) else {
            return false;
        };
        let in_case =
            |(module, text): &(Option<String>, String)| (!is_module || own(module)) && line.is_match(text);
        self.cases.iter().any(in_case) || (!is_module && self.processes.contains(&row.name))
    }
}
