//! `<If>`, `<ElseIf>` and `<Else>`: which of the sections that stand in matching ones hold for a request.

use std::sync::Arc;

use crate::config::Scope;
use crate::config::sections::{Section, SectionKind};
use crate::request::Request;

/// `<If>` sections that stand together.
pub(super) enum Conditions<'a> {
    OfGeneration(&'a [Section]),
    OfHtaccess(Arc<[Section]>),
}

/// The sections that hold, in the order in which they are merged, and the header fields of the request that were looked
/// at. Expressions may ask for sub-requests, which walk too: the cache of walks must not be in use.
pub(super) fn chosen<'s>(conditions: &'s [Conditions<'_>], r: &Request) -> (Vec<&'s Section>, Vec<String>) {
    let scope = Scope::of(r).noting_fields();
    let mut chosen = Vec::new();
    for conditions in conditions {
        choose(conditions.sections(), &scope, &mut chosen);
    }
    (chosen, scope.fields_looked_at())
}

impl Conditions<'_> {
    fn sections(&self) -> &[Section] {
        match self {
            Self::OfGeneration(sections) => sections,
            Self::OfHtaccess(sections) => sections,
        }
    }
}

/// Of sections that stand together, those that hold, each with those inside it that do.
fn choose<'s>(sections: &'s [Section], scope: &Scope<'_>, chosen: &mut Vec<&'s Section>) {
    let mut taken = false;
    for section in sections {
        let holds = match &section.kind {
            SectionKind::If(expr) => expr.holds_in(scope),
            SectionKind::ElseIf(expr) => !taken && expr.holds_in(scope),
            _ => !taken,
        };
        taken = holds || (taken && !matches!(section.kind, SectionKind::If(_)));
        if holds {
            chosen.push(section);
            choose(&section.conditions, scope, chosen);
        }
    }
}
