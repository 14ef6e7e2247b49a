//! Written by configure: all that is the program's own.

mod modules;

fn main() -> std::process::ExitCode {
    httpd::program::main(&modules::BUILD)
}
