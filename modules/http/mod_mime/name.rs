//! A file's name in parts: the base and its extensions.

use std::borrow::Cow;

/// The last part of a path, taken apart at its dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    base: &'a str,
    extensions: &'a str,
}

impl<'a> Name<'a> {
    /// Leading dots belong to the base: `.png` is a hidden file, no picture. So does all before the next
    /// dot, even where it looks like an extension.
    pub(crate) fn of(path: &'a str) -> Self {
        let name = path.bytes().rposition(|byte| byte == b'/').map_or(path, |slash| &path[slash + 1..]);
        let hidden = name.bytes().take_while(|byte| *byte == b'.').count();
        let (shown, extensions) = cut(&name[hidden..]);
        Self { base: &name[..hidden + shown.len()], extensions }
    }

    pub(crate) fn base(self) -> &'a str {
        self.base
    }

    /// From the left; empty ones (`a..b`) are passed over.
    pub(crate) fn extensions(self) -> impl Iterator<Item = &'a str> {
        let mut rest = self.extensions;
        let split = std::iter::from_fn(move || {
            let (extension, more) = cut(rest);
            let is_there = !rest.is_empty();
            rest = more;
            is_there.then_some(extension)
        });
        split.filter(|extension| !extension.is_empty())
    }
}

/// What is before the first dot and what is after it. (Names are short: to set up a search of the standard library costs
/// more than to look.)
fn cut(text: &str) -> (&str, &str) {
    match text.bytes().position(|byte| byte == b'.') {
        Some(dot) => (&text[..dot], &text[dot + 1..]),
        None => (text, ""),
    }
}

/// Extensions are known in lower case.
pub(crate) fn lower(extension: &str) -> Cow<'_, str> {
    if extension.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(extension.to_ascii_lowercase())
    } else {
        Cow::Borrowed(extension)
    }
}

/// A media type with that charset, in place of another that it may name.
pub(crate) fn with_charset(media_type: &str, charset: &str) -> String {
    let is_charset = |parameter: &str| {
        parameter.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("charset"))
    };
    let mut parts = media_type.split(';').map(str::trim);
    let mut typed = parts.next().unwrap_or_default().to_owned();
    let mut placed = false;
    for parameter in parts {
        typed.push_str("; ");
        if is_charset(parameter) {
            typed.push_str("charset=");
            typed.push_str(charset);
            placed = true;
        } else {
            typed.push_str(parameter);
        }
    }
    if !placed {
        typed.push_str("; charset=");
        typed.push_str(charset);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_base_and_extensions() {
        let table: [(&str, &str, &[&str]); 8] = [
            ("/a.b/index.html", "index", &["html"]),
            ("index.html.en.gz", "index", &["html", "en", "gz"]),
            ("README", "README", &[]),
            (".png", ".png", &[]),
            ("..a.png", "..a", &["png"]),
            ("bad..html", "bad", &["html"]),
            ("html.txt", "html", &["txt"]),
            ("", "", &[]),
        ];
        for (path, base, extensions) in table {
            let name = Name::of(path);
            assert_eq!(
                (name.base(), name.extensions().collect::<Vec<_>>()),
                (base, extensions.to_vec()),
                "{path}"
            );
        }
    }

    #[test]
    fn a_charset_is_put_in_its_place() {
        let table = [
            ("text/html", "text/html; charset=utf-8"),
            ("text/html;charset=latin1", "text/html; charset=utf-8"),
            ("text/x; a=b; Charset=c; d=e", "text/x; a=b; charset=utf-8; d=e"),
        ];
        for (media_type, expected) in table {
            assert_eq!(with_charset(media_type, "utf-8"), expected);
        }
    }
}
