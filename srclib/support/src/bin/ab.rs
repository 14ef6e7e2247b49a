//! The program `ab`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::ab::main()
}
