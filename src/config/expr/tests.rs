//! Tables of expressions: what they say of a request, and what is said of those that are wrong. What is expected is
//! what Apache 2.4 answers to the same texts, unless the line says otherwise.

use std::fs;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config::tests::loaded;
use crate::connection::Connection;
use crate::mpm::Drain;
use crate::request::Body;
use crate::server::ServingThread;
use crate::server::scoreboard::Slot;

/// A request for a file that is there, on a ground of its own.
struct Asked {
    r: Box<Request>,
    root: tempfile::TempDir,
}

impl Asked {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("page.html"), "first\nsecond\n").unwrap();
        let www = root.path().to_str().unwrap();
        let lines = format!("ServerName localhost\nDocumentRoot {www}\nErrorLog {www}/error_log\n");
        let generation = loaded(&lines).unwrap();
        let thread = ServingThread::new(Arc::new(generation), Slot::nowhere(), Drain::default());
        let local: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let peer: SocketAddr = "127.0.0.1:4000".parse().unwrap();
        let connection = Connection::unconnected(&thread, local, peer);
        let mut head = http1::Head::new("GET", b"/page.html?a=b", http1::Version::Http11);
        for (name, value) in [("Host", "h:1"), ("User-Agent", "UA/1"), ("X-Foo", "bar"), ("X-Foo", "baz")] {
            head.append(name, value.as_bytes());
        }
        let mut r =
            Request::new(connection, 0, head, "/page.html".to_owned(), Some("a=b".to_owned()), Body::Empty);
        r.map.file = Some(format!("{www}/page.html"));
        r.map.info = os::file::Info::of(&root.path().join("page.html")).ok();
        r.env.set("SET", "1");
        r.notes.set("said", "so");
        Self { r, root }
    }

    /// `WWW` in a text stands for the document root.
    fn whole(&self, text: &str) -> String {
        text.replace("WWW", self.root.path().to_str().unwrap())
    }

    fn holds(&self, text: &str) -> bool {
        Expr::new(&self.whole(text)).unwrap_or_else(|wrong| panic!("{text}: {wrong}")).holds(&self.r)
    }

    fn text(&self, text: &str) -> String {
        let template = Template::new(&self.whole(text)).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
        template.text(&Scope::of(&self.r)).into_owned()
    }
}

