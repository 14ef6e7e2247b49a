//! How many children there should be: what takes effect of the configuration, and what is to be done about
//! what is seen. Nothing here acts.

use httpd::mpm::Occasion;

use crate::PreforkConfig;

/// The highest number that any of the directives takes.
pub const MOST: i64 = 200_000;
/// StartServers where nothing is said.
pub const START: i64 = 5;
/// MinSpareServers where nothing is said.
pub const MIN_SPARE: i64 = 5;
/// MaxSpareServers where nothing is said.
pub const MAX_SPARE: i64 = 10;
/// ServerLimit and MaxRequestWorkers where nothing is said.
pub const LIMIT: i64 = 256;

/// The most children that are forked in one tick.
const FASTEST: usize = 32;
/// From here on the log says how fast.
const WORTH_SAYING: usize = 8;

/// The numbers that take effect, in accord with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Children to begin with.
    pub start: usize,
    /// Idle children that there should be at least.
    pub min_spare: usize,
    /// Idle children that there should be at most.
    pub max_spare: usize,
    /// Children at most.
    pub workers: usize,
    /// What `workers` could be raised to.
    pub servers: usize,
}

impl Limits {
    /// What takes effect, and one sentence for each number that had to give way to another. It is looked at when
    /// all of the configuration is read, so the order of the lines does not matter.
    pub fn of(config: &PreforkConfig) -> (Self, Vec<String>) {
        let mut corrected = Vec::new();
        let mut at_most = |name: &str, asked: Option<usize>, default: i64, (bound, whose): (usize, &str)| {
            if let Some(asked) = asked.filter(|&asked| asked > bound) {
                corrected.push(format!("{name} {asked} is more than {whose}: {bound} is taken"));
            }
            asked.unwrap_or(default as usize).min(bound)
        };
        let servers = config.server_limit.unwrap_or(LIMIT as usize);
        let whose = format!("ServerLimit {servers} (set it too, to go higher)");
        let workers = at_most("MaxRequestWorkers", config.max_request_workers, LIMIT, (servers, &whose));
        let whose = format!("MaxRequestWorkers {workers}");
        let start = at_most("StartServers", config.start_servers, START, (workers, &whose));
        let min_spare = at_most("MinSpareServers", config.min_spare_servers, MIN_SPARE, (workers, &whose));
        let max_spare = config.max_spare_servers.unwrap_or(MAX_SPARE as usize);
        if config.max_spare_servers.is_some() && max_spare <= min_spare {
            corrected.push(format!(
                "MaxSpareServers {max_spare} is not more than MinSpareServers {min_spare}: {} is taken",
                min_spare + 1
            ));
        }
        (Self { start, min_spare, max_spare: max_spare.max(min_spare + 1), workers, servers }, corrected)
    }

    /// The lines that `httpd -S` shows.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        [
            ("StartServers", self.start),
            ("MinSpareServers", self.min_spare),
            ("MaxSpareServers", self.max_spare),
            ("MaxRequestWorkers", self.workers),
            ("ServerLimit", self.servers),
        ]
        .map(|(name, number)| (name, number.to_string()))
        .to_vec()
    }
}

/// What is remembered from one second to the next.
#[derive(Debug, Clone)]
pub struct Plan {
    limits: Limits,
    rate: usize,
    full: Occasion,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// So many children are to be forked.
    pub spawn: usize,
    /// This child, by its place, is one too many.
    pub retire: Option<usize>,
    /// What the administrator should know.
    pub remark: Option<Remark>,
}

/// What is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// MaxRequestWorkers is reached; said when it begins.
    Full {
        /// Children that are idle all the same.
        idle: usize,
    },
    /// Many children are forked at once.
    Busy {
        /// So many.
        spawn: usize,
        /// Idle ones before.
        idle: usize,
        /// All before.
        total: usize,
    },
}

