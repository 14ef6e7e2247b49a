//! Byte ranges: RFC 9110, 14.

use std::ops::Range;

use crate::numbers::{decimal, digits};
use crate::{Value, trim};

/// How many ranges a request may ask for before it gets the whole (MaxRanges, MaxRangeOverlaps, MaxRangeReversals).
#[derive(Debug, Clone, Copy)]
pub struct RangeLimits {
    /// Ranges, after those that touch were joined.
    pub ranges: usize,
    /// Ranges that overlap or adjoin the one before.
    pub overlaps: usize,
    /// Ranges that start before the one before.
    pub reversals: usize,
}

impl Default for RangeLimits {
    fn default() -> RangeLimits {
        RangeLimits { ranges: 200, overlaps: 20, reversals: 20 }
    }
}

/// What a Range field comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranges {
    /// Nothing: it is malformed, of another unit, or asks for too much. The whole is sent with 200.
    Ignore,
    /// None of its ranges lies in the representation: 416.
    Unsatisfiable,
    /// At least one range to send, in the order asked for, none of them empty or beyond the length.
    Satisfiable(Vec<Range<u64>>),
}

/// Reads a Range field for a representation of this many bytes.
///
/// A range that overlaps or adjoins the one before it is joined with it. If all together are longer than the
/// representation they are ignored, as Apache does.
pub fn ranges(value: &[u8], length: u64, limits: &RangeLimits) -> Ranges {
    let Some(set) = byte_set(value) else { return Ranges::Ignore };
    let mut found = Found::default();
    for spec in set.split(|&byte| byte == b',').map(trim).filter(|spec| !spec.is_empty()) {
        match read(spec, length) {
            None => return Ranges::Ignore,
            Some(range) => found.add(range),
        }
        if found.exceeds(limits) {
            return Ranges::Ignore;
        }
    }
    found.outcome(length)
}

/// `bytes first-last/length`, for a 206.
pub fn content_range(range: &Range<u64>, length: u64) -> Value {
    let mut text = b"bytes ".to_vec();
    for (number, end) in [(range.start, "-"), (range.end.saturating_sub(1), "/"), (length, "")] {
        push_number(&mut text, number);
        text.extend_from_slice(end.as_bytes());
    }
    Value::from(text)
}

/// `bytes */length`, for a 416.
pub fn unsatisfied_range(length: u64) -> Value {
    let mut text = b"bytes */".to_vec();
    push_number(&mut text, length);
    Value::from(text)
}

fn push_number(text: &mut Vec<u8>, number: u64) {
    let mut buffer = [0; 20];
    let used = decimal(number, &mut buffer);
    text.extend_from_slice(&buffer[..used]);
}

/// What follows `bytes=`.
fn byte_set(value: &[u8]) -> Option<&[u8]> {
    let (unit, set) = value.split_at_checked(b"bytes=".len())?;
    let sound =
        unit.eq_ignore_ascii_case(b"bytes=") && set.first().is_some_and(|byte| !byte.is_ascii_whitespace());
    sound.then_some(set)
}

/// One range, empty if it cannot be satisfied. None if it is malformed, or wants the end of an empty representation,
/// which is the whole of it.
fn read(spec: &[u8], length: u64) -> Option<Range<u64>> {
    let dash = spec.iter().position(|&byte| byte == b'-')?;
    let (first, last) = (&spec[..dash], &spec[dash + 1..]);
    if first.is_empty() {
        let suffix = digits(last)?;
        return (length > 0 || suffix == 0).then(|| length.saturating_sub(suffix)..length);
    }
    let first = digits(first)?;
    let last = if last.is_empty() { u64::MAX } else { digits(last)? };
    (first <= last).then(|| first.min(length)..last.saturating_add(1).min(length))
}

#[derive(Default)]
struct Found {
    ranges: Vec<Range<u64>>,
    /// Whether there was any, satisfiable or not.
    any: bool,
    overlaps: usize,
    reversals: usize,
}

impl Found {
    fn add(&mut self, range: Range<u64>) {
        self.any = true;
        if range.is_empty() {
            return;
        }
        let Some(last) = self.ranges.last_mut() else { return self.ranges.push(range) };
        self.reversals += usize::from(range.start < last.start);
        if range.start > last.end || last.start > range.end {
            return self.ranges.push(range);
        }
        self.overlaps += 1;
        *last = last.start.min(range.start)..last.end.max(range.end);
    }

    fn exceeds(&self, limits: &RangeLimits) -> bool {
        self.ranges.len() > limits.ranges
            || self.overlaps > limits.overlaps
            || self.reversals > limits.reversals
    }

