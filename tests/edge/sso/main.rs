//! Single sign-on at a real provider, as a browser without a screen sees it.

mod login;
mod logout;
mod noticeboard;
mod person;
mod standing;
