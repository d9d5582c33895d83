//! Logins kept in a cookie: how they begin, what they are worth, and how they end.

mod cleared;
mod cookies;
mod cross_site;
mod end_all;
mod ending;
mod issuers;
mod kept;
mod never;
mod passwords;
mod programs;
mod stores;
