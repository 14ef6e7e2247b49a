//! The program `inventory`, which make runs: `inventory sbom|licences WORKSPACE PACKAGE TARGET`.

use configure::inventory::Inventory;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [what, workspace, package, target] = &words[..] else {
        eprintln!("usage: inventory sbom|licences WORKSPACE PACKAGE TARGET");
        return ExitCode::FAILURE;
    };
    let told = Inventory::read(Path::new(workspace), package, target).and_then(|inventory| match &**what {
        "licences" => Ok(inventory.licences()),
        _ => inventory.sbom(),
    });
    match told {
        Ok(text) => print!("{text}"),
        Err(error) => {
            eprintln!("inventory: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
