//! What the MPMs share whose children have many threads: worker, event, leader, threadpool.
//!
//! [`Settings`] are their directives and [`Limits`] what these come to; [`Plan`] keeps the number of processes
//! in step with the idle threads, and [`Processes`] carries that out; a child's serving threads are its [`Crew`], and
//! [`Idle`] is where those sleep that have nothing to do.

mod crew;
mod idle;
mod limits;
mod listener;
mod plan;
mod processes;

pub use os::poller::Waker;

pub use crew::{Crew, Station, stay};
pub use idle::{Idle, Reserved};
pub use limits::{Limits, Settings, Threads, rows};
pub use listener::{Listener, serve_with_listener};
pub use plan::{Decision, Plan};
pub use processes::{Processes, tell};
