//! The lines of a macro, and how texts take the places of its arguments.

use httpd::prelude::*;

/// What arguments had better begin with: what no other word begins with.
const SIGILS: [char; 3] = ['$', '%', '@'];

/// The most bytes that one use may make: arguments that hold arguments grow fast.
const FILLED_MAX: usize = 16 << 20;

/// A macro's lines and the names of its arguments.
pub(crate) struct Body {
    arguments: Vec<String>,
    lines: String,
}

impl Body {
    pub(crate) fn new(arguments: &[&str], lines: &str) -> Result<Self, Complaint> {
        for (place, argument) in arguments.iter().enumerate() {
            if argument.is_empty() {
                return Err(Complaint::new("an argument of a macro has a name").argument(1 + place));
            }
            if let Some(first) = arguments[..place].iter().position(|other| other == argument) {
                let sentence =
                    format!("argument '{argument}' is there twice: #{} and #{}", first + 1, place + 1);
                return Err(Complaint::new(sentence)
                    .argument(1 + place)
                    .hint("give each argument a name of its own"));
            }
        }
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Ok(Self { arguments, lines: lines.to_owned() })
    }

    /// What is allowed, but is probably not meant.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.lines.trim().is_empty() {
            remarks.push("it has no lines".to_owned());
        }
        for (place, argument) in self.arguments.iter().enumerate() {
            let number = place + 1;
            if !argument.starts_with(SIGILS) {
                remarks.push(format!("argument '{argument}' (#{number}) begins with none of $ % @: it may replace what is not meant"));
            }
            let longer = self
                .arguments
                .iter()
                .position(|other| other != argument && other.starts_with(argument.as_str()));
            if let Some(longer) = longer {
                let other = &self.arguments[longer];
                remarks.push(format!(
                    "arguments '{argument}' (#{number}) and '{other}' (#{}) begin alike",
                    longer + 1
                ));
            }
            if !self.lines.contains(argument.as_str()) && !self.lines.trim().is_empty() {
                remarks.push(format!("argument '{argument}' (#{number}) is not used"));
            }
        }
        remarks
    }

    /// The lines, with texts in place of arguments. What comes in is not looked at again.
    pub(crate) fn filled(&self, texts: &[&str]) -> Result<String, Complaint> {
        let (given, wanted) = (texts.len(), self.arguments.len());
        if given != wanted {
            let many = if given == 1 { "" } else { "s" };
            let complaint = Complaint::new(format!("used with {given} argument{many} instead of {wanted}"));
            let usage = self.arguments.join(" ");
            return Err(if usage.is_empty() {
                complaint
            } else {
                complaint.hint(format!("its arguments are {usage}"))
            });
        }
        let mut filled = String::with_capacity(self.lines.len());
        let mut rest = self.lines.as_str();
        while let Some((at, argument)) = self.next(rest) {
            filled.push_str(&rest[..at]);
            filled.push_str(texts[argument]);
            rest = &rest[at + self.arguments[argument].len()..];
            if filled.len() > FILLED_MAX {
                return Err(Complaint::new(format!("makes more than {FILLED_MAX} bytes")));
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The argument that stands first in a text; of several that begin there, the longest.
    fn next(&self, text: &str) -> Option<(usize, usize)> {
        let found = self.arguments.iter().enumerate().filter_map(|(place, argument)| {
            text.find(argument.as_str()).map(|at| (at, std::cmp::Reverse(argument.len()), place))
        });
        found.min().map(|(at, _, place)| (at, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_take_the_places_of_arguments() {
        for (arguments, lines, texts, expected) in [
            (&[][..], "KeepAlive On\n", &[][..], "KeepAlive On\n"),
            (&["$a"], "X $a-$a $b", &["y"], "X y-y $b"),
            (&["$a", "$ab"], "$ab$a$abc", &["1", "2"], "212c"),
            (&["$a", "$b"], "$a $b", &["$b", "$a"], "$b $a"),
            (&["%{x}"], "%{x}%{y}", &["ö"], "ö%{y}"),
        ] {
            assert_eq!(Body::new(arguments, lines).unwrap().filled(texts).unwrap(), expected, "{lines}");
        }
    }

    #[test]
    fn arguments_are_counted_and_told_apart() {
        let body = Body::new(&["$a"], "$a").unwrap();
        assert_eq!(body.filled(&[]).unwrap_err().sentence, "used with 0 arguments instead of 1");
        assert!(Body::new(&["$a", "$a"], "").is_err() && Body::new(&[""], "").is_err());
    }

    #[test]
    fn what_is_probably_not_meant_is_remarked() {
        let remarks = |arguments: &[&str], lines| Body::new(arguments, lines).unwrap().remarks().join("; ");
        assert_eq!(remarks(&["$a"], "X $a"), "");
        assert_eq!(remarks(&["$a"], "\n"), "it has no lines");
        assert!(remarks(&["a"], "X a").contains("begins with none of $ % @"));
        assert!(remarks(&["$a", "$ab"], "$a $ab").contains("begin alike"));
        assert!(remarks(&["$a"], "X").contains("is not used"));
    }
}
