//! Requirements as a tree, and what the tree says of a request.

use std::sync::Arc;

use httpd::conf::Position;
use httpd::config::Complaint;
use httpd::explain::StepKind;
use httpd::provider::{Authz, AuthzCheck};
use httpd::request::Request;

/// What a tree says: as a provider does, or nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Granted,
    Denied,
    DeniedNoUser,
    Neutral,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Granted => "holds",
            Self::Denied => "does not hold",
            Self::DeniedNoUser => "needs the name of a user",
            Self::Neutral => "says nothing",
        }
    }
}

/// How the parts of a container combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Combine {
    All,
    Any,
    None,
}

/// One requirement or a container of them.
pub(crate) enum Node {
    Check {
        negated: bool,
        /// Its verdict is the same for all requests.
        constant: bool,
        check: AuthzCheck,
        /// Where it stands.
        position: Position,
    },
    Group(Group),
}

/// A container. Cloning it shares its parts.
#[derive(Clone)]
pub(crate) struct Group {
    combine: Combine,
    parts: Vec<Arc<Node>>,
}

impl Group {
    pub(crate) fn new(combine: Combine) -> Self {
        Self { combine, parts: Vec::new() }
    }

    /// Adds a part. One that can only deny means nothing where any one part is enough.
    pub(crate) fn add(&mut self, node: Node) -> Result<(), Complaint> {
        if self.combine != Combine::All && node.is_negative() {
            let complaint = "a negative requirement has no effect where any one requirement is enough";
            return Err(Complaint::new(complaint).hint("put it into <RequireAll> beside a positive one"));
        }
        self.parts.push(Arc::new(node));
        Ok(())
    }

    /// A container of only negative parts could never let anyone pass.
    pub(crate) fn check(&self) -> Result<(), Complaint> {
        if self.parts.is_empty() {
            return Err(Complaint::new("this container requires nothing"));
        }
        if self.combine == Combine::All && self.parts.iter().all(|part| part.is_negative()) {
            let complaint = "this container has only negative requirements: nobody could pass";
            return Err(Complaint::new(complaint).hint("add a positive one, such as: Require all granted"));
        }
        Ok(())
    }

    fn verdict(&self, r: &Request) -> Verdict {
        let said = self.parts.iter().map(|part| part.verdict(r));
        match self.combine {
            Combine::Any => any(said),
            Combine::All => all(said),
            Combine::None => negate(any(said)),
        }
    }
}

impl Node {
    /// A container of two.
    pub(crate) fn both(combine: Combine, first: &Arc<Self>, second: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::Group(Group { combine, parts: vec![Arc::clone(first), Arc::clone(second)] }))
    }

    pub(crate) fn verdict(&self, r: &Request) -> Verdict {
        match self {
            Self::Group(group) => group.verdict(r),
            Self::Check { negated, constant, check, position } => {
                let verdict = match check(r) {
                    Authz::Granted => Verdict::Granted,
                    Authz::Denied => Verdict::Denied,
                    Authz::DeniedNoUser => Verdict::DeniedNoUser,
                };
                let verdict = if *negated { negate(verdict) } else { verdict };
                r.note_step(StepKind::Access, Some(position), || match verdict {
                    Verdict::Granted | Verdict::Denied if !constant => {
                        format!("{} for {}", verdict.name(), r.client_ip)
                    }
                    _ => verdict.name().to_owned(),
                });
                verdict
            }
        }
    }

    /// Its verdict is the same for all requests.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Self::Check { constant, .. } => *constant,
            Self::Group(group) => group.parts.iter().all(|part| part.is_constant()),
        }
    }

    /// It can deny, but never grant.
    fn is_negative(&self) -> bool {
        match self {
            Self::Check { negated, .. } => *negated,
            Self::Group(group) => group.combine == Combine::None,
        }
    }
}

/// A negated requirement denies, or says nothing.
fn negate(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Granted => Verdict::Denied,
        Verdict::Denied | Verdict::Neutral => Verdict::Neutral,
        Verdict::DeniedNoUser => Verdict::DeniedNoUser,
    }
}

/// One is enough. A user who is not known yet might still be granted.
fn any(said: impl Iterator<Item = Verdict>) -> Verdict {
    let mut sum = Verdict::Neutral;
    for verdict in said {
        match (verdict, sum) {
            (Verdict::Granted, _) => return Verdict::Granted,
            (Verdict::DeniedNoUser, _) => sum = Verdict::DeniedNoUser,
            (Verdict::Denied, Verdict::Neutral) => sum = Verdict::Denied,
            _ => {}
        }
    }
    sum
}

/// None may deny, and one must grant.
fn all(said: impl Iterator<Item = Verdict>) -> Verdict {
    let mut sum = Verdict::Neutral;
    for verdict in said {
        match (verdict, sum) {
            (Verdict::Denied, _) => return Verdict::Denied,
            (Verdict::DeniedNoUser, _) => sum = Verdict::DeniedNoUser,
            (Verdict::Granted, Verdict::Neutral) => sum = Verdict::Granted,
            _ => {}
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Denied, DeniedNoUser, Granted, Neutral};
    use super::*;

    #[test]
    fn verdicts_combine_as_apaches_do() {
        type Row = (&'static [Verdict], Verdict, Verdict, Verdict);
        let rows: &[Row] = &[
            // said                      any            all           none
            (&[Granted], Granted, Granted, Denied),
            (&[Denied], Denied, Denied, Neutral),
            (&[Granted, Denied], Granted, Denied, Denied),
            (&[Granted, DeniedNoUser], Granted, DeniedNoUser, Denied),
            (&[Denied, DeniedNoUser], DeniedNoUser, Denied, DeniedNoUser),
            (&[Neutral, Granted], Granted, Granted, Denied),
            (&[Neutral], Neutral, Neutral, Neutral),
        ];
        for (said, is_any, is_all, is_none) in rows {
            assert_eq!(any(said.iter().copied()), *is_any, "any of {said:?}");
            assert_eq!(all(said.iter().copied()), *is_all, "all of {said:?}");
            assert_eq!(negate(any(said.iter().copied())), *is_none, "none of {said:?}");
        }
    }
}
