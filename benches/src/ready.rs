//! Futures that never wait.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What a future that never waits comes to, without a runtime.
///
/// # Panics
///
/// If it waits.
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a decision about what is there waits for nothing"),
    }
}
