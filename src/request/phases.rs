//! The life of a request: the table of phases, run forward only.

use std::pin::pin;
use std::rc::Rc;

use super::{Body, Request, Response, answer, errors, files, methods, redirect, route};
use crate::config::{Configs, walk};
use crate::core_module::Core;
use crate::explain::{DEFAULT_HANDLER, StepKind};
use crate::hooks::{
    CallWait, Entry, Handled, HandlerStep, Outcome, PHASES, Phase, PhaseRow, Registry, Run, Step,
};
use crate::log;
use crate::module::ModuleIndex;
use crate::protocol::caught::caught;

/// Answers a request. The request given back is the one that was answered: after internal redirects it
/// is the last of a chain ([`Request::original`] is the first). Nothing fails: what goes wrong is an
/// answer too.
pub async fn process(mut r: Box<Request>) -> (Box<Request>, Response) {
    let thread = Rc::clone(&r.connection.thread);
    let registry = &thread.generation.registry;
    loop {
        let handled = caught(pin!(handle(&mut r, registry))).await;
        let handled = match handled {
            Ok(handled) => handled,
            Err(said) => {
                log!(*r, Error, AH20406, "a module panicked on {}: {said}", r.path);
                r = redirect::main_request(r);
                r.connection.close_after_answer();
                Handled::status(500)
            }
        };
        match settle(r, registry, handled) {
            Settled::Answered(r, response) => return (r, response),
            Settled::Page(r, page) => return finish_page(r, registry, page).await,
            Settled::Again(next) => r = next,
        }
    }
}

/// Answers a request whose head will not do with an error. No phase runs but those of the ErrorDocument.
pub async fn refuse(r: Box<Request>, status: u16) -> (Box<Request>, Response) {
    let thread = Rc::clone(&r.connection.thread);
    let registry = &thread.generation.registry;
    match settle(r, registry, Handled::status(status)) {
        Settled::Answered(r, response) => (r, response),
        Settled::Page(r, page) => finish_page(r, registry, page).await,
        Settled::Again(next) => Box::pin(process(next)).await,
    }
}

/// Runs the hooks of `log_transaction`, once for an answered request. They do not wait.
pub fn log(r: &mut Request) {
    let thread = Rc::clone(&r.connection.thread);
    let configs = Rc::clone(&r.configs);
    for entry in thread.generation.registry.phase(Phase::LogTransaction) {
        if let Step::Now(hook) = &entry.step {
            hook.call(r, configs.get(entry.module));
        }
    }
}

/// Runs the phases up to `fixups`: all that is known of a request without answering it.
/// `Err` is an answer that came early.
pub(crate) async fn prepare(r: &mut Request, registry: &Registry) -> Result<(), Box<Response>> {
    let (unmapped, mapped) = PHASES[..=Phase::Fixups as usize].split_at(Phase::TranslateName as usize);
    run(r, registry, unmapped).await?;
    if let Some(answer) = methods::answer_early(r).await {
        return Err(Box::new(answer));
    }
    run(r, registry, mapped).await
}

enum Settled {
    Answered(Box<Request>, Response),
    /// The page of an error, which filters have not seen yet.
    Page(Box<Request>, Response),
    Again(Box<Request>),
}

/// Makes of what a handler said an answer, or the next request of a chain.
fn settle(mut r: Box<Request>, registry: &Registry, handled: Handled) -> Settled {
    let mut response = match handled {
        Handled::Respond(response) => response,
        Handled::Declined => Response::status(404),
        Handled::Redirect(to) => match redirect::internal(r, &to) {
            Ok(next) => return Settled::Again(next),
            Err((same, status)) => {
                r = same;
                Response::status(status)
            }
        },
    };
    if !errors::is_left_to_us(&response) {
        response = answer::finish(&mut r, registry, response);
    }
    // A range that cannot be satisfied is found out when all else is done.
    if !errors::is_left_to_us(&response) {
        return Settled::Answered(r, response);
    }
    match errors::tell(r, response) {
        errors::Told::Elsewhere(next) => Settled::Again(next),
        errors::Told::Here(r, response) => Settled::Page(r, response),
    }
}

async fn finish_page(mut r: Box<Request>, registry: &Registry, page: Response) -> (Box<Request>, Response) {
    r.filters.clear();
    let early = run_phase(&mut r, registry, Phase::InsertErrorFilter).await.err();
    let page = early.map_or(page, |early| *early);
    let page = answer::finish_error(&mut r, registry, page);
    (r, page)
}

async fn handle(r: &mut Request, registry: &Registry) -> Handled {
    if route::take(r) {
        return Handled::Respond(files::serve(r).await);
    }
    if let Err(early) = prepare(r, registry).await {
        return Handled::Respond(*early);
    }
    answer::add_configured_filters(r, registry);
    match run_phase(r, registry, Phase::InsertFilter).await {
        Ok(()) => invoke(r, registry).await,
        Err(early) => Handled::Respond(*early),
    }
}

