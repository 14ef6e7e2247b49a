//! How many threads a process has, by how many of them are idle: the directives of the MPMs whose processes grow and
//! shrink, what these come to, and what is to be done about what is seen. Nothing here acts.

use std::ops::RangeInclusive;

use crate::config::{Config, Directive, Place, inherit};
use crate::hooks::Hooks;
use crate::module::Module;
use crate::server::Generation;

/// What the directives say.
#[derive(Debug, Clone, Default)]
pub struct SpareSettings {
    start: Option<usize>,
    min_spare: Option<usize>,
    max_spare: Option<usize>,
    most: Option<usize>,
    most_of_thread: Option<u64>,
    stack: Option<usize>,
}

impl Config for SpareSettings {
    fn merge(&self, inner: &Self) -> Self {
        Self {
            start: inherit(&self.start, &inner.start),
            min_spare: inherit(&self.min_spare, &inner.min_spare),
            max_spare: inherit(&self.max_spare, &inner.max_spare),
            most: inherit(&self.most, &inner.most),
            most_of_thread: inherit(&self.most_of_thread, &inner.most_of_thread),
            stack: inherit(&self.stack, &inner.stack),
        }
    }
}

/// An MPM's configuration that has [`SpareSettings`] in it.
pub trait Spares: Config {
    /// What the shared directives said.
    fn settings(&self) -> &SpareSettings;

    /// Where the shared directives are kept.
    fn settings_mut(&mut self) -> &mut SpareSettings;
}

impl Spares for SpareSettings {
    fn settings(&self) -> &SpareSettings {
        self
    }

    fn settings_mut(&mut self) -> &mut SpareSettings {
        self
    }
}

/// What an MPM takes where nothing is said, and how high it goes.
#[derive(Debug, Clone, Copy)]
pub struct Usual {
    /// Threads to begin with.
    pub start: usize,
    /// MinSpareThreads.
    pub min_spare: usize,
    /// MaxSpareThreads.
    pub max_spare: usize,
    /// Threads at most: the default, and the highest number that may be asked for.
    pub most: usize,
    /// The directive that says how many threads there are at most, if there is one.
    pub most_by: Option<&'static str>,
}

/// An MPM whose processes grow and shrink.
pub trait Sparing: Module<Config: Spares> {
    /// What it takes where nothing is said, and how high it goes.
    const USUAL: Usual;
}

/// Below it a request does not fit; above it only address space is lost.
pub const STACK: RangeInclusive<i64> = 131_072..=1_073_741_824;
/// What a thread has of Rust if nothing is said.
pub const USUAL_STACK: i64 = 2_097_152;

/// StartThreads.
pub const fn start_threads<C: Spares>(usual: &Usual) -> Directive<C> {
    Directive::clamped(
        "StartThreads",
        Place::S,
        (1..=usual.most as i64, usual.start as i64, "threads"),
        "How many serving threads the server starts with",
        |config, n| config.settings_mut().start = Some(n as usize),
    )
}

/// MinSpareThreads, MaxSpareThreads and ThreadStackSize.
pub const fn spare_threads<C: Spares>(usual: &Usual) -> [Directive<C>; 3] {
    [
        Directive::clamped(
            "MinSpareThreads",
            Place::S,
            (1..=usual.most as i64, usual.min_spare as i64, "threads"),
            "With fewer idle threads in a process than these, more are started at once",
            |config, n| config.settings_mut().min_spare = Some(n as usize),
        ),
        Directive::clamped(
            "MaxSpareThreads",
            Place::S,
            (1..=usual.most as i64, usual.max_spare as i64, "threads"),
            "With more idle threads in a process than these, one a second ends",
            |config, n| config.settings_mut().max_spare = Some(n as usize),
        ),
        Directive::clamped(
            "ThreadStackSize",
            Place::S,
            (STACK, USUAL_STACK, "bytes"),
            "How much room a serving thread has for its stack",
            |config, n| config.settings_mut().stack = Some(n as usize),
        ),
    ]
}

