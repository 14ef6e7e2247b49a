//! The names that `-D` and `Define` define, with their texts.

/// Names and texts in the order in which they were defined.
#[derive(Debug, Default, Clone)]
pub struct Defines(Vec<(String, String)>);

impl Defines {
    /// Names without texts, as `-D` gives them.
    pub fn named(names: &[String]) -> Self {
        let mut defines = Self::default();
        for name in names {
            defines.set(name, "");
        }
        defines
    }

    /// The text of a name; empty where it was given none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// All names with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub(crate) fn set(&mut self, name: &str, text: &str) {
        self.unset(name);
        self.0.push((name.to_owned(), text.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// What `${NAME}` stands for: a defined text, else an environment variable, as in Apache. Its case does not matter,
    /// other than where the name itself is asked for.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let known = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        // A name without a text defines no variable.
        let defined = known.map(|(_, text)| text.clone()).filter(|text| !text.is_empty());
        defined.or_else(|| std::env::var(name).ok())
    }
}
