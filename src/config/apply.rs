//! Second pass: the directives that count set their modules' configurations, section by section.

use std::collections::HashMap;
use std::sync::Arc;

use conf::Position;

use super::context::{self, Around, Permitted};
use super::directive::{Kind, Language};
use super::here::{Ground, Here, Notes};
use super::read::Item;
use super::rows::Row;
use super::sections::{Layer, Section, SectionKind, limited_as, normal_directory};
use super::{Complaint, Elsewhere, Expr, Override, Pattern, Settings, unknown};
use crate::error::ConfError;
use crate::module::{AnyConfig, Linked, ModuleIndex};

/// What the lines of one server or section set, and the sections that stand in it.
#[derive(Default)]
pub(crate) struct Scope {
    settings: Vec<(ModuleIndex, Box<AnyConfig>)>,
    pub(crate) sections: Vec<Section>,
}

/// A virtual host as it was written.
pub(crate) struct VhostDraft {
    /// Its addresses, each with its place.
    pub(crate) addresses: Vec<(String, Position)>,
    pub(crate) position: Position,
    pub(crate) scope: Scope,
}

/// The second pass, with what it leaves behind.
pub(crate) struct Applier<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) notes: &'a mut Notes,
    pub(crate) errors: Vec<ConfError>,
    pub(crate) vhosts: Vec<VhostDraft>,
    /// What stands in which section is a guess: nothing is said of wrong places.
    misshapen: bool,
    /// A module is missing: nothing is said of directives that may be its.
    incomplete: bool,
    permitted: Option<Permitted<'a>>,
    around: Vec<Around>,
    kinds: Vec<SectionKind>,
    limit: Limits,
    /// Modules that are not there, by file, with the places of the errors that tell of them.
    missing: Vec<(&'static str, usize)>,
    /// Regular expressions of sections: virtual hosts by the thousand have the same.
    patterns: HashMap<String, Pattern>,
}

/// `<Limit>`: a section with such parts is applied once for the methods that none of them names, and once more for
/// each that is named, so that modules see the lines for one method in their order and need to know nothing of it.
#[derive(Default)]
struct Limits {
    /// The method that the lines are applied for; `None` for all that are not named.
    method: Option<String>,
    /// The methods named in the section so far.
    named: Vec<String>,
    /// In a `<Limit>`: whether it is about this method.
    inside: Option<bool>,
}

impl Scope {
    fn config(&mut self, module: ModuleIndex, modules: &[Linked]) -> &mut AnyConfig {
        let known = self.settings.iter().position(|(index, _)| *index == module);
        let place = known.unwrap_or_else(|| {
            self.settings.push((module, modules[module.get()].erased().new_config()));
            self.settings.len() - 1
        });
        &mut *self.settings[place].1
    }

    pub(crate) fn settings(&mut self) -> Settings {
        let mut settings = Settings::default();
        for (module, config) in std::mem::take(&mut self.settings) {
            settings.set(module, config.into());
        }
        settings
    }
}

impl<'a> Applier<'a> {
    pub(crate) fn new(ground: Ground<'a>, notes: &'a mut Notes, misshapen: bool, incomplete: bool) -> Self {
        Self {
            ground,
            notes,
            errors: Vec::new(),
            vhosts: Vec::new(),
            misshapen,
            incomplete,
            permitted: None,
            around: Vec::new(),
            kinds: Vec::new(),
            limit: Limits::default(),
            missing: Vec::new(),
            patterns: HashMap::new(),
        }
    }

    /// The lines of the main server.
    pub(crate) fn server(&mut self, items: &[Item]) -> Scope {
        self.scope(items)
    }

    /// The lines of a `.htaccess` file for this directory.
    pub(crate) fn htaccess(
        &mut self,
        items: &[Item],
        permitted: Permitted<'a>,
        kind: SectionKind,
        position: Position,
    ) -> Section {
        self.permitted = Some(permitted);
        self.kinds.push(kind.clone());
        self.filled(kind, position, items)
    }

    fn scope(&mut self, items: &[Item]) -> Scope {
        let mut scope = Scope::default();
        self.items(items, &mut scope);
        scope
    }

    fn items(&mut self, items: &[Item], scope: &mut Scope) {
        if self.limit.method.is_none() {
            self.warn_of_older(items);
        }
        for item in items {
            if let Err(complaint) = self.item(item, scope) {
                self.fail(item.error(complaint));
            }
        }
    }

