//! MD5 crypt(3), as FreeBSD had it first (`$1$`) and Apache took it over (`$apr1$`).

use md5::{Digest, Md5};

/// What Apache's begin with.
pub(super) const APACHE: &str = "$apr1$";
/// All beginnings, which go into the hash as well.
pub(super) const MAGICS: [&str; 2] = [APACHE, "$1$"];

const SALT_LENGTH: usize = 8;
/// The digits of crypt(3), six bits each.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A salt of random bytes.
pub(super) fn salt(random: [u8; SALT_LENGTH]) -> String {
    random.iter().map(|byte| digit((*byte).into())).collect()
}

/// The salt in the hash `kept`, which begins with `magic`.
pub(super) fn salt_of<'a>(kept: &'a str, magic: &str) -> &'a str {
    let rest = kept.strip_prefix(magic).unwrap_or_default();
    let salt = rest.split('$').next().unwrap_or_default();
    salt.char_indices().nth(SALT_LENGTH).map_or(salt, |(end, _)| &salt[..end])
}

/// The whole text: magic, salt, and the hash in 22 digits.
pub(super) fn hash(magic: &str, salt: &str, password: &[u8]) -> String {
    let mut sum = first(magic, salt, password);
    for round in 0..1000 {
        let mut next = Md5::new();
        let (one, other): (&[u8], &[u8]) = if round % 2 == 0 { (&sum, password) } else { (password, &sum) };
        next.update(one);
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        next.update(other);
        sum = next.finalize().into();
    }
    format!("{magic}{salt}${}", text(&sum))
}

fn first(magic: &str, salt: &str, password: &[u8]) -> [u8; 16] {
    let inner = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut outer = Md5::new().chain_update(password).chain_update(magic).chain_update(salt);
    for part in password.chunks(inner.len()) {
        outer.update(&inner[..part.len()]);
    }
    let mut rest = password.len();
    while rest > 0 {
        // The designs' own oddity: a zero, or the password's first byte.
        outer.update(if rest % 2 == 1 { &[0] } else { &password[..1] });
        rest /= 2;
    }
    outer.finalize().into()
}

/// Three bytes make four digits, in an order of its own; the last byte makes two.
fn text(sum: &[u8; 16]) -> String {
    const ORDER: [[usize; 3]; 5] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]];
    let mut out = String::with_capacity(22);
    for places in ORDER {
        let [a, b, c] = places.map(|place| u32::from(sum[place]));
        let bits = a << 16 | b << 8 | c;
        out.extend((0..4).map(|place| digit(bits >> (6 * place))));
    }
    let last = u32::from(sum[11]);
    out.extend([digit(last), digit(last >> 6)]);
    out
}

/// The digit of the lowest six bits.
fn digit(bits: u32) -> char {
    DIGITS[bits as usize % 64].into()
}
