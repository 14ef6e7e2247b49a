//! A directive is a row of a table: name, where it may stand, what it is for, and how it is set.
//! The parser, `httpd -L`, the manual, the error texts and the tests all come from the row.

use std::fmt;
use std::ops::RangeInclusive;

use super::{Here, Place};

/// Why a directive's arguments will not do: a sentence for the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, in one sentence without a full stop.
    pub sentence: String,
    /// What to type instead, where it can be known.
    pub hint: Option<String>,
    /// Which argument is meant, from 0; `None` means the directive as a whole.
    pub argument: Option<usize>,
    /// Which byte of that argument, without its quotes and escapes; `None` means the whole of it. Where no argument is
    /// meant, which byte of all that follows the directive's name.
    pub offset: Option<usize>,
}

impl Complaint {
    /// A complaint about the directive as a whole.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: None, argument: None, offset: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Points at one argument, counted from 0.
    #[must_use]
    pub fn argument(self, argument: usize) -> Self {
        Self { argument: Some(argument), ..self }
    }

    /// Points at one byte of the argument, its quotes and escapes not counted.
    #[must_use]
    pub fn offset(self, offset: usize) -> Self {
        Self { offset: Some(offset), ..self }
    }
}

impl From<String> for Complaint {
    fn from(sentence: String) -> Self {
        Self::new(sentence)
    }
}

impl From<&str> for Complaint {
    fn from(sentence: &str) -> Self {
        Self::new(sentence)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// What a setter says: it stored the value, or why not.
pub type SetResult = Result<(), Complaint>;

/// The arguments of a directive as they were given, `${NAME}` replaced.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The directive's name as it was written.
    pub name: &'a str,
    /// All of the text after the name.
    pub raw: &'a str,
    /// The text in words, quotes removed.
    pub words: &'a [&'a str],
    /// What a definition encloses, as it is written.
    pub body: &'a str,
}

/// What a number may be.
#[derive(Debug, Clone)]
pub struct Number {
    /// The values allowed.
    pub range: RangeInclusive<i64>,
    /// The value where nothing is set.
    pub default: i64,
    /// What is counted: `"seconds"`, `"processes"`, `"bytes"`.
    pub unit: &'static str,
    /// What happens to a value outside the range.
    pub outside: Outside,
}

/// What happens to a number outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// It is an error.
    Refuse,
    /// The nearest allowed value is taken, with a warning: what Apache does with limits of the MPMs.
    Clamp,
}

