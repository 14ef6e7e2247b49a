//! Compares what came with what a case expects.

use regex::bytes::Regex;

/// A date as HTTP writes it (RFC 9110, 5.6.7).
const DATE: &str = r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT";

/// One line of an expectation: `text`, `!text`, `~ regex`, `!~ regex`.
struct Pattern<'a> {
    wanted: bool,
    what: What<'a>,
}

enum What<'a> {
    Text(&'a str),
    Regex(Regex),
}

/// Says what of the `head` is missing: the status line, then header lines in any order, then after an empty
/// line what the body must hold. `lines` are the expectation's, `head` the answer's lines.
pub fn answer(lines: &[String], head: &[String], body: &[u8]) -> Vec<String> {
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let (expected_head, expected_body) = lines.split_at(end);
    let mut missing = Vec::new();
    if let Some((status, headers)) = expected_head.split_first() {
        let came = head.first().map_or("", String::as_str);
        if !matches(status, came) {
            missing.push(format!("{status}   (came: {came})"));
        }
        let came = head.get(1..).unwrap_or_default();
        missing.extend(headers.iter().filter_map(|line| header(line, came).err()));
    }
    missing.extend(held(expected_body, body));
    missing
}

/// Says which lines are not held by `text`, in this order. Empty lines expect nothing.
pub fn held(lines: &[String], text: &[u8]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut from = 0;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let pattern = match Pattern::new(line) {
            Ok(pattern) => pattern,
            Err(wrong) => {
                missing.push(format!("{line}   ({wrong})"));
                continue;
            }
        };
        match (pattern.wanted, pattern.find(if pattern.wanted { &text[from..] } else { text })) {
            (true, Some(end)) => from += end,
            (true, None) if pattern.find(text).is_some() => {
                missing.push(format!("{line}   (not in this order)"));
            }
            (true, None) => missing.push(line.clone()),
            (false, Some(_)) => missing.push(format!("{line}   (is there)")),
            (false, None) => {}
        }
    }
    missing
}

/// Says where `came` is not the text, in which `${DATE}` is any HTTP date and `${ANY}` anything within a line.
pub fn exactly(expected: &[u8], came: &[u8]) -> Vec<String> {
    let fits = |pattern: String| Regex::new(&pattern).is_ok_and(|regex| regex.is_match(came));
    if expected == came || fits(format!("(?s-u)^{}$", exact_pattern(expected))) {
        return Vec::new();
    }
    let came =
        if expected.windows(7).any(|word| word == b"${DATE}") { undated(came) } else { came.to_owned() };
    let same = expected.iter().zip(&came).take_while(|(a, b)| a == b).count();
    let near = |text: &[u8]| show(&text[same..text.len().min(same + 80)]);
    vec![format!("expected {} from byte {same} on, came {}", near(expected), near(&came))]
}

/// Each date as a case writes it, so that the first difference is another one.
fn undated(came: &[u8]) -> Vec<u8> {
    Regex::new(DATE)
        .map_or_else(|_| came.to_owned(), |date| date.replace_all(came, &b"$${DATE}"[..]).into_owned())
}

/// Bytes as a person can read them, in one line and in quotes.
pub fn show(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

impl<'a> Pattern<'a> {
    fn new(line: &'a str) -> Result<Self, String> {
        let (wanted, line) = line.strip_prefix('!').map_or((true, line), |line| (false, line));
        let what = match line.strip_prefix("~ ") {
            Some(regex) => {
                What::Regex(Regex::new(&format!("(?m){regex}")).map_err(|wrong| wrong.to_string())?)
            }
            None if line.contains("${DATE}") || line.contains("${ANY}") => {
                What::Regex(Regex::new(&exact_pattern(line.as_bytes())).map_err(|wrong| wrong.to_string())?)
            }
            None => What::Text(line),
        };
        Ok(Self { wanted, what })
    }

    /// Where the first match ends.
    fn find(&self, text: &[u8]) -> Option<usize> {
        match &self.what {
            What::Text(wanted) => {
                let wanted = wanted.as_bytes();
                text.windows(wanted.len().max(1)).position(|part| part == wanted).map(|at| at + wanted.len())
            }
            What::Regex(regex) => regex.find(text).map(|found| found.end()),
        }
    }
}

/// Looks for a header line.
fn header(line: &str, came: &[String]) -> Result<(), String> {
    if let Some(name) = line.strip_prefix('!') {
        return match came.iter().find(|header| named(header, name.trim_end_matches(':')).is_some()) {
            Some(header) => Err(format!("{line}   (came: {header})")),
            None => Ok(()),
        };
    }
    let (name, value) = line.split_once(':').ok_or_else(|| format!("{line}   (is no header line)"))?;
    let values: Vec<&str> = came.iter().filter_map(|header| named(header, name)).collect();
    if values.iter().any(|came| matches(value.trim(), came)) {
        return Ok(());
    }
    Err(if values.is_empty() { line.to_owned() } else { format!("{line}   (came: {})", values.join(" | ")) })
}

/// The value of a header line of that name.
fn named<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (own, value) = line.split_once(':')?;
    own.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// The whole of `came` is the text, or the regular expression is found in it.
fn matches(expected: &str, came: &str) -> bool {
    let regex = match expected.strip_prefix("~ ") {
        Some(regex) => regex.to_owned(),
        None if expected.contains("${") => format!("^{}$", exact_pattern(expected.as_bytes())),
        None => return expected == came,
    };
    Regex::new(&regex).is_ok_and(|regex| regex.is_match(came.as_bytes()))
}

/// A regular expression for a text, `${DATE}` and `${ANY}` in it.
fn exact_pattern(text: &[u8]) -> String {
    let mut pattern = String::from("(?-u)");
    for byte in text {
        if byte.is_ascii_alphanumeric() || *byte == b' ' {
            pattern.push(char::from(*byte));
        } else {
            pattern.push_str(&format!("\\x{byte:02x}"));
        }
    }
    let word = |name: &str| format!("\\x24\\x7b{name}\\x7d");
    pattern.replace(&word("DATE"), DATE).replace(&word("ANY"), r"[^\r\n]*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn headers_may_come_in_any_order_and_case() {
        let head = lines("HTTP/1.1 200 OK\nB: 2\nContent-Type: text/html");
        assert!(
            answer(&lines("HTTP/1.1 200 OK\ncontent-type: text/html\nB: ~ ^[0-9]$\n!A"), &head, b"")
                .is_empty()
        );
        assert_eq!(answer(&lines("HTTP/1.1 404 Not Found\nA: 1\n!B\nB: 3"), &head, b"").len(), 4);
    }

    #[test]
    fn a_body_holds_lines_in_order() {
        let body = b"<h1>One</h1>\n<p>two</p>\n";
        assert!(held(&lines("One\n~ ^<p>.*</p>$\n!three\n!~ ^four"), body).is_empty());
        assert_eq!(held(&lines("two\nOne"), body), ["One   (not in this order)"]);
        assert_eq!(held(&lines("!two\nfive\n~ ("), body).len(), 3);
    }

    #[test]
    fn every_byte_counts_but_dates() {
        let came = b"HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nX: \xff\r\n\r\n";
        assert!(exactly(b"HTTP/1.1 200 OK\r\nDate: ${DATE}\r\nX: ${ANY}\r\n\r\n", came).is_empty());
        assert_eq!(
            exactly(b"HTTP/1.1 200 OK\r\nDate: x", came),
            [
                "expected \"x\" from byte 23 on, came \"Mon, 01 Jan 2024 00:00:00 GMT\\r\\nX: \\xff\\r\\n\\r\\n\""
            ]
        );
    }
}
