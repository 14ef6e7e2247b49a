//! The report as a page for people.

use httpd::os::process::Times;
use httpd::request::url::escape_html;
use httpd::server::scoreboard::{State, Worker};

use crate::lines::{date, short, span};
use crate::processes::{Process, sum};
use crate::report::{Report, float};

const MEGABYTE: f64 = 1_048_576.0;

/// How many letters of the scoreboard stand in one line.
const WIDTH: usize = 64;

/// What the columns of the table say.
const COLUMNS: [(&str, &str); 14] = [
    ("Srv", "Slot - generation"),
    ("PID", "Process"),
    ("Acc", "Requests of this connection / this process / this slot"),
    ("M", "What it does"),
    ("CPU", "Processor time of the process, in seconds"),
    ("SS", "Seconds since its latest request began"),
    ("Req", "Milliseconds that its latest request took"),
    ("Dur", "Milliseconds that all its requests took"),
    ("Conn", "Kilobytes sent on this connection"),
    ("Child", "Megabytes sent by this process"),
    ("Slot", "Megabytes sent by this slot"),
    ("Client", "Who asks"),
    ("VHost", "The virtual host that answers"),
    ("Request", "What is asked"),
];

/// The page; without `table`, threads are shown in lines.
pub(crate) fn page(report: &Report, table: bool) -> String {
    let threads = match (&report.extended, table) {
        (None, _) => states(report),
        (Some(_), true) => in_table(report),
        (Some(_), false) => in_lines(report),
    };
    format!(
        "<!DOCTYPE html>\n<html><head>\n<meta charset=\"utf-8\">\n<title>Server Status</title>\n</head><body>\n\
         <h1>Server Status for {} (via {})</h1>\n<dl>\n{}</dl>\n{}{}{threads}</body></html>\n",
        escape_html(&report.host),
        report.address,
        figures(report),
        processes(report),
        board(report),
    )
}

fn figures(report: &Report) -> String {
    let mut lines = vec![
        format!("Server Version: {}", report.version),
        format!("Server MPM: {}", report.mpm),
        format!("Server Built: {}", report.built),
        format!("Current Time: {}", date(report.now)),
        format!("Restart Time: {}", date(report.started)),
        format!("Parent Server Config. Generation: {}", report.generation.saturating_add(1)),
        format!("Parent Server MPM Generation: {}", report.generation),
        format!("Server uptime: {}", span(report.uptime())),
    ];
    if let Some([one, five, fifteen]) = report.load {
        lines.push(format!("Server load: {one:.2} {five:.2} {fifteen:.2}"));
    }
    lines.extend(totals(report));
    lines.push(format!(
        "{} requests currently being processed, {} workers gracefully restarting, {} idle workers",
        report.busy, report.graceful, report.idle
    ));
    let lines: Vec<String> = lines.iter().map(|line| format!("<dt>{}</dt>\n", escape_html(line))).collect();
    lines.concat()
}

fn totals(report: &Report) -> Vec<String> {
    let mut accesses = format!("Total accesses: {} - Total Traffic: {}", report.accesses, size(report.bytes));
    let mut rates = format!(
        "{} requests/sec - {}/second - {}/request",
        short(report.per_second(report.accesses)),
        size(report.per_second(report.bytes) as u64),
        size(report.per_request(float(report.bytes)) as u64),
    );
    let Some(extended) = &report.extended else { return vec![accesses, rates] };
    accesses.push_str(&format!(" - Total Duration: {}", extended.spent.as_millis()));
    let each = report.per_request(extended.spent.as_secs_f64() * 1000.0);
    rates.push_str(&format!(" - {} ms/request", short(each)));
    let usage = format!(
        "CPU Usage: {} - {}% CPU load",
        processor_times(extended.times, extended.times_of_children),
        short(extended.processor_load(report.uptime())),
    );
    vec![accesses, usage, rates]
}

/// `u1.5 s0.25 cu0 cs0`: user and system, own and of children, in seconds.
fn processor_times(own: Times, children: Times) -> String {
    let [u, s, cu, cs] =
        [own.user, own.system, children.user, children.system].map(|time| short(time.as_secs_f64()));
    format!("u{u} s{s} cu{cu} cs{cs}")
}

