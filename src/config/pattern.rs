//! Regular expressions of the configuration. Most are matched in linear time; those with look-around or
//! back references, which users of PCRE write, by a backtracking engine with a limit.

use std::borrow::Cow;

use super::Complaint;

/// A compiled regular expression. As Apache has it, a dot matches any character, a line break too, and `$` only the
/// very end: what a client escapes into a path cannot slip through.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    Linear(regex::Regex),
    Backtracking(fancy_regex::Regex),
}

/// What a pattern matched. 0 is the whole match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures<'t> {
    text: &'t str,
    groups: Vec<Option<(usize, usize)>>,
}

impl Pattern {
    /// Compiles a pattern that tells upper from lower case. `.` matches a line end too, as with Apache's default
    /// options: an encoded one in a URL must not get past a rule.
    pub fn new(text: &str) -> Result<Self, Complaint> {
        Self::compile(text, &format!("(?s){text}"))
    }

    /// Compiles a pattern that does not.
    pub fn ignoring_case(text: &str) -> Result<Self, Complaint> {
        Self::compile(text, &format!("(?si){text}"))
    }

    fn compile(text: &str, flagged: &str) -> Result<Self, Complaint> {
        let flagged = without_pcre(flagged);
        let engine = match regex::Regex::new(&flagged) {
            Ok(regex) => Engine::Linear(regex),
            Err(_) => fancy_regex::Regex::new(&flagged).map(Engine::Backtracking).map_err(|error| {
                // The places that the engine counts are those of the pattern as it was changed above.
                let error = error.to_string();
                let why = error.rsplit(": ").next().unwrap_or(&error);
                Complaint::new(format!("'{text}' is not a regular expression: {why}"))
                    .hint("a sign that is meant as it is takes a backslash: \\( \\[ \\.")
            })?,
        };
        Ok(Self { text: text.to_owned(), engine })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Some part of the text matches. A match that the backtracking engine gives up on counts as none.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.engine {
            Engine::Linear(regex) => regex.is_match(text),
            Engine::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }

    /// The first match with its groups.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let groups = match &self.engine {
            Engine::Linear(regex) => {
                let captures = regex.captures(text)?;
                captures.iter().map(|group| group.map(|m| (m.start(), m.end()))).collect()
            }
            Engine::Backtracking(regex) => {
                let captures = regex.captures(text).ok().flatten()?;
                captures.iter().map(|group| group.map(|m| (m.start(), m.end()))).collect()
            }
        };
        Some(Captures { text, groups })
    }

    /// Some group has a name.
    pub fn has_names(&self) -> bool {
        self.text.contains("(?<") || self.text.contains("(?P<") || self.text.contains("(?'")
    }

    /// The names of the named groups with their numbers.
    pub fn group_names(&self) -> Vec<(usize, &str)> {
        let names: Vec<Option<&str>> = match &self.engine {
            Engine::Linear(regex) => regex.capture_names().collect(),
            Engine::Backtracking(regex) => regex.capture_names().collect(),
        };
        names.into_iter().enumerate().filter_map(|(number, name)| name.map(|name| (number, name))).collect()
    }
}

impl<'t> Captures<'t> {
    /// The text of a group; `None` where it took no part in the match.
    pub fn get(&self, group: usize) -> Option<&'t str> {
        self.groups.get(group).copied().flatten().map(|(start, end)| &self.text[start..end])
    }

    /// Where the whole match lies in the text.
    pub fn span(&self) -> (usize, usize) {
        self.groups.first().copied().flatten().unwrap_or_default()
    }

    /// The template with `$0` to `$9` replaced by groups. A backslash takes its meaning from the
    /// character after it.
    pub fn expand(&self, template: &str) -> String {
        self.expand_with(template, |group| Cow::Borrowed(group))
    }

    /// As [`expand`](Self::expand), each group changed before it is put in: escaped for a URL, say.
    pub fn expand_with(&self, template: &str, change: impl Fn(&str) -> Cow<'_, str>) -> String {
        expand_groups(template, |group| change(self.get(group).unwrap_or_default()))
    }
}

/// The template with `$0` to `$9` replaced by what `group` says of the number. A backslash takes its meaning from the
/// character after it.
pub fn expand_groups<T: AsRef<str>>(template: &str, group: impl Fn(usize) -> T) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('\\', Some(next)) => {
                out.push(next);
                rest.next();
            }
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                out.push_str(group(digit.to_digit(10).unwrap_or(0) as usize).as_ref());
                rest.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// What PCRE takes and the engines do not, in words that they understand: `[` and `&&` in a class and `{` that counts
