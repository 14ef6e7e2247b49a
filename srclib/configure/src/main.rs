//! `configure`: the program that the script of the same name builds and runs.

use std::process::ExitCode;

fn main() -> ExitCode {
    configure::main()
}
