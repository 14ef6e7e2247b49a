//! What is told of a directive that no module has.

use super::Complaint;
use super::read::Item;
use super::rows::Rows;
use crate::error::ConfError;

/// How many more lines one error names.
const PLACES_MAX: usize = 3;

/// What stands before them.
const ALSO: &str = " (also ";

/// With what was probably meant.
pub(crate) fn complaint(item: &Item, rows: &Rows) -> Complaint {
    let bracket = if item.children.is_some() { "<" } else { "" };
    let complaint = Complaint::new(format!(
        "Invalid command '{bracket}{}', perhaps misspelled or defined by a module not included in the server configuration",
        item.name
    ));
    match (&item.row, rows.nearest(&item.name)) {
        (Some(row), _) if row.info.is_section() => {
            let name = row.info.name;
            complaint.hint(format!("{name} is a section: write <{name} {}> ... </{name}>", row.info.usage))
        }
        (Some(row), _) => complaint.hint(format!("write: {} {}", row.info.name, row.info.usage)),
        (None, Some(near)) => complaint.hint(format!("did you mean {}?", near.written())),
        (None, None) => complaint,
    }
}

/// One more line needs the module that an error tells of.
pub(crate) fn one_more(error: &mut ConfError, item: &Item) {
    let place = format!("{}:{}", item.position.source.name(), item.position.line);
    let hint = error.hint.get_or_insert_default();
    match hint.rsplit_once(ALSO) {
        None => hint.push_str(&format!("{ALSO}{place})")),
        Some((_, places)) if places.matches(", ").count() + 1 < PLACES_MAX => {
            hint.truncate(hint.len() - 1);
            hint.push_str(&format!(", {place})"));
        }
        Some((_, places)) if !places.ends_with("...)") => {
            hint.truncate(hint.len() - 1);
            hint.push_str(", ...)");
        }
        Some(_) => {}
    }
}