    /// One section says a thing in two ways, of which both count.
    fn warn_of_older(&mut self, items: &[Item]) {
        let mut older = items.iter().filter_map(|item| Some((item, item.row.as_ref()?.info.newer?)));
        let Some((item, (names, both))) = older.next() else { return };
        let is_newer = |other: &&Item| names.iter().any(|name| other.name.eq_ignore_ascii_case(name));
        if let Some(newer) = items.iter().find(is_newer) {
            let sentence = format!("{} stands beside {}: {both}", item.written(), newer.written());
            self.notes.warnings.push((item.position.clone(), sentence));
        }
    }

    fn item(&mut self, item: &Item, scope: &mut Scope) -> Result<(), Complaint> {
        let Some(row) = item.row.as_deref().filter(|row| row.info.is_section() == item.children.is_some())
        else {
            return self.unknown(item);
        };
        if !self.may_stand_here(item, row)? || self.is_for_another_method(row) {
            return Ok(());
        }
        match row.info.kind {
            Kind::Language(language) => self.language(language, item, scope),
            Kind::Container => {
                self.set(item, row, scope)?;
                self.items(item.children.as_deref().unwrap_or_default(), scope);
                self.close(item, row, scope)
            }
            Kind::Plain | Kind::Condition => self.set(item, row, scope),
            // The first pass has done what they say.
            Kind::Early | Kind::Definition | Kind::Insertion => Ok(()),
        }
    }

    /// `false` where AllowOverride says that a line in a wrong place is to be passed over.
    fn may_stand_here(&self, item: &Item, row: &Row) -> Result<bool, Complaint> {
        let written = item.row.as_deref().map_or_else(|| item.written(), Row::written);
        match self.permitted {
            None => match context::check(&row.info, &written, &self.around) {
                Err(_) if self.misshapen => Ok(false),
                checked => checked.map(|()| true),
            },
            Some(permitted) => match context::check_htaccess(&row.info, &written, &self.around, permitted) {
                Err(_) if permitted.allow.pass_over_forbidden => Ok(false),
                checked => checked.map(|()| true),
            },
        }
    }

    /// In a `<Limit>` that is not about the method at hand. Only access rules depend on the method, as in Apache.
    fn is_for_another_method(&self, row: &Row) -> bool {
        const OTHERS: Override = Override::FILE_INFO.or(Override::INDEXES).or(Override::OPTIONS);
        let classes = row.info.place.htaccess;
        self.limit.inside == Some(false) && classes != Override::NONE && !classes.meets(OTHERS)
    }

    fn unknown(&mut self, item: &Item) -> Result<(), Complaint> {
        let pass_over = self.permitted.is_some_and(|permitted| permitted.allow.pass_over_unknown);
        if pass_over || (self.incomplete && item.row.is_none()) {
            return Ok(());
        }
        let forgone = self.notes.forgone.iter_mut().find(|forgone| forgone.spares(&item.name));
        if let Some(forgone) = forgone.filter(|_| item.row.is_none()) {
            if self.limit.method.is_none() {
                forgone.pass_over(&item.name, &item.position);
            }
            return Ok(());
        }
        match self.ground.elsewhere(item) {
            Some(module) => self.missing(module, item),
            None => Err(unknown::complaint(item, self.ground.rows)),
        }
    }

    /// A directive of a module that is not there: told once for each module, with all lines that need it.
    fn missing(&mut self, module: Elsewhere, item: &Item) -> Result<(), Complaint> {
        let known = self.missing.iter().find(|(file, _)| *file == module.file);
        match known.and_then(|(_, place)| self.errors.get_mut(*place)) {
            Some(error) if self.limit.method.is_none() => unknown::one_more(error, item),
            Some(_) => {}
            None => {
                self.missing.push((module.file, self.errors.len()));
                let folder = self.ground.build.facts.libexecdir;
                return Err(module.explain(&item.name, folder, unknown::complaint(item, self.ground.rows)));
            }
        }
        Ok(())
    }

    fn language(&mut self, language: Language, item: &Item, scope: &mut Scope) -> Result<(), Complaint> {
        match language {
            Language::VirtualHost => self.virtual_host(item),
            Language::Limit | Language::LimitExcept => self.limit(language == Language::Limit, item, scope),
            Language::Error => {
                let words: Vec<String> = item.args.words().into_iter().map(|word| word.text).collect();
                Err(Complaint::new(words.join(" ")))
            }
            // The first pass has done what they say.
            Language::Include
            | Language::IncludeOptional
            | Language::Define
            | Language::UnDefine
            | Language::ServerRoot => Ok(()),
            _ => self.section(language, item, scope),
        }
    }

