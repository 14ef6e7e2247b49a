//! mod_version: `<IfVersion>`, lines that count for some versions. What is compared is the Apache version whose
//! configuration this server understands: that is what configurations mean when they ask.

use httpd::config::Pattern;
use httpd::prelude::*;
use httpd::program::APACHE_VERSION;

/// The module.
pub static MODULE: Version = Version;

/// mod_version.
pub struct Version;

impl Module for Version {
    const NAME: &'static str = "version_module";
    type Config = ();

    const DIRECTIVES: &'static [Directive<()>] = &[Directive::condition(
        "IfVersion",
        Place::SVD.htaccess(Override::ALL),
        "[[!]operator] version",
        "Lines that count for some versions of the server",
        |words, _| holds(words, APACHE_VERSION),
    )];
}

/// `[[!]operator] version`: whether this is true of `ours`.
fn holds(words: &[&str], ours: &str) -> Result<bool, Complaint> {
    let (operator, version, place) = match words {
        [version] => ("=", *version, 0),
        [operator, version] => (*operator, *version, 1),
        _ => {
            return Err(Complaint::new("<IfVersion> takes a version, or an operator and a version")
                .hint("write <IfVersion >= 2.4>"));
        }
    };
    let (negated, bare) = operator.strip_prefix('!').map_or((false, operator), |bare| (true, bare));
    let order = || read(version).map(|wanted| number(ours).cmp(&wanted)).map_err(|c| c.argument(place));
    let by_pattern = version.strip_prefix('/').and_then(|pattern| pattern.strip_suffix('/'));
    let holds = match (bare, by_pattern) {
        ("~", _) => matches(version, ours).map_err(|c| c.argument(place))?,
        ("=" | "==", Some(pattern)) => matches(pattern, ours).map_err(|c| c.argument(place))?,
        ("=" | "==", None) => order()?.is_eq(),
        (">", _) => order()?.is_gt(),
        (">=", _) => order()?.is_ge(),
        ("<", _) => order()?.is_lt(),
        ("<=", _) => order()?.is_le(),
        _ => {
            return Err(Complaint::new(format!("unrecognized operator '{operator}'"))
                .argument(0)
                .hint("an operator is =, ==, >, >=, <, <= or ~, or one of them after !"));
        }
    };
    Ok(holds != negated)
}

fn matches(pattern: &str, ours: &str) -> Result<bool, Complaint> {
    Pattern::new(pattern).map(|pattern| pattern.is_match(ours))
}

/// `major[.minor[.patch]]`; what is not said is 0.
fn read(version: &str) -> Result<[u32; 3], Complaint> {
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.parse::<u32>().is_ok();
    if parts.len() <= 3 && parts.iter().all(is_number) {
        return Ok(number(version));
    }
    Err(Complaint::new(format!("Version '{version}' appears to be invalid"))
        .hint("it must have the format major[.minor[.patch]], all of them numbers"))
}

fn number(version: &str) -> [u32; 3] {
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(version.split('.')) {
        *number = part.parse().unwrap_or(0);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_in_apache() {
        for (words, expected) in [
            ("2.4.59", Ok(true)),
            ("2.4", Ok(false)),
            ("= 2.4.59", Ok(true)),
            ("== 2.4.58", Ok(false)),
            ("!= 2.4.59", Ok(false)),
            (">= 2.4", Ok(true)),
            ("!>= 2.4", Ok(false)),
            ("> 2.4.59", Ok(false)),
            ("> 2.4.9", Ok(true)),
            ("< 2.5", Ok(true)),
            ("<= 2.4.59", Ok(true)),
            (r"~ ^2\.4", Ok(true)),
            ("!~ ^2", Ok(false)),
            (r"= /^2\.4\.[0-9]+$/", Ok(true)),
            ("/^1/", Ok(false)),
            ("=> 2", Err(0)),
            ("! 2.4", Err(0)),
            (">= x", Err(1)),
            (">= 2.x", Err(1)),
            (">= 2.4.5.9", Err(1)),
            ("~ (", Err(1)),
        ] {
            let told = holds(&words.split(' ').collect::<Vec<_>>(), "2.4.59");
            assert_eq!(told.map_err(|complaint| complaint.argument.unwrap_or(9)), expected, "{words}");
        }
        assert!(holds(&[], "2.4.59").is_err() && holds(&[">", "2", "3"], "2.4.59").is_err());
    }
}
