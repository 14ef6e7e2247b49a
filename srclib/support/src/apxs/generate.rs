//! `-g`: a folder with a module to begin with.

use std::fs;
use std::path::Path;

use super::{Outcome, stem, told};

/// The files of the template, each with its name; `{name}`, `{Title}` and `{version}` stand for those of the module and of the core.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("template/manifest.toml")),
    ("mod_{name}.rs", include_str!("template/module.rs.txt")),
    ("cases/greets.t", include_str!("template/greets.t.txt")),
    ("README.md", include_str!("template/README.md.txt")),
];

/// Makes the folder `mod_NAME` here. `version` is the core's; without an installed server that of this program.
pub(super) fn folder(name: &str, version: Option<&str>) -> Outcome<()> {
    let name = stem(name)?;
    let folder = format!("mod_{name}");
    fs::create_dir(&folder).map_err(|error| told(Path::new(&folder), &error))?;
    println!("Creating [DIR]  {folder}");
    let version = version.unwrap_or(env!("CARGO_PKG_VERSION"));
    for (file, text) in FILES {
        let path = Path::new(&folder).join(file.replace("{name}", &name));
        let parent = path.parent().unwrap_or(Path::new("."));
        let written =
            fs::create_dir_all(parent).and_then(|()| fs::write(&path, filled(text, &name, version)));
        written.map_err(|error| told(&path, &error))?;
        println!("Creating [FILE] {}", path.display());
    }
    println!("Now: apxs -cia {folder}");
    Ok(())
}

fn filled(text: &str, name: &str, version: &str) -> String {
    text.replace("{name}", name).replace("{Title}", &title(name)).replace("{version}", version)
}

/// `two_words` as a type is called: `TwoWords`.
fn title(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_filled_in() {
        for (file, text) in FILES {
            let text = filled(text, "two_words", "1.2.3");
            assert!(
                ["{name}", "{Title}", "{version}"].iter().all(|word| !text.contains(word)),
                "{file}: {text}"
            );
        }
        assert_eq!(title("two_words"), "TwoWords");
        let module = filled(FILES[1].1, "two_words", "1.2.3");
        assert!(module.contains("const NAME: &'static str = \"two_words_module\";"), "{module}");
    }
}
