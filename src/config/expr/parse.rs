//! From the text of an expression to its compiled form: recursive descent, one function for each rule of the grammar.

use super::cursor::{Cursor, complain_at};
use super::functions::{self, Function};
use super::operators;
use super::strings;
use super::tree::{Compare, Cond, List, Substitution, Wild, Word};
use super::{Expr, Template};
use crate::config::{Complaint, Network, Pattern};

/// What may stand around a regular expression after an `m` or `s`.
const SEPARATORS: &str = "/#$%^|?!'\",;:.-";

/// Compiles a condition.
pub(super) fn condition(text: &str) -> Result<Expr, Complaint> {
    let mut cursor = Cursor::new(text);
    let cond = any(&mut cursor)?;
    cursor.skip_space();
    if cursor.is_at_end() {
        let Cursor { uses_groups, asks_for_user, .. } = cursor;
        return Ok(Expr { cond, uses_groups, asks_for_user });
    }
    let sentence = format!("the expression is complete before {}", cursor.shown());
    Err(cursor.complain(sentence).hint("write && or || between two conditions, and quotes around texts"))
}

/// Compiles a text.
pub(super) fn template(text: &str) -> Result<Template, Complaint> {
    strings::until(&mut Cursor::new(text), None).map(|word| Template { word })
}

/// `cond || cond`
fn any(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    chain(cursor, ("||", "or"), all, Cond::Any)
}

/// `cond && cond`
fn all(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    chain(cursor, ("&&", "and"), not, Cond::All)
}

