//! The program `pages`, which the build runs.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::pages::main()
}
