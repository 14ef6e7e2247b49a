//! Where a module can step in: the table of phases and the registry that a generation keeps of them.

mod typed;

use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustc_hash::FxHashMap;

pub(crate) use typed::{
    CallCheckConfig, CallChildInit, CallNow, CallPostConfig, CallReadPaces, CallReadProxied, CallRunConfig,
    CallSteady, CallWait, HandleNow, HandleWait, Typed,
};

use crate::config::Configs;
use crate::error::ConfError;
use crate::filters::{FilterKind, FilterRow};
use crate::module::ModuleIndex;
use crate::mpm::ChildInit;
use crate::provider::Providers;
use crate::request::{BoxFuture, Request, Response};
use crate::server::Generation;
use crate::server::pace::Paces;
use crate::server::proxied::ProxyHeads;

/// The phases of a request in the order in which they run; forward only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Phase {
    /// See [`PHASES`] for what each is for.
    PostRead,
    /// Before anything is mapped.
    QuickHandler,
    /// URL to file name.
    TranslateName,
    /// File name to sections and file facts.
    MapToStorage,
    /// First look with the sections known.
    HeaderParser,
    /// By what is known without a user.
    AccessChecker,
    /// Who is it?
    CheckUserId,
    /// May this user?
    AuthChecker,
    /// Type, language, encoding, handler.
    TypeChecker,
    /// Last changes before the answer is made.
    Fixups,
    /// Filters of a normal answer.
    InsertFilter,
    /// Filters of an error answer.
    InsertErrorFilter,
    /// After the last byte.
    LogTransaction,
}

impl Phase {
    /// Its name, as Apache's module authors know it.
    pub fn name(self) -> &'static str {
        PHASES[self as usize].name
    }
}

/// One row of the table of phases.
#[derive(Debug, Clone, Copy)]
pub struct PhaseRow {
    /// The phase.
    pub phase: Phase,
    /// Its name, as Apache's module authors know it.
    pub name: &'static str,
    /// Which answer of a hook ends the phase.
    pub run: Run,
    /// When it is called.
    pub called: &'static str,
}

/// How the hooks of a phase share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// All run until one responds.
    All,
    /// The first that does not decline ends the phase.
    First,
    /// All run; what they say does not matter.
    Void,
}

/// All phases of a request, in order. The life of a request is this table.
pub const PHASES: &[PhaseRow] = &[
    row(
        Phase::PostRead,
        "post_read_request",
        Run::All,
        "is called when the head has been read and the virtual host is known",
    ),
    row(
        Phase::QuickHandler,
        "quick_handler",
        Run::First,
        "is called before anything is mapped: a cache may answer at once",
    ),
    row(
        Phase::TranslateName,
        "translate_name",
        Run::First,
        "is called to map the URL path to a file name, or to redirect",
    ),
    row(
        Phase::MapToStorage,
        "map_to_storage",
        Run::First,
        "is called to find the sections of the file name; declining leaves it to the core's directory walk",
    ),
    row(
        Phase::HeaderParser,
        "header_parser",
        Run::All,
        "is called once the sections are merged, before any access check",
    ),
    row(
        Phase::AccessChecker,
        "access_checker",
        Run::All,
        "is called to check what needs no user: addresses, environment",
    ),
    row(
        Phase::CheckUserId,
        "check_user_id",
        Run::First,
        "is called to learn who the user is, where access needs one",
    ),
    row(Phase::AuthChecker, "auth_checker", Run::First, "is called to check whether that user may pass"),
    row(
        Phase::TypeChecker,
        "type_checker",
        Run::First,
        "is called to find media type, language, encoding and handler of the file",
    ),
    row(
        Phase::Fixups,
        "fixups",
        Run::All,
        "is called last before the handler: environment, headers, index files",
    ),
    row(
        Phase::InsertFilter,
        "insert_filter",
        Run::Void,
        "is called before the handler, to add output filters to a normal answer",
    ),
    row(
        Phase::InsertErrorFilter,
        "insert_error_filter",
        Run::Void,
        "is called to add output filters to an error answer, where the normal ones are dropped",
    ),
    row(
        Phase::LogTransaction,
        "log_transaction",
        Run::Void,
        "is called when the last byte is sent, or could not be",
    ),
];

const fn row(phase: Phase, name: &'static str, run: Run, called: &'static str) -> PhaseRow {
    PhaseRow { phase, name, run, called }
}