    fn virtual_host(&mut self, item: &Item) -> Result<(), Complaint> {
        let words = item.args.words();
        if words.is_empty() {
            return Err(
                no_arguments(item).hint("write <VirtualHost *:80>, or the addresses that it answers on")
            );
        }
        let addresses =
            words.iter().map(|word| (word.text.clone(), item.args.position(word.offset))).collect();
        let kind = SectionKind::VirtualHost(item.args.text.clone());
        self.notes.vhost = self.vhosts.len() + 1;
        let scope = self.inside(item, Some(kind), Self::scope);
        self.notes.vhost = 0;
        self.vhosts.push(VhostDraft { addresses, position: item.position.clone(), scope });
        Ok(())
    }

    fn section(&mut self, language: Language, item: &Item, scope: &mut Scope) -> Result<(), Complaint> {
        // Its lines were applied for every method the first time.
        if self.limit.method.is_some() {
            return Ok(());
        }
        let kind = match language {
            Language::If | Language::ElseIf | Language::Else => self.condition(language, item, scope)?,
            _ => self.kind(language, item)?,
        };
        let section = self.inside(item, Some(kind.clone()), |this, children| {
            this.filled(kind, item.position.clone(), children)
        });
        scope.sections.push(section);
        Ok(())
    }

    /// What `<If>` and its kind ask. A wrong one counts as an `<If>`, so that its lines are read, and an `<Else>` after
    /// it is not wrong too.
    fn condition(
        &mut self,
        language: Language,
        item: &Item,
        scope: &Scope,
    ) -> Result<SectionKind, Complaint> {
        condition(language, item, scope).or_else(|complaint| {
            self.fail(item.error(complaint));
            Ok(SectionKind::If(Arc::new(Expr::new("true")?)))
        })
    }

    /// What a section of files or URLs applies to.
    fn kind(&mut self, language: Language, item: &Item) -> Result<SectionKind, Complaint> {
        use Language as L;
        let words = item.args.words();
        let tilde = words.first().is_some_and(|word| word.text == "~" && !word.quoted);
        let by_regex = match language {
            L::DirectoryMatch | L::FilesMatch | L::LocationMatch => true,
            _ => tilde,
        };
        let place = usize::from(tilde);
        let argument = match &words[place.min(words.len())..] {
            [] => return Err(no_arguments(item)),
            [word] => &word.text,
            _ => {
                return Err(Complaint::new(format!("{} takes one argument", item.written()))
                    .argument(place + 1)
                    .hint("write quotes around a name that has spaces"));
            }
        };
        if !by_regex {
            return Ok(match language {
                L::Directory => SectionKind::Directory(normal_directory(self.ground.server_root, argument)),
                L::Files => SectionKind::Files(argument.clone()),
                _ => SectionKind::Location(argument.clone()),
            });
        }
        let pattern = self.pattern(argument).map_err(|complaint| complaint.argument(place))?;
        Ok(match language {
            L::Directory | L::DirectoryMatch => SectionKind::DirectoryMatch(pattern),
            L::Files | L::FilesMatch => SectionKind::FilesMatch(pattern),
            _ => SectionKind::LocationMatch(pattern),
        })
    }

    fn pattern(&mut self, text: &str) -> Result<Pattern, Complaint> {
        if let Some(known) = self.patterns.get(text) {
            return Ok(known.clone());
        }
        let pattern = Pattern::new(text)?;
        self.patterns.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }

    /// A section with what these lines set.
    fn filled(&mut self, kind: SectionKind, position: Position, children: &[Item]) -> Section {
        let outer = std::mem::take(&mut self.limit);
        let mut scope = self.scope(children);
        let mut by_method = Vec::new();
        for method in std::mem::take(&mut self.limit.named) {
            by_method.push((method.clone(), Layer::new(self.again(method, children))));
        }
        self.limit = outer;
        let layer = Layer::new(scope.settings());
        let (conditions, inner): (Vec<_>, Vec<_>) =
            scope.sections.into_iter().partition(|section| section.kind.is_condition());
        Section { kind, position, inner, conditions: conditions.into(), layer, by_method }
    }

    /// Applies the lines once more, for one method; what is said for a second time is dropped.
    fn again(&mut self, method: String, children: &[Item]) -> Settings {
        let warnings = self.notes.warnings.len();
        self.limit.method = Some(method);
        let settings = self.scope(children).settings();
        self.limit.method = None;
        for warning in self.notes.warnings.split_off(warnings) {
            if !self.notes.warnings.contains(&warning) {
                self.notes.warnings.push(warning);
            }
        }
        settings
    }

