//! mod_status: what the server does just now, wherever `SetHandler server-status` is in force: as a page, as lines for
//! programs (`?auto`), as JSON (`?json`).
//!
//! What it shows of each MPM:
//!
//! | MPM | a row of the processes is | a letter of the scoreboard is | connections of a letter |
//! |---|---|---|---|
//! | prefork | a child | a child | one |
//! | worker, leader, threadpool, mpm_winnt | a child | a serving thread | one |
//! | mpmt_os2, perchild | a child | a serving thread that there is or could be | one |
//! | event | a child | a serving thread | many: what they do is in the columns of connections |
//! | beos, mpm_netware, and `-X` | a generation | a serving thread that there is or could be | one |
//!
//! Whoever serves another generation than the newest is shown as `G`, and its process as stopping, under all of them.

mod lines;
mod page;
mod processes;
mod query;
mod report;

use httpd::prelude::*;
use httpd::provider::ShowsStatus;
use httpd::request::Method;

use query::{Form, Query};
use report::Report;

/// The module.
pub static MODULE: Status = Status;

/// mod_status.
pub struct Status;

impl Module for Status {
    const NAME: &'static str = "status_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.provide("status", ShowsStatus);
        hooks.handler("server-status", |r, ()| answer(r));
    }
}

fn answer(r: &mut Request) -> Handled {
    if !matches!(r.method(), Method::Get | Method::Head) {
        return Handled::Declined;
    }
    let query = Query::parse(r.query.as_deref().unwrap_or_default());
    let report = Report::of(r);
    let mut response = match query.form {
        Form::Page => Response::html(page::page(&report, query.table)),
        Form::Lines => Response::text(lines::auto(&report)),
        Form::Json => Response::new(200, lines::json(&report)).header("Content-Type", "application/json"),
    };
    if let Some(seconds) = query.refresh {
        response.headers.set("Refresh", seconds);
    }
    Handled::Respond(response)
}