/// Asks the handler that was chosen by name, else the one that the media type names, else files.
async fn invoke(r: &mut Request, registry: &Registry) -> Handled {
    if let Some(name) = r.content.handler.clone() {
        let handled = ask(r, registry, &name).await;
        r.sent.handler = Some(name);
        if !matches!(handled, Handled::Declined) {
            return handled;
        }
    } else if registry.has_media_handlers()
        && let Some(media_type) = r.content.media_type.clone()
    {
        let end = media_type.bytes().position(|byte| byte == b';').unwrap_or(media_type.len());
        let name = media_type[..end].trim_end();
        let handled = ask(r, registry, name).await;
        if !matches!(handled, Handled::Declined) {
            return handled;
        }
    }
    if let Some(witness) = &r.connection.witness {
        witness.handled_by(r, DEFAULT_HANDLER, vec![Core::FILE]);
    }
    route::remember(r, registry);
    Handled::Respond(files::serve(r).await)
}

async fn ask(r: &mut Request, registry: &Registry, name: &str) -> Handled {
    let handlers = registry.handlers(name);
    if let (Some(witness), [_, ..]) = (&r.connection.witness, handlers) {
        let modules = &r.connection.thread.generation.modules;
        let files = handlers.iter().map(|(module, _)| modules[module.get()].file()).collect();
        witness.stop_at(r, name, files);
        return Handled::Respond(Response::status(200));
    }
    let configs = Rc::clone(&r.configs);
    for (module, step) in handlers {
        let config = configs.get(*module);
        let handled = match step {
            HandlerStep::Now(handler) => handler.call(r, config),
            HandlerStep::Wait(handler) => match handler.call(r, config) {
                Some(waiting) => waiting.await,
                None => Handled::Declined,
            },
        };
        if !matches!(handled, Handled::Declined) {
            return handled;
        }
    }
    Handled::Declined
}

async fn run_phase(r: &mut Request, registry: &Registry, phase: Phase) -> Result<(), Box<Response>> {
    run(r, registry, &PHASES[phase as usize..=phase as usize]).await
}

/// Runs phases, with the core's own part of each ahead of its hooks and after them. Only a hook that waits is worth
/// a future: the others are called in a plain loop, which costs a third of one with a future for each phase.
async fn run(r: &mut Request, registry: &Registry, phases: &'static [PhaseRow]) -> Result<(), Box<Response>> {
    let mut course = Course::new(r, registry, phases);
    let ended = course.run(r).await;
    if let (Err(response), Some(witness)) = (&ended, &r.connection.witness) {
        let module =
            course.answered_by.map(|module| r.connection.thread.generation.modules[module.get()].file());
        witness.answered(r, course.row.map_or(Phase::HeaderParser, |row| row.phase), module, response);
    }
    ended
}

/// How far a request has come in its phases.
struct Course<'a> {
    registry: &'a Registry,
    /// The phases that are left.
    phases: std::slice::Iter<'static, PhaseRow>,
    /// The one under way.
    row: Option<&'static PhaseRow>,
    /// Its hooks that are left, and the configuration that all of them see.
    hooks: &'a [Entry],
    configs: Rc<Configs>,
    /// One of its hooks took it.
    taken: bool,
    /// Whose hook answered.
    answered_by: Option<ModuleIndex>,
}

impl<'a> Course<'a> {
    fn new(r: &mut Request, registry: &'a Registry, phases: &'static [PhaseRow]) -> Self {
        let configs = Rc::clone(&r.configs);
        r.is_steady &= configs.is_steady(registry);
        Self {
            registry,
            phases: phases.iter(),
            row: None,
            hooks: &[],
            configs,
            taken: false,
            answered_by: None,
        }
    }

    async fn run(&mut self, r: &mut Request) -> Result<(), Box<Response>> {
        while let Some((hook, module)) = self.advance(r)? {
            let outcome = match hook.call(r, self.configs.get(module)) {
                Some(waiting) => waiting.await,
                None => Outcome::Declined,
            };
            self.note(module, outcome)?;
        }
        Ok(())
    }

    /// Goes on to the next hook that may wait; `None` at the end.
    fn advance(&mut self, r: &mut Request) -> Result<Option<(&'a dyn CallWait, ModuleIndex)>, Box<Response>> {
        loop {
            while let Some((entry, left)) = self.hooks.split_first() {
                self.hooks = left;
                match &entry.step {
                    Step::Now(hook) => {
                        self.note(entry.module, hook.call(r, self.configs.get(entry.module)))?;
                    }
                    Step::Wait(hook) => return Ok(Some((&**hook, entry.module))),
                }
            }
            if let Some(row) = self.row {
                after(r, row.phase, self.taken)?;
                self.row = None;
            }
            match self.phases.next() {
                Some(row) => self.enter(r, row)?,
                None => return Ok(None),
            }
        }
    }

