//! Logins kept in a cookie: how they begin, what they are worth, and how they end.

mod app;
mod cookies;
mod cross_site;
mod ending;
mod stores;
