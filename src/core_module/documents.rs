//! ErrorDocument: what answers in place of the standard text of an error.

use std::sync::Arc;

use crate::config::{Complaint, Config, Here};

/// What answers an error of one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorDocument {
    /// This text, as HTML.
    Text(Arc<str>),
    /// This path of the same virtual host, by internal redirect.
    Path(Arc<str>),
    /// This URL: the client is redirected.
    Url(Arc<str>),
}

/// The documents by status; `None` is `default`: the standard text again.
#[derive(Debug, Default, Clone)]
pub(crate) struct ErrorDocuments(Vec<(u16, Option<ErrorDocument>)>);

impl ErrorDocuments {
    pub(crate) fn get(&self, status: u16) -> Option<&ErrorDocument> {
        self.0.iter().find(|(known, _)| *known == status).and_then(|(_, document)| document.as_ref())
    }

    fn set(&mut self, status: u16, document: Option<ErrorDocument>) {
        match self.0.iter_mut().find(|(known, _)| *known == status) {
            Some(slot) => slot.1 = document,
            None => self.0.push((status, document)),
        }
    }

    /// `ErrorDocument status document`
    pub(crate) fn read(
        &mut self,
        status: &str,
        document: &str,
        here: &mut Here<'_>,
    ) -> Result<(), Complaint> {
        let known = |code: &u16| !http1::reason(*code).is_empty();
        let code = status.parse().ok().filter(known).ok_or_else(|| {
            Complaint::new(format!("Unsupported HTTP response code {status}"))
                .argument(0)
                .hint("write the status of an error, like 403, 404 or 500")
        })?;
        let document = classify(document);
        if code == 401 && matches!(document, Some(ErrorDocument::Url(_))) {
            here.warn("Cannot use a full URL in a 401 ErrorDocument directive: it would hide the challenge; ignored");
            return Ok(());
        }
        self.set(code, document);
        Ok(())
    }
}

fn classify(document: &str) -> Option<ErrorDocument> {
    match document {
        _ if document.eq_ignore_ascii_case("default") => None,
        _ if document.starts_with('/') => Some(ErrorDocument::Path(document.into())),
        _ if is_url(document) => Some(ErrorDocument::Url(document.into())),
        // One double quote before the text, none after it, is how Apache 1.3 marked texts.
        _ => Some(ErrorDocument::Text(document.strip_prefix('"').unwrap_or(document).into())),
    }
}

/// A scheme and `://` (RFC 3986, 3.1).
fn is_url(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

impl Config for ErrorDocuments {
    fn merge(&self, inner: &Self) -> Self {
        let mut merged = self.clone();
        for (status, document) in &inner.0 {
            merged.set(*status, document.clone());
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_apart() {
        let table = [
            ("/missing.html", Some(ErrorDocument::Path("/missing.html".into()))),
            ("https://example.org/x", Some(ErrorDocument::Url("https://example.org/x".into()))),
            ("Sorry: nothing here", Some(ErrorDocument::Text("Sorry: nothing here".into()))),
            ("\"Sorry", Some(ErrorDocument::Text("Sorry".into()))),
            ("Default", None),
        ];
        for (text, expected) in table {
            assert_eq!(classify(text), expected, "{text}");
        }
    }

    #[test]
    fn default_takes_an_outer_document_away() {
        let mut outer = ErrorDocuments::default();
        outer.set(404, classify("/missing"));
        outer.set(403, classify("/forbidden"));
        let mut inner = ErrorDocuments::default();
        inner.set(404, None);
        let merged = outer.merge(&inner);
        assert_eq!(merged.get(404), None);
        assert!(merged.get(403).is_some());
    }
}
