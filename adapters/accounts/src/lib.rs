//! Names and passwords of an app's own, for auth-core: for examples and small teams. Everybody else has a
//! provider of identities.
//!
//! Passwords are kept as Argon2id hashes. Who isn't known is answered as slowly, and in the same words, as
//! who gives a wrong password (OWASP ASVS 6.3.8); attempts are limited for each name and for each address.
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
mod memory;
mod password;
mod refused;
mod store;

pub use accounts::Accounts;
pub use memory::MemoryAccounts;
pub use refused::{LoginRefused, NotRegistered};
pub use store::{Account, AccountStore};
