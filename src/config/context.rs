//! Where a directive may stand: its row's `Place`, held against the sections around it.

use conf::Position;

use super::directive::{Kind, Language};
use super::values::one_of;
use super::{Complaint, Override, Place, RowInfo};
use crate::core_module::AllowOverride;

/// A section around a directive.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    /// As the manual spells it, with brackets.
    pub(crate) name: String,
    pub(crate) language: Language,
    pub(crate) position: Position,
}

/// What `.htaccess` files may hold here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permitted<'a> {
    pub(crate) allow: AllowOverride,
    /// Lower case.
    pub(crate) list: &'a [String],
}

impl Permitted<'_> {
    /// No line at all may stand there: nobody need look.
    pub(crate) fn is_nothing(&self) -> bool {
        self.allow.classes == Override::NONE && self.list.is_empty()
    }
}

/// A complaint if the directive may not stand in these sections, the outermost first.
pub(crate) fn check(row: &RowInfo, written: &str, around: &[Around]) -> Result<(), Complaint> {
    check_nesting(row, written, around)?;
    let directory = around.iter().rev().find(|a| a.language != Language::VirtualHost);
    let (allowed, outer) = match (directory, around.last()) {
        (Some(directory), _) => (row.place.directory, Some(directory)),
        (None, Some(vhost)) => (row.place.vhost, Some(vhost)),
        (None, None) => (row.place.server, None),
    };
    if allowed {
        return Ok(());
    }
    let sentence = match outer {
        Some(outer) => format!("{written} not allowed in {} context", outer.name),
        None => format!("{written} not allowed here"),
    };
    Err(Complaint::new(sentence).hint(format!("it is allowed {}", places(row.place))))
}

fn check_nesting(row: &RowInfo, written: &str, around: &[Around]) -> Result<(), Complaint> {
    let inside = |languages: &[Language]| around.iter().rev().find(|a| languages.contains(&a.language));
    match forbidden_nesting(row).and_then(inside) {
        Some(outer) => Err(Complaint::new(format!("{written} cannot occur within {} section", outer.name))
            .hint(format!("close {} (line {}) before it", outer.name, outer.position.line))),
        None => Ok(()),
    }
}

/// A complaint if the directive may not stand in these sections of this `.htaccess` file.
pub(crate) fn check_htaccess(
    row: &RowInfo,
    written: &str,
    around: &[Around],
    permitted: Permitted<'_>,
) -> Result<(), Complaint> {
    check_nesting(row, written, around)?;
    let listed = permitted.list.iter().any(|name| name.eq_ignore_ascii_case(row.name));
    let classes = row.place.htaccess;
    if classes != Override::NONE && (listed || permitted.allow.classes.meets(classes)) {
        return Ok(());
    }
    let complaint = Complaint::new(format!("{written} not allowed here"));
    Err(if classes == Override::NONE {
        complaint.hint(format!("it is allowed {}", places(row.place)))
    } else {
        let classes: Vec<&str> = classes.names().collect();
        complaint.hint(format!("AllowOverride {} would allow it", one_of(&classes)))
    })
}

/// The sections that a section must not stand in, whatever its place says.
fn forbidden_nesting(row: &RowInfo) -> Option<&'static [Language]> {
    use Language as L;
    let Kind::Language(language) = row.kind else { return None };
    match language {
        L::Files | L::FilesMatch => Some(&[L::Location, L::LocationMatch, L::Limit, L::LimitExcept]),
        L::If | L::ElseIf | L::Else | L::Limit | L::LimitExcept => Some(&[L::Limit, L::LimitExcept]),
        L::VirtualHost => Some(&[L::VirtualHost]),
        _ => None,
    }
}

