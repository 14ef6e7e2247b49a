//! First pass: texts become one list of directives and sections. Files are included, conditions decided, variables
//! filled in, in the order of the lines; nothing is set yet, so a `ServerRoot` counts for what stands above it too.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use conf::{Node, Position, Source};

use super::directive::{Given, Kind, Language};
use super::here::{Ground, Here, Notes};
use super::parts::Parts;
use super::rows::Row;
use super::{Complaint, defines::Defines, include};
use crate::core_module::AllowOverride;
use crate::error::ConfError;
use crate::facts::Build;

/// How deep files may include each other: Apache's bound.
const INCLUDE_DEPTH: usize = 100;

/// A directive or section that counts, its variables filled in.
pub(crate) struct Item {
    /// As it was written, without brackets.
    pub(crate) name: String,
    /// `None` where no module has such a directive.
    pub(crate) row: Option<Arc<Row>>,
    pub(crate) args: conf::Args,
    pub(crate) position: Position,
    /// What a section holds; `None` for a directive.
    pub(crate) children: Option<Vec<Item>>,
    pub(crate) chain: Chain,
}

/// The `Include` lines that led to a place, the innermost first.
pub(crate) type Chain = Option<Rc<Inclusion>>;

/// A file that is being read because a line includes it.
pub(crate) struct Inclusion {
    line: Option<Position>,
    file: PathBuf,
    outer: Chain,
}

/// A file that was read, for `httpd -t -D DUMP_INCLUDES`.
#[derive(Debug, Clone)]
pub struct Included {
    /// How many files include each other down to it; 0 is the main one.
    pub depth: usize,
    /// The line of the `Include`; `None` for the main file.
    pub line: Option<u32>,
    /// The file.
    pub path: PathBuf,
}

/// A line that counts, for `httpd -t -D DUMP_CONFIG`.
#[derive(Debug, Clone)]
pub struct Written {
    /// The directive or section, without brackets.
    pub name: String,
    /// What follows the name, variables filled in.
    pub arguments: String,
    /// Where it comes from.
    pub position: Position,
    /// What a section holds; `None` for a directive.
    pub inside: Option<Vec<Written>>,
}

/// The first pass, with what it changes as it goes.
pub(crate) struct Reader<'a> {
    pub(crate) build: &'static Build,
    pub(crate) parts: Parts<'a>,
    pub(crate) server_root: PathBuf,
    pub(crate) defines: Defines,
    pub(crate) notes: Notes,
    pub(crate) errors: Vec<ConfError>,
    pub(crate) included: Vec<Included>,
    pub(crate) htaccess: Option<AllowOverride>,
    /// Sections were not closed, or closed twice: what stands in which is a guess.
    pub(crate) misshapen: bool,
    /// A module could not be loaded: what its directives are is not known.
    pub(crate) incomplete: bool,
    pub(crate) chain: Chain,
}

