//! Shared libraries: opened while the process runs, and never closed. dlopen(3), dlsym(3).

use std::ffi::{CStr, CString};
use std::io::Error;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;

/// A library that is mapped into this process until it ends: what it holds is `'static`.
#[derive(Debug, Clone, Copy)]
pub struct Library(NonNull<libc::c_void>);

// SAFETY: a handle is only ever given to dlsym, which any thread may call.
unsafe impl Send for Library {}

/// Who sees the symbols of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Only who looks them up.
    Alone,
    /// The libraries that are opened after it, too.
    ByAll,
}

impl Library {
    /// Opens a library with all that it needs. A path with a `/` names a file; other names are looked for where the
    /// system keeps its libraries. The error is the dynamic linker's, in its own words.
    ///
    /// A file that is mapped already under this very path is not looked at again.
    ///
    /// # Safety
    ///
    /// The library's constructors run, with all the rights of this process, and nobody knows what they do: the file must be
    /// one that the administrator named.
    pub unsafe fn open(path: &Path, seen: Seen) -> Result<Self, Error> {
        let name = CString::new(path.as_os_str().as_bytes())?;
        let scope = if seen == Seen::ByAll { libc::RTLD_GLOBAL } else { libc::RTLD_LOCAL };
        // SAFETY: the name ends in a zero; what the constructors do is the caller's promise.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | scope) };
        NonNull::new(handle).map(Self).ok_or_else(last_error)
    }

    /// Where a symbol is, of this library or of those that it needs. What is there, nobody knows.
    pub fn symbol(&self, name: &str) -> Option<NonNull<libc::c_void>> {
        let name = CString::new(name).ok()?;
        // SAFETY: the handle came from dlopen and is never closed; the name ends in a zero.
        NonNull::new(unsafe { libc::dlsym(self.0.as_ptr(), name.as_ptr()) })
    }
}

/// What the dynamic linker last complained of in this thread.
fn last_error() -> Error {
    // SAFETY: it takes nothing, and gives null or a text of the thread's own that lasts until the next call.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return Error::other("the dynamic linker does not say why");
    }
    // SAFETY: not null, so it is a text that ends in a zero; it is copied at once.
    let text = unsafe { CStr::from_ptr(text) };
    Error::other(text.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_of_the_system_is_opened_and_asked() {
        // SAFETY: the library of mathematics has no constructors to speak of.
        let library = unsafe { Library::open(Path::new("libm.so.6"), Seen::Alone) };
        let Ok(library) = library else { return };
        assert!(library.symbol("cos").is_some());
        assert!(library.symbol("no_such_function").is_none());
        assert!(library.symbol("with\0zero").is_none());
    }

    #[test]
    fn what_cannot_be_opened_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.so");
        std::fs::write(&path, "not a library").unwrap();
        for path in [path.as_path(), Path::new("/nonexistent/lib.so"), Path::new("with\0zero")] {
            // SAFETY: nothing is opened.
            let error = unsafe { Library::open(path, Seen::Alone) }.unwrap_err();
            assert!(!error.to_string().is_empty());
        }
    }
}
