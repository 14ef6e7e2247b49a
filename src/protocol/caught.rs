//! A panic in a module costs one request, not the process.

use std::any::Any;
use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// What a panic said.
pub(crate) type Said = Cow<'static, str>;

/// Runs a future to its end; a panic in one of its polls is `Err` with what it said, and the future is not
/// polled again.
///
/// What the future had borrowed may be half changed: the caller must not trust it beyond dropping it or
/// answering with an error. The future comes pinned: by value it would take its room twice.
pub(crate) async fn caught<F: Future>(mut future: Pin<&mut F>) -> Result<F::Output, Said> {
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(said(&*panic))),
    })
    .await
}

/// Calls something that does not wait; a panic in it is `Err` with what it said.
pub(crate) fn caught_now<T>(call: impl FnOnce() -> T) -> Result<T, Said> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| said(&*panic))
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
    use std::pin::pin;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_future_without_panic_is_itself() {
        assert_eq!(block_on(caught(pin!(async { 7 }))), Ok(7));
    }

    #[test]
    fn what_does_not_wait_is_caught_as_well() {
        assert_eq!(caught_now(|| 7), Ok(7));
        assert_eq!(caught_now(|| panic!("plain")), Err::<(), _>("plain".into()));
    }

    #[test]
    fn a_panic_is_what_it_said() {
        let first = block_on(caught(pin!(async { panic!("plain") })));
        assert_eq!(first, Err::<(), _>("plain".into()));
        let later = block_on(caught(pin!(async {
            tokio::task::yield_now().await;
            panic!("number {}", 4)
        })));
        assert_eq!(later, Err::<(), _>("number 4".into()));
    }
}
