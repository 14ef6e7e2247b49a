//! What needs real processes. fork wants a process of one thread, so the tests run one after another on the
//! main thread.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::env;
use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::Ordering::Relaxed;

use libtest_mimic::{Arguments, Trial};
use os::channel::{Channel, Received};
use os::file;
use os::memory::SharedMemory;
use os::poller::{Interest, Poller};
use os::process::{self, Exit, Fork, Pid, Standard};
use os::signal::{self, Signal, SignalQueue};
use os::socket::{self, ListenOptions};
use os::terminal;
use os::user::{self, Gid, Uid};

const TESTS: &[(&str, fn())] = &[
    ("exit_codes_come_back", exit_codes_come_back),
    ("deaths_by_signal_come_back", deaths_by_signal_come_back),
    ("real_time_signals_keep_their_pid", real_time_signals_keep_their_pid),
    ("nobody_to_wait_for", nobody_to_wait_for),
    ("a_child_is_alive_until_waited_for", a_child_is_alive_until_waited_for),
    ("a_signal_during_fork_waits_for_the_child", a_signal_during_fork_waits_for_the_child),
    ("the_parent_keeps_its_mask", the_parent_keeps_its_mask),
    ("a_queue_hears_of_children", a_queue_hears_of_children),
    ("a_child_notices_its_parents_end", a_child_notices_its_parents_end),
    ("children_share_memory", children_share_memory),
    ("one_sleeper_wakes_for_one_connection", one_sleeper_wakes_for_one_connection),
    ("becoming_nobody_is_for_good", becoming_nobody_is_for_good),
    ("a_named_user_brings_its_groups", a_named_user_brings_its_groups),
    ("a_user_can_come_with_a_root_of_its_own", a_user_can_come_with_a_root_of_its_own),
    ("who_is_not_root_becomes_nobody_else", who_is_not_root_becomes_nobody_else),
    ("a_file_that_cannot_be_replaced_is_written_over", a_file_that_cannot_be_replaced_is_written_over),
    ("dumpable_is_a_switch", dumpable_is_a_switch),
    ("rights_that_are_never_gained", rights_that_are_never_gained),
    ("standard_descriptors_go_where_they_are_sent", standard_descriptors_go_where_they_are_sent),
    ("a_session_has_a_leader", a_session_has_a_leader),
    ("what_is_hidden_is_not_shown", what_is_hidden_is_not_shown),
    (
        "an_interrupted_question_leaves_the_terminal_as_it_was",
        an_interrupted_question_leaves_the_terminal_as_it_was,
    ),
    ("nobody_asks_without_a_terminal", nobody_asks_without_a_terminal),
    ("the_umask_is_taken_off", the_umask_is_taken_off),
    ("a_new_root_hides_the_old", a_new_root_hides_the_old),
    ("a_forgotten_variable_is_gone", a_forgotten_variable_is_gone),
    ("programs_start_with_all_signals", programs_start_with_all_signals),
    ("listeners_are_inherited", listeners_are_inherited),
    ("inherited_descriptors_are_looked_at", inherited_descriptors_are_looked_at),
];

/// Set for a copy of this program that is to play the heir of descriptor 3.
const HEIR: &str = "WEIR_TEST_HEIR";

