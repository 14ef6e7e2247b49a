//! What the administrator sees of errors and warnings: place, line, caret, sentence, what to do.

use std::fmt::Write as _;

use conf::Position;

use crate::error::ConfError;

/// All errors, each as a few lines:
///
/// ```text
/// AH00526: Syntax error on line 12 of /etc/httpd.conf:
///    12:3 |   KeepAlve On
///         |   ^~~~~~~~
/// Invalid command 'KeepAlve', perhaps misspelled or defined by a module not included in the server configuration
///   hint: did you mean KeepAlive?
///   included from line 40 of /etc/main.conf
/// ```
pub fn report(errors: &[ConfError]) -> String {
    errors.iter().map(error).collect::<Vec<_>>().join("\n")
}

fn error(error: &ConfError) -> String {
    let mut text = String::new();
    if let Some(position) = &error.position {
        let (line, file) = (position.line, position.source.name());
        text = format!("AH00526: Syntax error on line {line} of {file}:\n{}", excerpt(position, error.width));
    }
    text.push_str(&error.sentence);
    text.push('\n');
    if let Some(hint) = &error.hint {
        text.push_str(&format!("  hint: {hint}\n"));
    }
    for line in error.included_from.iter().rev() {
        text.push_str(&format!("  included from line {} of {}\n", line.line, line.source.name()));
    }
    text
}

/// The line with a caret below, and so many columns underlined, both behind the place.
fn excerpt(position: &Position, width: usize) -> String {
    let excerpt = position.excerpt();
    let (line, caret) = excerpt.split_once('\n').unwrap_or((&excerpt, "^"));
    let place = format!("{}:{}", position.line, position.column);
    let room = line.chars().count().saturating_sub(caret.chars().count());
    let tail = "~".repeat((width - usize::from(width > 0)).min(room));
    format!("{place:>7} | {line}\n{:>7} | {caret}{tail}\n", "")
}

/// Warnings, a line each, with the place at its end.
pub fn warnings(warnings: &[(Option<Position>, String)]) -> String {
    lines("Warning: ", warnings)
}

/// Remarks on what has no effect, a line each, with the place at its end.
pub fn remarks(remarks: &[(Option<Position>, String)]) -> String {
    lines("Info: ", remarks)
}

fn lines(mark: &str, told: &[(Option<Position>, String)]) -> String {
    let mut text = String::new();
    for (position, sentence) in told {
        let place = position.as_ref().map_or_else(String::new, |position| {
            format!(" (line {} of {})", position.line, position.source.name())
        });
        // A String takes all text.
        let _ = writeln!(text, "{mark}{sentence}{place}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use conf::Source;

    #[test]
    fn an_error_shows_its_line_and_underlines_the_word() {
        let source = Source::new("/etc/httpd.conf", "Listen 80\n\tTimeout soon\n");
        let outer = Position { source: Source::new("/etc/main.conf", ""), line: 40, column: 1 };
        let mut wrong = ConfError::new("Timeout takes a length of time, not 'soon'")
            .at(&Position { source, line: 2, column: 10 })
            .hint("write a number of seconds");
        wrong.width = 4;
        wrong.included_from = vec![outer];
        assert_eq!(
            report(&[wrong]),
            "AH00526: Syntax error on line 2 of /etc/httpd.conf:\n   \
             2:10 | \tTimeout soon\n        | \t        ^~~~\n\
             Timeout takes a length of time, not 'soon'\n  \
             hint: write a number of seconds\n  \
             included from line 40 of /etc/main.conf\n"
        );
    }

    #[test]
    fn an_error_without_a_place_is_a_sentence() {
        assert_eq!(report(&[ConfError::new("nothing to listen on")]), "nothing to listen on\n");
    }
}