/// How a directive takes its arguments. `C` is the module's configuration.
pub(crate) enum Set<C: 'static> {
    Nothing(fn(&mut C, &mut Here<'_>) -> SetResult),
    Flag(fn(&mut C, bool)),
    Number(Number, fn(&mut C, i64)),
    One(fn(&mut C, &str, &mut Here<'_>) -> SetResult),
    Two(fn(&mut C, &str, &str, &mut Here<'_>) -> SetResult),
    Words(RangeInclusive<usize>, fn(&mut C, &[&str], &mut Here<'_>) -> SetResult),
    Each(fn(&mut C, &str, &mut Here<'_>) -> SetResult),
    Raw(fn(&mut C, &str, &mut Here<'_>) -> SetResult),
    Idle(RangeInclusive<usize>, fn(&[&str], &mut Here<'_>) -> SetResult),
    Container(Take<C>, End<C>),
    Condition(fn(&[&str], &mut Here<'_>) -> Result<bool, Complaint>),
    Early(RangeInclusive<usize>, fn(&[&str], &mut Here<'_>) -> SetResult),
    Definition(fn(&[&str], &str, &mut Here<'_>) -> SetResult),
    Insertion(fn(&[&str], &mut Here<'_>) -> SetResult),
    Language(Language),
}

/// The directives that are the configuration language itself: the assembler acts on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    VirtualHost,
    Directory,
    DirectoryMatch,
    Files,
    FilesMatch,
    Location,
    LocationMatch,
    If,
    ElseIf,
    Else,
    Limit,
    LimitExcept,
    Include,
    IncludeOptional,
    Define,
    UnDefine,
    Error,
    ServerRoot,
}

/// How a row takes its arguments, for listings and for the assembler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Set in the section where it stands.
    Plain,
    /// `<Name ...>` whose lines belong to the section around it.
    Container,
    /// `<Name ...>` whose lines count or not.
    Condition,
    /// Done while the text is read, before the lines below it.
    Early,
    /// `<Name ...>` whose lines are kept as text.
    Definition,
    /// Other lines are read in its place.
    Insertion,
    /// The assembler's own.
    Language(Language),
}

/// A directive of a module whose configuration is `C`.
pub struct Directive<C: 'static> {
    name: &'static str,
    place: Place,
    usage: &'static str,
    doc: &'static str,
    set: Set<C>,
    waits_for: Option<&'static str>,
    newer: Option<Newer>,
}

/// Directives that say in a newer way what an older one says, and a sentence on what it means that both stand in one section.
pub(crate) type Newer = (&'static [&'static str], &'static str);

/// A row without its setter: for `httpd -L`, the manual and the tests of the tables.
#[derive(Debug, Clone)]
pub struct RowInfo {
    /// The name as the manual spells it; any case is understood.
    pub name: &'static str,
    /// Where it may stand.
    pub place: Place,
    /// Its arguments.
    pub usage: &'static str,
    /// What it is for, one sentence without a full stop.
    pub doc: &'static str,
    /// What a number may be, where it takes one.
    pub number: Option<Number>,
    /// It is checked and has no effect.
    pub is_idle: bool,
    pub(crate) newer: Option<Newer>,
    pub(crate) kind: Kind,
}

impl RowInfo {
    /// It is written `<Name ...>` with an end tag.
    pub fn is_section(&self) -> bool {
        use Language as L;
        match self.kind {
            Kind::Plain | Kind::Early | Kind::Insertion => false,
            Kind::Container | Kind::Condition | Kind::Definition => true,
            Kind::Language(language) => !matches!(
                language,
                L::Include | L::IncludeOptional | L::Define | L::UnDefine | L::Error | L::ServerRoot
            ),
        }
    }
}

type End<C> = fn(&mut C, &mut Here<'_>) -> SetResult;
type Take<C> = fn(&mut C, &[&str], &mut Here<'_>) -> SetResult;

/// How the sentence of an idle directive begins.
const NO_EFFECT: &str = "Has no effect: ";

impl<C: 'static> Directive<C> {
    const fn new(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        set: Set<C>,
    ) -> Self {
        Self { name, place, usage, doc, set, waits_for: None, newer: None }
    }

    /// A row whose setting is kept for others to ask about: without them, as `a module that runs scripts`, it has no effect, and
    /// whoever starts the server with `-e info` reads so.
    #[must_use]
    pub const fn waiting_for(others: &'static str, row: Self) -> Self {
        let mut row = row;
        row.waits_for = Some(others);
        row
    }

    /// A row of an older way to say a thing. Where a line of a newer one stands in the same section, whoever starts the server is
    /// warned, with a sentence on what both together mean.
    #[must_use]
    pub const fn older_than(newer: &'static [&'static str], both: &'static str, row: Self) -> Self {
        let mut row = row;
        row.newer = Some((newer, both));
        row
    }

    /// `Name On|Off`.
    pub const fn flag(name: &'static str, place: Place, doc: &'static str, set: fn(&mut C, bool)) -> Self {
        Self::new(name, place, "On|Off", doc, Set::Flag(set))
    }

    /// `Name number`, refused outside its range.
    pub const fn number(
        name: &'static str,
        place: Place,
        (range, default, unit): (RangeInclusive<i64>, i64, &'static str),
        doc: &'static str,
        set: fn(&mut C, i64),
    ) -> Self {
        let number = Number { range, default, unit, outside: Outside::Refuse };
        Self::new(name, place, unit, doc, Set::Number(number, set))
    }

    /// `Name number`, brought into its range with a warning.
    pub const fn clamped(
        name: &'static str,
        place: Place,
        (range, default, unit): (RangeInclusive<i64>, i64, &'static str),
        doc: &'static str,
        set: fn(&mut C, i64),
    ) -> Self {
        let number = Number { range, default, unit, outside: Outside::Clamp };
        Self::new(name, place, unit, doc, Set::Number(number, set))
    }

    /// `Name`, alone.
    pub const fn nothing(
        name: &'static str,
        place: Place,
        doc: &'static str,
        set: fn(&mut C, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, "", doc, Set::Nothing(set))
    }

    /// `Name argument`.
    pub const fn one(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        set: fn(&mut C, &str, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::One(set))
    }

    /// `Name first second`.
    pub const fn two(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        set: fn(&mut C, &str, &str, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Two(set))
    }

    /// `Name word ...`, as many words as the range allows.
    pub const fn words(
        name: &'static str,
        place: Place,
        (usage, count): (&'static str, RangeInclusive<usize>),
        doc: &'static str,
        set: Take<C>,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Words(count, set))
    }

    /// `Name word ...`, the setter called once for each word.
    pub const fn each(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        set: fn(&mut C, &str, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Each(set))
    }

    /// `Name text`, the text as it stands, quotes and all.
    pub const fn raw(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        set: fn(&mut C, &str, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Raw(set))
    }

    /// `Name word ...`, checked and then forgotten: there is nothing here that it could be about. Its sentence begins with
    /// `Has no effect: ` and says why; whoever starts the server with `-e info` reads it.
    pub(crate) const fn idle(
        name: &'static str,
        place: Place,
        (usage, count): (&'static str, RangeInclusive<usize>),
        doc: &'static str,
        check: fn(&[&str], &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Idle(count, check))
    }

    /// `<Name word ...>` to `</Name>`: the directives inside set the same configuration, between a call
    /// of `open` and a call of `close`.
    pub const fn container(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        (open, close): (Take<C>, End<C>),
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Container(open, close))
    }

    /// `<Name word ...>` to `</Name>`: the lines inside count if `holds` says so.
    pub const fn condition(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        holds: fn(&[&str], &mut Here<'_>) -> Result<bool, Complaint>,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Condition(holds))
    }

    /// `Name word ...`, as many words as the range allows: done while the text is read, before the lines below it. It
    /// sets nothing, and has no place in `.htaccess` files.
    pub const fn early(
        name: &'static str,
        place: Place,
        (usage, count): (&'static str, RangeInclusive<usize>),
        doc: &'static str,
        work: fn(&[&str], &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Early(count, work))
    }

    /// `<Name word ...>` to `</Name>`: the lines inside are given to `define` as text, while they are read, and mean nothing
    /// where they stand.
    pub const fn definition(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        define: fn(&[&str], &str, &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Definition(define))
    }

    /// `Name word ...`, in whose place other lines are read: `find` gives them to [`Here::read`].
    pub const fn insertion(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        find: fn(&[&str], &mut Here<'_>) -> SetResult,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Insertion(find))
    }

    pub(crate) const fn language(
        name: &'static str,
        place: Place,
        usage: &'static str,
        doc: &'static str,
        language: Language,
    ) -> Self {
        Self::new(name, place, usage, doc, Set::Language(language))
    }

    pub(crate) fn info(&self) -> RowInfo {
        let kind = match &self.set {
            Set::Container(..) => Kind::Container,
            Set::Condition(_) => Kind::Condition,
            Set::Early(..) => Kind::Early,
            Set::Definition(_) => Kind::Definition,
            Set::Insertion(_) => Kind::Insertion,
            Set::Language(language) => Kind::Language(*language),
            _ => Kind::Plain,
        };
        let number = if let Set::Number(number, _) = &self.set { Some(number.clone()) } else { None };
        let is_idle = matches!(self.set, Set::Idle(..));
        RowInfo {
            name: self.name,
            place: self.place,
            usage: self.usage,
            doc: self.doc,
            number,
            is_idle,
            newer: self.newer,
            kind,
        }
    }

    pub(crate) fn apply(&self, config: &mut C, given: &Given<'_>, here: &mut Here<'_>) -> SetResult {
        let words = given.words;
        if let Some(others) = self.waits_for {
            here.remark(format!("{} has no effect without {others}", self.name));
        }
        match &self.set {
            Set::Nothing(set) => self.count(words, 0, 0).and_then(|()| set(config, here)),
            Set::Flag(set) => {
                self.count(words, 1, 1)?;
                set(config, flag(self.name, words[0])?);
                Ok(())
            }
            Set::Number(number, set) => {
                self.count(words, 1, 1)?;
                set(config, number.read(self.name, words[0], here)?);
                Ok(())
            }
            Set::One(set) => self.filled(words, 1).and_then(|()| set(config, words[0], here)),
            Set::Two(set) => self.filled(words, 2).and_then(|()| set(config, words[0], words[1], here)),
            Set::Words(count, set) => {
                self.count(words, *count.start(), *count.end()).and_then(|()| set(config, words, here))
            }
            Set::Each(set) => {
                self.count(words, 1, usize::MAX)?;
                words.iter().enumerate().try_for_each(|(place, word)| {
                    set(config, word, here)
                        .map_err(|c| if c.argument.is_none() { c.argument(place) } else { c })
                })
            }
            Set::Raw(set) => set(config, given.raw, here),
            Set::Idle(count, check) => {
                self.count(words, *count.start(), *count.end())?;
                check(words, here)?;
                here.remark(format!(
                    "{} has no effect: {}",
                    self.name,
                    self.doc.trim_start_matches(NO_EFFECT)
                ));
                Ok(())
            }
            Set::Container(open, _) => open(config, words, here),
            Set::Condition(_) | Set::Early(..) | Set::Language(_) => Ok(()),
            Set::Definition(_) | Set::Insertion(_) => Ok(()),
        }
    }

    pub(crate) fn at_reading(&self, given: &Given<'_>, here: &mut Here<'_>) -> Result<bool, Complaint> {
        let words = given.words;
        match &self.set {
            Set::Condition(holds) => holds(words, here),
            Set::Early(count, work) => {
                self.count(words, *count.start(), *count.end()).and_then(|()| work(words, here))?;
                Ok(true)
            }
            Set::Definition(define) => define(words, given.body, here).map(|()| true),
            Set::Insertion(find) => find(words, here).map(|()| true),
            _ => Ok(true),
        }
    }

    pub(crate) fn close(&self, config: &mut C, here: &mut Here<'_>) -> SetResult {
        match &self.set {
            Set::Container(_, close) => close(config, here),
            _ => Ok(()),
        }
    }

    /// So many arguments, and none of them empty: Apache takes `""` for one that is missing.
    fn filled(&self, words: &[&str], count: usize) -> SetResult {
        self.count(words, count, count)?;
        match words.iter().position(|word| word.is_empty()) {
            Some(empty) => Err(Complaint::new(format!("an argument of {} is empty", self.name))
                .argument(empty)
                .hint(format!("write: {} {}", self.name, self.usage))),
            None => Ok(()),
        }
    }

    fn count(&self, words: &[&str], min: usize, max: usize) -> SetResult {
        if (min..=max).contains(&words.len()) {
            return Ok(());
        }
        let wanted = match (min, max) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "one argument".to_owned(),
            (min, max) if min == max => format!("{min} arguments"),
            (min, usize::MAX) => format!("at least {min}"),
            (min, max) => format!("{min} to {max} arguments"),
        };
        let usage = format!("{} {}", self.name, self.usage);
        let extra = (words.len() > max).then_some(max);
        let complaint =
            Complaint::new(format!("{} takes {wanted}, not {}: {}", self.name, words.len(), self.doc));
        Err(Complaint { argument: extra, ..complaint.hint(format!("write: {}", usage.trim_end())) })
    }
}

fn flag(name: &str, word: &str) -> Result<bool, Complaint> {
    match word {
        _ if word.eq_ignore_ascii_case("on") => Ok(true),
        _ if word.eq_ignore_ascii_case("off") => Ok(false),
        _ => Err(Complaint::new(format!("{name} must be On or Off, not '{word}'"))
            .argument(0)
            .hint(format!("write: {name} On, or: {name} Off"))),
    }
}

impl Number {
    fn read(&self, name: &str, word: &str, here: &mut Here<'_>) -> Result<i64, Complaint> {
        let Ok(value) = word.parse::<i64>() else {
            return Err(self.complaint(format!("{name} takes a number of {}, not '{word}'", self.unit)));
        };
        if self.range.contains(&value) {
            return Ok(value);
        }
        let nearest = value.clamp(*self.range.start(), *self.range.end());
        match self.outside {
            Outside::Refuse => Err(self.complaint(format!("{name} {value} is outside {}", self.allowed()))),
            Outside::Clamp => {
                here.warn(format!("{name} {value} is outside {}: {nearest} is taken", self.allowed()));
                Ok(nearest)
            }
        }
    }

    fn complaint(&self, sentence: String) -> Complaint {
        let Self { default, unit, .. } = self;
        Complaint::new(sentence).argument(0).hint(format!("without the line it is {default} {unit}"))
    }

    fn allowed(&self) -> String {
        let (least, most) = (self.range.start(), self.range.end());
        match *most {
            i64::MAX => format!("what is allowed, {least} or more {}", self.unit),
            _ => format!("what is allowed, {least} to {most} {}", self.unit),
        }
    }
}
