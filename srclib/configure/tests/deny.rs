//! What deny.toml asks of licences, sources and duplicates, held without cargo-deny: `make lint` runs that where it is installed.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let rules: toml::Table = include_str!("../../../deny.toml").parse().unwrap();
    let allowed: Vec<&str> =
        rules["licenses"]["allow"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let wrong: Vec<String> = metadata()
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .map(|package| {
            (package.name.to_string(), package.license.clone().unwrap_or_default().replace('/', " OR "))
        })
        .filter(|(_, licence)| !satisfied(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_crate_is_there_once_and_from_the_registry() {
    let metadata = metadata();
    let rules: toml::Table = include_str!("../../../deny.toml").parse().unwrap();
    let excused = rules["bans"]["skip"].as_array().unwrap().iter();
    let excused: Vec<&str> = excused.map(|one| one["crate"].as_str().unwrap()).collect();
    let mut versions = BTreeMap::<&str, usize>::new();
    for package in metadata.packages.iter().filter(|package| package.source.is_some()) {
        let generation = format!("{}@{}", package.name, package.version.major);
        if excused.contains(&generation.as_str()) {
            continue;
        }
        *versions.entry(package.name.as_str()).or_default() += 1;
        let source = package.source.as_ref().unwrap();
        assert!(source.repr.starts_with("registry+"), "{}: {source}", package.name);
    }
    versions.retain(|_, count| *count > 1);
    assert!(versions.is_empty(), "{versions:?}");
}

#[test]
fn expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
    for (expression, expected) in [
        ("MIT", true),
        ("Apache-2.0 OR MIT", true),
        ("Apache-2.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(GPL-2.0 OR Apache-2.0) AND Unicode-3.0", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
        ("", false),
    ] {
        assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
    }
}

/// As SPDX has it: AND binds tighter than OR.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let choices = split(expression, " OR ");
    if choices.len() > 1 {
        return choices.iter().any(|part| satisfied(part, allowed));
    }
    let parts = split(expression, " AND ");
    if parts.len() > 1 {
        return parts.iter().all(|part| satisfied(part, allowed));
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => satisfied(inner, allowed),
        None => allowed.contains(&expression),
    }
}

/// Parts between a word that stands outside of parentheses.
fn split<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && text[at..].starts_with(word) && at >= start => {
                parts.push(&text[start..at]);
                start = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// For Linux, whose crates are on every machine that built the tree.
fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml"))
        .other_options(["--locked", "--filter-platform", "x86_64-unknown-linux-gnu"].map(ToOwned::to_owned))
        .exec()
        .unwrap()
}
