//! A panic in a module costs one request, not the process.

use std::any::Any;
use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// What a panic said.
pub(crate) type Said = Cow<'static, str>;

/// Runs a future to its end; a panic in one of its polls is `Err` with what it said, and the future is not
/// polled again.
///
/// What the future had borrowed may be half changed: the caller must not trust it beyond dropping it or
/// answering with an error.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, Said> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(said(&*panic))),
    })
    .await
}

fn said(panic: &(dyn Any + Send)) -> Said {
    match (panic.downcast_ref::<&'static str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, Some(text)) => Cow::Owned(text.clone()),
        (None, None) => Cow::Borrowed("a panic without words"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_future_without_panic_is_itself() {
        assert_eq!(block_on(caught(async { 7 })), Ok(7));
    }

    #[test]
    fn a_panic_is_what_it_said() {
        let first = block_on(caught(async { panic!("plain") }));
        assert_eq!(first, Err::<(), _>("plain".into()));
        let later = block_on(caught(async {
            tokio::task::yield_now().await;
            panic!("number {}", 4)
        }));
        assert_eq!(later, Err::<(), _>("number 4".into()));
    }
}
