//! What is fuzzed. Each function takes any bytes at all for one reader of foreign text, and panics where that has failed: libFuzzer
//! calls them for as long as one likes (`test/fuzz`), and `cargo test` with a few hundred texts each.

mod configuration;
mod http;

pub use configuration::{conf_parse, expr_parse, htaccess};
pub use http::{http1_chunks, http1_dates, http1_head, http1_proxied, http1_sniff, http1_values};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Bytes made of these words and of others.
    fn bytes(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
        let word = select(words).prop_map(|word| word.as_bytes().to_vec());
        let part = prop_oneof![8 => word, 1 => vec(any::<u8>(), 0..4)];
        vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    const CONF: &[&str] = &[
        "<If \"true\">",
        "<Else>",
        "</If>",
        "<Files a*>",
        "</Files>",
        "</Else>",
        "Options +Indexes",
        "Header set X \"%{Y}i\"",
        "Redirect 301 /a /b",
        "AddType text/x .x",
        "Require all denied",
        "SetEnvIf X (.)y Z=$1",
        "\n",
        "\\\n",
        "\"",
        "'",
        "${X}",
        "#",
        " ",
        "\r\n",
    ];
    const EXPR: &[&str] = &[
        "%{HTTP_HOST}",
        "%{env:X}",
        " == ",
        "-eq ",
        "=~ ",
        "m#a(b)?#i",
        "$1",
        "'a b'",
        "\"%{tolower:%{X}}\"",
        "(",
        ")",
        "!",
        " && ",
        "||",
        "-in {'a','b'}",
        "{",
        "}",
        "-z ",
        "-T ",
        "unescape(",
        "10",
        "\\",
        " ",
    ];
    const HEAD: &[&str] = &[
        "GET / HTTP/1.1\r\n",
        "GET /a/../%2e%00?q HTTP/1.0\r\n",
        "POST * HTTP/1.1\r\n",
        "Host: x\r\n",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        " folded\r\n",
        "X:",
        "\r\n",
        "\n",
        "\r",
        ":",
        " ",
        "\t",
        "\0",
    ];
    const CHUNKS: &[&str] = &[
        "5\r\nhello\r\n",
        "0\r\n",
        "\r\n",
        "a;x=\"y\"\r\n",
        "ffffffffffffffff\r\n",
        "T: x\r\n",
        "1",
        "\n",
        " ",
    ];
    const VALUES: &[&str] = &[
        "bytes=",
        "0-1",
        "-5",
        "7-",
        ",",
        " ",
        "\"tag\"",
        "W/",
        "*",
        "close",
        "[::1]",
        ":80",
        "9999999999999999999",
    ];

    const PROXIED: &[&str] = &[
        "PROXY ",
        "TCP4 ",
        "TCP6 ",
        "UNKNOWN",
        "192.0.2.1 ",
        "2001:db8::1 ",
        "80",
        " ",
        "\r\n",
        "\r\n\r\n\0\r\nQUIT\n",
        "!\x11\0\x0c",
        "!!\0\x24",
        " \0\0\0",
        "\x7f\0\0\x01",
    ];
    const DATES: &[&str] = &[
        "Sun, ", "Sunday, ", "Sun ", "Nov  6", "06", "-", "Nov", "Feb", "29", " ", "1994", "94", "9999",
        "0000", "08:49:37", "23:59:60", "24:00:00", " GMT", " +0100",
    ];

    proptest! {
        #[test]
        fn configuration_is_read_or_refused(text in bytes(CONF)) {
            conf_parse(&text);
            htaccess(&text);
        }

        #[test]
        fn expressions_are_read_or_refused(text in bytes(EXPR)) {
            expr_parse(&String::from_utf8_lossy(&text));
        }

        #[test]
        fn heads_are_read_or_refused(text in bytes(HEAD)) {
            http1_head(&text);
            http1_sniff(&text);
        }

        #[test]
        fn chunks_are_read_or_refused(text in bytes(CHUNKS)) {
            http1_chunks(&text);
        }

        #[test]
        fn values_are_read_or_passed_over(text in bytes(VALUES), length in any::<u64>()) {
            http1_values(length, &text);
        }

        #[test]
        fn heads_of_proxies_are_read_or_refused(text in bytes(PROXIED)) {
            http1_proxied(&text);
        }

        #[test]
        fn dates_are_read_or_passed_over(text in bytes(DATES)) {
            http1_dates(&text);
        }
    }
}
