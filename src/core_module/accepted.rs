//! Directives that are read, checked and then have no effect, because there is nothing here that they are about. Whoever
//! starts the server with `-e info` is told; so does docs/configuration.md.

use super::{CoreConfig, mutex};
use crate::config::values::one_of;
use crate::config::{Complaint, Directive, Here, Override, Place};

const FILE_INFO: Place = Place::SVD.htaccess(Override::FILE_INFO);
const ALL: Place = Place::SVD.htaccess(Override::ALL);

pub(crate) const ROWS: &[Directive<CoreConfig>] = &[
    Directive::idle(
        "FlushMaxPipelined",
        Place::SV,
        ("responses", 1..=1),
        "Has no effect: answers are written as soon as they are whole",
        |words, _| between("FlushMaxPipelined", words[0], -1, i32::MAX.into()),
    ),
    Directive::idle(
        "FlushMaxThreshold",
        Place::SV,
        ("bytes", 1..=1),
        "Has no effect: answers are written as soon as they are whole",
        |words, _| between("FlushMaxThreshold", words[0], 0, u32::MAX.into()),
    ),
    Directive::idle(
        "ReadBufferSize",
        ALL,
        ("bytes", 1..=1),
        "Has no effect: buffers are as large as what they hold",
        |words, _| between("ReadBufferSize", words[0], 0, u32::MAX.into()),
    ),
    Directive::idle(
        "ListenCoresBucketsRatio",
        Place::S,
        ("ratio", 1..=1),
        "Has no effect: one process is woken for each connection, however many wait",
        |words, _| between("ListenCoresBucketsRatio", words[0], 1, i32::MAX.into()),
    ),
    Directive::idle(
        "ListenTCPDeferAccept",
        Place::S,
        ("seconds", 1..=1),
        "Has no effect: AcceptFilter says which connections are accepted when their first bytes are there",
        |words, _| between("ListenTCPDeferAccept", words[0], 1, i32::MAX.into()),
    ),
    Directive::idle(
        "ThreadStackSize",
        Place::S,
        ("bytes", 1..=1),
        "Has no effect: children of this MPM have one thread",
        |words, _| between("ThreadStackSize", words[0], 0, i32::MAX.into()),
    ),
    Directive::idle(
        "MaxMemFree",
        Place::S,
        ("KBytes", 1..=1),
        "Has no effect: memory goes back as it is freed",
        |words, _| between("MaxMemFree", words[0], 0, u32::MAX.into()),
    ),
    Directive::idle(
        "Mutex",
        Place::S,
        ("mechanism [name ...] [OmitPID]", 1..=usize::MAX),
        "Has no effect: processes take no lock that could be chosen",
        mutex::check,
    ),
    Directive::idle(
        "AcceptMutex",
        Place::S,
        ("mechanism", 1..=1),
        "Has no effect: no lock is taken around accept",
        |_, _| Ok(()),
    ),
    Directive::idle(
        "LockFile",
        Place::S,
        ("file", 1..=1),
        "Has no effect: no lock is taken around accept",
        |_, _| Ok(()),
    ),
    Directive::idle(
        "EnableExceptionHook",
        Place::S,
        ("On|Off", 1..=1),
        "Has no effect: nothing runs in a child that crashed",
        |_, _| Ok(()),
    ),
    Directive::idle(
        "DefaultRuntimeDir",
        Place::SVD,
        ("directory", 1..=1),
        "Has no effect: what processes share has no files",
        |words, here| runtime_directory(words[0], here),
    ),
    Directive::idle(
        "ContentDigest",
        Place::SVD.htaccess(Override::OPTIONS),
        ("On|Off", 1..=1),
        "Has no effect: Content-MD5 is no field of HTTP any more",
        |words, _| word("ContentDigest", words[0], &["On", "Off"]),
    ),
    Directive::idle(
        "Protocol",
        Place::SV,
        ("protocol", 1..=1),
        "Has no effect: Listen says what is spoken where",
        |_, _| Ok(()),
    ),
    Directive::idle(
        "RegexDefaultOptions",
        Place::S,
        ("[+|-]ICASE|DOTALL|DOLLAR_ENDONLY ...|none", 1..=usize::MAX),
        "Has no effect: a dot matches any character and $ the very end; (?i) and (?x) are for the patterns that want it",
        regex_options,
    ),
    Directive::idle(
        "NameVirtualHost",
        Place::SV,
        ("address[:port]", 1..=1),
        "Has no effect: every address may have several virtual hosts",
        |_, here| {
            here.warn("NameVirtualHost has no effect: names choose among the virtual hosts of an address without it");
            Ok(())
        },
    ),
    Directive::idle(
        "DefaultType",
        FILE_INFO,
        ("None", 1..=1),
        "Has no effect: a file of unknown type has none",
        |words, here| {
            if !words[0].eq_ignore_ascii_case("none") {
                here.warn("DefaultType has no effect: a file of unknown type has none");
            }
            Ok(())
        },
    ),
];

fn between(name: &str, word: &str, least: i64, most: i64) -> Result<(), Complaint> {
    match word.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        Ok(number) => {
            Err(Complaint::new(format!("{name} {number} is outside what is allowed, {least} to {most}"))
                .argument(0))
        }
        Err(_) => Err(Complaint::new(format!("{name} takes a number, not '{word}'")).argument(0)),
    }
}

fn word(name: &str, word: &str, known: &[&str]) -> Result<(), Complaint> {
    if known.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(());
    }
    Err(Complaint::new(format!("{name} must be {}, not '{word}'", one_of(known))).argument(0))
}

fn runtime_directory(name: &str, here: &Here<'_>) -> Result<(), Complaint> {
    if here.server_path(name).is_dir() {
        return Ok(());
    }
    let sentence = "DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot";
    Err(Complaint::new(sentence).argument(0))
}

fn regex_options(words: &[&str], _: &mut Here<'_>) -> Result<(), Complaint> {
    const KNOWN: [&str; 3] = ["ICASE", "DOTALL", "DOLLAR_ENDONLY"];
    if matches!(words, [none] if none.eq_ignore_ascii_case("none")) {
        return Ok(());
    }
    words.iter().enumerate().try_for_each(|(place, option)| {
        word("RegexDefaultOptions", option.trim_start_matches(['+', '-']), &KNOWN)
            .map_err(|complaint| complaint.argument(place))
    })
}
