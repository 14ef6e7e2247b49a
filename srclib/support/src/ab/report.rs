//! What is said in the end: labels, columns and units are those that programs look for.

use std::fmt::Write;
use std::time::UNIX_EPOCH;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::plan::Plan;
use super::tally::{Column, Measure, Sample, Tally, milliseconds};

/// What is said before the first request.
pub(super) fn head(plan: &Plan) -> String {
    let through =
        plan.proxy.as_ref().map_or(String::new(), |(host, port)| format!("[through {host}:{port}] "));
    let end = if plan.heartbeat.is_some() { "\n" } else { "..." };
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "This is ab of Weir httpd, Version {version}\n\nBenchmarking {} {through}(be patient){end}",
        plan.url.host
    )
}

/// The whole report.
pub(super) fn text(plan: &Plan, tally: &Tally) -> String {
    let mut out = if plan.heartbeat.is_some() { "\n\n".to_owned() } else { "..done\n\n\n".to_owned() };
    out += &what(plan, tally);
    out += &counts(plan, tally);
    if !tally.samples.is_empty() {
        out += &rates(plan, tally);
        out += &times(plan, tally);
        if plan.percentages && tally.samples.len() > 1 {
            out += &percentages(&tally.column(|sample| sample.total));
        }
    }
    out
}

/// How long each percentage took at most, for spreadsheets.
pub(super) fn by_commas(tally: &Tally) -> String {
    let total = tally.column(|sample| sample.total);
    let mut out = "Percentage served,Time in ms\n".to_owned();
    for percent in 0..=100 {
        let _ = writeln!(out, "{percent},{:.3}", total.percentile(percent));
    }
    out
}

/// Each measured value, the fastest first.
pub(super) fn for_gnuplot(tally: &Tally) -> String {
    let mut samples = tally.samples.clone();
    samples.sort_unstable_by_key(|sample| sample.total);
    let mut out = "starttime\tseconds\tctime\tdtime\tttime\twait\n".to_owned();
    for sample in samples {
        let seconds = sample.begun.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let [connect, processing, total, wait] =
            [sample.connect, sample.processing(), sample.total, sample.wait]
                .map(|time| milliseconds(time).round());
        let _ = writeln!(out, "{}\t{seconds}\t{connect}\t{processing}\t{total}\t{wait}", date(seconds));
    }
    out
}

/// As ctime(3) has it.
fn date(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let local = time.unwrap_or_default().to_zoned(TimeZone::system());
    local.strftime("%a %b %d %H:%M:%S %Y").to_string()
}

fn line(label: &str, value: impl std::fmt::Display) -> String {
    format!("{:<24}{value}\n", format!("{label}:"))
}

fn what(plan: &Plan, tally: &Tally) -> String {
    let length = tally.length.unwrap_or_default();
    let length = if plan.lengths_differ { "Variable".to_owned() } else { format!("{length} bytes") };
    [
        line("Server Software", &tally.server),
        line("Server Hostname", &plan.url.host),
        line("Server Port", plan.url.port),
        "\n".to_owned(),
        line("Document Path", &plan.url.path),
        line("Document Length", length),
        "\n".to_owned(),
    ]
    .concat()
}

fn counts(plan: &Plan, tally: &Tally) -> String {
    let mut out = line("Concurrency Level", plan.concurrency);
    out += &line("Time taken for tests", format_args!("{:.3} seconds", tally.elapsed.as_secs_f64()));
    out += &line("Complete requests", tally.done());
    out += &line("Failed requests", tally.failed());
    if tally.failed() > 0 {
        let Tally { connect_faults, receive_faults, length_faults, exceptions, .. } = tally;
        out += &format!(
            "   (Connect: {connect_faults}, Receive: {receive_faults}, Length: {length_faults}, Exceptions: {exceptions})\n"
        );
    }
    for (label, count) in [("Write errors", tally.write_faults), ("Non-2xx responses", tally.not_2xx)] {
        if count > 0 {
            out += &line(label, count);
        }
    }
    if plan.keeps_alive {
        out += &line("Keep-Alive requests", tally.kept_alive);
    }
    out += &line("Total transferred", format_args!("{} bytes", tally.received));
    if plan.has_body {
        out += &line("Total body sent", tally.sent);
    }
    out + &line("HTML transferred", format_args!("{} bytes", tally.bodies))
}

fn rates(plan: &Plan, tally: &Tally) -> String {
    let seconds = tally.elapsed.as_secs_f64().max(1e-9);
    let done = number(tally.done() as u64);
    let each = seconds * 1000.0 / done;
    let rate = |bytes: u64| number(bytes) / 1024.0 / seconds;
    let mut out = line("Requests per second", format_args!("{:.2} [#/sec] (mean)", done / seconds));
    let of_all = number(plan.concurrency as u64) * each;
    out += &line("Time per request", format_args!("{of_all:.3} [ms] (mean)"));
    out += &line("Time per request", format_args!("{each:.3} [ms] (mean, across all concurrent requests)"));
    out += &line("Transfer rate", format_args!("{:.2} [Kbytes/sec] received", rate(tally.received)));
    if plan.has_body {
        out += &format!("{:24}{:.2} kb/s sent\n", "", rate(tally.sent));
        out += &format!("{:24}{:.2} kb/s total\n", "", rate(tally.sent + tally.received));
    }
    out
}

/// What is measured of each request, in the order of the table.
const COLUMNS: [(&str, Measure); 4] = [
    ("Connect:", |sample| sample.connect),
    ("Processing:", Sample::processing),
    ("Waiting:", |sample| sample.wait),
    ("Total:", |sample| sample.total),
];

