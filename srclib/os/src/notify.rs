//! Telling the service manager how far we are: the datagrams of sd_notify(3), to the socket that
//! $NOTIFY_SOCKET names.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use nix::sys::socket::MsgFlags;

use crate::host;
use crate::process::Pid;

/// The way to the service manager. It never blocks, and no error of it is worth more than a line in the log.
#[derive(Debug)]
pub struct Notifier {
    socket: UnixDatagram,
}

impl Notifier {
    /// `None` when no service manager listens. Forget the variable before other programs are started
    /// ([`forget_variable`](crate::process::forget_variable)).
    pub fn from_environment() -> io::Result<Option<Self>> {
        match env::var_os("NOTIFY_SOCKET") {
            Some(name) if !name.is_empty() => Self::to(&name).map(Some),
            _ => Ok(None),
        }
    }

    /// To a socket of this path, or of this name in the abstract space when it begins with `@`.
    pub fn to(name: &OsStr) -> io::Result<Self> {
        let address = match name.as_bytes() {
            [b'@', abstract_name @ ..] => host::socket::abstract_address(abstract_name)?,
            _ => SocketAddr::from_pathname(name)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// The server has started, or has taken up its new configuration; this is its main process.
    pub fn ready(&self) -> io::Result<()> {
        self.send(&format!("READY=1\nMAINPID={}", Pid::current()))
    }

    /// A new configuration is being taken up; [`Notifier::ready`] follows.
    pub fn reloading(&self) -> io::Result<()> {
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={}", since_boot()?.as_micros()))
    }

    /// The server is about to end.
    pub fn stopping(&self) -> io::Result<()> {
        self.send("STOPPING=1")
    }

    /// One line for the administrator, shown by `systemctl status`.
    pub fn status(&self, line: &str) -> io::Result<()> {
        self.send(&format!("STATUS={}", line.replace('\n', " ")))
    }

    fn send(&self, state: &str) -> io::Result<()> {
        use std::os::fd::AsRawFd;
        let flags = MsgFlags::from_bits_retain(libc::MSG_NOSIGNAL);
        nix::sys::socket::send(self.socket.as_raw_fd(), state.as_bytes(), flags)?;
        Ok(())
    }
}

/// CLOCK_MONOTONIC, which the service manager compares with its own.
fn since_boot() -> io::Result<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: clock_gettime writes one timespec, to `time`.
    match unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) } {
        0 => Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32)),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn next(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 200];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn each_state_is_one_datagram() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let notifier = Notifier::to(path.as_os_str()).unwrap();
        notifier.ready().unwrap();
        notifier.status("two\nlines").unwrap();
        notifier.stopping().unwrap();
        assert_eq!(next(&manager), format!("READY=1\nMAINPID={}", std::process::id()));
        assert_eq!(next(&manager), "STATUS=two lines");
        assert_eq!(next(&manager), "STOPPING=1");
    }

    #[test]
    fn a_reload_carries_the_time() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let before = since_boot().unwrap().as_micros();
        Notifier::to(path.as_os_str()).unwrap().reloading().unwrap();
        let text = next(&manager);
        let time: u128 = text.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap().parse().unwrap();
        assert!((before..=since_boot().unwrap().as_micros()).contains(&time));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn abstract_names_begin_with_an_at_sign() {
        let name = format!("weir-notify-test-{}", std::process::id());
        let manager =
            UnixDatagram::bind_addr(&host::socket::abstract_address(name.as_bytes()).unwrap()).unwrap();
        Notifier::to(OsStr::new(&format!("@{name}"))).unwrap().stopping().unwrap();
        assert_eq!(next(&manager), "STOPPING=1");
    }

    #[test]
    fn nobody_listening_is_an_error() {
        assert!(Notifier::to(OsStr::new("/no/such/socket")).is_err());
    }
}
