//! What the tracker does. Each function demands the proof that its policy held, so that none can be
//! called by someone who forgot to ask.

mod tickets;

pub(crate) use tickets::{Failure, Tickets};
