//! The program `htpasswd`.

use std::process::ExitCode;

fn main() -> ExitCode {
    support::htpasswd::main()
}
