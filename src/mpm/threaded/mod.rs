//! What the MPMs share whose children have many threads.
//!
//! With a fixed number of threads (worker, event, leader, threadpool, mpm_winnt):
//! [`Settings`] are their directives and [`Limits`] what these come to; [`Plan`] keeps the number of processes
//! in step with the idle threads, and [`Processes`] carries that out; a child's serving threads are its [`Crew`], and
//! [`Idle`] is where those sleep that have nothing to do; a
//! [`Queue`] is where connections wait for them.
//!
//! With a number of threads that follows the load (beos, mpm_netware, mpmt_os2): [`SpareSettings`] are their directives and
//! [`Spare`] what these come to; [`Elastic`] threads do a [`Duty`], that of [`Accepting`] ones is to accept.

mod accepting;
mod crew;
mod elastic;
mod idle;
mod limits;
mod listener;
mod plan;
mod processes;
mod queue;
mod spare;

pub use os::poller::Waker;

pub use accepting::Accepting;
pub use crew::{Crew, Station, Strength, stay};
pub use elastic::{Bell, Duty, Elastic, Post, tell_full};
pub use idle::{Idle, Reserved};
pub use limits::{Limits, Settings, Threads, rows};
pub use listener::{Listener, serve_with_listener};
pub use plan::{Decision, Plan};
pub use processes::{Processes, tell};
pub use queue::Queue;
pub use spare::{
    Census, Change, STACK, Spare, SpareSettings, Spares, Sparing, USUAL_STACK, Usual, most_of_thread,
    most_threads, spare_threads, start_threads, tell_spare,
};
