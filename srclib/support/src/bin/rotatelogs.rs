//! The program `rotatelogs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::rotatelogs::main()
}