impl Plan {
    /// A plan that has seen nothing yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, rate: 1, full: Occasion::default() }
    }

    /// The numbers that it keeps to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Once a second: what to do about children of whom these are idle. As long as too few are, twice as many
    /// are forked as a second before.
    pub fn tick(&mut self, idle: &[bool]) -> Step {
        let total = idle.len();
        let spare = idle.iter().filter(|&&idle| idle).count();
        let is_full = spare < self.limits.min_spare && total >= self.limits.workers;
        let remark = self.full.is_news(is_full).then_some(Remark::Full { idle: spare });
        if spare >= self.limits.min_spare {
            self.rate = 1;
            let too_many = spare > self.limits.max_spare;
            return Step { retire: idle.iter().rposition(|&idle| idle && too_many), ..Step::default() };
        }
        if total >= self.limits.workers {
            self.rate = 1;
            return Step { remark, ..Step::default() };
        }
        let spawn = self.rate.min(self.limits.workers - total);
        let worth_saying = self.rate >= WORTH_SAYING;
        self.rate = (self.rate * 2).min(FASTEST);
        let remark = worth_saying.then_some(Remark::Busy { spawn, idle: spare, total });
        Step { spawn, retire: None, remark }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(config: PreforkConfig) -> ([usize; 5], Vec<String>) {
        let (limits, corrected) = Limits::of(&config);
        ([limits.start, limits.min_spare, limits.max_spare, limits.workers, limits.servers], corrected)
    }

    #[test]
    fn apaches_defaults() {
        assert_eq!(limits(PreforkConfig::default()), ([5, 5, 10, 256, 256], vec![]));
    }

    #[test]
    fn numbers_give_way_to_each_other_with_one_sentence_each() {
        let none = PreforkConfig::default();
        let rows = [
            (
                PreforkConfig { max_request_workers: Some(500), ..none.clone() },
                [5, 5, 10, 256, 256],
                vec![
                    "MaxRequestWorkers 500 is more than ServerLimit 256 (set it too, to go higher): 256 is taken",
                ],
            ),
            (
                PreforkConfig { max_request_workers: Some(500), server_limit: Some(600), ..none.clone() },
                [5, 5, 10, 500, 600],
                vec![],
            ),
            (PreforkConfig { server_limit: Some(3), ..none.clone() }, [3, 3, 10, 3, 3], vec![]),
            (
                PreforkConfig { start_servers: Some(9), max_request_workers: Some(4), ..none.clone() },
                [4, 4, 10, 4, 256],
                vec!["StartServers 9 is more than MaxRequestWorkers 4: 4 is taken"],
            ),
            (PreforkConfig { min_spare_servers: Some(20), ..none.clone() }, [5, 20, 21, 256, 256], vec![]),
            (
                PreforkConfig { min_spare_servers: Some(8), max_spare_servers: Some(2), ..none },
                [5, 8, 9, 256, 256],
                vec!["MaxSpareServers 2 is not more than MinSpareServers 8: 9 is taken"],
            ),
        ];
        for (config, expected, sentences) in rows {
            let sentences: Vec<String> = sentences.into_iter().map(str::to_owned).collect();
            assert_eq!(limits(config.clone()), (expected, sentences), "{config:?}");
        }
    }

    fn plan(min_spare: usize, max_spare: usize, workers: usize) -> Plan {
        Plan::new(Limits { start: 1, min_spare, max_spare, workers, servers: workers })
    }

    fn children(busy: usize, idle: usize) -> Vec<bool> {
        [vec![false; busy], vec![true; idle]].concat()
    }

    #[test]
    fn one_step_at_a_time() {
        // min, max, most; busy, idle; spawn, retire
        for (limits, (busy, idle), spawn, retire) in [
            ((5, 10, 256), (0, 5), 0, None),
            ((5, 10, 256), (0, 10), 0, None),
            ((5, 10, 256), (3, 11), 0, Some(13)),
            ((5, 10, 256), (3, 4), 1, None),
            ((5, 10, 256), (0, 0), 1, None),
            ((5, 10, 8), (8, 0), 0, None),
            ((5, 10, 8), (6, 2), 0, None),
            ((5, 10, 8), (9, 0), 0, None),
        ] {
            let step = plan(limits.0, limits.1, limits.2).tick(&children(busy, idle));
            assert_eq!((step.spawn, step.retire), (spawn, retire), "{limits:?} {busy} busy {idle} idle");
        }
    }

    #[test]
    fn who_is_busy_is_never_sent_away() {
        let step = plan(1, 2, 9).tick(&[true, true, true, false]);
        assert_eq!(step.retire, Some(2));
    }

    #[test]
    fn a_rush_doubles_the_pace_up_to_32_and_calm_resets_it() {
        let mut plan = plan(5, 10, 1000);
        let mut busy = 0;
        let mut paces = Vec::new();
        for _ in 0..8 {
            let step = plan.tick(&children(busy, 0));
            assert_eq!(step.remark.is_some(), step.spawn >= WORTH_SAYING);
            paces.push(step.spawn);
            busy += step.spawn;
        }
        assert_eq!(paces, [1, 2, 4, 8, 16, 32, 32, 32]);
        assert_eq!(plan.tick(&children(busy, 7)), Step::default());
        assert_eq!(plan.tick(&children(busy, 0)).spawn, 1);
    }

    #[test]
    fn the_last_spawn_stays_within_the_limit() {
        let mut plan = plan(5, 10, 5);
        let spawned: Vec<usize> =
            [0, 1, 3].into_iter().map(|busy| plan.tick(&children(busy, 0)).spawn).collect();
        assert_eq!(spawned, [1, 2, 2]);
    }

    #[test]
    fn fullness_is_said_once() {
        let mut plan = plan(2, 4, 3);
        let full = |plan: &mut Plan, busy, idle| plan.tick(&children(busy, idle)).remark;
        assert_eq!(full(&mut plan, 3, 0), Some(Remark::Full { idle: 0 }));
        assert_eq!(full(&mut plan, 2, 1), None);
        assert_eq!(full(&mut plan, 1, 2), None);
        assert_eq!(full(&mut plan, 3, 0), None, "it comes and goes");
        let again = (0..60).filter(|_| full(&mut plan, 3, 0).is_some()).count();
        assert_eq!(again, 1);
    }
}
