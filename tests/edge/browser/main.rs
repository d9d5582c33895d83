//! What users and those who attack them see, in a real browser.

mod browser;
mod elsewhere;
mod forged;
mod logging_in_and_out;
#[path = "../sso/noticeboard.rs"]
mod noticeboard;
mod websocket;