/// The directive that says how many threads there are at most, under the name that the MPM gives it.
pub const fn most_threads<C: Spares>(name: &'static str, usual: &Usual) -> Directive<C> {
    Directive::clamped(
        name,
        Place::S,
        (1..=usual.most as i64, usual.most as i64, "threads"),
        "How many serving threads there are at most, and so how many connections are served at once",
        |config, n| config.settings_mut().most = Some(n as usize),
    )
}

/// The directive that says after how many connections a thread ends.
pub const fn most_of_thread<C: Spares>(name: &'static str) -> Directive<C> {
    Directive::number(
        name,
        Place::S,
        (0..=i64::MAX, 0, "connections"),
        "After so many connections a thread ends, and another takes its place; 0 is never",
        |config, n| config.settings_mut().most_of_thread = Some(n as u64),
    )
}

/// What took effect: every number is at least 1, and none contradicts another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spare {
    /// Threads to begin with.
    pub start: usize,
    /// MinSpareThreads.
    pub min_spare: usize,
    /// MaxSpareThreads; more than `min_spare`, or one thread would come and go for ever.
    pub max_spare: usize,
    /// Threads at most.
    pub most: usize,
    /// After so many connections a thread ends, if there is a limit.
    pub most_of_thread: Option<u64>,
    /// ThreadStackSize, in bytes, if it was set.
    pub stack: Option<usize>,
}

/// Lets `httpd -t` warn of numbers that give way to others, and `httpd -S` show those that took effect.
pub fn tell_spare<M: Sparing>(hooks: &mut Hooks<'_, M::Config>) {
    hooks.check_config(|_, config| Spare::of(config.settings(), &M::USUAL).1);
    hooks.run_config(|_, config| Spare::of(config.settings(), &M::USUAL).0.rows(&M::USUAL));
}

impl Spare {
    /// What the directives of `M`, the MPM, come to.
    pub fn of_mpm<M: Sparing>(generation: &Generation) -> Self {
        let unset = M::Config::default();
        Self::of(generation.config::<M>(0).unwrap_or(&unset).settings(), &M::USUAL).0
    }

    /// Brings the directives into line with each other. Beside it a sentence for each that was set to something else
    /// than what took effect.
    pub fn of(settings: &SpareSettings, usual: &Usual) -> (Self, Vec<String>) {
        let mut notes = Vec::new();
        let most = settings.most.unwrap_or(usual.most);
        let mut at_most = |name: &str, asked: Option<usize>, default: usize| {
            if let Some(asked) = asked.filter(|&asked| asked > most) {
                let whose = usual.most_by.unwrap_or("a process has at most");
                notes.push(format!("{name} {asked} is more than {whose} {most}: {most} is taken"));
            }
            asked.unwrap_or(default).min(most)
        };
        let min_spare = at_most("MinSpareThreads", settings.min_spare, usual.min_spare);
        let start = at_most("StartThreads", settings.start, usual.start.max(min_spare).min(usual.most));
        let max_spare = settings.max_spare.unwrap_or(usual.max_spare);
        if settings.max_spare.is_some() && max_spare <= min_spare {
            let taken = min_spare + 1;
            notes.push(format!(
                "MaxSpareThreads {max_spare} is not more than MinSpareThreads {min_spare}: {taken} is taken"
            ));
        }
        let spare = Self {
            start,
            min_spare,
            max_spare: max_spare.max(min_spare + 1),
            most,
            most_of_thread: settings.most_of_thread.filter(|&most| most > 0),
            stack: settings.stack,
        };
        (spare, notes)
    }

    /// The lines that `httpd -S` shows; `most_by` is the directive that says how many threads there are at most.
    pub fn rows(&self, usual: &Usual) -> Vec<(&'static str, String)> {
        let most = usual.most_by.map(|name| (name, self.most));
        let rows = [
            ("StartThreads", self.start),
            ("MinSpareThreads", self.min_spare),
            ("MaxSpareThreads", self.max_spare),
        ];
        rows.into_iter().chain(most).map(|(name, number)| (name, number.to_string())).collect()
    }

