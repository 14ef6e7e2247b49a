//! ErrorDocument: what answers in place of the standard text of an error.

use std::sync::Arc;

use crate::config::{Complaint, Config, Here, Template};

/// What answers an error of one status. `%{...}` in it stands for what it says of the request.
#[derive(Debug, Clone)]
pub enum ErrorDocument {
    /// This text, as HTML.
    Text(Arc<Template>),
    /// This path of the same virtual host, by internal redirect.
    Path(Arc<Template>),
    /// This URL: the client is redirected.
    Url(Arc<Template>),
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
        let document = classify(document).map_err(|complaint| complaint.argument(1))?;
        if code == 401 && matches!(document, Some(ErrorDocument::Url(_))) {
            here.warn("Cannot use a full URL in a 401 ErrorDocument directive: it would hide the challenge; ignored");
            return Ok(());
        }
        self.set(code, document);
        Ok(())
    }
}

fn classify(document: &str) -> Result<Option<ErrorDocument>, Complaint> {
    let is_default = document.eq_ignore_ascii_case("default");
    let kind = match document {
        _ if is_default => return Ok(None),
        _ if document.starts_with('/') => ErrorDocument::Path,
        _ if is_url(document) => ErrorDocument::Url,
        _ => ErrorDocument::Text,
    };
    // One double quote before the text, none after it, is how Apache 1.3 marked texts.
    let quote = usize::from(document.starts_with('"'));
    let template = Template::new(&document[quote..]);
    let placed = |complaint: Complaint| match complaint.offset {
        Some(offset) => complaint.offset(offset + quote),
        None => complaint,
    };
    Ok(Some(kind(Arc::new(template.map_err(placed)?))))
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
        for (text, expected) in [
            ("/missing.html", "path /missing.html"),
            ("https://example.org/x", "url https://example.org/x"),
            ("Sorry: nothing here", "text Sorry: nothing here"),
            ("\"Sorry", "text Sorry"),
            ("Default", "none"),
        ] {
            let (kind, template) = match classify(text).unwrap() {
                Some(ErrorDocument::Path(template)) => ("path ", template),
                Some(ErrorDocument::Url(template)) => ("url ", template),
                Some(ErrorDocument::Text(template)) => ("text ", template),
                None => ("none", Arc::new(Template::new("").unwrap())),
            };
            assert_eq!(format!("{kind}{}", template.constant().unwrap()), expected, "{text}");
        }
        assert_eq!(classify("\"no %{NONE}").unwrap_err().offset, Some(6));
    }

    #[test]
    fn default_takes_an_outer_document_away() {
        let mut outer = ErrorDocuments::default();
        outer.set(404, classify("/missing").unwrap());
        outer.set(403, classify("/forbidden").unwrap());
        let mut inner = ErrorDocuments::default();
        inner.set(404, None);
        let merged = outer.merge(&inner);
        assert!(merged.get(404).is_none());
        assert!(merged.get(403).is_some());
    }
}
