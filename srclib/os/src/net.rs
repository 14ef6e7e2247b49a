//! Names of hosts: this one's, and that of an address. Looking a name up may block for seconds.

use std::ffi::CStr;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use socket2::SockAddr;

/// What this host calls itself, see gethostname(2).
pub fn host_name() -> io::Result<String> {
    let name = nix::unistd::gethostname()?;
    name.into_string().map_err(|_| io::Error::new(ErrorKind::InvalidData, "the host's name is not text"))
}

/// The name of an address, see getnameinfo(3); NotFound when it has none. Whoever owns the address chooses
/// the name: do not believe it before the name leads back to the address.
pub fn name_of(address: IpAddr) -> io::Result<String> {
    let address = SockAddr::from(SocketAddr::new(address, 0));
    let mut name = [0_u8; MOST];
    // SAFETY: both pointers come with the true length of what they point to, and getnameinfo wants no service
    // name.
    let error = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.len(),
            name.as_mut_ptr().cast(),
            name.len() as _,
            std::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    match error {
        0 => text(&name),
        libc::EAI_NONAME => Err(io::Error::new(ErrorKind::NotFound, "the address has no name")),
        libc::EAI_SYSTEM => Err(io::Error::last_os_error()),
        _ => Err(io::Error::other("the name could not be looked up")),
    }
}

/// NI_MAXHOST of getnameinfo(3).
const MOST: usize = 1025;

fn text(name: &[u8]) -> io::Result<String> {
    let name = CStr::from_bytes_until_nul(name).ok().and_then(|name| name.to_str().ok());
    name.map(String::from).ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "the name is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_has_a_name() {
        assert!(!host_name().unwrap().is_empty());
    }

    #[test]
    fn localhost_is_found_in_the_hosts_file() {
        let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
        if hosts.lines().any(|line| line.starts_with("127.0.0.1")) {
            assert!(!name_of([127, 0, 0, 1].into()).unwrap().is_empty());
        } else {
            eprintln!("skipped: /etc/hosts does not name 127.0.0.1");
        }
    }

    #[test]
    fn names_that_are_no_text_are_errors() {
        assert_eq!(text(b"a.example\0rest").unwrap(), "a.example");
        assert!(text(b"\xff\0").is_err());
        assert!(text(b"no end").is_err());
    }
}
