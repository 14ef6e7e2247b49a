//! Passwords as user files keep them: hashing with a new salt, and comparing.

mod md5_crypt;

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha_crypt::{Algorithm, Params, PasswordHasher, PasswordVerifier, ShaCrypt};
use sha1::{Digest, Sha1};

/// How a password is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `$apr1$`: a thousand rounds of MD5, as only Apache's kind of server knows it.
    Md5,
    /// `$2y$`: bcrypt, with 2 to the power of `cost` rounds.
    Bcrypt {
        /// Within [`BCRYPT_COSTS`].
        cost: u32,
    },
    /// `$5$`: crypt(3) with SHA-256.
    Sha256 {
        /// Within [`SHA_ROUNDS`].
        rounds: u32,
    },
    /// `$6$`: crypt(3) with SHA-512.
    Sha512 {
        /// Within [`SHA_ROUNDS`].
        rounds: u32,
    },
    /// `{SHA}`: SHA-1 without a salt, as LDAP directories had it.
    Sha1,
    /// As it is. Servers on Unix do not take it.
    Plain,
}

/// The costs of bcrypt that the other programs of this family take, from and to.
pub const BCRYPT_COSTS: (u32, u32) = (4, 17);
/// The rounds of SHA-256 and SHA-512, from and to.
pub const SHA_ROUNDS: (u32, u32) = (Params::ROUNDS_MIN, Params::ROUNDS_MAX);
/// bcrypt looks no further than this many bytes into a password.
pub const BCRYPT_LENGTH: usize = 72;

/// What a file would keep of this password. InvalidInput when cost or rounds are out of range; else the system
/// has no random numbers for a salt.
pub fn hash(password: &[u8], scheme: Scheme) -> io::Result<Vec<u8>> {
    let text = match scheme {
        Scheme::Md5 => md5_crypt::hash(md5_crypt::APACHE, &md5_crypt::salt(random()?), password),
        Scheme::Bcrypt { cost } => {
            let parts = bcrypt::hash_with_salt(password, cost, random()?).map_err(refused)?;
            parts.format_for_version(bcrypt::Version::TwoY)
        }
        Scheme::Sha256 { rounds } => sha_crypt(password, Algorithm::Sha256Crypt, rounds)?,
        Scheme::Sha512 { rounds } => sha_crypt(password, Algorithm::Sha512Crypt, rounds)?,
        Scheme::Sha1 => sha1(password),
        Scheme::Plain => return Ok(password.to_vec()),
    };
    Ok(text.into_bytes())
}

/// Whether this is the password that a file keeps; `None` when it keeps it in a way that is not known here, such
/// as the eight characters of the first crypt(3), or as plain text.
pub fn matches(password: &[u8], kept: &[u8]) -> Option<bool> {
    let kept = str::from_utf8(kept).ok()?;
    if let Some(magic) = md5_crypt::MAGICS.iter().find(|magic| kept.starts_with(**magic)) {
        let salt = md5_crypt::salt_of(kept, magic);
        Some(same(&md5_crypt::hash(magic, salt, password), kept))
    } else if kept.starts_with("$2") {
        Some(bcrypt::verify(password, kept).unwrap_or(false))
    } else if kept.starts_with("$5$") || kept.starts_with("$6$") {
        Some(ShaCrypt::default().verify_password(password, kept).is_ok())
    } else if kept.starts_with(SHA1) {
        Some(same(&sha1(password), kept))
    } else {
        None
    }
}

const SHA1: &str = "{SHA}";

fn sha1(password: &[u8]) -> String {
    SHA1.to_owned() + &STANDARD.encode(Sha1::digest(password))
}

fn sha_crypt(password: &[u8], algorithm: Algorithm, rounds: u32) -> io::Result<String> {
    // Twelve bytes become the sixteen characters that are the longest salt.
    let salt: [u8; 12] = random()?;
    let scheme = ShaCrypt::new(algorithm, Params::new(rounds).map_err(refused)?);
    Ok(scheme.hash_password_with_salt(password, &salt).map_err(refused)?.to_string())
}