/// A row for each process, and one for all of them.
fn processes(report: &Report) -> String {
    const HEADS: &str = "<tr><th rowspan=\"2\">Slot</th><th rowspan=\"2\">PID</th><th rowspan=\"2\">Generation</th>\
        <th rowspan=\"2\">Stopping</th><th rowspan=\"2\">Connections</th><th colspan=\"2\">Threads</th>\
        <th colspan=\"3\">Async connections</th></tr>\n\
        <tr><th>busy</th><th>idle</th><th>writing</th><th>keep-alive</th><th>closing</th></tr>\n";
    let row = |process: &Process| {
        let Process { slot, pid, generation, is_stopping, .. } = process;
        let stopping = if *is_stopping { "yes" } else { "no" };
        let first = format!("<td>{slot}</td><td>{pid}</td><td>{generation}</td><td>{stopping}</td>");
        format!("<tr>{first}{}</tr>\n", numbers(process))
    };
    let rows: String = report.processes.iter().map(row).collect();
    let sums = format!(
        "<tr><td>Sum</td><td>{}</td><td></td><td>{}</td>{}</tr>\n",
        report.processes.len(),
        report.stopping(),
        numbers(&sum(&report.processes))
    );
    format!("<table>\n{HEADS}{rows}{sums}</table>\n")
}

fn numbers(process: &Process) -> String {
    let Process { threads, connections, .. } = process;
    let numbers = [
        connections.total,
        threads.busy as u64,
        threads.idle as u64,
        connections.writing,
        connections.kept,
        connections.closing,
    ];
    numbers.map(|number| format!("<td>{number}</td>")).concat()
}

/// The letters in lines, and what they mean.
fn board(report: &Report) -> String {
    let letters: Vec<char> = report.letters().chars().collect();
    let lines: String =
        letters.chunks(WIDTH).map(|line| line.iter().chain(&['\n']).collect::<String>()).collect();
    let keys = State::ALL.map(|(_, letter, words)| format!("\"<b><code>{letter}</code></b>\" {words}"));
    format!("<pre>{lines}</pre>\n<p>Scoreboard Key:<br>\n{}</p>\n", keys.join(",\n"))
}

/// Without ExtendedStatus: which process is in which state.
fn states(report: &Report) -> String {
    let there = report.workers.iter().filter(|worker| worker.state != State::Dead);
    let list: Vec<String> =
        there.map(|worker| format!("{} in state: {}\n", worker.pid, worker.state.letter())).collect();
    format!(
        "<p>What each of them is asked is known with <code>ExtendedStatus On</code>.</p>\n\
         <p>PID Key:</p>\n<pre>{}</pre>\n",
        list.concat()
    )
}

fn in_table(report: &Report) -> String {
    let names: String = COLUMNS.map(|(name, _)| format!("<th>{name}</th>")).concat();
    let rows: String = report.shown().map(|worker| row(report, worker)).collect();
    let keys: String =
        COLUMNS.map(|(name, meaning)| format!("<tr><th>{name}</th><td>{meaning}</td></tr>\n")).concat();
    format!("<table>\n<tr>{names}</tr>\n{rows}</table>\n<hr>\n<table>\n{keys}</table>\n")
}

fn row(report: &Report, worker: &Worker) -> String {
    let (details, accesses, bytes) = (&worker.details, worker.accesses, worker.bytes);
    let cells = [
        format!("<b>{}-{}</b>", worker.slot, worker.generation),
        pid(worker),
        format!("{}/{}/{}", accesses.connection, accesses.child, accesses.slot),
        mode(worker),
        format!("{:.2}", (details.times.user + details.times.system).as_secs_f64()),
        report.age(worker).to_string(),
        details.took.as_millis().to_string(),
        details.spent.as_millis().to_string(),
        format!("{:.1}", float(bytes.connection) / 1024.0),
        format!("{:.2}", float(bytes.child) / MEGABYTE),
        format!("{:.2}", float(bytes.slot) / MEGABYTE),
        escape_html(&details.client).into_owned(),
        escape_html(&details.vhost).into_owned(),
        escape_html(&details.request).into_owned(),
    ];
    format!("<tr>{}</tr>\n", cells.map(|cell| format!("<td>{cell}</td>")).concat())
}

fn in_lines(report: &Report) -> String {
    let lines: String = report.shown().map(|worker| line(report, worker)).collect();
    format!("<hr>\n<h2>Server Details</h2>\n{lines}")
}

