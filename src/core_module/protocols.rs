//! Protocol, Protocols, RegisterHttpMethod: what clients may speak.

use std::sync::Arc;

use super::CoreConfig;
use crate::config::{Complaint, Directive, Place};

/// Whom the choice of a protocol is for.
const OTHERS: &str = "a module that speaks another protocol than HTTP/1.1";

pub(crate) const ROWS: &[Directive<CoreConfig>] = &[
    Directive::waiting_for(
        OTHERS,
        Directive::each(
            "Protocols",
            Place::SV,
            "protocol ...",
            "The protocols that may be spoken, the preferred one first: those that no module speaks are passed over",
            |core, word, _| {
                let mut protocols = core.protocols.take().unwrap_or_default().to_vec();
                protocols.push(word.to_ascii_lowercase().into());
                core.protocols = Some(protocols.into());
                Ok(())
            },
        ),
    ),
    Directive::waiting_for(
        OTHERS,
        Directive::flag(
            "ProtocolsHonorOrder",
            Place::SV,
            "Whether the server's order of protocols decides, not the client's",
            |core, on| core.protocols_honor_order = Some(on),
        ),
    ),
    Directive::each(
        "RegisterHttpMethod",
        Place::S,
        "method ...",
        "Methods that HttpProtocolOptions RegisteredMethods lets pass besides the known ones",
        |core, word, _| {
            if !is_token(word) {
                return Err(Complaint::new(format!("'{word}' cannot be a method"))
                    .hint("a method is letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, 9.1)"));
            }
            let mut methods = core.methods.take().unwrap_or_default().to_vec();
            methods.push(Arc::from(word));
            core.methods = Some(methods.into());
            Ok(())
        },
    ),
];

/// RFC 9110, 5.6.2.
fn is_token(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
