//! Arguments that many directives share: words of a fixed list, lengths of time.

use std::time::Duration;

use super::Complaint;

/// A setting that is one word of a few.
pub trait Keyword: Copy + 'static {
    /// The words as the manual spells them, with their meanings. Any case is understood.
    const WORDS: &'static [(&'static str, Self)];
}

/// The meaning of a word; otherwise a complaint that lists the words.
pub fn keyword<T: Keyword>(directive: &str, word: &str) -> Result<T, Complaint> {
    let found = T::WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<&str> = T::WORDS.iter().map(|(known, _)| *known).collect();
        Complaint::new(format!("{directive} must be {}, not '{word}'", one_of(&words))).argument(0)
    })
}

/// `A, B or C`.
pub fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A length of time as `ap_timeout_parameter_parse` reads it: digits and `ms`, `s`, `mi` (minutes) or `h`; without
/// a unit it is in seconds.
pub fn duration(directive: &str, word: &str) -> Result<Duration, Complaint> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = word.split_at(digits);
    let milliseconds = match unit.to_ascii_lowercase().as_str() {
        "" | "s" => Some(1000),
        "ms" => Some(1),
        "mi" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let length = number.parse::<u64>().ok().zip(milliseconds).and_then(|(n, unit)| n.checked_mul(unit));
    length.map(Duration::from_millis).ok_or_else(|| {
        Complaint::new(format!("{directive} takes a length of time, not '{word}'"))
            .argument(0)
            .hint("write a number of seconds, or a number followed by ms, s, min or h")
    })
}

/// A number of at least `least`.
pub fn number(directive: &str, word: &str, least: u64) -> Result<u64, Complaint> {
    word.parse().ok().filter(|n| *n >= least).ok_or_else(|| {
        Complaint::new(format!("{directive} takes a number of at least {least}, not '{word}'")).argument(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_apaches_units() {
        let table = [("5", Some(5000)), ("5s", Some(5000)), ("250ms", Some(250)), ("2min", Some(120_000))];
        for (word, expected) in table.into_iter().chain([("1h", Some(3_600_000)), ("", None), ("x", None)]) {
            assert_eq!(duration("Timeout", word).ok(), expected.map(Duration::from_millis), "{word}");
        }
        assert!(duration("Timeout", "-1").is_err() && duration("Timeout", "99999999999999999999").is_err());
    }

    #[test]
    fn a_complaint_lists_the_words() {
        assert_eq!(one_of(&["On", "Off", "Double"]), "On, Off or Double");
    }
}