/// nothing stand for themselves, so does what is between `\Q` and `\E`, and `\<`, `\>` are no borders of words.
fn without_pcre(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let taken = match (c, class) {
            ('\\', _) => escape(after, &mut out),
            ('[', false) => {
                class = true;
                // In first place, `]` stands for itself.
                let opening =
                    ["^]", "]", "^"].into_iter().find(|first| after.starts_with(first)).unwrap_or("");
                out.push('[');
                out.push_str(&opening.replace(']', "\\]"));
                opening.len()
            }
            ('[', true) if after.starts_with(':') && after.contains(":]") => {
                let end = after.find(":]").map_or(0, |colon| colon + 2);
                out.push('[');
                out.push_str(&after[..end]);
                end
            }
            ('[', true) => literal('[', &mut out),
            ('&' | '~', true) if after.starts_with(c) => literal(c, &mut out),
            ('{', false) if !is_quantifier(after) => literal('{', &mut out),
            _ => {
                class &= c != ']';
                out.push(c);
                0
            }
        };
        rest = &after[taken..];
    }
    out
}

fn literal(c: char, out: &mut String) -> usize {
    out.push('\\');
    out.push(c);
    0
}

/// Writes the escape whose backslash was read; how much of the text it is.
fn escape(after: &str, out: &mut String) -> usize {
    if let Some(quoted) = after.strip_prefix('Q') {
        let end = quoted.find("\\E");
        out.push_str(&regex::escape(&quoted[..end.unwrap_or(quoted.len())]));
        return end.map_or(after.len(), |end| 1 + end + 2);
    }
    match after.chars().next() {
        Some(c @ ('<' | '>')) => out.push(c),
        Some(c) => {
            out.push('\\');
            out.push(c);
        }
        None => out.push('\\'),
    }
    after.chars().next().map_or(0, char::len_utf8)
}

/// `3}`, `3,}` or `3,5}`.
fn is_quantifier(after: &str) -> bool {
    let Some((count, _)) = after.split_once('}') else { return false };
    let (least, most) = count.split_once(',').unwrap_or((count, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_around_is_left_to_the_other_engine() {
        let pattern = Pattern::new(r"^/(?!private/)(\w+)").unwrap();
        assert!(matches!(pattern.engine, Engine::Backtracking(_)));
        assert_eq!(pattern.captures("/shop/x").and_then(|c| c.get(1)), Some("shop"));
        assert!(!pattern.is_match("/private/x"));
        assert!(matches!(Pattern::new("^/a").unwrap().engine, Engine::Linear(_)));
    }

    #[test]
    fn templates_expand() {
        let pattern = Pattern::ignoring_case("^/OLD/([a-z]+)/?(.*)$").unwrap();
        let captures = pattern.captures("/old/abc/x").unwrap();
        for (template, text) in [
            ("/new/$1?q=$2", "/new/abc?q=x"),
            (r"\$1 costs $", "$1 costs $"),
            ("$0&!", "/old/abc/x&!"),
            ("$9", ""),
            (r"a\b\\", r"ab\"),
        ] {
            assert_eq!(captures.expand(template), text);
        }
        assert_eq!(captures.expand_with("/$1?$2", |group| format!("<{group}>").into()), "/<abc>?<x>");
    }

    #[test]
    fn what_pcre_takes_is_taken() {
        for (pattern, yes, no) in [
            ("^[[]$", "[", "]"),
            ("^[^]]$", "[", "]"),
            ("^[]a]+$", "]a", "b"),
            ("^[[:alpha:][]+$", "a[", "1"),
            ("^[a&&b]+$", "a&b", "c"),
            (r"^\Q.x(\E+$", ".x((", "ax("),
            (r"^\Qa.c", "a.c", "abc"),
            (r"^\<x\>$", "<x>", "x"),
            ("^a{$", "a{", "a"),
            ("^a{2,3}$", "aa", "a"),
            (r"^\[\]\{$", "[]{", "["),
        ] {
            let compiled = Pattern::new(pattern).unwrap();
            assert!(compiled.is_match(yes) && !compiled.is_match(no), "{pattern}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_pattern_or_none(text in r"[a\\Q E\[\]^:{}&<ö,1]{0,20}") {
            drop(Pattern::new(&text));
        }
    }

    #[test]
    fn a_line_break_is_a_character() {
        for text in ["^/a(.*)$", "^/(?=a)a(.*)$"] {
            let pattern = Pattern::new(text).unwrap();
            assert_eq!(pattern.captures("/a\nb\n").and_then(|c| c.get(1)), Some("\nb\n"), "{text}");
        }
        assert!(!Pattern::new(r"\.php$").unwrap().is_match("/x.php\n"));
    }

    #[test]
    fn named_groups_are_known() {
        assert_eq!(Pattern::new("^/(?<site>[^/]+)/(x)").unwrap().group_names(), [(1, "site")]);
        assert!(Pattern::new("(").is_err());
    }
}
