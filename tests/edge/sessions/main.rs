//! Logins kept in a cookie: how they begin, what they are worth, and how they end.

mod cookies;
mod cross_site;
mod ending;
mod kept;
mod passwords;
mod stores;
