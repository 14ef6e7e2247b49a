//! Processes: fork, wait, kill, sessions, the standard descriptors, times.

use std::ffi::CStr;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{SigSet, SigmaskHow};
use nix::sys::stat::Mode;
use nix::unistd;

use crate::host;
use crate::signal::{self, Signal};

/// The number of one process; always positive, so that it can never name a process group in [`kill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(i32);

impl Pid {
    /// A number that came from outside, such as a pid file; `None` unless it can be one process.
    pub fn new(number: i32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// This process.
    pub fn current() -> Self {
        Self(unistd::getpid().as_raw())
    }

    /// The parent of this process; `None` when it lives in another pid namespace.
    pub fn parent() -> Option<Self> {
        Self::new(unistd::getppid().as_raw())
    }

    /// The number itself.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which side of a [`fork`] this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fork {
    /// The process that called; here is its new child.
    Parent(Pid),
    /// The new process.
    Child,
}

/// Makes a copy of this process, see fork(2).
///
/// The process must have one thread only: a lock that another thread holds (malloc's, for one) would stay
/// locked in the child for ever. Linux can tell and refuses; elsewhere it is for the caller to keep.
///
/// The child starts with **every signal blocked**, so that none is lost or reaches a handler of the parent's
/// before the child has set its own dispositions; [`signal::unblock_all`] ends
/// that. What stands unwritten in a buffer of stdout is copied too. End the child with [`exit`].
pub fn fork() -> io::Result<Fork> {
    if host::process::threads().is_some_and(|threads| threads > 1) {
        return Err(io::Error::other("a process with several threads cannot fork"));
    }
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    // SAFETY: this is the process's only thread, so the child inherits no lock that somebody else holds.
    let forked = unsafe { unistd::fork() };
    if !matches!(forked, Ok(unistd::ForkResult::Child)) {
        // Fails for a bad argument only, and an error would cost the caller the pid.
        let _ = before.thread_set_mask();
    }
    Ok(match forked? {
        unistd::ForkResult::Child => Fork::Child,
        unistd::ForkResult::Parent { child } => Fork::Parent(Pid(child.as_raw())),
    })
}

/// Ends this process at once, as _exit(2): no destructor, no buffer, no handler of the parent's runs.
pub fn exit(code: i32) -> ! {
    // SAFETY: _exit never returns and touches no memory of ours.
    unsafe { libc::_exit(code) }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code (0 to 255).
    Code(i32),
    /// By a signal.
    Signal {
        /// Its number: real-time signals have no [`Signal`].
        signal: i32,
        /// Whether a core file was written.
        core: bool,
    },
}

impl Exit {
    fn from_status(status: i32) -> Self {
        if libc::WIFSIGNALED(status) {
            Self::Signal { signal: libc::WTERMSIG(status), core: libc::WCOREDUMP(status) }
        } else {
            Self::Code(libc::WEXITSTATUS(status))
        }
    }
}

/// One child that has ended and was not yet waited for, or `None`; never blocks. Signals merge: call until
/// `None`.
pub fn wait_any() -> Option<(Pid, Exit)> {
    wait(-1, libc::WNOHANG).ok().flatten()
}

/// Blocks until this child has ended; NotFound (ECHILD) when it is none of ours or was waited for already.
pub fn wait_for(child: Pid) -> io::Result<Exit> {
    loop {
        if let Some((_, exit)) = wait(child.0, 0)? {
            return Ok(exit);
        }
    }
}

// Not nix's waitpid: it forgets the pid of a child that a real-time signal has ended.
fn wait(which: i32, options: i32) -> io::Result<Option<(Pid, Exit)>> {
    let mut status = 0;
    loop {
        // SAFETY: waitpid writes one int, to `status`, which outlives the call.
        let pid = unsafe { libc::waitpid(which, &raw mut status, options) };
        if pid >= 0 {
            return Ok(Pid::new(pid).map(|pid| (pid, Exit::from_status(status))));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Sends a signal to one process.
pub fn kill(pid: Pid, signal: Signal) -> io::Result<()> {
    Ok(nix::sys::signal::kill(unistd::Pid::from_raw(pid.0), signal.native()?)?)
}

/// Whether there is such a process, of whatever user; a child that has ended counts until it is waited for.
pub fn alive(pid: Pid) -> bool {
    !matches!(nix::sys::signal::kill(unistd::Pid::from_raw(pid.0), None), Err(nix::Error::ESRCH))
}

/// Lets the program begin with no signal blocked and none ignored, whatever holds in this process: exec(3)
/// passes both on, and a logger or a script that cannot be ended is no use.
pub fn with_default_signals(command: &mut Command) -> &mut Command {
    // SAFETY: between fork and exec this calls sigaction and pthread_sigmask alone, which signal-safety(7)
    // allows.
    unsafe {
        command.pre_exec(|| {
            signal::default(&signal::IGNORABLE)?;
            signal::unblock_all()
        })
    }
}

/// Makes this process the leader of a new session without a terminal, see setsid(2).
pub fn start_session() -> io::Result<()> {
    unistd::setsid()?;
    Ok(())
}

/// One of the three descriptors that every program expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Descriptor 0.
    Input,
    /// Descriptor 1.
    Output,
    /// Descriptor 2.
    Error,
}

/// Points a standard descriptor to where `to` points; `to` itself stays open.
pub fn redirect(which: Standard, to: impl AsFd) -> io::Result<()> {
    match which {
        Standard::Input => unistd::dup2_stdin(to)?,
        Standard::Output => unistd::dup2_stdout(to)?,
        Standard::Error => unistd::dup2_stderr(to)?,
    }
    Ok(())
}

/// Points standard descriptors to /dev/null.
pub fn redirect_to_null(which: &[Standard]) -> io::Result<()> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    which.iter().try_for_each(|&one| redirect(one, &null))
}

/// Sets the permission bits that new files do not get; returns those before.
pub fn set_umask(bits: u32) -> u32 {
    let bits = (bits & 0o777) as libc::mode_t;
    nix::sys::stat::umask(Mode::from_bits_truncate(bits)).bits() as u32
}

/// Makes `root` this process's `/` and its working directory, see chroot(2). Needs root.
pub fn change_root(root: &Path) -> io::Result<()> {
    unistd::chroot(root)?;
    std::env::set_current_dir("/")
}

/// Takes a variable out of the environment, so that no program started later can see it; refused where it is
/// not certain that this is the only thread.
pub fn forget_variable(name: &CStr) -> io::Result<()> {
    if host::process::threads() != Some(1) {
        return Err(io::Error::other("the environment changes only while there is one thread"));
    }
    // SAFETY: the only other danger of unsetenv is a thread that reads the environment, and there is none.
    // `name` is a C string that outlives the call.
    match unsafe { libc::unsetenv(name.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// From now on this thread, and what it starts, waits for its turn where no processor is free: waking up, it does not stop whoever
/// runs (SCHED_BATCH, sched(7)). So it wakes up less often and finds more to do. A policy that somebody chose for it stays. Without
/// effect where there is no such policy.
pub fn run_in_batches() -> io::Result<()> {
    host::process::run_in_batches()
}

/// A number of the calling thread that no other thread of the system has: gettid(2) where there is one, else
/// pthread_self(3), which only the process itself knows apart.
pub fn thread_id() -> u64 {
    host::process::thread_id()
}

/// Processor time spent, as getrusage(2) counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In the program itself.
    pub user: Duration,
    /// In the kernel on its behalf.
    pub system: Duration,
}

/// What this process has spent.
pub fn times() -> io::Result<Times> {
    times_of(libc::RUSAGE_SELF)
}

/// What those children have spent that were waited for, and theirs.
pub fn times_of_children() -> io::Result<Times> {
    times_of(libc::RUSAGE_CHILDREN)
}

/// By libc, for nix has it not on every system.
fn times_of(who: i32) -> io::Result<Times> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage writes one rusage where it is told.
    if unsafe { libc::getrusage(who, usage.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it has said that it did.
    let usage = unsafe { usage.assume_init() };
    Ok(Times { user: duration(usage.ru_utime), system: duration(usage.ru_stime) })
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000)
}

/// How many processes wanted to run, on average over 1, 5 and 15 minutes; `None` where the system does not
/// say.
pub fn load_average() -> Option<[f64; 3]> {
    host::lacking::load_average()
}

#[cfg(test)]
mod tests {
    use super::*;

    // What needs a fork is in tests/processes.rs: the runner of these has threads.

    #[test]
    fn a_process_with_threads_does_not_fork() {
        let other = std::thread::spawn(std::thread::park);
        assert!(fork().is_err());
        other.thread().unpark();
        other.join().unwrap();
    }

    #[test]
    fn a_process_with_threads_keeps_its_environment() {
        assert!(forget_variable(c"PATH").is_err());
        assert!(std::env::var_os("PATH").is_some());
    }

    #[test]
    fn only_single_processes_have_a_pid() {
        assert_eq!(Pid::new(0), None);
        assert_eq!(Pid::new(-1), None);
        assert_eq!(Pid::new(7).map(Pid::get), Some(7));
        assert_eq!(Pid::current().get(), std::process::id().cast_signed());
    }

    #[test]
    fn threads_are_told_apart() {
        let other = std::thread::spawn(thread_id).join().unwrap();
        assert!(thread_id() != other && thread_id() == thread_id());
    }

    #[test]
    fn this_process_is_alive_and_has_spent_time() {
        assert!(alive(Pid::current()));
        let spent = times().unwrap();
        assert!(spent.user + spent.system > Duration::ZERO);
        assert!(times_of_children().is_ok());
    }
}
