//! Written by configure: all that is the program's own.

mod modules;

fn main() -> std::process::ExitCode {
    httpd_test::main(&modules::BUILD)
}