#[test]
fn conditions_hold_or_not() {
    let asked = Asked::new();
    for (text, expected) in [
        ("true", true),
        ("! false", true),
        ("not false and !!true", true),
        ("true and false or true", true),
        ("true || false && false", true),
        ("!(true)", false),
        ("(true)||(false)", true),
        ("'a' == \"a\"", true),
        ("'a' = 'a'", true),
        ("'a' != 'b'", true),
        ("'b' > 'a' && 'a' <= 'a' && 'a' < 'b' && 'b' >= 'a'", true),
        ("'10' < '9'", true),
        ("'10' -lt '9'", false),
        ("12 -eq 12 && 12 eq 012 && 1 -ne 2 && 1 le 1 && 2 gt 1 && 2 -ge 2", true),
        ("' 12x' -eq 12", true),
        ("-1 -lt '2'", true),
        ("'a' -eq 0", true),
        ("99999999999999999999 -gt 1 && '-99999999999999999999' -lt 1", true),
        ("12 == '12'", true),
        ("'a' . 'b' == 'ab'", true),
        ("'a' in { 'b' . 'a' , 'a' } && 'a' -in {'a'}", true),
        ("'a' in { 'b' . 'a' , 'x' }", false),
        ("'foo' =~ /fo/", true),
        ("'foo' !~ /fo/", false),
        ("'foo' =~ m#FO#i && 'foo' =~ m!FO!i && 'foo' =~ m.FO.i", true),
        ("'foo' =~ m#FO#", false),
        ("'f/o' =~ m#f/o#", true),
        ("'foo' =~ /(o)(o)/ && $1 == 'o' && \"$0-$2\" == 'oo-o' && $3 == ''", true),
        ("'foo' =~ /(o)/ && 'x' =~ /y/ || $1 == 'o'", true),
        ("'a\\nb' =~ /a.b/", true),
        ("-n 'a' && -z '' && !-n '' && -T 'yes' && !-T 'Off' && !-T '' && !-T '0'", true),
        ("-e'WWW' && -d 'WWW' && -f 'WWW/page.html' && -s 'WWW/page.html' && !-e 'WWW/none'", true),
        ("-L 'WWW/page.html' || -h 'WWW'", false),
        ("-R '127.0.0.0/8' && !-R '10'", true),
        ("%{REMOTE_ADDR} -ipmatch '127.0.0.0/255.0.0.0' && !('x' -ipmatch '127.0.0.1')", true),
        ("'::1' -ipmatch '::1/64'", true),
        (
            "'a/b' -strmatch 'a*' && !('A' -strmatch 'a*') && 'A' -strcmatch 'a*' && !('a/b' -fnmatch 'a*')",
            true,
        ),
        ("%{REQUEST_URI}=='/page.html'", true),
        ("!%{REQUEST_URI}=='x'", true),
        ("tolower(%{REQUEST_METHOD}) == 'get' && %{tolower:%{REQUEST_METHOD}} == 'get'", true),
        ("req('X-Foo') == 'bar, baz' && %{http:x-foo} == 'bar, baz' && req_novary('None') == ''", true),
        ("-U '/page.html' && -A 'none' && -F 'WWW/page.html' && !-F 'WWW/none'", true),
        ("-n env('SET') && reqenv('SET') == 1 && note('said') == 'so' && env('said') == 'so'", true),
        // From here on, what Apache's manual or its next version has.
        ("replace('abcb', 'b', 'x') == 'axcx' && replace('a', '', 'x') == 'a'", true),
        ("join({'a', 'b'}, ',') == 'a,b' && join({'a', 'b'}) == 'ab'", true),
        ("sub(s/(A)/<$1>/i, 'cat at') == 'c<a>t at' && sub(s/a/b/g, 'aa') == 'bb'", true),
        ("'x' in split(/,/, 'a,x') && 'y' in split(/;/, {'a', 'x;y'}) && !('z' in split(/,/, ''))", true),
        ("'second' in file('WWW/page.html') && !('third' in file('WWW/page.html'))", true),
        ("'a' in file('WWW/none')", false),
        ("'f/o' =~ /f\\/o/", true),
        ("'a\\nb' =~ /^b/m", true),
    ] {
        assert_eq!(asked.holds(text), expected, "{text}");
    }
}

