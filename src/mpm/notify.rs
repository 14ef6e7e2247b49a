//! The service manager is told how far the server is, if there is one. What it does not hear is no error of
//! ours.

use os::notify::Notifier;

/// The way to the service manager, or to nobody.
#[derive(Debug, Default)]
pub(super) struct Notify {
    to: Option<Notifier>,
    said: String,
}

impl Notify {
    /// To whom NOTIFY_SOCKET names. The variable is taken away: programs that we start must not speak for us.
    pub(super) fn from_environment() -> Self {
        let to = Notifier::from_environment().ok().flatten();
        if to.is_some() {
            let _ = os::process::forget_variable(c"NOTIFY_SOCKET");
        }
        Self { to, said: String::new() }
    }

    pub(super) fn ready(&self) {
        self.tell(Notifier::ready);
    }

    pub(super) fn reloading(&self) {
        self.tell(Notifier::reloading);
    }

    pub(super) fn stopping(&self) {
        self.tell(Notifier::stopping);
    }

    /// One line for `systemctl status`; the same line is not sent twice in a row.
    pub(super) fn status(&mut self, line: String) {
        if self.to.is_some() && line != self.said {
            self.tell(|to| to.status(&line));
            self.said = line;
        }
    }

    fn tell(&self, what: impl FnOnce(&Notifier) -> std::io::Result<()>) {
        if let Some(to) = &self.to {
            let _ = what(to);
        }
    }
}
