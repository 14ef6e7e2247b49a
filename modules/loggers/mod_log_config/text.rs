//! Bytes of a line: text that others chose, numbers, addresses.

use std::net::IpAddr;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Text that others chose: control bytes, quotes and bytes beyond ASCII are escaped, so that nobody can
/// forge a line or a field.
pub(crate) fn escaped(line: &mut Vec<u8>, text: &[u8]) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| !is_plain(byte)) {
        line.extend_from_slice(&rest[..at]);
        escape(line, rest[at]);
        rest = &rest[at + 1..];
    }
    line.extend_from_slice(rest);
    Some(())
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

fn escape(line: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' | b'\\' => line.extend([b'\\', byte]),
        b'\n' => line.extend(b"\\n"),
        b'\r' => line.extend(b"\\r"),
        b'\t' => line.extend(b"\\t"),
        0x08 => line.extend(b"\\b"),
        0x0b => line.extend(b"\\v"),
        0x0c => line.extend(b"\\f"),
        _ => line.extend([b'\\', b'x', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
    }
}

/// A number in decimal digits.
pub(crate) fn number(line: &mut Vec<u8>, number: u64) -> Option<()> {
    padded(line, number, 1)
}

/// A number in at least so many decimal digits.
pub(crate) fn padded(line: &mut Vec<u8>, number: u64, width: usize) -> Option<()> {
    digits(line, number, 10, width)
}

/// A number in hexadecimal digits.
pub(crate) fn hex(line: &mut Vec<u8>, number: u64) -> Option<()> {
    digits(line, number, 16, 1)
}

fn digits(line: &mut Vec<u8>, mut number: u64, base: u64, width: usize) -> Option<()> {
    let start = line.len();
    while number > 0 || line.len() < start + width {
        line.push(HEX[(number % base) as usize]);
        number /= base;
    }
    line[start..].reverse();
    Some(())
}

/// An address; an IPv4 address in IPv6 clothes is an IPv4 address.
pub(crate) fn address(line: &mut Vec<u8>, address: IpAddr) -> Option<()> {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            for (place, byte) in v4.octets().into_iter().enumerate() {
                if place > 0 {
                    line.push(b'.');
                }
                number(line, byte.into());
            }
        }
        IpAddr::V6(v6) => line.extend_from_slice(v6.to_string().as_bytes()),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> String {
        let mut line = Vec::new();
        write(&mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn what_others_chose_cannot_forge_a_line() {
        assert_eq!(written(|line| escaped(line, b"a\"b\\c\nd\x01e\xff\t\r")), r#"a\"b\\c\nd\x01e\xff\t\r"#);
        assert_eq!(written(|line| escaped(line, b"plain ~")), "plain ~");
        assert_eq!(written(|line| escaped(line, b"")), "");
    }

    #[test]
    fn numbers_have_their_digits() {
        for value in [0, 7, 10, 1_000, u64::MAX] {
            assert_eq!(written(|line| number(line, value)), value.to_string());
            assert_eq!(written(|line| hex(line, value)), format!("{value:x}"));
            assert_eq!(written(|line| padded(line, value, 3)), format!("{value:03}"));
        }
    }

    #[test]
    fn addresses_are_short() {
        assert_eq!(written(|line| address(line, "::ffff:192.0.2.10".parse().unwrap())), "192.0.2.10");
        assert_eq!(written(|line| address(line, "2001:db8::1".parse().unwrap())), "2001:db8::1");
    }
}
