//! What cannot be asked or set everywhere.

use std::io;

/// Unknown: the caller's word must do.
pub(crate) fn threads() -> Option<u64> {
    None
}

pub(crate) fn thread_id() -> u64 {
    // SAFETY: pthread_self has no conditions and cannot fail.
    let thread = unsafe { libc::pthread_self() };
    thread as usize as u64
}

pub(crate) fn run_in_batches() -> io::Result<()> {
    Ok(())
}

pub(crate) fn set_dumpable(_on: bool) -> io::Result<()> {
    Ok(())
}

pub(crate) fn never_gain_rights() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_told_apart() {
        let main = thread_id();
        let other = std::thread::spawn(move || thread_id() != main);
        assert!(other.join().unwrap() && thread_id() == main);
    }
}
