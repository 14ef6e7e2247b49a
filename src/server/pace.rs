//! How fast clients must send, and take what they are sent: what a module asks of a virtual host's connections, and the core keeps to. Where nobody
//! asks, `Timeout` is the only bound.

use std::num::NonZeroU32;
use std::time::Duration;

/// How long a client may take for something, by how much of it has come, or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The time that it has to begin with.
    pub first: Duration,
    /// For each so many bytes that have come or gone, a second more; `None` for no more time at all.
    pub rate: Option<NonZeroU32>,
    /// No more than this in any case; `None` for no bound but the rate.
    pub most: Option<Duration>,
}

impl Pace {
    /// How long a client may take that has sent, or taken, so many bytes.
    pub fn allowed(&self, moved: u64) -> Duration {
        let earned = self.rate.map_or(Duration::ZERO, |rate| earned(moved, u64::from(rate.get())));
        let allowed = self.first.saturating_add(earned);
        self.most.map_or(allowed, |most| allowed.min(most))
    }
}

fn earned(moved: u64, rate: u64) -> Duration {
    const NANOS: u64 = 1_000_000_000;
    let rest = u128::from(moved % rate) * u128::from(NANOS) / u128::from(rate);
    Duration::new(moved / rate, rest as u32)
}

/// The paces of a virtual host; `None` where only `Timeout` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paces {
    /// What comes before the first request, where a protocol has such a thing: a TLS handshake.
    pub handshake: Option<Pace>,
    /// The head of a request; the first one's time begins with the connection, that of any other with its first byte.
    pub head: Option<Pace>,
    /// The body of a request; only the time counts that is spent waiting for the client.
    pub body: Option<Pace>,
    /// That an answer is taken; again only the time that is spent waiting for the client.
    pub response: Option<Pace>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_earn_time_up_to_the_most() {
        let seconds = Duration::from_secs;
        let pace = |rate: u32, most: Option<u64>| Pace {
            first: seconds(20),
            rate: NonZeroU32::new(rate),
            most: most.map(seconds),
        };
        for (pace, received, allowed) in [
            (pace(0, None), 1_000_000, seconds(20)),
            (pace(500, Some(40)), 0, seconds(20)),
            (pace(500, Some(40)), 250, Duration::from_millis(20_500)),
            (pace(500, Some(40)), 10_000, seconds(40)),
            (pace(500, Some(40)), u64::MAX, seconds(40)),
            (pace(500, None), 1_000_000, seconds(2020)),
            (pace(1, None), u64::MAX, Duration::MAX),
        ] {
            assert_eq!(pace.allowed(received), allowed, "{pace:?} {received}");
        }
    }
}