fn line(report: &Report, worker: &Worker) -> String {
    let (details, accesses, bytes) = (&worker.details, worker.accesses, worker.bytes);
    format!(
        "<p><b>Server {}-{}</b> ({}): {}|{}|{} [{}] {} {} {} {} ({}|{}|{})<br>\n<i>{} {{{}}}</i> <b>[{}]</b></p>\n",
        worker.slot,
        worker.generation,
        pid(worker),
        accesses.connection,
        accesses.child,
        accesses.slot,
        words(worker),
        processor_times(details.times, details.times_of_children),
        report.age(worker),
        details.took.as_millis(),
        details.spent.as_millis(),
        size(bytes.connection),
        size(bytes.child),
        size(bytes.slot),
        escape_html(&details.client),
        escape_html(&details.request),
        escape_html(&details.vhost),
    )
}

/// The process, or `-` where the slot has none now.
fn pid(worker: &Worker) -> String {
    if worker.pid == 0 { "-".to_owned() } else { worker.pid.to_string() }
}

/// The letter of what a thread does, bold where it does something.
fn mode(worker: &Worker) -> String {
    let letter = worker.state.letter();
    if worker.state.is_busy() { format!("<b>{letter}</b>") } else { letter.to_string() }
}

fn words(worker: &Worker) -> String {
    let words = State::ALL.into_iter().find(|(state, ..)| *state == worker.state).map_or("", |row| row.2);
    if worker.state.is_busy() { format!("<b>{words}</b>") } else { words.to_owned() }
}

/// `12 B`, `3 kB`, `1.5 MB`, `2.0 GB`
fn size(bytes: u64) -> String {
    match bytes {
        0..5120 => format!("{bytes} B"),
        5120..524_288 => format!("{} kB", bytes / 1024),
        524_288..536_870_912 => format!("{:.1} MB", float(bytes) / MEGABYTE),
        _ => format!("{:.1} GB", float(bytes) / MEGABYTE / 1024.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::some;

    #[test]
    fn what_clients_send_is_text_on_the_page() {
        for table in [true, false] {
            let page = page(&some(), table);
            assert!(!page.contains("<script>") && !page.contains("/<b>&") && !page.contains("x<y"), "{page}");
            for text in ["&lt;script&gt;", "a&quot;b:80", "GET /&lt;b&gt;&amp;", "for x&lt;y (via 192.0.2.1)"]
            {
                assert!(page.contains(text), "{text} in {page}");
            }
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_that_served() {
        let page = page(&some(), true);
        let row = "<tr><td><b>1-3</b></td><td>4711</td><td>2/20/30</td><td><b>W</b></td><td>1.75</td><td>3</td>\
                   <td>12</td><td>345</td><td>2.5</td><td>1.00</td><td>3.00</td>";
        assert!(page.contains(row), "{page}");
        assert!(page.contains("<pre>.W_\n</pre>") && !page.contains("<b>2-"), "{page}");
        for (name, _) in COLUMNS {
            assert_eq!(page.matches(&format!("<th>{name}</th>")).count(), 2, "{name}");
        }
    }

    #[test]
    fn the_figures_are_apaches() {
        let page = page(&some(), false);
        for line in [
            "Server Version: Weir/0.1.0 (Unix)",
            "Parent Server Config. Generation: 4",
            "Server uptime: 2 hours 3 seconds",
            "Server load: 0.50 0.25 1.00",
            "Total accesses: 30 - Total Traffic: 3.0 MB - Total Duration: 345",
            "CPU Usage: u1.5 s0.25 cu0 cs0.25 - 0.0277662% CPU load",
            "0.00416493 requests/sec - 436 B/second - 102 kB/request - 11.5 ms/request",
            "1 requests currently being processed, 0 workers gracefully restarting, 1 idle workers",
        ] {
            assert!(page.contains(&format!("<dt>{line}</dt>")), "{line} in {page}");
        }
        assert!(page.contains("<b>Server 1-3</b> (4711): 2|20|30 [<b>Sending Reply</b>]"), "{page}");
    }

    #[test]
    fn without_extended_status_only_processes_are_known() {
        let page = page(&Report { extended: None, ..some() }, true);
        assert!(page.contains("4711 in state: W\n4712 in state: _\n") && !page.contains("CPU"), "{page}");
    }

    #[test]
    fn sizes_are_rounded() {
        for (bytes, text) in
            [(0, "0 B"), (5119, "5119 B"), (5120, "5 kB"), (1 << 20, "1.0 MB"), (3 << 30, "3.0 GB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
