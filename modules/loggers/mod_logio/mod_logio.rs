//! mod_logio: `%I`, `%O` and `%S` of access logs: bytes received and sent, heads and framing included.

use httpd::prelude::*;
use httpd::provider::LogItem;

/// The module.
pub static MODULE: Logio = Logio;

/// mod_logio.
pub struct Logio;

impl Module for Logio {
    const NAME: &'static str = "logio_module";
    type Config = ();

    const DIRECTIVES: &'static [Directive<()>] = &[Directive::one(
        "LogIOTrackTTFB",
        Place::SVD.htaccess(Override::ALL),
        "On|Off",
        "is accepted: the time to the first byte is not measured, %^FB is always -",
        |(), word, here| match word {
            _ if word.eq_ignore_ascii_case("off") => Ok(()),
            _ if word.eq_ignore_ascii_case("on") => {
                here.warn("LogIOTrackTTFB has no effect: the time to the first byte is not measured");
                Ok(())
            }
            _ => Err(Complaint::new(format!("LogIOTrackTTFB must be On or Off, not '{word}'")).argument(0)),
        },
    )];

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        for (name, write) in ITEMS {
            hooks.provide(name, LogItem { write });
        }
    }
}

type Write = fn(&Request, &str, &mut Vec<u8>);

const ITEMS: [(&str, Write); 4] = [
    ("I", |r, _, line| number(line, r.sent.received_bytes)),
    ("O", |r, _, line| number(line, sent(r))),
    ("S", |r, _, line| number(line, r.sent.received_bytes.saturating_add(sent(r)))),
    ("^FB", |_, _, _| {}),
];

fn sent(r: &Request) -> u64 {
    r.sent.head_bytes.saturating_add(r.sent.body_bytes)
}

fn number(line: &mut Vec<u8>, number: u64) {
    line.extend_from_slice(number.to_string().as_bytes());
}
