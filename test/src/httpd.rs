//! A built httpd: what it says of itself, and a running one that is gone when its test is.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeWriter};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use libtest_mimic::Failed;
use os::process::Pid;
use os::signal::Signal;

use crate::bounded::Running;
use crate::client::Client;
use crate::ground::Ground;
use crate::wait::{DEADLINE, wait_for};

/// What a server says on its standard error for each address, when it can be reached there.
pub const LISTENING: &str = ": listening on ";

/// What it says of an address that somebody else has: strerror(3) of EADDRINUSE.
const IN_USE: &str = "Address already in use";

/// A program that was built.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    /// What every configuration begins with.
    load: Vec<String>,
    /// Its MPM, as `httpd -V` prints it.
    pub mpm: String,
    /// What is compiled in, as `httpd -l` prints it, and what is loaded.
    pub modules: Vec<String>,
    /// Modules can be loaded.
    pub loads: bool,
    /// The MPM is not compiled in.
    pub loads_mpm: bool,
    /// It has the checks of debug builds, as `httpd -V` says.
    pub has_debug_checks: bool,
}

impl Program {
    /// Asks a program what it is; `load` is a file of LoadModule lines for it.
    pub fn new(path: &Path, load: Option<&Path>) -> Result<Self, String> {
        let absolute =
            |path: &Path| path.canonicalize().map_err(|wrong| format!("{}: {wrong}", path.display()));
        let mut program = Self {
            path: absolute(path)?,
            load: Vec::new(),
            mpm: String::new(),
            modules: Vec::new(),
            loads: false,
            loads_mpm: false,
            has_debug_checks: false,
        };
        let listed = program.says(&["-l"])?;
        program.modules = listed.lines().skip(1).map(|line| line.trim().to_owned()).collect();
        if let Some(load) = load {
            program.load = vec!["-C".to_owned(), format!("Include \"{}\"", absolute(load)?.display())];
        }
        let version = program.says(&["-V"])?;
        let line = |begin: &str| version.lines().find_map(|line| line.strip_prefix(begin));
        program.has_debug_checks = version.lines().any(|line| line.trim() == "-D AP_DEBUG");
        program.loads = line("Core:").is_some();
        line("Server MPM:").unwrap_or_default().trim().clone_into(&mut program.mpm);
        load.map_or(Ok(()), |load| program.take_loaded(load))?;
        Ok(program)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `LoadModule alias_module "/modules/mod_alias.so"`: mod_alias.c; an MPM's file is called without what is before it.
    fn take_loaded(&mut self, load: &Path) -> Result<(), String> {
        let lines = fs::read_to_string(load).map_err(|wrong| format!("{}: {wrong}", load.display()))?;
        for line in lines.lines().filter(|line| line.starts_with("LoadModule ")) {
            let file = line.rsplit('/').next().unwrap_or_default().trim_end_matches(['"', ' ']);
            let file = file.strip_suffix(".so").unwrap_or(file);
            let mpm = file.strip_prefix("mod_").filter(|package| package.starts_with("mpm_")).map(mpm_of);
            self.modules.push(format!("{}.c", mpm.unwrap_or(file)));
            if let Some(mpm) = mpm {
                self.loads_mpm = true;
                mpm.clone_into(&mut self.mpm);
            }
        }
        Ok(())
    }

    /// The program with these arguments, to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> io::Result<Output> {
        Command::new(&self.path).args(&self.load).args(arguments).stdin(Stdio::null()).output()
    }

    /// The program with the configuration of `ground`, and more arguments, to its end. What it prints goes into files:
    /// a server in the background that kept a pipe of ours open would hold us up for ever.
    pub fn run_with(&self, ground: &Ground, arguments: &[&str]) -> Result<Output, Failed> {
        let [printed, said] = ["stdout", "stderr"].map(|name| ground.root().join(name));
        let mut command = self.command(ground, arguments);
        command.stdin(Stdio::null()).stdout(File::create(&printed)?).stderr(File::create(&said)?);
        let mut child = command.spawn()?;
        let ended = wait_for("the program's end", || child.try_wait().transpose());
        if ended.is_err() {
            let _ = child.kill().and_then(|()| child.wait());
        }
        Ok(Output { status: ended??, stdout: fs::read(printed)?, stderr: fs::read(said)? })
    }

    /// As [`run_with`](Self::run_with), but the program writes into a pipe, and so may all that it starts.
    pub fn run_into(
        &self,
        ground: &Ground,
        arguments: &[&str],
        pipe: PipeWriter,
    ) -> Result<ExitStatus, Failed> {
        let mut command = self.command(ground, arguments);
        command.stdin(Stdio::null()).stdout(pipe.try_clone()?).stderr(pipe);
        let mut child = command.spawn()?;
        Ok(wait_for("the program's end", || child.try_wait().transpose())??)
    }

    /// The command that starts it as a server that stays in front.
    pub fn in_foreground(&self, ground: &Ground, arguments: &[&str]) -> Command {
        let mut command = self.command(ground, arguments);
        command.args(["-D", "FOREGROUND"]);
        command
    }

    fn command(&self, ground: &Ground, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(&self.load)
            .arg("-d")
            .arg(ground.root())
            .arg("-f")
            .arg(ground.conf_file())
            .args(arguments);
        command
    }