    fn limit(&mut self, only: bool, item: &Item, scope: &mut Scope) -> Result<(), Complaint> {
        let words = item.args.words();
        if words.is_empty() {
            return Err(no_arguments(item).hint("name the methods, like GET POST"));
        }
        if let Some(place) = words.iter().position(|word| only && word.text == "TRACE") {
            return Err(
                Complaint::new("TRACE cannot be controlled by <Limit>, see TraceEnable").argument(place)
            );
        }
        let methods: Vec<String> = words.iter().map(|word| limited_as(&word.text).to_owned()).collect();
        let named = |method: &String| methods.contains(method);
        let applies = self.limit.method.as_ref().is_some_and(named) == only;
        if self.limit.method.is_none() {
            for method in &methods {
                if !self.limit.named.contains(method) {
                    self.limit.named.push(method.clone());
                }
            }
        }
        let kind = SectionKind::Limit(only, methods);
        let outer = self.limit.inside.replace(applies);
        self.inside(item, Some(kind), |this, children| this.items(children, scope));
        self.limit.inside = outer;
        Ok(())
    }

    /// Goes into a section and comes out again.
    fn inside<T>(
        &mut self,
        item: &Item,
        kind: Option<SectionKind>,
        work: impl FnOnce(&mut Self, &[Item]) -> T,
    ) -> T {
        if let Some((row, Kind::Language(language))) = item.row.as_deref().map(|row| (row, row.info.kind)) {
            self.around.push(Around { name: row.written(), language, position: item.position.clone() });
        }
        let depth = self.kinds.len();
        self.kinds.extend(kind);
        let done = work(self, item.children.as_deref().unwrap_or_default());
        self.kinds.truncate(depth);
        self.around.pop();
        done
    }

    fn set(&mut self, item: &Item, row: &Row, scope: &mut Scope) -> Result<(), Complaint> {
        let module = self.ground.modules[row.module.get()].erased();
        let config = scope.config(row.module, self.ground.modules);
        item.given(|given| module.set(row.place, config, &given, &mut self.here(item)))
    }

    fn close(&mut self, item: &Item, row: &Row, scope: &mut Scope) -> Result<(), Complaint> {
        let module = self.ground.modules[row.module.get()].erased();
        let config = scope.config(row.module, self.ground.modules);
        module.close(row.place, config, &mut self.here(item))
    }

    fn here<'h>(&'h mut self, item: &'h Item) -> Here<'h> {
        Here {
            position: &item.position,
            ground: self.ground,
            sections: &self.kinds,
            notes: self.notes,
            htaccess: self.permitted.map(|permitted| permitted.allow),
        }
    }

    fn fail(&mut self, error: ConfError) {
        let told = |other: &ConfError| other.position == error.position && other.sentence == error.sentence;
        if !self.errors.iter().any(told) {
            self.errors.push(error);
        }
    }
}

/// What `<If>`, `<ElseIf>` or `<Else>` asks.
fn condition(language: Language, item: &Item, scope: &Scope) -> Result<SectionKind, Complaint> {
    let last =
        scope.sections.iter().rfind(|section| section.kind.is_condition()).map(|section| &section.kind);
    if language != Language::If && last.is_none_or(|kind| matches!(kind, SectionKind::Else)) {
        let sentence = format!("{} needs an <If> or <ElseIf> before it in the same section", item.written());
        return Err(Complaint::new(sentence));
    }
    let words = item.args.words();
    match (language, &words[..]) {
        (Language::Else, []) => Ok(SectionKind::Else),
        (Language::Else, _) => Err(Complaint::new("<Else> takes no argument").argument(0)),
        (_, []) => Err(no_arguments(item).hint("write quotes around the expression")),
        (_, [word]) => {
            let expr = Expr::new(&word.text).map_err(|complaint| complaint.argument(0))?;
            let kind = if language == Language::If { SectionKind::If } else { SectionKind::ElseIf };
            Ok(kind(Arc::new(expr)))
        }
        _ => Err(Complaint::new(format!("{} takes one argument", item.written()))
            .argument(1)
            .hint("write quotes around the expression")),
    }
}

fn no_arguments(item: &Item) -> Complaint {
    Complaint::new(format!("{} directive requires additional arguments", item.written()))
}
