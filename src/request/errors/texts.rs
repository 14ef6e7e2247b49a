//! What the standard pages say.

use crate::request::url::escape_html;

/// Statuses and a sentence for the person who sees the page. `{method}` stands for the request's.
const SENTENCES: &[(u16, &str)] = &[
    (400, "The server could not make sense of the request that your browser sent."),
    (
        401,
        "You have to prove who you are to see this page. Your browser has not sent a name and a password \
           that are valid here, or does not know how to.",
    ),
    (402, "This page has to be paid for."),
    (403, "You may not see this page."),
    (404, "There is nothing at this address."),
    (405, "This address cannot be asked with the method {method}."),
    (406, "None of the forms in which this page exists suits what your browser accepts."),
    (407, "The proxy has to know who you are first."),
    (408, "The request did not come in time, so the server closes the connection."),
    (409, "The request contradicts what the server has at this address."),
    (410, "What was at this address has been taken away for good. Please remove links that lead here."),
    (411, "A request of the method {method} has to say how long its body is."),
    (412, "What the request makes a condition is not so."),
    (
        413,
        "The request has a body that is larger than the server takes, or one that its method does not allow.",
    ),
    (414, "The address is longer than the server takes."),
    (415, "The server does not understand the format in which the request's body was sent."),
    (416, "The page does not have the part that was asked for."),
    (417, "The server cannot meet what the request's Expect field asks for."),
    (421, "The server does not answer for the site that the request names on this connection."),
    (422, "The server understands the request but cannot carry out what it says."),
    (423, "What is at this address is locked."),
    (424, "What the request needs first has failed."),
    (425, "The server does not take the risk that this request is a replay."),
    (426, "What is at this address can only be had over another protocol."),
    (428, "The request has to be conditional."),
    (429, "There have been too many requests from you in a short time."),
    (431, "The header of the request is larger than the server takes."),
    (451, "This page may not be shown for legal reasons."),
    (500, "Something went wrong inside the server. Its administrator will find the cause in the error log."),
    (501, "The server does not know the method {method}."),
    (502, "The server asked another on your behalf, and got an answer that it could not use."),
    (
        503,
        "The server cannot answer for the moment, because it is busy or being maintained. Please try again later.",
    ),
    (504, "The server asked another on your behalf, and got no answer in time."),
    (505, "The server does not speak this version of HTTP."),
    (506, "The forms in which this page exists refer to each other in a circle."),
    (507, "The server has no room for what the request wants to store."),
    (508, "The request would have gone round in circles."),
    (510, "The request lacks an extension that the server needs."),
    (511, "You have to log in to the network first."),
];

/// The text of a status, ready to stand in a page.
pub(super) fn sentence(status: u16, method: &str, location: Option<&str>) -> String {
    if let (300..400, Some(location)) = (status, location) {
        return format!("{} <a href=\"{}\">here</a>.", moved(status), escape_html(location));
    }
    let known = SENTENCES.binary_search_by_key(&status, |row| row.0).map(|at| SENTENCES[at].1);
    let fallback =
        if status >= 500 { "The server could not answer." } else { "The request could not be answered." };
    known.unwrap_or(fallback).replace("{method}", &escape_html(method))
}

fn moved(status: u16) -> &'static str {
    match status {
        301 | 308 => "This page has moved for good. It is",
        303 => "The answer is",
        _ => "For now, this page is",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_statuses_have_names() {
        assert!(SENTENCES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(SENTENCES.iter().all(|(status, _)| !http1::reason(*status).is_empty()));
    }

    #[test]
    fn what_the_client_sent_is_escaped() {
        assert!(sentence(405, "<b>", None).contains("&lt;b&gt;"));
        assert!(sentence(302, "GET", Some("http://x/\"><b>")).contains("\"http://x/&quot;&gt;&lt;b&gt;\""));
    }

    #[test]
    fn every_status_has_a_text() {
        for status in 300..600 {
            assert!(sentence(status, "GET", None).ends_with('.'), "{status}");
        }
    }
}