#[test]
fn texts_are_filled_in() {
    let asked = Asked::new();
    for (text, expected) in [
        ("plain 'text' \"quoted\"", "plain 'text' \"quoted\""),
        ("a%b$c}%", "a%b$c}%"),
        (r"a\nb\tc\qd\%{REQUEST_URI}\\", "a\nb\tcqd%{REQUEST_URI}\\"),
        (r"\x41\101", "x41A"),
        ("$0 $1 $a", "  $a"),
        ("%{req:X-Foo}|%{resp:None}", "bar, baz|"),
        (
            "%{REQUEST_METHOD}|%{REQUEST_SCHEME}|%{REQUEST_URI}|%{DOCUMENT_URI}",
            "GET|http|/page.html|/page.html",
        ),
        (
            "%{PATH_INFO}|%{QUERY_STRING}|%{IS_SUBREQ}|%{THE_REQUEST}",
            "|a=b|false|GET /page.html?a=b HTTP/1.1",
        ),
        ("%{REMOTE_ADDR}|%{REMOTE_PORT}|%{REMOTE_HOST}|%{REMOTE_USER}", "127.0.0.1|4000|127.0.0.1|"),
        ("%{SERVER_NAME}|%{SERVER_PORT}|%{SERVER_PROTOCOL}|%{SERVER_PROTOCOL_VERSION}", "h|1|HTTP/1.1|1001"),
        ("%{DOCUMENT_ROOT}|%{REQUEST_FILENAME}", "WWW|WWW/page.html"),
        ("%{HTTP_HOST}|%{HTTP_USER_AGENT}|%{HTTP_COOKIE}", "h:1|UA/1|"),
        ("%{HTTPS}|%{HTTP2}|%{IPV6}|%{REQUEST_STATUS}|%{API_VERSION}", "off|off|off|200|20120211"),
        ("%{escape:/a b?c%d;e:f~é}", "/a%20b%3fc%25d;e:f~%c3%a9"),
        ("%{unescape:a%20b%2Fc}|%{unescape:%zz}", "a b%2Fc|"),
        ("%{base64:hello}|%{unbase64:aGVsbG8=}|%{unbase64:!!}", "aGVsbG8=|hello|"),
        ("%{md5:abc}", "900150983cd24fb0d6963f7d28e17f72"),
        ("%{sha1:abc}", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "%{file:WWW/page.html}%{filesize:WWW/page.html}|%{filesize:WWW/none}|%{filemod:WWW/none}",
            "first\nsecond\n13|0|0",
        ),
        ("%{toupper:abc}%{tolower:ABC}", "ABCabc"),
    ] {
        assert_eq!(asked.text(text), asked.whole(expected), "{text}");
    }
    assert_eq!(asked.text("%{TIME}").len(), 14);
    assert_eq!(asked.text("%{LAST_MODIFIED}").len(), 14);
    assert_eq!(
        asked.text("%{SERVER_SOFTWARE}"),
        crate::server::banner(crate::core_module::ServerTokens::Full)
    );
}

#[test]
fn every_variable_can_be_asked_for() {
    let asked = Asked::new();
    for name in variables::names() {
        asked.text(&format!("%{{{name}}}"));
    }
}

/// Each with the place that the complaint is about.
#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, place, sentence) in [
        ("", 0, "a word is needed, not the end"),
        ("True", 0, "'True' is neither in quotes nor a function"),
        ("%{REQUEST_URI} == foo", 18, "'foo' is neither in quotes nor a function"),
        ("'a' == 'b' 'c'", 11, "the expression is complete before ''c''"),
        ("'a' == 'b' == 'c'", 11, "the expression is complete before '=='"),
        ("%{HTTP_HOST} == 'a' &&", 22, "a word is needed, not the end"),
        ("'a' in {}", 8, "a word is needed, not '}'"),
        ("'a' in ('a')", 8, "a list is needed, not ''a')'"),
        ("'foo' =~ 'fo'", 9, "a regular expression is needed, not ''fo''"),
        ("'foo' =~ m FO i", 10, "a regular expression cannot stand between these"),
        ("'foo' =~ /fo/x", 13, "'x' is no flag of a regular expression here"),
        (
            "'foo' =~ /(unclosed/",
            9,
            "'(unclosed' is not a regular expression: Opening parenthesis without closing parenthesis",
        ),
        ("'foo' =~ /unclosed", 9, "the regular expression has no '/' at its end"),
        ("'foo", 0, "the text that begins here has no ''' at its end"),
        ("%{HTTP_X_FOO} == 'a'", 2, "there is no variable 'HTTP_X_FOO'"),
        ("nosuch('x') == 'y'", 0, "there is no function 'nosuch'"),
        ("%{nosuch:x} == 'y'", 2, "there is no function 'nosuch'"),
        ("%{REQUEST_URI == 'y'", 2, "%{REQUEST_URI has no } at its end"),
        ("%{} == 'y'", 2, "%{ is not followed by a name"),
        ("%{:'a':}", 2, "%{ is not followed by a name"),
        ("%{REMOTE_ADDR} -ipmatch 'foo'", 24, "'foo' is not an address or a network"),
        (
            "%{REMOTE_ADDR} -ipmatch %{REMOTE_ADDR}",
            24,
            "-ipmatch needs a network that is the same for all requests",
        ),
        ("-R %{REMOTE_ADDR}", 3, "-R needs a network that is the same for all requests"),
        ("'foo' -nosuch 'x'", 6, "-nosuch is no operator"),
        ("-Q 'x'", 0, "-Q is no operator that stands before a word"),
        ("%{IPV6}", 7, "an operator is needed after a word, not the end"),
        ("(%{REQUEST_URI}) == 'x'", 15, "an operator is needed after a word, not ')'"),
        ("(true", 5, "')' is missing after a condition in parentheses"),
        ("'a' == $b", 7, "a digit is missing after $"),
        ("'\\0' == ''", 1, "a backslash with digits stands for one character, \\1 to \\177"),
    ] {
        let wrong = Expr::new(text).unwrap_err();
        assert_eq!((wrong.offset, wrong.sentence.as_str()), (Some(place), sentence), "{text}");
    }
    let hint = Expr::new("%{HTTP_X_FOO} == 'a'").unwrap_err().hint;
    assert_eq!(hint.as_deref(), Some("write %{req:X-Foo} for the header field"));
    assert_eq!(
        Expr::new("-n %{REQEST_URI}").unwrap_err().hint.as_deref(),
        Some("did you mean %{REQUEST_URI}?")
    );
}

