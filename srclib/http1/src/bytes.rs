//! Classes of bytes: RFC 9110, 5.5 and 5.6; RFC 9112, 3.

/// A byte of a token.
pub(crate) const TOKEN: u8 = 1;
/// A byte of a field's value: HTAB, SP, VCHAR, obs-text.
pub(crate) const VALUE: u8 = 2;
/// A byte of a request target: VCHAR and obs-text, as Apache allows.
pub(crate) const TARGET: u8 = 4;
/// A byte of a host name: letters, digits, `-`, `_`, `.`.
pub(crate) const HOST: u8 = 8;

static CLASSES: [u8; 256] = classes();

/// Whether the byte is in the class.
#[inline]
pub(crate) fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// Whether all bytes are in the class. It does not stop at the first that is not: that is the rare case.
#[inline]
pub(crate) fn all(text: &[u8], class: u8) -> bool {
    text.iter().fold(class, |left, &byte| left & CLASSES[byte as usize]) != 0
}

/// Whether the text is a token, as methods and field names must be.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && all(text, TOKEN)
}

/// Whether the byte is optional white space (OWS): SP or HTAB.
#[inline]
pub(crate) fn is_ows(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The text without SP and HTAB at its ends.
pub fn trim(text: &[u8]) -> &[u8] {
    let Some(start) = text.iter().position(|&byte| !is_ows(byte)) else { return &[] };
    let end = text.iter().rposition(|&byte| !is_ows(byte)).map_or(start, |last| last + 1);
    &text[start..end]
}

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || is_in(byte, b"!#$%&'*+-.^_`|~") {
            table[at] |= TOKEN;
        }
        if byte == b'\t' || (byte >= b' ' && byte != 0x7f) {
            table[at] |= VALUE;
        }
        if byte > b' ' && byte != 0x7f {
            table[at] |= TARGET;
        }
        if byte.is_ascii_alphanumeric() || is_in(byte, b"-_.") {
            table[at] |= HOST;
        }
        at += 1;
    }
    table
}

const fn is_in(byte: u8, set: &[u8]) -> bool {
    let mut at = 0;
    while at < set.len() {
        if set[at] == byte {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_the_rfc() {
        let members = |class| (0..=255u8).filter(|&b| is(b, class)).count();
        assert_eq!(members(TOKEN), 62 + 15);
        assert_eq!(members(VALUE), 95 + 1 + 128);
        assert_eq!(members(TARGET), 94 + 128);
        assert!(is_token(b"Content-Type") && !is_token(b"") && !is_token(b"a b") && !is_token(b"a:"));
    }

    #[test]
    fn trim_takes_blanks_and_tabs_only() {
        assert_eq!(trim(b" \t a b\t "), b"a b");
        assert_eq!(trim(b"\x0ba\x0b"), b"\x0ba\x0b");
        assert_eq!(trim(b"  "), b"");
        assert_eq!(trim(b""), b"");
    }
}
