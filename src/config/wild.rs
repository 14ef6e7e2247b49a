//! Shell patterns: `*`, `?`, `[a-z]`, `[!a-z]` and `\`, as fnmatch(3) has them.

/// There is something in a text that makes it a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.find('[').is_some_and(|open| text[open..].contains(']'))
}

/// The whole text matches the pattern, and no wild card matches a `/` (FNM_PATHNAME).
pub(crate) fn matches_path(pattern: &str, path: &str) -> bool {
    matches(pattern.as_bytes(), path.as_bytes(), true)
}

/// The whole text matches the pattern; wild cards match anything.
pub(crate) fn matches_name(pattern: &str, name: &str) -> bool {
    matches(pattern.as_bytes(), name.as_bytes(), false)
}

/// Goes back to the last `*` alone: linear in most cases, quadratic in the worst.
fn matches(pattern: &[u8], text: &[u8], path: bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match step(&pattern[p..], text.get(t).copied(), path) {
            Step::Star => {
                star = Some((p, t));
                p += 1;
            }
            Step::One(length) => {
                p += length;
                t += 1;
            }
            Step::End => return true,
            Step::Mismatch => {
                let Some((at, from)) = star else { return false };
                // The star takes one byte more.
                if text.get(from).is_none_or(|byte| path && *byte == b'/') {
                    return false;
                }
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
        }
    }
}

enum Step {
    Star,
    /// One byte of the text is matched by so many of the pattern.
    One(usize),
    End,
    Mismatch,
}

fn step(pattern: &[u8], byte: Option<u8>, path: bool) -> Step {
    let Some(first) = pattern.first() else {
        return if byte.is_none() { Step::End } else { Step::Mismatch };
    };
    let free = byte.filter(|byte| !(path && *byte == b'/'));
    match first {
        b'*' => Step::Star,
        b'?' => free.map_or(Step::Mismatch, |_| Step::One(1)),
        b'[' => match (class(pattern), free) {
            (Some((length, negated)), Some(byte)) => {
                let inside = in_class(&pattern[1 + usize::from(negated)..length - 1], byte);
                if inside == negated { Step::Mismatch } else { Step::One(length) }
            }
            (Some(_), None) => Step::Mismatch,
            (None, _) => literal(b'[', byte, 1),
        },
        b'\\' if pattern.len() > 1 => literal(pattern[1], byte, 2),
        other => literal(*other, byte, 1),
    }
}

fn literal(wanted: u8, byte: Option<u8>, length: usize) -> Step {
    if byte == Some(wanted) { Step::One(length) } else { Step::Mismatch }
}

/// The length of a bracket expression, brackets included, and whether it is negated.
fn class(pattern: &[u8]) -> Option<(usize, bool)> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = 1 + usize::from(negated);
    // A `]` in first place stands for itself.
    let close = pattern.iter().skip(first + 1).position(|byte| *byte == b']')?;
    Some((first + 1 + close + 1, negated))
}

fn in_class(set: &[u8], byte: u8) -> bool {
    let mut at = 0;
    while at < set.len() {
        match set.get(at + 1..at + 3) {
            Some([b'-', last]) => {
                if (set[at]..=*last).contains(&byte) {
                    return true;
                }
                at += 3;
            }
            _ if set[at] == byte => return true,
            _ => at += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_as_fnmatch_does() {
        let table = [
            ("*", "a", true),
            ("*", "", true),
            ("*", "a/b", false),
            ("/people/*/public_html", "/people/ann/public_html", true),
            ("/people/*/public_html", "/people/ann/x/public_html", false),
            ("/srv/site?", "/srv/site1", true),
            ("/srv/site?", "/srv/site/", false),
            ("*.[ch]", "main.c", true),
            ("*.[!ch]", "main.c", false),
            ("*.[!a-d]x", "main.ex", true),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("*a*b*c*", "xxaxxbxxc", true),
            ("*a*b*c*", "xxaxxbxx", false),
            ("[a/]", "/", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches_path(pattern, text), expected, "{pattern} {text}");
        }
        assert!(matches_name("*.example.org", "a.b.example.org"));
        assert!(matches_name("*", "a/b"));
    }

    #[test]
    fn a_pattern_has_something_wild() {
        assert!(is_pattern("*.html") && is_pattern("a[bc]") && !is_pattern("a[b") && !is_pattern("/srv"));
    }

    proptest! {
        #[test]
        fn any_pattern_ends(pattern in r"[a*?\[\]!\\/-]{0,12}", text in "[a/]{0,20}") {
            matches_path(&pattern, &text);
            matches_name(&pattern, &text);
        }
    }
}