fn times(plan: &Plan, tally: &Tally) -> String {
    let mut out = "\nConnection Times (ms)\n".to_owned();
    if !plan.deviations {
        out += "              min   avg   max\n";
        for (label, of) in COLUMNS.into_iter().filter(|column| column.0 != "Waiting:") {
            let column = tally.column(of);
            let [least, mean, most] = [column.least(), column.mean(), column.most()].map(f64::round);
            out += &format!("{label:<12}{least:>5} {mean:>5}{most:>5}\n");
        }
        return out;
    }
    out += "              min  mean[+/-sd] median   max\n";
    for (label, of) in COLUMNS {
        let column = tally.column(of);
        let [least, mean, median, most] =
            [column.least(), column.mean(), column.median(), column.most()].map(f64::round);
        let deviation = column.deviation();
        out += &format!("{label:<12}{least:>5} {mean:>4} {deviation:>5.1} {median:>6} {most:>7}\n");
    }
    out
}

fn percentages(total: &Column) -> String {
    let mut out = "\nPercentage of the requests served within a certain time (ms)\n".to_owned();
    for percent in [50, 66, 75, 80, 90, 95, 98, 99] {
        let _ = writeln!(out, " {percent:>3}%  {:>5}", total.percentile(percent).round());
    }
    let _ = writeln!(out, " 100%  {:>5} (longest request)", total.most().round());
    out
}

/// Counts here are far below where a floating point number would lose any of it.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::super::PROGRAM;
    use super::super::tally::{Fault, answered};
    use super::*;
    use std::time::Duration;

    fn plan(line: &str) -> Plan {
        let words = line.split_whitespace().map(Into::into);
        Plan::of(&PROGRAM.read(words).unwrap()).unwrap()
    }

    fn tally() -> Tally {
        let mut tally = Tally { elapsed: Duration::from_millis(50), ..Tally::default() };
        for total in [4, 2, 9, 5] {
            tally.answer(answered(total, 1024), false);
        }
        tally
    }

    #[test]
    fn a_report() {
        let expected = "..done\n\n\n\
            Server Software:        Weir/0.1.0\n\
            Server Hostname:        a.example\n\
            Server Port:            81\n\n\
            Document Path:          /b\n\
            Document Length:        1024 bytes\n\n\
            Concurrency Level:      2\n\
            Time taken for tests:   0.050 seconds\n\
            Complete requests:      4\n\
            Failed requests:        0\n\
            Total transferred:      4496 bytes\n\
            HTML transferred:       4096 bytes\n\
            Requests per second:    80.00 [#/sec] (mean)\n\
            Time per request:       25.000 [ms] (mean)\n\
            Time per request:       12.500 [ms] (mean, across all concurrent requests)\n\
            Transfer rate:          87.81 [Kbytes/sec] received\n\n\
            Connection Times (ms)\n\
            \x20             min  mean[+/-sd] median   max\n\
            Connect:        1    1   0.0      1       1\n\
            Processing:     1    4   2.9      4       8\n\
            Waiting:        1    2   1.3      2       4\n\
            Total:          2    5   2.9      5       9\n\n\
            Percentage of the requests served within a certain time (ms)\n\
            \x20 50%      4\n\x20 66%      5\n\x20 75%      5\n\x20 80%      9\n\x20 90%      9\n\
            \x20 95%      9\n\x20 98%      9\n\x20 99%      9\n\x20100%      9 (longest request)\n";
        assert_eq!(text(&plan("-n4 -c2 http://a.example:81/b"), &tally()), expected);
    }

    #[test]
    fn lines_that_not_every_report_has() {
        let mut tally = tally();
        for fault in [Fault::Connect, Fault::Receive, Fault::Length, Fault::Exception, Fault::Write] {
            tally.fault(fault);
        }
        tally.not_2xx = 3;
        tally.sent = 512;
        let plan = Plan { has_body: true, ..plan("-k -l -S -d a.example/") };
        let text = text(&plan, &tally);
        for part in [
            "Document Length:        Variable\n",
            "Complete requests:      8\nFailed requests:        4\n   (Connect: 1, Receive: 1, Length: 1, Exceptions: 1)\n",
            "Write errors:           1\nNon-2xx responses:      3\nKeep-Alive requests:    0\nTotal transferred:",
            "Total body sent:        512\nHTML transferred:",
            " [Kbytes/sec] received\n                        10.00 kb/s sent\n                        97.81 kb/s total\n",
            "              min   avg   max\nConnect:        1     1    1\nProcessing:     1     4    8\nTotal:",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Percentage") && !text.contains("Waiting"));
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let text = text(&plan("a.example/"), &Tally::default());
        assert!(text.contains("Complete requests:      0\n") && !text.contains("NaN"), "{text}");
    }

    #[test]
    fn heads() {
        assert!(head(&plan("a.example/")).ends_with("\n\nBenchmarking a.example (be patient)..."));
        assert!(
            head(&plan("-n 200 -X p:81 a.example/"))
                .ends_with("Benchmarking a.example [through p:81] (be patient)\n")
        );
    }

    #[test]
    fn files_for_other_programs() {
        let text = by_commas(&tally());
        assert!(text.starts_with("Percentage served,Time in ms\n0,2.000\n1,2.000\n"), "{text}");
        assert!(text.ends_with("\n99,9.000\n100,9.000\n") && text.lines().count() == 102, "{text}");
        let text = for_gnuplot(&tally());
        let rows: Vec<_> =
            text.lines().map(|line| line.split('\t').skip(1).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            rows,
            ["seconds ctime dtime ttime wait", "0 1 1 2 1", "0 1 3 4 2", "0 1 4 5 2", "0 1 8 9 4"]
        );
    }
}