fn chain(
    cursor: &mut Cursor<'_>,
    (sign, word): (&str, &str),
    part: fn(&mut Cursor<'_>) -> Result<Cond, Complaint>,
    whole: fn(Vec<Cond>) -> Cond,
) -> Result<Cond, Complaint> {
    let first = part(cursor)?;
    if !cursor.eat_operator(sign, word) {
        return Ok(first);
    }
    let mut parts = vec![first, part(cursor)?];
    while cursor.eat_operator(sign, word) {
        parts.push(part(cursor)?);
    }
    Ok(whole(parts))
}

/// `! cond`
fn not(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    let mut negated = false;
    while cursor.eat_operator("!", "not") {
        negated = !negated;
    }
    let cond = single(cursor)?;
    Ok(if negated { Cond::Not(Box::new(cond)) } else { cond })
}

fn single(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    if cursor.eat('(') {
        let inner = cursor.deeper(any)?;
        cursor.require(')', "a condition in parentheses")?;
        return Ok(inner);
    }
    match cursor.name() {
        "true" => {
            cursor.skip("true".len());
            Ok(Cond::Constant(true))
        }
        "false" => {
            cursor.skip("false".len());
            Ok(Cond::Constant(false))
        }
        _ if cursor.dashed().is_some() => test(cursor),
        _ => comparison(cursor),
    }
}

/// `-X word`
fn test(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    let (start, name) = (cursor.offset(), cursor.dashed().unwrap_or_default());
    cursor.skip(1 + name.len());
    if name == "R" {
        return network(cursor, "-R").map(Cond::ByClient);
    }
    let Some(test) = operators::test(name) else {
        let sentence = format!("-{name} is no operator that stands before a word");
        return Err(complain_at(start, sentence).hint(format!("there are {}", operators::tests())));
    };
    Ok(Cond::Test(test, word(cursor)?))
}

/// `word operator word`
fn comparison(cursor: &mut Cursor<'_>) -> Result<Cond, Complaint> {
    let left = word(cursor)?;
    let (sign, dashed, name) = (cursor.sign(), cursor.dashed(), cursor.name());
    if let Some(sign) = sign.filter(|sign| ["=~", "!~"].contains(sign)) {
        cursor.skip(sign.len());
        let matches = Cond::Matches(left, regex(cursor)?);
        return Ok(if sign == "!~" { Cond::Not(Box::new(matches)) } else { matches });
    }
    if let Some((sign, compare)) = sign.and_then(|sign| Some((sign, operators::texts(sign)?))) {
        cursor.skip(sign.len());
        return Ok(Cond::Texts(compare, left, word(cursor)?));
    }
    let (dash, name) = dashed.map_or((0, name), |name| (1, name));
    let start = cursor.offset();
    cursor.skip(dash + name.len());
    match name {
        "in" => Ok(Cond::In(left, list(cursor)?)),
        "ipmatch" => Ok(Cond::FromNetwork(left, network(cursor, "-ipmatch")?)),
        "strmatch" => Ok(Cond::Wild(Wild::Text, left, word(cursor)?)),
        "strcmatch" => Ok(Cond::Wild(Wild::AnyCase, left, word(cursor)?)),
        "fnmatch" => Ok(Cond::Wild(Wild::Path, left, word(cursor)?)),
        name => match operators::integers(name) {
            Some(compare) => integers(cursor, compare, left),
            None => Err(no_operator(cursor, start, dash, name)),
        },
    }
}

fn integers(cursor: &mut Cursor<'_>, compare: Compare, left: Word) -> Result<Cond, Complaint> {
    Ok(Cond::Integers(compare, left, word(cursor)?))
}

fn no_operator(cursor: &Cursor<'_>, start: usize, dash: usize, name: &str) -> Complaint {
    if dash == 0 && name.is_empty() {
        let sentence = format!("an operator is needed after a word, not {}", cursor.shown());
        return cursor.complain(sentence).hint("to ask whether a text is not empty, write -n before it");
    }
    let sentence = format!("{}{name} is no operator", &"-"[..dash]);
    complain_at(start, sentence).hint(
        "there are == != < <= > >= =~ !~ in, -eq -ne -lt -le -gt -ge, -ipmatch -strmatch -strcmatch -fnmatch",
    )
}

/// The network that the operator before it compares with: it must be known now.
fn network(cursor: &mut Cursor<'_>, operator: &str) -> Result<Network, Complaint> {
    cursor.skip_space();
    let start = cursor.offset();
    let word = word(cursor)?;
    match word.constant() {
        Some(text) => Network::parse(text).map_err(|complaint| complaint.offset(start)),
        None => {
            Err(complain_at(start, format!("{operator} needs a network that is the same for all requests")))
        }
    }
}

/// Parts of a text, joined by dots.
pub(super) fn word(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    let mut parts = vec![part(cursor)?];
    while cursor.sign() == Some(".") {
        cursor.skip(1);
        parts.push(part(cursor)?);
    }
    Ok(Word::joined(parts))
}

fn part(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    cursor.skip_space();
    let rest = cursor.rest();
    match cursor.peek() {
        Some(quote @ ('"' | '\'')) => {
            cursor.next();
            strings::until(cursor, Some(quote))
        }
        Some('$') => match strings::group(cursor) {
            Some(group) => Ok(group),
            None => Err(cursor.complain("a digit is missing after $").hint("write quotes around texts")),
        },
        Some('%') if rest.starts_with("%{") => strings::variable(cursor),
        Some('-' | '0'..='9') => Ok(number(cursor)),
        Some(c) if c.is_ascii_alphabetic() => call(cursor),
        _ => {
            let sentence = format!("a word is needed, not {}", cursor.shown());
            Err(cursor
                .complain(sentence)
                .hint("a word is 'a text', a number, %{VARIABLE}, $1 or function(word)"))
        }
    }
}

/// Digits, perhaps with a sign.
fn number(cursor: &mut Cursor<'_>) -> Word {
    let rest = cursor.rest();
    let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    cursor.skip(1 + digits);
    Word::Text(rest[..=digits].into())
}

/// `function(word)`, and those functions that take more.
fn call(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    let (start, name) = (cursor.offset(), cursor.name());
    cursor.skip(name.len());
    if !cursor.eat('(') {
        return Err(complain_at(start, format!("'{name}' is neither in quotes nor a function"))
            .hint(format!("write '{name}' for the text, {name}(...) for the function")));
    }
    let read: fn(&mut Cursor<'_>) -> Result<Word, Complaint> = match name {
        "replace" => replace,
        "join" => join,
        "sub" => sub,
        _ => {
            let function = named(start, name)?;
            let argument = cursor.deeper(word)?;
            cursor.require(')', "the argument of a function")?;
            return Ok(Word::Call(function, Box::new(argument)));
        }
    };
    let word = cursor.deeper(read)?;
    cursor.require(')', "the arguments of a function")?;
    Ok(word)
}

/// The function of that name, which was read at `start`.
pub(super) fn named(start: usize, name: &str) -> Result<&'static Function, Complaint> {
    functions::named(name).ok_or_else(|| {
        let complaint = complain_at(start, format!("there is no function '{name}'"));
        complaint.hint(format!("there are {}", functions::names()))
    })
}

/// `text, from, to`
fn replace(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    let text = word(cursor)?;
    cursor.require(',', "the text of replace(text, from, to)")?;
    let from = word(cursor)?;
    cursor.require(',', "what replace(text, from, to) replaces")?;
    Ok(Word::Replace(Box::new([text, from, word(cursor)?])))
}

/// `list[, separator]`
fn join(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    let list = list(cursor)?;
    let separator = if cursor.eat(',') { word(cursor)? } else { Word::Text("".into()) };
    Ok(Word::Join(Box::new(list), Box::new(separator)))
}

