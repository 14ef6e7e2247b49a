//! A child: what it has of its parent, and what every child does first and last.

use std::cell::RefCell;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use os::process::Pid;
use os::signal::{self, Signal};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::LocalRuntime;

use super::channel::{ToParent, Voice, Word};
use super::{ChildInit, Door, Drain, Identity, Peer, Pool, Role};
use crate::hooks::CallChildInit;
use crate::log;
use crate::module::ModuleIndex;
use crate::server::listen::Listeners;
use crate::server::scoreboard::Slot;
use crate::server::{Generation, ServingThread};

/// A serving process, with all that it has of its parent: what crosses the fork is here and nowhere else. Where the
/// server is one process, it is a thread and those that it starts.
pub struct Child {
    generation: Arc<Generation>,
    listeners: Listeners,
    role: Role,
    slots: Vec<Slot>,
    rights: Rights,
    control: Rc<Control>,
}

/// What a child is made of: all of it can go to another thread.
pub(super) struct Inheritance {
    pub(super) generation: Arc<Generation>,
    pub(super) listeners: Listeners,
    pub(super) role: Role,
    pub(super) slots: Vec<Slot>,
    pub(super) rights: Rights,
    pub(super) parent: ToParent,
    /// What links it to its elders.
    pub(super) peers: Vec<Peer>,
}

/// Whose rights a child has.
#[derive(Debug, Clone)]
pub(super) enum Rights {
    /// Its own, as a process.
    Own,
    /// Those of the process that it is a part of; whether they were given up.
    Shared(Arc<AtomicBool>),
}

impl Rights {
    /// They are about to be given up, which can be done once.
    fn give_up(&self) -> bool {
        match self {
            Self::Own => true,
            Self::Shared(given_up) => !given_up.swap(true, Ordering::Relaxed),
        }
    }
}

impl Child {
    pub(super) fn new(inheritance: Inheritance) -> Self {
        let Inheritance { generation, listeners, role, slots, rights, parent, peers } = inheritance;
        let control = Rc::new(Control { parent, drain: Drain::default(), peers: RefCell::new(peers) });
        Self { generation, listeners, role, slots, rights, control }
    }

    /// What it serves.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// Where it accepts.
    pub fn listeners(&self) -> &Listeners {
        &self.listeners
    }

    /// The same for its threads.
    pub fn door(&self) -> Door {
        Door::of(self)
    }

    /// Which of its MPM's sorts it is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// It is a part of the only process that there is (`-X`).
    pub fn is_alone(&self) -> bool {
        matches!(self.rights, Rights::Shared(_))
    }

    /// MaxConnectionsPerChild: how many connections it takes before it leaves. No limit for a process that nobody
    /// would replace.
    pub fn most_connections(&self) -> Option<u64> {
        let most = self.generation.main().configs.core().mpm().max_connections_per_child();
        (most > 0 && matches!(self.rights, Rights::Own)).then_some(most)
    }

    /// The slot of its `thread`th serving thread, from 0. From now on there is such a thread, which starts.
    pub fn slot(&self, thread: usize) -> Slot {
        let slot = self.slots.get(thread).cloned().unwrap_or_else(Slot::nowhere);
        slot.claim(Pid::current().get().cast_unsigned(), self.generation.number);
        slot
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
    /// `drop_privileges` hooks: these only once in a process. After that it may build runtimes and start threads.
    pub fn init(&self) -> io::Result<()> {
        self.call(&self.generation.registry.child_init, None)?;
        self.give_up(None)
    }

    /// As [`init`](Self::init), but it becomes somebody whom the MPM has chosen.
    pub fn init_as(&self, identity: Identity) -> io::Result<()> {
        self.call(&self.generation.registry.child_init, None)?;
        self.give_up(Some(identity))
    }

    /// Calls the `drop_privileges` hooks alone: for a child that serves no request.
    pub fn become_only(&self, identity: Identity) -> io::Result<()> {
        self.give_up(Some(identity))
    }

    fn give_up(&self, identity: Option<Identity>) -> io::Result<()> {
        // Without it everything works as well, for more processor time.
        let _ = os::process::run_in_batches();
        if self.rights.give_up() {
            self.call(&self.generation.registry.drop_privileges, identity)?;
        }
        self.prepare_for_a_crash();
        Ok(())
    }

    /// CoreDumpDirectory. A change of user has forbidden core files: they are allowed again.
    fn prepare_for_a_crash(&self) {
        let Some(directory) = self.generation.main().configs.core().mpm().core_dump_directory() else {
            return;
        };
        let prepared = std::env::set_current_dir(directory).and_then(|()| os::user::set_dumpable(true));
        if let Err(cause) = prepared {
            log!(*self.generation, Error, AH20891, "no core can be left in {}: {cause}", directory.display());
        }
    }

    /// Says that it can accept. To be said once.
    pub fn ready(&self) -> io::Result<()> {
        self.control.parent.say(&Word::Ready)
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

    /// Says that it takes no more connections: another comes in its place while it finishes what it has. An
    /// [`Acceptor`](super::Acceptor) says so by itself.
    pub fn worn(&self) {
        self.voice().worn();
    }

    pub(super) fn voice(&self) -> Voice {
        self.control.parent.voice()
    }

    fn call(
        &self,
        hooks: &[(ModuleIndex, Box<dyn CallChildInit>)],
        identity: Option<Identity>,
    ) -> io::Result<()> {
        let told = ChildInit { generation: &self.generation, identity };
        for (module, hook) in hooks {
            let config = self.generation.main().configs.get(*module);
            hook.call(&told, config).map_err(|error| {
                let name = self.generation.modules.get(module.get()).map_or("a module", |m| m.symbol());
                io::Error::new(error.kind(), format!("{name}: {error}"))
            })?;
        }
        Ok(())
    }

    fn failed(&self, reason: String) {
        // A parent that is gone needs no reason.
        let _ = self.control.parent.say(&Word::Failed(reason));
    }
}

/// The whole life of a forked child, once nothing of the parent's own is left in it.
pub(super) fn live<P: Pool>(pool: &P, child: &Child) -> ! {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        dispose_signals()?;
        child.generation.logs.leave_programs_to_parent();
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
    parent: ToParent,
    drain: Drain,
    peers: RefCell<Vec<Peer>>,
}

impl Control {
    /// Reads what has come and begins the drain if that was said.
    pub fn heed(&self) {
        let told = self.parent.hear();
        self.peers.borrow_mut().extend(told.peers);
        if let Some(why) = told.leave {
            self.drain.begin(why);
        }
    }

    /// The ends of links that have come since the last time: at first those to the child's elders.
    pub fn new_peers(&self) -> Vec<Peer> {
        self.peers.take()
    }

    /// A spoke misbehaves: the parent is to end it, and to make another in its place.
    pub fn complain(&self, of: u64) -> io::Result<()> {
        self.parent.say(&Word::Complaint(of))
    }

    /// There is nothing more to hear. (A parent that has gone is readable for ever.)
    pub fn is_over(&self) -> bool {
        self.parent.is_closed()
    }
}

impl AsFd for Control {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.parent.as_fd()
    }
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
