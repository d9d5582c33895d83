//! What it takes to call each handler. None decides anything by itself.

pub(crate) mod board;
pub(crate) mod home;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod sessions;