#[test]
fn nesting_has_a_bound() {
    for (open, middle, close) in [("(", "true", ")"), ("tolower(", "'a'", ")"), ("%{tolower:", "a", "}")] {
        let nested = |depth: usize| format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
        let whole = |depth| if middle == "true" { nested(depth) } else { format!("-n {}", nested(depth)) };
        assert!(Expr::new(&whole(40)).is_ok());
        assert!(Expr::new(&whole(100_000)).unwrap_err().sentence.contains("nested more than"));
    }
    assert!(Expr::new(&format!("{}true", "!".repeat(100_000))).is_ok());
}

#[test]
fn simple_comparisons_borrow() {
    let asked = Asked::new();
    let scope = Scope::of(&asked.r);
    for text in
        ["plain", "%{REQUEST_URI}", "%{req:User-Agent}", "%{tolower:abc}", "%{HTTP_HOST}", "%{env:SET}"]
    {
        let template = Template::new(text).unwrap();
        assert!(matches!(template.text(&scope), Cow::Borrowed(_)), "{text}");
    }
    assert_eq!(Template::new("a\\tb").unwrap().constant(), Some("a\tb"));
}

#[test]
fn fields_that_were_looked_at_are_noted() {
    let asked = Asked::new();
    let scope = Scope::of(&asked.r).noting_fields();
    let expr = Expr::new(
        "%{HTTP_HOST} == 'h:1' && req('x-foo') != '' && %{HTTP_USER_AGENT} != 'x' && -n %{req_novary:A} || -n req('X-Foo')",
    );
    assert!(expr.unwrap().holds_in(&scope));
    assert_eq!(scope.fields_looked_at(), ["x-foo", "User-Agent"]);
    let scope = Scope::of(&asked.r).noting_fields();
    assert!(!Expr::new("false && -n req('A')").unwrap().holds_in(&scope));
    assert!(scope.fields_looked_at().is_empty());
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_none(
        text in r#"([a-z'"/\\ (){}$%,.!=~<>&|-]|[0-9]|%\{|req\(|true|-[a-z] |'a'|==|=~ ?/|in |é){0,30}"#,
    ) {
        let asked = ASKED.with(Rc::clone);
        match Expr::new(&text) {
            Ok(expr) => drop(expr.holds(&asked.r)),
            Err(wrong) => prop_assert!(wrong.offset.is_some_and(|offset| text.is_char_boundary(offset))),
        }
        match Template::new(&text) {
            Ok(template) => drop(template.text(&Scope::of(&asked.r)).into_owned()),
            Err(wrong) => prop_assert!(wrong.offset.is_some_and(|offset| text.is_char_boundary(offset))),
        }
    }
}

thread_local! {
    static ASKED: Rc<Asked> = Rc::new(Asked::new());
}