    /// What is to be done about a process of so many threads. One that is too many ends only at a `tick`.
    pub fn decide(&self, seen: &Census, tick: bool) -> Change {
        let free = seen.idle.saturating_sub(seen.waiting);
        let wanted = (self.min_spare + seen.waiting).saturating_sub(seen.idle);
        let start = wanted.min(self.most.saturating_sub(seen.threads));
        Change { start, retire: tick && free > self.max_spare, is_full: free == 0 && wanted > start }
    }
}

/// What is seen of a process's threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// All of them, those that start included.
    pub threads: usize,
    /// Those that have nothing to do.
    pub idle: usize,
    /// Connections that were accepted and have no thread yet.
    pub waiting: usize,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// So many are to be started.
    pub start: usize,
    /// One that is idle is one too many.
    pub retire: bool,
    /// Nobody is idle, and there may be no more.
    pub is_full: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Usual =
        Usual { start: 50, min_spare: 10, max_spare: 100, most: 2048, most_by: Some("MaxThreads") };

    fn settings(lines: &[(&str, usize)]) -> SpareSettings {
        let mut settings = SpareSettings::default();
        for (name, number) in lines {
            let place = match *name {
                "StartThreads" => &mut settings.start,
                "MinSpareThreads" => &mut settings.min_spare,
                "MaxSpareThreads" => &mut settings.max_spare,
                "MaxThreads" => &mut settings.most,
                other => panic!("{other}"),
            };
            *place = Some(*number);
        }
        settings
    }

    #[test]
    fn numbers_give_way_to_each_other_with_a_sentence_each() {
        for (lines, [start, min, max, most], expected) in [
            (vec![], [50, 10, 100, 2048], vec![]),
            // What nobody wrote gives way in silence.
            (vec![("MaxThreads", 5)], [5, 5, 100, 5], vec![]),
            (vec![("MinSpareThreads", 200)], [200, 200, 201, 2048], vec![]),
            (
                vec![("StartThreads", 9), ("MaxThreads", 8)],
                [8, 8, 100, 8],
                vec!["StartThreads 9 is more than MaxThreads 8: 8 is taken"],
            ),
            (
                vec![("MinSpareThreads", 20), ("MaxThreads", 8), ("MaxSpareThreads", 3)],
                [8, 8, 9, 8],
                vec![
                    "MinSpareThreads 20 is more than MaxThreads 8: 8 is taken",
                    "MaxSpareThreads 3 is not more than MinSpareThreads 8: 9 is taken",
                ],
            ),
        ] {
            let (spare, notes) = Spare::of(&settings(&lines), &USUAL);
            assert_eq!([spare.start, spare.min_spare, spare.max_spare, spare.most], [start, min, max, most]);
            assert_eq!(notes, expected, "{lines:?}");
        }
    }

    #[test]
    fn a_pool_follows_the_load() {
        let spare =
            Spare { start: 5, min_spare: 5, max_spare: 10, most: 20, most_of_thread: None, stack: None };
        for ((threads, idle, waiting), tick, start, retire, is_full) in [
            ((5, 5, 0), true, 0, false, false),
            ((15, 10, 0), true, 0, false, false),
            // Too few: as many as are missing, at once.
            ((5, 4, 0), false, 1, false, false),
            ((5, 0, 0), false, 5, false, false),
            ((5, 0, 7), false, 12, false, false),
            // Too many: one a tick.
            ((15, 11, 0), false, 0, false, false),
            ((15, 11, 0), true, 0, true, false),
            // No more than there may be.
            ((18, 0, 0), true, 2, false, true),
            ((20, 2, 0), true, 0, false, false),
            ((20, 0, 0), true, 0, false, true),
            ((20, 2, 2), true, 0, false, true),
        ] {
            let change = spare.decide(&Census { threads, idle, waiting }, tick);
            assert_eq!(change, Change { start, retire, is_full }, "{threads} {idle} {waiting}");
        }
    }

    #[test]
    fn it_comes_to_rest() {
        let spare =
            Spare { start: 5, min_spare: 5, max_spare: 6, most: 20, most_of_thread: None, stack: None };
        let mut threads = 20;
        for _ in 0..40 {
            let change = spare.decide(&Census { threads, idle: threads, waiting: 0 }, true);
            threads = threads + change.start - usize::from(change.retire);
        }
        assert_eq!(threads, 6);
    }
}