/// Where a directive is allowed, in words.
fn places(place: Place) -> String {
    let classes: Vec<&str> = place.htaccess.names().collect();
    let htaccess = match place.htaccess {
        Override::NONE => None,
        Override::ALL => Some(".htaccess".to_owned()),
        _ => Some(format!(".htaccess (AllowOverride {})", one_of(&classes))),
    };
    let places = [
        place.server.then(|| "in the main server".to_owned()),
        place.vhost.then(|| "in <VirtualHost>".to_owned()),
        place.directory.then(|| "in <Directory>, <Files> and <Location>".to_owned()),
        htaccess.map(|htaccess| format!("in {htaccess}")),
    ];
    places.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rows::Rows;
    use crate::config::tests::MODULES;

    fn around(names: &str) -> Vec<Around> {
        let rows = Rows::of(MODULES);
        let position = Position { source: conf::Source::new("test", ""), line: 1, column: 1 };
        let section = |name| {
            let Some(Kind::Language(language)) = rows.get(name).map(|row| row.info.kind) else {
                panic!("{name}")
            };
            Around { name: format!("<{name}>"), language, position: position.clone() }
        };
        names.split_whitespace().map(section).collect()
    }

    /// What may stand in what: as Apache 2.4 has it.
    #[test]
    fn sections_nest_as_in_apache() {
        const DIRECTORIES: [&str; 4] = ["Directory", "DirectoryMatch", "Location", "LocationMatch"];
        let rows = Rows::of(MODULES);
        let allowed =
            |outer: &str, inner: &str| check(&rows.get(inner).unwrap().info, inner, &around(outer)).is_ok();
        for inner in DIRECTORIES {
            assert!(allowed("", inner) && allowed("VirtualHost", inner), "{inner}");
            for outer in ["Directory", "Location", "Files", "Directory Limit", "VirtualHost Directory"] {
                assert!(!allowed(outer, inner), "{inner} in {outer}");
            }
        }
        for inner in ["Files", "FilesMatch"] {
            for outer in ["", "VirtualHost", "Directory", "DirectoryMatch", "Files", "VirtualHost Directory"]
            {
                assert!(allowed(outer, inner), "{inner} in {outer}");
            }
            assert!(!allowed("Location", inner) && !allowed("Directory Limit", inner));
        }
        for inner in ["If", "ElseIf", "Else"] {
            for outer in
                ["", "VirtualHost", "Directory", "Files", "Location", "If", "Directory Files If Else"]
            {
                assert!(allowed(outer, inner), "{inner} in {outer}");
            }
            assert!(!allowed("Directory Limit", inner) && !allowed("If LimitExcept", inner));
        }
        assert!(allowed("If", "Files") && !allowed("If", "Directory") && !allowed("Else", "Location"));
        for inner in ["Limit", "LimitExcept"] {
            for outer in ["Directory", "Files", "Location", "VirtualHost Directory Files"] {
                assert!(allowed(outer, inner), "{inner} in {outer}");
            }
            assert!(
                !allowed("", inner) && !allowed("VirtualHost", inner) && !allowed("Directory Limit", inner)
            );
        }
        assert!(allowed("", "VirtualHost"));
        for outer in ["VirtualHost", "Directory", "Files", "Location"] {
            assert!(!allowed(outer, "VirtualHost"), "{outer}");
        }
    }

    #[test]
    fn a_complaint_says_where_it_may_stand() {
        let rows = Rows::of(MODULES);
        let complaint =
            check(&rows.get("Listen").unwrap().info, "Listen", &around("VirtualHost")).unwrap_err();
        assert_eq!(complaint.sentence, "Listen not allowed in <VirtualHost> context");
        assert_eq!(complaint.hint.as_deref(), Some("it is allowed in the main server"));
        let complaint = check(&rows.get("AllowOverride").unwrap().info, "AllowOverride", &[]).unwrap_err();
        assert_eq!(complaint.sentence, "AllowOverride not allowed here");
    }

    #[test]
    fn classes_decide_in_htaccess() {
        let rows = Rows::of(MODULES);
        let permitted =
            |classes, list| Permitted { allow: AllowOverride { classes, ..AllowOverride::NONE }, list };
        let options = &rows.get("Options").unwrap().info;
        assert!(check_htaccess(options, "Options", &[], permitted(Override::OPTIONS, &[])).is_ok());
        let complaint = check_htaccess(options, "Options", &[], permitted(Override::LIMIT, &[])).unwrap_err();
        assert_eq!(complaint.hint.as_deref(), Some("AllowOverride Options would allow it"));
        let list = ["options".to_owned()];
        assert!(check_htaccess(options, "Options", &[], permitted(Override::NONE, &list)).is_ok());
        let listen = &rows.get("Listen").unwrap().info;
        assert!(
            check_htaccess(listen, "Listen", &[], permitted(Override::ALL, &["listen".to_owned()])).is_err()
        );
    }
}
