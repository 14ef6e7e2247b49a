//! mod_headers: edits the header fields of requests (`RequestHeader`) and answers (`Header`).

mod format;
mod rule;

use std::sync::Arc;

use httpd::filters::FilterKind;
use httpd::prelude::*;

use rule::{Rule, Table, When};

/// The module.
pub static MODULE: EditHeaders = EditHeaders;

/// mod_headers.
pub struct EditHeaders;

/// The rules, outer sections first.
#[derive(Default, Clone)]
pub struct HeadersConfig {
    request: Vec<Arc<Rule>>,
    response: Vec<Arc<Rule>>,
}

impl Config for HeadersConfig {
    fn merge(&self, inner: &Self) -> Self {
        let chain = |outer: &[Arc<Rule>], inner: &[Arc<Rule>]| outer.iter().chain(inner).cloned().collect();
        Self {
            request: chain(&self.request, &inner.request),
            response: chain(&self.response, &inner.response),
        }
    }
}

const ANYWHERE: Place = Place::SVD.htaccess(Override::FILE_INFO);

/// Names of the filters: one for answers of handlers, one for errors.
const FIXUP_OUT: &str = "FIXUP_HEADERS_OUT";
const FIXUP_ERR: &str = "FIXUP_HEADERS_ERR";

impl Module for EditHeaders {
    const NAME: &'static str = "headers_module";
    type Config = HeadersConfig;

    const DIRECTIVES: &'static [Directive<HeadersConfig>] = &[
        Directive::words(
            "Header",
            ANYWHERE,
            (
                "[onsuccess|always] action field [value [replacement]] [early|env=[!]variable|expr=expression]",
                2..=6,
            ),
            "edits header fields of answers",
            |config, words, _| {
                config.response.push(Arc::new(Rule::parse_response(words)?));
                Ok(())
            },
        ),
        Directive::words(
            "RequestHeader",
            ANYWHERE,
            ("action field [value [replacement]] [early|env=[!]variable|expr=expression]", 2..=5),
            "edits header fields of requests, before the handler sees them",
            |config, words, _| {
                config.request.push(Arc::new(Rule::parse_request(words)?));
                Ok(())
            },
        ),
    ];

    fn hooks(&self, hooks: &mut Hooks<'_, HeadersConfig>) {
        hooks.post_read_request(Order::First, |r, config| {
            edit_request(r, config, When::Early);
            edit_always(r, config, When::Early, 200);
            let mut headers = std::mem::take(&mut r.headers_out);
            edit(r, config, (Table::Success, When::Early), 200, &mut headers);
            r.headers_out = headers;
            Outcome::Declined
        });
        hooks.fixups(Order::Last, |r, config| {
            edit_request(r, config, When::Late);
            Outcome::Declined
        });
        hooks.insert_filter(Order::Last, |r, config| add_filter(r, config, FIXUP_OUT));
        hooks.insert_error_filter(Order::Last, |r, config| add_filter(r, config, FIXUP_ERR));
        hooks.steady(|config| config.request.is_empty() && config.response.is_empty());
        hooks.silent(|config| config.response.is_empty());
        hooks.output_filter(FIXUP_OUT, FilterKind::ContentSet, |r, config, mut response| {
            edit_always(r, config, When::Late, response.status);
            edit(r, config, (Table::Success, When::Late), response.status, &mut response.headers);
            response
        });
        hooks.output_filter(FIXUP_ERR, FilterKind::ContentSet, |r, config, response| {
            edit_always(r, config, When::Late, response.status);
            response
        });
    }
}

fn add_filter(r: &mut Request, config: &HeadersConfig, name: &str) -> Outcome {
    if !config.response.is_empty() {
        r.add_output_filter(name);
    }
    Outcome::Declined
}

fn edit_request(r: &mut Request, config: &HeadersConfig, when: When) {
    for rule in config.request.iter().filter(|rule| rule.when == when) {
        rule.apply_to_request(r);
    }
}

fn edit_always(r: &mut Request, config: &HeadersConfig, when: When, status: u16) {
    let mut headers = std::mem::take(&mut r.always_out);
    edit(r, config, (Table::Always, when), status, &mut headers);
    r.always_out = headers;
}

fn edit(
    r: &mut Request,
    config: &HeadersConfig,
    (table, when): (Table, When),
    status: u16,
    headers: &mut Headers,
) {
    for rule in config.response.iter().filter(|rule| rule.when == when && rule.table == table) {
        rule.apply(r, status, headers);
    }
}
