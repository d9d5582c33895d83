//! HTTP in, HTTP out. Each says what it takes to call it; none decides by itself.

pub(crate) mod account;
pub(crate) mod maintenance;
pub(crate) mod nowhere;
pub(crate) mod projects;
pub(crate) mod tickets;