fn refused(error: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error.to_string())
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// Takes as long wherever the difference is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passwords with what other programs made of them: openssl-passwd(1) and Apache's htpasswd.
    const KNOWN: &[(&str, &str)] = &[
        ("correct horse", "$apr1$ywSRCYER$4LID3CK5Y79LPrtZUbXFJ/"),
        ("", "$apr1$a$lsAcX0kKaMIVmrCtUuk5b0"),
        ("Gr\u{fc}\u{df}e", "$apr1$W9A6T5Y6$dgUe.o5rxhJ.zJDJXwa7y/"),
        ("correct horse battery staple and more", "$1$12345678$9hPXk523rD.i0DBi243IE0"),
        ("secret", "$2y$06$I1deKN3sPqO/UB6Jy.llou/SVO38ErUfkmAQi2TIEzj4v.EaXzGru"),
        ("", "$2y$04$7n1w614UnyTrAllvVPfLOO4Cb17IcfQc7/10aXQS2Xc9/OGPAFIle"),
        ("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
        (
            "we have a short salt string but not a short password",
            "$5$rounds=1400$8HfBuDydiDYCGOuy$psajnKzHse2T22wGIjKo5yBy8N3Tmvs1Zgl0KjTLodD",
        ),
        (
            "Hello world!",
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        ),
        ("secret", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
    ];

    const SCHEMES: [Scheme; 5] = [
        Scheme::Md5,
        Scheme::Bcrypt { cost: 4 },
        Scheme::Sha256 { rounds: 1000 },
        Scheme::Sha512 { rounds: 1000 },
        Scheme::Sha1,
    ];

    #[test]
    fn known_hashes() {
        for (password, kept) in KNOWN {
            assert_eq!(matches(password.as_bytes(), kept.as_bytes()), Some(true), "{kept}");
            let other = format!("{password}x");
            assert_eq!(matches(other.as_bytes(), kept.as_bytes()), Some(false), "{kept}");
        }
    }

    #[test]
    fn what_is_made_here_is_known_here() {
        for scheme in SCHEMES {
            for password in ["", "a", "Gr\u{fc}\u{df}e", &"long".repeat(18)] {
                let kept = hash(password.as_bytes(), scheme).unwrap();
                assert_eq!(matches(password.as_bytes(), &kept), Some(true), "{scheme:?} {password}");
                assert_eq!(matches(b"other", &kept), Some(false), "{scheme:?} {password}");
            }
        }
    }

    #[test]
    fn salts_differ() {
        for scheme in &SCHEMES[..4] {
            assert_ne!(hash(b"a", *scheme).unwrap(), hash(b"a", *scheme).unwrap(), "{scheme:?}");
        }
    }

    #[test]
    fn forms() {
        let text = |scheme| String::from_utf8(hash(b"secret", scheme).unwrap()).unwrap();
        assert!(text(SCHEMES[0]).starts_with("$apr1$") && text(SCHEMES[0]).len() == 37);
        assert!(text(SCHEMES[1]).starts_with("$2y$04$") && text(SCHEMES[1]).len() == 60);
        assert!(text(SCHEMES[2]).starts_with("$5$rounds=1000$"));
        assert!(text(SCHEMES[3]).starts_with("$6$rounds=1000$"));
        assert_eq!(text(Scheme::Sha1), "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=");
        assert_eq!(text(Scheme::Plain), "secret");
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        for scheme in [Scheme::Bcrypt { cost: 3 }, Scheme::Sha256 { rounds: 999 }] {
            assert_eq!(hash(b"a", scheme).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        for kept in ["", "secret", "rqXexS6ZhobKA", "$9$x$y", "\u{fc}"] {
            assert_eq!(matches(b"secret", kept.as_bytes()), None, "{kept}");
        }
        assert_eq!(matches(b"secret", b"\xff"), None);
    }

    #[test]
    fn damaged_hashes_match_nothing() {
        for kept in [
            "$apr1$",
            "$apr1$a",
            "$1$$",
            "$2y$",
            "$2y$99$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "$5$",
            "$5$$",
            "$6$rounds=1$a$b",
            "$6$a",
            "{SHA}",
            "{SHA}*",
        ] {
            assert_eq!(matches(b"", kept.as_bytes()), Some(false), "{kept}");
        }
    }
}
