//! What a request is answered, by behaviour.

mod credentials;
mod explain;
mod headers;
mod hide;
mod load_once;
mod order;
mod status;
mod wiring;
