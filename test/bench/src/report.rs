//! Medians and ratios, as a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::thread;

use crate::Failure;
use crate::load::{Figure, Work};
use crate::options::Options;
use crate::servers::Peer;

/// All that was measured.
#[derive(Default)]
pub(crate) struct Figures(BTreeMap<(Work, Peer), Vec<Figure>>);

impl Figures {
    pub(crate) fn note(&mut self, work: Work, peer: Peer, figure: Figure) {
        self.0.entry((work, peer)).or_default().push(figure);
    }

    /// A table for the programs of one MPM.
    pub(crate) fn report(&self, mpm: &str) -> String {
        let mut page = format!(
            "\n## {mpm}\n\n| work | server | cost | | from | to | reached | weir / it |\n|---|---|---|---|---|---|---|---|\n"
        );
        for (work, peer) in self.0.keys() {
            let (cost, reached) = (self.cost(*work, *peer), self.reached(*work, *peer));
            let ratio = ratio(self.cost(*work, Peer::Weir), cost);
            let (least, most) = self.spread(*work, *peer);
            let row = format!(
                "| {work} | {} | {cost:.2} | {} | {least:.2} | {most:.2} | {reached:.0} | {ratio} |\n",
                peer.name(),
                work.unit()
            );
            page.push_str(&row);
        }
        let works: BTreeSet<Work> = self.0.keys().map(|key| key.0).collect();
        let best = |work| self.cost(work, Peer::Nginx).min(self.cost(work, Peer::NginxCopy));
        let ratios = works
            .into_iter()
            .map(|work| format!("{work} {}", ratio(self.cost(work, Peer::Weir), best(work))));
        page.push_str(&format!("\nWeir / the better nginx: {}.\n", ratios.collect::<Vec<_>>().join(", ")));
        page
    }

    fn cost(&self, work: Work, peer: Peer) -> f64 {
        median(self.0.get(&(work, peer)).into_iter().flatten().map(|figure| figure.cost))
    }

    /// The lowest and the highest of the rounds: what lies between is noise.
    fn spread(&self, work: Work, peer: Peer) -> (f64, f64) {
        let costs = self.0.get(&(work, peer)).into_iter().flatten().map(|figure| figure.cost);
        costs
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), cost| (least.min(cost), most.max(cost)))
    }

    fn reached(&self, work: Work, peer: Peer) -> f64 {
        median(self.0.get(&(work, peer)).into_iter().flatten().map(|figure| figure.reached))
    }
}

/// What stands above the tables: the machine, the versions, and the hot path in pieces.
pub(crate) fn opening(options: &Options) -> Result<String, Failure> {
    let mut page = format!(
        "# What was measured\n\n`make bench` writes this page; README.md says what the figures mean. Medians of {} rounds of {} s, the lowest and the highest beside them.\n\n{}",
        options.rounds,
        options.seconds,
        machine(options)
    );
    if let Some(file) = &options.pieces {
        page.push_str("\n## The hot path in pieces\n\n| piece | time |\n|---|---|\n");
        for (piece, time) in pieces(&fs::read_to_string(file)?) {
            page.push_str(&format!("| {piece} | {time} |\n"));
        }
    }
    Ok(page)
}

/// criterion's `name   time:   [low middle high]`: a long name has a line of its own.
fn pieces(said: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut last = "";
    for line in said.lines() {
        if let Some((name, times)) = line.split_once("time:") {
            let name = if name.trim().is_empty() { last } else { name };
            let words: Vec<&str> = times.trim().trim_matches(['[', ']']).split(' ').collect();
            let middle = words.get(2..4).unwrap_or_default().join(" ");
            found.push((name.trim().to_owned(), middle));
        }
        last = line;
    }
    found
}

/// Of nothing it is no number, which every comparison passes over.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (Some(low), Some(high)) if values.len().is_multiple_of(2) => f64::midpoint(*low, *high),
        (_, Some(value)) => *value,
        (_, None) => f64::NAN,
    }
}

fn ratio(own: f64, other: f64) -> String {
    let ratio = own / other;
    if ratio.is_finite() { format!("{ratio:.2}") } else { "-".to_owned() }
}

fn machine(options: &Options) -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("", |(_, name)| name);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let count = thread::available_parallelism().map_or(1, usize::from);
    let httpd = options.httpds.first().map_or_else(String::new, |httpd| httpd.display().to_string());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    let mut text =
        format!("- {count} processors:{cpu}; Linux {}; load average before: {load}\n", kernel.trim());
    for (program, option) in
        [(&*httpd, "-v"), ("/usr/sbin/nginx", "-v"), ("/usr/sbin/apache2", "-v"), ("wrk", "-v")]
    {
        text.push_str(&format!("- {}\n", version(program, option)));
    }
    text
}

/// The first line that a program says of itself, on whichever of its outputs.
fn version(program: &str, option: &str) -> String {
    let Ok(output) = Command::new(program).arg(option).output() else {
        return format!("{program} is not here");
    };
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_in_the_middle() {
        let table: [(&[f64], f64); 4] =
            [(&[1.0], 1.0), (&[9.0, 1.0], 5.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0, 2.0, 100.0], 3.0)];
        for (values, expected) in table {
            assert!((median(values.iter().copied()) - expected).abs() < 1e-9, "{values:?}");
        }
        assert!(median(std::iter::empty()).is_nan());
    }

    #[test]
    fn criterions_lines_are_read() {
        let said = "short   time:   [1.0 ns 1.1 ns 1.2 ns]\n   change: x\na longer name than that\n   time:   [1 \u{b5}s 2 \u{b5}s 3 \u{b5}s]\n";
        let expected = [("short", "1.1 ns"), ("a longer name than that", "2 \u{b5}s")];
        assert_eq!(pieces(said), expected.map(|(name, time)| (name.to_owned(), time.to_owned())));
    }

    #[test]
    fn what_was_not_measured_has_no_ratio() {
        assert_eq!(ratio(1.0, 4.0), "0.25");
        assert_eq!(ratio(1.0, f64::NAN), "-");
        assert_eq!(ratio(1.0, 0.0), "-");
    }
}
