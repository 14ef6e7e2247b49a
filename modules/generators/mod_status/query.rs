//! What the client asks for: `?auto`, `?json`, `?notable`, `?refresh=5`, joined by `&`.

/// How often a page asks for itself where no number is given, in seconds.
const REFRESH: u64 = 10;

/// A query, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) form: Form,
    /// The page shows the threads in a table.
    pub(crate) table: bool,
    /// After how many seconds the client shall ask again.
    pub(crate) refresh: Option<u64>,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Lines,
    Json,
}

impl Query {
    /// What is not known does not matter.
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self { form: Form::Page, table: true, refresh: None };
        for part in text.split('&') {
            match part.split_once('=').unwrap_or((part, "")) {
                ("auto", _) => query.form = Form::Lines,
                ("json", _) => query.form = Form::Json,
                ("notable", _) => query.table = false,
                ("refresh", number) => query.refresh = Some(seconds(number)),
                _ => {}
            }
        }
        query
    }
}

fn seconds(text: &str) -> u64 {
    text.parse().ok().filter(|seconds| *seconds > 0).unwrap_or(REFRESH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_query() {
        let page = Query { form: Form::Page, table: true, refresh: None };
        for (text, expected) in [
            ("", page),
            ("automatic&x=auto", page),
            ("auto", Query { form: Form::Lines, ..page }),
            ("json&refresh=5", Query { form: Form::Json, refresh: Some(5), ..page }),
            ("refresh", Query { refresh: Some(REFRESH), ..page }),
            ("refresh=0&notable", Query { refresh: Some(REFRESH), table: false, ..page }),
            ("refresh=1%0d%0aX:", Query { refresh: Some(REFRESH), ..page }),
        ] {
            assert_eq!(Query::parse(text), expected, "{text}");
        }
    }
}
