//! What the core says of scripts, for the modules that run them: their variables and their limits.

use std::sync::Arc;

use super::CoreConfig;
use crate::config::values::{Keyword, keyword};
use crate::config::{Complaint, Directive, Override, Place};

/// CGIVar: how a variable of scripts is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CgiVariable {
    /// From what the client sent.
    OriginalUri,
    /// From what internal redirects made of it.
    CurrentUri,
}

impl Keyword for CgiVariable {
    const WORDS: &'static [(&'static str, Self)] =
        &[("original-uri", Self::OriginalUri), ("current-uri", Self::CurrentUri)];
}

/// RLimitCPU, RLimitMEM, RLimitNPROC: see setrlimit(2). `None` leaves the server's own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceLimit {
    /// The limit that a script may raise.
    pub soft: Option<Bound>,
    /// As far as it may.
    pub hard: Option<Bound>,
}

/// A limit's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// `max`: as far as the system lets the server go.
    Max,
    /// Seconds, bytes or processes.
    Of(u64),
}

impl ResourceLimit {
    /// Nothing is limited.
    pub const UNSET: Self = Self { soft: None, hard: None };

    fn read(name: &str, words: &[&str]) -> Result<Self, Complaint> {
        let bound = |place: usize| words.get(place).map(|word| bound(name, word, place)).transpose();
        Ok(Self { soft: bound(0)?, hard: bound(1)? })
    }
}

fn bound(name: &str, word: &str, place: usize) -> Result<Bound, Complaint> {
    if word.eq_ignore_ascii_case("max") {
        return Ok(Bound::Max);
    }
    word.parse().map(Bound::Of).map_err(|_| {
        Complaint::new(format!("{name} takes a number or max, not '{word}'"))
            .argument(place)
            .hint(format!("write: {name} soft-limit [hard-limit]"))
    })
}

const FILE_INFO: Place = Place::SVD.htaccess(Override::FILE_INFO);
const LIMITED: Place = Place::SVD.htaccess(Override::ALL);

/// Whom all of this is for.
const SCRIPTS: &str = "a module that runs scripts";

pub(crate) const ROWS: &[Directive<CoreConfig>] = &[
    Directive::waiting_for(
        SCRIPTS,
        Directive::flag(
            "CGIPassAuth",
            Place::D.htaccess(Override::AUTH_CONFIG),
            "Whether scripts see the Authorization field",
            |core, on| core.cgi_pass_auth = Some(on),
        ),
    ),
    Directive::waiting_for(
        SCRIPTS,
        Directive::two(
            "CGIVar",
            FILE_INFO,
            "REQUEST_URI original-uri|current-uri",
            "How a variable of scripts is made",
            |core, name, rule, _| {
                if !name.eq_ignore_ascii_case("REQUEST_URI") {
                    return Err(Complaint::new(format!("CGIVar does not know the variable {name}"))
                        .argument(0)
                        .hint("write: CGIVar REQUEST_URI original-uri|current-uri"));
                }
                let rule = keyword("CGIVar", rule).map_err(|complaint| complaint.argument(1))?;
                let mut variables = core.cgi_variables.take().unwrap_or_default().to_vec();
                variables.push((Arc::from("REQUEST_URI"), rule));
                core.cgi_variables = Some(variables.into());
                Ok(())
            },
        ),
    ),
    Directive::waiting_for(
        SCRIPTS,
        Directive::words(
            "RLimitCPU",
            LIMITED,
            ("seconds|max [seconds|max]", 1..=2),
            "How much processor time a script may take",
            |core, words, _| {
                core.rlimit_cpu = Some(ResourceLimit::read("RLimitCPU", words)?);
                Ok(())
            },
        ),
    ),
    Directive::waiting_for(
        SCRIPTS,
        Directive::words(
            "RLimitMEM",
            LIMITED,
            ("bytes|max [bytes|max]", 1..=2),
            "How much memory a script may take",
            |core, words, _| {
                core.rlimit_mem = Some(ResourceLimit::read("RLimitMEM", words)?);
                Ok(())
            },
        ),
    ),
    Directive::waiting_for(
        SCRIPTS,
        Directive::words(
            "RLimitNPROC",
            LIMITED,
            ("processes|max [processes|max]", 1..=2),
            "How many processes the user of a script may have",
            |core, words, _| {
                core.rlimit_nproc = Some(ResourceLimit::read("RLimitNPROC", words)?);
                Ok(())
            },
        ),
    ),
];
