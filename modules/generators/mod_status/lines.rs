//! The report for programs: lines with the names and in the order that monitors of Apache know, and the same as JSON.

use std::time::{Duration, SystemTime};

use httpd::server::scoreboard::Worker;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::processes::{Connections, Process, sum};
use crate::report::{Report, float};

/// What stands behind a name.
enum Field {
    Text(String),
    Number(String),
}

/// The lines of `?auto`.
pub(crate) fn auto(report: &Report) -> String {
    let mut text = format!("{}\n", report.host);
    for (name, field) in fields(report) {
        let (Field::Text(value) | Field::Number(value)) = field;
        text.push_str(&format!("{name}: {value}\n"));
    }
    text
}

/// The object of `?json`: the lines of `?auto`, the processes, and the threads that have served somebody.
pub(crate) fn json(report: &Report) -> String {
    let mut text = format!("{{\"Host\":{}", quoted(&report.host));
    for (name, field) in fields(report) {
        let value = match field {
            Field::Text(value) => quoted(&value),
            Field::Number(value) => value,
        };
        text.push_str(&format!(",\"{}\":{value}", name.replace(' ', "")));
    }
    let children: Vec<String> = report.processes.iter().map(process_as_json).collect();
    let workers: Vec<String> = report.shown().map(|worker| worker_as_json(report, worker)).collect();
    text.push_str(&format!(",\"Children\":[{}],\"Workers\":[{}]}}\n", children.join(","), workers.join(",")));
    text
}

fn fields(report: &Report) -> Vec<(&'static str, Field)> {
    let text = |value: &str| Field::Text(value.to_owned());
    let number = |value: u64| Field::Number(value.to_string());
    let seconds = report.uptime().as_secs();
    let mut fields = vec![
        ("ServerVersion", text(&report.version)),
        ("ServerMPM", text(report.mpm)),
        ("Server Built", text(report.built)),
        ("CurrentTime", Field::Text(date(report.now))),
        ("RestartTime", Field::Text(date(report.started))),
        ("ParentServerConfigGeneration", number(report.generation.saturating_add(1))),
        ("ParentServerMPMGeneration", number(report.generation)),
        ("ServerUptimeSeconds", number(seconds)),
        ("ServerUptime", Field::Text(span(report.uptime()))),
    ];
    if let Some(load) = report.load {
        let loads = ["Load1", "Load5", "Load15"].into_iter().zip(load);
        fields.extend(loads.map(|(name, load)| (name, Field::Number(format!("{load:.2}")))));
    }
    fields.push(("Total Accesses", number(report.accesses)));
    fields.push(("Total kBytes", number(report.bytes / 1024)));
    if let Some(extended) = &report.extended {
        let (own, children) = (extended.times, extended.times_of_children);
        let time = |time: Duration| Field::Number(short(time.as_secs_f64()));
        fields.extend([
            ("Total Duration", number(extended.spent.as_millis() as u64)),
            ("CPUUser", time(own.user)),
            ("CPUSystem", time(own.system)),
            ("CPUChildrenUser", time(children.user)),
            ("CPUChildrenSystem", time(children.system)),
            ("CPULoad", Field::Number(short(extended.processor_load(report.uptime())))),
        ]);
    }
    fields.extend([
        ("Uptime", number(seconds)),
        ("ReqPerSec", Field::Number(short(report.per_second(report.accesses)))),
        ("BytesPerSec", Field::Number(short(report.per_second(report.bytes)))),
        ("BytesPerReq", Field::Number(short(report.per_request(float(report.bytes))))),
    ]);
    if let Some(extended) = &report.extended {
        let each = report.per_request(extended.spent.as_secs_f64() * 1000.0);
        fields.push(("DurationPerReq", Field::Number(short(each))));
    }
    let connections = sum(&report.processes).connections;
    fields.extend([
        ("BusyWorkers", number(report.busy as u64)),
        ("GracefulWorkers", number(report.graceful as u64)),
        ("IdleWorkers", number(report.idle as u64)),
        ("Processes", number(report.processes.len() as u64)),
        ("Stopping", number(report.stopping() as u64)),
        ("ConnsTotal", number(connections.total)),
        ("ConnsAsyncWriting", number(connections.writing)),
        ("ConnsAsyncKeepAlive", number(connections.kept)),
        ("ConnsAsyncClosing", number(connections.closing)),
        ("Scoreboard", Field::Text(report.letters())),
    ]);
    fields
}

fn process_as_json(process: &Process) -> String {
    let Process { slot, pid, generation, is_stopping, threads, connections } = process;
    let Connections { total, writing, kept, closing } = connections;
    format!(
        "{{\"Slot\":{slot},\"PID\":{pid},\"Generation\":{generation},\"Stopping\":{is_stopping},\"Busy\":{},\"Idle\":{},\
         \"Connections\":{total},\"Writing\":{writing},\"KeepAlive\":{kept},\"Closing\":{closing}}}",
        threads.busy, threads.idle,
    )
}

