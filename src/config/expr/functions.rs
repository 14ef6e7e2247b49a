//! The table of functions of one text: `name(word)`, `%{name:text}`.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use os::file::{Info, Kind};
use sha1::Sha1;

use super::eval::Scope;
use crate::log;
use crate::request::url;

/// The longest file that is read for an expression: 10 MiB.
const FILE_MAX: u64 = 10 << 20;

type Call = for<'a> fn(&'a Scope<'a>, Cow<'a, str>) -> Cow<'a, str>;

/// A row of the table.
pub(super) struct Function {
    name: &'static str,
    pub(super) call: Call,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The function of that name, in any case.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// All names, for hints.
pub(super) fn names() -> String {
    let own = FUNCTIONS.iter().map(|function| function.name);
    own.chain(["replace", "join", "sub"]).collect::<Vec<_>>().join(" ")
}

const fn row(name: &'static str, call: Call) -> Function {
    Function { name, call }
}

const FUNCTIONS: &[Function] = &[
    row("req", |s, name| s.field(&name)),
    row("http", |s, name| s.field(&name)),
    row("req_novary", |s, name| s.field_unvaried(&name)),
    row("resp", |s, name| s.answer_field(&name)),
    row("reqenv", |s, name| s.r.env.get(&name).unwrap_or_default().into()),
    row("note", |s, name| s.r.notes.get(&name).unwrap_or_default().into()),
    row("osenv", |_, name| os_env(&name).into()),
    row("env", |s, name| {
        let found = s.r.notes.get(&name).or_else(|| s.r.env.get(&name));
        found.map_or_else(|| os_env(&name).into(), Cow::Borrowed)
    }),
    row("tolower", |_, text| changed(text, str::make_ascii_lowercase, u8::is_ascii_uppercase)),
    row("toupper", |_, text| changed(text, str::make_ascii_uppercase, u8::is_ascii_lowercase)),
    row("escape", |_, text| url::escape_path(&text).into_owned().into()),
    row("unescape", |_, text| unescape(&text).unwrap_or_default().into()),
    row("base64", |_, text| BASE64.encode(text.as_bytes()).into()),
    row("unbase64", |_, text| lossy(BASE64.decode(text.as_bytes()).unwrap_or_default()).into()),
    row("md5", |_, text| hex(&Md5::digest(text.as_bytes())).into()),
    row("sha1", |_, text| hex(&Sha1::digest(text.as_bytes())).into()),
    row("file", |s, name| read_file(s, &name).into()),
    row("filesize", |_, name| info(&name).map_or(0, |info| info.size).to_string().into()),
    row("filemod", |_, name| {
        let since = info(&name).and_then(|info| info.modified_time().duration_since(UNIX_EPOCH).ok());
        since.unwrap_or_default().as_micros().to_string().into()
    }),
    row("ldap", |_, text| escape_ldap(&text).into()),
];

fn os_env(name: &str) -> String {
    std::env::var_os(name).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The text with a change that is only made where it makes a difference.
fn changed<'a>(mut text: Cow<'a, str>, change: fn(&mut str), concerns: fn(&u8) -> bool) -> Cow<'a, str> {
    if text.as_bytes().iter().any(concerns) {
        change(text.to_mut());
    }
    text
}

/// Replaces `%XX` but for an encoded slash. `None` for what is no escape, and where a NUL would come out.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok())?;
        rest = &after[2..];
        match u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))? {
            0 => return None,
            b'/' => bytes.extend([b"%", digits.as_bytes()].concat()),
            byte => bytes.push(byte),
        }
    }
    Some(lossy(bytes))
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        hex.push_str(&format!("{byte:02x}"));
        hex
    })
}

fn info(name: &str) -> Option<Info> {
    Info::of(Path::new(name)).ok()
}

/// What a file holds; nothing, and a line in the log, where it cannot be read.
pub(super) fn read_file(scope: &Scope<'_>, name: &str) -> String {
    read(Path::new(name)).unwrap_or_else(|cause| {
        log!(*scope.r, Error, AH20870, "an expression could not read {name}: {cause}");
        String::new()
    })
}

fn read(path: &Path) -> std::io::Result<String> {
    let file = os::file::open_for_reading(path)?;
    let info = Info::of_file(&file)?;
    if info.kind != Kind::Regular || info.size > FILE_MAX {
        return Err(std::io::Error::other("it is no file, or longer than 10 MiB"));
    }
    let mut bytes = Vec::with_capacity(info.size as usize);
    file.take(FILE_MAX).read_to_end(&mut bytes)?;
    Ok(lossy(bytes))
}

/// As distinguished names (RFC 4514) and filters (RFC 4515) both need it: `\XX` for what means something in either.
fn escape_ldap(text: &str) -> String {
    let last = text.len().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (place, c) in text.char_indices() {
        let at_an_end = (c == ' ' && (place == 0 || place == last)) || (c == '#' && place == 0);
        if at_an_end || "*()\\,+\"<>;=\0".contains(c) || !c.is_ascii() {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                escaped.push_str(&format!("\\{byte:02x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_come_off() {
        for (text, expected) in [
            ("a%20b%2Fc%2fd", Some("a b%2Fc%2fd")),
            ("%c3%a9", Some("é")),
            ("%zz", None),
            ("%+1", None),
            ("%4", None),
            ("%00", None),
            ("", Some("")),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_for_a_directory_are_escaped() {
        assert_eq!(escape_ldap(" #a,b*(c) "), r"\20#a\2cb\2a\28c\29\20");
        assert_eq!(escape_ldap("#é"), r"\23\c3\a9");
    }

    #[test]
    fn case_is_changed_where_it_makes_a_difference() {
        assert!(matches!(
            changed("abc".into(), str::make_ascii_lowercase, u8::is_ascii_uppercase),
            Cow::Borrowed(_)
        ));
        assert_eq!(changed("aBc".into(), str::make_ascii_lowercase, u8::is_ascii_uppercase), "abc");
    }
}
