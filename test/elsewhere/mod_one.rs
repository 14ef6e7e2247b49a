//! mod_one: says one thing, after a while.

use httpd::prelude::*;

pub static MODULE: One = One;
pub struct One;

impl Module for One {
    const NAME: &'static str = "one_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.handler_async("one", |_r, ()| {
            Box::pin(async {
                httpd::tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                Handled::Respond(Response::text("one\n"))
            })
        });
    }
}
