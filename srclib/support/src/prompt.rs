//! Asking for a password: on the terminal, or a line of standard input where there is none.

use std::io::{self, BufRead, ErrorKind, Read, Write};

/// The longest password, in bytes, that the other programs of this family take.
pub const LONGEST: usize = 256;

/// Asks once. Interrupted when whoever was asked pressed Control-C.
pub fn ask(prompt: &str) -> io::Result<Vec<u8>> {
    if let Some(answer) = os::terminal::ask_hidden(prompt)? {
        return Ok(answer);
    }
    eprint!("{prompt}");
    io::stderr().flush()?;
    line(&mut io::stdin().lock())
}

/// Asks twice; `None` when the answers differ.
pub fn ask_twice() -> io::Result<Option<Vec<u8>>> {
    let (first, second) = (ask("New password: ")?, ask("Re-type new password: ")?);
    Ok((first == second).then_some(first))
}

/// All of standard input, for scripts, without the end of its last line. What is longer than [`LONGEST`] is cut
/// somewhere behind that.
pub fn read_all(input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(2 * LONGEST as u64).read_to_end(&mut bytes)?;
    Ok(without_end(bytes))
}

/// Why there is no password, in a sentence.
pub fn complaint(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::Interrupted => "interrupted".to_owned(),
        ErrorKind::UnexpectedEof => "no password was given".to_owned(),
        _ => format!("the password cannot be read: {error}"),
    }
}

fn line(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if input.take(2 * LONGEST as u64).read_until(b'\n', &mut bytes)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(without_end(bytes))
}

fn without_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.pop_if(|last| *last == b'\n').is_some() {
        bytes.pop_if(|last| *last == b'\r');
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines_are_no_part_of_a_password() {
        for (input, first, all) in [
            ("a b \n", "a b ", "a b "),
            ("a\r\n", "a", "a"),
            ("a", "a", "a"),
            ("a\nb\n", "a", "a\nb"),
            ("\n", "", ""),
        ] {
            assert_eq!(line(&mut input.as_bytes()).unwrap(), first.as_bytes());
            assert_eq!(read_all(input.as_bytes()).unwrap(), all.as_bytes());
        }
    }

    #[test]
    fn no_line_is_no_password() {
        assert_eq!(line(&mut io::empty()).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(read_all(io::empty()).unwrap(), b"");
    }

    #[test]
    fn endless_input_ends() {
        assert_eq!(read_all(io::repeat(b'a')).unwrap().len(), 2 * LONGEST);
    }
}
