//! A child: what it has of its parent, and what every child does first and last.

use std::cell::RefCell;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use os::process::Pid;
use os::signal::{self, Signal, SignalQueue};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::LocalRuntime;

use super::channel::{ToParent, Word};
use super::server::Outside;
use super::{ChildInit, Drain, Leave, Pool, Role};
use crate::server::listen::Listeners;
use crate::server::scoreboard::Slot;
use crate::server::{Generation, ServingThread};

/// A serving process, with all that it has of its parent: what crosses the fork is here and nowhere else.
pub struct Child {
    generation: Arc<Generation>,
    listeners: Listeners,
    role: Role,
    slots: Vec<Slot>,
    control: Rc<Control>,
}

impl Child {
    pub(super) fn new(
        generation: Arc<Generation>,
        listeners: Listeners,
        role: Role,
        slots: Vec<Slot>,
        source: Source,
    ) -> Self {
        let control = Rc::new(Control { source, drain: Drain::default() });
        Self { generation, listeners, role, slots, control }
    }

    /// What it serves.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// Where it accepts.
    pub fn listeners(&self) -> &Listeners {
        &self.listeners
    }

    /// Which of its MPM's sorts it is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// MaxConnectionsPerChild: how many connections it takes before it leaves. No limit for a process that nobody
    /// would replace.
    pub fn most_connections(&self) -> Option<u64> {
        let most = self.generation.main().configs.core().mpm().max_connections_per_child();
        (most > 0 && matches!(self.control.source, Source::Parent(_))).then_some(most)
    }

    /// The slot of its `thread`th serving thread, from 0.
    pub fn slot(&self, thread: usize) -> Slot {
        self.slots.get(thread).cloned().unwrap_or_else(Slot::nowhere)
    }

    /// What its threads look at to know that it leaves.
    pub fn drain(&self) -> &Drain {
        &self.control.drain
    }

    /// How it hears of its parent.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Calls the `child_init` hooks and then, as the last act with the parent's rights, the
    /// `drop_privileges` hooks. After that it may build runtimes and start threads.
    pub fn init(&self) -> io::Result<()> {
        let registry = &self.generation.registry;
        let told = ChildInit { generation: &self.generation };
        for (module, hook) in registry.child_init.iter().chain(&registry.drop_privileges) {
            let config = self.generation.main().configs.get(*module);
            hook.call(&told, config).map_err(|error| {
                let name = self.generation.modules.get(module.get()).map_or("a module", |m| m.symbol());
                io::Error::new(error.kind(), format!("{name}: {error}"))
            })?;
        }
        Ok(())
    }

    /// Says that it can accept. To be said once.
    pub fn ready(&self) -> io::Result<()> {
        match &self.control.source {
            Source::Parent(parent) => parent.say(&Word::Ready),
            Source::Alone { outside, .. } => outside.borrow_mut().ready(&self.generation, &self.listeners),
        }
    }

    /// The state of its first serving thread, for MPMs that have one; to be made inside its runtime.
    pub fn serving_thread(&self) -> Rc<ServingThread> {
        ServingThread::new(Arc::clone(&self.generation), self.slot(0), self.drain().clone())
    }

    /// Hears its parent while `runtime` runs, as long as that lives; between its runs [`Control`] is to be
    /// waited for and [heeded](Control::heed).
    pub fn hear_inside(&self, runtime: &LocalRuntime) {
        let control = Rc::clone(&self.control);
        runtime.spawn_local(async move {
            // Without a registration nothing is lost but the hearing while a connection is served.
            let Ok(ear) = ear(control) else { return };
            while let Ok(mut heard) = ear.readable().await {
                ear.get_ref().0.heed();
                heard.clear_ready();
                if ear.get_ref().0.is_over() {
                    return;
                }
            }
        });
    }

    pub(super) fn claim_slots(&self) {
        for slot in &self.slots {
            slot.claim(Pid::current().get().cast_unsigned(), self.generation.number);
        }
    }

    fn failed(&self, reason: String) {
        if let Source::Parent(parent) = &self.control.source {
            // A parent that is gone needs no reason.
            let _ = parent.say(&Word::Failed(reason));
        }
    }
}

/// The whole life of a forked child, once nothing of the parent's own is left in it.
pub(super) fn live<P: Pool>(pool: &P, child: &Child) -> ! {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        dispose_signals()?;
        child.generation.logs.leave_programs_to_parent();
        child.claim_slots();
        pool.serve(child)
    }));
    os::process::exit(match lived {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            child.failed(error.to_string());
            FAILED
        }
        Err(_) => {
            child.failed("it panicked; its standard error says where".to_owned());
            FAILED
        }
    })
}

/// What a child exits with that could not serve: Apache's APEXIT_CHILDINIT.
pub(super) const FAILED: i32 = 3;

/// Deaf to what operators send to a whole group, mortal by TERM and INT. Until here every signal was held back.
fn dispose_signals() -> io::Result<()> {
    signal::ignore(&[Signal::Hup, Signal::Usr1, Signal::Winch, Signal::Pipe])?;
    signal::default(&[Signal::Term, Signal::Int, Signal::Chld])?;
    signal::unblock_all()
}

/// How a child hears that it is to leave. To be waited for until readable, and then heeded.
pub struct Control {
    source: Source,
    drain: Drain,
}

/// Who tells a serving process what to do.
pub(super) enum Source {
    /// Its parent.
    Parent(ToParent),
    /// It has no parent: the operator's signals.
    Alone { signals: SignalQueue, outside: Rc<RefCell<Outside>> },
}

impl Control {
    /// Reads what has come and begins the drain if that was said.
    pub fn heed(&self) {
        let heard = match &self.source {
            Source::Parent(parent) => parent.hear(),
            Source::Alone { signals, outside } => heed_signals(signals, outside),
        };
        if let Some(why) = heard {
            self.drain.begin(why);
        }
    }

    /// Nothing weightier can be said any more. (A parent that has gone is readable for ever.)
    pub(super) fn is_over(&self) -> bool {
        matches!(&self.source, Source::Parent(_)) && self.drain.is_draining()
    }
}

impl AsFd for Control {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.source {
            Source::Parent(parent) => parent.as_fd(),
            Source::Alone { signals, .. } => signals.as_fd(),
        }
    }
}

fn heed_signals(signals: &SignalQueue, outside: &RefCell<Outside>) -> Option<Leave> {
    let come = signals.read().unwrap_or_default();
    if come.iter().any(|signal| matches!(signal, Signal::Term | Signal::Int | Signal::Hup)) {
        outside.borrow().leave();
        os::process::exit(0);
    }
    come.contains(&Signal::Winch).then_some(Leave::Stop)
}

#[expect(
    deprecated,
    reason = "its successor is unsafe; an Ear keeps one descriptor open as long as it lives"
)]
fn ear(control: Rc<Control>) -> io::Result<AsyncFd<Ear>> {
    AsyncFd::with_interest(Ear(control), Interest::READABLE)
}

/// A control as the runtime takes it.
struct Ear(Rc<Control>);

impl AsRawFd for Ear {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}
