//! The program `htdigest`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::htdigest::main()
}
