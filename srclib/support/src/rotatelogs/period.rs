//! Which log a moment belongs to: arithmetic alone.

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::rules::Rules;

/// The time for which one log is meant, in seconds on the clock of its zone: what UTC would have to say to show the
/// same digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// When it nominally begins.
    pub(super) start: i64,
    /// The first second of the next; `None` when only the size counts.
    pub(super) end: Option<i64>,
}

impl Period {
    /// The period that `now` is in.
    pub(super) fn at(now: Timestamp, rules: &Rules) -> Self {
        let clock = clock(now, &rules.zone);
        match rules.interval {
            Some(interval) => {
                let start = clock.div_euclid(interval) * interval;
                Self { start, end: Some(start + interval) }
            }
            None => Self { start: clock, end: None },
        }
    }

    /// Whether it is over.
    pub(super) fn is_over(&self, now: Timestamp, zone: &TimeZone) -> bool {
        self.end.is_some_and(|end| clock(now, zone) >= end)
    }

    /// Seconds until then.
    pub(super) fn left(&self, now: Timestamp, zone: &TimeZone) -> Option<u64> {
        self.end.map(|end| u64::try_from(end - clock(now, zone)).unwrap_or(0))
    }

    /// The name of the log. `count` is how many were opened before.
    pub(super) fn name(&self, rules: &Rules, count: u64) -> String {
        if rules.is_pattern() {
            return self.formatted(&rules.file, &rules.zone).unwrap_or_else(|| rules.file.clone());
        }
        match rules.number {
            Some(number) => match count % number {
                0 => rules.file.clone(),
                place => format!("{}.{place}", rules.file),
            },
            None if rules.truncates => rules.file.clone(),
            None => format!("{}.{:010}", rules.file, self.start),
        }
    }

    fn formatted(&self, pattern: &str, zone: &TimeZone) -> Option<String> {
        let digits = Timestamp::from_second(self.start).ok()?.to_zoned(TimeZone::UTC).datetime();
        strtime::format(pattern, &digits.to_zoned(zone.clone()).ok()?).ok()
    }
}

fn clock(now: Timestamp, zone: &TimeZone) -> i64 {
    now.as_second() + i64::from(zone.to_offset(now).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn rules(file: &str, interval: i64, zone: TimeZone) -> Rules {
        Rules { interval: Some(interval), zone, ..Rules::sample(file) }
    }

    #[test]
    fn periods_begin_at_multiples_of_the_interval() {
        for (now, interval, zone, name) in [
            ("2024-02-29T23:59:59Z", 86_400, TimeZone::UTC, "log.2024-02-29-00"),
            ("2024-03-01T00:00:00Z", 86_400, TimeZone::UTC, "log.2024-03-01-00"),
            ("2024-02-29T23:59:59Z", 3600, TimeZone::UTC, "log.2024-02-29-23"),
            ("2024-02-29T23:59:59Z", 86_400, berlin(), "log.2024-03-01-00"),
            ("2024-07-01T21:59:59Z", 86_400, berlin(), "log.2024-07-01-00"),
            ("2024-07-01T22:00:00Z", 86_400, berlin(), "log.2024-07-02-00"),
            ("1969-12-31T23:00:00Z", 86_400, TimeZone::UTC, "log.1969-12-31-00"),
        ] {
            let rules = rules("log.%Y-%m-%d-%H", interval, zone);
            assert_eq!(Period::at(at(now), &rules).name(&rules, 0), name, "{now}");
        }
    }

    #[test]
    fn a_period_ends_when_the_next_begins() {
        let rules = rules("log", 3600, TimeZone::UTC);
        let period = Period::at(at("2024-01-01T12:34:56Z"), &rules);
        assert_eq!(period.left(at("2024-01-01T12:34:56Z"), &rules.zone), Some(25 * 60 + 4));
        assert!(!period.is_over(at("2024-01-01T12:59:59Z"), &rules.zone));
        assert!(period.is_over(at("2024-01-01T13:00:00Z"), &rules.zone));
        assert_eq!(period.left(at("2024-01-01T14:00:00Z"), &rules.zone), Some(0));
    }

    #[test]
    fn days_are_as_long_as_the_zone_makes_them() {
        // The night of 31 March 2024 has an hour less.
        let rules = rules("log", 86_400, berlin());
        let period = Period::at(at("2024-03-30T23:00:00Z"), &rules);
        assert!(!period.is_over(at("2024-03-31T21:59:59Z"), &rules.zone));
        assert!(period.is_over(at("2024-03-31T22:00:00Z"), &rules.zone));
    }

    #[test]
    fn without_an_interval_the_moment_counts() {
        let rules = Rules { size: Some(10), ..Rules::sample("log") };
        let period = Period::at(at("2024-01-01T12:34:56Z"), &rules);
        assert_eq!(period, Period { start: 1_704_112_496, end: None });
        assert!(!period.is_over(at("2034-01-01T12:34:56Z"), &rules.zone));
        assert_eq!(period.name(&rules, 0), "log.1704112496");
    }

    #[test]
    fn names_in_their_ways() {
        let period = Period { start: 86_400, end: None };
        for (rules, names) in [
            (Rules::sample("log"), ["log.0000086400", "log.0000086400", "log.0000086400"]),
            (Rules { truncates: true, ..Rules::sample("log") }, ["log", "log", "log"]),
            (Rules { number: Some(2), ..Rules::sample("log") }, ["log", "log.1", "log"]),
            (Rules { number: Some(1), ..Rules::sample("log") }, ["log", "log", "log"]),
            (Rules::sample("%d/%%log"), ["02/%log", "02/%log", "02/%log"]),
        ] {
            assert_eq!([0, 1, 2].map(|count| period.name(&rules, count)), names, "{rules:?}");
        }
    }

    #[test]
    fn conversions_that_the_manual_promises() {
        let rules = rules("%A %a %B %b %d %H %I %j %M %m %p %S %U %W %w %Y %y %Z %% %c %x %X", 1, berlin());
        let name = Period::at(at("2024-07-04T03:05:06Z"), &rules).name(&rules, 0);
        assert!(
            name.starts_with("Thursday Thu July Jul 04 05 05 186 05 07 AM 06 26 27 4 2024 24 CEST % "),
            "{name}"
        );
    }
}