/// `s/regex/text/flags, word`
fn sub(cursor: &mut Cursor<'_>) -> Result<Word, Complaint> {
    let start = cursor.offset();
    if !cursor.eat('s') {
        return Err(cursor.complain("sub() begins with s/regex/text/"));
    }
    let separator = separator(cursor)?;
    let pattern = until_separator(cursor, separator, start)?;
    let replacement = strings::until(cursor, Some(separator))?;
    let flags = flags(cursor, "ig")?;
    cursor.require(',', "s/regex/text/")?;
    let pattern = compile(&pattern, start, flags)?;
    let substitution = Substitution { pattern, replacement, every: flags.contains('g') };
    Ok(Word::Sub(Box::new(substitution), Box::new(word(cursor)?)))
}

/// `{ word, ... }`, a function that makes a list, or either in parentheses.
fn list(cursor: &mut Cursor<'_>) -> Result<List, Complaint> {
    if cursor.eat('(') {
        let inner = cursor.deeper(list)?;
        cursor.require(')', "a list in parentheses")?;
        return Ok(inner);
    }
    match cursor.name() {
        "file" => {
            let name = argument(cursor, "file", word)?;
            Ok(List::Lines(name))
        }
        "split" => argument(cursor, "split", split),
        _ => words(cursor),
    }
}

fn argument<T>(
    cursor: &mut Cursor<'_>,
    name: &str,
    read: impl FnOnce(&mut Cursor<'_>) -> Result<T, Complaint>,
) -> Result<T, Complaint> {
    cursor.skip(name.len());
    cursor.require('(', name)?;
    let read = cursor.deeper(read)?;
    cursor.require(')', "the arguments of a function")?;
    Ok(read)
}

fn words(cursor: &mut Cursor<'_>) -> Result<List, Complaint> {
    if !cursor.eat('{') {
        let sentence = format!("a list is needed, not {}", cursor.shown());
        return Err(cursor.complain(sentence).hint("write { 'one', 'two' }"));
    }
    let mut words = vec![word(cursor)?];
    while cursor.eat(',') {
        words.push(word(cursor)?);
    }
    cursor.require('}', "the words of a list")?;
    Ok(List::Words(words))
}

/// `/regex/, word or list`
fn split(cursor: &mut Cursor<'_>) -> Result<List, Complaint> {
    let pattern = regex(cursor)?;
    cursor.require(',', "the regular expression of split()")?;
    cursor.skip_space();
    let is_list = matches!(cursor.peek(), Some('{' | '(')) || ["file", "split"].contains(&cursor.name());
    let of = if is_list { list(cursor)? } else { List::Words(vec![word(cursor)?]) };
    Ok(List::Split(pattern, Box::new(of)))
}

/// `/regex/flags`, `m#regex#flags`
fn regex(cursor: &mut Cursor<'_>) -> Result<Pattern, Complaint> {
    cursor.skip_space();
    let start = cursor.offset();
    if cursor.peek() != Some('/') && !cursor.eat('m') {
        let sentence = format!("a regular expression is needed, not {}", cursor.shown());
        return Err(cursor.complain(sentence).hint("write /regex/, m#regex# or m#regex#i"));
    }
    let separator = separator(cursor)?;
    let text = until_separator(cursor, separator, start)?;
    let flags = flags(cursor, "ims")?;
    compile(&text, start, flags)
}

fn separator(cursor: &mut Cursor<'_>) -> Result<char, Complaint> {
    let start = cursor.offset();
    cursor.next().filter(|c| SEPARATORS.contains(*c)).ok_or_else(|| {
        let complaint = complain_at(start, "a regular expression cannot stand between these");
        complaint.hint(format!("between any of {SEPARATORS} it can"))
    })
}

/// What stands before the next such sign; a backslash keeps the character after it from ending it.
fn until_separator(cursor: &mut Cursor<'_>, separator: char, start: usize) -> Result<String, Complaint> {
    let mut text = String::new();
    while let Some(c) = cursor.next() {
        if c == separator {
            return Ok(text);
        }
        text.push(c);
        if c == '\\' {
            text.extend(cursor.next());
        }
    }
    Err(complain_at(start, format!("the regular expression has no '{separator}' at its end")))
}

/// The letters after a regular expression.
fn flags<'t>(cursor: &mut Cursor<'t>, known: &str) -> Result<&'t str, Complaint> {
    let rest = cursor.rest();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    if let Some(unknown) = rest[..end].find(|c| !known.contains(c)) {
        let sentence = format!("'{}' is no flag of a regular expression here", &rest[unknown..=unknown]);
        return Err(complain_at(cursor.offset() + unknown, sentence));
    }
    cursor.skip(end);
    Ok(&rest[..end])
}

fn compile(text: &str, start: usize, flags: &str) -> Result<Pattern, Complaint> {
    // In which lines have ends of their own; that dots match line ends goes without saying.
    let text = if flags.contains('m') { format!("(?m){text}") } else { text.to_owned() };
    let compile = if flags.contains('i') { Pattern::ignoring_case } else { Pattern::new };
    compile(&text).map_err(|complaint| complain_at(start, complaint.sentence))
}