fn worker_as_json(report: &Report, worker: &Worker) -> String {
    let (details, accesses, bytes) = (&worker.details, worker.accesses, worker.bytes);
    let texts = [("Client", &details.client), ("VHost", &details.vhost), ("Request", &details.request)];
    let texts = texts.map(|(name, text)| format!(",\"{name}\":{}", quoted(text))).concat();
    format!(
        "{{\"Slot\":{},\"Generation\":{},\"PID\":{},\"Mode\":\"{}\",\"SS\":{},\"Req\":{},\"Dur\":{},\
         \"Acc\":[{},{},{}],\"Bytes\":[{},{},{}]{texts}}}",
        worker.slot,
        worker.generation,
        worker.pid,
        worker.state.letter(),
        report.age(worker),
        details.took.as_millis(),
        details.spent.as_millis(),
        accesses.connection,
        accesses.child,
        accesses.slot,
        bytes.connection,
        bytes.child,
        bytes.slot,
    )
}

/// A JSON string (RFC 8259, 7). What a browser could take for markup is escaped as well.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `Monday, 23-Nov-2026 02:49:00 UTC`
pub(crate) fn date(time: SystemTime) -> String {
    let zoned = Timestamp::try_from(time).map(|time| time.to_zoned(TimeZone::system()));
    zoned.unwrap_or_else(|_| Zoned::now()).strftime("%A, %d-%b-%Y %H:%M:%S %Z").to_string()
}

/// `1 day 2 hours 5 seconds`
pub(crate) fn span(length: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = length.as_secs();
    let mut parts = Vec::new();
    for (size, name) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

/// A number with at most six digits that say something, as `%g` of printf(3) writes it.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    let whole = number.abs().log10().floor() as i32;
    let text = format!("{number:.*}", (5 - whole).clamp(0, 12) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::some;

    #[test]
    fn the_names_and_their_order_are_apaches() {
        let text = auto(&some());
        let names: Vec<&str> = text.lines().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(
            names.join(","),
            "x<y,ServerVersion,ServerMPM,Server Built,CurrentTime,RestartTime,ParentServerConfigGeneration,\
             ParentServerMPMGeneration,ServerUptimeSeconds,ServerUptime,Load1,Load5,Load15,Total Accesses,Total kBytes,\
             Total Duration,CPUUser,CPUSystem,CPUChildrenUser,CPUChildrenSystem,CPULoad,Uptime,ReqPerSec,BytesPerSec,\
             BytesPerReq,DurationPerReq,BusyWorkers,GracefulWorkers,IdleWorkers,Processes,Stopping,ConnsTotal,\
             ConnsAsyncWriting,ConnsAsyncKeepAlive,ConnsAsyncClosing,Scoreboard"
        );
        for line in [
            "ServerUptime: 2 hours 3 seconds",
            "Total Accesses: 30",
            "Total kBytes: 3072",
            "Total Duration: 345",
            "CPUUser: 1.5",
            "CPULoad: 0.0277662",
            "BytesPerReq: 104858",
            "DurationPerReq: 11.5",
            "Processes: 2",
            "ConnsAsyncWriting: 1",
            "Scoreboard: .W_",
        ] {
            assert!(text.contains(&format!("\n{line}\n")), "{line} in {text}");
        }
    }

    #[test]
    fn without_extended_status_nothing_is_said_of_time() {
        let text = auto(&Report { extended: None, ..some() });
        assert!(!text.contains("CPU") && !text.contains("Duration") && text.contains("Total Accesses"));
    }

    #[test]
    fn json_holds_whatever_clients_send() {
        let text = json(&some());
        assert!(
            text.starts_with("{\"Host\":\"x\\u003cy\",\"ServerVersion\":\"Weir/0.1.0 (Unix)\","),
            "{text}"
        );
        assert!(text.contains(",\"TotalAccesses\":30,"), "{text}");
        assert!(
            text.ends_with(
                ",\"Children\":[{\"Slot\":1,\"PID\":4711,\"Generation\":3,\"Stopping\":false,\"Busy\":1,\"Idle\":0,\
                 \"Connections\":1,\"Writing\":1,\"KeepAlive\":0,\"Closing\":0},\
                 {\"Slot\":2,\"PID\":4712,\"Generation\":3,\"Stopping\":false,\"Busy\":0,\"Idle\":1,\
                 \"Connections\":0,\"Writing\":0,\"KeepAlive\":0,\"Closing\":0}],\"Workers\":[{\"Slot\":1,\"Generation\":3,\"PID\":4711,\"Mode\":\"W\",\"SS\":3,\"Req\":12,\"Dur\":345,\
                 \"Acc\":[2,20,30],\"Bytes\":[2560,1048576,3145728],\"Client\":\"\\u003cscript\\u003e\",\
                 \"VHost\":\"a\\\"b:80\",\"Request\":\"GET /\\u003cb\\u003e\\u0026\\\\\\u0001 HTTP/1.1\"}]}\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn lengths_of_time_are_in_words() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (90_061, "1 day 1 hour 1 minute 1 second"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.083_333_333, "0.0833333"),
            (1234.5678, "1234.57"),
            (12_345_678.9, "12345679"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(short(number), text);
        }
    }
}
