//! What was counted and measured.

use std::time::{Duration, SystemTime};

/// Times of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) begun: SystemTime,
    /// Until the connection was there; nothing on one that was kept alive.
    pub(super) connect: Duration,
    /// From the end of the request to the first byte of the answer.
    pub(super) wait: Duration,
    /// From the beginning to the answer's last byte.
    pub(super) total: Duration,
}

impl Sample {
    /// What is not connecting.
    pub(super) fn processing(&self) -> Duration {
        self.total.saturating_sub(self.connect)
    }
}

/// What can go wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There was no connection.
    Connect,
    /// The connection broke, or nothing came in time.
    Receive,
    /// The answer was not as long as the first one.
    Length,
    /// What came is not, or not all of, an answer.
    Exception,
    /// The request could not be sent.
    Write,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) head: u64,
    pub(super) body: u64,
    pub(super) kept_alive: bool,
    pub(super) server: String,
    pub(super) sample: Sample,
}

/// The sums of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) samples: Vec<Sample>,
    pub(super) elapsed: Duration,
    /// Of the first answer.
    pub(super) server: String,
    /// Of the first answer's body.
    pub(super) length: Option<u64>,
    pub(super) connect_faults: u64,
    pub(super) receive_faults: u64,
    pub(super) length_faults: u64,
    pub(super) exceptions: u64,
    pub(super) write_faults: u64,
    pub(super) not_2xx: u64,
    pub(super) kept_alive: u64,
    /// Bytes.
    pub(super) received: u64,
    /// Bytes, of bodies.
    pub(super) bodies: u64,
    /// Bytes.
    pub(super) sent: u64,
}

impl Tally {
    /// Requests that came to an end, of whatever kind.
    pub(super) fn done(&self) -> usize {
        self.samples.len()
            + (self.connect_faults + self.receive_faults + self.exceptions + self.write_faults) as usize
    }

    /// Those that failed.
    pub(super) fn failed(&self) -> u64 {
        self.connect_faults + self.receive_faults + self.length_faults + self.exceptions
    }

    /// Counts an answer.
    pub(super) fn answer(&mut self, answered: Answered, lengths_differ: bool) {
        match self.length {
            None => {
                self.length = Some(answered.body);
                self.server = answered.server;
            }
            Some(length) if length != answered.body && !lengths_differ => self.fault(Fault::Length),
            Some(_) => {}
        }
        self.not_2xx += u64::from(!matches!(answered.status, 200..300));
        self.kept_alive += u64::from(answered.kept_alive);
        self.received += answered.head + answered.body;
        self.bodies += answered.body;
        self.samples.push(answered.sample);
    }

    /// Counts what went wrong.
    pub(super) fn fault(&mut self, fault: Fault) {
        *match fault {
            Fault::Connect => &mut self.connect_faults,
            Fault::Receive => &mut self.receive_faults,
            Fault::Length => &mut self.length_faults,
            Fault::Exception => &mut self.exceptions,
            Fault::Write => &mut self.write_faults,
        } += 1;
    }

    /// One column of all samples.
    pub(super) fn column(&self, of: Measure) -> Column {
        Column::new(self.samples.iter().map(of).collect())
    }
}

/// Which time of a sample.
pub(super) type Measure = fn(&Sample) -> Duration;

/// Values of one kind, sorted, in milliseconds where nothing else is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    sorted: Vec<Duration>,
}

impl Column {
    fn new(mut values: Vec<Duration>) -> Self {
        values.sort_unstable();
        Self { sorted: values }
    }

    pub(super) fn least(&self) -> f64 {
        self.sorted.first().copied().map_or(0.0, milliseconds)
    }

    pub(super) fn most(&self) -> f64 {
        self.sorted.last().copied().map_or(0.0, milliseconds)
    }

    pub(super) fn mean(&self) -> f64 {
        let sum: f64 = self.sorted.iter().copied().map(milliseconds).sum();
        sum / self.count().max(1.0)
    }

    /// The standard deviation of a sample: of one value there is none.
    pub(super) fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.sorted.iter().map(|value| (milliseconds(*value) - mean).powi(2)).sum();
        if self.sorted.len() > 1 { (squares / (self.count() - 1.0)).sqrt() } else { 0.0 }
    }

    pub(super) fn median(&self) -> f64 {
        let middle = self.sorted.len() / 2;
        let at = |index: usize| self.sorted.get(index).copied().map_or(0.0, milliseconds);
        if middle > 0 && self.sorted.len().is_multiple_of(2) {
            f64::midpoint(at(middle - 1), at(middle))
        } else {
            at(middle)
        }
    }

    /// What so many of a hundred did not exceed.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let index = (self.sorted.len() * percent).div_ceil(100).max(1) - 1;
        self.sorted.get(index).copied().map_or(0.0, milliseconds)
    }

    fn count(&self) -> f64 {
        f64::from(u32::try_from(self.sorted.len()).unwrap_or(u32::MAX))
    }
}

/// As a number.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
pub(super) fn answered(total: u64, body: u64) -> Answered {
    let sample = Sample {
        begun: SystemTime::UNIX_EPOCH,
        connect: Duration::from_millis(1),
        wait: Duration::from_millis(total / 2),
        total: Duration::from_millis(total),
    };
    Answered { status: 200, head: 100, body, kept_alive: false, server: "Weir/0.1.0".to_owned(), sample }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_column_in_numbers() {
        let column = Column::new([4, 2, 9, 5].map(Duration::from_millis).to_vec());
        assert!(near(column.least(), 2.0) && near(column.most(), 9.0));
        assert!(near(column.mean(), 5.0) && near(column.median(), 4.5));
        assert!(near(column.deviation(), (26.0_f64 / 3.0).sqrt()));
        for (percent, value) in [(0, 2.0), (25, 2.0), (26, 4.0), (50, 4.0), (75, 5.0), (76, 9.0), (100, 9.0)]
        {
            assert!(near(column.percentile(percent), value), "{percent}");
        }
    }

    #[test]
    fn one_value_and_none() {
        let one = Column::new(vec![Duration::from_millis(3)]);
        assert!(
            [one.least(), one.most(), one.mean(), one.median(), one.percentile(99)]
                .iter()
                .all(|v| near(*v, 3.0))
        );
        assert!(near(one.deviation(), 0.0));
        let none = Column::new(Vec::new());
        assert!(
            [none.least(), none.most(), none.mean(), none.median(), none.percentile(50)]
                .iter()
                .all(|v| near(*v, 0.0))
        );
    }

    #[test]
    fn answers_and_faults_are_counted() {
        let mut tally = Tally::default();
        tally.answer(answered(10, 5), false);
        tally.answer(answered(10, 6), false);
        tally.answer(Answered { status: 302, kept_alive: true, ..answered(10, 5) }, false);
        tally.fault(Fault::Receive);
        tally.fault(Fault::Write);
        assert_eq!((tally.done(), tally.failed(), tally.length_faults), (5, 2, 1));
        assert_eq!((tally.not_2xx, tally.kept_alive), (1, 1));
        assert_eq!((tally.received, tally.bodies, tally.length), (316, 16, Some(5)));
    }

    #[test]
    fn lengths_may_differ() {
        let mut tally = Tally::default();
        tally.answer(answered(10, 5), true);
        tally.answer(answered(10, 6), true);
        assert_eq!(tally.failed(), 0);
    }
}
