//! The program `apxs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::apxs::main()
}
