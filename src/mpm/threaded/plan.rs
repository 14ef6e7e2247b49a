//! How many processes there should be, by how many of their threads are idle. Pure: what was seen goes in,
//! what is to be done comes out.

use super::Limits;
use crate::mpm::{Occasion, Orders, Role, Seen};

/// The most processes that one tick starts.
const FASTEST: usize = 32;

/// What is remembered from tick to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many processes the next tick may start; doubles as long as they are too few.
    rate: usize,
    /// That there are too few threads and may be no more.
    full: Occasion,
}

/// What a tick decides.
#[derive(Debug, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub orders: Orders,
    /// So many threads are busy, too few are idle, and there may be no more: to be told. Said when it begins.
    pub full: Option<usize>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { rate: 1, full: Occasion::default() }
    }
}

impl Plan {
    /// Decides by the children that there are.
    pub fn decide(&mut self, limits: &Limits, seen: &[Seen]) -> Decision {
        let idle: usize = seen.iter().map(|child| child.idle.min(limits.threads)).sum();
        let mut orders = Orders::default();
        let mut is_full = false;
        if idle < limits.min_spare && seen.len() < limits.processes {
            orders.spawn = vec![Role::default(); self.births(limits, seen.len(), idle)];
        } else {
            self.rate = 1;
            if idle > limits.max_spare {
                orders.retire.extend(idlest(seen));
            } else {
                is_full = is_short(limits, idle);
            }
        }
        let busy = (seen.len() * limits.threads).saturating_sub(idle);
        Decision { orders, full: self.full.is_news(is_full).then_some(busy) }
    }

    /// As many as are missing, but no more than the rate, which doubles.
    fn births(&mut self, limits: &Limits, processes: usize, idle: usize) -> usize {
        let missing = (limits.min_spare - idle).div_ceil(limits.threads);
        let room = limits.processes - processes;
        let rate = self.rate;
        self.rate = (rate * 2).min(FASTEST);
        missing.min(rate).min(room)
    }
}

/// Fewer are idle than should be, and more could be.
fn is_short(limits: &Limits, idle: usize) -> bool {
    idle < limits.min_spare && (idle == 0 || limits.workers() > limits.min_spare)
}

/// Who has the least to finish; of several the youngest, for the kernel wakes the oldest first and its caches
/// are warm.
fn idlest(seen: &[Seen]) -> Option<usize> {
    let most = seen.iter().map(|child| child.idle).max()?;
    seen.iter().rposition(|child| child.idle == most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits =
        Limits { start: 3, processes: 16, threads: 25, min_spare: 75, max_spare: 250, stack: None };

    fn seen(idle: &[usize]) -> Vec<Seen> {
        idle.iter().map(|&idle| Seen { role: Role::default(), idle, connections: 0 }).collect()
    }

    #[test]
    fn one_tick() {
        for (idle, spawned, retired, full) in [
            // At its start, at rest, and anywhere between the two bounds: nothing.
            (vec![25; 3], 0, vec![], None),
            (vec![25; 10], 0, vec![], None),
            // Too few idle: the first tick starts one.
            (vec![25, 25, 24], 1, vec![], None),
            (vec![], 1, vec![], None),
            // Too many idle: one leaves, the idlest, the youngest.
            (vec![25; 11], 0, vec![10], None),
            ([vec![25; 11], vec![24]].concat(), 0, vec![10], None),
            // No more processes allowed.
            (vec![0; 16], 0, vec![], Some(400)),
            ([vec![0; 13], vec![25; 2], vec![24]].concat(), 0, vec![], Some(326)),
            ([vec![0; 13], vec![25; 3]].concat(), 0, vec![], None),
            // A child that lies is believed as far as its threads go.
            (vec![usize::MAX, 0, 0], 1, vec![], None),
        ] {
            let Decision { orders, full: said } = Plan::default().decide(&LIMITS, &seen(&idle));
            assert_eq!((orders.spawn.len(), orders.retire, said), (spawned, retired, full), "{idle:?}");
        }
    }

    #[test]
    fn a_rush_is_met_by_twice_as_many_each_tick() {
        let limits = Limits { processes: 200, min_spare: 3000, max_spare: 4000, ..LIMITS };
        let mut plan = Plan::default();
        let mut processes = 3;
        let mut started = Vec::new();
        for _ in 0..9 {
            let births = plan.decide(&limits, &seen(&vec![0; processes])).orders.spawn.len();
            started.push(births);
            processes += births;
        }
        assert_eq!(started, [1, 2, 4, 8, 16, 32, 32, 32, 32]);
        assert_eq!(plan.decide(&limits, &seen(&vec![25; 120])).orders, Orders::default());
        assert_eq!(plan.rate, 1, "who has enough begins anew");
    }

    #[test]
    fn no_more_are_started_than_are_missing_or_allowed() {
        let eager = Plan { rate: 32, ..Plan::default() };
        for (idle, processes, spawned) in
            [(74, 3, 1), (50, 3, 1), (49, 3, 2), (0, 3, 3), (0, 15, 1), (0, 16, 0)]
        {
            let mut all = vec![0; processes];
            for (place, idle) in
                all.iter_mut().zip([idle.min(25), (idle.max(25) - 25).min(25), idle.max(50) - 50])
            {
                *place = idle;
            }
            assert_eq!(
                eager.clone().decide(&LIMITS, &seen(&all)).orders.spawn.len(),
                spawned,
                "{idle} {processes}"
            );
        }
    }

    #[test]
    fn a_pool_at_rest_neither_grows_nor_shrinks() {
        for min_spare in [1, 10, 75, 200] {
            let limits = Limits { min_spare, max_spare: min_spare + 25, ..LIMITS };
            let (mut plan, mut processes) = (Plan::default(), 16);
            for _ in 0..40 {
                let orders = plan.decide(&limits, &seen(&vec![25; processes])).orders;
                processes = processes + orders.spawn.len() - orders.retire.len();
            }
            let orders = plan.decide(&limits, &seen(&vec![25; processes])).orders;
            assert_eq!(orders, Orders::default(), "MinSpareThreads {min_spare}: {processes} processes");
        }
    }

    #[test]
    fn a_full_server_is_told_of_once() {
        let mut plan = Plan::default();
        let told = (0..180).filter(|_| plan.decide(&LIMITS, &seen(&[0; 16])).full.is_some()).count();
        assert_eq!(told, 1);
        let small = Limits { processes: 3, ..LIMITS };
        for (idle, full) in [([25, 25, 24], None), ([0, 0, 1], None), ([0, 0, 0], Some(75))] {
            let said = Plan::default().decide(&small, &seen(&idle)).full;
            assert_eq!(said, full, "{idle:?}: 75 can never be idle while one is busy");
        }
    }
}
