use std::{fmt, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::decide::{Ruling, decide};
use crate::{
    denial::Denied,
    rule::{Policy, Rule},
};

/// The first argument of a guarded handler: this request's caller may call it, under `P`.
///
/// The attributes insert it. It can't be made otherwise, so a handler that has one was guarded.
pub struct Guard<P>(PhantomData<fn() -> P>);

impl<P> Guard<P> {
    /// A guard for calling a handler directly in a test.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn for_test() -> Self {
        Self(PhantomData)
    }
}

/// The rule as a place that lives for ever: an associated constant has none of its own.
struct Root<P, S>(PhantomData<(P, S)>);

impl<P: Policy<S>, S: 'static> Root<P, S> {
    const RULE: &'static Rule<S> = &P::RULE;
}

pub(super) const fn root<P: Policy<S>, S: 'static>() -> &'static Rule<S> {
    Root::<P, S>::RULE
}

impl<P: Policy<S>, S: Send + Sync + 'static> FromRequestParts<S> for Guard<P> {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Denied> {
        let ruling = Ruling {
            rule: root::<P, S>(),
            shape: P::SHAPE,
            account: P::ACCOUNT,
        };
        decide(ruling, request, state).await?;
        Ok(Self(PhantomData))
    }
}

impl<P> fmt::Debug for Guard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}
