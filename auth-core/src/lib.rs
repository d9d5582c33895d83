#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

// Expansions name `::auth_core`, in this crate's own tests too.
extern crate self as auth_core;

mod account;
mod audit;
pub mod authentication;
mod denial;
mod facts;
mod guard;
mod jobs;
mod principal;
mod relations;
mod resource;
pub mod routing;
mod rule;

#[doc(hidden)]
#[path = "private.rs"]
#[allow(missing_docs, reason = "only expansions read it")]
pub mod __private;

use std::time::Duration;

pub use async_trait::async_trait;
pub use auth_macros::{
    Permissions, Relations, Resource, Roles, SubjectId, condition, policy, public, requires,
};

#[cfg(feature = "remembered-accounts")]
pub use account::RememberedAccounts;
pub use account::SourceOfTruth;
pub use audit::Reason;
#[cfg(feature = "audit")]
pub use audit::{
    AuditEvent, AuditSink, AuditTrail, AuditedActor, AuditedPrincipal, AuditedResource, JsonLines,
    TracingEvents, Unflushed,
};
#[cfg(feature = "revocation")]
pub use authentication::revocation::{Revocation, Revocations};
#[cfg(feature = "jwt")]
pub use authentication::token::{Algorithm, Issuer};
pub use authentication::{
    Authenticator, Authenticators, Bearer, Challenge, Enrich, Enriched, IssuerName, Outcome,
    Presented, TokenVerifier,
};
#[cfg(feature = "stored")]
pub use authentication::{StoredIdentity, Vocabularies};
pub use denial::{DenialKind, Denied, Problem};
pub use facts::Context;
pub use guard::{Authorize, Check, Checked, DeclaredHandler, Granted, Guard, Shown};
pub use jobs::{Jobs, Limited, NotResumed, StoredCaller};
pub use principal::{
    Actor, CredentialKind, Identity, Permissions, Principal, Roles, SubjectId, SubjectKind,
};
pub use relations::{GroupsError, KeyOf, Relate, Relations, Relationships, groups_of_groups};
pub use resource::{Keyed, Load, Proposed, Resource};
pub use routing::{Guarded, PolicyRouter, guarded, public};
pub use rule::{Policy, Shape};

pub(crate) use rule::{Truth, Why};

/// How long a load, a condition or an authenticator may take before its answer is *unknown*.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);
