//! Who is told what becomes of a request while it goes through the phases: nobody where clients are served.

use std::cell::{Cell, RefCell};

use conf::Position;

use crate::hooks::Phase;
use crate::request::{Relation, Request, Response};
use crate::server::log::Level;

/// What kind of thing had a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// An alias, a redirect, a rewriting: what a URL is mapped to.
    Mapping,
    /// The file that the URL leads to.
    File,
    /// A section that applies.
    Section,
    /// A `.htaccess` file that was read.
    Htaccess,
    /// Who may pass.
    Access,
    /// A phase that ended with an answer.
    Answer,
    /// Who makes the answer.
    Handler,
    /// Another request for the sake of this one, or in its place.
    Request,
    /// A line for the error log, which gets it if `LogLevel` lets it.
    Log,
}

impl StepKind {
    /// Its name, for people and for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::File => "file",
            Self::Section => "section",
            Self::Htaccess => "htaccess",
            Self::Access => "access",
            Self::Answer => "answer",
            Self::Handler => "handler",
            Self::Request => "request",
            Self::Log => "log",
        }
    }
}

/// One thing that had a say in what becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What kind of thing.
    pub kind: StepKind,
    /// The line of the configuration, where there is one.
    pub position: Option<Position>,
    /// What came of it; may be empty for a line that applies and says all.
    pub says: String,
    /// How many requests this one is made for or takes the place of; 0 for the client's own.
    pub depth: usize,
}

impl Step {
    /// The line of the configuration as it is written, without the blanks around it.
    pub fn line(&self) -> Option<String> {
        let excerpt = self.position.as_ref()?.excerpt();
        excerpt.lines().next().map(|line| line.trim().to_owned())
    }
}

/// Whose handler makes the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    /// The name that `SetHandler` gives it; `default-handler` is the core's, for files.
    pub name: String,
    /// The files of the modules that have such a handler, in the order in which they are asked.
    pub modules: Vec<&'static str>,
}

/// Hears what becomes of the requests of one connection.
#[derive(Default)]
pub(crate) struct Witness {
    steps: RefCell<Vec<Step>>,
    /// Sections of a URL, which are to be told only if the request does not come to its file; and their place among the steps.
    held: RefCell<(usize, Vec<Step>)>,
    answerer: RefCell<Option<Answerer>>,
    /// A handler was reached that is not run here.
    stopped: Cell<bool>,
    /// The phase in which the client's own request was answered.
    answered_in: Cell<Option<Phase>>,
}

impl Witness {
    pub(crate) fn add(&self, step: Step) {
        self.steps.borrow_mut().push(step);
    }

    /// The sections that were told of last, of this request, are told again once its file is known.
    pub(crate) fn hold_sections(&self, r: &Request) {
        let mut steps = self.steps.borrow_mut();
        let depth = depth(r);
        let is_own = |step: &Step| step.kind == StepKind::Section && step.depth == depth;
        let start = steps.iter().rposition(|step| !is_own(step)).map_or(0, |last| last + 1);
        self.held.replace((start, steps.split_off(start)));
    }

    pub(crate) fn forget_held(&self) {
        self.held.take();
    }

    /// A request was answered in a phase, ahead of any handler.
    pub(crate) fn answered(&self, r: &Request, phase: Phase, by: Option<&str>, response: &Response) {
        let (start, held) = self.held.take();
        self.steps.borrow_mut().splice(start..start, held);
        if r.parent.is_none() {
            self.answered_in.set(Some(phase));
        }
        let by = by.unwrap_or("the core");
        r.note_step(StepKind::Answer, None, || format!("{} by {by} in {}", response.status, phase.name()));
    }

    /// These modules have a handler of the name that was chosen: what they would say is not asked.
    pub(crate) fn stop_at(&self, r: &Request, name: &str, modules: Vec<&'static str>) {
        self.stopped.set(true);
        self.handled_by(r, name, modules);
    }

    pub(crate) fn handled_by(&self, r: &Request, name: &str, modules: Vec<&'static str>) {
        r.note_step(StepKind::Handler, None, || format!("{name} ({})", modules.join(", ")));
        self.answerer.replace(Some(Answerer { name: name.to_owned(), modules }));
    }

    pub(crate) fn log(&self, r: Option<&Request>, level: Level, number: &str, text: String) {
        let says = format!("{number} ({}): {text}", level.name());
        self.add(Step { kind: StepKind::Log, position: None, says, depth: r.map_or(0, depth) });
    }

    pub(super) fn answered_in(&self) -> Option<Phase> {
        self.answered_in.get()
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.stopped.get()
    }

    pub(super) fn take(&self) -> (Vec<Step>, Option<Answerer>) {
        (self.steps.take(), self.answerer.take())
    }
}

impl Request {
    /// Tells `httpd --explain` of something that had a say in what becomes of this request: a line of the configuration,
    /// and what came of it. While clients are served nobody listens, and `says` is not called.
    pub fn note_step(&self, kind: StepKind, position: Option<&Position>, says: impl FnOnce() -> String) {
        if let Some(witness) = &self.connection.witness {
            let (position, says) = (position.cloned(), says());
            witness.add(Step { kind, position, says, depth: depth(self) });
        }
    }
}

/// How many requests stand behind one.
fn depth(r: &Request) -> usize {
    std::iter::successors(r.parent.as_ref(), |(_, parent): &&(Relation, Box<Request>)| parent.parent.as_ref())
        .count()
}
