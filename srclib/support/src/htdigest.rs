//! htdigest: the user files of Digest authentication.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use md5::{Digest, Md5};

use crate::options::{self, Given, Program, Stop, flag};
use crate::prompt;
use crate::records::{self, LONGEST_NAME, Records};

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "htdigest",
    about: "Keeps users and their passwords in files, for Digest authentication.",
    usage: &["[-c] FILE REALM USER"],
    options: &[flag('c', "make a new file; what it held before is lost")],
    operands: (3, 3),
    notes: "The realm is what AuthName says where the file is used.",
    misuse: 1,
};

const FAILURE: u8 = 1;

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let [file, realm, user] = given.operands.as_slice() else {
        return Err(given.wrong("FILE, REALM and USER are needed"));
    };
    let (file, realm, user) = (Path::new(file), realm.as_encoded_bytes(), user.as_encoded_bytes());
    check(realm, user)?;
    let old = || if given.has('c') { Ok(Records::default()) } else { read(file) };
    // Before anyone is asked to think of a password, and after: it may have changed while they thought.
    old()?;
    let kept = hash(user, realm, &password()?);
    let mut records = old()?;
    let known = records.set(&[user, b":", realm].concat(), kept.as_bytes());
    records
        .write(file)
        .map_err(|error| PROGRAM.failed(FAILURE, format_args!("{}: {error}", file.display())))?;
    let (user, realm) = (String::from_utf8_lossy(user), String::from_utf8_lossy(realm));
    eprintln!("user {user} of realm {realm} {}", if known { "has a new password" } else { "was added" });
    Ok(())
}

fn check(realm: &[u8], user: &[u8]) -> Result<(), Stop> {
    let refused = |why: &str| PROGRAM.failed(FAILURE, why);
    records::check_name(user).map_err(refused)?;
    if !records::is_part(realm) {
        return Err(refused("a realm has no : and no control character"));
    }
    if user.len() > LONGEST_NAME || realm.len() > LONGEST_NAME {
        return Err(refused(&format!("a name has at most {LONGEST_NAME} bytes")));
    }
    Ok(())
}

fn read(file: &Path) -> Result<Records, Stop> {
    Records::read(file).map_err(|error| {
        let hint = if error.kind() == ErrorKind::NotFound { "; -c makes a new file" } else { "" };
        PROGRAM.failed(FAILURE, format_args!("{}: {error}{hint}", file.display()))
    })
}

fn password() -> Result<Vec<u8>, Stop> {
    let answer = prompt::ask_twice().map_err(|error| PROGRAM.failed(FAILURE, prompt::complaint(&error)))?;
    answer.ok_or_else(|| PROGRAM.failed(FAILURE, "the two passwords differ"))
}

/// What RFC 7616, section 3.4.2, calls H(A1), in hexadecimal digits.
fn hash(user: &[u8], realm: &[u8], password: &[u8]) -> String {
    let sum = Md5::digest([user, realm, password].join(&b':'));
    sum.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_rfc() {
        // RFC 2617, section 3.5.
        let sum = hash(b"Mufasa", b"testrealm@host.com", b"Circle Of Life");
        assert_eq!(sum, "939e7578ed9e3c518a452acee763bce9");
        assert_eq!(hash(b"", b"", b""), "4501c091b0366d76ea3218b6cfdd8097");
    }

    #[test]
    fn parts_of_a_record_cannot_end_it() {
        assert!(check(b"a realm with # and blanks", b"joe").is_ok());
        for (realm, user) in [("a:b", "joe"), ("a", "j:oe"), ("a\nb", "joe"), ("a", ""), ("a", "#joe")] {
            assert_eq!(check(realm.as_bytes(), user.as_bytes()).unwrap_err().code, 1, "{realm} {user}");
        }
        assert!(check(&[b'x'; 256], b"joe").is_err() && check(b"a", &[b'x'; 256]).is_err());
    }
}
