#![cfg_attr(docsrs, feature(doc_cfg))]
//! Names and passwords of an app's own, for auth-core: for examples and small teams. Everybody else has a
//! provider of identities.
//!
//! Passwords are kept as Argon2id hashes. Who isn't known is answered as slowly, and in the same words, as
//! who gives a wrong password (OWASP ASVS 6.3.8). Attempts are limited, for a name from an address first, so that who
//! guesses is paused and the name's owner isn't ([`AttemptLimits`]).
//!
//! ```
//! use std::net::IpAddr;
//!
//! use auth_accounts::{Accounts, LoginRefused, MemoryAccounts};
//! use auth_core::StoredIdentity;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let accounts = Accounts::new(MemoryAccounts::default());
//! accounts.register("ann@example.com", "correct horse battery", StoredIdentity::person("ann")).await?;
//!
//! let from: IpAddr = [127, 0, 0, 1].into();
//! let ann = accounts.verify("Ann@example.com", "correct horse battery", Some(from)).await?;
//! assert_eq!(ann.subject, "ann");
//! let wrong = accounts.verify("ann@example.com", "a guess", Some(from)).await;
//! assert_eq!(wrong, Err(LoginRefused::Wrong));
//! # Ok(())
//! # }
//! ```

mod accounts;
mod attempts;
mod limits;
mod memory;
mod password;
mod proof;
mod refused;
mod store;

pub use accounts::Accounts;
pub use limits::AttemptLimits;
pub use memory::MemoryAccounts;
pub use refused::{LoginRefused, NotRegistered, PasswordNotChanged};
pub use store::{Account, AccountStore};
