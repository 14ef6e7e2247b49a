//! The program `logresolve`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::logresolve::main()
}
