//! `%t`: the time when the request was received, or answered, in any form.

use std::cell::RefCell;
use std::time::{Duration, UNIX_EPOCH};

use httpd::request::Request;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::text::{number, padded};

/// The form of the Common Log Format: `[23/Nov/2026:10:00:00 +0000]`.
const COMMON: &str = "[%d/%b/%Y:%H:%M:%S %z]";

/// How many forms a thread remembers the text of.
const REMEMBERED: usize = 4;

/// Appends the time: `%t`, `%{strftime}t`, `%{sec}t` and its kind, each also with `begin:` or `end:` in front.
pub(crate) fn write(r: &Request, argument: &str, line: &mut Vec<u8>) -> Option<()> {
    let (is_end, form) = split(argument);
    let begun = r.time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since_epoch(line, if is_end { begun + r.sent.duration } else { begun }, form)
}

/// Whether the end is meant, and the form.
fn split(argument: &str) -> (bool, &str) {
    match argument.split_once(':').unwrap_or((argument, "")) {
        ("begin", form) => (false, form),
        ("end", form) => (true, form),
        _ => (false, argument),
    }
}

fn since_epoch(line: &mut Vec<u8>, since: Duration, form: &str) -> Option<()> {
    match form {
        "" => calendar(line, since.as_secs(), COMMON),
        "sec" => number(line, since.as_secs()),
        "msec" => number(line, since.as_millis() as u64),
        "usec" => number(line, since.as_micros() as u64),
        "msec_frac" => padded(line, since.subsec_millis().into(), 3),
        "usec_frac" => padded(line, since.subsec_micros().into(), 6),
        form => calendar(line, since.as_secs(), form),
    }
}

/// A form with its text at the second that it was last asked for.
struct Known {
    form: String,
    second: u64,
    text: String,
}

thread_local! {
    /// Under load the second changes once in thousands of lines.
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

fn calendar(line: &mut Vec<u8>, second: u64, form: &str) -> Option<()> {
    KNOWN.with_borrow_mut(|known| {
        let place = known.iter().position(|entry| entry.form == form).unwrap_or_else(|| {
            known.truncate(REMEMBERED - 1);
            known.push(Known { form: form.to_owned(), second: u64::MAX, text: String::new() });
            known.len() - 1
        });
        let entry = &mut known[place];
        if entry.second != second {
            entry.text = local(second).and_then(|time| jiff::fmt::strtime::format(form, &time).ok())?;
            entry.second = second;
        }
        line.extend_from_slice(entry.text.as_bytes());
        Some(())
    })
}

fn local(second: u64) -> Option<Zoned> {
    let time = Timestamp::from_second(i64::try_from(second).ok()?).ok()?;
    Some(time.to_zoned(TimeZone::system()))
}

/// What is wrong with a form, in one sentence.
pub(crate) fn complaint(argument: &str) -> Option<String> {
    let (_, form) = split(argument);
    let wrong = form.contains('%').then(|| jiff::fmt::strtime::format(form, &Zoned::now()).err())?;
    wrong.map(|cause| format!("'{form}' is no form of a time: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(since: Duration, form: &str) -> String {
        let mut line = Vec::new();
        since_epoch(&mut line, since, form);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn every_form_of_the_manual() {
        let since = Duration::new(1_795_400_940, 7_065_000);
        for (form, text) in [
            ("sec", "1795400940"),
            ("msec", "1795400940007"),
            ("usec", "1795400940007065"),
            ("msec_frac", "007"),
            ("usec_frac", "007065"),
            ("%Y", "2026"),
            ("%s", "1795400940"),
        ] {
            assert_eq!(written(since, form), text);
        }
        assert_eq!(written(since, "").len(), "[23/Nov/2026:02:49:00 +0000]".len());
    }

    #[test]
    fn seconds_are_told_apart_and_forms_too() {
        for round in 0..3_u64 {
            for form in ["%s", "%s.", "%s:", "%s-", "%s_", ""] {
                let text = written(Duration::from_secs(round), form);
                assert!(form.is_empty() || text.starts_with(&round.to_string()), "{form} {text}");
            }
        }
    }

    #[test]
    fn the_end_is_told_from_the_beginning() {
        for (argument, expected) in [
            ("", (false, "")),
            ("begin", (false, "")),
            ("end", (true, "")),
            ("end:usec", (true, "usec")),
            ("begin:%H:%M", (false, "%H:%M")),
            ("%H:%M", (false, "%H:%M")),
        ] {
            assert_eq!(split(argument), expected);
        }
        assert!(complaint("%H:%M").is_none() && complaint("end:%!").is_some() && complaint("usec").is_none());
    }
}
