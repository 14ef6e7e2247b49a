//! What a server has used, from /proc.

use std::fs;
use std::path::PathBuf;

/// Processor time in seconds, user and system, of a process and all below it: of those threads that have not ended.
///
/// Not of `stat`, which cuts each process's time to whole hundredths: of many processes nothing may be left.
pub(crate) fn processor_time(root: u32) -> f64 {
    const NANOSECONDS: f64 = 1e9;
    processes(root)
        .iter()
        .flat_map(|pid| threads(*pid))
        .filter_map(|thread| fs::read_to_string(thread.join("schedstat")).ok())
        .map(|schedstat| ran(&schedstat))
        .sum::<f64>()
        / NANOSECONDS
}

/// Memory in KiB, shared pages divided among those who share them, of a process and all below it.
pub(crate) fn memory(root: u32) -> f64 {
    processes(root)
        .iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .map(|rollup| pss(&rollup))
        .sum()
}

/// How long it has run, in nanoseconds: the first field (Documentation/scheduler/sched-stats.rst of Linux).
fn ran(schedstat: &str) -> f64 {
    schedstat.split_whitespace().next().and_then(|ran| ran.parse().ok()).unwrap_or_default()
}

fn pss(rollup: &str) -> f64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn processes(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        let children = threads(pid).filter_map(|thread| fs::read_to_string(thread.join("children")).ok());
        found.extend(children.flat_map(|pids| {
            pids.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()
        }));
        at += 1;
    }
    found
}

/// The folders of a process's threads.
fn threads(pid: u32) -> impl Iterator<Item = PathBuf> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.map(|thread| thread.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_is_the_time_on_the_processor() {
        assert!((ran("6482563 116044 11\n") - 6_482_563.0).abs() < 0.01);
        assert!(ran("").abs() < 0.01);
    }

    #[test]
    fn shared_memory_is_divided() {
        assert!((pss("Rss:  100 kB\nPss:   40 kB\nPss_Dirty: 3 kB\n") - 40.0).abs() < 0.01);
    }

    #[test]
    fn a_process_uses_time_and_memory() {
        assert!(processes(std::process::id()).contains(&std::process::id()));
        assert!(memory(std::process::id()) > 0.0 && processor_time(std::process::id()) > 0.0);
    }
}