    fn enter(&mut self, r: &mut Request, row: &'static PhaseRow) -> Result<(), Box<Response>> {
        before(r, row.phase)?;
        if is_wanted(r, row.phase) {
            self.row = Some(row);
            self.taken = false;
            self.hooks = self.registry.phase(row.phase);
            if !Rc::ptr_eq(&self.configs, &r.configs) {
                self.configs = Rc::clone(&r.configs);
                r.is_steady &= self.configs.is_steady(self.registry);
            }
        }
        Ok(())
    }

    /// What the hook that was called says.
    fn note(&mut self, module: ModuleIndex, outcome: Outcome) -> Result<(), Box<Response>> {
        match outcome {
            Outcome::Declined => {}
            Outcome::Ok => {
                self.taken = true;
                if self.row.is_some_and(|row| row.run == Run::First) {
                    self.hooks = &[];
                }
            }
            Outcome::Respond(response) => {
                self.answered_by = Some(module);
                return Err(response);
            }
        }
        Ok(())
    }
}

/// Whether the hooks of a phase are asked at all for this request.
fn is_wanted(r: &Request, phase: Phase) -> bool {
    match phase {
        Phase::PostRead | Phase::QuickHandler | Phase::HeaderParser => !r.is_sub_request(),
        Phase::TranslateName => r.map.file.is_none(),
        Phase::AccessChecker => !has_passed(r),
        Phase::CheckUserId | Phase::AuthChecker => r.identity.required && !r.identity.satisfied,
        _ => true,
    }
}

/// The request that this one comes from was let through under the very same configuration.
fn has_passed(r: &Request) -> bool {
    r.parent.as_ref().is_some_and(|(_, parent)| parent.passed && Rc::ptr_eq(&parent.configs, &r.configs))
}

/// The core's own part of a phase, ahead of the hooks.
fn before(r: &mut Request, phase: Phase) -> Result<(), Box<Response>> {
    match phase {
        Phase::TranslateName => walk::location_walk(r),
        Phase::HeaderParser => limit_body(r)?,
        Phase::AccessChecker => inherit_identity(r),
        Phase::TypeChecker => r.passed = true,
        Phase::Fixups => answer::override_type(r),
        _ => {}
    }
    Ok(())
}

/// LimitRequestBody can stand in sections, which are known only now.
fn limit_body(r: &Request) -> Result<(), Box<Response>> {
    if !matches!(r.body, Body::Stream(_)) || r.connection.limit_body(r.core().limit_request_body()) {
        return Ok(());
    }
    log!(*r, Info, AH01588, "the body of the request for {} is longer than LimitRequestBody", r.path);
    Err(Box::new(Response::status(413)))
}

fn inherit_identity(r: &mut Request) {
    if has_passed(r)
        && let Some((_, parent)) = &r.parent
    {
        r.identity.user.clone_from(&parent.identity.user);
        r.identity.auth_type.clone_from(&parent.identity.auth_type);
    }
}

/// The core's own part of a phase, after the hooks.
fn after(r: &mut Request, phase: Phase, taken: bool) -> Result<(), Box<Response>> {
    match phase {
        Phase::TranslateName if !taken => translate(r),
        Phase::MapToStorage if !taken => match walk::map_to_storage(r) {
            Outcome::Respond(response) => Err(response),
            Outcome::Ok | Outcome::Declined => Ok(()),
        },
        Phase::CheckUserId if r.identity.user.is_none() => {
            log!(*r, Error, AH00027, "no module could learn who the user is, but {} needs one", r.path);
            Err(Box::new(Response::status(500)))
        }
        Phase::AuthChecker if !taken => {
            log!(*r, Error, AH20300, "no module could say whether the user may have {}", r.path);
            Err(Box::new(Response::status(500)))
        }
        _ => Ok(()),
    }
}

/// The file of a URL that nobody maps elsewhere: its path below DocumentRoot.
fn translate(r: &mut Request) -> Result<(), Box<Response>> {
    let root = r.core().document_root();
    if root.is_empty() || !r.path.starts_with('/') {
        log!(*r, Error, AH00127, "Cannot map {} to file", r.path);
        return Err(Box::new(Response::status(404)));
    }
    let file = [root, &r.path].concat();
    r.note_step(StepKind::Mapping, None, || format!("DocumentRoot {root}"));
    r.map.file = Some(file);
    Ok(())
}
