//! mod_word: finds words by a regular expression, from a crate that is this module's own copy.

use std::sync::LazyLock;

use httpd::prelude::*;

pub static MODULE: Word = Word;
pub struct Word;

static WORDS: LazyLock<Option<regex::Regex>> = LazyLock::new(|| regex::Regex::new(r"\b\p{Alphabetic}+\b").ok());

fn words(text: &str) -> Vec<&str> {
    WORDS.iter().flat_map(|words| words.find_iter(text)).map(|found| found.as_str()).collect()
}

impl Module for Word {
    const NAME: &'static str = "word_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.handler("word", |_r, ()| {
            Handled::Respond(Response::text(words("1: three, 2: words; 3: here").join(" ") + "\n"))
        });
    }
}
