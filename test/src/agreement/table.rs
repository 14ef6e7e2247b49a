//! The tables: a configuration a line, with the verdict before it.
//!
//! ```text
//! # a comment
//! +  KeepAlive On
//! -  <Directory /a> ;; <Location /b> ;; </Location> ;; </Directory>
//! !  Numbers are read to their end.
//! +- Timeout 10k
//! sv----  ServerName www.example.org
//! ```
//!
//! ` ;; ` is a line end. `+` is accepted, `-` refused, `?` not known yet. Where we differ from Apache, our own verdict stands
//! behind Apache's, and the line above says why. A line with six letters stands for six configurations: in the main server,
//! in `<VirtualHost>`, `<Directory>`, `<Location>`, `<Files>`, and in `<Limit>` in a `<Directory>`.

use std::fs;
use std::path::Path;

use libtest_mimic::Failed;

/// The places that `svdlfm` stands for: what stands before a line there, and after it.
const PLACES: [(char, &str, &str); 6] = [
    ('s', "", ""),
    ('v', "<VirtualHost *:80>\n", "\n</VirtualHost>"),
    ('d', "<Directory /x>\n", "\n</Directory>"),
    ('l', "<Location /x>\n", "\n</Location>"),
    ('f', "<Files x>\n", "\n</Files>"),
    ('m', "<Directory /x>\n<Limit GET>\n", "\n</Limit>\n</Directory>"),
];

/// What is said of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Accepted,
    Refused,
    Unknown,
}

impl From<bool> for Verdict {
    fn from(accepted: bool) -> Self {
        if accepted { Self::Accepted } else { Self::Refused }
    }
}

/// A configuration and the verdicts on it.
pub(super) struct Entry {
    /// Where it stands in the table, from 1.
    pub(super) line: usize,
    /// The place, where the line stands for several.
    place: Option<usize>,
    pub(super) text: String,
    pub(super) theirs: Verdict,
    pub(super) ours: Verdict,
}

impl Entry {
    /// On one line.
    pub(super) fn shown(&self) -> String {
        self.text.replace('\n', " ;; ")
    }
}

/// A table, with its lines as they stand.
pub(super) struct Table {
    lines: Vec<String>,
    pub(super) entries: Vec<Entry>,
}

impl Table {
    pub(super) fn read(path: &Path) -> Result<Self, Failed> {
        let lines: Vec<String> = fs::read_to_string(path)?.lines().map(str::to_owned).collect();
        let mut entries = Vec::new();
        for (above, (number, line)) in
            std::iter::once("").chain(lines.iter().map(String::as_str)).zip(lines.iter().enumerate())
        {
            if line.is_empty() || line.starts_with(['#', '!']) {
                continue;
            }
            let read = entries_of(line, number + 1).ok_or_else(|| format!("line {}: {line}", number + 1))?;
            let differs = read.iter().any(|entry| entry.ours != entry.theirs);
            if differs != above.starts_with("!  ") {
                return Err(format!(
                    "line {}: the reason of a difference, and only that, stands above it",
                    number + 1
                )
                .into());
            }
            entries.extend(read);
        }
        Ok(Self { lines, entries })
    }

    /// Writes verdicts where there are none yet.
    pub(super) fn settle(&mut self, accepted: &[bool]) {
        for (entry, accepted) in self.entries.iter_mut().zip(accepted) {
            if entry.theirs != Verdict::Unknown {
                continue;
            }
            (entry.theirs, entry.ours) = (Verdict::from(*accepted), Verdict::from(*accepted));
            let line = &mut self.lines[entry.line - 1];
            let mark = match (entry.place, accepted) {
                (Some(place), true) => PLACES[place].0,
                (None, true) => '+',
                (_, false) => '-',
            };
            let at = entry.place.unwrap_or(0);
            line.replace_range(at..=at, &mark.to_string());
        }
    }

    pub(super) fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }
}

fn entries_of(line: &str, number: usize) -> Option<Vec<Entry>> {
    let (marks, text) = line.split_at_checked(line.find(' ')?)?;
    let text = text.strip_prefix("  ").or(text.strip_prefix(' ')).unwrap_or_default().replace(" ;; ", "\n");
    if marks.len() <= 2 {
        let verdict = |mark| match mark {
            b'+' => Some(Verdict::Accepted),
            b'-' => Some(Verdict::Refused),
            b'?' => Some(Verdict::Unknown),
            _ => None,
        };
        let theirs = verdict(marks.as_bytes()[0])?;
        let ours = marks.as_bytes().get(1).map_or(Some(theirs), |mark| verdict(*mark))?;
        return Some(vec![Entry { line: number, place: None, text, theirs, ours }]);
    }
    let (theirs, ours) = marks.split_once('=').unwrap_or((marks, marks));
    let entry = |(place, (letter, before, after)): (usize, &(char, &str, &str))| {
        let verdict = |marks: &str| match marks.chars().nth(place)? {
            '-' => Some(Verdict::Refused),
            '?' => Some(Verdict::Unknown),
            mark if mark == *letter => Some(Verdict::Accepted),
            _ => None,
        };
        let text = format!("{before}{text}{after}");
        Some(Entry { line: number, place: Some(place), text, theirs: verdict(theirs)?, ours: verdict(ours)? })
    };
    PLACES.iter().enumerate().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_one_verdict_or_six() {
        let read = |line| entries_of(line, 1).unwrap();
        let one = read("+- <Files a> ;; </Files>");
        assert_eq!((one[0].theirs, one[0].ours), (Verdict::Accepted, Verdict::Refused));
        assert_eq!(one[0].text, "<Files a>\n</Files>");
        let six = read("s-?-f-=sv---m  X y");
        let accepted: Vec<bool> = six.iter().map(|entry| entry.ours == Verdict::Accepted).collect();
        assert_eq!(accepted, [true, true, false, false, false, true]);
        assert_eq!((six[2].theirs, &*six[2].text), (Verdict::Unknown, "<Directory /x>\nX y\n</Directory>"));
        assert!(entries_of("vs----  X", 1).is_none() && entries_of("X", 1).is_none());
    }
}
