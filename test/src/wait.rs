//! Waiting for a state: the one place where a test lets time pass.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;

/// How long anything may take before it counts as never. Generous: a busy machine must not fail a test.
pub const DEADLINE: Duration = Duration::from_secs(90);

/// How long to leave the machine alone before asking again.
const PAUSE: Duration = Duration::from_millis(5);

/// Asks until there is an answer. `what` ends the sentence "waited in vain for ...".
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T, Failed> {
    let end = Instant::now() + DEADLINE;
    let (_nobody_sends, never) = mpsc::channel::<()>();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if Instant::now() > end {
            return Err(format!("waited {} s in vain for {what}", DEADLINE.as_secs()).into());
        }
        let _ = never.recv_timeout(PAUSE);
    }
}

/// Asks until it is so.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) -> Result<(), Failed> {
    wait_for(what, || holds().then_some(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_ends_the_waiting() {
        let mut asked = 0;
        let answer = wait_for("the third time", || {
            asked += 1;
            (asked == 3).then_some("here")
        });
        assert_eq!(answer.ok(), Some("here"));
        assert_eq!(asked, 3);
    }
}