    fn outcome(self, length: u64) -> Ranges {
        let sum = self.ranges.iter().fold(0u64, |sum, range| sum.saturating_add(range.end - range.start));
        match (self.any, sum) {
            (false, _) => Ranges::Ignore,
            (true, 0) => Ranges::Unsatisfiable,
            (true, sum) if sum > length => Ranges::Ignore,
            _ => Ranges::Satisfiable(self.ranges),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: &str, length: u64, limits: &RangeLimits) -> String {
        match ranges(value.as_bytes(), length, limits) {
            Ranges::Ignore => "ignore".to_owned(),
            Ranges::Unsatisfiable => "416".to_owned(),
            Ranges::Satisfiable(ranges) => {
                let show = |range: &Range<u64>| format!("{}-{}", range.start, range.end - 1);
                ranges.iter().map(show).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn of_a_hundred_bytes() {
        let table = [
            ("bytes=0-4", "0-4"),
            ("Bytes=0-4", "0-4"),
            ("bytes=99-", "99-99"),
            ("bytes=-5", "95-99"),
            ("bytes=-999", "0-99"),
            ("bytes=0-999", "0-99"),
            ("bytes=0-99999999999999999999999", "0-99"),
            ("bytes=0-0,10-10", "0-0 10-10"),
            ("bytes=0-0 , \t10-10", "0-0 10-10"),
            ("bytes=,0-4,", "0-4"),
            ("bytes=20-30,5-12", "20-30 5-12"),
            ("bytes=0-4,2-9", "0-9"),
            ("bytes=0-4,5-9", "0-9"),
            ("bytes=5-9,0-4", "0-9"),
            ("bytes=10-20,5-12", "5-20"),
            ("bytes=10-20,12-13", "10-20"),
            ("bytes=200-,0-4", "0-4"),
            ("bytes=0-99,0-99,0-99", "0-99"),
            ("bytes=0-49,60-99,20-70", "ignore"),
            ("bytes=100-", "416"),
            ("bytes=-0", "416"),
            ("bytes=100-200,300-", "416"),
            ("bytes=99999999999999999999999-", "416"),
            ("bytes=4-0", "ignore"),
            ("bytes=0-4,x", "ignore"),
            ("bytes=0-4,5", "ignore"),
            ("bytes=-", "ignore"),
            ("bytes=", "ignore"),
            ("bytes=,", "ignore"),
            ("bytes= 0-4", "ignore"),
            ("bytes =0-4", "ignore"),
            ("bytes=0 - 4", "ignore"),
            ("bytes=0--4", "ignore"),
            ("bytes=+0-4", "ignore"),
            ("bytes=0x0-4", "ignore"),
            ("lines=0-4", "ignore"),
            ("bytes", "ignore"),
            ("", "ignore"),
        ];
        for (value, expected) in table {
            assert_eq!(shown(value, 100, &RangeLimits::default()), expected, "{value}");
        }
    }

    #[test]
    fn of_nothing() {
        for (value, expected) in
            [("bytes=0-", "416"), ("bytes=0-4", "416"), ("bytes=-0", "416"), ("bytes=-5", "ignore")]
        {
            assert_eq!(shown(value, 0, &RangeLimits::default()), expected, "{value}");
        }
    }

    #[test]
    fn limits() {
        let limits = RangeLimits { ranges: 2, overlaps: 1, reversals: 1 };
        let table = [
            ("bytes=0-0,2-2", "0-0 2-2"),
            ("bytes=0-0,2-2,4-4", "ignore"),
            ("bytes=0-1,1-2", "0-2"),
            ("bytes=0-1,1-2,2-3", "ignore"),
            ("bytes=9-9,0-0", "9-9 0-0"),
            ("bytes=9-9,5-5,0-0", "ignore"),
        ];
        for (value, expected) in table {
            assert_eq!(shown(value, 100, &limits), expected, "{value}");
        }
        assert_eq!(shown("bytes=0-0", 100, &RangeLimits { ranges: 0, ..limits }), "ignore");
    }

    #[test]
    fn written() {
        assert_eq!(content_range(&(0..5), 100).as_bytes(), b"bytes 0-4/100");
        assert_eq!(unsatisfied_range(0).as_bytes(), b"bytes */0");
    }

    proptest! {
        #[test]
        fn what_is_satisfiable_is_inside(value in "bytes=[0-9]{0,3}-[0-9]{0,3}(,[0-9]{0,3}-[0-9]{0,3}){0,5}", length in 0..500u64) {
            if let Ranges::Satisfiable(ranges) = ranges(value.as_bytes(), length, &RangeLimits::default()) {
                prop_assert!(!ranges.is_empty());
                prop_assert!(ranges.iter().all(|range| range.start < range.end && range.end <= length));
                prop_assert!(ranges.iter().map(|range| range.end - range.start).sum::<u64>() <= length);
            }
        }

        #[test]
        fn any_bytes(value in prop::collection::vec(any::<u8>(), 0..40), length: u64) {
            let _ = ranges(&value, length, &RangeLimits::default());
            let _ = ranges(&[b"bytes=", value.as_slice()].concat(), length, &RangeLimits::default());
        }
    }
}
