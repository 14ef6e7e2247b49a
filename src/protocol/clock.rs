//! What time it is, asked of the system as rarely as can be.

use std::cell::{Cell, RefCell};
use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a pair of readings is trusted: a clock that was set is noticed after this time.
const TRUSTED: Duration = Duration::from_secs(1);

/// Length of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
const DATE_LENGTH: usize = 29;

/// A serving thread's clocks.
pub(crate) struct Clock {
    /// A reading of both clocks: from here on the steady one tells both.
    pair: Cell<(Instant, SystemTime)>,
    date: RefCell<Date>,
}

/// The text of a `Date` field and the second that it stands for.
struct Date {
    second: u64,
    text: [u8; DATE_LENGTH],
}

/// One moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// For durations and deadlines.
    pub(crate) steady: Instant,
    /// For people.
    pub(crate) wall: SystemTime,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let date = Date { second: u64::MAX, text: [b' '; DATE_LENGTH] };
        Self { pair: Cell::new((Instant::now(), SystemTime::now())), date: RefCell::new(date) }
    }

    pub(crate) fn now(&self) -> Moment {
        let steady = Instant::now();
        let (then, wall) = self.pair.get();
        let passed = steady.saturating_duration_since(then);
        if passed < TRUSTED {
            return Moment { steady, wall: wall + passed };
        }
        let wall = SystemTime::now();
        self.pair.set((steady, wall));
        Moment { steady, wall }
    }

    /// Appends a date as a `Date` field has it. The text is made once a second.
    pub(crate) fn append_date(&self, wall: SystemTime, out: &mut Vec<u8>) {
        let second = wall.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut date = self.date.borrow_mut();
        if date.second != second {
            // The array has the room that the format needs for the years 1970 to 9999.
            let _ = write!(&mut date.text[..], "{}", httpdate::HttpDate::from(wall));
            date.second = second;
        }
        out.extend_from_slice(&date.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_that_of_its_second() {
        let clock = Clock::new();
        for (second, text) in [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (784_111_778, "Sun, 06 Nov 1994 08:49:38 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            let mut out = Vec::new();
            clock.append_date(UNIX_EPOCH + Duration::from_millis(second * 1000 + 999), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn both_clocks_go_on_together() {
        let clock = Clock::new();
        let (first, second) = (clock.now(), clock.now());
        assert_eq!(second.steady - first.steady, second.wall.duration_since(first.wall).unwrap());
    }
}
