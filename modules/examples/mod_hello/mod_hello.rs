//! mod_hello: greets the visitor wherever `SetHandler hello` is in force.

use httpd::prelude::*;

/// The module, as the program's list names it.
pub static MODULE: Hello = Hello;

/// Has nothing to configure.
pub struct Hello;

impl Module for Hello {
    const NAME: &str = "hello_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<()>) {
        hooks.handler("hello", |_r, ()| Handled::Respond(Response::text("Hello, world!\n")));
    }
}
