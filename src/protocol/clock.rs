//! What time it is, asked of the system as rarely as can be.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a pair of readings is trusted: a clock that was set is noticed after this time.
const TRUSTED: Duration = Duration::from_secs(1);

/// A serving thread's clocks.
pub(crate) struct Clock {
    /// A reading of both clocks: from here on the steady one tells both.
    pair: Cell<(Instant, SystemTime)>,
    last: Cell<SystemTime>,
    date: RefCell<Date>,
}

/// The line of a `Date` field and the second that it stands for.
struct Date {
    second: Range<SystemTime>,
    line: String,
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
        let (steady, wall) = (Instant::now(), SystemTime::now());
        let date = Date { second: UNIX_EPOCH..UNIX_EPOCH, line: String::new() };
        Self { pair: Cell::new((steady, wall)), last: Cell::new(wall), date: RefCell::new(date) }
    }

    pub(crate) fn now(&self) -> Moment {
        let steady = Instant::now();
        let (then, wall) = self.pair.get();
        let passed = steady.saturating_duration_since(then);
        let moment = if passed < TRUSTED {
            Moment { steady, wall: wall + passed }
        } else {
            let wall = SystemTime::now();
            self.pair.set((steady, wall));
            Moment { steady, wall }
        };
        self.last.set(moment.wall);
        moment
    }

    /// The last time that was asked for: good enough for what belongs to that moment.
    pub(crate) fn last(&self) -> SystemTime {
        self.last.get()
    }

    /// Appends a `Date` field's line. Its text is made once a second.
    pub(crate) fn append_date(&self, wall: SystemTime, out: &mut Vec<u8>) {
        let mut date = self.date.borrow_mut();
        if !date.second.contains(&wall) {
            date.set(wall);
        }
        out.extend_from_slice(date.line.as_bytes());
    }
}

impl Date {
    fn set(&mut self, wall: SystemTime) {
        let since = wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = UNIX_EPOCH + Duration::from_secs(since.as_secs());
        self.second = start..start + Duration::from_secs(1);
        self.line = format!("Date: {}\r\n", httpdate::HttpDate::from(start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_that_of_its_second() {
        let clock = Clock::new();
        for (second, text) in [
            (784_111_777, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
            (784_111_778, "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n"),
            (0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
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
