//! An ordered list of names and texts: the environment of a request, its notes.

use std::borrow::Cow;

/// Names and texts in the order in which they were first set. Names are compared as they are written.
#[derive(Debug, Default, Clone)]
pub struct Table(Vec<(Cow<'static, str>, Cow<'static, str>)>);

impl Table {
    /// The text under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| &**text)
    }

    /// A name is there, whatever its text.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a name, in place of an older text.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) {
        let (name, text) = (name.into(), text.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some(entry) => entry.1 = text,
            None => self.0.push((name, text)),
        }
    }

    /// Takes a name out.
    pub fn unset(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (&**name, &**text))
    }

    /// Takes everything out and keeps the room.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
