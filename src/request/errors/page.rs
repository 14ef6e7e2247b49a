//! The pages that the server makes of statuses.

use super::texts;
use crate::core_module::ServerSignature;
use crate::request::url::{escape_html, server_name, server_port};
use crate::request::{Request, Response};
use crate::server::banner;

/// A status and its phrase, as a title.
fn title(status: u16) -> String {
    format!("{status} {}", http1::reason(status)).trim_end().to_owned()
}

/// Gives an answer the standard page of its status. `additionally` is the error that the document made for it
/// came to.
pub(super) fn standard(r: &Request, response: &mut Response, additionally: Option<u16>) {
    let location = response.headers.get("Location").map(String::from_utf8_lossy);
    let text = texts::sentence(response.status, r.head.method(), location.as_deref());
    let mut page = format!(
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{}</title>\n\
         </head><body>\n<h1>{}</h1>\n<p>{text}</p>\n",
        title(response.status),
        http1::reason(response.status),
    );
    if let Some(notes) = r.notes.get("error-notes") {
        page.push_str(&format!("<p>{}</p>\n", escape_html(notes)));
    }
    if let Some(second) = additionally {
        let second = title(second);
        page.push_str(&format!(
            "<p>Additionally, a {second}\nerror came up while the document for this error was fetched.</p>\n"
        ));
    }
    page.push_str(&signature(r, "<hr>\n"));
    page.push_str("</body></html>\n");
    html(r, response, page);
}

/// Gives an answer the text of an ErrorDocument.
pub(super) fn text(r: &Request, response: &mut Response, text: String) {
    html(r, response, text);
}

/// The line under pages that the server makes, as ServerSignature has it; empty if it is off.
pub fn signature(r: &Request, before: &str) -> String {
    let name = escape_html(&server_name(r)).into_owned();
    let named = match (r.core().server_signature(), r.core().server_admin()) {
        (ServerSignature::Off, _) => return String::new(),
        (ServerSignature::EMail, Some(admin)) => {
            format!("<a href=\"mailto:{}\">{name}</a>", escape_html(admin))
        }
        (ServerSignature::On | ServerSignature::EMail, _) => name,
    };
    let banner = banner(r.core().server_tokens());
    format!("{before}<address>{banner} Server at {named} Port {}</address>\n", server_port(r))
}

fn html(r: &Request, response: &mut Response, page: String) {
    let plain = r.env.contains("suppress-error-charset");
    response.headers.set("Content-Type", if plain { "text/html" } else { "text/html; charset=utf-8" });
    response.body = page.into();
}
