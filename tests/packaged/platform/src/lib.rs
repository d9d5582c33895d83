//! A company's own crate, through which its apps have auth-core.

pub use auth_core;
