//! Written by configure: what `httpd -V` says of the compiler, and when the program was built.

use std::env;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn main() {
    // A new date for each change of the sources, and only for those.
    for part in ["Cargo.lock", "src", "srclib", "modules"] {
        println!("cargo::rerun-if-changed={}/{part}", {{ srcdir | rust }});
    }
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rustc-env=BUILT={}", date(seconds()));
    println!("cargo::rustc-env=BUILT_FOR={}", env::var("TARGET").unwrap_or_default());
    println!("cargo::rustc-env=BUILT_BY={}", compiler());
{%- if dynamic %}
    // Where the core's library is, seen from the program: where it is installed, and here.
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/{{ core_dir }}:$ORIGIN/build/lib");
{%- endif %}
}

/// Since 1970. https://reproducible-builds.org/specs/source-date-epoch/ has the variable.
fn seconds() -> u64 {
    let given = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// In UTC: `Nov 23 2026 02:49:00`.
fn date(seconds: u64) -> String {
    let (mut year, mut day) = (1970, seconds / 86400);
    while day >= days_in_year(year) {
        day -= days_in_year(year);
        year += 1;
    }
    let mut month = 0;
    while day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{} {:2} {year} {hour:02}:{minute:02}:{second:02}", MONTHS[month], day + 1)
}

fn days_in_year(year: u64) -> u64 {
    (0..12).map(|month| days_in_month(year, month)).sum()
}

fn days_in_month(year: u64, month: usize) -> u64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 => 28 + u64::from(leap),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

fn compiler() -> String {
    let version = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output();
    version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
