//! How fast children that die at once are replaced: one at a time, after 0.1 s, doubling to 10 s, until one
//! has lived for a second.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Role;

/// How fast the children of each role are replaced: a role whose children die at once does not slow the others.
#[derive(Debug, Default)]
pub(super) struct Paces(BTreeMap<Role, Pacing>);

impl Paces {
    /// A child of that role died in its infancy, or could not be forked.
    pub(super) fn failed(&mut self, role: Role, now: Instant) {
        self.0.entry(role).or_default().failed(now);
    }

    /// Takes out of `births` whoever is to be forked now.
    pub(super) fn next(&mut self, births: &mut Vec<Role>, now: Instant) -> Option<Role> {
        let next = births.iter().rposition(|role| self.0.entry(*role).or_default().allows(now))?;
        Some(births.remove(next))
    }

    /// When to ask for one of `births` again, if not at once.
    pub(super) fn until(&self, births: &[Role]) -> Option<Instant> {
        births.iter().filter_map(|role| self.0.get(role)?.until()).min()
    }
}

/// What the parent remembers of early deaths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pacing {
    /// Whoever is missing is replaced at once.
    #[default]
    Calm,
    /// Nobody is forked until then.
    Waiting { until: Instant, delay: Duration },
    /// One was forked: does it live?
    Trying { until: Instant, delay: Duration },
}

/// A child that lives longer than this did not die at once.
pub(super) const INFANCY: Duration = Duration::from_secs(1);
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

impl Pacing {
    /// A child died in its infancy, or could not be forked. Several at once count as one.
    fn failed(&mut self, now: Instant) {
        let delay = match *self {
            Self::Calm => FIRST,
            Self::Waiting { .. } => return,
            Self::Trying { delay, .. } => (delay * 2).min(LONGEST),
        };
        *self = Self::Waiting { until: now + delay, delay };
    }

    /// A child may be forked now; whoever asks forks it.
    fn allows(&mut self, now: Instant) -> bool {
        match *self {
            Self::Calm => true,
            Self::Waiting { until, .. } if now < until => false,
            Self::Waiting { delay, .. } => {
                *self = Self::Trying { until: now + INFANCY, delay };
                true
            }
            Self::Trying { until, .. } => {
                let lives = now >= until;
                if lives {
                    *self = Self::Calm;
                }
                lives
            }
        }
    }

    /// When to ask again, if not at once.
    fn until(&self) -> Option<Instant> {
        match *self {
            Self::Calm => None,
            Self::Waiting { until, .. } | Self::Trying { until, .. } => Some(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn a_healthy_pool_is_not_slowed() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        assert!((0..100).all(|_| pacing.allows(now)));
        assert_eq!(pacing.until(), None);
    }

    #[test]
    fn each_early_death_doubles_the_wait() {
        let mut now = Instant::now();
        let mut pacing = Pacing::default();
        let mut waits = Vec::new();
        for _ in 0..9 {
            pacing.failed(now);
            pacing.failed(now);
            assert!(!pacing.allows(now));
            let until = pacing.until().unwrap();
            waits.push((until - now).as_millis());
            now = until;
            assert!(pacing.allows(now) && !pacing.allows(now), "one at a time");
        }
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    }

    #[test]
    fn who_dies_at_once_is_forked_seldom() {
        let start = Instant::now();
        let mut pacing = Pacing::default();
        let mut forks = 0;
        for millis in 0..10_000 {
            if pacing.allows(after(start, millis)) {
                forks += 1;
                pacing.failed(after(start, millis));
            }
        }
        assert!(forks < 20, "{forks} forks in 10 s");
    }

    #[test]
    fn a_role_that_dies_at_once_does_not_slow_another() {
        let (now, mut paces) = (Instant::now(), Paces::default());
        let mut births = vec![Role(1), Role(2)];
        paces.failed(Role(2), now);
        assert_eq!(paces.next(&mut births, now), Some(Role(1)));
        assert_eq!((paces.next(&mut births, now), births.len()), (None, 1));
        assert_eq!(paces.until(&births), Some(now + FIRST));
        assert_eq!(paces.next(&mut births, now + FIRST), Some(Role(2)));
    }

    #[test]
    fn one_that_lives_ends_the_wait() {
        let now = Instant::now();
        let mut pacing = Pacing::default();
        pacing.failed(now);
        assert!(pacing.allows(after(now, 100)));
        assert!(!pacing.allows(after(now, 1099)));
        assert!(pacing.allows(after(now, 1100)));
        assert_eq!(pacing, Pacing::Calm);
    }
}