/// Where among its neighbours a hook runs. Ties follow the order of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// Before everything else.
    First,
    /// Before most.
    Early,
    /// Where nothing speaks for another place.
    Middle,
    /// After most.
    Late,
    /// After everything else.
    Last,
}

/// What a hook of a phase says.
#[derive(Debug)]
pub enum Outcome {
    /// Not mine.
    Declined,
    /// Done my part; the request goes on.
    Ok,
    /// The request is answered here and now; the handler will not run.
    Respond(Box<Response>),
}

impl Outcome {
    /// Answers with a status; the core makes the body (ErrorDocument, or the standard text).
    pub fn status(status: u16) -> Self {
        Self::Respond(Box::new(Response::status(status)))
    }
}

/// What a handler says.
#[derive(Debug)]
pub enum Handled {
    /// Not mine: the next handler is asked, the file handler at the end.
    Declined,
    /// The answer.
    Respond(Response),
    /// The answer is what a local URL, path and perhaps query, answers: an internal redirect.
    Redirect(String),
}

impl Handled {
    /// Answers with a status; the core makes the body (ErrorDocument, or the standard text).
    pub fn status(status: u16) -> Self {
        Self::Respond(Response::status(status))
    }
}

/// What an [`AsyncHook`] gives back when it declines at once: a future that takes no memory.
pub fn declined<'a>() -> BoxFuture<'a, Outcome> {
    struct Declined;
    impl Future for Declined {
        type Output = Outcome;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
            Poll::Ready(Outcome::Declined)
        }
    }
    Box::pin(Declined)
}

