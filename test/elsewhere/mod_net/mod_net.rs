//! mod_net: asks a server of its own, over TCP, and finds the number in what that says.

use httpd::prelude::*;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub static MODULE: Net = Net;
pub struct Net;

async fn number() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::task::spawn_local(async move {
        let (mut stream, _) = listener.accept().await?;
        tokio::time::sleep(Duration::from_millis(3)).await;
        stream.write_all(b"number 42 over TCP\n").await
    });
    let mut text = String::new();
    TcpStream::connect(address).await?.read_to_string(&mut text).await?;
    server.await??;
    let found = regex::Regex::new("[0-9]+").map_err(io::Error::other)?;
    Ok(found.find(&text).map_or("none", |found| found.as_str()).to_owned() + "\n")
}

impl Module for Net {
    const NAME: &'static str = "net_module";
    type Config = ();

    fn hooks(&self, hooks: &mut Hooks<'_, ()>) {
        hooks.handler_async("net", |_r, ()| {
            Box::pin(async { Handled::Respond(Response::text(number().await.unwrap_or_else(|e| e.to_string()))) })
        });
    }
}