    fn says(&self, options: &[&str]) -> Result<String, String> {
        let output = self.run(options).map_err(|wrong| format!("{}: {wrong}", self.path.display()))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The name of the MPM in a package: `event` of mpm_event; two have the word in their names.
fn mpm_of(package: &str) -> &str {
    match package {
        "mpm_netware" | "mpm_winnt" => package,
        _ => package.strip_prefix("mpm_").unwrap_or(package),
    }
}

/// A server in the foreground.
pub struct Httpd {
    child: Child,
    address: SocketAddr,
    errors: Arc<Mutex<String>>,
    running: Option<Running>,
}

impl Httpd {
    /// Starts the program with the configuration of `ground`, and waits until it listens. The error holds
    /// what it said instead.
    pub fn start(program: &Program, ground: &Ground, arguments: &[&str]) -> Result<Self, Failed> {
        Self::start_by(program.in_foreground(ground, arguments).stdin(Stdio::null()))
    }

    /// Starts it by a command of one's own, which must become the program: see
    /// [`Program::in_foreground`].
    pub fn start_by(command: &mut Command) -> Result<Self, Failed> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let errors = Arc::new(Mutex::new(String::new()));
        let lines = child.stderr.take().map(|pipe| follow(pipe, &errors));
        let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = Pid::new(child.id().cast_signed()).map(Running::new);
        let mut httpd = Self { child, address: unknown, errors, running };
        httpd.address = lines.ok_or("no standard error").map(|lines| httpd.listening(&lines))??;
        Ok(httpd)
    }

    /// Where it listens: the first address that it told.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection to it.
    pub fn connect(&self) -> io::Result<Client> {
        Client::connect(self.address)
    }

    /// The parent's number.
    pub fn pid(&self) -> Option<Pid> {
        Pid::new(self.child.id().cast_signed())
    }

    /// What it said on its standard error so far.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends its parent a signal.
    pub fn signal(&self, signal: Signal) -> Result<(), Failed> {
        let pid = self.pid().ok_or("no such process")?;
        Ok(os::process::kill(pid, signal)?)
    }

    /// Waits until it ends.
    pub fn ended(&mut self) -> Result<ExitStatus, Failed> {
        wait_for("the end of the server", || self.try_wait().transpose())?.map_err(Failed::from)
    }

    /// It still runs.
    pub fn lives(&mut self) -> bool {
        matches!(self.try_wait(), Ok(None))
    }

    fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let ended = self.child.try_wait()?;
        self.running.take_if(|_| ended.is_some());
        Ok(ended)
    }

    /// Stops it with TERM; anything but success is an error, and so is a panic on the way.
    pub fn stop(mut self) -> Result<(), Failed> {
        if !self.lives() {
            return Err(format!("the server had died: {}", self.errors()).into());
        }
        self.signal(Signal::Term)?;
        let status = self.ended()?;
        let errors = self.errors();
        if errors.contains("panicked at") || !status.success() {
            return Err(format!("the server ended with {status}: {errors}").into());
        }
        Ok(())
    }

    /// Its children; empty where the system does not tell.
    pub fn children(&self) -> Vec<Pid> {
        children(self.child.id())
    }

    fn listening(&mut self, lines: &Receiver<String>) -> Result<SocketAddr, Failed> {
        loop {
            match lines.recv_timeout(DEADLINE) {
                Ok(line) => {
                    if let Some(address) =
                        line.split_once(LISTENING).and_then(|(_, address)| address.trim().parse().ok())
                    {
                        return Ok(address);
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Err("the server does not come to listen".into()),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.ended()?;
                    return Err(format!("the server did not start ({status}): {}", self.errors()).into());
                }
            }
        }
    }
}

impl Drop for Httpd {
    /// A parent asked by TERM takes its children along; one that does not listen to it is killed, and its
    /// children leave when they see that it is gone.
    fn drop(&mut self) {
        if !self.lives() {
            return;
        }
        let asked = self.signal(Signal::Term).and_then(|()| self.ended());
        if asked.is_err() {
            let _ = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}

/// A port of 127.0.0.1 that was free a moment ago, for configurations that must name theirs. Another may have taken
/// it since: see [`start_on`].
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Starts with a port that `lay` writes into the configuration, and takes another if somebody was faster.
pub fn start_on(
    program: &Program,
    ground: &Ground,
    arguments: &[&str],
    lay: impl Fn(u16) -> io::Result<()>,
) -> Result<Httpd, Failed> {
    let mut tries = 0;
    loop {
        tries += 1;
        lay(free_port()?)?;
        match Httpd::start(program, ground, arguments) {
            Err(wrong) if tries < 5 && wrong.message().is_some_and(|wrong| wrong.contains(IN_USE)) => {}
            outcome => return outcome,
        }
    }
}

/// The children of a process; empty where the system does not tell.
pub fn children(parent: u32) -> Vec<Pid> {
    let listed = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|pid| pid.parse().ok()).filter_map(Pid::new).collect()
}

/// Reads what a server says, so that it never waits for us: all of it into `errors`, line by line to the receiver.
fn follow(pipe: ChildStderr, errors: &Arc<Mutex<String>>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let errors = Arc::clone(errors);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let mut errors = errors.lock().unwrap_or_else(PoisonError::into_inner);
            errors.push_str(&line);
            errors.push('\n');
            // Once the address is known, nobody listens.
            let _ = sender.send(line);
        }
    });
    receiver
}
