//! What a server has used, from /proc.

use std::fs;

/// Processor time in seconds, user and system, of a process and all below it.
pub(crate) fn processor_time(root: u32) -> f64 {
    // USER_HZ, which is the same everywhere on Linux: proc_pid_stat(5).
    const TICKS: f64 = 100.0;
    processes(root)
        .iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).ok())
        .map(|stat| ticks(&stat))
        .sum::<f64>()
        / TICKS
}

/// Memory in KiB, shared pages divided among those who share them, of a process and all below it.
pub(crate) fn memory(root: u32) -> f64 {
    processes(root)
        .iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .map(|rollup| pss(&rollup))
        .sum()
}

/// utime and stime, the 14th and 15th field; the second is a name that may hold blanks.
fn ticks(stat: &str) -> f64 {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum()
}

fn pss(rollup: &str) -> f64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn processes(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
        found.extend(children.flat_map(|pids| {
            pids.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()
        }));
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_behind_the_name() {
        let stat = "12 (a b) c) S 1 12 12 0 -1 4194560 1 0 0 0 7 5 3 2 20 0 1 0 100 0 0";
        assert!((ticks(stat) - 12.0).abs() < 0.01);
        assert!(ticks("").abs() < 0.01);
    }

    #[test]
    fn shared_memory_is_divided() {
        assert!((pss("Rss:  100 kB\nPss:   40 kB\nPss_Dirty: 3 kB\n") - 40.0).abs() < 0.01);
    }

    #[test]
    fn a_process_uses_time_and_memory() {
        assert!(processes(std::process::id()).contains(&std::process::id()));
        assert!(memory(std::process::id()) > 0.0);
    }
}
