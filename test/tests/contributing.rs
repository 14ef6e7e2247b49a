//! The example of CONTRIBUTING that adds a directive: it compiles, and does what the page says. tidy.rs sees to it
//! that the page quotes it.

use httpd::prelude::*;

/// The module of the page's example.
struct Hello;

// quoted from here
use httpd::config::inherit;

/// What its directives set.
#[derive(Default)]
pub struct HelloConfig {
    name: Option<String>,
}

impl Config for HelloConfig {
    fn merge(&self, inner: &Self) -> Self {
        Self { name: inherit(&self.name, &inner.name) }
    }
}

impl Module for Hello {
    const NAME: &str = "hello_module";
    type Config = HelloConfig;

    const DIRECTIVES: &[Directive<HelloConfig>] = &[Directive::one(
        "HelloName",
        Place::SVD.htaccess(Override::FILE_INFO),
        "name",
        "Who is greeted",
        |config, name, _here| {
            if name.is_empty() {
                return Err("HelloName needs somebody to greet".into());
            }
            config.name = Some(name.to_owned());
            Ok(())
        },
    )];

    fn hooks(&self, hooks: &mut Hooks<HelloConfig>) {
        hooks.handler("hello", |_r, config| {
            let name = config.name.as_deref().unwrap_or("world");
            Handled::Respond(Response::text(format!("Hello, {name}!\n")))
        });
    }
}
// to here

#[test]
fn the_nearer_name_is_greeted() {
    let [outer, inner] = ["all", "you"].map(|name| HelloConfig { name: Some(name.to_owned()) });
    assert_eq!(outer.merge(&inner).name.as_deref(), Some("you"));
    assert_eq!(outer.merge(&HelloConfig::default()).name.as_deref(), Some("all"));
}

#[test]
fn the_row_says_what_the_page_says() {
    static HELLO: Hello = Hello;
    let rows = httpd::module::linked(&HELLO, "mod_hello.c").rows();
    assert_eq!((rows[0].name, rows[0].usage), ("HelloName", "name"));
}