impl Reader<'_> {
    /// Reads a text that has no file: `-C` and `-c`.
    pub(crate) fn text(&mut self, source: &Arc<Source>, out: &mut Vec<Item>) {
        let parsed = conf::parse(source);
        self.misshapen |= !parsed.errors.is_empty();
        for error in parsed.errors {
            self.fail_form(error);
        }
        self.nodes(parsed.nodes, out);
    }

    /// Reads a file, which `line` includes (`None`: the main one). An error is one of the line: the file is not there,
    /// or is being read already.
    pub(crate) fn file(
        &mut self,
        path: &Path,
        line: Option<&Position>,
        out: &mut Vec<Item>,
    ) -> Result<(), Complaint> {
        let bytes = std::fs::read(path).map_err(|cause| could_not_open(path, &cause))?;
        self.enter(path, line)?;
        match Source::from_bytes(path.display().to_string(), &bytes) {
            Ok(source) => self.text(&source, out),
            Err(error) => self.fail_form(error),
        }
        self.leave();
        Ok(())
    }

    fn enter(&mut self, path: &Path, line: Option<&Position>) -> Result<(), Complaint> {
        let depth = chain(&self.chain).count();
        self.link(path, line)?;
        self.included.push(Included { depth, line: line.map(|line| line.line), path: path.to_owned() });
        Ok(())
    }

    /// Notes that a text is being read because a line asks for it.
    fn link(&mut self, path: &Path, line: Option<&Position>) -> Result<(), Complaint> {
        let file = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let depth = chain(&self.chain).count();
        if chain(&self.chain).any(|inclusion| inclusion.file == file) {
            return Err(Complaint::new(format!("{} includes itself", path.display())));
        }
        if depth > INCLUDE_DEPTH {
            return Err(Complaint::new(format!("files are included more than {INCLUDE_DEPTH} deep")));
        }
        let outer = self.chain.take();
        self.chain = Some(Rc::new(Inclusion { line: line.cloned(), file, outer }));
        Ok(())
    }

    fn leave(&mut self) {
        self.chain = self.chain.take().and_then(|inclusion| inclusion.outer.clone());
    }

    fn nodes(&mut self, nodes: Vec<Node>, out: &mut Vec<Item>) {
        for node in nodes {
            self.node(node, out);
        }
    }

    fn node(&mut self, node: Node, out: &mut Vec<Item>) {
        let defines = &self.defines;
        let name = conf::interpolate(node.name(), &mut |name| defines.variable(name));
        let args = node.args().interpolate(&mut |name| defines.variable(name));
        for undefined in &args.undefined {
            let sentence = format!("Config variable ${{{}}} is not defined", undefined.name);
            self.notes.warnings.push((undefined.position.clone(), sentence));
        }
        let (position, children, body) = match node {
            Node::Directive(directive) => (directive.position, None, String::new()),
            Node::Section(section) => {
                let kept = self.parts.rows().get(&name).is_some_and(|row| row.info.kind == Kind::Definition);
                let body = if kept { section.text().to_owned() } else { String::new() };
                (section.position, Some(section.children), body)
            }
        };
        let row = self.parts.rows().get(&name).cloned();
        let chain = self.chain.clone();
        let kind = row.as_ref().map(|row| row.info.kind);
        let mut item = Item { name, row, args, position, children: None, chain };
        match (kind, children) {
            (Some(Kind::Definition), Some(_)) => {
                let defined = self.at_reading(&item, &body);
                defined.map_or_else(|complaint| self.fail(item.error(complaint)), drop);
                item.children = Some(Vec::new());
                out.push(item);
            }
            (Some(Kind::Insertion), None) if self.htaccess.is_none() => {
                let found = self.at_reading(&item, "");
                found.map_or_else(|complaint| self.fail(item.error(complaint)), drop);
                for source in std::mem::take(&mut self.notes.inserted) {
                    let inserted = self.insert(&source, &item, out);
                    inserted.unwrap_or_else(|complaint| self.fail(item.error(complaint)));
                }
                out.push(item);
            }
            (Some(Kind::Condition), Some(children)) => match self.at_reading(&item, "") {
                Ok(true) => self.nodes(children, out),
                Ok(false) => {}
                Err(complaint) => self.fail(item.error(complaint)),
            },
            (kind, Some(children)) => {
                let mut inner = Vec::new();
                self.nodes(children, &mut inner);
                item.children = Some(inner);
                // A section in place of a directive is told in the second pass.
                debug_assert!(kind != Some(Kind::Condition), "decided above");
                out.push(item);
            }
            (Some(Kind::Early), None) if self.htaccess.is_none() => {
                if let Err(complaint) = self.at_reading(&item, "") {
                    self.incomplete = true;
                    self.fail(item.error(complaint));
                }
                for linked in std::mem::take(&mut self.notes.loaded) {
                    self.parts.add(linked);
                }
                out.push(item);
            }
            (Some(Kind::Language(language)), None) => {
                let acted = self.act(language, &item, out);
                acted.unwrap_or_else(|complaint| self.fail(item.error(complaint)));
                out.push(item);
            }
            _ => out.push(item),
        }
    }

    /// Reads lines that stand in no file, in place of a directive.
    fn insert(&mut self, source: &Arc<Source>, item: &Item, out: &mut Vec<Item>) -> Result<(), Complaint> {
        self.link(Path::new(source.name()), Some(&item.position))?;
        self.text(source, out);
        self.leave();
        Ok(())
    }

    fn at_reading(&mut self, item: &Item, body: &str) -> Result<bool, Complaint> {
        let Some(row) = &item.row else { return Ok(false) };
        let module = self.parts.modules()[row.module.get()].erased();
        item.given(|given| {
            let given = Given { body, ..given };
            self.here(&item.position, |here| module.at_reading(row.place, &given, here))
        })
    }

    fn here<T>(&mut self, position: &Position, ask: impl FnOnce(&mut Here<'_>) -> T) -> T {
        let ground = Ground {
            modules: self.parts.modules(),
            rows: self.parts.rows(),
            registry: self.parts.registry(),
            server_root: &self.server_root,
            defines: &self.defines,
            build: self.build,
        };
        ask(&mut Here { position, ground, sections: &[], notes: &mut self.notes, htaccess: self.htaccess })
    }

    /// Does what a directive of the language itself says.
    fn act(&mut self, language: Language, item: &Item, out: &mut Vec<Item>) -> Result<(), Complaint> {
        // In a .htaccess file they are refused: the second pass says so.
        if self.htaccess.is_some() {
            return Ok(());
        }
        let words: Vec<String> = item.args.words().into_iter().map(|word| word.text).collect();
        let (least, most) = match language {
            Language::Include | Language::IncludeOptional | Language::UnDefine | Language::ServerRoot => {
                (1, 1)
            }
            Language::Define => (1, 2),
            _ => return Ok(()),
        };
        if !(least..=most).contains(&words.len()) {
            let takes = if most == 1 { "one argument" } else { "1-2 arguments" };
            let usage = item.row.as_ref().map_or("", |row| row.info.usage);
            let complaint = Complaint::new(format!("{} takes {takes}, not {}", item.name, words.len()));
            return Err(complaint.hint(format!("write: {} {usage}", item.name)));
        }
        match language {
            Language::Define | Language::UnDefine if words[0].contains(':') => {
                Err(Complaint::new("Variable name must not contain ':'").argument(0))
            }
            Language::Define => {
                self.defines.set(&words[0], words.get(1).map_or("", String::as_str));
                Ok(())
            }
            Language::UnDefine => {
                self.defines.unset(&words[0]);
                Ok(())
            }
            Language::ServerRoot => self.server_root(&words[0]),
            _ => self.include(&words[0], language == Language::IncludeOptional, item, out),
        }
    }

    fn server_root(&mut self, directory: &str) -> Result<(), Complaint> {
        if !Path::new(directory).is_dir() {
            let sentence = format!("ServerRoot must be a valid directory, '{directory}' is none");
            return Err(Complaint::new(sentence).argument(0));
        }
        self.server_root = Path::new(directory).components().collect();
        Ok(())
    }

    fn include(
        &mut self,
        pattern: &str,
        optional: bool,
        item: &Item,
        out: &mut Vec<Item>,
    ) -> Result<(), Complaint> {
        let files = include::files(&self.server_root.join(pattern), optional).map_err(|sentence| {
            let complaint = Complaint::new(sentence).argument(0);
            if optional {
                complaint
            } else {
                complaint.hint("IncludeOptional does not mind files that are not there")
            }
        })?;
        for file in files {
            if let Err(complaint) = self.file(&file, Some(&item.position), out) {
                self.fail(item.error(complaint.argument(0)));
            }
        }
        Ok(())
    }

    fn fail_form(&mut self, error: conf::SyntaxError) {
        let told = ConfError::new(error.message).at(&error.position);
        self.fail(ConfError { hint: error.hint, ..told });
    }

    pub(crate) fn fail(&mut self, error: ConfError) {
        let included_from = lines(&self.chain);
        self.errors.push(ConfError { included_from, ..error });
    }
}

