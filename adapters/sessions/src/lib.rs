#![cfg_attr(docsrs, feature(doc_cfg))]
//! Logins kept in a cookie, for auth-core, on the stores of [tower-sessions].
//!
//! What is kept of a login is who it is of; what they may do is decided with each request. A session ends
//! when it was idle, when it is old, or when somebody ends it, and then the cookie is cleared and the
//! caller is nobody, so that no one is locked out of logging in.
//!
//! The cookie is `__Host-session`: `HttpOnly`, `Secure`, `SameSite=Lax`, of this host alone (RFC 6265bis
//! §4.1.3). A request that another site made the browser send is refused, unless it only reads.
//!
//! ```
//! use auth_core::{
//!     PolicyRouter, Principal, StoredIdentity, public, requires, routing::post,
//! };
//! use auth_sessions::{
//!     Login, LoginAttempt, MemoryDirectory, SessionCookie, Sessions, SessionsUnavailable,
//! };
//! use axum::extract::State;
//! # use tower_sessions_core::SessionStore;
//!
//! #[public(because = "one logs in here", ignores_credentials)]
//! async fn log_in(
//!     sessions: State<Sessions>,
//!     attempt: LoginAttempt,
//! ) -> Result<SessionCookie, SessionsUnavailable> {
//!     // After the password was checked:
//!     let ann = Login::new("accounts", StoredIdentity::person("ann"));
//!     sessions.log_in(ann, attempt).await
//! }
//!
//! #[requires(authenticated)]
//! async fn log_out(
//!     sessions: State<Sessions>,
//!     me: Principal,
//! ) -> Result<SessionCookie, SessionsUnavailable> {
//!     sessions.log_out(&me).await
//! }
//!
//! fn app(store: impl SessionStore + 'static) -> auth_core::Guarded {
//!     let sessions = Sessions::new(store, MemoryDirectory::default());
//!     PolicyRouter::new()
//!         .route("/login", post(log_in))
//!         .route("/logout", post(log_out))
//!         .with_state(sessions.clone())
//!         .authenticate(sessions)
//! }
//! ```
//!
//! [tower-sessions]: https://docs.rs/tower-sessions

mod attempt;
mod authenticator;
mod cookie;
mod directory;
mod ending;
mod login;
mod memory;
#[cfg(feature = "core-0-14")]
mod older;
mod sessions;

pub use attempt::LoginAttempt;
pub use cookie::SessionCookie;
pub use directory::{SessionDirectory, SessionEntry, unix_ms};
pub use login::Login;
pub use memory::MemoryDirectory;
#[cfg(feature = "core-0-14")]
pub use older::Older;
pub use sessions::{Sessions, SessionsUnavailable};