/// A request hook: plain function, the module's merged configuration at hand.
pub type Hook<C> = fn(&mut Request, &C) -> Outcome;
/// A request hook that may wait.
pub type AsyncHook<C> = for<'a> fn(&'a mut Request, &'a C) -> BoxFuture<'a, Outcome>;
/// Makes the answer.
pub type Handler<C> = fn(&mut Request, &C) -> Handled;
/// Makes the answer and may wait for it.
pub type AsyncHandler<C> = for<'a> fn(&'a mut Request, &'a C) -> BoxFuture<'a, Handled>;
/// Changes the answer, its body wrapped or replaced.
pub type OutputFilter<C> = fn(&mut Request, &C, Response) -> Response;
/// Sees the finished generation with the main server's configuration, and may refuse it.
pub type PostConfig<C> = fn(&Generation, &C) -> Result<(), ConfError>;
/// Compares what several lines say, with the main server's configuration at hand; a sentence for each thing that is not taken as it was said.
pub type CheckConfig<C> = fn(&Generation, &C) -> Vec<String>;
/// Lines of `httpd -t -D DUMP_RUN_CFG`: names and effective values.
pub type RunConfig<C> = fn(&Generation, &C) -> Vec<(&'static str, String)>;
/// How fast the clients of a virtual host must send, by its configuration.
pub type ReadPaces<C> = fn(&C) -> Paces;
/// Whose connections to a virtual host's address begin with a proxy's head, by its configuration.
pub type ReadProxied<C> = fn(&C) -> Option<ProxyHeads>;
/// Prepares a serving process before it gives up its rights.
pub type ChildInitHook<C> = fn(&ChildInit<'_>, &C) -> io::Result<()>;

/// What a module says in [`Module::hooks`](crate::module::Module::hooks).
pub struct Hooks<'a, C> {
    registry: &'a mut Registry,
    module: ModuleIndex,
    config: PhantomData<fn(&C)>,
}

macro_rules! phase_methods {
    ($($(#[$doc:meta])* $name:ident => $phase:ident;)*) => {
        $($(#[$doc])* pub fn $name(&mut self, order: Order, hook: Hook<C>) { self.on(Phase::$phase, order, hook); })*
    };
}

impl<'a, C: Send + Sync + 'static> Hooks<'a, C> {
    pub(crate) fn new(registry: &'a mut Registry, module: ModuleIndex) -> Self {
        Self { registry, module, config: PhantomData }
    }

    phase_methods! {
        /// See [`Phase::PostRead`] in [`PHASES`].
        post_read_request => PostRead;
        /// See [`Phase::QuickHandler`] in [`PHASES`].
        quick_handler => QuickHandler;
        /// See [`Phase::TranslateName`] in [`PHASES`].
        translate_name => TranslateName;
        /// See [`Phase::MapToStorage`] in [`PHASES`].
        map_to_storage => MapToStorage;
        /// See [`Phase::HeaderParser`] in [`PHASES`].
        header_parser => HeaderParser;
        /// See [`Phase::AccessChecker`] in [`PHASES`].
        access_checker => AccessChecker;
        /// See [`Phase::CheckUserId`] in [`PHASES`].
        check_user_id => CheckUserId;
        /// See [`Phase::AuthChecker`] in [`PHASES`].
        auth_checker => AuthChecker;
        /// See [`Phase::TypeChecker`] in [`PHASES`].
        type_checker => TypeChecker;
        /// See [`Phase::Fixups`] in [`PHASES`].
        fixups => Fixups;
        /// See [`Phase::InsertFilter`] in [`PHASES`].
        insert_filter => InsertFilter;
        /// See [`Phase::InsertErrorFilter`] in [`PHASES`].
        insert_error_filter => InsertErrorFilter;
        /// See [`Phase::LogTransaction`] in [`PHASES`].
        log_transaction => LogTransaction;
    }

    /// A hook of any phase, by the phase's row.
    pub fn on(&mut self, phase: Phase, order: Order, hook: Hook<C>) {
        self.registry.add(phase, order, self.module, Step::Now(Box::new(Typed(hook))));
    }

    /// A hook that may wait: for a user database, say. What is not its concern it declines with
    /// [`declined`], which costs nothing. `log_transaction` does not wait.
    pub fn on_async(&mut self, phase: Phase, order: Order, hook: AsyncHook<C>) {
        self.registry.add(phase, order, self.module, Step::Wait(Box::new(Typed(hook))));
    }

    /// The handler of that name: `SetHandler` and `AddHandler` choose it, or a media type does.
    pub fn handler(&mut self, name: &'static str, handler: Handler<C>) {
        self.registry.handle(name, self.module, HandlerStep::Now(Box::new(Typed(handler))));
    }

    /// A handler that waits for something: the request's body, another server.
    pub fn handler_async(&mut self, name: &'static str, handler: AsyncHandler<C>) {
        self.registry.handle(name, self.module, HandlerStep::Wait(Box::new(Typed(handler))));
    }

    /// An output filter that `SetOutputFilter`, `AddOutputFilter` or an `insert_filter` hook names.
    pub fn output_filter(&mut self, name: &'static str, kind: FilterKind, filter: OutputFilter<C>) {
        let row = FilterRow { name, kind, module: self.module, filter: Box::new(Typed(filter)) };
        self.registry.filters.push(row);
    }

    /// Is called once a generation is complete, in the order of modules.
    pub fn post_config(&mut self, hook: PostConfig<C>) {
        self.registry.post_config.push((self.module, Box::new(Typed(hook))));
    }

    /// Is called once a generation is complete, for the warnings that no single line could give.
    pub fn check_config(&mut self, hook: CheckConfig<C>) {
        self.registry.check_config.push((self.module, Box::new(Typed(hook))));
    }

    /// Is called by `httpd -S` for what took effect in the main server, which the text alone may not say.
    pub fn run_config(&mut self, hook: RunConfig<C>) {
        self.registry.run_config.push((self.module, Box::new(Typed(hook))));
    }

    /// Is called once for each virtual host, for how fast its clients must send. The first module that registers it
    /// decides.
    pub fn read_paces(&mut self, hook: ReadPaces<C>) {
        self.registry.read_paces.get_or_insert((self.module, Box::new(Typed(hook))));
    }

    /// Is called once for each virtual host, for whether connections to its address begin with a proxy's head. The first module
    /// that registers it decides.
    pub fn read_proxied(&mut self, hook: ReadProxied<C>) {
        self.registry.read_proxied.get_or_insert((self.module, Box::new(Typed(hook))));
    }

    /// Is called in each new serving process, still with the parent's rights.
    pub fn child_init(&mut self, hook: ChildInitHook<C>) {
        self.registry.child_init.push((self.module, Box::new(Typed(hook))));
    }

    /// Is called as the last act of a new serving process: it gives up the parent's rights.
    pub fn drop_privileges(&mut self, hook: ChildInitHook<C>) {
        self.registry.drop_privileges.push((self.module, Box::new(Typed(hook))));
    }

    /// Promises that under the configurations that `is` holds for, what the module's hooks up to `insert_filter` say and
    /// do follows from nothing but the URL's path, the file and the configuration: not from header fields, the query, the
    /// client or the time. Where all modules promise it, a plain file's route is remembered, and the next `GET` of the
    /// same path takes it without calling them (`request::route`). Most promise it where they have nothing to do. A hook takes it back
    /// for one request with [`Request::depends_on_more`].
    pub fn steady(&mut self, is: fn(&C) -> bool) {
        self.registry.steady.push((self.module, Box::new(Typed(is))));
    }

    /// Promises that under the configurations that `is` holds for, the module's hooks of `insert_error_filter` and
    /// `log_transaction` do nothing. Where all modules promise it, and what [`steady`](Self::steady) says, an answer can be
    /// given again to who asks with the same words.
    pub fn silent(&mut self, is: fn(&C) -> bool) {
        self.registry.silent.push((self.module, Box::new(Typed(is))));
    }

    /// Promises that under the configurations that `is` holds for, the module's hooks of `insert_error_filter` do nothing, and
    /// those of `log_transaction` only log: they change nothing in the request, and take nothing for granted that may differ the
    /// next time but what stands in it, in its connection and in the time. For an answer that is given again they are called with the
    /// request of the first time, in which the connection, `client_ip`, `time` and `sent` are those of the new one.
    pub fn logs_alone(&mut self, is: fn(&C) -> bool) {
        self.registry.logging.push((self.module, Box::new(Typed(is))));
    }

    /// Offers something to other modules; see [`crate::provider`].
    pub fn provide<P: Send + Sync + 'static>(&mut self, name: &'static str, offer: P) {
        self.registry.providers.offer(name, offer);
    }
}

/// How a hook of a phase is called.
pub(crate) enum Step {
    Now(Box<dyn CallNow>),
    Wait(Box<dyn CallWait>),
}

/// How a handler is called.
pub(crate) enum HandlerStep {
    Now(Box<dyn HandleNow>),
    Wait(Box<dyn HandleWait>),
}

pub(crate) struct Entry {
    order: Order,
    pub(crate) module: ModuleIndex,
    pub(crate) step: Step,
}

type Promises = Vec<(ModuleIndex, Box<dyn CallSteady>)>;

/// All hooks of a generation, each phase an array of only those that were registered.
#[derive(Default)]
pub struct Registry {
    phases: [Vec<Entry>; PHASES.len()],
    handlers: FxHashMap<&'static str, Vec<(ModuleIndex, HandlerStep)>>,
    has_media_handlers: bool,
    steady: Promises,
    silent: Promises,
    logging: Promises,
    pub(crate) filters: Vec<FilterRow>,
    pub(crate) post_config: Vec<(ModuleIndex, Box<dyn CallPostConfig>)>,
    check_config: Vec<(ModuleIndex, Box<dyn CallCheckConfig>)>,
    pub(crate) run_config: Vec<(ModuleIndex, Box<dyn CallRunConfig>)>,
    read_paces: Option<(ModuleIndex, Box<dyn CallReadPaces>)>,
    read_proxied: Option<(ModuleIndex, Box<dyn CallReadProxied>)>,
    pub(crate) child_init: Vec<(ModuleIndex, Box<dyn CallChildInit>)>,
    pub(crate) drop_privileges: Vec<(ModuleIndex, Box<dyn CallChildInit>)>,
    pub(crate) providers: Providers,
}

impl Registry {
    /// The hooks of a phase, in the order in which they run.
    pub(crate) fn phase(&self, phase: Phase) -> &[Entry] {
        &self.phases[phase as usize]
    }

    /// The handlers of a name, in the order of modules.
    pub(crate) fn handlers(&self, name: &str) -> &[(ModuleIndex, HandlerStep)] {
        self.handlers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Some handler has the name of a media type.
    pub(crate) fn has_media_handlers(&self) -> bool {
        self.has_media_handlers
    }

    /// Under this configuration every module with hooks up to `insert_filter` is [steady](Hooks::steady).
    pub(crate) fn is_steady(&self, configs: &Configs) -> bool {
        promise(&[&self.steady], &self.phases[..=Phase::InsertFilter as usize], configs)
    }

    /// Under this configuration every module with hooks after that is [silent](Hooks::silent).
    pub(crate) fn is_silent(&self, configs: &Configs) -> bool {
        promise(&[&self.silent], &self.phases[Phase::InsertErrorFilter as usize..], configs)
    }

    /// Under this configuration every module with hooks after that is silent, or [only logs](Hooks::logs_alone).
    pub(crate) fn logs_alone(&self, configs: &Configs) -> bool {
        promise(&[&self.silent, &self.logging], &self.phases[Phase::InsertErrorFilter as usize..], configs)
    }

    /// What the modules say of the main server as a whole.
    pub(crate) fn check_config(&self, generation: &Generation) -> Vec<String> {
        let main = &generation.main().configs;
        self.check_config.iter().flat_map(|(module, hook)| hook.call(generation, main.get(*module))).collect()
    }

    /// The lines of all modules for `DUMP_RUN_CFG`.
    pub(crate) fn run_config(&self, generation: &Generation) -> Vec<(&'static str, String)> {
        let main = &generation.main().configs;
        self.run_config.iter().flat_map(|(module, hook)| hook.call(generation, main.get(*module))).collect()
    }

    /// How fast the clients of a virtual host with that configuration must send.
    pub(crate) fn paces(&self, configs: &Configs) -> Paces {
        self.read_paces.as_ref().map(|(module, hook)| hook.call(configs.get(*module))).unwrap_or_default()
    }

    /// Whose connections to the address of a virtual host with that configuration begin with a proxy's head.
    pub(crate) fn proxied(&self, configs: &Configs) -> Option<ProxyHeads> {
        self.read_proxied.as_ref().and_then(|(module, hook)| hook.call(configs.get(*module)))
    }

    /// What modules offer each other.
    pub fn providers(&self) -> &Providers {
        &self.providers
    }

    fn add(&mut self, phase: Phase, order: Order, module: ModuleIndex, step: Step) {
        let hooks = &mut self.phases[phase as usize];
        let at = hooks.partition_point(|other| (other.order, other.module) <= (order, module));
        hooks.insert(at, Entry { order, module, step });
    }

    fn handle(&mut self, name: &'static str, module: ModuleIndex, step: HandlerStep) {
        self.has_media_handlers |= name.contains('/');
        self.handlers.entry(name).or_default().push((module, step));
    }
}

/// All modules that have hooks in these phases promise something.
fn promise(promises: &[&Promises], phases: &[Vec<Entry>], configs: &Configs) -> bool {
    let promised = |module: ModuleIndex| {
        let mut of_module = promises.iter().copied().flatten().filter(|(promising, _)| *promising == module);
        of_module.any(|(_, is)| is.call(configs.get(module)))
    };
    phases.iter().flatten().all(|entry| promised(entry.module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::Witnessed;

    #[test]
    fn the_table_lists_every_phase_at_its_place() {
        for (place, row) in PHASES.iter().enumerate() {
            assert_eq!(row.phase as usize, place, "{} stands at the wrong place", row.name);
            assert!(row.called.starts_with("is called"), "{} does not say when it is called", row.name);
        }
        assert_eq!(Phase::LogTransaction as usize + 1, PHASES.len());
    }

    #[test]
    fn hooks_run_by_place_then_by_module() {
        let mut registry = Registry::default();
        for (module, order) in [(3, Order::Middle), (1, Order::Middle), (2, Order::First), (1, Order::Last)] {
            let hook: Hook<()> = |_, ()| Outcome::Declined;
            Hooks::new(&mut registry, ModuleIndex(module)).fixups(order, hook);
        }
        let order: Vec<u16> = registry.phase(Phase::Fixups).iter().map(|entry| entry.module.0).collect();
        assert_eq!(order, [2, 1, 3, 1]);
    }

    #[test]
    fn a_configuration_is_steady_where_all_who_have_hooks_promise_it() {
        let generation = crate::config::tests::loaded("ServerName localhost\nListen 127.0.0.1:0\n").unwrap();
        let configs = &generation.main().configs;
        let module = generation.index_of::<crate::config::tests::Witness>().unwrap();
        let hook: Hook<Witnessed> = |_, _| Outcome::Declined;
        let mut registry = Registry::default();
        Hooks::new(&mut registry, module).log_transaction(Order::Middle, hook);
        assert!(registry.is_steady(configs), "logs may say what they like");
        Hooks::new(&mut registry, module).fixups(Order::Middle, hook);
        assert!(!registry.is_steady(configs), "no promise");
        Hooks::new(&mut registry, module).steady(|witnessed: &Witnessed| witnessed.0.is_empty());
        assert!(registry.is_steady(configs));
        assert!(!registry.is_silent(configs) && !registry.logs_alone(configs), "it may do anything");
        Hooks::new(&mut registry, module).logs_alone(|_: &Witnessed| true);
        assert!(!registry.is_silent(configs) && registry.logs_alone(configs), "it logs");
        Hooks::new(&mut registry, module).silent(|witnessed: &Witnessed| witnessed.0.is_empty());
        assert!(registry.is_silent(configs));
    }
}