impl Item {
    /// Calls with the arguments in words.
    pub(crate) fn given<T>(&self, call: impl FnOnce(Given<'_>) -> T) -> T {
        let words = self.args.words();
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        call(Given { name: &self.name, raw: &self.args.text, words: &words, body: "" })
    }

    /// Other lines stand for it: an `Include`, a macro and its use.
    pub(crate) fn is_spent(&self) -> bool {
        let kind = self.row.as_ref().map(|row| row.info.kind);
        matches!(
            kind,
            Some(
                Kind::Definition
                    | Kind::Insertion
                    | Kind::Language(Language::Include | Language::IncludeOptional)
            )
        )
    }

    /// The name as it is written: a section's with its brackets.
    pub(crate) fn written(&self) -> String {
        if self.children.is_some() { format!("<{}>", self.name) } else { self.name.clone() }
    }

    /// What is told of a complaint about this directive: at the argument that it is about.
    pub(crate) fn error(&self, complaint: Complaint) -> ConfError {
        let words = self.args.words();
        let word = complaint.argument.and_then(|n| words.get(n));
        let (position, width) = if let Some(word) = word {
            let start = complaint.offset.map_or(word.offset, |offset| word.place_of(&self.args.text, offset));
            let whole = self.args.text.get(word.offset..word.end).filter(|_| start == word.offset);
            (self.args.position(start), whole.map_or(1, |text| text.chars().count()))
        } else if let Some(offset) = complaint.offset {
            (self.args.position(offset), 1)
        } else {
            let bracket = usize::from(self.children.is_some());
            (self.position.clone(), self.name.chars().count() + bracket)
        };
        ConfError {
            position: Some(position),
            width: width.max(1),
            directive: Some(self.row.as_deref().map_or_else(|| self.written(), Row::written)),
            sentence: complaint.sentence,
            hint: undefined(&self.args.text).or(complaint.hint),
            included_from: lines(&self.chain),
        }
    }
}

/// What is left of a variable once all were filled in was never defined: that comes before whatever else is wrong.
fn undefined(text: &str) -> Option<String> {
    let (name, _) = text.split_once("${")?.1.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name
        .then(|| format!("${{{name}}} is not defined: Define it, or export it to the server's environment"))
}

fn chain(innermost: &Chain) -> impl Iterator<Item = &Rc<Inclusion>> {
    std::iter::successors(innermost.as_ref(), |inclusion| inclusion.outer.as_ref())
}

/// The `Include` lines of a chain, the outermost first.
fn lines(innermost: &Chain) -> Vec<Position> {
    let mut lines: Vec<Position> = chain(innermost).filter_map(|inclusion| inclusion.line.clone()).collect();
    lines.reverse();
    lines
}

fn could_not_open(path: &Path, cause: &std::io::Error) -> Complaint {
    let sentence = format!("Could not open configuration file {}: {}", path.display(), reason(cause));
    match cause.kind() {
        std::io::ErrorKind::PermissionDenied => {
            Complaint::new(sentence).hint("the user who starts the server must be able to read it")
        }
        _ => Complaint::new(sentence),
    }
}

/// The system's words, without the number that the standard library adds.
pub(crate) fn reason(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
}