fn main() -> ExitCode {
    if env::var_os(HEIR).is_some() {
        return heir();
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let trial = |&(name, test): &(&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let trials = TESTS.iter().map(trial);
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A child that ends with what `body` returns, or with 101 if it panics.
fn child(body: impl FnOnce() -> i32) -> Pid {
    // What the runner has not written yet must not be written twice.
    std::io::stdout().flush().unwrap();
    match process::fork().unwrap() {
        Fork::Parent(pid) => pid,
        Fork::Child => process::exit(catch_unwind(AssertUnwindSafe(body)).unwrap_or(101)),
    }
}

/// A child whose assertions all hold.
fn child_checks(body: impl FnOnce()) {
    let pid = child(|| {
        body();
        0
    });
    assert_eq!(process::wait_for(pid).unwrap(), Exit::Code(0));
}

fn next_message(channel: &Channel) -> Received {
    let poller = Poller::new().unwrap();
    poller.add(channel, 0, Interest::Readable).unwrap();
    poller.wait(None).unwrap();
    channel.receive(&mut [0; 64]).unwrap()
}

fn exit_codes_come_back() {
    for code in [0, 1, 255] {
        let pid = child(|| code);
        assert_eq!(process::wait_for(pid).unwrap(), Exit::Code(code));
    }
}

fn deaths_by_signal_come_back() {
    let pid = child(|| {
        signal::unblock_all().unwrap();
        loop {
            std::thread::park();
        }
    });
    process::kill(pid, Signal::Kill).unwrap();
    assert_eq!(process::wait_for(pid).unwrap(), Exit::Signal { signal: Signal::Kill.number(), core: false });
}

fn real_time_signals_keep_their_pid() {
    let pid = child(|| {
        signal::unblock_all().unwrap();
        drop(Command::new("sh").args(["-c", "kill -40 $$"]).exec());
        101
    });
    assert_eq!(process::wait_for(pid).unwrap(), Exit::Signal { signal: 40, core: false });
}

fn nobody_to_wait_for() {
    assert_eq!(process::wait_any(), None);
    assert!(process::wait_for(Pid::current()).is_err());
}

fn a_child_is_alive_until_waited_for() {
    let pid = child(|| 0);
    assert!(process::alive(pid));
    process::wait_for(pid).unwrap();
    assert!(!process::alive(pid));
}

fn a_signal_during_fork_waits_for_the_child() {
    for (ignored, end) in [(true, Exit::Code(7)), (false, Exit::Signal { signal: 15, core: false })] {
        let (ours, theirs) = Channel::pair().unwrap();
        let pid = child(|| {
            assert_eq!(next_message(&theirs), Received::Message(4));
            let dispose = if ignored { signal::ignore } else { signal::default };
            dispose(&[Signal::Term]).unwrap();
            signal::unblock_all().unwrap();
            7
        });
        process::kill(pid, Signal::Term).unwrap();
        ours.send(b"sent").unwrap();
        assert_eq!(process::wait_for(pid).unwrap(), end);
    }
}

fn the_parent_keeps_its_mask() {
    child_checks(|| {
        signal::unblock_all().unwrap();
        process::wait_for(child(|| 0)).unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        assert!(status.contains("SigBlk:\t0000000000000000"), "{status}");
    });
}

fn a_queue_hears_of_children() {
    child_checks(|| {
        signal::unblock_all().unwrap();
        let queue = SignalQueue::new(&[Signal::Chld, Signal::Term]).unwrap();
        let poller = Poller::new().unwrap();
        poller.add(&queue, 0, Interest::Readable).unwrap();
        let pids = [child(|| 1), child(|| 1)];
        let mut waited = Vec::new();
        while waited.len() < 2 {
            assert_eq!(*poller.wait(None).unwrap(), [0]);
            assert_eq!(queue.read().unwrap(), [Signal::Chld]);
            waited.extend(std::iter::from_fn(process::wait_any));
        }
        waited.sort_unstable_by_key(|&(pid, _)| pid);
        assert_eq!(waited, pids.map(|pid| (pid, Exit::Code(1))));
        process::kill(Pid::current(), Signal::Term).unwrap();
        poller.wait(None).unwrap();
        assert!(queue.read().unwrap().contains(&Signal::Term));
    });
}

fn a_child_notices_its_parents_end() {
    let (ours, theirs) = Channel::pair().unwrap();
    let mut ours = Some(ours);
    let pid = child(|| {
        drop(ours.take());
        theirs.send(b"R").unwrap();
        i32::from(next_message(&theirs) == Received::Closed)
    });
    let ours = ours.unwrap();
    assert_eq!(next_message(&ours), Received::Message(1));
    drop(ours);
    assert_eq!(process::wait_for(pid).unwrap(), Exit::Code(1));
}

fn children_share_memory() {
    let memory = SharedMemory::anonymous(64).unwrap();
    let pid = child(|| {
        memory[63].store(42, Relaxed);
        0
    });
    process::wait_for(pid).unwrap();
    assert_eq!(memory[63].load(Relaxed), 42);
}

fn one_sleeper_wakes_for_one_connection() {
    const CHILDREN: usize = 4;
    const CONNECTIONS: u64 = 20;
    let listener = socket::listen("127.0.0.1:0".parse().unwrap(), &ListenOptions::default()).unwrap();
    let counts = SharedMemory::anonymous(2).unwrap();
    let [woken, accepted] = [&counts[0], &counts[1]];
    let pids: Vec<Pid> = (0..CHILDREN)
        .map(|_| {
            child(|| {
                signal::unblock_all().unwrap();
                let poller = Poller::new().unwrap();
                poller.add(&listener, 0, Interest::Exclusive).unwrap();
                loop {
                    poller.wait(None).unwrap();
                    woken.fetch_add(1, Relaxed);
                    if listener.accept().unwrap().is_some() {
                        accepted.fetch_add(1, Relaxed);
                    }
                }
            })
        })
        .collect();
    for number in 1..=CONNECTIONS {
        until_all_asleep(&pids);
        TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        while accepted.load(Relaxed) < number {
            std::thread::yield_now();
        }
    }
    until_all_asleep(&pids);
    assert_eq!(woken.load(Relaxed), CONNECTIONS);
    for pid in pids {
        process::kill(pid, Signal::Term).unwrap();
        process::wait_for(pid).unwrap();
    }
}

/// Until each waits in epoll_wait, which is the only call that these children ever sleep in.
fn until_all_asleep(pids: &[Pid]) {
    let asleep = |pid: &Pid| fs::read_to_string(format!("/proc/{pid}/stat")).unwrap().contains(") S ");
    while !pids.iter().all(asleep) {
        std::thread::yield_now();
    }
}

fn becoming_nobody_is_for_good() {
    if !user::is_root() {
        return eprintln!("skipped: needs root");
    }
    child_checks(|| {
        user::become_user(Uid(65534), Gid(65534), None).unwrap();
        assert_eq!((user::effective_user(), user::effective_group()), (Uid(65534), Gid(65534)));
        let status = fs::read_to_string("/proc/self/status").unwrap();
        for line in
            ["Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "Groups:\t65534 \n"]
        {
            assert!(status.contains(line), "{line} in {status}");
        }
        for rights in ["CapPrm", "CapEff", "CapInh", "CapAmb"] {
            assert!(status.contains(&format!("{rights}:\t0000000000000000")), "{rights} in {status}");
        }
        assert!(user::become_user(Uid(0), Gid(0), None).is_err());
    });
}

fn a_named_user_brings_its_groups() {
    if !user::is_root() {
        return eprintln!("skipped: needs root");
    }
    child_checks(|| {
        let gid = Gid(12345);
        user::become_user(user::user("nobody").unwrap(), gid, Some("nobody")).unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let groups = status.lines().find_map(|line| line.strip_prefix("Groups:")).unwrap();
        assert!(groups.split_whitespace().any(|group| group == "12345"), "{groups}");
        assert!(!groups.split_whitespace().any(|group| group == "0"), "{groups}");
    });
}

fn a_user_can_come_with_a_root_of_its_own() {
    if !user::is_root() {
        return eprintln!("skipped: needs root");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("inside"), "").unwrap();
    child_checks(|| {
        user::become_user_in(folder.path(), Uid(65534), Gid(12345), Some("nobody")).unwrap();
        assert!(fs::exists("/inside").unwrap() && !fs::exists("/etc").unwrap());
        assert_eq!((user::effective_user(), user::effective_group()), (Uid(65534), Gid(12345)));
        assert_eq!(nix::unistd::getgroups().unwrap(), [12345.into()]);
    });
}

fn who_is_not_root_becomes_nobody_else() {
    child_checks(|| {
        if user::is_root() {
            user::become_user(Uid(65534), Gid(65534), None).unwrap();
        }
        assert!(user::become_user(Uid(12345), Gid(12345), None).is_err());
    });
}

fn a_file_that_cannot_be_replaced_is_written_over() {
    if !user::is_root() {
        return eprintln!("skipped: needs root");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let (shared, other) = (folder.path().join("shared"), folder.path().join("other"));
    for (path, mode) in [(&shared, 0o666), (&other, 0o644)] {
        fs::write(path, "a long line\n").unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    child_checks(|| {
        user::become_user(Uid(65534), Gid(65534), None).unwrap();
        file::rewrite(&shared, b"short\n", 0o600).unwrap();
        assert!(file::rewrite(&other, b"short\n", 0o600).is_err());
    });
    assert_eq!(fs::read_to_string(&shared).unwrap(), "short\n");
    assert_eq!(fs::read_to_string(&other).unwrap(), "a long line\n");
}

fn dumpable_is_a_switch() {
    child_checks(|| {
        for on in [false, true] {
            user::set_dumpable(on).unwrap();
            assert_eq!(nix::sys::prctl::get_dumpable().unwrap(), on);
        }
    });
}

fn rights_that_are_never_gained() {
    child_checks(|| {
        user::never_gain_rights().unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
        assert_eq!(user::has_capabilities().unwrap(), user::is_root());
    });
}

fn standard_descriptors_go_where_they_are_sent() {
    let mut log = tempfile::tempfile().unwrap();
    child_checks(|| {
        process::redirect(Standard::Output, &log).unwrap();
        process::redirect(Standard::Error, &log).unwrap();
        std::io::stdout().write_all(b"out\n").unwrap();
        std::io::stderr().write_all(b"err\n").unwrap();
        process::redirect_to_null(&[Standard::Input, Standard::Output]).unwrap();
        assert_eq!(std::io::stdin().read(&mut [0]).unwrap(), 0);
        std::io::stdout().write_all(b"nowhere\n").unwrap();
    });
    let mut text = String::new();
    std::io::Seek::rewind(&mut log).unwrap();
    log.read_to_string(&mut text).unwrap();
    assert_eq!(text, "out\nerr\n");
}

fn a_session_has_a_leader() {
    child_checks(|| {
        process::start_session().unwrap();
        assert_eq!(nix::unistd::getsid(None).unwrap(), nix::unistd::getpid());
        assert!(process::start_session().is_err(), "a leader cannot start another");
    });
}

fn what_is_hidden_is_not_shown() {
    let shown = with_terminal(b"secret\n", || {
        assert_eq!(terminal::ask_hidden("Password: ").unwrap().unwrap(), b"secret");
        assert!(shows(&own_terminal()));
    });
    assert_eq!(String::from_utf8_lossy(&shown), "Password: \r\n");
}

fn an_interrupted_question_leaves_the_terminal_as_it_was() {
    const CONTROL_C: &[u8] = b"half\x03";
    let shown = with_terminal(CONTROL_C, || {
        let error = terminal::ask_hidden("Password: ").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(shows(&own_terminal()));
    });
    assert!(!String::from_utf8_lossy(&shown).contains("half"));
}

fn nobody_asks_without_a_terminal() {
    child_checks(|| {
        process::start_session().unwrap();
        assert_eq!(terminal::ask_hidden("Password: ").unwrap(), None);
    });
}

/// Runs a child on a terminal of its own, types once it has asked, and returns all that was shown.
fn with_terminal(typed: &[u8], body: impl FnOnce()) -> Vec<u8> {
    let pair = nix::pty::openpty(None, None).unwrap();
    let name = nix::unistd::ttyname(&pair.slave).unwrap();
    let pid = child(|| {
        process::start_session().unwrap();
        // The first terminal that the leader of a session opens becomes the session's.
        let _held = File::options().read(true).write(true).open(name).unwrap();
        body();
        0
    });
    let mut master = File::from(pair.master);
    let mut shown = Vec::new();
    while !shown.ends_with(b": ") {
        read_some(&mut master, &mut shown);
    }
    master.write_all(typed).unwrap();
    assert_eq!(process::wait_for(pid).unwrap(), Exit::Code(0));
    drop(pair.slave);
    while read_some(&mut master, &mut shown) {}
    shown
}

/// `false` at the end, which a terminal tells by an error.
fn read_some(from: &mut File, into: &mut Vec<u8>) -> bool {
    let mut part = [0; 64];
    let count = from.read(&mut part).unwrap_or_default();
    into.extend_from_slice(&part[..count]);
    count > 0
}

fn own_terminal() -> File {
    File::open("/dev/tty").unwrap()
}

fn shows(terminal: &File) -> bool {
    nix::sys::termios::tcgetattr(terminal).unwrap().local_flags.contains(nix::sys::termios::LocalFlags::ECHO)
}

fn the_umask_is_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    child_checks(|| {
        process::set_umask(0o027);
        assert_eq!(process::set_umask(0o077), 0o027);
        File::create(&path).unwrap();
    });
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

fn a_new_root_hides_the_old() {
    if !user::is_root() {
        return eprintln!("skipped: needs root");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("marker"), "").unwrap();
    child_checks(|| {
        process::change_root(folder.path()).unwrap();
        assert!(fs::exists("/marker").unwrap());
        assert!(fs::exists("marker").unwrap(), "the working directory moved too");
        assert!(!fs::exists("/proc").unwrap());
    });
}

fn a_forgotten_variable_is_gone() {
    child_checks(|| {
        assert!(env::var_os("PATH").is_some());
        process::forget_variable(c"PATH").unwrap();
        assert!(env::var_os("PATH").is_none());
    });
}

fn programs_start_with_all_signals() {
    child_checks(|| {
        signal::ignore(&[Signal::Hup, Signal::Usr1]).unwrap();
        let mut command = Command::new("cat");
        let output = process::with_default_signals(&mut command).arg("/proc/self/status").output().unwrap();
        let status = String::from_utf8(output.stdout).unwrap();
        for set in ["SigBlk:\t", "SigIgn:\t"] {
            let bits = status.lines().find_map(|line| line.strip_prefix(set)).unwrap();
            // The C library keeps 32 and 33 for itself.
            let ordinary = u64::from_str_radix(bits, 16).unwrap() & 0x7fff_ffff;
            assert_eq!(ordinary, 0, "{status}");
        }
    });
}

/// Starts this program as an heir, with `descriptor` as its number 3; the shell knows the pid before the
/// program does.
fn start_heir(descriptor: OwnedFd) -> std::process::Child {
    Command::new("sh")
        .args(["-c", r#"LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" 3<&0"#])
        .arg(env::current_exe().unwrap())
        .env(HEIR, "1")
        .stdin(Stdio::from(descriptor))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn heir() -> ExitCode {
    let listeners = match socket::inherited() {
        Ok(listeners) => listeners,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let again = socket::inherited().unwrap();
    assert_eq!((listeners.len(), again.len()), (1, 0));
    assert!(env::var_os("LISTEN_FDS").is_none() && env::var_os("LISTEN_PID").is_none());
    let poller = Poller::new().unwrap();
    poller.add(&listeners[0], 0, Interest::Exclusive).unwrap();
    poller.wait(None).unwrap();
    let (mut stream, _) = listeners[0].accept().unwrap().unwrap();
    stream.write_all(b"heir").unwrap();
    ExitCode::SUCCESS
}

fn listeners_are_inherited() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut heir = start_heir(listener.into());
    let mut text = String::new();
    TcpStream::connect(address).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "heir");
    assert!(heir.wait().unwrap().success());
}

fn inherited_descriptors_are_looked_at() {
    let heir = start_heir(tempfile::tempfile().unwrap().into());
    let output = heir.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "descriptor 3 is no TCP socket\n");
}
