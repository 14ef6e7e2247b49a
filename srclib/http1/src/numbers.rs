//! Numbers as text, without the formatting machinery.

/// Writes the number at the start of the buffer, as far as it fits; how many bytes it took (at most 20).
pub(crate) fn decimal(number: u64, out: &mut [u8]) -> usize {
    write(number, 10, out)
}

/// The same in hexadecimal, lower case (at most 16 bytes).
pub(crate) fn hexadecimal(number: u64, out: &mut [u8]) -> usize {
    write(number, 16, out)
}

fn write(mut number: u64, base: u64, out: &mut [u8]) -> usize {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut len = 0;
    for slot in out.iter_mut() {
        *slot = DIGITS[(number % base) as usize];
        number /= base;
        len += 1;
        if number == 0 {
            break;
        }
    }
    out[..len].reverse();
    len
}

/// A number of digits alone, as Content-Length and Range write it. None for anything else; too large a one is the
/// largest.
pub(crate) fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |number: u64, digit: &u8| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(text.iter().fold(0, add))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_format_writes() {
        for number in [0, 1, 9, 10, 11, 15, 16, 99, 100, 255, 256, 1_000_000, u64::MAX - 1, u64::MAX] {
            let mut out = [0; 20];
            let len = decimal(number, &mut out);
            assert_eq!(out[..len], *number.to_string().as_bytes());
            let len = hexadecimal(number, &mut out);
            assert_eq!(out[..len], *format!("{number:x}").as_bytes());
        }
    }

    #[test]
    fn read_strictly() {
        let table: [(&[u8], Option<u64>); 9] = [
            (b"0", Some(0)),
            (b"007", Some(7)),
            (b"18446744073709551615", Some(u64::MAX)),
            (b"18446744073709551616", Some(u64::MAX)),
            (b"99999999999999999999999999", Some(u64::MAX)),
            (b"", None),
            (b"+1", None),
            (b"1 ", None),
            (b"0x1", None),
        ];
        for (text, expected) in table {
            assert_eq!(digits(text), expected);
        }
    }
}
